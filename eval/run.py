"""Asking a system every question of a set, so that an interruption costs nothing that was answered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from tqdm import tqdm

from assistant import NotWritable, Turn
from eval.files import ANSWERS
from eval.items import Item
from eval.jsonl import dump, read_tolerant, write_lines, write_text
from eval.systems import System

__all__ = ["ask_all"]

IDENTITY = "system.json"  # what the answers of a folder depend on
PREVIOUS = "answers.previous.jsonl"


def ask_all(
    system: System, items: Sequence[Item], folder: Path, quiet: bool = False
) -> dict[str, dict[str, Any]]:
    """The system's answers by question id, in the order of the items; kept in the folder as they come.

    Answers that the folder already has from the same system are not asked for again; a line torn by an
    interruption is left out, and a conversation that broke off begins anew. Answers of another system,
    version or index are set aside as answers.previous.jsonl. Raises NotWritable.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        have = _resume(system, items, folder)
        with (folder / ANSWERS).open("a", encoding="utf-8") as stream:
            pending = [item for item in items if item.id not in have]
            bar = tqdm(pending, desc=system.name, unit="question", disable=quiet, dynamic_ncols=True)
            for row in _answers(system, pending, bar):
                have[row["id"]] = row
                stream.write(_clean(dump(row)) + "\n")
                stream.flush()
        ordered = {item.id: have[item.id] for item in items}
        write_lines(folder / ANSWERS, list(ordered.values()))
    except OSError as error:
        raise NotWritable(f"{folder}: {error.strerror or error}. Name another folder with --out.") from None
    return ordered


def _answers(system: System, items: Sequence[Item], bar: tqdm[Item]) -> Iterator[dict[str, Any]]:
    for conversation, group in groupby(items, key=lambda item: item.conversation or item.id):
        turns: list[Turn] = []
        for item in group:
            bar.set_postfix_str(conversation, refresh=False)
            row, turn = system.ask(item, turns)
            row["asked"] = _clean(item.question)  # the answer's own `question` may be tidied
            turns += [turn] if turn is not None else []
            yield row
            bar.update()
    bar.close()


def _resume(system: System, items: Sequence[Item], folder: Path) -> dict[str, dict[str, Any]]:
    """The answers that still hold; the file is rewritten with these alone."""
    identity = dict(system.identity())
    marker, file = folder / IDENTITY, folder / ANSWERS
    if not _same(marker, identity):
        if file.exists():
            file.replace(folder / PREVIOUS)
        write_text(marker, dump(identity) + "\n")
        return {}
    rows, _ = read_tolerant(file)
    have = {row["id"]: row for row in rows if isinstance(row.get("id"), str)}
    asked = {item.id: item for item in items}
    whole = {
        i: row for i, row in have.items() if i in asked and row.get("asked") == _clean(asked[i].question)
    }
    broken = {item.conversation for item in items if item.conversation and item.id not in whole}
    kept = {i: row for i, row in whole.items() if asked[i].conversation not in broken}
    write_lines(file, list(kept.values()))
    return kept


def _same(marker: Path, identity: dict[str, str]) -> bool:
    try:
        return bool(json.loads(marker.read_text(encoding="utf-8")) == identity)
    except (OSError, ValueError):
        return False


def _clean(text: str) -> str:
    """A text that UTF-8 can hold: lone surrogates of hostile questions become U+FFFD."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
