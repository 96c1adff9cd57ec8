"""Figures in files: six decimals, so that the last bits of floating point never show."""

from __future__ import annotations

__all__ = ["rounded"]


def rounded(value: float | None) -> float | None:
    """A figure to six decimals; None stays None."""
    return None if value is None else round(value, 6)
