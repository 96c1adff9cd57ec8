"""How long answers took, as the answers themselves say (`seconds`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from eval.rounding import figure_or_none

__all__ = ["PERCENTILES", "percentile", "seconds_of"]

PERCENTILES = (50, 90, 95, 99)


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: the smallest value that at least `percent` % of all do not exceed.

    Raises ValueError for no values.
    """
    if not values:
        raise ValueError("a percentile needs at least one value")
    return sorted(values)[max(math.ceil(percent / 100 * len(values)), 1) - 1]


def seconds_of(answer: Mapping[str, Any]) -> dict[str, float]:
    """The answer's own times in seconds by step ("retrieval", "answer", "total"), figures only."""
    given = answer.get("seconds")
    if not isinstance(given, Mapping):
        return {}
    figures = {str(step): figure_or_none(value) for step, value in given.items()}
    return {step: value for step, value in figures.items() if value is not None}
