"""Knowing when not to answer, beyond one verdict: how well does the system's confidence order its answers?

Risk-coverage after El-Yaniv & Wiener (JMLR 2010): answer only the most confident questions, and see how
often those answers are wrong. AUROC: the chance that an answerable question has a higher confidence than an
unanswerable one (ties count half; Hanley & McNeil, Radiology 1982).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Judged", "auroc", "calibration", "risk_coverage"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question: confidence as the system gave it, whether it can be answered, and what came."""

    confidence: float
    answerable: bool
    refused: bool
    error: float  # 0 (right) to 1 (wrong) of the answer, were it given


def risk_coverage(judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """Points (coverage, risk), by falling confidence over the questions that were answered.

    Coverage: answers kept / all questions. Risk: mean error of the answers kept. Answers of equal
    confidence are kept together, so that the order of the file does not matter.
    """
    answered = sorted((j for j in judged if not j.refused), key=lambda j: -j.confidence)
    points: list[tuple[float, float]] = []
    for i, one in enumerate(answered, 1):
        if i < len(answered) and answered[i].confidence == one.confidence:
            continue
        points.append((i / len(judged), math.fsum(j.error for j in answered[:i]) / i))
    return points


def auroc(judged: Sequence[Judged]) -> float | None:
    """Pairs (answerable, unanswerable) in the right order / such pairs, ties half; None without pairs."""
    can = [j.confidence for j in judged if j.answerable]
    cannot = [j.confidence for j in judged if not j.answerable]
    if not can or not cannot:
        return None
    return sum((a > b) + 0.5 * (a == b) for a in can for b in cannot) / (len(can) * len(cannot))


def calibration(judged: Sequence[Judged], bins: int = 8) -> list[dict[str, float]]:
    """Questions in up to `bins` groups of nearly equal size by confidence.

    Each: mean confidence, share answerable, share answered, number. Equal confidences share a group.
    """
    ordered = sorted(judged, key=lambda j: j.confidence)
    found: list[dict[str, float]] = []
    start = 0
    for b in range(1, bins + 1):
        end = max(round(b * len(ordered) / bins), start)
        while 0 < end < len(ordered) and ordered[end].confidence == ordered[end - 1].confidence:
            end += 1
        part, start = ordered[start:end], end
        if part:
            found.append(
                {
                    "confidence": math.fsum(j.confidence for j in part) / len(part),
                    "answerable": sum(j.answerable for j in part) / len(part),
                    "answered": sum(not j.refused for j in part) / len(part),
                    "questions": len(part),
                }
            )
    return found
