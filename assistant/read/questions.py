"""Readers' questions and where they are answered: `questions.jsonl`, `unanswered.jsonl`.

One JSON object a line:

    {"id": "a-001", "section": "1.1", "type": "factoid", "evidence": ["verbatim", ...], "notes": ["6"],
     "questions": ["...", ...]}
    {"question": "...", "nearest_section": "1.1", "why": "not said", "asks_for": "number"}

`evidence` is looked up by its words, so the questions outlive a change of the text around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from assistant.errors import CorpusError
from assistant.read.files import CorpusFiles
from assistant.read.quotes import QuoteNotFound, QuoteResolver
from assistant.types import Document, ReaderQuestion, UnansweredQuestion

__all__ = ["load_questions", "load_unanswered", "question_problems", "unanswered_problems"]

_ENTRY = "An entry has id, section, type, evidence, notes, questions."
T = TypeVar("T")


def load_questions(
    files: CorpusFiles, name: str, document: Document, resolver: QuoteResolver
) -> tuple[ReaderQuestion, ...]:
    """All entries in the file's order; raises `CorpusError` for the first problem."""
    return tuple(_first_problem(_questions(files, name, document, resolver)))


def question_problems(
    files: CorpusFiles, name: str, document: Document, resolver: QuoteResolver
) -> tuple[CorpusError, ...]:
    """Everything that is wrong with the file."""
    return tuple(p for p in _questions(files, name, document, resolver) if isinstance(p, CorpusError))


def load_unanswered(files: CorpusFiles, name: str, document: Document) -> tuple[UnansweredQuestion, ...]:
    """All entries in the file's order; raises `CorpusError` for the first problem."""
    return tuple(_first_problem(_unanswered(files, name, document)))


def unanswered_problems(files: CorpusFiles, name: str, document: Document) -> tuple[CorpusError, ...]:
    """Everything that is wrong with the file."""
    return tuple(p for p in _unanswered(files, name, document) if isinstance(p, CorpusError))


def _first_problem(results: Iterator[T | CorpusError]) -> Iterator[T]:
    for result in results:
        if isinstance(result, CorpusError):
            raise result
        yield result


def _questions(
    files: CorpusFiles, name: str, document: Document, resolver: QuoteResolver
) -> Iterator[ReaderQuestion | CorpusError]:
    sections, notes = {s.id for s in document.sections}, {n.number for n in document.notes}
    path, ids = files.path(name), set()
    for line, value in files.json_lines(name):
        problems = list(_entry_problems(value, sections, notes))
        if not problems and value["id"] in ids:
            problems.append((f"the id {value['id']} is used twice.", "Give every entry its own."))
        spans = []
        for quote in value["evidence"] if not problems else ():
            try:
                spans.append(resolver.resolve(quote, value["section"]))
            except QuoteNotFound as error:
                problems.append((f"{error}.", "Copy the words from the document."))
        if problems:
            yield from (CorpusError(problem, path, line, remedy) for problem, remedy in problems)
            continue
        ids.add(value["id"])
        yield ReaderQuestion(
            id=value["id"],
            section=value["section"],
            type=value["type"],
            questions=tuple(value["questions"]),
            spans=tuple(spans),
            notes=tuple(value.get("notes", ())),
        )


def _entry_problems(
    value: Mapping[str, Any], sections: set[str], notes: set[str]
) -> Iterator[tuple[str, str]]:
    """(problem, remedy) of one entry by itself."""
    for key in ("id", "section", "type"):
        if not isinstance(value.get(key), str) or not value[key]:
            yield f"“{key}” is missing or no text.", _ENTRY
    for key, needed in (("evidence", True), ("questions", True), ("notes", False)):
        items = value.get(key, [])
        if not isinstance(items, list) or not all(isinstance(i, str) and i.strip() for i in items):
            yield f"“{key}” is no list of texts.", _ENTRY
        elif needed and not items:
            yield f"“{key}” is empty.", _ENTRY
    if isinstance(value.get("section"), str) and value["section"] not in sections:
        yield f"there is no section {value['section']}.", "Name a section by its id."
    if isinstance(value.get("notes"), list):
        for note in value["notes"]:
            if isinstance(note, str) and note not in notes:
                yield f"there is no note {note}.", "Name a note by its number."


def _unanswered(
    files: CorpusFiles, name: str, document: Document
) -> Iterator[UnansweredQuestion | CorpusError]:
    sections = {s.id for s in document.sections}
    path = files.path(name)
    remedy = "An entry has question, nearest_section, why, asks_for."
    for line, value in files.json_lines(name):
        texts = [value.get("question"), value.get("asks_for"), value.get("why", "")]
        if not all(isinstance(text, str) for text in texts) or not str(texts[0]).strip():
            yield CorpusError("“question”, “why” or “asks_for” is missing or no text.", path, line, remedy)
        elif (nearest := value.get("nearest_section")) is not None and not (
            isinstance(nearest, str) and nearest in sections
        ):
            yield CorpusError(
                f"there is no section {nearest}.", path, line, "Name a section by its id, or null."
            )
        else:
            subtype = str(value.get("subtype", "near-miss"))
            yield UnansweredQuestion(str(texts[0]), nearest, str(texts[2]), str(texts[1]), subtype)
