"""Answer files: what is accepted, and what is said of the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.answers import load_answers
from eval.errors import InputError
from eval.items import Item

ITEMS = (Item("A1", "?", "factoid"), Item("A2", "?", "factoid"))
GOOD = {"id": "A1", "answer": "", "refused": False}


def load(tmp_path: Path, *rows: object) -> dict[str, dict[str, object]]:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return load_answers(path, ITEMS)


def test_questions_may_lack_an_answer(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD) == {"A1": GOOD}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (GOOD, 'a second answer to "A1"'),
        ({**GOOD, "id": "Z9"}, 'the id "Z9" is in none of the question sets'),
        ({"answer": "", "refused": False}, '"id" is missing'),
        ({"id": "A2", "refused": False}, '"answer" must be a text'),
        ({"id": "A2", "answer": "", "refused": "no"}, '"refused" must be true or false'),
        ({**GOOD, "id": "A2", "passages": [{"rank": 1}]}, 'passage 1 has no "text"'),
        ({**GOOD, "id": "A2", "passages": "x"}, '"passages" must be a list of objects'),
        (
            {**GOOD, "id": "A2", "citations": [{"section": "1"}, {"quote": "x"}]},
            'citation 2 has no "section"',
        ),
        ({**GOOD, "id": "A2", "citations": [{"section": "1", "notes": [{"number": 6}]}]}, 'has no "number"'),
        ({**GOOD, "id": "A2", "statements": [{"citations": ["1"]}]}, 'statement 1 needs "text"'),
        ({**GOOD, "id": "A2", "provenance": "mine"}, '"provenance" must be an object'),
        (
            {**GOOD, "id": "A2", "citations": [{"section": "1", "quote": 5}]},
            '"quote" of citation 1 must be a text',
        ),
    ],
)
def test_bad_answers_are_named_with_their_line(tmp_path: Path, row: object, expected: str) -> None:
    with pytest.raises(InputError) as error:
        load(tmp_path, GOOD, row)
    assert "answers.jsonl:2: " in str(error.value)
    assert expected in str(error.value)


def test_no_answers_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no answers"):
        load(tmp_path)
