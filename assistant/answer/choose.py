"""Which sentences answer: from the nearest readers' questions, or from the best sentences found.

Readers' questions name their answers' sentences exactly, so the nearest one leads. A second is added
while it is almost as near, brings something new and the answer stays short. Where a corpus has no
readers' questions, or none is near, the best sentences of the best passages are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answer.cite import Citer, Run
from assistant.types import Match, Retrieval

__all__ = ["Choice", "choose_runs"]

WORDS = 90  # an answer is filled up to about this many words
CLOSE = 0.12  # a second readers' question may score this much less than the first
CLOSE_MANY = 0.2  # where the question asks for several things
AT_MOST = 3  # entries


@dataclass(frozen=True, slots=True)
class Choice:
    """Runs to cite, in reading order, and the readers' questions that they come from."""

    runs: tuple[Run, ...]
    matches: tuple[Match, ...]


def choose_runs(retrieval: Retrieval, parts: Sequence[Sequence[Match]], citer: Citer) -> Choice:
    """The runs that answer; `parts` are the matches of the question's parts, best first."""
    matches = retrieval.matches
    if not matches:
        return Choice((), ())
    first = matches[0]
    chosen = [first]
    runs = _runs_of(first, citer)
    several = bool(parts) or retrieval.question.asked_for in ("comparison", "list", "source")
    close = CLOSE_MANY if several else CLOSE
    others = [part[0] for part in parts if part and part[0].score > first.score - 2 * CLOSE_MANY]
    for match in [*others, *(m for m in matches[1:8] if m.score >= first.score - close)]:
        new = _new_runs(runs, _runs_of(match, citer))
        words = sum(map(citer.words, [*runs, *new]))
        if len(chosen) >= AT_MOST:
            break
        if new and words <= WORDS:
            chosen.append(match)
            runs = [*runs, *new]
    return Choice(tuple(runs), tuple(chosen))


def _runs_of(match: Match, citer: Citer) -> list[Run]:
    return citer.runs(match.document, match.entry.spans, match.entry.notes)


def _new_runs(known: Sequence[Run], others: Iterable[Run]) -> list[Run]:
    """Runs that do not lie within one that is there."""
    return [
        run
        for run in others
        if not any(k.document == run.document and k.start < run.end and k.end > run.start for k in known)
    ]
