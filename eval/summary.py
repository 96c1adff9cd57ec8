"""Records of questions -> the tables of a report: overall, by type, by subtype, by turn, by novelty."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.measures import MEASURES, Measure
from eval.metrics.latency import PERCENTILES, percentile
from eval.refusals import refusals
from eval.rounding import rounded
from eval.score import RANKS, WORDS
from eval.stats import interval

__all__ = ["summarise"]

NOVELTY_EDGES = (
    0.55,
    0.7,
    0.85,
)  # cosine to the nearest readers' question: new, near, nearer, nearly the same

Record = Mapping[str, Any]


def summarise(records: Sequence[Record]) -> dict[str, Any]:
    """The summary: each measure with its interval and its number of questions, whole and split.

    Only what follows from the records is in it: equal records give equal summaries.
    """
    # An attack is judged by what it must not achieve, not by whether it is answered.
    asked = [r for r in records if r["type"] != "attack"]
    return {
        "questions": len(records),
        "unanswered_ids": [r["id"] for r in records if not r["answered"] and not r["error"]],
        "broken_ids": [r["id"] for r in records if r["error"]],
        "overall": measure_all(records),
        "pooled": pooled(records),
        "by_set": split(records, lambda r: r["set"]),
        "by_type": split(records, lambda r: r["type"]),
        "by_subtype": split([r for r in records if r["subtype"]], lambda r: r["subtype"]),
        "by_turn": split([r for r in records if r["turn"]], lambda r: f"turn {r['turn']}"),
        "by_novelty": split([r for r in records if r["novelty"]], novelty_band),
        "refusal": refusals(asked),
        "latency": latencies(records),
        "curves": curves(records),
    }


def measure_all(records: Sequence[Record]) -> dict[str, Any]:
    """Each measure over the records to which it applies: value, interval, number of questions."""
    return {name: row for name, m in MEASURES.items() if (row := measure_one(records, m)) is not None}


def measure_one(records: Sequence[Record], measure: Measure) -> dict[str, Any] | None:
    """One measure's value, 95 % interval and number of questions; None where it applies to none."""
    counted = [r for r in records if r["scores"].get(measure.name) is not None]
    if not counted:
        return None
    values = [float(r["scores"][measure.name]) for r in counted]
    value = statistics.median(values) if measure.centre == "median" else statistics.fmean(values)
    low, high = interval(values, measure.centre, [r["conversation"] or r["id"] for r in counted])
    return {
        "value": rounded(value),
        "low": rounded(low),
        "high": rounded(high),
        "questions": len(values),
    }


def split(records: Sequence[Record], key: Callable[[Record], str]) -> dict[str, Any]:
    """The measures for each part of the records, parts in alphabetical order."""
    parts: dict[str, list[Record]] = {}
    for record in records:
        parts.setdefault(key(record), []).append(record)
    return {
        name: {"questions": len(parts[name]), "measures": measure_all(parts[name])} for name in sorted(parts)
    }


def pooled(records: Sequence[Record]) -> dict[str, float | None]:
    """Shares over all units instead of means over questions; a question with much to find weighs more.

    `note_precision` is over every note cited in an answer to an answerable question, so notes cited where
    none belongs count against it.
    """
    found = [r["found"] for r in records if r["answerable"] and r["type"] != "attack"]
    ranks = [rank for f in found for rank in f["first_ranks"]]
    notes = sum(len(f["notes"]) for f in found)
    return {
        "evidence@10": _ratio(sum(r is not None and r <= 10 for r in ranks), len(ranks)),
        "note_precision": _ratio(sum(len(f["notes_right"]) for f in found), notes),
        "note_recall": _ratio(
            sum(bool(set(need) & set(f["notes_given"])) for f in found for need in f["notes_needed"]),
            sum(len(f["notes_needed"]) for f in found),
        ),
    }


def curves(records: Sequence[Record]) -> dict[str, Any]:
    """Mean recall of evidence by rank and by words read, over questions that name needed evidence."""
    rows = [r["curves"] for r in records if r["curves"]]
    if not rows:
        return {}
    return {
        "ranks": [[k, rounded(statistics.fmean(r["ranks"][i] for r in rows))] for i, k in enumerate(RANKS)],
        "words": [[w, rounded(statistics.fmean(r["words"][i] for r in rows))] for i, w in enumerate(WORDS)],
    }


def latencies(records: Sequence[Record]) -> dict[str, Any]:
    """Seconds by step: percentiles, the slowest, and how many answers gave that time."""
    steps = sorted({step for r in records for step in r["seconds"]})
    table = {}
    for step in steps:
        values = [r["seconds"][step] for r in records if step in r["seconds"]]
        row = {f"p{p}": rounded(percentile(values, p)) for p in PERCENTILES}
        table[step] = {**row, "max": rounded(max(values)), "questions": len(values)}
    return table


def novelty_band(record: Record) -> str:
    """The band of a question by the cosine of the nearest readers' question of the corpus."""
    cosine = record["novelty"]["cosine"]
    low = max((edge for edge in NOVELTY_EDGES if cosine >= edge), default=None)
    if low is None:
        return f"0 to {NOVELTY_EDGES[0]:.2f}"
    above = [edge for edge in NOVELTY_EDGES if edge > low]
    return f"{low:.2f} to {above[0]:.2f}" if above else f"{low:.2f} and more"


def _ratio(part: int, whole: int) -> float | None:
    return rounded(part / whole) if whole else None
