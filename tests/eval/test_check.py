"""Question sets checked against a small corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.check import check_set
from eval.cli import cli
from eval.corpus import CorpusView, load_view
from eval.errors import InputError

TEXT = "First\nThe team met in May 2020⁶ and agreed on nine rules.\nSecond\nNobody spoke of money at all."
SPLIT = TEXT.index("Second")
EXPORT = {
    "documents": [
        {
            "id": "book",
            "text": TEXT,
            "sections": [
                {"id": "1.1", "start": 0, "end": SPLIT},
                {"id": "1.2/end", "start": SPLIT, "end": len(TEXT)},
            ],
            "notes": [{"number": "6"}],
        }
    ]
}
EVIDENCE = {"quote": "The **team** met in May 2020[6]", "section": "1.1"}
GOOD: dict[str, Any] = {
    "id": "A1",
    "question": "When did the team meet?",
    "type": "factoid",
    "answerable": True,
    "evidence": [EVIDENCE],
    "notes": ["6"],
    "nuggets": [["May 2020"]],
}


@pytest.fixture
def view(tmp_path: Path) -> CorpusView:
    path = tmp_path / "corpus.json"
    path.write_text(json.dumps(EXPORT), encoding="utf-8")
    return load_view(path)


def findings(tmp_path: Path, view: CorpusView | None, *rows: object) -> list[tuple[str, str]]:
    path = tmp_path / "s.jsonl"
    path.write_text(
        "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf-8"
    )
    return [(f"{f.level} {f.where.rpartition(':')[2]}", f.problem) for f in check_set(path, view)]


def test_a_good_question_has_no_findings(tmp_path: Path, view: CorpusView) -> None:
    assert findings(tmp_path, view, GOOD) == []


@pytest.mark.parametrize(
    ("change", "level", "problem"),
    [
        (
            {"evidence": [{"quote": "Nobody spoke of money", "section": "1.1"}]},
            "error",
            "not stand in 1.1 but in 1.2",
        ),
        ({"evidence": [{"quote": "The crew went home", "section": "1.1"}]}, "error", "is not in the corpus"),
        (
            {"evidence": [{"quote": "The team met in May 2020 and agreed on nine laws.", "section": "1.1"}]},
            "warning",
            "is not word for word in the corpus (88% of its 4-grams are)",  # 7 of 8
        ),
        ({"evidence": [{"quote": "met in May", "section": "7"}], "nuggets": []}, "error", 'no section "7"'),
        ({"notes": ["6", "99"]}, "error", 'no note "99"'),
        ({"nuggets": [["June"]]}, "warning", "the nugget June is not in the evidence, nor in its section"),
        ({"nuggets": [["nine rules"]]}, "info", "nine rules is not in the evidence, only in its section"),
        ({"notes_any": ["6", "98"]}, "error", 'no note "98"'),
        ({"evidence": [{**EVIDENCE, "notes": ["97"]}]}, "error", 'no note "97"'),
        ({"evidence": [{**EVIDENCE, "section": "1.1/nowhere"}]}, "error", 'no section "1.1/nowhere"'),
        (
            {"evidence": [{"quote": "Nobody spoke", "section": "1.2"}]},
            "warning",
            "not stand in 1.2 but in 1.2/end",
        ),
        (
            {"evidence": [{"quote": "nine rules Second Nobody", "section": "1.1"}]},
            "error",
            "but across sections",
        ),
        ({"answer": "In June."}, "info", "its own answer does not give May 2020"),
        ({"evidence": [], "notes": []}, "warning", "it has no evidence"),
        ({"nuggets": []}, "warning", "it has no nuggets"),
        ({"question": " "}, "error", "the question is blank"),
        ({"answerable": False}, "warning", "cannot be answered but has nuggets"),
    ],
)
def test_each_fault_is_named(
    tmp_path: Path, view: CorpusView, change: dict[str, Any], level: str, problem: str
) -> None:
    found = findings(tmp_path, view, {**GOOD, **change})
    assert any(place == f"{level} 1" and problem in said for place, said in found), found


def test_what_is_said_to_be_absent_or_present(tmp_path: Path, view: CorpusView) -> None:
    row = {"id": "C1", "question": "How much?", "type": "unanswerable", "answerable": False}
    fine = {**row, "absent": ["dollars?", "euro"], "present": ["spoke of money"]}
    assert findings(tmp_path, view, fine) == []
    wrong = {**row, "absent": ["nine \\w+", "("], "present": ["spoke of gold"]}
    assert [level for level, _ in findings(tmp_path, view, wrong)] == ["error 1", "error 1", "warning 1"]


def test_all_faults_of_a_file_are_told_not_only_the_first(tmp_path: Path) -> None:
    rows = [GOOD, "{broken", {**GOOD, "id": "A2", "type": "riddle"}, GOOD, {**GOOD, "id": "A3"}]
    found = findings(tmp_path, None, *rows)
    assert [level for level, _ in found] == [
        "error 2",
        "error 3",
        "error 4",
        "warning 4",
        "warning 5",
        "warning 5",
    ]
    assert "A1: nearly the same question as A1 in line 1" in found[3][1]
    assert [said for _, said in findings(tmp_path, None, "")] == ["the set is empty."]


def test_the_command(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.json"
    corpus.write_text(json.dumps(EXPORT), encoding="utf-8")
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text(json.dumps(GOOD))
    bad.write_text(json.dumps({**GOOD, "notes": ["99"]}))
    run = CliRunner().invoke
    result = run(cli, ["check", str(good), "--corpus", str(corpus)])
    assert (result.exit_code, result.output) == (0, "0 errors, 0 warnings, 0 remarks.\n")
    result = run(cli, ["check", str(bad), "--corpus", str(corpus)])
    assert result.exit_code == 1
    assert f'{bad}:1: error: A1: there is no note "99". Name a number' in result.output


def test_one_id_in_two_sets_and_near_duplicates_of_one_set(tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text(json.dumps(GOOD))
    two.write_text(json.dumps(GOOD))
    result = CliRunner().invoke(cli, ["check", "--form-only", str(one), str(two)])
    assert result.exit_code == 1
    assert (
        f'{two}:1: error: the id "A1" is used in {one}:1 too. Give each record its own id.' in result.output
    )
    assert "1 error, 0 warnings, 0 remarks." in result.output


def test_ragas_samples_are_checked_too(tmp_path: Path, view: CorpusView) -> None:
    sample = {"user_input": "When did it meet?", "reference_contexts": ["The team met in May 2020"]}
    assert [level for level, _ in findings(tmp_path, view, sample)] == ["warning 1"]  # no nuggets
    wrong = findings(
        tmp_path,
        view,
        {**sample, "reference_contexts": ["The crew went home in a bus"]},
        {**sample, "user_input": 5},
    )
    assert ("error 1", 'ragas-1: the quote "The crew went home in a bus..." is not in the corpus.') in wrong
    assert ("error 2", 'record: the field "user_input" must be a text.') in wrong


def test_exports_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "corpus.json"
    for text in ("{", "[]", '{"documents": [{}]}'):
        path.write_text(text)
        with pytest.raises(InputError, match="Make it with `assistant export`"):
            load_view(path)


def test_the_development_sets_stand_in_the_projects_own_corpus() -> None:
    root = Path(__file__).parents[2]
    if not (root / "corpus" / "corpus.toml").is_file():
        pytest.skip("the corpus is not here")
    view = load_view(root / "corpus")
    for path in sorted((root / "eval" / "questions").glob("*.jsonl")):
        assert [f for f in check_set(path, view) if f.level != "info"] == []
