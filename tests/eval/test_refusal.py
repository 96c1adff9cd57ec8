"""Refusal, with its four counts."""

from __future__ import annotations

import pytest

from eval.metrics.refusal import refusal_scores


def test_by_hand() -> None:
    # 4 unanswerable, 3 of them refused; 6 answerable, 1 refused.
    pairs = [(False, True)] * 3 + [(False, False)] + [(True, False)] * 5 + [(True, True)]
    found = refusal_scores(pairs)
    assert found.precision == 3 / 4
    assert found.recall == 3 / 4
    assert found.false_refusals == 1 / 6
    assert found.balanced_accuracy == pytest.approx((3 / 4 + 5 / 6) / 2)


def test_always_answering_and_always_refusing_are_both_half_right() -> None:
    never = refusal_scores([(False, False), (True, False)])
    always = refusal_scores([(False, True), (True, True)])
    assert never.balanced_accuracy == always.balanced_accuracy == 0.5
    assert (never.precision, always.precision) == (0.0, 0.5)


def test_a_figure_without_denominator_is_none() -> None:
    found = refusal_scores([(True, False)])
    assert found.recall is None
    assert found.precision is None
    assert found.balanced_accuracy is None
    assert found.false_refusals == 0.0
