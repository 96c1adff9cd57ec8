"""Uncertainty: bootstrap intervals, paired tests and Holm's correction, each seeded and repeatable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["RESAMPLES", "interval"]

RESAMPLES = 2000
SEED = 20250101
LEVEL = 0.95


def interval(
    values: Sequence[float], centre: str = "mean", groups: Sequence[str] | None = None
) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of the mean or median (Efron & Tibshirani 1993, ch. 13).

    Questions are drawn with replacement; with `groups` (one name a value, e.g. the conversation that a
    turn belongs to) whole groups are drawn, because turns of one conversation are not independent.
    The same values give the same interval: the generator is seeded. Raises ValueError for no values.
    """
    if not values:
        raise ValueError("an interval needs at least one value")
    data = np.asarray(values, dtype=float)
    names = np.asarray(groups if groups is not None else [str(i) for i in range(len(values))])
    _, member = np.unique(names, return_inverse=True)
    clusters = [data[member == g] for g in range(int(member.max()) + 1)]
    rng = np.random.default_rng(SEED)
    draws = rng.integers(0, len(clusters), size=(RESAMPLES, len(clusters)))
    if centre == "mean":
        sums = np.array([c.sum() for c in clusters])
        sizes = np.array([len(c) for c in clusters])
        found = sums[draws].sum(axis=1) / sizes[draws].sum(axis=1)
    else:
        found = np.array([np.median(np.concatenate([clusters[i] for i in row])) for row in draws])
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
