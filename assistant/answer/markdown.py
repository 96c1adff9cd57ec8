"""An answer as Markdown: statements with their labels, nothing that a browser could run.

Marks that Markdown or HTML would read as their own are escaped; addresses stay as they are printed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.types import Statement

__all__ = ["escape", "render"]

# Signs that mean something wherever they stand: marks, HTML, links, entities, tables, `_` at a word's edge.
_SPECIAL = re.compile(r"([\\`*<>\[\]|~]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_]))")
# Those that do so at the beginning of a line: titles, lists, lines under titles and between parts.
_LINE_START = re.compile(
    r"^(?:(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|=+[ \t]*$|-[- \t]*$)|(\d{1,9})(?=[.)](?:\s|$)))", re.M
)
_INDENT = re.compile(r"^[^\S\n]+", re.MULTILINE)  # four blanks would make code
_ADDRESS = re.compile(r"(https?://[^\s<>\[\]`|*\\]+)")
_BLANKS = str.maketrans("\t\v\f\r\x85", "     ")


def escape(text: str) -> str:
    """`text` so that Markdown shows its characters as they are, without invisible or direction marks."""
    text = text.translate(_BLANKS)
    visible = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c == "\n")
    pieces = _ADDRESS.split(_INDENT.sub("", visible))
    pieces[::2] = [_SPECIAL.sub(r"\\\1", words) for words in pieces[::2]]  # between the addresses
    return _LINE_START.sub(r"\1\\", "".join(pieces))


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
