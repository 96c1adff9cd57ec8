"""Places of the corpus that disagree: told whenever an answer cites one of them with its like."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer.choose import Choice
from assistant.answer.cite import Citer, Run
from assistant.types import Citation, Conflict, ConflictNote, Document, Question, Span

__all__ = ["conflict_notes", "other_sides"]

_FIGURES = ("different-figures", "different-dates", "count-mismatch")
_ASKING = ("number", "date", "list")


def conflict_notes(documents: Sequence[Document], citations: Sequence[Citation]) -> tuple[ConflictNote, ...]:
    """A note for every conflict of which at least two places are cited."""
    notes = []
    for document in documents:
        own = [c for c in citations if c.document == document.id]
        for conflict in document.conflicts:
            labels = [c.label for c in own if any(_meet(span, c.start, c.end) for span in conflict.spans)]
            sides = sum(any(_meet(span, c.start, c.end) for c in own) for span in conflict.spans)
            if sides > 1:
                notes.append(ConflictNote(conflict.note, tuple(dict.fromkeys(labels))))
    return tuple(notes)


def other_sides(choice: Choice, question: Question, documents: Sequence[Document], citer: Citer) -> list[Run]:
    """Runs for the other places where the corpus gives another figure or date for what was asked.

    Only where a figure, a date or a list was asked for, and only for the best match.
    """
    if question.asked_for not in _ASKING or not choice.matches:
        return []
    best = choice.matches[0]
    runs: list[Run] = []
    for document in documents:
        for conflict in document.conflicts if document.id == best.document else ():
            if conflict.kind in _FIGURES and _touched(conflict, best.entry.spans):
                missing = [span for span in conflict.spans if not _covered(span, choice.runs)]
                runs.extend(citer.runs(document.id, missing))
    return [run for run in runs if not _covered((run.start, run.end), choice.runs)]


def _touched(conflict: Conflict, spans: Sequence[Span]) -> bool:
    return any(_meet(one, *other) for one in conflict.spans for other in spans)


def _covered(span: Span, runs: Sequence[Run]) -> bool:
    return any(_meet(span, run.start, run.end) for run in runs)


def _meet(span: Span, start: int, end: int) -> bool:
    return span[0] < end and span[1] > start
