"""Uncertainty: bootstrap intervals, paired tests and Holm's correction, each seeded and repeatable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

__all__ = ["RESAMPLES", "holm", "interval", "mcnemar_p", "paired_p"]

RESAMPLES = 2000
RANDOMISATIONS = 10_000
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
    clusters = _clusters(values, groups)
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


def _clusters(values: Sequence[float], groups: Sequence[str] | None) -> list[npt.NDArray[np.float64]]:
    """The values by group, groups in alphabetical order; each value alone where no groups are given."""
    data = np.asarray(values, dtype=float)
    if groups is None:
        return [data[i : i + 1] for i in range(len(data))]
    _, member = np.unique(np.asarray(groups), return_inverse=True)
    return [data[member == g] for g in range(int(member.max()) + 1)] if len(data) else []


def paired_p(differences: Sequence[float], groups: Sequence[str] | None = None) -> float:
    """The two-sided p of a paired randomisation test of the mean difference (Smucker et al., CIKM 2007).

    Under the null hypothesis either system could have had either score, so signs are flipped: all ways
    where there are at most 10,000, else that many at random from a seeded generator. With `groups`, the
    differences of one group (the turns of a conversation) flip together. A difference in one group or in
    none gives 1: one flip, either way, is as far from zero.
    """
    sums = np.array([float(np.sum(c)) for c in _clusters(differences, groups)])
    sums = sums[sums != 0]
    if len(sums) < 2:
        return 1.0
    found = stats.permutation_test(
        (sums,),
        np.sum,
        permutation_type="samples",
        n_resamples=RANDOMISATIONS,
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def mcnemar_p(only_a: int, only_b: int) -> float:
    """The exact two-sided p of McNemar's test: questions right in A alone against right in B alone.

    McNemar (1947) in its binomial form, which needs no large counts. No discordant question gives 1.
    """
    if only_a + only_b == 0:
        return 1.0
    return float(stats.binomtest(only_a, only_a + only_b, 0.5).pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values by Holm's step-down method (Holm 1979), in the order given.

    The smallest p is multiplied by the number of tests, the next by one less, ...; none falls below the
    one before, none passes 1.
    """
    adjusted = [0.0] * len(p_values)
    above = 0.0
    for place, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        above = max(above, min(1.0, (len(p_values) - place) * p_values[i]))
        adjusted[i] = above
    return adjusted
