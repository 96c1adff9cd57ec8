"""The files of a scored run: records, summary, report. All follow from what was scored alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.errors import NotWritable
from eval import files
from eval.compare import DIRECTIONS, Comparison, p_text, sorted_changes, verdict, way
from eval.items import Item
from eval.jsonl import dump, write_text
from eval.metrics.quotes import Texts
from eval.report.page import render_page, render_report
from eval.report.safe import visible
from eval.report.views import System, question_view
from eval.score import EMPTY, score_all
from eval.summary import summarise

__all__ = ["Scored", "score_system", "write_comparison", "write_outputs"]


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
    _write(
        out,
        {
            files.QUESTIONS: "".join(dump(record) + "\n" for record in main.records),
            files.SUMMARY: dump(summary) + "\n",
            files.REPORT: page,
        },
    )


def write_comparison(out: Path, a: str, b: str, comparison: Comparison) -> None:
    """Writes compare.json and compare.html into a folder, made where it is missing. Raises NotWritable."""
    page = render_page(
        "compare.html.j2",
        title=f"{b} against {a}",
        a=a,
        b=b,
        comparison=comparison,
        changes=sorted_changes(comparison.changes),
        directions=DIRECTIONS,
        way=way,
        p_text=p_text,
        verdict=verdict,
        visible=visible,
    )
    _write(out, {files.COMPARISON: dump(comparison.to_dict()) + "\n", files.COMPARISON_REPORT: page})


def _write(out: Path, texts: Mapping[str, str]) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_text(out / name, text)
    except OSError as error:
        raise NotWritable(f"{out}: {error.strerror or error}. Name another folder with --out.") from None
