"""Markdown with explicit ids, notes and boxes, read into drafts of sections, blocks and notes.

The form is described in docs/CORPUS.md. markdown-it-py parses it (CommonMark, with the footnote, container
and attribute plug-ins); this module walks its tokens. It knows nothing of sentences or of character offsets
in the whole document: `assistant.read.document` puts the drafts together.

Nothing is raised for a mistake in the text: it becomes a `Finding`, and reading goes on, so that a check can
tell all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import get_args

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.attrs import attrs_block_plugin
from mdit_py_plugins.attrs.parse import ParseError, parse
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.footnote import footnote_plugin

from assistant.read.problems import Finding, where
from assistant.types import BlockKind, Span

__all__ = [
    "DraftBlock",
    "DraftMarker",
    "DraftNote",
    "DraftSection",
    "Inline",
    "Reading",
    "read_inline",
    "read_markdown",
]

# Boxes that are no block kind of their own: printed kickers, taglines and graphic labels name what
# follows as a heading does, and say nothing themselves.
_HEADING_BOXES = frozenset({"tagline", "labels"})
BOXES: Mapping[str, BlockKind] = {
    **{kind: kind for kind in get_args(BlockKind) if kind in ("pull-quote", "takeaway", "prompt", "imprint")},
    **{kind: "heading" for kind in _HEADING_BOXES},
}

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TRAILING_ATTRIBUTES = re.compile(r"\s*\{([^{}]*)\}\s*$")
_ID = re.compile(r"#([^\s{}]+)")


@dataclass(frozen=True, slots=True)
class DraftMarker:
    """A note marker at `[start, end)` of its block's text."""

    label: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class Inline:
    """Running text as it is read: no markup, addresses in full, note markers as superscripts."""

    text: str
    bold: tuple[Span, ...] = ()
    markers: tuple[DraftMarker, ...] = ()
    links: tuple[str, ...] = ()  # addresses, as written


@dataclass(frozen=True, slots=True)
class DraftBlock:
    """One block; `lead` is what stands before its text: a bullet, a note's number."""

    kind: BlockKind
    section: str
    lead: str
    inline: Inline
    group: int | None
    line: int
    note: str | None = None  # the label of the note that this block is (part of)
    title: bool = False  # the title line of its section


@dataclass(frozen=True, slots=True)
class DraftSection:
    id: str
    title: str
    level: int
    parent: str | None
    path: tuple[str, ...]
    page: int | None
    attributes: Mapping[str, str]
    printed: bool  # False: the title is a name given to a part that has no printed heading
    line: int


@dataclass(frozen=True, slots=True)
class DraftNote:
    label: str
    section: str
    line: int


@dataclass(slots=True)
class Reading:
    """All that one Markdown file holds, in its order, with what is wrong with it."""

    sections: list[DraftSection] = field(default_factory=list)
    blocks: list[DraftBlock] = field(default_factory=list)
    notes: list[DraftNote] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_markdown(text: str, path: str) -> Reading:
    """Read a document's Markdown; `path` names the file in findings."""
    return _Walk(path).run(_parser().parse(text))


def read_inline(text: str) -> Inline:
    """Read one piece of running text (no headings, lists or boxes) by the same rules."""
    tokens = _parser().parseInline(text)
    return _inline(tokens[0].children or [], 1)


def superscript(label: str) -> str:
    """A note's marker as it is shown: the digits of its number, raised ("65", "1.6/fn1" → "⁶⁵", "¹")."""
    digits = re.search(r"\d+$", label)
    return digits.group().translate(_SUPERSCRIPT) if digits else f"[{label}]"


@cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False})
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    md.use(attrs_block_plugin)
    md.use(container_plugin, "box", validate=lambda params, _markup: bool(params.strip()))
    # Addresses are shown as written: no percent-sign is decoded or added.
    md.normalizeLinkText = md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    md.disable(["code", "reference", "html_block", "html_inline"])
    return md


