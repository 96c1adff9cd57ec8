"""Questions and answers of ours in the forms of other tools."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.formats.beir import BeirSet, write_beir
from eval.formats.ragas import to_ragas
from eval.formats.trec import Qrels, Run, write_qrels, write_run
from eval.formats.trec_rag import to_trec_rag
from eval.items import Item, units
from eval.jsonl import write_lines, write_text
from eval.metrics.evidence import PASSAGE_WORDS, holds
from eval.text import first_words

__all__ = ["FORMS", "export_answers", "judged"]

FORMS = ("trec-run", "trec-qrels", "beir", "trec-rag", "ragas")

Answers = Mapping[str, Mapping[str, Any]]


def export_answers(form: str, items: Sequence[Item], answers: Answers, out: Path, name: str) -> None:
    """Writes the answered questions in one of FORMS to a file (a folder for "beir").

    Passages are judged by the evidence of their question: the grade is the number of needed units that a
    passage holds. Documents of the TREC and BEIR forms are the passages of these answers.
    """
    answered = [item for item in items if item.id in answers]
    out.parent.mkdir(parents=True, exist_ok=True)
    if form == "ragas":
        write_lines(out, [to_ragas(item, answers[item.id]) for item in answered])
    elif form == "trec-rag":
        write_lines(out, [to_trec_rag(answers[item.id], item.question, name, name) for item in answered])
    elif form == "trec-run":
        write_text(out, write_run(ranking(answered, answers), name))
    else:
        corpus, qrels = judged(answered, answers)
        if form == "trec-qrels":
            write_text(out, write_qrels(qrels))
        else:
            write_beir(out, BeirSet(corpus, {i.id: i.question for i in answered}, qrels))


def ranking(items: Sequence[Item], answers: Answers) -> Run:
    """The passages of each answer, first best; the score falls by one a rank, so that the order is kept."""
    run: Run = {}
    for item in items:
        passages = answers[item.id].get("passages", [])
        scores: dict[str, float] = {}
        for place, passage in enumerate(passages):
            scores.setdefault(passage_id(passage), float(len(passages) - place))
        run[item.id] = scores
    return run


def judged(items: Sequence[Item], answers: Answers) -> tuple[dict[str, tuple[str, str]], Qrels]:
    """All passages of the answers by id, and the grade of each for the questions that brought it.

    Grades of 0 are written too: a question for which nothing right was brought counts as 0, not as unasked.
    """
    corpus: dict[str, tuple[str, str]] = {}
    qrels: Qrels = {}
    for item in items:
        for passage in answers[item.id].get("passages", []):
            text = str(passage["text"])
            key = passage_id(passage)
            corpus[key] = (str(passage.get("section", "")), text)
            needed = units(item)
            if needed:
                grade = sum(holds(first_words(text, PASSAGE_WORDS), unit) for unit in needed)
                qrels.setdefault(item.id, {})[key] = grade
    return corpus, qrels


def passage_id(passage: Mapping[str, Any]) -> str:
    """A name for a passage without blanks: its document and number, or a digest of its text."""
    if "id" in passage and "document" in passage:
        name = f"{passage['document']}:{passage['id']}"
        if len(name.split()) == 1:
            return name
    return "text:" + hashlib.sha256(str(passage["text"]).encode("utf-8", "replace")).hexdigest()[:16]
