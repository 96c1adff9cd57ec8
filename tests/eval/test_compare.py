"""Two runs side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.cli import cli
from eval.compare import compare_runs, load_run
from eval.console import render_comparison
from eval.errors import InputError


def record(name: str, nuggets: float | None, right: float = 1.0, answer: str = "x") -> dict[str, Any]:
    return {
        "id": name,
        "question": f"{name}?",
        "type": "factoid",
        "conversation": None,
        "answered": True,
        "refused": False,
        "answer": answer,
        "scores": {"nuggets": nuggets, "refusal_right": right},
        "found": {"nuggets_missed": [], "sections": [], "notes": []},
    }


A = {n: record(n, v) for n, v in {"q1": 0.0, "q2": 0.5, "q3": 1.0, "q4": None}.items()}
B = {
    "q1": record("q1", 1.0),
    "q2": record("q2", 0.25, 0.0),
    "q3": record("q3", 1.0, answer="other words"),
    "q4": record("q4", None),
}


def test_rows_by_hand() -> None:
    rows = {row["measure"]: row for row in compare_runs(A, B).rows}
    facts = rows["nuggets"]
    assert (facts["a"], facts["b"], facts["difference"]) == (0.5, 0.75, 0.25)
    assert (facts["up"], facts["down"], facts["questions"]) == (1, 1, 3)
    assert facts["p"] == 1.0  # differences +1, -0.25: all 4 ways of signs are at least as far as 0.75
    assert facts["difference"] == facts["b"] - facts["a"]
    right = rows["refusal_right"]
    assert (right["test"], right["up"], right["down"], right["p"]) == ("McNemar", 0, 1, 1.0)


def test_words_are_compared_by_means_so_that_their_difference_adds_up() -> None:
    def run(*words: float) -> dict[str, Any]:
        return {f"q{i}": {**record(f"q{i}", 1.0), "scores": {"answer_words": w}} for i, w in enumerate(words)}

    (row,) = compare_runs(run(10, 20, 90), run(10, 10, 10)).rows
    assert (row["a"], row["b"], row["difference"]) == (40.0, 10.0, -30.0)


def test_changes_both_ways() -> None:
    changes = {c.id: c.direction for c in compare_runs(A, B).changes}
    assert changes == {"q1": "better", "q2": "worse"}
    assert compare_runs(A, A).changes == ()


def test_a_real_gain_is_told_from_chance() -> None:
    before = {f"q{i}": record(f"q{i}", 0.0) for i in range(20)}
    after = {f"q{i}": record(f"q{i}", 1.0) for i in range(20)}
    said = render_comparison(compare_runs(before, after))
    assert "0.000   1.000   1.000  [1.000, 1.000]" in said
    assert "better\n" in said
    assert "better: 20" in said


def test_one_question_that_changed_and_one_question_alone() -> None:
    rows = {row["measure"]: row for row in compare_runs(A, {**A, "q1": record("q1", 1.0)}).rows}
    assert (rows["nuggets"]["up"], rows["nuggets"]["p"], rows["nuggets"]["p_holm"]) == (1, 1.0, 1.0)
    alone = compare_runs({"q1": A["q1"]}, {"q1": B["q1"]})
    assert (alone.questions, [c.direction for c in alone.changes]) == (1, ["better"])


def test_runs_on_other_questions_are_refused() -> None:
    with pytest.raises(InputError, match="1 questions are not in the second run, the first q4"):
        compare_runs(A, {k: B[k] for k in ("q1", "q2", "q3")})
    with pytest.raises(InputError, match="not in the first run"):
        compare_runs({k: A[k] for k in ("q1", "q2", "q3")}, B)
    with pytest.raises(InputError, match="asks another question"):
        compare_runs(A, {**B, "q1": {**B["q1"], "question": "new?"}})


def test_files_are_written_escaped_and_alike(tmp_path: Path) -> None:
    attack = "<script>alert(1)</script>\u202e"
    runs = []
    for name, run in (("a", A), ("b", {**B, "q1": record("q1", 1.0, answer=attack)})):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "questions.jsonl").write_text("".join(json.dumps(r) + "\n" for r in run.values()))
        runs.append(str(folder))
    for out in ("one", "two"):
        result = CliRunner().invoke(cli, ["compare", *runs, "--out", str(tmp_path / out)])
        assert result.exit_code == 0, result.output
    page = (tmp_path / "one" / "compare.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩" in page
    assert "<script>alert" not in page
    for file in ("compare.html", "compare.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the run has no questions"),
        ('{"id": "a"}\n', 'the line has no "question"'),
        (json.dumps({**record("q1", 1.0), "scores": {"nuggets": "x"}}), 'the score "nuggets" is no figure'),
        (json.dumps({**record("q1", 1.0), "found": {}}), '"found" has no "nuggets_missed"'),
    ],
)
def test_folders_that_are_no_run(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "questions.jsonl").write_text(text)
    with pytest.raises(InputError, match=expected):
        load_run(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        load_run(tmp_path / "absent")
