"""Answer files: what is accepted, and what is said of the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.answers import load_answers
from eval.errors import InputError
from eval.items import Item
from eval.jsonl import dump
from eval.score import score_all
from eval.summary import summarise

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
        ({**GOOD, "id": "A2", "passages": [{"rank": 1}]}, '"text" of passage 1 must be a text'),
        ({**GOOD, "id": "A2", "passages": "x"}, '"passages" must be a list of objects'),
        (
            {**GOOD, "id": "A2", "citations": [{"section": "1"}, {"quote": "x"}]},
            '"section" of citation 2 must be a text',
        ),
        (
            {**GOOD, "id": "A2", "citations": [{"section": "1", "notes": [{"number": 6}]}]},
            '"number" of a note of citation 1 must be a text',
        ),
        (
            {**GOOD, "id": "A2", "citations": [{"section": "1", "notes": [{"number": "6", "chain": 5}]}]},
            '"chain" of a note of citation 1 must be a list',
        ),
        ({**GOOD, "id": 5}, '"id" must be a text'),
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


def test_turns_not_conversations_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps({**GOOD, "id": "D1"}))
    with pytest.raises(InputError, match='answer its turns as "D1#1"'):
        load_answers(path, (Item("D1#1", "?", "conversation", conversation="D1", turn=1),))


def test_answers_to_what_is_no_question_are_read_over(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + json.dumps({**GOOD, "id": "E9"}))
    assert set(load_answers(path, ITEMS, frozenset({"E9"}))) == {"A1"}
    with pytest.raises(InputError, match=r'answers.jsonl:2: the id "E9" is in none'):
        load_answers(path, ITEMS)


@pytest.mark.parametrize("figure", ["1e999", "1" + "0" * 400, '"high"', "true"])
def test_confidences_that_are_no_figures_never_become_scores(tmp_path: Path, figure: str) -> None:
    path = tmp_path / "answers.jsonl"
    row = json.dumps({**GOOD, "passages": [{"text": "a", "score": "FIGURE"}], "confidence": "FIGURE",
                      "novelty": {"cosine": "FIGURE"}, "seconds": {"total": "FIGURE"}})  # fmt: skip
    path.write_text(row.replace('"FIGURE"', figure))
    if figure == "1e999":  # JSON has no such figure: the line is refused, not its score
        with pytest.raises(InputError, match="answers.jsonl:1: .*1e999 is too large for a figure"):
            load_answers(path, ITEMS)
        return
    record = score_all(ITEMS, load_answers(path, ITEMS), None)[0]
    assert (record["confidence"], record["novelty"], record["seconds"]) == (None, None, {})
    assert dump(summarise([record]))
