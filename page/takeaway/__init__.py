"""A conversation as a file to keep: Markdown, DOCX or PDF, with its evidence and references."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant import Answer
from page.evidence import Library
from page.takeaway.paper import Paper, make_paper

__all__ = ["FORMATS", "Format", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    label: str
    ending: str
    mime: str


FORMATS = {
    "markdown": Format("Markdown", "md", "text/markdown; charset=utf-8"),
    "docx": Format("Word", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": Format("PDF", "pdf", "application/pdf"),
}


def write(name: str, answers: tuple[Answer, ...], library: Library, style: str) -> bytes:
    """The conversation as a file of that format (a key of `FORMATS`), references in `style`."""
    return _writer(name)(make_paper(answers, library, style))


def _writer(name: str) -> Callable[[Paper], bytes]:
    # Word and PDF libraries are imported when a reader first wants such a file.
    if name == "docx":
        from page.takeaway.word import to_docx

        return to_docx
    if name == "pdf":
        from page.takeaway.pdf import to_pdf

        return to_pdf
    from page.takeaway.plain import to_markdown

    return to_markdown
