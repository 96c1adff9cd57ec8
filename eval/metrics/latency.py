"""How long answers took, as the answers themselves say (`seconds`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

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
    return {
        str(step): float(value)
        for step, value in given.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }
