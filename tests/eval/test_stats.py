"""Intervals, paired tests, Holm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.stats import holm, interval, mcnemar_p, paired_p


def test_intervals_are_repeatable_and_hold_the_mean() -> None:
    values = [0.0, 1.0, 1.0, 0.5, 1.0, 0.0, 1.0, 1.0]
    low, high = interval(values)
    assert interval(values) == (low, high)
    assert low < sum(values) / len(values) < high


def test_no_spread_no_width() -> None:
    assert interval([0.7] * 5) == pytest.approx((0.7, 0.7))
    assert interval([3.0, 3.0, 3.0], "median") == (3.0, 3.0)
    with pytest.raises(ValueError, match="at least one"):
        interval([])


def test_width_is_that_of_the_normal_approximation_on_many_values() -> None:
    values = [1.0] * 500 + [0.0] * 500  # standard error 0.5 / sqrt(1000) = 0.0158
    low, high = interval(values)
    assert high - low == pytest.approx(2 * 1.96 * 0.0158, rel=0.06)


def test_turns_of_one_conversation_are_drawn_together() -> None:
    values = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]
    together = interval(values, groups=["a", "a", "a", "b", "b", "b"])
    alone = interval(values)
    assert together == (0.0, 1.0)  # two groups: both drawn alike in half of the samples
    assert alone[0] > 0.0


def test_randomisation_by_counting_all_signs() -> None:
    # Four differences of +1: of the 16 ways only ++++ and ---- are as far from 0: 2 / 16.
    assert paired_p([1.0, 1.0, 1.0, 1.0, 0.0]) == 2 / 16
    assert paired_p([0.0, 0.0]) == 1.0
    assert paired_p([0.0, 1.0, 0.0]) == 1.0  # one question changed: of 2 ways both are as far
    assert paired_p([1.0]) == paired_p([0.5, 0.5], ["a", "a"]) == 1.0
    # The same four as two conversations: 2 / 4.
    assert paired_p([1.0, 1.0, 1.0, 1.0], ["a", "a", "b", "b"]) == 2 / 4


def test_randomisation_by_sampling_is_repeatable() -> None:
    differences = [0.1, -0.2, 0.3, 0.25, -0.1, 0.4, 0.05] * 4
    first = paired_p(differences)
    assert first == paired_p(differences)
    assert first == pytest.approx(0.01, abs=0.02)


def test_mcnemar_by_the_binomial() -> None:
    assert mcnemar_p(0, 5) == pytest.approx(2 * 0.5**5)
    assert mcnemar_p(3, 3) == pytest.approx(1.0)
    assert mcnemar_p(0, 0) == 1.0


def test_holm_by_hand() -> None:
    # sorted .01 .03 .04 -> 3 * .01, max(.03, 2 * .03), max(.06, 1 * .04)
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_correction_never_lowers_a_p(p_values: list[float]) -> None:
    assert all(p <= q <= 1 for p, q in zip(p_values, holm(p_values), strict=True))
