"""Precision and recall of cited sections and notes."""

from __future__ import annotations

from typing import Any

import pytest

from eval.items import Evidence, Item
from eval.metrics.citations import cited_notes, note_scores, section_scores


def answer(*cited: tuple[str, list[Any]]) -> dict[str, Any]:
    return {"citations": [{"section": section, "notes": notes} for section, notes in cited]}


ITEM = Item(
    "q",
    "?",
    "multi",
    evidence=(
        Evidence("a", ("1.4/prevention",)),
        Evidence("b", ("3.1", "3")),
        Evidence("c", ("2.2",), group="optional"),
    ),
    notes=("6", "7"),
    notes_ok=("9",),
)


@pytest.mark.parametrize(
    ("sections", "precision", "recall"),
    [
        (["1.4", "3.1"], 1.0, 1.0),
        (["1.4/protection", "3"], 1.0, 1.0),  # the printed number and the alias count
        (["1.4", "1.4/x", "5"], 0.5, 0.5),  # 1.4 counts once: {1.4, 5} has one right
        (["2.2"], 1.0, 0.0),  # optional: right, but meets no need
        (["1"], 0.0, 0.0),
        ([], 0.0, 0.0),
    ],
)
def test_sections(sections: list[str], precision: float, recall: float) -> None:
    assert section_scores(ITEM, answer(*((s, []) for s in sections))) == (precision, recall)


@pytest.mark.parametrize(
    ("notes", "precision", "recall"),
    [
        ([{"number": "6"}, {"number": "7"}], 1.0, 1.0),
        ([{"number": "6"}, {"number": "9"}], 1.0, 0.5),  # 9 is allowed, not needed
        ([{"number": "6"}, {"number": "8"}, {"number": "5"}], 1 / 3, 0.5),
        ([{"number": "8", "chain": ["8", "7"]}], 1.0, 0.5),  # 8 leads to 7
        (["6", "7"], 1.0, 1.0),  # a bare number will do
        ([], 0.0, 0.0),
    ],
)
def test_notes(notes: list[Any], precision: float, recall: float) -> None:
    assert note_scores(ITEM, answer(("1.4", notes))) == (precision, recall)


def test_a_note_cited_twice_counts_once_with_both_chains() -> None:
    cited = cited_notes(
        answer(("1", [{"number": "8", "chain": ["8"]}]), ("2", [{"number": "8", "chain": ["8", "7"]}]))
    )
    assert cited == {"8": frozenset({"8", "7"})}


def test_questions_that_name_neither_have_no_scores() -> None:
    bare = Item("q", "?", "unanswerable", answerable=False)
    assert section_scores(bare, answer(("1", ["6"]))) == (None, None)
    assert note_scores(bare, answer(("1", ["6"]))) == (None, None)
