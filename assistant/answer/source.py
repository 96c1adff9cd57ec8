""" "Which source says that?": the references behind what the conversation last said."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.cite import Citer, Run
from assistant.types import Document, Turn

__all__ = ["source_runs"]


def source_runs(documents: Sequence[Document], turns: Sequence[Turn], text: str, citer: Citer) -> list[Run]:
    """The notes of the last answer that had any, each followed along its chain to the full reference."""
    for turn in reversed(turns):
        runs: list[Run] = []
        for document in documents:
            notes = {note.number: note for note in document.notes}
            for number in turn.notes:
                chain = notes[number].chain if number in notes else ()
                spans = [(notes[n].start, notes[n].end) for n in (number, *chain) if n in notes]
                runs.extend(citer.runs(document.id, list(dict.fromkeys(spans))))
        if runs:
            return list(dict.fromkeys(runs))
    return []
