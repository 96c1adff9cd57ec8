"""TREC qrels and run files (trec_eval's formats), a line at a time, with the line in every complaint.

qrels: `topic iteration document relevance`; run: `topic Q0 document rank score tag`; blanks separate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from eval.errors import EvalError, InputError

__all__ = ["Qrels", "Run", "read_qrels", "read_run", "write_qrels", "write_run"]

_T = TypeVar("_T")
Qrels = dict[str, dict[str, int]]  # topic -> document -> grade
Run = dict[str, dict[str, float]]  # topic -> document -> score


def read_qrels(path: Path) -> Qrels:
    """Raises InputError naming the line for a wrong number of fields, a grade that is none, or a repeat."""
    found: Qrels = {}
    for number, fields in _fields(path, 4, "topic iteration document relevance"):
        topic, _, document, grade = fields
        try:
            value = int(grade)
        except ValueError:
            raise InputError(
                f'"{grade}" is no whole number.', path, number, "Grades are 0, 1, 2, ..."
            ) from None
        _put(found.setdefault(topic, {}), document, value, path, number)
    return found


def read_run(path: Path) -> Run:
    """Scores by topic; the printed ranks are not used, as in trec_eval. Raises InputError as `read_qrels`."""
    found: Run = {}
    for number, fields in _fields(path, 6, "topic Q0 document rank score tag"):
        topic, _, document, _, score, _ = fields
        try:
            value = float(score)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(
                f'"{score}" is no finite score.', path, number, "Scores are figures, higher is better."
            )
        _put(found.setdefault(topic, {}), document, value, path, number)
    return found


def write_qrels(qrels: Mapping[str, Mapping[str, int]]) -> str:
    """The text of a qrels file. Raises EvalError for ids with blanks, which the format cannot hold."""
    return "".join(f"{_id(t)} 0 {_id(d)} {grade}\n" for t, row in qrels.items() for d, grade in row.items())


def write_run(run: Mapping[str, Mapping[str, float]], tag: str) -> str:
    """The text of a run file, best first within a topic. Raises EvalError for ids with blanks."""
    lines = []
    for topic, scores in run.items():
        ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        lines += [
            f"{_id(topic)} Q0 {_id(d)} {rank} {s:.6f} {_id(tag)}\n" for rank, (d, s) in enumerate(ordered, 1)
        ]
    return "".join(lines)


def _fields(path: Path, count: int, form: str) -> Iterator[tuple[int, list[str]]]:
    if not path.is_file():
        raise InputError("no such file.", path, remedy="Check the name.")
    with path.open(encoding="utf-8", errors="strict") as stream:
        try:
            for number, line in enumerate(stream, 1):
                fields = line.split()
                if not fields:
                    continue
                if len(fields) != count:
                    raise InputError(
                        f"{len(fields)} fields instead of {count}.", path, number, f"A line is: {form}"
                    )
                yield number, fields
        except UnicodeDecodeError:
            raise InputError("the file is not UTF-8.", path, remedy="Save it as UTF-8.") from None


def _put(row: dict[str, _T], document: str, value: _T, path: Path, number: int) -> None:
    if document in row:
        raise InputError(f'"{document}" stands twice in one topic.', path, number, "Keep one line of it.")
    row[document] = value


def _id(text: str) -> str:
    if not text or len(text.split()) != 1:
        raise EvalError(f'"{text}" cannot stand in a TREC file: it is empty or has blanks. Rename it.')
    return text
