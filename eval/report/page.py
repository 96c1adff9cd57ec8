"""The report of one run: tables, plots, and every question, in one HTML file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from eval.measures import MEASURES
from eval.report.charts import Axis, Series, bar_chart, line_chart
from eval.report.failures import TAGS
from eval.report.views import QuestionView, System, best, figure

__all__ = ["render_page", "render_report"]

_TEMPLATES = Path(__file__).with_name("templates")
_FAMILIES = {
    "finding": "Finding",
    "answering": "Answering",
    "citing": "Citing",
    "refusing": "Refusing",
    "safety": "Safety",
}
_TABLE = (
    "evidence@400w", "evidence@800w", "evidence@5", "mrr", "nuggets", "section_precision", "section_recall",
    "note_precision", "note_recall", "refusal_right", "answer_words",
)  # fmt: skip
_HEADINGS = {
    "evidence@400w": "Evidence 400 words",
    "evidence@800w": "Evidence 800 words",
    "evidence@5": "Evidence 5 passages",
    "mrr": "MRR",
    "nuggets": "Key facts",
    "section_precision": "Sections P",
    "section_recall": "Sections R",
    "note_precision": "Notes P",
    "note_recall": "Notes R",
    "refusal_right": "Answered or refused rightly",
    "answer_words": "Words",
}
_TILES = ("nuggets", "evidence@800w", "section_precision", "section_recall", "note_precision", "note_recall")


def render_report(
    title: str, systems: Sequence[System], questions: Sequence[QuestionView], provenance: Mapping[str, Any]
) -> str:
    """The report as HTML. The first system is the one whose questions are shown; the others stand beside it.

    `provenance` is shown as given; nothing else of the page depends on when or where it was made.
    """
    return render_page(
        "report.html.j2",
        title=title,
        systems=systems,
        summary=systems[0].summary,
        questions=questions,
        provenance=provenance,
        tables=_tables(systems[0].summary),
        charts=_charts(systems),
        tags={tag: name for tag, name in TAGS.items() if any(tag in q.tags.split() for q in questions)},
        failed=sum(bool(q.wrong) for q in questions),
        tiles=[m for m in _TILES if m in systems[0].summary["overall"]],
        families=_families(systems),
        columns=_TABLE,
        headings=_HEADINGS,
        best=best,
    )


def render_page(template: str, **values: Any) -> str:
    """A template with the shared style and script, values escaped, and a policy that runs no other script."""
    environment = _environment()
    script = environment.get_template("script.js").render()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    style = environment.get_template("style.css").render()
    page = environment.get_template(template)
    return (
        page.render(
            script=script, script_hash=digest, style=style, measures=MEASURES, figure=figure, **values
        )
        + "\n"
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=lambda name: name is None or name.endswith(".j2"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _families(systems: Sequence[System]) -> list[tuple[str, list[str]]]:
    """Names of the measures that any system has, by family."""
    have = {name for s in systems for name in s.summary["overall"]}
    found = [
        (title, [n for n, m in MEASURES.items() if m.family == f and n in have])
        for f, title in _FAMILIES.items()
    ]
    return [(title, names) for title, names in found if names]


def _tables(summary: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    """(heading, what the first column is, parts) of each split that has more than one part."""
    candidates = [
        ("By question set", "set", summary["by_set"]),
        ("By type of question", "type", summary["by_type"]),
        ("By turn of a conversation", "turn", summary["by_turn"]),
        ("By nearness to a readers' question of the corpus", "cosine", summary["by_novelty"]),
    ]
    return [row for row in candidates if len(row[2]) > 1]


def _charts(systems: Sequence[System]) -> list[Any]:
    found: list[Any] = []
    recall = Axis("Share of needed evidence", 0, 1, percent=True)
    for key, title, axis in (
        ("words", "Evidence found by words read", Axis("Words read", 0, 1200)),
        ("ranks", "Evidence found by passages read", Axis("Passages read", 0, 10)),
    ):
        lines = [Series(s.name, _points(s.summary["curves"][key])) for s in systems if s.summary["curves"]]
        if lines:
            found.append(line_chart(title, lines, axis, recall))
    return found + _confidence_charts(systems[0].summary) + _latency_charts(systems[0].summary)


def _confidence_charts(summary: Mapping[str, Any]) -> list[Any]:
    confidence = summary["refusal"]["confidence"]
    if confidence is None:
        return []
    rows = confidence["calibration"]
    found = []
    if len(rows) > 1:
        x = Axis("Confidence of the system", rows[0]["confidence"], rows[-1]["confidence"])
        lines = [
            Series("can be answered", tuple((r["confidence"], r["answerable"]) for r in rows)),
            Series("was answered", tuple((r["confidence"], r["answered"]) for r in rows)),
        ]
        found.append(
            line_chart("Refusal by confidence", lines, x, Axis("Share of questions", 0, 1, percent=True))
        )
    if len(confidence["risk_coverage"]) > 1:
        line = Series("risk", _points(confidence["risk_coverage"]))
        axes = (
            Axis("Questions answered, surest first", 0, 1, percent=True),
            Axis("Error of the answers", 0, 1, percent=True),
        )
        found.append(line_chart("Risk and coverage", [line], *axes))
    return found


def _latency_charts(summary: Mapping[str, Any]) -> list[Any]:
    row = summary["latency"].get("total")
    if row is None:
        return []
    bars = [(name, row[name]) for name in ("p50", "p90", "p95", "p99", "max")]
    top = max(value for _, value in bars) or 1.0
    return [
        bar_chart(
            "Seconds to an answer", bars, Axis("Seconds", 0, top), f"Percentile of {row['questions']} answers"
        )
    ]


def _points(rows: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in rows)
