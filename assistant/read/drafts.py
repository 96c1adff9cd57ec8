"""What a reader of one file format hands over: sections, blocks and notes in order, not yet laid out.

Offsets in drafts are into their own block's text; `assistant.read.document` lays them out as one text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.read.problems import Finding
from assistant.types import BlockKind, Span

__all__ = ["DraftBlock", "DraftMarker", "DraftNote", "DraftSection", "Inline", "Reading"]


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
    """One block; `lead` is what stands before its text: a bullet, a number."""

    kind: BlockKind
    section: str
    lead: str
    inline: Inline
    group: int | None
    line: int  # in the file, from 1
    note: str | None = None  # the label of the note that this block is part of


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A heading with what it says of its section."""

    id: str
    title: str
    level: int
    parent: str | None
    path: tuple[str, ...]
    page: int | None
    attributes: Mapping[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class DraftNote:
    """A note's definition."""

    label: str
    section: str
    line: int


@dataclass(slots=True)
class Reading:
    """All that one file holds, in its order, with what is wrong with it."""

    sections: list[DraftSection] = field(default_factory=list)
    blocks: list[DraftBlock] = field(default_factory=list)
    notes: list[DraftNote] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
