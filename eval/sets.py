"""Question sets in the contract's form: read, checked field by field, conversations unfolded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.errors import FieldError, InputError
from eval.formats.beir import beir_items, is_beir
from eval.formats.ragas import is_ragas, ragas_item
from eval.items import Evidence, Item
from eval.jsonl import json_kind, read_lines

__all__ = ["TYPES", "load_set", "load_sets", "parse_item", "parse_record", "unasked_ids"]

TYPES = (
    "factoid", "paraphrase", "definition", "list", "comparison", "multi", "conflict", "source", "noisy",
    "false-premise", "unanswerable", "conversation", "attack",
)  # fmt: skip
_UNASKED_SURFACES = frozenset({"fetcher"})  # inputs of attacks that are addresses, not questions


def load_sets(paths: Iterable[Path]) -> tuple[Item, ...]:
    """The items of several sets in order. Raises InputError where two share an id."""
    items: list[Item] = []
    origin: dict[str, Path] = {}
    for path in paths:
        for item in load_set(path):
            if item.id in origin:
                raise InputError(
                    f'the id "{item.id}" is also in {origin[item.id]}.',
                    path,
                    remedy="Ids are unique over all sets.",
                )
            origin[item.id] = path
            items.append(item)
    return tuple(items)


def load_set(path: Path) -> tuple[Item, ...]:
    """The items of one set in order; a conversation gives one item a turn, `D002#1`, `D002#2`, ...

    The contract's form, RAGAS samples (told by `user_input`), or a BEIR folder (its test split).
    Attacks that only code or raw bytes can deliver (`input_py`, `input_b64`) and addresses for the
    fetcher are left out: they are no questions. Raises InputError with line and remedy for records
    that cannot be used, for a repeated id and for a set without questions.
    """
    if is_beir(path):
        return beir_items(path)
    items: list[Item] = []
    seen: dict[str, int] = {}
    for number, row in read_lines(path):
        try:
            found = (ragas_item(row, number),) if is_ragas(row) else parse_record(row)
        except FieldError as error:
            raise InputError(str(error), path, number) from None
        for key in {str(row.get("id", found[0].id if found else "")), *(item.id for item in found)}:
            if key in seen:
                raise InputError(
                    f'the id "{key}" is used in line {seen[key]} too.',
                    path,
                    number,
                    "Give each record its own id.",
                )
            seen[key] = number
        items.extend(replace(item, set=path.stem) for item in found)
    if not seen:
        raise InputError(
            "the set is empty.",
            path,
            remedy="Add at least one question, one JSON object a line.",
        )
    return tuple(items)


def unasked_ids(paths: Iterable[Path]) -> frozenset[str]:
    """Ids of records that `load_sets` leaves out because they are no questions. Raises InputError."""
    return frozenset(
        str(row.get("id"))
        for path in paths
        if not is_beir(path)
        for _, row in read_lines(path)
        if not is_ragas(row) and _is_unasked(row)
    )


def _is_unasked(row: Mapping[str, Any]) -> bool:
    """Whether a record is an attack that only code or raw bytes can deliver, or an address."""
    if row.get("type") != "attack" or "turns" in row:
        return False
    return not {"input", "question"} & set(row) or row.get("surface") in _UNASKED_SURFACES


def parse_record(row: Mapping[str, Any]) -> tuple[Item, ...]:
    """The items of one record: one, one a turn, or none for an attack that is no question."""
    identifier = _text(row, "id")
    if not identifier or "#" in identifier:
        raise FieldError('"id" must be a text without "#" (turns get "#1", "#2", ...).')
    if "turns" not in row:
        if _is_unasked(row):
            return ()
        return (parse_item(row, identifier),)
    turns = row["turns"]
    if not isinstance(turns, list) or not turns:
        raise FieldError('"turns" must be a list of at least one question.')
    found = []
    for number, turn in enumerate(turns, 1):
        if not isinstance(turn, Mapping):
            raise FieldError(f'turn {number} of "turns" must be an object.')
        merged = {"type": "conversation", **turn}
        try:
            found.append(parse_item(merged, f"{identifier}#{number}", identifier, number))
        except FieldError as error:
            raise FieldError(f"turn {number}: {error}") from None
    return tuple(found)


def parse_item(
    row: Mapping[str, Any],
    identifier: str,
    conversation: str | None = None,
    turn: int = 0,
) -> Item:
    """One question of a record. Raises FieldError."""
    kind = _text(row, "type")
    if kind not in TYPES:
        raise FieldError(f'"type" is "{kind}"; it must be one of {", ".join(TYPES)}.')
    attack = kind == "attack"
    either = row.get("notes_any", False)  # true, or the notes of which one suffices
    return Item(
        id=identifier,
        question=_text(row, "question" if "question" in row or not attack else "input"),
        type=kind,
        answerable=_flag(row, "answerable", kind != "unanswerable"),
        subtype=_optional_text(row, "subtype"),
        evidence=tuple(_evidence(e, i) for i, e in enumerate(_list(row, "evidence"), 1)),
        alternatives=_flag(row, "alternatives", False),
        notes=_texts(row, "notes"),
        notes_any=isinstance(either, bool) and either,
        notes_either=() if isinstance(either, bool) else _texts(row, "notes_any"),
        notes_ok=_texts(row, "notes_ok") + _texts(row, "resolves_to"),
        nuggets=tuple(_nugget(n, i) for i, n in enumerate(_list(row, "nuggets"), 1)),
        forbidden=_texts(row, "forbidden"),
        forbidden_regex=_patterns(row, "forbidden_regex"),
        expected=_optional_text(row, "expected"),
        conversation=conversation,
        turn=turn,
        raw=row,
    )


def _evidence(row: Any, number: int) -> Evidence:
    if not isinstance(row, Mapping):
        raise FieldError(f'evidence {number} must be an object {{"quote", "section"}}.')
    quote = _text(row, "quote", f"evidence {number}: ")
    if not quote.strip():
        raise FieldError(f'evidence {number}: "quote" is empty; copy the words of the corpus that answer.')
    section = _text(row, "section", f"evidence {number}: ")
    group = row.get("group")
    if group is not None and not isinstance(group, str | int):
        raise FieldError(f'evidence {number}: "group" must be a name, not {json_kind(group)}.')
    return Evidence(
        quote=quote,
        sections=(section, *_texts(row, "section_aliases")),
        notes=_texts(row, "notes"),
        group=None if group is None else str(group),
    )


def _nugget(value: Any, number: int) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not value or not all(isinstance(s, str) and s.strip() for s in value):
        raise FieldError(
            f"nugget {number} must be a list of at least one spelling (texts that are not empty)."
        )
    return tuple(value)


def _text(row: Mapping[str, Any], name: str, where: str = "") -> str:
    if name not in row:
        raise FieldError(f'{where}the field "{name}" is missing; add it.')
    value = row[name]
    if not isinstance(value, str):
        raise FieldError(f'{where}"{name}" must be a text, not {json_kind(value)}.')
    return value


def _flag(row: Mapping[str, Any], name: str, default: bool) -> bool:
    value = row.get(name, default)
    if not isinstance(value, bool):
        raise FieldError(f'"{name}" must be true or false, not {json_kind(value)}.')
    return value


def _optional_text(row: Mapping[str, Any], name: str) -> str | None:
    return None if row.get(name) is None else _text(row, name)


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name) or []
    if not isinstance(value, list):
        raise FieldError(f'"{name}" must be a list.')
    return value


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name)
    if isinstance(value, str):
        value = [value]
    value = value or []
    if not isinstance(value, list) or not all(
        isinstance(v, str | int) and not isinstance(v, bool) for v in value
    ):
        raise FieldError(f'"{name}" must be a list of texts.')
    return tuple(str(v) for v in value)


def _patterns(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = _texts(row, name)
    for pattern in found:
        try:
            re.compile(pattern)
        except re.error as error:
            raise FieldError(f'"{name}": "{pattern}" is no regular expression ({error}).') from None
    return found
