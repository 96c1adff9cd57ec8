"""Spans of documents to statements with citations. Every quotation is cut out of the text by its span.

A run is a stretch of whole sentences inside one block, or of neighbouring items of one list with the line
that leads in to it, or of one quotation with its attribution. A run is one citation; its sentences are one
statement each.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.types import (
    Block,
    Citation,
    Document,
    Note,
    NoteCitation,
    ReaderQuestion,
    Section,
    Span,
    Statement,
)

__all__ = ["Citer", "Run"]

_ADDRESS = re.compile(r"<(https?://[^<>\s]+)>")
_BETWEEN_MARKERS = re.compile(r"[\s,;]*(?:citing\s*)?")  # "¹⁸, ¹⁹", "⁷ citing ⁸": belongs to the markers


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one document to be cited as one: `text[start:end]` is the quotation."""

    document: str
    start: int
    end: int
    hints: tuple[str, ...] = ()  # notes that a bank entry names for these words
    through: tuple[str, ...] = ()  # of a note's own text: the notes that led to it


class Citer:
    """Makes citations from the documents of one index. Read-only after it is made."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.id: _Places(document) for document in documents}
        sources = {reference for document in documents for reference in document.cited_as}
        for places in self._documents.values():
            places.available = sources

    def runs(self, document: str, spans: Iterable[Span], hints: Sequence[str] = ()) -> list[Run]:
        """Runs that cover `spans` with whole sentences, in the order of the spans, none twice."""
        places = self._documents[document]
        pieces = [piece for span in spans for piece in places.pieces(span)]
        merged: list[tuple[int, int, int]] = []  # start, end, last block
        for start, end, block in pieces:
            if any(start >= s and end <= e for s, e, _ in merged):
                continue
            if merged and start >= merged[-1][0] and places.adjoins(merged[-1], start, block):
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]), block)
            else:
                merged.append((start, end, block))
        return [Run(document, start, end, tuple(hints)) for start, end, _ in merged]

    def cite(self, run: Run, label: str) -> tuple[Citation, tuple[Statement, ...]]:
        """The citation of a run under `label`, and its statements."""
        places = self._documents[run.document]
        document = places.document
        section = places.section_at(run.start)
        notes = tuple(places.note_citation(number) for number in places.notes_of(run))
        citation = Citation(
            label=label,
            document=document.id,
            section=section.id,
            title=section.title,
            path=section.path,
            page=section.page,
            quote=document.text[run.start : run.end],
            start=run.start,
            end=run.end,
            url=notes[0].url if notes and places.is_source(run.start) else None,
            notes=notes,
        )
        texts = (places.reading(start, end) for start, end in places.sentence_spans(run))
        return citation, tuple(Statement(text, (label,)) for text in texts if text)

    def sentences(self, document: str, spans: Iterable[Span]) -> list[Span]:
        """The sentences (or blocks without any, such as titles) that `spans` touch, in order, none twice."""
        places = self._documents[document]
        found: list[Span] = []
        for span in spans:
            for start, end, _ in places.pieces(span):
                inner = places.sentences_in(start, end)
                found.extend(inner or [(start, end)])
        return list(dict.fromkeys(found))

    def joined(self, runs: Sequence[Run]) -> list[Run]:
        """Runs with neighbours joined that follow each other in one paragraph or list."""
        result: list[Run] = []
        for run in runs:
            last = result[-1] if result else None
            if last and last.document == run.document and run.start >= last.start:
                places = self._documents[run.document]
                gap = places.has_words(last.end, run.start)
                if run.start <= last.end or (not gap and places.same_stretch(last.start, run.start)):
                    hints = tuple(dict.fromkeys((*last.hints, *run.hints)))
                    result[-1] = Run(run.document, last.start, max(last.end, run.end), hints)
                    continue
            result.append(run)
        return result

    def with_ways(self, runs: Sequence[Run]) -> list[Run]:
        """`runs`, each note's own text with the notes of the other runs whose chains led to it.

        "69. Gordon, E., above n. 43" brings the text of note 43: what is cited by both is note 69.
        """
        result = []
        for run in runs:
            places = self._documents[run.document]
            own = set(places.bodies_of(run))
            if not own:
                result.append(run)
                continue
            others = [other for other in runs if other is not run and other.document == run.document]
            cited = dict.fromkeys(n for other in others for n in places.notes_of(other))
            behind = {n: set(places.notes[n].chain[1:]) for n in cited}
            leading = [n for n in cited if n not in own and own & behind[n]]
            first = tuple(n for n in leading if not any(n in behind[other] for other in leading))
            marked = any(not own.isdisjoint(places.marked_in(other)) for other in others)
            result.append(run if marked or not first else replace(run, through=first))
        return result

    def count_words(self, document: str, span: Span) -> int:
        """Words of a span."""
        return len(self._documents[document].document.text[span[0] : span[1]].split())

    def is_list(self, run: Run) -> bool:
        """Whether the run holds items of a list."""
        places = self._documents[run.document]
        return any(b.kind == "list-item" for b in places.blocks_in(run.start, run.end))

    def whole_lists(self, places: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        """`places` with every list of which a third of the items is there made whole, with its lead-in."""
        done: list[tuple[str, int, int]] = []
        for document, start, end in places:
            own = self._documents[document]
            items = own.list_at(start)
            there = sum((document, *item) in places for item in items)
            wanted = [(start, end)]
            if items and 3 * there >= len(items):
                lead = own.lead_in(items[0])
                wanted = [lead, *items] if lead else items
            done.extend((document, *span) for span in wanted if (document, *span) not in done)
        return done

    def with_quotations(self, places: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
        """`places` without lines that only say who is quoted where nothing of the quotation is there."""
        kept = []
        for place in places:
            block = self._documents[place[0]].block_at(place[1])
            if block.kind != "attribution" or any(
                other != place and self._documents[other[0]].block_at(other[1]).group == block.group
                for other in places
                if other[0] == place[0]
            ):
                kept.append(place)
        return kept or list(places)

    def section(self, document: str, offset: int) -> str:
        """The id of the section that `offset` lies in."""
        return self._documents[document].section_at(offset).id

    def is_source(self, document: str, offset: int) -> bool:
        """Whether a reference's or a page footnote's own text stands at `offset`."""
        return self._documents[document].is_source(offset)

    def unmarked(self, document: str, entry: ReaderQuestion) -> list[str]:
        """The notes of a readers' question that none of its sentences marks: their paragraph does."""
        own = self._documents[document]
        marked = {n for start, end in entry.spans for n in own.marked_in(Run(document, start, end))}
        return [number for number in entry.notes if number not in marked]

    def is_reference(self, document: str, offset: int) -> bool:
        """Whether an entry of the list of references stands at `offset`."""
        return self._documents[document].block_at(offset).kind == "reference"

    def led_to(self, places: Iterable[tuple[str, int, int]]) -> set[tuple[str, str]]:
        """Documents and numbers of all notes on the chains of the notes marked in these sentences, and of
        those that give the same source.
        """
        found: set[tuple[str, str]] = set()
        for document, start, end in places:
            own = self._documents[document]
            for marked in own.marked_in(Run(document, start, end)):
                for number in (marked, *own.notes[marked].chain):
                    found.update((document, n) for n in (number, *own.same_source(number)))
        return found

    def numbers(self, document: str, start: int, end: int) -> set[tuple[str, str]]:
        """Document and numbers of the notes whose own text stands there."""
        return {(document, n) for n in self._documents[document].bodies_of(Run(document, start, end))}

    def title(self, document: str, section: str) -> str:
        """The title of a section; its id where there is none."""
        found = self._documents[document].sections.get(section)
        return found.title if found else section