class _Walk:
    """Goes through the tokens once; keeps where it is (section, box, list, quotation, note)."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.reading = Reading()
        self.stack: list[DraftSection] = []
        self.groups = 0
        self.box: tuple[BlockKind, int] | None = None
        self.quotation: int | None = None
        self.lists: list[tuple[bool, int]] = []  # (ordered, group)
        self.bullet = ""
        self.note: DraftNote | None = None
        self.note_blocks = 0
        self.attribution = False

    def run(self, tokens: list[Token]) -> Reading:
        enumerated = iter(tokens)
        for token in enumerated:
            if token.type == "heading_open":
                self._heading(token, next(enumerated))
            elif token.type == "paragraph_open":
                self.attribution = "attribution" in str(token.attrs.get("class", "")).split()
                self._paragraph(next(enumerated), _line(token))
            elif token.type in ("fence", "code_block"):
                self._block(Inline(token.content.strip()), _line(token))
            else:
                self._nest(token)
        return self.reading

    def find(self, line: int, problem: str, remedy: str) -> None:
        self.reading.findings.append(Finding("error", where(self.path, line), problem, remedy))

    def _nest(self, token: Token) -> None:
        kind = token.type
        if kind == "container_box_open":
            self._open_box(token)
        elif kind == "container_box_close":
            self.box = None
        elif kind == "blockquote_open":
            self.quotation = self._group()
        elif kind == "blockquote_close":
            self.quotation = None
        elif kind in ("bullet_list_open", "ordered_list_open"):
            outer = self.lists[0][1] if self.lists else self._group()
            self.lists.append((kind == "ordered_list_open", outer))
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists.pop()
        elif kind == "list_item_open":
            self.bullet = f"{token.info}{token.markup} " if self.lists[-1][0] else "- "
        elif kind == "footnote_reference_open":
            self._open_note(token)
        elif kind == "footnote_reference_close":
            self._close_note()

    def _group(self) -> int:
        self.groups += 1
        return self.groups

    def _open_box(self, token: Token) -> None:
        name = token.info.split()[0]
        if name not in BOXES:
            known = ", ".join(sorted(BOXES))
            self.find(_line(token), f"unknown box “{name}”.", f"Use one of: {known}.")
        self.box = (BOXES.get(name, "paragraph"), self._group())

    def _open_note(self, token: Token) -> None:
        label, line = str(token.meta["label"]), _line(token)
        if any(n.label == label for n in self.reading.notes):
            self.find(line, f"note {label} is given twice.", "Delete one, or give it its own number.")
        self.note = DraftNote(label, self.stack[-1].id if self.stack else "", line)
        self.note_blocks = 0
        self.reading.notes.append(self.note)

    def _close_note(self) -> None:
        if self.note and not self.note_blocks:
            self.find(self.note.line, f"note {self.note.label} is empty.", "Write its text after the colon.")
        self.note = None

    def _heading(self, token: Token, content: Token) -> None:
        line, level = _line(token), int(token.tag[1])
        title, attributes = self._attributes(content, line)
        id = attributes.pop("id", "")
        if not id:
            self.find(line, f"the heading “{title}” has no id.", "Write one at its end, such as {#2.1}.")
            id = f"line-{line}"
        if any(s.id == id for s in self.reading.sections):
            self.find(line, f"the id {id} is used twice.", "Give every section its own id.")
        if level > (self.stack[-1].level if self.stack else 0) + 1:
            above = self.stack[-1].level if self.stack else 0
            self.find(
                line,
                f"the heading “{title}” jumps from level {above} to level {level}.",
                f"Use {'#' * (above + 1)} or fewer, or add the heading between.",
            )
        while self.stack and self.stack[-1].level >= level:
            self.stack.pop()
        self.stack.append(self._section(id, title, level, attributes, line))
        self.reading.sections.append(self.stack[-1])
        if kicker := self.stack[-1].attributes.get("kicker"):
            self.reading.blocks.append(DraftBlock("heading", id, "", Inline(kicker), None, line))
        if self.stack[-1].printed:
            self.reading.blocks.append(DraftBlock("heading", id, "", Inline(title), None, line, title=True))

    def _section(
        self, id: str, title: str, level: int, attributes: dict[str, str], line: int
    ) -> DraftSection:
        page = attributes.pop("page", None)
        if page is not None and not page.isdigit():
            self.find(line, f"the page “{page}” is no number.", "Write page=12, or leave it out.")
        printed = "unprinted" not in attributes.pop("class", "").split()
        return DraftSection(
            id=id,
            title=title,
            level=level,
            parent=self.stack[-1].id if self.stack else None,
            path=(*(s.title for s in self.stack), title),
            page=int(page) if page and page.isdigit() else None,
            attributes=attributes,
            printed=printed,
            line=line,
        )

    def _attributes(self, content: Token, line: int) -> tuple[str, dict[str, str]]:
        """Split "Title {#id page=3}". The library's own parser reads all but the id, which it would not let
        hold the dots and slashes of "3.2.1/case-study"."""
        raw = content.content
        match = _TRAILING_ATTRIBUTES.search(raw)
        title = _inline(content.children or [], line).text
        if not match:
            return title.strip(), {}
        title = read_inline(raw[: match.start()]).text.strip()
        attributes: dict[str, str] = {}
        inside = match.group(1)
        if id := _ID.search(inside):
            attributes["id"] = id.group(1)
            inside = inside[: id.start()] + inside[id.end() :]
        try:
            attributes |= parse("{" + inside + "}")[1]
        except ParseError as error:
            self.find(
                line,
                f"the attributes {{{match.group(1)}}} cannot be read: {error}.",
                'Write them as {#id page=3 label="Chapter 1"}.',
            )
        return title, attributes

    def _paragraph(self, content: Token, line: int) -> None:
        inline = _inline(content.children or [], line)
        if inline.text.strip():
            self._block(inline, line)

    def _block(self, inline: Inline, line: int) -> None:
        if not self.stack:
            self.find(line, "text stands before the first heading.", "Give it a heading with an id.")
            return
        kind, lead, group = self._setting()
        note = self.note.label if self.note else None
        self.reading.blocks.append(DraftBlock(kind, self.stack[-1].id, lead, inline, group, line, note))
        self.bullet = ""

    def _setting(self) -> tuple[BlockKind, str, int | None]:
        if self.note:
            self.note_blocks += 1
            page_footnote = "/" in self.note.label
            number = superscript(self.note.label) + " " if page_footnote else f"{self.note.label}. "
            return (
                ("footnote" if page_footnote else "reference"),
                number if self.note_blocks == 1 else "",
                None,
            )
        if self.box:
            return self.box[0], self.bullet, self.box[1]
        if self.quotation is not None:
            return ("attribution" if self.attribution else "quotation"), self.bullet, self.quotation
        if self.lists:
            return "list-item", self.bullet, self.lists[-1][1]
        return "paragraph", "", None


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _inline(children: list[Token], line: int) -> Inline:
    parts: list[str] = []
    bold: list[Span] = []
    markers: list[DraftMarker] = []
    links: list[str] = []
    opened: list[int] = []
    length = 0
    for token in children:
        piece = ""
        if token.type in ("text", "code_inline"):
            piece = token.content
        elif token.type == "softbreak":
            piece, line = " ", line + 1
        elif token.type == "hardbreak":
            piece, line = "\n", line + 1
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
    return Inline("".join(parts), tuple(_merged(bold)), tuple(markers), tuple(links))


def _merged(spans: list[Span]) -> Iterator[Span]:
    """Spans in order, those inside another left out."""
    end = -1
    for span in sorted(spans, key=lambda s: (s[0], -s[1])):
        if span[1] > end:
            yield span
            end = span[1]
