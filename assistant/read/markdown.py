"""Markdown with explicit ids, notes and boxes, read into drafts. docs/CORPUS.md describes the form.

markdown-it-py parses it; this module walks its tokens. Nothing is raised for a mistake in the text: it
becomes a `Finding` and reading goes on, so that a check can tell all mistakes at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from markdown_it.token import Token
from mdit_py_plugins.attrs.parse import ParseError, parse

from assistant.read.drafts import DraftBlock, DraftNote, DraftSection, Inline, Reading
from assistant.read.inline import parser, read_inline, render_inline, superscript
from assistant.read.problems import Finding, where
from assistant.types import BlockKind

__all__ = ["BOXES", "read_markdown"]

# "::: name" and the kind of its blocks. Taglines and graphic labels name what follows, as a heading does.
BOXES: Mapping[str, BlockKind] = {
    "imprint": "imprint",
    "labels": "heading",
    "prompt": "prompt",
    "pull-quote": "pull-quote",
    "tagline": "heading",
    "takeaway": "takeaway",
}

_TRAILING_ATTRIBUTES = re.compile(r"\s*\{([^{}]*)\}\s*$")
_ID = re.compile(r"#([^\s{}]+)")


def read_markdown(text: str, path: str) -> Reading:
    """Read a document's Markdown; `path` names the file in findings."""
    walk = _Walk(path)
    tokens = iter(parser().parse(text))
    for token in tokens:
        if token.type == "heading_open":
            walk.heading(token, next(tokens))
        elif token.type == "paragraph_open":
            walk.paragraph(token, next(tokens))
        elif token.type == "fence":
            walk.block(Inline(token.content.strip()), _line(token))
        else:
            walk.nest(token)
    walk.tell_dangling()
    return walk.reading


