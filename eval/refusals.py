"""Refusal over all questions, by subtype, and by confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.metrics.refusal import Refusal, refusal_scores
from eval.metrics.selective import Judged, auroc, calibration, risk_coverage
from eval.rounding import rounded

__all__ = ["refusals"]

Record = Mapping[str, Any]


def refusals(records: Sequence[Record]) -> dict[str, Any]:
    """Refusal over all questions, each subtype of unanswerable ones against all answerable ones, and
    what the system's confidence is worth.
    """
    answerable = _pairs([r for r in records if r["answerable"]])
    kinds: dict[str, list[Record]] = {}
    for record in records:
        if not record["answerable"]:
            kinds.setdefault(record["subtype"] or record["type"], []).append(record)
    return {
        "overall": _row(refusal_scores(_pairs(records))),
        "by_subtype": {k: _row(refusal_scores(_pairs(kinds[k]) + answerable)) for k in sorted(kinds)},
        "confidence": _confidence(records),
    }


def _pairs(records: Sequence[Record]) -> list[tuple[bool, bool]]:
    """(answerable, refused) of each; a missing answer is the wrong one of the two."""
    return [(r["answerable"], r["refused"] if r["answered"] else r["answerable"]) for r in records]


def _confidence(records: Sequence[Record]) -> dict[str, Any] | None:
    """AUROC, risk-coverage and calibration over the questions with a confidence; None where none has one."""
    sure = [r for r in records if r["confidence"] is not None]
    judged = [Judged(r["confidence"], r["answerable"], r["refused"], _error(r)) for r in sure]
    if not judged:
        return None
    points = risk_coverage(judged)
    return {
        "questions": len(judged),
        "auroc": rounded(auroc(judged)),
        "risk_coverage": [[rounded(c), rounded(r)] for c, r in points],
        "calibration": [{k: rounded(v) for k, v in row.items()} for row in calibration(judged)],
    }


def _error(record: Record) -> float:
    """1 for a question that cannot be answered, else 1 - share of key facts (0 where it names none)."""
    if not record["answerable"]:
        return 1.0
    nuggets = record["scores"]["nuggets"]
    return 0.0 if nuggets is None else 1.0 - float(nuggets)


def _row(found: Refusal) -> dict[str, Any]:
    return {
        "precision": rounded(found.precision),
        "recall": rounded(found.recall),
        "balanced_accuracy": rounded(found.balanced_accuracy),
        "false_refusals": rounded(found.false_refusals),
        "unanswerable": found.unanswerable,
        "refused_right": found.refused_right,
        "answerable": found.answerable,
        "refused_wrong": found.refused_wrong,
    }
