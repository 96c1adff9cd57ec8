"""Risk and coverage, AUROC, calibration, percentiles."""

from __future__ import annotations

import pytest

from eval.metrics.latency import percentile, seconds_of
from eval.metrics.selective import Judged, auroc, calibration, risk_coverage

JUDGED = (
    Judged(0.9, True, False, 0.0),
    Judged(0.8, True, False, 0.5),
    Judged(0.7, False, False, 1.0),
    Judged(0.2, False, True, 1.0),
)


def test_risk_rises_as_less_certain_answers_are_kept() -> None:
    assert risk_coverage(JUDGED) == [(1 / 4, 0.0), (2 / 4, 0.25), (3 / 4, 0.5)]


def test_equal_confidence_is_kept_together() -> None:
    tied = (Judged(0.5, True, False, 0.0), Judged(0.5, True, False, 1.0))
    assert risk_coverage(tied) == risk_coverage(tied[::-1]) == [(1.0, 0.5)]
    assert risk_coverage(()) == []


def test_auroc_counts_pairs() -> None:
    # pairs (answerable, not): .9>.7 .9>.2 .8>.7 .8>.2
    assert auroc(JUDGED) == 1.0
    assert (
        auroc((Judged(0.5, True, False, 0), Judged(0.5, False, False, 0), Judged(0.9, False, False, 0)))
        == 0.25
    )
    assert auroc(JUDGED[:2]) is None


def test_calibration_groups() -> None:
    low, high = calibration(JUDGED, bins=2)
    assert low == {"confidence": pytest.approx(0.45), "answerable": 0.0, "answered": 0.5, "questions": 2}
    assert high == {"confidence": pytest.approx(0.85), "answerable": 1.0, "answered": 1.0, "questions": 2}
    same = [Judged(0.5, True, False, 0)] * 5
    assert [row["questions"] for row in calibration(same, bins=3)] == [5]


def test_nearest_rank_percentiles() -> None:
    values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    assert [percentile(values, p) for p in (0, 50, 90, 95, 100)] == [0.1, 0.5, 0.9, 1.0, 1.0]
    with pytest.raises(ValueError, match="at least one"):
        percentile([], 50)


def test_times_that_are_no_figures_are_left_out() -> None:
    answer = {"seconds": {"total": 0.5, "x": "fast", "y": True, "z": float("inf")}}
    assert seconds_of(answer) == {"total": 0.5}
    assert seconds_of({}) == {}
