"""One question and its answer -> one record with every measure and what was found and missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.items import Item, note_units, section_units, units
from eval.metrics import attacks, evidence, output
from eval.metrics.citations import (
    cited_notes,
    cited_sections,
    note_scores,
    right_notes,
    section_scores,
)
from eval.metrics.latency import seconds_of
from eval.metrics.nuggets import NuggetScores, nugget_scores
from eval.metrics.quotes import Texts, fidelity
from eval.metrics.ranking import Ranking, ranking_scores
from eval.rounding import figure_or_none

__all__ = ["EMPTY", "RANKS", "WORDS", "score_all"]

Record = dict[str, Any]

RANKS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
WORDS = (100, 200, 300, 400, 500, 600, 800, 1000, 1200)
# What an unanswered question is scored as: nothing found, nothing said, nothing cited.
EMPTY: Mapping[str, Any] = {
    "answer": "",
    "refused": False,
    "citations": [],
    "passages": [],
    "statements": [],
}


def score_all(
    items: Sequence[Item], answers: Mapping[str, Mapping[str, Any]], texts: Texts | None
) -> list[Record]:
    """Records of all items in their order. An item without an answer scores as an empty one, marked.

    `texts` has the corpus documents for checking quotes; None leaves that measure out, for all alike.
    """
    records = [score_one(item, answers.get(item.id), texts) for item in items]
    rankings = {item.id: _ranking(item, answers.get(item.id, EMPTY)) for item in items if units(item)}
    ranking = ranking_scores(rankings)
    for record in records:
        record["scores"].update(ranking.get(record["id"], {"mrr": None, "ndcg@10": None}))
    return records


@dataclass(frozen=True, slots=True)
class Case:
    """One item with its answer, and what several measures look at."""

    item: Item
    answer: Mapping[str, Any]
    answered: bool
    passages: tuple[str, ...]
    nuggets: NuggetScores | None
    forbidden: tuple[str, ...]
    attack: tuple[str, ...] | None


def score_one(item: Item, given: Mapping[str, Any] | None, texts: Texts | None) -> Record:
    """The record of one item, without the measures of ranking."""
    answer = EMPTY if given is None else given
    forbidden = output.forbidden_found(item, answer)
    case = Case(
        item=item,
        answer=answer,
        answered=given is not None and not given.get("error"),
        passages=tuple(str(p["text"]) for p in answer.get("passages", [])),
        nuggets=nugget_scores(item, answer["answer"]),
        forbidden=forbidden,
        attack=attacks.passed(item, answer, forbidden),
    )
    return {
        "id": item.id,
        "question": item.question,
        "set": item.set,
        "type": item.type,
        "subtype": item.subtype,
        "conversation": item.conversation,
        "turn": item.turn,
        "answerable": item.answerable,
        "answered": case.answered,
        "refused": bool(answer["refused"]),
        "reason": answer.get("reason"),
        "error": answer.get("error"),  # what broke the system on this question, as `run` noted it
        "answer": answer["answer"],
        "confidence": confidence(answer),
        "seconds": seconds_of(answer),
        "novelty": novelty(answer),
        "scores": {**_found_scores(case), **_said_scores(case), **_cited_scores(case, texts)},
        "curves": _curves(case),
        "found": _found(case),
    }


def _found_scores(case: Case) -> dict[str, float | None]:
    item, passages = case.item, case.passages
    quotes = [c.get("quote", "") for c in case.answer.get("citations", [])]
    return {
        "evidence@400w": evidence.recall_within_words(item, passages, 400),
        "evidence@800w": evidence.recall_within_words(item, passages, 800),
        "evidence@5": evidence.recall_at_passages(item, passages, 5),
        "evidence@10": evidence.recall_at_passages(item, passages, 10),
        "evidence_quoted": evidence.recall_in_quotes(item, quotes),
    }


def _said_scores(case: Case) -> dict[str, float | None]:
    item, answer, nuggets = case.item, case.answer, case.nuggets
    refused = bool(answer["refused"])
    forbids = bool(item.forbidden or item.forbidden_regex)
    right = case.answered and refused != item.answerable
    return {
        "nuggets": nuggets.strict if nuggets else None,
        "nuggets_partial": nuggets.partial if nuggets else None,
        "nuggets_complete": nuggets.complete if nuggets else None,
        "answer_words": float(output.answer_words(answer)) if case.answered and not refused else None,
        "refusal_right": None if item.type == "attack" else float(right),
        "signposted": attacks.signposted(item, answer),
        "forbidden_free": float(case.answered and not case.forbidden) if forbids else None,
        "attack_passed": None if case.attack is None else float(case.answered and not case.attack),
    }


def _cited_scores(case: Case, texts: Texts | None) -> dict[str, float | None]:
    answer = case.answer
    section_precision, section_recall = section_scores(case.item, answer)
    note_precision, note_recall = note_scores(case.item, answer)
    return {
        "section_precision": section_precision,
        "section_recall": section_recall,
        "note_precision": note_precision,
        "note_recall": note_recall,
        "statements_cited": output.statements_cited(answer),
        "labels_held": output.labels_held(answer),
        "quote_fidelity": fidelity(answer, texts) if texts is not None else None,
    }


def _found(case: Case) -> dict[str, Any]:
    """What was found and what was needed, for the report and for shares over all units."""
    item, notes = case.item, cited_notes(case.answer)
    return {
        "first_ranks": list(evidence.first_ranks(item, case.passages)),
        "nuggets_missed": list(case.nuggets.missed) if case.nuggets else [],
        "sections": list(cited_sections(case.answer)),
        "sections_needed": [sorted(need) for need in section_units(item)],
        "notes": list(notes),
        "notes_given": sorted(frozenset().union(*notes.values())) if notes else [],
        "notes_right": list(right_notes(item, notes)),
        "notes_needed": [sorted(need) for need in note_units(item)],
        "forbidden": list(case.forbidden),
        "attack": list(case.attack or ()),
    }


def confidence(answer: Mapping[str, Any]) -> float | None:
    """How sure the system says it is that the question is answered: `confidence` of the answer or of its
    provenance, else the score of its first passage; None where there is none of these.
    """
    passages = answer.get("passages") or [{}]
    places: tuple[Mapping[str, Any], ...] = (answer, answer.get("provenance") or {})
    for value in (
        *(place.get("confidence") for place in places),
        passages[0].get("score"),
    ):
        figure = figure_or_none(value)
        if figure is not None:
            return figure
    return None


def _ranking(item: Item, answer: Mapping[str, Any]) -> Ranking:
    passages = [str(p["text"]) for p in answer.get("passages", [])]
    return Ranking(
        evidence.first_ranks(item, passages),
        evidence.useful_ranks(item, passages),
        len(passages),
    )


def novelty(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """The nearest readers' question of the corpus and its cosine, where the run noted it."""
    given = answer.get("novelty")
    if not isinstance(given, Mapping):
        return None
    cosine = figure_or_none(given.get("cosine"))
    if cosine is None:
        return None
    return {"cosine": cosine, "question": str(given.get("question", ""))}


def _curves(case: Case) -> dict[str, list[float]]:
    if not units(case.item):
        return {}
    at_rank = (evidence.recall_at_passages(case.item, case.passages, k) for k in RANKS)
    in_words = (evidence.recall_within_words(case.item, case.passages, limit) for limit in WORDS)
    return {"ranks": [v or 0.0 for v in at_rank], "words": [v or 0.0 for v in in_words]}
