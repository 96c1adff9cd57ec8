"""Asking, resuming after an interruption, and whole runs with baselines."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import assistant
from assistant import NotWritable, Settings
from eval.baselines import BASELINES, Baseline, Pieces, cut
from eval.cli import cli
from eval.run import ask_all
from eval.sets import load_set
from eval.systems import AssistantSystem
from tests.eval.fake_assistant import TEXT, FakeAssistant, document

ROWS: list[dict[str, Any]] = [
    {
        "id": "A1",
        "question": "Where was the team in May?",
        "type": "factoid",
        "answerable": True,
        "evidence": [{"quote": "The team met in Paris in May", "section": "1"}],
        "notes": ["6"],
        "nuggets": [["Paris"]],
    },
    {
        "id": "D1",
        "type": "conversation",
        "turns": [
            {"question": "How many people came?", "answerable": True, "nuggets": [["Nine"]]},
            {"question": "What about Antarctica?", "answerable": False},
        ],
    },
    {"id": "E1", "type": "attack", "input": "   "},
    {"id": "E2", "type": "attack", "input": "crash \ud800 please", "forbidden": ["Traceback"]},
]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "small.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def system(fake: FakeAssistant) -> AssistantSystem:
    return AssistantSystem(fake, "extractive")  # type: ignore[arg-type]


def test_answers_are_the_contracts_with_novelty_and_turns(questions: Path, tmp_path: Path) -> None:
    fake = FakeAssistant()
    answers = ask_all(system(fake), load_set(questions), tmp_path / "out", quiet=True)
    assert list(answers) == ["A1", "D1#1", "D1#2", "E1", "E2"]
    assert answers["A1"]["answer"] == "The team met in Paris in May⁶. [1]"
    assert answers["A1"]["novelty"] == {"cosine": 0.5, "question": "Where did the team meet?"}
    assert answers["D1#2"]["refused"]
    assert [turns for _, turns in fake.asked] == [0, 0, 1, 0, 0]  # the second turn knows the first
    assert (answers["E1"]["refused"], answers["E1"]["reason"]) == (True, "bad-input")
    assert (answers["E2"]["refused"], answers["E2"]["error"]) == (
        False,
        "ZeroDivisionError: division by zero",
    )


@pytest.mark.parametrize("stop", [2, 3])
def test_an_interrupted_run_goes_on_where_it_was(questions: Path, tmp_path: Path, stop: int) -> None:
    """Killed in the first or second turn of the conversation: it begins anew, what came before stays."""
    items, out = load_set(questions), tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        ask_all(system(FakeAssistant(fail_at=stop)), items, out, quiet=True)
    with (out / "answers.jsonl").open("a") as stream:
        stream.write('{"id": "D1#2", "torn')
    fake = FakeAssistant()
    answers = ask_all(system(fake), items, out, quiet=True)
    assert [q for q, _ in fake.asked] == [
        "How many people came?",
        "What about Antarctica?",
        "   ",
        "crash \ud800 please",
    ]
    whole = ask_all(system(FakeAssistant()), items, tmp_path / "whole", quiet=True)
    assert answers == whole
    assert (out / "answers.jsonl").read_bytes() == (tmp_path / "whole" / "answers.jsonl").read_bytes()
    again = FakeAssistant()
    ask_all(system(again), items, out, quiet=True)
    assert again.asked == []


def test_answers_of_another_system_are_set_aside(questions: Path, tmp_path: Path) -> None:
    items = load_set(questions)
    ask_all(system(FakeAssistant()), items, tmp_path, quiet=True)
    other = AssistantSystem(FakeAssistant(), "llm")  # type: ignore[arg-type]
    fake: Any = other._assistant
    ask_all(other, items, tmp_path, quiet=True)
    assert len(fake.asked) == 5
    assert (tmp_path / "answers.previous.jsonl").exists()


def test_what_answers_depend_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word list, a calibration or another model makes other answers; a time in the manifest does not."""
    package, index = tmp_path / "assistant", tmp_path / "index"
    for path in (
        package / "__init__.py",
        package / "languages" / "en.toml",
        index / "gen-1" / "calibration.json",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1")
    monkeypatch.setattr(assistant, "__file__", str(package / "__init__.py"))
    monkeypatch.setattr(FakeAssistant, "settings", Settings(index=index))
    seen = [dict(system(FakeAssistant()).identity())]
    (index / "gen-1" / "manifest.json").write_text("now")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "a.pyc").write_text("2")
    (index / "gen-1").rename(index / "gen-2")
    assert dict(system(FakeAssistant()).identity()) == seen[0]
    for change in (package / "languages" / "en.toml", index / "gen-2" / "calibration.json"):
        change.write_text("2")
        seen.append(dict(system(FakeAssistant()).identity()))
    monkeypatch.setattr(FakeAssistant, "settings", Settings(index=index, llm_model="other"))
    seen.append(dict(system(FakeAssistant()).identity()))
    assert all(a != b for a, b in pairwise(seen))


def test_a_folder_that_cannot_be_written(questions: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritable, match="Name another folder with --out"):
        ask_all(system(FakeAssistant()), load_set(questions), tmp_path / "file" / "out", quiet=True)


def test_pieces_are_whole_sentences_of_one_section() -> None:
    pieces = cut(document())
    assert [(p.section, p.text) for p in pieces] == [
        ("1", "The team met in Paris in May⁶. Nine people came to the table."),
        ("2", "The treaty was signed in Rome. Rain fell."),
    ]


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_find_what_shares_words(name: str, questions: Path) -> None:
    baseline = Baseline(name, Pieces(FakeAssistant()))  # type: ignore[arg-type]
    item = load_set(questions)[0]
    answer, turn = baseline.ask(item, ())
    assert turn is None
    assert answer["passages"][0]["section"] == "1"
    assert answer["refused"] is False
    for cited in answer["citations"]:
        assert TEXT[cited["start"] : cited["end"]] == cited["quote"]
    assert [n["number"] for n in answer["citations"][0]["notes"]] == ["6"]
    if name == "3 sentences":
        assert answer["citations"][0]["quote"] == "The team met in Paris in May⁶."
        assert len(answer["citations"]) == 3


def test_a_question_of_unknown_words_breaks_no_baseline() -> None:
    pieces = Pieces(FakeAssistant())  # type: ignore[arg-type]
    for question in ("zzz", "", "the of", "🙂"):
        assert len(pieces.words(question)) == len(pieces.fused(question)) == 2


def test_the_run_command(questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Opened:
        @staticmethod
        def open(settings: object) -> FakeAssistant:
            return FakeAssistant()

    monkeypatch.setitem(vars(assistant), "Assistant", Opened)
    for out in ("one", "two"):
        result = CliRunner().invoke(cli, ["run", str(questions), "--out", str(tmp_path / out)])
        assert result.exit_code == 0, result.output
    summary = json.loads((tmp_path / "one" / "summary.json").read_text(encoding="utf-8"))
    assert summary["overall"]["nuggets"]["value"] == 1.0
    assert summary["overall"]["quote_fidelity"]["value"] == 1.0
    assert set(summary["beside"]) == set(BASELINES)
    page = (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    assert all(name in page for name in BASELINES)
    for file in ("questions.jsonl", "summary.json", "report.html", "answers.jsonl"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file
