"""Text of others made fit to be shown: escaped by the templates, and here cut and made visible."""

from __future__ import annotations

import unicodedata

__all__ = ["visible"]

LIMIT = 6000  # characters of one text in a report
_MARKS = 3  # combining marks in a row that are kept; real scripts need no more


def visible(text: object, limit: int = LIMIT) -> str:
    """The text with invisible controls spelled out, piles of combining marks cut, and a bound on its length.

    Direction overrides and control characters become "⟨U+202E⟩"; line breaks, tabs, and the zero-width
    spaces and joiners that scripts need stay.
    """
    raw = str(text)
    shown: list[str] = []
    marks = 0
    for char in raw[:limit]:
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks > _MARKS:
            continue
        hidden = category in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and char not in "\n\t\u200c\u200d\u200b"
        shown.append(f"⟨U+{ord(char):04X}⟩" if hidden else char)
    if len(raw) > limit:
        shown.append(f" … ({len(raw) - limit} more characters)")
    return "".join(shown)
