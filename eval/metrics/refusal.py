"""Refusal: does a system answer what can be answered, and refuse what cannot?

The class to be found is "cannot be answered" (`answerable: false`), the verdict is the answer's
`refused`. An answer that is missing is wrong either way: refused where it should answer, answered where
it should refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Refusal", "refusal_scores"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Counts, and what follows from them. A figure whose denominator is 0 is None."""

    unanswerable: int
    refused_right: int  # unanswerable and refused
    answerable: int
    refused_wrong: int  # answerable and refused

    @property
    def precision(self) -> float | None:
        """Rightly refused / refused; 0 where nothing is refused although something should be."""
        refused = self.refused_right + self.refused_wrong
        return self.refused_right / refused if refused else (0.0 if self.unanswerable else None)

    @property
    def recall(self) -> float | None:
        """Rightly refused / unanswerable."""
        return self.refused_right / self.unanswerable if self.unanswerable else None

    @property
    def false_refusals(self) -> float | None:
        """Wrongly refused / answerable."""
        return self.refused_wrong / self.answerable if self.answerable else None

    @property
    def balanced_accuracy(self) -> float | None:
        """Mean of the recall of refusing and the share of answerable questions that are answered."""
        if self.recall is None or self.false_refusals is None:
            return None
        return (self.recall + 1 - self.false_refusals) / 2


def refusal_scores(pairs: Sequence[tuple[bool, bool]]) -> Refusal:
    """From (answerable, refused) of each question."""
    answerable = [refused for can, refused in pairs if can]
    unanswerable = [refused for can, refused in pairs if not can]
    return Refusal(len(unanswerable), sum(unanswerable), len(answerable), sum(answerable))
