"""Running text of the Markdown dialect: the parser as it is set up, and words without their markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from assistant.read.drafts import DraftMarker, Inline
from assistant.types import Span

__all__ = ["parser", "plain_parser", "read_inline", "render_inline", "superscript"]

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Parser(MarkdownIt):
    """markdown-it, but an address stays as it is written: no percent-sign is decoded or added."""

    def normalizeLink(self, url: str) -> str:
        return url

    def normalizeLinkText(self, link: str) -> str:
        return link


@cache
def parser() -> MarkdownIt:
    """CommonMark with notes, boxes and attributes; no HTML, and no code by indentation."""
    md = _Parser("commonmark", {"html": False, "maxNesting": 100})  # what is deeper would be lost
    # A marker without a note stays a marker, so that it can be told; notes stay where they stand.
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    md.use(attrs_block_plugin)
    md.use(container_plugin, "box", validate=lambda params, _markup: bool(params.strip()))
    return md.disable(["code", "reference", "html_block", "html_inline"])


@cache
def plain_parser() -> MarkdownIt:
    """Paragraphs alone, with bold, italics, links and addresses in them: for half-Markdown."""
    md = _Parser("zero")
    return md.enable(["emphasis", "link", "autolink", "balance_pairs", "fragments_join"], ignoreInvalid=True)


def read_inline(text: str) -> Inline:
    """Read one piece of running text by the rules of the dialect."""
    return render_inline(parser().parseInline(text)[0].children or [], 1)


def superscript(label: str) -> str:
    """A note's marker as it is shown: the digits of its number, raised ("65" → "⁶⁵", "1.6/fn1" → "¹")."""
    digits = re.search(r"\d+$", label)
    return digits.group().translate(_SUPERSCRIPT) if digits else f"[{label}]"


def render_inline(children: Sequence[Token], line: int) -> Inline:
    """The words of inline tokens that begin on `line` of the file."""
    parts: list[str] = []
    bold: list[Span] = []
    markers: list[DraftMarker] = []
    links: list[str] = []
    opened: list[int] = []
    length = 0
    for token in children:
        piece = ""
        if token.type in ("text", "code_inline", "image"):
            piece = token.content
        elif token.type in ("softbreak", "hardbreak"):
            piece, line = " " if token.type == "softbreak" else "\n", line + 1
        elif token.type == "footnote_ref":
            piece = superscript(token.meta["label"])
            markers.append(DraftMarker(token.meta["label"], length, length + len(piece), line))
        elif token.type == "link_open":
            links.append(str(token.attrs.get("href", "")))
        elif token.type == "strong_open":
            opened.append(length)
        elif token.type == "strong_close":
            bold.append((opened.pop(), length))
        parts.append(piece)
        length += len(piece)
    return Inline("".join(parts), tuple(_outermost(bold)), tuple(markers), tuple(links))


def _outermost(spans: Sequence[Span]) -> Iterator[Span]:
    """Spans in order, those inside another left out."""
    end = -1
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if span[1] > end:
            yield span
            end = span[1]
