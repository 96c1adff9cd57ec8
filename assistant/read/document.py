"""Drafts put together into a `Document`: one reading text, and everything in it by span."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.read.drafts import DraftBlock, DraftSection, Reading
from assistant.read.markdown import is_page_footnote
from assistant.read.sentences import split_sentences
from assistant.types import Block, Document, Marker, Note, Section, Sentence, Span

__all__ = ["build_document"]

_UNSPLIT = frozenset({"reference"})  # one entry of a list of references is one thing to cite
_NO_SENTENCES = frozenset({"heading"})


def build_document(
    reading: Reading, *, id: str, title: str, language: str, origin: str = "", checksum: str = ""
) -> Document:
    """Lay out what was read as plain text and give every section, block, sentence, note its span.

    Blocks are separated by an empty line, items of one list by a line break. References, chains, glossary,
    entities, conflicts and questions are not set: they come from other files (`assistant.read.corpus`).
    """
    text = _Text(language)
    for block in reading.blocks:
        text.add(block)
    return Document(
        id=id,
        title=title,
        text="".join(text.parts),
        sections=tuple(_sections(reading.sections, text.blocks)),
        blocks=tuple(text.blocks),
        sentences=tuple(text.sentences),
        notes=tuple(_notes(reading, text)),
        emphasis=tuple(text.bold),
        language=language,
        origin=origin,
        checksum=checksum,
    )


@dataclass(slots=True)
class _Text:
    """The text as far as it is laid out."""

    language: str
    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[Block] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    bold: list[Span] = field(default_factory=list)
    markers: dict[str, list[Marker]] = field(default_factory=dict)
    note_spans: dict[str, Span] = field(default_factory=dict)

    def add(self, draft: DraftBlock) -> None:
        last = self.blocks[-1] if self.blocks else None
        if last:
            same_list = draft.kind == last.kind == "list-item" and draft.group == last.group
            self._put("\n" if same_list else "\n\n")
        start = self.length
        self._put(draft.lead)
        words = self.length
        self._put(draft.inline.text)
        self.blocks.append(Block(draft.kind, draft.section, start, self.length, draft.group))
        self.bold.extend((words + a, words + b) for a, b in draft.inline.bold)
        spans = self._add_sentences(draft, start, words)
        for marker in draft.inline.markers:
            at = (words + marker.start, words + marker.end)
            sentence = next((s for s in spans if s[0] <= at[0] and at[1] <= s[1]), (start, self.length))
            self.markers.setdefault(marker.label, []).append(Marker(*at, draft.section, sentence))
        if draft.note is not None:
            first = self.note_spans.get(draft.note, (words, 0))[0]
            self.note_spans[draft.note] = (first, self.length)

    def _put(self, piece: str) -> None:
        self.parts.append(piece)
        self.length += len(piece)

    def _add_sentences(self, draft: DraftBlock, start: int, words: int) -> list[Span]:
        if draft.kind in _NO_SENTENCES:
            return []
        if draft.kind in _UNSPLIT:
            spans = [(start, self.length)]
        else:
            at = [(m.start, m.end) for m in draft.inline.markers]
            quoted = draft.kind == "quotation"
            split = split_sentences(draft.inline.text, self.language, at, quotation=quoted)
            spans = [(words + a, words + b) for a, b in split]
            if spans and draft.lead and not draft.lead.startswith("-"):
                spans[0] = (start, spans[0][1])  # a printed number is a word of the text, a bullet is none
        block = len(self.blocks) - 1
        self.sentences.extend(Sentence(draft.section, block, a, b) for a, b in spans)
        return spans


def _sections(drafts: list[DraftSection], blocks: list[Block]) -> Iterable[Section]:
    """Sections with their spans, children included."""
    spans: dict[str, Span] = {}
    for block in blocks:
        start, _ = spans.get(block.section, (block.start, 0))
        spans[block.section] = (start, block.end)
    for draft in reversed(drafts):  # children before parents
        if draft.parent is not None and draft.id in spans:
            start, end = spans[draft.id]
            parent = spans.get(draft.parent, (start, end))
            spans[draft.parent] = (min(parent[0], start), max(parent[1], end))
    before = 0
    for draft in drafts:
        start, end = spans.get(draft.id, (before, before))
        before = end
        yield Section(
            draft.id,
            draft.title,
            draft.level,
            draft.parent,
            draft.path,
            draft.page,
            start,
            end,
            dict(draft.attributes),
        )


def _notes(reading: Reading, text: _Text) -> Iterable[Note]:
    whole = "".join(text.parts)
    for draft in reading.notes:
        start, end = text.note_spans.get(draft.label, (0, 0))
        yield Note(
            number=draft.label,
            kind="page-footnote" if is_page_footnote(draft.label) else "endnote",
            text=whole[start:end],
            markers=tuple(text.markers.get(draft.label, ())),
            chain=(draft.label,),
            reference=None,
            start=start,
            end=end,
        )
