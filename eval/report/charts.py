"""Line and bar charts as inline SVG: drawn by arithmetic, coloured by the page's own variables.

The same data give the same markup, light and dark follow the reader's setting, and every chart has its
figures beside it as text for those who cannot see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

__all__ = ["Axis", "Series", "bar_chart", "line_chart"]

WIDTH, HEIGHT = 420, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 20, 26, 40
COLOURS = 6  # variables --c1 ... --c6 of the page
_DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 3", "10 4")


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and its points (x, y)."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows, from `low` to `high`."""

    title: str
    low: float
    high: float
    percent: bool = False


def line_chart(title: str, series: Sequence[Series], x: Axis, y: Axis) -> Markup:
    """Lines over two linear axes; points outside are cut to the edge."""
    parts = [_grid(x, y)]
    for i, line in enumerate(series):
        colour, dash = f"var(--c{i % COLOURS + 1})", _DASHES[i % len(_DASHES)]
        places = [(_x(px, x), _y(py, y)) for px, py in line.points]
        path = " ".join(f"{'L' if j else 'M'}{px:.1f} {py:.1f}" for j, (px, py) in enumerate(places))
        parts.append(
            Markup('<path d="{}" fill="none" stroke="{}" stroke-width="2" stroke-dasharray="{}"/>').format(
                path, colour, dash
            )
        )
        if len(places) <= 12:
            parts += [
                Markup('<circle cx="{:.1f}" cy="{:.1f}" r="2.5" fill="{}"/>').format(px, py, colour)
                for px, py in places
            ]
    return _figure(title, parts, _legend(series))


def bar_chart(title: str, bars: Sequence[tuple[str, float]], y: Axis, x_title: str) -> Markup:
    """One bar a (label, value), from the axis' low end."""
    x = Axis(x_title, 0, max(len(bars), 1))
    parts = [_grid(x, y, ticks=False)]
    room = (WIDTH - LEFT - RIGHT) / max(len(bars), 1)
    every = math.ceil(len(bars) * 34 / (WIDTH - LEFT - RIGHT)) if bars else 1
    for i, (label, value) in enumerate(bars):
        top = _y(value, y)
        left = LEFT + i * room + room * 0.12
        parts.append(
            Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="var(--c1)"/>').format(
                left, top, room * 0.76, max(HEIGHT - BOTTOM - top, 0)
            )
        )
        if i % every == 0:
            parts.append(_label(LEFT + (i + 0.5) * room, HEIGHT - BOTTOM + 14, label, "middle"))
    return _figure(title, parts, Markup(""))


def _figure(title: str, parts: Sequence[Markup], legend: Markup) -> Markup:
    return Markup(
        '<figure class="chart"><figcaption>{}</figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>{}</figure>'
    ).format(title, WIDTH, HEIGHT, title, Markup("").join(parts), legend)


def _grid(x: Axis, y: Axis, ticks: bool = True) -> Markup:
    parts = []
    for value in _steps(y):
        at = _y(value, y)
        parts.append(
            Markup('<line x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}" class="grid"/>').format(
                LEFT, WIDTH - RIGHT, at, at
            )
        )
        parts.append(_label(LEFT - 6, at + 4, _number(value, y), "end"))
    if ticks:
        parts += [
            _label(_x(value, x), HEIGHT - BOTTOM + 14, _number(value, x), "middle") for value in _steps(x)
        ]
    parts.append(_label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x.title, "middle"))
    parts.append(_label(4, 10, y.title, "start"))
    return Markup("").join(parts)


def _label(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)


def _legend(series: Sequence[Series]) -> Markup:
    if len(series) < 2:
        return Markup("")
    rows = [
        Markup(
            '<li><svg viewBox="0 0 26 8" aria-hidden="true"><path d="M0 4H26" stroke="var(--c{})" '
            'stroke-width="2" stroke-dasharray="{}"/></svg>{}</li>'
        ).format(i % COLOURS + 1, _DASHES[i % len(_DASHES)], escape(line.name))
        for i, line in enumerate(series)
    ]
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(rows))


def _steps(axis: Axis) -> list[float]:
    """Four to nine round values from the low to the high end."""
    span = axis.high - axis.low
    if span <= 0:
        return [axis.low]
    raw = span / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw * 0.999)
    first = math.ceil(axis.low / step - 1e-9)
    return [i * step for i in range(first, math.floor(axis.high / step + 1e-9) + 1)]


def _number(value: float, axis: Axis) -> str:
    return f"{value:.0%}" if axis.percent else f"{value:.6g}"


def _x(value: float, axis: Axis) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * _part(value, axis)


def _y(value: float, axis: Axis) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * _part(value, axis)


def _part(value: float, axis: Axis) -> float:
    span = axis.high - axis.low
    return min(max((value - axis.low) / span, 0.0), 1.0) if span > 0 else 0.5
