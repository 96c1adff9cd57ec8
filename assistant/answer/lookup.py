"""Questions that name a note, a reference or a section by its number: answered by looking it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.answer.cite import Citer, Run
from assistant.types import Document, Note, Question, Section, Span

__all__ = ["LookUp", "look_up"]

SUMMARY_SENTENCES = 6  # of a section asked for as a whole


@dataclass(frozen=True, slots=True)
class LookUp:
    """Runs to cite; `missing` names, as (kind, number), what the reader named and nothing has."""

    runs: tuple[Run, ...]
    missing: tuple[tuple[str, str], ...]


def look_up(question: Question, documents: Sequence[Document], citer: Citer) -> LookUp:
    """What the question names by number.

    A note brings its own text, the texts of its chain, and the sentences that it stands at. A section is
    brought only where the question is for its summary: its own sentences that say most, see `summarise`.
    """
    runs: list[Run] = []
    missing: list[tuple[str, str]] = []
    for target in question.targets:
        kind, _, number = target.partition(":")
        if kind in ("note", "reference"):
            found = [(d, note) for d in documents for note in d.notes if note.number == number]
            for document, note in found[:1]:
                runs.extend(_note_runs(document, note, citer))
        else:
            named = [(d, s) for d in documents for s in d.sections if s.id == number]
            found = named  # type: ignore[assignment]
            if question.kind == "summary":
                for document, section in named[:1]:
                    runs.extend(summarise(document, section, citer))
        if not found:
            missing.append((kind, number))
    return LookUp(tuple(dict.fromkeys(runs)), tuple(missing))


def _note_runs(document: Document, note: Note, citer: Citer) -> list[Run]:
    notes = {n.number: n for n in document.notes}
    chain = [notes[number] for number in note.chain if number in notes] or [note]
    if note.number not in {n.number for n in chain}:
        chain.insert(0, note)
    spans = [(n.start, n.end) for n in chain]
    runs = citer.runs(document.id, spans)
    for marker in note.markers:
        runs.extend(citer.runs(document.id, [marker.sentence], (note.number,)))
    return runs


def summarise(document: Document, section: Section, citer: Citer) -> list[Run]:
    """The first sentence of each part of a section, in order: what its authors put first.

    A sentence that leads in to a list brings the list. Parts are its sub-sections; a section without any
    gives the first sentences of its paragraphs.
    """
    inside = [s for s in document.sections if s.parent == section.id] or [section]
    starts = [section, *inside] if inside[0] is not section else [section]
    spans = []
    for part in dict.fromkeys(s.id for s in starts):
        own = [
            b for b in document.blocks
            if b.section == part or (part != section.id and b.section.startswith(f"{part}/"))
        ]  # fmt: skip
        firsts = [_first_sentence(document, b.start, b.end) for b in own if b.kind == "paragraph"]
        wanted = 1 if len(starts) > 1 else SUMMARY_SENTENCES
        spans.extend([span for span in firsts if span][:wanted])
    return citer.runs(document.id, spans[: SUMMARY_SENTENCES + 2])


def _first_sentence(document: Document, start: int, end: int) -> Span | None:
    """The first sentence from `start` to `end`, with the list that it leads in to."""
    first = next(((s.start, s.end) for s in document.sentences if start <= s.start < end), None)
    if first is None or document.text[first[1] - 1 : end].strip() != ":":
        return first
    after = [b for b in document.blocks if b.start > first[0]]
    items = takewhile(lambda b: b.kind == "list-item" and b.group == after[0].group, after)
    return first[0], max((item.end for item in items), default=first[1])
