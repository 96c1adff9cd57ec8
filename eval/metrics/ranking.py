"""Ranking: MRR and nDCG by ir_measures (MacAvaney et al., ECIR 2022), over evidence units.

Passages differ from system to system, so relevance is judged on units of evidence (as in
subtopic retrieval, Zhai et al., SIGIR 2003). Each question becomes a pseudo-run: a passage that brings
new units puts each of them next in the list, a passage without any evidence puts one irrelevant entry,
and one that repeats evidence or holds only optional evidence puts none. The ideal list has all units
first, so that nDCG is 1 however the text is cut into passages.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["NDCG_CUT", "Ranking", "pseudo_run", "ranking_scores"]

NDCG_CUT = 10


@dataclass(frozen=True, slots=True)
class Ranking:
    """What one question's passages hold; ranks are from 1."""

    first_ranks: tuple[int | None, ...]  # of each needed unit, None where it is in no passage
    useful_ranks: tuple[int, ...]  # passages with any evidence
    passages: int  # how many were brought


def pseudo_run(ranking: Ranking) -> list[str | None]:
    """The list for one question: names of units ("u0", ...) and None for passages without evidence."""
    entries: list[str | None] = []
    for rank in range(1, ranking.passages + 1):
        new: list[str | None] = [f"u{i}" for i, first in enumerate(ranking.first_ranks) if first == rank]
        entries.extend(new or ([] if rank in ranking.useful_ranks else [None]))
    return entries


def ranking_scores(rankings: Mapping[str, Ranking]) -> dict[str, dict[str, float]]:
    """For each question `{"mrr": ..., "ndcg@10": ...}`: reciprocal rank of the first unit, and nDCG@10.

    The reciprocal rank counts passages, not entries of the list; both agree, because what stands before
    the first unit repeats nothing. A question for which nothing was brought or found has 0; one without
    units must not be passed.
    """
    measures, rr, ndcg = _measures()
    qrels = {q: {f"u{i}": 1 for i in range(len(r.first_ranks))} for q, r in rankings.items()}
    run = {}
    for q, ranking in rankings.items():
        entries = pseudo_run(ranking)
        run[q] = {name or f"none{i}": float(len(entries) - i) for i, name in enumerate(entries)} or {
            "none": 1.0
        }
    scores = {q: {"mrr": 0.0, f"ndcg@{NDCG_CUT}": 0.0} for q in rankings}
    if not qrels:
        return scores
    for value in measures.iter_calc([rr, ndcg], qrels, run):
        scores[value.query_id]["mrr" if value.measure == rr else f"ndcg@{NDCG_CUT}"] = float(value.value)
    return scores


def _measures() -> tuple[Any, Any, Any]:
    with warnings.catch_warnings():  # ir_measures warns on import of what we do not use
        warnings.simplefilter("ignore")
        import ir_measures

    return ir_measures, ir_measures.RR, ir_measures.nDCG @ NDCG_CUT
