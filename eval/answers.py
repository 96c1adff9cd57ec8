"""Answers in the contract's form, read from JSON Lines and tied to the questions of a set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.errors import FieldError, InputError
from eval.formats.ragas import from_ragas, is_ragas
from eval.formats.trec_rag import from_trec_rag, is_trec_rag
from eval.items import Item
from eval.jsonl import read_lines

__all__ = ["load_answers", "validate_answer"]

_LISTS = ("statements", "citations", "passages", "signposts", "conflicts")
_OBJECTS = ("provenance", "seconds")


def load_answers(
    path: Path, items: Sequence[Item] | None = None, aside: frozenset[str] = frozenset()
) -> dict[str, dict[str, Any]]:
    """The answers by question id. Questions may lack one; an id that no question has is refused.

    The contract's form, TREC RAG 2025 answers, or RAGAS samples. Without `items` any id will do. Answers to
    the ids in `aside` (records of the sets that are no questions) are read over.

    Raises InputError with line and remedy for broken lines, repeated ids, ids that are in no set and
    fields of the wrong kind.
    """
    known = {item.id for item in items or ()}
    by_question: dict[str, list[str]] = {}
    for item in items or ():
        by_question.setdefault(item.question, []).append(item.id)
    found: dict[str, dict[str, Any]] = {}
    for number, given in read_lines(path):
        try:
            row = _in_our_form(given, by_question)
            identifier = validate_answer(row)
        except FieldError as error:
            raise InputError(str(error), path, number) from None
        if identifier in found:
            raise InputError(
                f'a second answer to "{identifier}".',
                path,
                number,
                "Keep one answer a question.",
            )
        if items is not None and identifier not in known | aside:
            raise InputError(
                f'the id "{identifier}" is in none of the question sets.',
                path,
                number,
                f'It is a conversation: answer its turns as "{identifier}#1", "{identifier}#2", ...'
                if f"{identifier}#1" in known
                else "Name the set that it belongs to, or remove the line.",
            )
        found[identifier] = row
    for identifier in aside - known:
        found.pop(identifier, None)
    if not found:
        raise InputError(
            "the file holds no answers.",
            path,
            remedy="One JSON object a line, as the contract says.",
        )
    return found


def validate_answer(row: Mapping[str, Any]) -> str:
    """The answer's id, after checking the fields that the measures read. Raises FieldError."""
    identifier = row.get("id")
    if "id" not in row:
        raise FieldError('the field "id" is missing; add the question\'s id.')
    if not isinstance(identifier, str) or not identifier:
        raise FieldError('the field "id" must be a text: the question\'s id.')
    if not isinstance(row.get("answer"), str):
        raise FieldError('the field "answer" must be a text (an empty one where there is no answer).')
    if not isinstance(row.get("refused"), bool):
        raise FieldError('the field "refused" must be true or false.')
    for name in _OBJECTS:
        if not isinstance(row.get(name, {}), Mapping):
            raise FieldError(f'the field "{name}" must be an object.')
    for name in _LISTS:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, Mapping) for v in value):
            raise FieldError(f'the field "{name}" must be a list of objects.')
    for position, passage in enumerate(row.get("passages", []), 1):
        if not isinstance(passage.get("text"), str):
            raise FieldError(f'"text" of passage {position} must be a text; add the words of the passage.')
    for position, statement in enumerate(row.get("statements", []), 1):
        if not isinstance(statement.get("text"), str) or not isinstance(statement.get("citations", []), list):
            raise FieldError(f'statement {position} needs "text" and a list "citations".')
    for position, citation in enumerate(row.get("citations", []), 1):
        _check_citation(citation, position)
    return identifier


def _in_our_form(row: dict[str, Any], by_question: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """An answer of the TREC RAG track or a RAGAS sample as the contract has it; others as they are."""
    if is_trec_rag(row):
        return from_trec_rag(row)
    return from_ragas(row, by_question) if is_ragas(row) else row


def _check_citation(citation: Mapping[str, Any], position: int) -> None:
    if not isinstance(citation.get("section"), str):
        raise FieldError(f'"section" of citation {position} must be a text; add the id of the section.')
    if not isinstance(citation.get("quote", ""), str):
        raise FieldError(f'"quote" of citation {position} must be a text; leave the field out for none.')
    notes = citation.get("notes", [])
    if not isinstance(notes, list) or not all(isinstance(n, str | Mapping) for n in notes):
        raise FieldError(f'"notes" of citation {position} must be a list of note objects.')
    for note in notes:
        if isinstance(note, Mapping):
            _check_note(note, position)


def _check_note(note: Mapping[str, Any], position: int) -> None:
    if not isinstance(note.get("number"), str):
        raise FieldError(f'"number" of a note of citation {position} must be a text: {{"number": "87"}}.')
    chain = note.get("chain") or []
    if not isinstance(chain, list) or not all(isinstance(n, str) for n in chain):
        raise FieldError(f'"chain" of a note of citation {position} must be a list of texts, ["87", "86"].')
