"""The files of a scored run: records, summary, report. All follow from what was scored alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import NotWritable
from eval.items import Item
from eval.jsonl import dump, write_lines, write_text
from eval.metrics.quotes import Texts
from eval.report.page import render_report
from eval.report.views import System, question_view
from eval.score import EMPTY, score_all
from eval.summary import summarise

__all__ = ["QUESTIONS_FILE", "REPORT_FILE", "SUMMARY_FILE", "Scored", "score_system", "write_outputs"]

QUESTIONS_FILE = "questions.jsonl"
SUMMARY_FILE = "summary.json"
REPORT_FILE = "report.html"


@dataclass(frozen=True, slots=True)
class Scored:
    """One system on a set: its name, answers by question id, records and summary."""

    name: str
    answers: Mapping[str, Mapping[str, Any]]
    records: Sequence[dict[str, Any]]
    summary: Mapping[str, Any] = field(repr=False)


def score_system(
    name: str, items: Sequence[Item], answers: Mapping[str, Mapping[str, Any]], texts: Texts | None
) -> Scored:
    """Scores one system's answers; see `eval.score.score_all`."""
    records = score_all(items, answers, texts)
    return Scored(name, answers, records, summarise(records))


def write_outputs(
    out: Path, title: str, items: Sequence[Item], systems: Sequence[Scored], provenance: Mapping[str, str]
) -> None:
    """Writes questions.jsonl, summary.json and report.html into a folder, made where it is missing.

    The first system is the one reported; the others stand beside it. Raises NotWritable.
    """
    main, *others = systems
    summary = {
        **main.summary,
        "name": main.name,
        "provenance": dict(provenance),
        "beside": {other.name: other.summary["overall"] for other in others},
    }
    views = [
        question_view(item, record, main.answers.get(item.id, EMPTY))
        for item, record in zip(items, main.records, strict=True)
    ]
    page = render_report(title, [System(s.name, s.summary) for s in systems], views, provenance)
    try:
        out.mkdir(parents=True, exist_ok=True)
        write_lines(out / QUESTIONS_FILE, list(main.records))
        write_text(out / SUMMARY_FILE, dump(summary) + "\n")
        write_text(out / REPORT_FILE, page)
    except OSError as error:
        raise NotWritable(f"{out}: {error.strerror or error}. Name another folder with --out.") from None
