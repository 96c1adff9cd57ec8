"""A TREC run against qrels: the usual figures of ranking, by ir_measures."""

from __future__ import annotations

import warnings
from pathlib import Path

from eval.errors import InputError
from eval.formats.beir import is_beir, read_beir
from eval.formats.trec import Qrels, Run, read_qrels

__all__ = ["load_judgements", "rank_scores"]

MEASURES = ("nDCG@10", "RR@10", "R@5", "R@10", "R@100", "AP")


def load_judgements(path: Path, split: str = "test") -> Qrels:
    """Qrels from a TREC file, or from a split of a BEIR folder. Raises InputError."""
    qrels = read_beir(path, split).qrels if is_beir(path) else read_qrels(path)
    if not qrels:
        raise InputError("it has no judgements.", path, remedy="Check the file, or name another split.")
    return qrels


def rank_scores(qrels: Qrels, run: Run) -> dict[str, float]:
    """The mean of each of MEASURES over all judged topics; a topic that the run lacks counts as 0.

    Topics of the run that nobody judged are left out, as trec_eval does with `-c`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import ir_measures

    wanted = [ir_measures.parse_measure(name) for name in MEASURES]
    sums = dict.fromkeys(MEASURES, 0.0)
    judged = {topic: run[topic] for topic in qrels if run.get(topic)}
    if judged:
        for value in ir_measures.iter_calc(wanted, qrels, judged):
            if value.query_id in judged:
                sums[str(value.measure)] += float(value.value)
    return {name: total / len(qrels) for name, total in sums.items()}
