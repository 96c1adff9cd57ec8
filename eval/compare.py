"""Two runs on the same questions: what changed, and whether that could be chance."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import InputError
from eval.files import QUESTIONS
from eval.jsonl import read_lines
from eval.measures import MEASURES, Measure
from eval.rounding import figure_or_none, rounded
from eval.stats import holm, interval, mcnemar_p, paired_p

__all__ = [
    "DIRECTIONS",
    "Change",
    "Comparison",
    "compare_runs",
    "load_run",
    "p_text",
    "sorted_changes",
    "verdict",
    "way",
]

Record = Mapping[str, Any]
DIRECTIONS = ("worse", "mixed", "better", "reworded")
_RECORD: Mapping[str, type] = {
    "id": str, "question": str, "type": str, "answer": str, "answered": bool, "refused": bool,
    "scores": Mapping, "found": Mapping,
}  # fmt: skip
_ENOUGH = 1e-9  # difference of two scores below which they are the same


@dataclass(frozen=True, slots=True)
class Change:
    """One question that scores differently: `moves` has (measure, A, B) of each measure that moved."""

    id: str
    a: Record
    b: Record
    moves: tuple[tuple[str, float | None, float | None], ...]
    direction: str  # "better", "worse", "mixed", or "reworded": another text with the same scores

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON, without the records."""
        return {"id": self.id, "direction": self.direction, "moves": [list(move) for move in self.moves]}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows of the table (one a measure) and the questions that changed."""

    questions: int
    rows: tuple[Mapping[str, Any], ...]
    changes: tuple[Change, ...]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON."""
        return {
            "questions": self.questions,
            "measures": [dict(row) for row in self.rows],
            "changed": [change.to_dict() for change in self.changes],
        }


def load_run(path: Path) -> dict[str, Record]:
    """Records by id, from a run's folder or its questions.jsonl. Raises InputError."""
    file = path / QUESTIONS if path.is_dir() else path
    found: dict[str, Record] = {}
    for number, row in read_lines(file):
        problem = _unfit(row)
        if problem:
            raise InputError(problem, file, number, "Name a folder that `run` or `score --out` wrote.")
        if row["id"] in found:
            raise InputError(f'a second record of "{row["id"]}".', file, number, "Score the run again.")
        found[row["id"]] = row
    if not found:
        raise InputError("the run has no questions.", file, remedy="Score the run again.")
    return found


def _unfit(row: Mapping[str, Any]) -> str:
    """What keeps a line from being a record of a scored question; "" where nothing does."""
    missing = [name for name in _RECORD if not isinstance(row.get(name), _RECORD[name])]
    if missing:
        return f'the line has no "{missing[0]}", or not of the right kind.'
    bad = [
        m for m in MEASURES if row["scores"].get(m) is not None and figure_or_none(row["scores"][m]) is None
    ]
    if bad:
        return f'the score "{bad[0]}" is no figure.'
    lists = [name for name in ("nuggets_missed", "sections", "notes") if name not in row["found"]]
    return f'"found" has no "{lists[0]}".' if lists else ""


def compare_runs(a: Mapping[str, Record], b: Mapping[str, Record]) -> Comparison:
    """B against A, question by question. Raises InputError where they did not answer the same questions."""
    _same_questions(a, b)
    rows = [row for m in MEASURES.values() if (row := _row(m, a, b)) is not None]
    adjusted = holm([row["p"] for row in rows])
    finished = tuple({**row, "p_holm": rounded(p)} for row, p in zip(rows, adjusted, strict=True))
    changes = (_change(a[i], b[i]) for i in a)
    return Comparison(len(a), finished, tuple(c for c in changes if c is not None))


def _same_questions(a: Mapping[str, Record], b: Mapping[str, Record]) -> None:
    for one, other, name in ((a, b, "second"), (b, a, "first")):
        missing = [i for i in one if i not in other]
        if missing:
            raise InputError(
                f"{len(missing)} questions are not in the {name} run, the first {missing[0]}.",
                "compare",
                remedy="Score both runs on the same question sets.",
            )
    changed = [i for i in a if a[i].get("question") != b[i].get("question")]
    if changed:
        raise InputError(
            f'"{changed[0]}" asks another question in each run.', "compare", remedy="Use one set for both."
        )


def _row(measure: Measure, a: Mapping[str, Record], b: Mapping[str, Record]) -> dict[str, Any] | None:
    """One measure over the questions to which it applies in both runs; None where there are none."""
    name = measure.name
    ids = [i for i in a if a[i]["scores"].get(name) is not None and b[i]["scores"].get(name) is not None]
    if not ids:
        return None
    first = [float(a[i]["scores"][name]) for i in ids]
    second = [float(b[i]["scores"][name]) for i in ids]
    differences = [y - x for x, y in zip(first, second, strict=True)]
    groups = [a[i].get("conversation") or i for i in ids]
    low, high = interval(differences, "mean", groups)
    up, down = sum(d > _ENOUGH for d in differences), sum(d < -_ENOUGH for d in differences)
    return {
        "measure": name,
        "a": rounded(statistics.fmean(first)),  # means, of words too: their difference is that of the pairs
        "b": rounded(statistics.fmean(second)),
        "difference": rounded(statistics.fmean(differences)),
        "low": rounded(low),
        "high": rounded(high),
        "up": up,
        "down": down,
        "questions": len(ids),
        "test": "McNemar" if measure.yes_no else "randomisation",
        "p": rounded(mcnemar_p(down, up) if measure.yes_no else paired_p(differences, groups)),
    }


def _change(a: Record, b: Record) -> Change | None:
    moves = []
    signs: set[str] = set()
    for name, measure in MEASURES.items():
        x, y = a["scores"].get(name), b["scores"].get(name)
        if x == y or (x is not None and y is not None and abs(x - y) <= _ENOUGH):
            continue
        moves.append((name, x, y))
        if measure.unit == "share" and (moved := way(name, x, y)):
            signs.add(moved)
    if not moves or (not signs and a["answer"] == b["answer"]):
        return None
    direction = {("up",): "better", ("down",): "worse", (): "reworded"}.get(tuple(signs), "mixed")
    return Change(a["id"], a, b, tuple(moves), direction)


def verdict(row: Mapping[str, Any]) -> str:
    """What a row says: "better", "worse", or "no clear difference" at 5 % after Holm's correction."""
    if row["p_holm"] is None or row["p_holm"] >= 0.05:
        return "no clear difference"
    higher = row["difference"] > 0
    return "better" if higher == (MEASURES[row["measure"]].better == "higher") else "worse"


def way(name: str, a: float | None, b: float | None) -> str:
    """Whether a measure moved "up" (better), "down", or neither can be said ("")."""
    if a is None or b is None or MEASURES[name].better == "neither":
        return ""
    return "up" if (b > a) == (MEASURES[name].better == "higher") else "down"


def p_text(p: float) -> str:
    """A p-value as printed, never as 0."""
    return f"{p:.4f}" if p >= 0.0001 else "<0.0001"


def sorted_changes(changes: Sequence[Change]) -> list[Change]:
    """Worse first, then mixed, better and reworded; each in the order of the set."""
    return sorted(changes, key=lambda c: DIRECTIONS.index(c.direction))
