"""MRR and nDCG, by hand and against ir_measures."""

from __future__ import annotations

import math
import random

import ir_measures
import pytest

from eval.metrics.ranking import Ranking, pseudo_run, ranking_scores


def test_the_list_has_units_where_they_first_stand() -> None:
    # Passage 1 has nothing, 2 brings unit 1, 3 repeats it, 4 brings units 0 and 2.
    ranking = Ranking(first_ranks=(4, 2, 4), useful_ranks=(2, 3, 4), passages=5)
    assert pseudo_run(ranking) == [None, "u1", "u0", "u2", None]


def test_by_hand() -> None:
    scores = ranking_scores({"q": Ranking((4, 2, 4), (2, 3, 4), 5)})["q"]
    gain = sum(1 / math.log2(place + 1) for place in (2, 3, 4))
    ideal = sum(1 / math.log2(place + 1) for place in (1, 2, 3))
    assert scores["mrr"] == 0.5
    assert scores["ndcg@10"] == pytest.approx(gain / ideal)


def test_optional_evidence_before_the_needed_lowers_the_reciprocal_rank() -> None:
    # Passage 1 has optional evidence alone: no fault in nDCG, but the first needed one is second.
    scores = ranking_scores({"q": Ranking((2,), (1, 2), 3)})["q"]
    assert scores == {"mrr": 0.5, "ndcg@10": 1.0}


def test_all_in_one_passage_or_one_in_each_is_perfect_alike() -> None:
    together = ranking_scores({"q": Ranking((1, 1), (1,), 1)})["q"]
    apart = ranking_scores({"q": Ranking((1, 2), (1, 2), 2)})["q"]
    assert together == apart == {"mrr": 1.0, "ndcg@10": 1.0}


def test_nothing_brought_or_found_is_zero_and_never_dropped() -> None:
    scores = ranking_scores({"none": Ranking((None,), (), 0), "wrong": Ranking((None,), (), 3)})
    assert scores == {"none": {"mrr": 0.0, "ndcg@10": 0.0}, "wrong": {"mrr": 0.0, "ndcg@10": 0.0}}
    assert ranking_scores({}) == {}


def test_recall_agrees_with_ir_measures_where_each_passage_has_at_most_one_unit() -> None:
    rng = random.Random(1)
    for _ in range(50):
        count = rng.randint(1, 6)
        places = rng.sample(range(1, 11), count)
        ranks = tuple(p if rng.random() < 0.7 else None for p in places)
        run = {"q": {f"u{ranks.index(p)}" if p in ranks else f"n{p}": 11.0 - p for p in range(1, 11)}}
        qrels = {"q": {f"u{i}": 1 for i in range(count)}}
        theirs = ir_measures.calc_aggregate([ir_measures.R @ 5], qrels, run)[ir_measures.R @ 5]
        assert sum(r is not None and r <= 5 for r in ranks) / count == pytest.approx(theirs)
