"""The answer's text itself: its length, what must not occur in it, and whether it keeps its promises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from eval.items import Item
from eval.text import count_words

__all__ = [
    "answer_words",
    "forbidden_found",
    "labels_held",
    "shown_text",
    "statements_cited",
]

_LABEL = re.compile(r"\[(\d+)\](?!\()")
_REGEX_TEXT = 20_000  # characters of an answer that patterns see: none of ours is near that long


def answer_words(answer: Mapping[str, Any]) -> int:
    """Words of the answer, labels and markup left out."""
    return count_words(answer["answer"])


def shown_text(answer: Mapping[str, Any]) -> str:
    """What a reader is shown as the answer: its text, its signposts and its notes on conflicts."""
    parts = [answer["answer"]]
    parts += [f"{s.get('name', '')} {s.get('what', '')}" for s in answer.get("signposts", [])]
    parts += [str(c.get("note", "")) for c in answer.get("conflicts", [])]
    return "\n".join(parts)


def forbidden_found(item: Item, answer: Mapping[str, Any]) -> tuple[str, ...]:
    """The question's forbidden strings (compared without case) and patterns that the shown text has."""
    text = shown_text(answer)
    lowered = text.casefold()
    strings = [s for s in item.forbidden if s and s.casefold() in lowered]
    return (
        *strings,
        *(p for p in item.forbidden_regex if re.search(p, text[:_REGEX_TEXT])),
    )


def statements_cited(answer: Mapping[str, Any]) -> float | None:
    """Statements with at least one citation / statements; None for an answer without statements."""
    statements = answer.get("statements", [])
    if not statements:
        return None
    return sum(bool(s.get("citations")) for s in statements) / len(statements)


def labels_held(answer: Mapping[str, Any]) -> float | None:
    """Labels [n] in the text and in statements that a citation has / such labels; None without any."""
    used = _LABEL.findall(answer["answer"])
    used += [str(label) for s in answer.get("statements", []) for label in s.get("citations", [])]
    have = {str(c.get("label")) for c in answer.get("citations", [])}
    return sum(label in have for label in used) / len(used) if used else None
