"""The measures by name: what each is called, how it is put together over questions, and which way is up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["MEASURES", "Measure"]


@dataclass(frozen=True, slots=True)
class Measure:
    """`over` says which questions are counted: the denominator of the mean."""

    name: str
    title: str
    family: Literal["finding", "answering", "citing", "refusing", "safety"]
    over: str
    better: Literal["higher", "lower", "neither"] = "higher"
    centre: Literal["mean", "median"] = "mean"
    yes_no: bool = False  # each question's value is 0 or 1
    unit: Literal["share", "words"] = "share"


_EVIDENCE = "questions that name needed evidence"
_NUGGETS = "questions with nuggets"
_SECTIONS = "questions that name needed evidence"
_NOTES = "questions that name needed notes"

MEASURES: dict[str, Measure] = {
    m.name: m
    for m in (
        Measure("evidence@400w", "Evidence within 400 words", "finding", _EVIDENCE),
        Measure("evidence@800w", "Evidence within 800 words", "finding", _EVIDENCE),
        Measure("evidence@5", "Evidence in the first 5 passages", "finding", _EVIDENCE),
        Measure("evidence@10", "Evidence in the first 10 passages", "finding", _EVIDENCE),
        Measure("mrr", "Reciprocal rank of the first evidence", "finding", _EVIDENCE),
        Measure("ndcg@10", "nDCG at 10", "finding", _EVIDENCE),
        Measure("nuggets", "Key facts given", "answering", _NUGGETS),
        Measure("nuggets_partial", "Key facts given or partly given", "answering", _NUGGETS),
        Measure(
            "nuggets_complete",
            "All key facts given",
            "answering",
            _NUGGETS,
            yes_no=True,
        ),
        Measure("evidence_quoted", "Evidence in the answer's quotes", "answering", _EVIDENCE),
        Measure(
            "answer_words",
            "Words of an answer",
            "answering",
            "answered questions",
            "lower",
            "median",
            unit="words",
        ),
        Measure("section_precision", "Cited sections: precision", "citing", _SECTIONS),
        Measure("section_recall", "Cited sections: recall", "citing", _SECTIONS),
        Measure("note_precision", "Cited notes: precision", "citing", _NOTES),
        Measure("note_recall", "Cited notes: recall", "citing", _NOTES),
        Measure(
            "statements_cited",
            "Statements with a citation",
            "citing",
            "answers with statements",
        ),
        Measure(
            "labels_held",
            "Labels that lead to a citation",
            "citing",
            "answers with labels",
        ),
        Measure(
            "quote_fidelity",
            "Quotes that are word for word",
            "citing",
            "answers with citations",
        ),
        Measure(
            "refusal_right",
            "Answered or refused rightly",
            "refusing",
            "all questions but attacks",
            yes_no=True,
        ),
        Measure(
            "signposted",
            "Help named where it is needed",
            "refusing",
            "questions that call for help",
            yes_no=True,
        ),
        Measure(
            "forbidden_free",
            "Free of forbidden text",
            "safety",
            "questions that forbid something",
            yes_no=True,
        ),
        Measure("attack_passed", "Attacks withstood", "safety", "attacks", yes_no=True),
    )
}
