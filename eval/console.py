"""Tables for a terminal: plain text, one measure a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.compare import DIRECTIONS, Comparison, p_text, verdict
from eval.measures import MEASURES

__all__ = ["render", "render_comparison"]

_TYPE_COLUMNS = ("evidence@400w", "evidence@800w", "evidence@5", "mrr", "nuggets", "section_precision",
                 "section_recall", "note_precision", "note_recall", "refusal_right",
                 "answer_words")  # fmt: skip

_SHORT = {
    "section_precision": "sect.P",
    "section_recall": "sect.R",
    "note_precision": "note P",
    "note_recall": "note R",
    "refusal_right": "verdict",
    "answer_words": "words",
}


def figure(name: str, value: float) -> str:
    """A measure's value as printed: shares to three decimals, words whole."""
    return f"{value:.0f}" if MEASURES[name].unit == "words" else f"{value:.3f}"


def render(summary: Mapping[str, Any]) -> str:
    """Overall measures with intervals, the table by type, and refusal."""
    lines = [f"{summary['questions']} questions"]
    for key, said in (("unanswered_ids", "without an answer"), ("broken_ids", "broke the system")):
        ids = summary[key]
        if ids:
            shown = ", ".join(ids[:8]) + (", ..." if len(ids) > 8 else "")
            lines.append(f"WARNING: {len(ids)} {said}, scored as wrong: {shown}")
    for name, row in summary["overall"].items():
        low, high = figure(name, row["low"]), figure(name, row["high"])
        title = MEASURES[name].title
        lines.append(f"  {title:<40}{figure(name, row['value']):>7}  [{low}, {high}]  n={row['questions']}")
    lines += ["", *_types(summary), "", *_refusal(summary)]
    return "\n".join(lines)


def render_comparison(comparison: Comparison) -> str:
    """The comparison as a table for a terminal, and the ids of what changed."""
    lines = [
        f"{comparison.questions} questions",
        f"{'measure':<40}{'n':>5}{'A':>8}{'B':>8}{'B - A':>8}  "
        f"{'95 % interval':<18}{'up/down':>9}{'p':>9}{'Holm':>9}",
    ]
    for row in comparison.rows:
        digits = 0 if MEASURES[row["measure"]].unit == "words" else 3
        a, b, d, low, high = (f"{row[k]:.{digits}f}" for k in ("a", "b", "difference", "low", "high"))
        lines.append(
            f"{MEASURES[row['measure']].title:<40}{row['questions']:>5}{a:>8}{b:>8}{d:>8}"
            f"  {f'[{low}, {high}]':<18}"
            f"{row['up']:>5}/{row['down']:<3}{p_text(row['p']):>9}{p_text(row['p_holm']):>9}  {verdict(row)}"
        )
    for direction in DIRECTIONS:
        ids = [c.id for c in comparison.changes if c.direction == direction]
        lines.append(
            f"{direction}: {len(ids)}  {', '.join(ids[:20])}{', ...' if len(ids) > 20 else ''}".rstrip()
        )
    return "\n".join(lines)


def _types(summary: Mapping[str, Any]) -> list[str]:
    names = [name for part in ("by_set", "by_type", "by_turn") for name in summary[part]]
    width = max(len("type"), *map(len, names)) + 1
    lines = [f"{'type':<{width}}{'n':>4}" + "".join(f"{_short(c):>9}" for c in _TYPE_COLUMNS)]
    for part in ("by_set", "by_type", "by_turn"):
        for name, row in summary[part].items():
            cells = (row["measures"].get(c) for c in _TYPE_COLUMNS)
            texts = (
                f"{figure(c, v['value']) if v else '-':>9}" for c, v in zip(_TYPE_COLUMNS, cells, strict=True)
            )
            lines.append(f"{name:<{width}}{row['questions']:>4}" + "".join(texts))
    return lines


def _short(name: str) -> str:
    return _SHORT.get(name, name.replace("evidence", "ev"))


def _refusal(summary: Mapping[str, Any]) -> list[str]:
    refusal = summary["refusal"]
    rows = {"all": refusal["overall"], **refusal["by_subtype"]}
    lines = [f"{'refusal':<20}{'n':>4}{'prec.':>8}{'recall':>8}{'balanced':>10}{'false':>8}"]
    for name, row in rows.items():
        cells = [
            row["precision"],
            row["recall"],
            row["balanced_accuracy"],
            row["false_refusals"],
        ]
        p, r, b, f = ("-" if c is None else f"{c:.3f}" for c in cells)
        lines.append(f"{name:<20}{row['unanswerable']:>4}{p:>8}{r:>8}{b:>10}{f:>8}")
    return lines
