"""Conflicts are read with their places; what is wrong with an entry is told with its line."""

from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.read.conflicts import conflict_problems, load_conflicts
from assistant.read.corpus import load_corpus
from assistant.types import Conflict, Document, Section

ROOT = Path(__file__).resolve().parents[2]

TEXT = "It names 11 missions.\n\nIt counts 12 missions."
SMALL = Document(
    "small",
    "Small",
    TEXT,
    (
        Section("1", "One", 1, None, ("One",), None, 0, 23),
        Section("2", "Two", 1, None, ("Two",), None, 23, len(TEXT)),
    ),
    (),
    (),
)


def write(
    folder: Path, quotes: str, kind: str = "different-figures", note: str = "Eleven or twelve."
) -> Path:
    path = folder / "conflicts.toml"
    path.write_text(
        f'# a comment\n[[conflict]]\nkind = "{kind}"\nnote = "{note}"\nquotes = [{quotes}]\n', "utf-8"
    )
    return path


ELEVEN = '{ section = "1", quote = "names **11 missions**" }'
TWELVE = '{ section = "2", quote = "It counts 12 missions." }'


def test_an_entry_becomes_spans(tmp_path: Path) -> None:
    (conflict,) = load_conflicts(write(tmp_path, f"{ELEVEN}, {TWELVE}"), SMALL)
    assert conflict == Conflict(((3, 21), (23, 45)), "Eleven or twelve.", "different-figures")
    assert [TEXT[a:b] for a, b in conflict.spans] == ["names 11 missions.", "It counts 12 missions."]


@pytest.mark.parametrize(
    ("quotes", "changes", "problem"),
    [
        (f"{ELEVEN}, {TWELVE}", {"note": " "}, "without a note"),
        (f"{ELEVEN}, {TWELVE}", {"kind": "odd"}, "Unknown kind of conflict 'odd'"),
        (ELEVEN, {}, "two quotations or more"),
        (f"{ELEVEN}, {ELEVEN}", {}, "the same place"),
        (
            f'{ELEVEN}, {{ section = "2", quote = "It counts 13 missions" }}',
            {},
            "nearest passage reads: 'It counts 12",
        ),
        (f'{ELEVEN}, {{ section = "3", quote = "It counts 12 missions" }}', {}, "No section '3'"),
        (f'{ELEVEN}, "It counts"', {}, "two quotations or more"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, quotes: str, changes: dict[str, str], problem: str) -> None:
    path = write(tmp_path, quotes, **changes)
    with pytest.raises(CorpusError, match=problem) as error:
        load_conflicts(path, SMALL)
    assert error.value.line == 2
    assert len(conflict_problems(path, SMALL)) == 1


def test_broken_files_are_told(tmp_path: Path) -> None:
    path = tmp_path / "conflicts.toml"
    path.write_text("\n[[conflict]\n", "utf-8")
    assert [(p.line, p.problem[:8]) for p in conflict_problems(path, SMALL)] == [(2, "not TOML")]
    path.write_bytes(b"# \xff")
    assert "Not UTF-8 at byte 2" in str(conflict_problems(path, SMALL)[0])
    path.write_text("", "utf-8")
    assert load_conflicts(path, SMALL) == ()


def test_the_handbook_s_own() -> None:
    handbook = load_corpus(ROOT / "corpus").documents[0]
    conflicts = load_conflicts(ROOT / "corpus" / "handbook" / "conflicts.toml", handbook)
    assert len(conflicts) == 36
    said = [tuple(handbook.text[a:b] for a, b in c.spans) for c in conflicts]
    assert "9,197 personnel" in said[0][0]
    assert "to 11 mission " in said[0][0]
    assert "12 missions across 10 countries" in said[0][1]
    assert [c.kind for c in conflicts].count("different-dates") == 3
    (themes,) = (s for s, c in zip(said, conflicts, strict=True) if c.kind == "count-mismatch")
    assert themes[0].startswith("This section explores four critical themes")
    assert themes[1].startswith("The final emerging issue is that of care")
