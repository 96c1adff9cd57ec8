"""Answers, hits and findings as text for a terminal."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant import Answer, BuildReport, Citation, Finding, Hit


__all__ = ["many", "render_answer", "render_findings", "render_hits", "render_report"]

_MAX_WIDTH = 100
_ESCAPE = re.compile(r"\\([^\w\s])")  # Markdown's backslash before a sign that is meant as it is


def render_answer(answer: Answer) -> str:
    """The answer, then every citation with its place, its words and the sources behind it."""
    lines: list[str] = []
    if answer.standalone != answer.question:
        lines += [*_wrap(f"(understood as: {answer.standalone})"), ""]
    for paragraph in _ESCAPE.sub(r"\1", answer.answer).splitlines():
        lines += _wrap(paragraph, hang="  " if paragraph.startswith("- ") else "") or [""]
    for citation in answer.citations:
        lines += ["", *_citation_lines(citation)]
    if answer.signposts:
        lines += ["", "Help:"]
        for post in answer.signposts:
            lines += _wrap(
                f"- {post.name} ({post.section}): {post.what} {post.url or ''}".rstrip(), hang="  "
            )
    untold = [conflict for conflict in answer.conflicts if conflict.note not in answer.answer]
    if untold:
        lines += ["", "Where the text disagrees:"]
        for conflict in untold:
            labels = "".join(f"[{label}]" for label in conflict.labels)
            lines += _wrap(f"- {conflict.note} {labels}", hang="  ")
    if answer.refused and answer.nearest:
        lines += ["", *_wrap("Nearest sections: " + ", ".join(answer.nearest))]
    if answer.suggestions:
        lines += [
            "",
            "You could ask:",
            *(line for s in answer.suggestions for line in _wrap(f"- {s}", hang="  ")),
        ]
    return "\n".join(lines)


def render_hits(hits: Sequence[Hit], *, explain: bool = False) -> str:
    """Passages best first, each with its rank, section and score; with every way's own score if asked."""
    if not hits:
        return "Nothing was found. Try other words."
    lines: list[str] = []
    for hit in hits:
        passage = hit.passage
        lines.append(f"{hit.rank}. {passage.section}  {passage.title}  (score {hit.score:.3f})")
        if explain:
            ways = sorted(hit.via.items(), key=lambda item: -item[1])
            lines.append("   found by " + ", ".join(f"{way} {score:.3f}" for way, score in ways))
        for paragraph in passage.text.split("\n"):
            lines += _wrap(paragraph, indent="   ")
        lines.append("")
    return "\n".join(lines[:-1])


def render_findings(findings: Iterable[Finding]) -> str:
    """One line a finding: how bad, where, what, and how to mend it."""
    return "\n".join(
        f"{f.level}: {f.where}: {f.problem}" + (f" {f.remedy}" if f.remedy else "") for f in findings
    )


def render_report(report: BuildReport) -> str:
    """What a build did, in one line."""
    return (
        f"Index {report.index_id}: {report.passages:,} passages, {report.sentences:,} sentences, "
        f"{report.questions:,} readers' questions; {report.embedded:,} texts embedded, "
        f"{report.reused:,} reused, in {report.seconds:.1f} s."
    )


def many(count: int, noun: str) -> str:
    """A count with its noun: "1 error", "2,000 errors"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _citation_lines(citation: Citation) -> Iterator[str]:
    page = f", page {citation.page}" if citation.page is not None else ""
    yield from _wrap(f"[{citation.label}] {citation.section} {citation.title}{page}", hang="    ")
    quote = " ".join(citation.quote.split())
    yield from _wrap(quote if quote[0] in '“"' else f"“{quote}”", indent="    ")
    if citation.url:
        yield f"    {citation.url}"
    for note in citation.notes:
        chain = f" ({' → '.join(note.chain)})" if len(note.chain) > 1 else ""
        yield from _wrap(f"Note {note.number}{chain}: {note.printed or 'no source given'}", indent="    ")
        if note.url:
            yield f"    {note.url}"
        if note.doubt:
            yield from _wrap(f"Doubt: {note.doubt}", indent="    ")


def _wrap(text: str, indent: str = "", hang: str = "") -> list[str]:
    width = min(shutil.get_terminal_size((80, 24)).columns, _MAX_WIDTH)
    return textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=indent + hang,
        break_long_words=False,  # an address must stay whole
        break_on_hyphens=False,
    )