class _Walk:
    """What has been read, and where the walk is: in which section, box, quotation, list, note."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.reading = Reading()
        self.stack: list[DraftSection] = []
        self.groups = 0
        self.boxes: list[tuple[BlockKind, int]] = []
        self.quotations: list[int] = []
        self.lists: list[tuple[bool, int]] = []  # (ordered, group)
        self.bullet = ""
        self.attribution = False
        self.note: DraftNote | None = None
        self.note_blocks = 0

    def find(self, line: int, problem: str, remedy: str) -> None:
        self.reading.findings.append(Finding("error", where(self.path, line), problem, remedy))

    # -------------------------------------------------------- what opens and closes

    def nest(self, token: Token) -> None:
        """Take note of what a token opens or closes."""
        kind, _, side = token.type.rpartition("_")
        opens = side == "open"
        if kind == "container_box":
            self._open_box(token) if opens else self.boxes.pop()
        elif kind == "blockquote":
            self.quotations.append(self._group()) if opens else self.quotations.pop()
        elif kind in ("bullet_list", "ordered_list"):
            if not opens:
                self.lists.pop()
            else:  # a list inside another belongs to it
                self.lists.append((kind == "ordered_list", self.lists[0][1] if self.lists else self._group()))
        elif kind == "list_item" and opens:
            self.bullet = f"{token.info}{token.markup} " if self.lists[-1][0] else "- "
        elif kind == "footnote_reference":
            self._open_note(token) if opens else self._close_note()

    def _group(self) -> int:
        self.groups += 1
        return self.groups

    def _open_box(self, token: Token) -> None:
        name = token.info.split()[0]
        if name not in BOXES:
            self.find(_line(token), f"unknown box “{name}”.", f"Use one of: {', '.join(BOXES)}.")
        self.boxes.append((BOXES.get(name, "paragraph"), self._group()))

    def _open_note(self, token: Token) -> None:
        label, line = str(token.meta["label"]), _line(token)
        if any(note.label == label for note in self.reading.notes):
            self.find(line, f"note {label} is given twice.", "Delete one, or give it its own number.")
        self.note = DraftNote(label, self.stack[-1].id if self.stack else "", line)
        self.note_blocks = 0
        self.reading.notes.append(self.note)

    def _close_note(self) -> None:
        if self.note and not self.note_blocks:
            self.find(self.note.line, f"note {self.note.label} is empty.", "Write its text after the colon.")
        self.note = None

    # -------------------------------------------------------- headings

    def heading(self, token: Token, content: Token) -> None:
        """Begin a section."""
        line, level = _line(token), int(token.tag[1])
        title, attributes = self._title(content, line)
        if token.level:
            remedy = "Move it out, or close the box with ::: before it." if self.boxes else "Move it out."
            self.find(line, f"the heading “{title}” stands inside a box, list or quotation.", remedy)
        id = attributes.pop("id", "")
        if not id:
            self.find(line, f"the heading “{title}” has no id.", "Write one at its end, such as {#2.1}.")
            id = f"line-{line}"
        elif any(section.id == id for section in self.reading.sections):
            self.find(line, f"the id {id} is used twice.", "Give every section its own id.")
        above = self.stack[-1].level if self.stack else 0
        if level > above + 1:
            remedy = f"Write it with {'#' * (above + 1)} or less, or add the heading between."
            self.find(line, f"the heading “{title}” jumps from level {above} to level {level}.", remedy)
        while self.stack and self.stack[-1].level >= level:
            self.stack.pop()
        printed = "unprinted" not in attributes.pop("class", "").split()
        section = self._section(id, title, level, attributes, line)
        self.stack.append(section)
        self.reading.sections.append(section)
        for text in (attributes.get("kicker", ""), title if printed else ""):
            if text:
                self.reading.blocks.append(DraftBlock("heading", id, "", Inline(text), None, line))

    def _section(
        self, id: str, title: str, level: int, attributes: dict[str, str], line: int
    ) -> DraftSection:
        page = attributes.pop("page", None)
        if page is not None and not page.isdecimal():
            self.find(line, f"the page “{page}” is no number.", "Write page=12, or leave it out.")
            page = None
        parent = self.stack[-1] if self.stack else None
        return DraftSection(
            id=id,
            title=title,
            level=level,
            parent=parent.id if parent else None,
            path=(*(parent.path if parent else ()), title),
            page=int(page) if page else None,
            attributes=attributes,
            line=line,
        )

    def _title(self, content: Token, line: int) -> tuple[str, dict[str, str]]:
        """Split "Title {#id page=3}" into its title and attributes.

        The plug-in's own parser reads all but the id, which it would not let hold dots and slashes.
        """
        match = _TRAILING_ATTRIBUTES.search(content.content)
        if not match:
            return render_inline(content.children or [], line).text.strip(), {}
        title = read_inline(content.content[: match.start()]).text.strip()
        attributes: dict[str, str] = {}
        inside = match.group(1)
        if id := _ID.search(inside):
            attributes["id"] = id.group(1)
            inside = inside[: id.start()] + inside[id.end() :]
        try:
            attributes |= parse("{" + inside + "}")[1]
        except ParseError as error:
            remedy = 'Write them as {#id page=3 number="1.1."}.'
            self.find(line, f"the attributes {match.group(0).strip()} cannot be read: {error}.", remedy)
        return title, attributes

    # -------------------------------------------------------- blocks

    def paragraph(self, token: Token, content: Token) -> None:
        """Add a paragraph, if there are words in it."""
        self.attribution = "attribution" in str(token.attrs.get("class", "")).split()
        inline = render_inline(content.children or [], _line(token))
        if inline.text.strip():
            self.block(inline, _line(token))

    def block(self, inline: Inline, line: int) -> None:
        """Add a block of the kind that the place gives it."""
        if not self.stack:
            self.find(line, "text stands before the first heading.", "Give it a heading with an id.")
            return
        kind, lead, group = self._place()
        note = self.note.label if self.note else None
        self.reading.blocks.append(DraftBlock(kind, self.stack[-1].id, lead, inline, group, line, note))
        self.bullet = ""

    def _place(self) -> tuple[BlockKind, str, int | None]:
        """Kind, lead and group of a block here."""
        if self.note:
            self.note_blocks += 1
            at_foot = is_page_footnote(self.note.label)
            number = f"{superscript(self.note.label)} " if at_foot else f"{self.note.label}. "
            return "footnote" if at_foot else "reference", number if self.note_blocks == 1 else "", None
        if self.boxes:
            return self.boxes[-1][0], self.bullet, self.boxes[-1][1]
        if self.quotations:
            return "attribution" if self.attribution else "quotation", self.bullet, self.quotations[0]
        if self.lists:
            return "list-item", self.bullet, self.lists[-1][1]
        return "paragraph", "", None

    def tell_dangling(self) -> None:
        """Tell the markers that no note answers."""
        notes = {note.label for note in self.reading.notes}
        for marker in (m for block in self.reading.blocks for m in block.inline.markers):
            if marker.label not in notes:
                remedy = f"Write the note ([^{marker.label}]: ...), or take the marker out."
                self.find(marker.line, f"the marker [^{marker.label}] has no note.", remedy)


def is_page_footnote(label: str) -> bool:
    """Whether a note stands at the foot of its section's page ("1.6/fn1") and not in the list at the end."""
    return "/" in label


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0
