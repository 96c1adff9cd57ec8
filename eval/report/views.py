"""What the templates show: plain values, made from summaries, records, questions and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.items import Item
from eval.measures import MEASURES
from eval.metrics.evidence import first_ranks, holds
from eval.report.failures import failures
from eval.report.safe import visible
from eval.rounding import figure_or_none
from eval.text import fold, mentions_any

__all__ = ["QuestionView", "System", "figure", "question_view"]

_SHOWN = (
    "nuggets", "evidence@400w", "evidence@800w", "mrr", "section_precision", "section_recall",
    "note_precision", "note_recall", "quote_fidelity", "answer_words",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class System:
    """One system of a report: its name and its summary."""

    name: str
    summary: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question as the report shows it; every text is already made visible."""

    id: str
    kind: str
    question: str
    verdict: str
    wrong: tuple[tuple[str, str], ...]  # (tag, sentence)
    answer: str
    scores: tuple[tuple[str, str], ...]  # (title, figure)
    nuggets: tuple[tuple[str, bool], ...]  # (spellings, given)
    evidence: tuple[tuple[str, str, str], ...]  # (section, where found, quote)
    citations: tuple[tuple[str, str, str], ...]  # (section, notes, quote)
    passages: tuple[tuple[str, str, bool], ...]  # (heading, text, holds evidence)
    novelty: str

    @property
    def tags(self) -> str:
        """The tags of what is wrong, for the filter."""
        return " ".join(dict.fromkeys(tag for tag, _ in self.wrong))


def figure(name: str, value: float | None) -> str:
    """A measure's value as printed; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.0f}" if MEASURES[name].unit == "words" else f"{value:.3f}"


def question_view(item: Item, record: Mapping[str, Any], answer: Mapping[str, Any]) -> QuestionView:
    """The view of one question."""
    scores = record["scores"]
    shown = fold(answer["answer"])
    kind = record["type"] + (f" · {record['subtype']}" if record["subtype"] else "")
    novelty = record["novelty"]
    return QuestionView(
        id=visible(item.id, 80),
        kind=visible(kind + (f" · turn {item.turn}" if item.turn else ""), 80),
        question=visible(item.question, 1000),
        verdict=_verdict(record),
        wrong=tuple((tag, visible(text, 600)) for tag, text in failures(record)),
        answer=visible(answer["answer"]),
        scores=tuple((MEASURES[n].title, figure(n, scores[n])) for n in _SHOWN if scores.get(n) is not None),
        nuggets=tuple((visible(" / ".join(n), 200), mentions_any(shown, n)) for n in item.nuggets),
        evidence=tuple(_evidence(item, answer)),
        citations=tuple(_citation(c) for c in answer.get("citations", [])),
        passages=tuple(_passage(i, p, item) for i, p in enumerate(answer.get("passages", [])[:10], 1)),
        novelty=f"{novelty['cosine']:.2f}: {visible(novelty['question'], 300)}" if novelty else "",
    )


def _verdict(record: Mapping[str, Any]) -> str:
    if not record["answered"]:
        return "no answer"
    if not record["refused"]:
        return "answered"
    return visible(f"refused: {record['reason']}" if record["reason"] else "refused", 60)


def _evidence(item: Item, answer: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    passages = [str(p["text"]) for p in answer.get("passages", [])]
    rows = []
    for evidence in item.evidence:
        alone = Item(item.id, "", item.type, evidence=(evidence,), alternatives=True)
        rank = next(iter(first_ranks(alone, passages)), None)
        where = f"passage {rank}" if rank else ("not needed" if evidence.group == "optional" else "not found")
        rows.append((visible(" or ".join(evidence.sections), 80), where, visible(evidence.quote, 1200)))
    return rows


def _citation(citation: Mapping[str, Any]) -> tuple[str, str, str]:
    notes = [n if isinstance(n, str) else str(n["number"]) for n in citation.get("notes", [])]
    return (
        visible(citation["section"], 80),
        visible(", ".join(notes), 120),
        visible(citation.get("quote", ""), 1200),
    )


def _passage(position: int, passage: Mapping[str, Any], item: Item) -> tuple[str, str, bool]:
    score = figure_or_none(passage.get("score"))
    heading = f"{position} · {passage.get('section', '')}"
    if score is not None:
        heading += f" · {score:.3f}"
    return visible(heading, 120), visible(passage["text"], 1500), holds(str(passage["text"]), item.evidence)


def best(systems: Sequence[System], name: str) -> float | None:
    """The best value of a measure among systems; None where none has it or no way is up."""
    values: list[float] = [
        s.summary["overall"][name]["value"] for s in systems if name in s.summary["overall"]
    ]
    better = MEASURES[name].better
    if not values or better == "neither":
        return None
    return max(values) if better == "higher" else min(values)
