""" "Which source says that?": the references behind what the conversation last said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answer.cite import Citer, Run
from assistant.search.words import stem_words
from assistant.types import Document, Note, Turn

__all__ = ["source_runs"]

CLOSE = 0.75  # a note's sentence that shares at least so much of what the best one shares is meant, too


def source_runs(documents: Sequence[Document], turns: Sequence[Turn], text: str, citer: Citer) -> list[Run]:
    """The notes of the last answer that had any, each followed along its chain to the full reference.

    Of several notes those are meant whose sentences speak of what was asked: the earlier question, and
    what `text` itself names ("the source of the 20 %").
    """
    for turn in reversed(turns):
        runs: list[Run] = []
        for document in documents:
            notes = {note.number: note for note in document.notes}
            marked = [number for number in turn.notes if number in notes]
            for number in _meant(document, notes, marked, f"{text} {turn.standalone}"):
                chain = [number, *(n for n in notes[number].chain if n in notes)]
                spans = [(notes[n].start, notes[n].end) for n in chain]
                runs.extend(citer.runs(document.id, list(dict.fromkeys(spans))))
        if runs:
            return list(dict.fromkeys(runs))
    return []


def _meant(document: Document, notes: Mapping[str, Note], numbers: Sequence[str], asked: str) -> list[str]:
    """The notes of `numbers` whose sentences share most words with what was asked; else all."""
    wanted = set(stem_words(asked, document.language))
    shared = {
        number: max(
            (
                len(wanted & set(stem_words(document.text[slice(*marker.sentence)], document.language)))
                for marker in notes[number].markers
            ),
            default=0,
        )
        for number in numbers
    }
    best = max(shared.values(), default=0)
    return [number for number in numbers if shared[number] >= CLOSE * best]
