"""Reading of interrupted files and writing of whole ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.errors import InputError
from eval.jsonl import dump, read_tolerant, write_lines


def test_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1"}\n{"id": "2', encoding="utf-8")
    assert read_tolerant(path) == ([{"id": "1"}], True)
    path.write_text('{"id": "1"}\n{"id": "2"}', encoding="utf-8")
    assert read_tolerant(path) == ([{"id": "1"}, {"id": "2"}], False)
    assert read_tolerant(tmp_path / "none.jsonl") == ([], False)


def test_a_broken_line_in_the_middle_is_no_torn_one(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "1\n{"id": "2"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="a.jsonl:1"):
        read_tolerant(path)


def test_equal_objects_are_written_alike(tmp_path: Path) -> None:
    assert dump({"b": 1, "a": "é"}) == dump({"a": "é", "b": 1}) == '{"a": "é", "b": 1}'
    with pytest.raises(ValueError, match="JSON compliant"):
        dump({"a": float("nan")})
    write_lines(tmp_path / "a.jsonl", [{"a": "\ud800"}])
    assert "\ufffd" in (tmp_path / "a.jsonl").read_text(encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["a.jsonl"]
