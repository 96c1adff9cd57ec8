"""A conversation as Markdown."""

from __future__ import annotations

import re

from page.takeaway.paper import Paper, Part
from page.texts import gettext as _

__all__ = ["to_markdown"]

_SPECIAL = re.compile(r"([\\`*_<>#|~!])|(?<!\d)(\[)(?=[^\]]*\]\()|^([+-])(?=\s)", re.MULTILINE)


def to_markdown(paper: Paper) -> bytes:
    """`paper` as UTF-8 Markdown; words that look like markup are escaped, so that nothing becomes a link."""
    lines = [f"# {paper.title}", "", f"{_('From')}: {_text(paper.made_from)}"]
    for part in paper.parts:
        lines += _part(part)
    if paper.sources:
        lines += ["", f"## {_('Sources')}", ""]
        lines += [f"{s.number}. {_text(s.text)}" for s in paper.sources]
    return ("\n".join(lines) + "\n").encode()


def _part(part: Part) -> list[str]:
    lines = ["", f"## {_text(part.question)}", ""]
    if part.understood:
        lines += [f"*{_('Understood as')}: {_text(part.understood)}*", ""]
    if part.status:
        lines += [f"**{_text(part.status)}**", ""]
    for item, words in part.lines:
        lines += [f"- {_text(words)}"] if item else [_text(words), ""]
    for remark in part.remarks:
        lines += ["", f"> {_text(remark)}"]
    for proof in part.proofs:
        lines += ["", f"**[{proof.label}]** {_text(proof.place)}", ""]
        lines += [f"> {_text(line)}" if line else ">" for line in proof.quote.splitlines()]
        if proof.notes:
            lines += ["", f"{_('Notes')}: {'; '.join(proof.notes)}"]
        lines += [f"\n**{_('Check before relying on it')}:** {_text(doubt)}" for doubt in proof.doubts]
    return lines


def _text(words: str) -> str:
    return _SPECIAL.sub(lambda m: "\\" + m.group(0), words)