class _Places:
    """One document's sentences, blocks, markers and notes, findable by offset."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.available: set[str] = set()
        self.sections = {section.id: section for section in document.sections}
        self.notes = {note.number: note for note in document.notes}
        self.references = {reference.id: reference for reference in document.references}
        self._same_as = {reference.number: reference.same_as for reference in document.references}
        self._block_starts = [block.start for block in document.blocks]
        self._sentence_starts = [sentence.start for sentence in document.sentences]
        self._markers = sorted(
            (marker.start, marker.end, note.number) for note in document.notes for marker in note.markers
        )
        self._marker_starts = [start for start, _, _ in self._markers]
        self._bodies = sorted((note.start, note.end, note.number) for note in document.notes)

    def block_index(self, offset: int) -> int:
        return max(0, bisect_right(self._block_starts, offset) - 1)

    def block_at(self, offset: int) -> Block:
        return self.document.blocks[self.block_index(offset)]

    def blocks_in(self, start: int, end: int) -> tuple[Block, ...]:
        first, last = self.block_index(start), bisect_left(self._block_starts, end)
        return self.document.blocks[first : max(last, first + 1)]

    def section_at(self, offset: int) -> Section:
        return self.sections[self.document.blocks[self.block_index(offset)].section]

    def pieces(self, span: Span) -> Iterable[tuple[int, int, int]]:
        """Whole sentences (whole blocks where there are none) that `span` touches, by block."""
        start, end = span
        for index in range(self.block_index(start), bisect_left(self._block_starts, end)):
            block = self.document.blocks[index]
            if block.end <= start:
                continue
            touched = [s for s in self.sentences_in(block.start, block.end) if s[0] < end and s[1] > start]
            if touched:
                yield touched[0][0], touched[-1][1], index
            else:
                yield block.start, block.end, index

    def sentences_in(self, start: int, end: int) -> list[Span]:
        first, last = bisect_left(self._sentence_starts, start), bisect_left(self._sentence_starts, end)
        return [(s.start, s.end) for s in self.document.sentences[first:last]]

    def has_words(self, start: int, end: int) -> bool:
        """Whether anything but blanks and bullets stands from `start` to `end`."""
        return bool(self.document.text[start:end].strip(" \n-"))

    def adjoins(self, before: tuple[int, int, int], start: int, block: int) -> bool:
        """Whether a piece that begins at `start` in `block` follows the piece `before` without a gap."""
        return self.continues(before[2], block) and not self.has_words(before[1], start)

    def continues(self, before: int, block: int) -> bool:
        """Whether a run may go on from one block to the next: the same one, or on in a list or quotation."""
        one, other = self.document.blocks[before], self.document.blocks[block]
        if before == block:
            return True
        if block != before + 1 or one.section != other.section:
            return False
        if one.kind == "quotation" and other.kind in ("quotation", "attribution"):
            return one.group is not None and one.group == other.group
        led = self.document.text[one.start : one.end].rstrip().endswith(":")
        return other.kind == "list-item" and (led or (one.kind == "list-item" and one.group == other.group))

    def same_stretch(self, before: int, after: int) -> bool:
        """Whether two neighbouring offsets lie in one paragraph, or in one list with its lead-in."""
        one, other = self.block_index(before), self.block_index(after)
        return one == other or all(self.continues(i, i + 1) for i in range(one, other))

    def list_at(self, offset: int) -> list[Span]:
        """The sentences of all items of the list that `offset` lies in; none outside a list."""
        block = self.document.blocks[self.block_index(offset)]
        if block.kind != "list-item" or block.group is None:
            return []
        items = [b for b in self.document.blocks if b.group == block.group and b.kind == "list-item"]
        return [span for item in items for span in self.sentences_in(item.start, item.end)]

    def lead_in(self, span: Span) -> Span | None:
        index = self.block_index(span[0])
        block = self.document.blocks[index]
        while index > 0 and block.kind == "list-item":
            index -= 1
            before = self.document.blocks[index]
            if before.kind == "list-item" and before.group == block.group:
                continue
            text = self.document.text[before.start : before.end].rstrip()
            if before.section != block.section or not text.endswith(":"):
                return None
            last = self.sentences_in(before.start, before.end)
            return last[-1] if last else (before.start, before.end)
        return None

    def is_source(self, offset: int) -> bool:
        return self.document.blocks[self.block_index(offset)].kind in ("reference", "footnote")

    def same_source(self, number: str) -> list[str]:
        """The numbers of other references to the source that this note gives."""
        same = self._same_as.get(number, ())
        return [self.references[id_].number for id_ in same if id_ in self.references]

    def bodies_of(self, run: Run) -> list[str]:
        """The notes whose own text the run touches, in order."""
        return [n for s, e, n in self._bodies if s < run.end and e > run.start]

    def marked_in(self, run: Run) -> list[str]:
        """The notes whose markers stand in the run, in order."""
        first, last = bisect_left(self._marker_starts, run.start), bisect_left(self._marker_starts, run.end)
        return [number for _, _, number in self._markers[first:last]]

    def notes_of(self, run: Run) -> list[str]:
        """Notes marked in the quotation, those that its paragraph leaves to it, and a quoted note itself,
        or in its place those that led to it.
        """
        found = [*(run.through or self.bodies_of(run)), *self.marked_in(run)]
        blocks = self.blocks_in(run.start, run.end)
        start, end = blocks[0].start, blocks[-1].end
        group = {block.group for block in blocks if block.group is not None}
        for block in self.document.blocks[self.block_index(start) :][:12] if group else ():
            end = max(end, block.end) if block.group in group else end
        for number in run.hints:
            note = self.notes.get(number)
            if note and any(start <= m.start < end for m in note.markers):
                found.append(number)
        return list(dict.fromkeys(found))

    def note_citation(self, number: str) -> NoteCitation:
        note: Note = self.notes[number]
        reference = self.references.get(note.reference or "")
        return NoteCitation(
            number=number,
            chain=note.chain,
            reference=note.reference,
            csl=reference.csl if reference else None,
            url=reference.url if reference else None,
            source_available=bool(note.reference and note.reference in self.available),
            doubt=reference.doubt if reference else None,
            printed=reference.printed if reference else note.text,
        )

    def sentence_spans(self, run: Run) -> list[Span]:
        return self.sentences_in(run.start, run.end) or [(run.start, run.end)]

    def reading(self, start: int, end: int) -> str:
        """The words from `start` to `end` on one line, without note markers, addresses bare."""
        kept: list[str] = []
        at = start
        for marker in self._markers[bisect_left(self._marker_starts, start) :]:
            if marker[0] >= end:
                break
            before = self.document.text[at : marker[0]]
            if not kept or not _BETWEEN_MARKERS.fullmatch(before):
                kept.append(before.rstrip())
            at = marker[1]
        kept.append(self.document.text[at:end])
        return _ADDRESS.sub(r"\1", " ".join("".join(kept).split()))
