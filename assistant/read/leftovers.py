"""Markup that was meant as such and stands in the text as plain signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["leftover_markup"]

_LEFT = (
    (r"^#+\s*\w", "a line begins with # and is no heading.", "Leave a space after it; 6 of them at most."),
    (r"(?:^|\s):::", "“:::” opens or closes nothing here.", "Write ::: with a name, and ::: at the end."),
    (r"\{[#.][^{}]*\}", "an id or a class in braces stands as text.", "Put it at the end of a heading."),
    (r"\[\^", "“[^” is no note marker here.", "Write it as [^65], without spaces."),
    (r"\*\*", "“**” stands as text: the bold is not closed, or has a space inside.", "Write **bold**."),
    (r"\]\(", "“](” stands as text: the link is not whole.", "Write [words](https://...)."),
    (r"<!--|</?[a-z]+>", "HTML is not interpreted.", "Write it as Markdown, or take it out."),
    (r"^\|.*\|", "tables are not read.", "Write a list, one row an item."),
)
_PATTERNS = tuple((re.compile(pattern), problem, remedy) for pattern, problem, remedy in _LEFT)


def leftover_markup(text: str) -> Iterator[tuple[str, str]]:
    """(problem, remedy) for each kind of markup that stands in `text`, one block, as plain signs."""
    for pattern, problem, remedy in _PATTERNS:
        if pattern.search(text):
            yield problem, remedy
