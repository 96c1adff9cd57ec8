"""Ranking: MRR and nDCG by ir_measures (MacAvaney et al., ECIR 2022), over evidence units.

Passages differ from system to system, so relevance is judged on units of evidence (as in
subtopic retrieval, Zhai et al., SIGIR 2003). Each question becomes a pseudo-run: a passage that brings
new units puts each of them next in the list, a passage without any evidence puts one irrelevant entry,
and one that repeats evidence or holds only optional evidence puts none. The ideal list has all units
first, so that nDCG is 1 however the text is cut into passages. The reciprocal rank is that of the passages
themselves: optional evidence that stands first pushes the needed one down.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
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
    """For each question `{"mrr": ..., "ndcg@10": ...}`: 1 / rank of the first with a unit, nDCG@10.

    A question for which nothing was brought or found has 0; one without units must not be passed.
    """
    measures, rr, ndcg = _measures()
    scores = {q: {"mrr": 0.0, f"ndcg@{NDCG_CUT}": 0.0} for q in rankings}
    if not scores:
        return scores
    passages = {q: [f"p{i}" for i in range(1, r.passages + 1)] for q, r in rankings.items()}
    useful = {q: {f"p{first}": 1 for first in r.first_ranks if first} for q, r in rankings.items()}
    for value in measures.iter_calc([rr], _judged(useful), _run(passages)):
        scores[value.query_id]["mrr"] = float(value.value)
    entries = {q: [name or f"none{i}" for i, name in enumerate(pseudo_run(r))] for q, r in rankings.items()}
    units = {q: {f"u{i}": 1 for i in range(len(r.first_ranks))} for q, r in rankings.items()}
    for value in measures.iter_calc([ndcg], units, _run(entries)):
        scores[value.query_id][f"ndcg@{NDCG_CUT}"] = float(value.value)
    return scores


def _run(lists: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Lists as ir_measures reads them: a score a name, falling; an empty list brings something useless."""
    return {q: {name: float(len(names) - i) for i, name in enumerate(names or ["none"])}
            for q, names in lists.items()}  # fmt: skip


def _judged(grades: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Grades with a topic for every question: one for which nothing was found counts as 0, not as absent."""
    return {q: dict(row) or {"sought": 1} for q, row in grades.items()}


def _measures() -> tuple[Any, Any, Any]:
    with warnings.catch_warnings():  # ir_measures warns on import of what we do not use
        warnings.simplefilter("ignore")
        import ir_measures

    return ir_measures, ir_measures.RR, ir_measures.nDCG @ NDCG_CUT
