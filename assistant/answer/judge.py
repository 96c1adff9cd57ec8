"""Is it answerable? Decided from evidence, not from one score. (Being calibrated.)"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.search.retrieve import Searcher
from assistant.types import Question, Retrieval, Status

__all__ = ["Judge", "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    status: Status
    reason: str | None = None
    unknown: tuple[str, ...] = ()
    probability: float = 1.0


class Judge:
    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def verdict(self, question: Question, retrieval: Retrieval) -> Verdict:
        if not retrieval.matches:
            return Verdict("refused", "not-in-corpus")
        return Verdict("answered")
