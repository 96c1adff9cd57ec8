"""Figures in files: six decimals, so that the last bits of floating point never show."""

from __future__ import annotations

import math

__all__ = ["figure_or_none", "rounded"]


def rounded(value: float | None) -> float | None:
    """A figure to six decimals; None stays None."""
    return None if value is None else round(value, 6)


def figure_or_none(value: object) -> float | None:
    """The value as a figure; None for what is none: another kind, true and false, NaN, or too large."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return None
    return number if math.isfinite(number) else None
