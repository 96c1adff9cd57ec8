"""An answer as Markdown: statements with their labels, nothing that a browser could run.

Marks that Markdown or HTML would read as their own are escaped; addresses stay as they are printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.types import Statement

__all__ = ["escape", "render"]

_SPECIAL = re.compile(r"([\\`*<>\[\]])")
_LINE_START = re.compile(r"^(\s*)(#{1,6}\s|[-+]\s|=+$|-{3,}$)", re.MULTILINE)


def escape(text: str) -> str:
    """`text` so that Markdown shows its characters as they are, without invisible or direction marks."""
    visible = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c == "\n")
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", visible))


def render(before: str, statements: Sequence[Statement], lists: frozenset[str], after: str = "") -> str:
    """Markdown of an answer: `before`, the statements with labels after each run, `after`.

    `lists` names the labels whose statements are the items of a list.
    """
    blocks = [escape(before)] if before else []
    run: list[Statement] = []
    for index, statement in enumerate(statements):
        run.append(statement)
        following = statements[index + 1] if index + 1 < len(statements) else None
        if following is None or following.citations != statement.citations:
            blocks.append(_run(run, lists))
            run = []
    if after:
        blocks.append(escape(after))
    return "\n\n".join(block for block in blocks if block)


def _run(statements: Sequence[Statement], lists: frozenset[str]) -> str:
    labels = "".join(f"[{label}]" for label in statements[-1].citations)
    texts = [escape(statement.text) for statement in statements]
    if len(texts) > 1 and labels and statements[-1].citations[0] in lists:
        lead = texts[0].endswith(":")
        items = texts[1:] if lead else texts
        lines = [f"{texts[0]} {labels}\n" if lead else "", *(f"- {item}" for item in items)]
        if not lead:
            lines[-1] += f" {labels}"
        return "\n".join(line for line in lines if line)
    return f"{' '.join(texts)} {labels}".strip()
