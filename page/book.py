"""A document made ready for reading: its parts by id, and its words cut where something is to be shown.

`Piece`s are the words of a block in order; joined they are the block's text exactly.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from assistant import Document, Note, Reference, Section

__all__ = ["Book", "Paragraph", "Piece"]

_BULLET = re.compile(r"[-•*] ")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)] ")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that look alike; `note` is the number that a marker stands for."""

    text: str
    note: str | None = None
    bold: bool = False
    marked: bool = False
    first_mark: bool = False  # where a marked span begins


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block as it is shown. `kind` is the block's; `level` that of a heading; `last` ends a group."""

    kind: str
    section: str
    pieces: tuple[Piece, ...]
    level: int = 0
    note: str | None = None  # number of the note that this block gives
    opens: bool = False
    closes: bool = False

    @property
    def numbered(self) -> bool:
        """Whether a list item brings its own number, and needs no mark before it."""
        return bool(self.pieces) and _NUMBERED.match(self.pieces[0].text) is not None


@dataclass(frozen=True)
class Book:
    """One document with look-ups. Made once for each opened index; safe to share."""

    document: Document
    sections: dict[str, Section] = field(init=False)
    notes: dict[str, Note] = field(init=False)
    references: dict[str, Reference] = field(init=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "sections", {s.id: s for s in self.document.sections})
        put(self, "notes", {n.number: n for n in self.document.notes})
        put(self, "references", {r.id: r for r in self.document.references})

    @cached_property
    def children(self) -> dict[str | None, tuple[Section, ...]]:
        found: dict[str | None, list[Section]] = {}
        for section in self.document.sections:
            found.setdefault(section.parent, []).append(section)
        return {parent: tuple(sections) for parent, sections in found.items()}

    @cached_property
    def units(self) -> tuple[Section, ...]:
        """The sections that are read one at a time: the two upper levels, in reading order."""
        return tuple(s for s in self.document.sections if s.level <= 2 or not self._top(s))

    def unit_of(self, section: Section) -> Section:
        """The unit in which a section is read."""
        while section.level > 2 and section.parent in self.sections:
            section = self.sections[section.parent]
        return section

    def span_of(self, unit: Section) -> tuple[int, int]:
        """A unit's own words: those of an upper section end where the first unit inside it begins."""
        inner = [s.start for s in self.units if unit.start <= s.start < unit.end and s.id != unit.id]
        return unit.start, min(inner, default=unit.end)

    def neighbours(self, unit: Section) -> tuple[Section | None, Section | None]:
        """The units before and after."""
        ids = [s.id for s in self.units]
        at = ids.index(unit.id)
        return (self.units[at - 1] if at else None, self.units[at + 1] if at + 1 < len(ids) else None)

    def section_at(self, offset: int) -> Section | None:
        """The innermost section that holds an offset."""
        holding = [s for s in self.document.sections if s.start <= offset < s.end]
        return max(holding, key=lambda s: s.level, default=None)

    def notes_in(self, start: int, end: int) -> tuple[Note, ...]:
        """The notes whose markers stand between two offsets, in order of their first marker there."""
        inside = self._markers[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return tuple(self.notes[number] for number in dict.fromkeys(m[2] for m in inside))

    def citing(self, reference: Reference) -> tuple[Note, ...]:
        """The notes that lead to a reference."""
        return tuple(n for n in self.document.notes if n.reference == reference.id)

    def paragraphs(self, start: int, end: int, mark: tuple[int, int] | None = None) -> tuple[Paragraph, ...]:
        """The blocks between two offsets; `mark` is shown marked."""
        blocks = [b for b in self.document.blocks if b.start < end and b.end > start]
        shown = []
        for i, block in enumerate(blocks):
            before = blocks[i - 1] if i else None
            after = blocks[i + 1] if i + 1 < len(blocks) else None
            section = self.sections.get(block.section)
            shown.append(
                Paragraph(
                    block.kind,
                    block.section,
                    tuple(self._pieces(block.start, block.end, mark)),
                    section.level if block.kind == "heading" and section else 0,
                    self._note_bodies.get(block.start),
                    opens=not _together(before, block),
                    closes=not _together(after, block),
                )
            )
        return tuple(shown)

    def around(self, start: int, end: int) -> tuple[Paragraph, ...]:
        """The paragraphs in which a quotation stands, with the quotation marked."""
        found = self.paragraphs(start, end, (start, end))
        return tuple(p for p in found if p.kind != "heading") or found

    # ------------------------------------------------------------ cutting

    def _pieces(self, start: int, end: int, mark: tuple[int, int] | None) -> Iterator[Piece]:
        text = self.document.text
        if (bullet := _BULLET.match(text, start, end)) and bullet.end() < end:
            start = bullet.end()
        markers = self._markers[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        bold = [(max(a, start), min(b, end)) for a, b in self._bold(start, end)]
        cuts = {start, end, *(x for m in markers for x in m[:2]), *(x for span in bold for x in span)}
        if mark:
            cuts |= {x for x in mark if start < x < end}
        points = sorted(x for x in cuts if start <= x <= end)
        numbers = {m[0]: m[2] for m in markers}
        marking = False
        for a, b in pairwise(points):
            marked = mark is not None and mark[0] <= a < mark[1]
            yield Piece(
                text[a:b], numbers.get(a), any(x <= a < y for x, y in bold), marked,
                marked and not marking and mark is not None and a == max(mark[0], start),
            )  # fmt: skip
            marking = marked

    def _bold(self, start: int, end: int) -> list[tuple[int, int]]:
        spans = self.document.emphasis
        first = bisect_right(self._bold_ends, start)
        found = []
        for span in spans[first:]:
            if span[0] >= end:
                break
            found.append(span)
        return found

    @cached_property
    def _bold_ends(self) -> list[int]:
        return [end for _, end in self.document.emphasis]

    @cached_property
    def _markers(self) -> list[tuple[int, int, str]]:
        return sorted(
            (m.start, m.end, n.number) for n in self.document.notes for m in n.markers if m.end > m.start
        )

    @cached_property
    def _starts(self) -> list[int]:
        return [m[0] for m in self._markers]

    @cached_property
    def _note_bodies(self) -> dict[int, str]:
        kinds = ("reference", "footnote")
        starts = [(b.start, b.end) for b in self.document.blocks if b.kind in kinds]
        return {
            start: n.number for start, end in starts for n in self.document.notes if start <= n.start < end
        }

    def _top(self, section: Section) -> bool:
        return section.parent in self.sections


def _together(other: Any, block: Any) -> bool:
    """Whether two neighbouring blocks are items of one list, or paragraphs of one quotation."""
    return (
        other is not None
        and other.group is not None
        and other.group == block.group
        and other.kind == block.kind
    )
