"""Whatever a corpus file holds in place of what belongs there is told: nothing else is raised."""

import copy
import json
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import CorpusError
from assistant.read.check import check_corpus
from assistant.read.corpus import load_corpus
from assistant.read.shapes import CARE, CSL, EDITS, NAMES, Form, misfits

from .conftest import SMALL

REFERENCE = {"number": "1", "printed": "Book. A. Roe, 1999.", "csl": {"type": "book"}}
FILES: dict[str, Any] = {
    "corpus.toml": {
        "language": "en",
        "called": "the book",
        "care": "care.toml",
        "document": [
            {
                "id": "small",
                "title": "Small",
                "path": "small.md",
                **{key: f"{key}.json" for key in ("references", "glossary", "entities")},
                **{key: f"{key}.toml" for key in ("names", "edits", "conflicts")},
                **{key: f"{key}.jsonl" for key in ("questions", "unanswered")},
                "original": "small.txt",
                "unmarked": {"9": "lost"},
            }
        ],
        "audience": [{"name": "All", "questions": ["What?"]}],
    },
    "references.json": [
        {**REFERENCE, "id": "ref-1", "same_as": ["ref-2"], "url": "https://a.org", "doubt": "old"},
        {
            **REFERENCE,
            "id": "ref-2",
            "number": "2",
            "same_as": ["ref-1"],
            "csl": {
                "type": "book",
                "title": "Book",
                "author": [{"family": "Roe", "given": "A."}, {"literal": "Book"}],
                "issued": {"date-parts": [[1999, 1]]},
            },
        },
        {"id": "ref-3", "number": "3", "printed": "Ibid.", "points_to": "2"},
    ],
    "glossary.json": [{"acronym": "A", "expansions": ["Aa"], "section": "1"}],
    "entities.json": [{"name": "A", "kind": "b", "aliases": ["Aa"], "sections": ["1"]}],
    "names.toml": {
        "skip": ["1"],
        "series": [
            {
                "kind": "law",
                "name": "Law {number}",
                "aliases": ["L {number}"],
                "leads": ["Law"],
                "number": "[0-9]+",
                "joints": ["and"],
            }
        ],
        "person": {"A. Person": ["Person"]},
    },
    "edits.toml": {
        "sha256": "0",
        "move": [{"lines": [1, 1], "before": 2, "begins": "a", "reason": "r"}],
        "group": [{"reason": "r", "edit": [{"line": 1, "old": "a", "new": "b"}]}],
        "kept": [{"reason": "r", "place": [{"quote": "a", "note": "b"}]}],
    },
    "conflicts.toml": {
        "conflict": [
            {
                "kind": "different-names",
                "note": "Two.",
                "quotes": [{"section": "1", "quote": "First"}, {"section": "1", "quote": "Second"}],
            }
        ]
    },
    "questions.jsonl": [
        {
            "id": "a",
            "section": "1",
            "type": "who",
            "evidence": ["First sentence."],
            "notes": ["1"],
            "questions": ["Who?", "Whose?", "Whom?"],
        }
    ],
    "unanswered.jsonl": [
        {
            "question": "Why?",
            "nearest_section": "1",
            "why": "x",
            "asks_for": "reason",
            "subtype": "near-miss",
        }
    ],
    "care.toml": {
        "rule": [
            {
                "id": "r",
                "kind": "danger",
                "action": "note",
                "before": "Call.",
                "patterns": [{"all_of": [["help"], ["me"]]}],
                "signposts": ["s"],
                "near": True,
                "example_yes": ["Help"],
                "example_near": ["Oh"],
            }
        ],
        "signpost": [{"id": "s", "name": "S", "what": "helps", "section": "1", "quote": "First"}],
        "groups": {"who": ["me"]},
        "nearness": {"least": 0.4, "margin": 0.1},
    },
}
ODD = ["", " ", "x", "9", "[", "{", "../x", "y" * 300, 0, -1, 2.5, True, [], [1], [[]], {}, {"a": 1}, [{}]]


def toml(value: object) -> str:
    """A value as TOML writes it in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def written(name: str, value: Any) -> str:
    if name.endswith(".toml"):
        return "".join(f"{json.dumps(k)} = {toml(v)}\n" for k, v in value.items())
    return "\n".join(map(json.dumps, value)) if name.endswith(".jsonl") else json.dumps(value)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to every part of a value: ("document", 0, "id")."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield (*path, key)
        yield from places(part, (*path, key))


PLACES = [(name, place) for name, value in FILES.items() for place in places(value)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "small.md").write_text(SMALL, encoding="utf-8")
    (tmp_path / "small.txt").write_text("a\nb\n", encoding="utf-8")
    for name, value in FILES.items():
        (tmp_path / name).write_text(written(name, value), encoding="utf-8")
    return tmp_path


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PLACES), st.none() | st.sampled_from(ODD))
def test_nothing_odd_in_any_place_of_any_file_is_raised(
    root: Path, place: tuple[str, tuple[Any, ...]], odd: object
) -> None:
    """`odd` in place of what belongs there, or nothing."""
    name, (*way, last) = place
    value = copy.deepcopy(FILES[name])
    part = value
    for step in way:
        part = part[step]
    if odd is None:
        del part[last]
    else:
        part[last] = odd
    (root / name).write_text(written(name, value), encoding="utf-8")
    try:
        found = check_corpus(root)
        assert all(f.remedy for f in found if f.level != "info")
        told = any(f.level == "error" for f in found)
        with suppress(CorpusError) if told else nullcontext():  # what stops a build, the check has told
            load_corpus(root)
    finally:
        (root / name).write_text(written(name, FILES[name]), encoding="utf-8")


@pytest.mark.parametrize(
    ("form", "value", "told"),
    [
        (EDITS, {"group": [{"edit": [{"line": 3, "old": "a"}]}]}, "group 1, edit 1, new: is missing."),
        (EDITS, {"kept": [{"place": [3]}]}, "kept 1, place 1: should be a table of its own."),
        (EDITS, {"move": [{"lines": [1], "before": 2}]}, "move 1, lines: should be two numbers"),
        (NAMES, {"person": {"A": 3}}, "person, A: should be a valid list."),
        (
            NAMES,
            {"series": [{"kind": "a", "name": "b", "leads": ["c"], "number": "9"}]},
            "series 1, name: should hold {number} where the number stands.",
        ),
        (
            NAMES,
            {"series": [{"kind": "a", "name": "{number}", "leads": [], "number": "["}]},
            "series 1, leads: should not be empty.",
        ),
        (CARE, {"rule": 3}, "rule: should be a valid list."),
        (CSL, {"type": "book", "author": [{"given": "A."}]}, 'author 1: should have "family"'),
        (CSL, {"title": "x"}, "type: is missing."),
        (CSL, [], "should be a table of its own."),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(form: Form, value: object, told: str) -> None:
    assert misfits(form, value)[0].startswith(told)


def test_what_fits_has_no_misfits() -> None:
    assert misfits(NAMES, FILES["names.toml"]) == []
    assert misfits(EDITS, FILES["edits.toml"]) == []
    assert misfits(CARE, FILES["care.toml"]) == []
    assert misfits(CSL, {"type": "book", "DOI": "10.1/x", "volume": 3, "title": None}) == []
