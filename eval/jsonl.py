"""JSON Lines read a line at a time, with the line's number in every complaint."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.errors import InputError

__all__ = ["dump", "json_kind", "read_each", "read_lines", "read_tolerant", "write_lines"]

MAX_BYTES = 256 * 1024 * 1024  # of a file: the largest sets in use have a few thousand questions
MAX_LINE = 8 * 1024 * 1024  # of one line, in bytes


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number (from 1) and object of each line; blank lines are skipped.

    Raises InputError naming the line and the remedy for: no such file, a folder, a file or line that
    is too large, bytes that are not UTF-8, broken JSON, a line that is not an object.
    """
    for number, raw in _raw_lines(path):
        yield number, _parse(path, number, raw)


def read_each(path: Path) -> Iterator[tuple[int, dict[str, Any] | InputError]]:
    """As `read_lines`, but a broken line is given as its error, and reading goes on.

    Raises InputError for what makes the whole file unreadable.
    """
    for number, raw in _raw_lines(path):
        try:
            yield number, _parse(path, number, raw)
        except InputError as error:
            yield number, error


def read_tolerant(path: Path) -> tuple[list[dict[str, Any]], bool]:
    """All objects of a file that may end in a torn line, and whether it did.

    For resuming: a run killed in the middle of a write leaves a last line without its newline.
    """
    found: list[dict[str, Any]] = []
    if not path.exists():
        return found, False
    lines = list(_raw_lines(path))
    for position, (number, raw) in enumerate(lines):
        try:
            found.append(_parse(path, number, raw))
        except InputError:
            if position == len(lines) - 1 and not raw.endswith(b"\n"):
                return found, True
            raise
    return found, False


def write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    """Writes one object a line, keys in a fixed order, through a temporary file and a rename."""
    write_text(path, "".join(dump(row) + "\n" for row in rows))


def write_text(path: Path, text: str) -> None:
    """Writes a file whole or not at all; lone surrogates, which UTF-8 cannot hold, become U+FFFD."""
    partial = path.with_name(path.name + ".part")
    clean = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    partial.write_text(clean, encoding="utf-8")
    partial.replace(path)


def dump(row: object) -> str:
    """One value as JSON on one line, the same for equal objects; NaN is refused.

    Raises ValueError for NaN or infinite figures: a score that is not a number is a fault, not a score.
    """
    return json.dumps(row, ensure_ascii=False, sort_keys=True, allow_nan=False)


def json_kind(value: object) -> str:
    """What a value is in the words of JSON, with its article: "a number", "null"."""
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a text", list: "a list"}
    return "null" if value is None else kinds.get(type(value), "an object")


def _raw_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    if path.is_dir():
        raise InputError("it is a folder.", path, remedy="Name a file in it.")
    if not path.is_file():
        raise InputError(
            "no such file.",
            path,
            remedy="Check the name, or run the command that makes it.",
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        limit = f"{MAX_BYTES // 2**20} MB"
        raise InputError(
            f"the file has {size / 2**20:.0f} MB; at most {limit} are read.",
            path,
            remedy=f"Split it into files of at most {limit} each, or check that it is a question set.",
        )
    with path.open("rb") as stream:
        for number, raw in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
            if len(raw) > MAX_LINE:
                raise InputError(
                    f"the line is longer than {MAX_LINE // 2**20} MB.",
                    path,
                    number,
                    "One object a line: is the file one large JSON array?",
                )
            if raw.strip():
                yield number, raw


def _parse(path: Path, number: int, raw: bytes) -> dict[str, Any]:
    try:
        text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start + 1} is not UTF-8.",
            path,
            number,
            "Save the file as UTF-8.",
        ) from None
    try:
        row = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        column = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        what = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        remedy = "Mend that line; each line is one whole JSON object."
        if number == 1 and text.strip() in ("[", "{"):  # written with indents, over many lines
            remedy = "Write one whole JSON object a line, without line breaks in it."
        raise InputError(f"broken JSON{column}: {what}.", path, number, remedy) from None
    if not isinstance(row, dict):
        raise InputError(
            f"the line holds {json_kind(row)}, not an object.",
            path,
            number,
            'One object a line, {"id": ...}: is the file one JSON array?',
        )
    return row


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"{digits[:20]} is too large for a figure")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a figure")
