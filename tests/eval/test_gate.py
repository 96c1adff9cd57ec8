"""Floors: what holds, what does not, and how they move."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from eval.commands import FLOORS, run_gate
from eval.errors import GateError, InputError
from eval.gate import Floors, check_floors, figures, load_floors, updated, write_floors
from eval.items import Evidence, Item
from eval.outputs import score_system
from eval.provenance import file_sha256


@pytest.fixture
def sets(tmp_path: Path) -> list[Path]:
    path = tmp_path / "handbook.jsonl"
    path.write_text("{}")
    return [path]


def floors(sets: list[Path], **values: float) -> Floors:
    named = {name.replace("__", "/"): value for name, value in values.items()}
    return Floors("corpus-1", {p.name: file_sha256(p) for p in sets}, named)


def test_floors_hold_within_the_margin(sets: list[Path]) -> None:
    given = floors(sets, handbook__nuggets=0.90, handbook__answer_words=60)
    lines = check_floors(given, {"handbook/nuggets": 0.891, "handbook/answer_words": 62}, "corpus-1", sets)
    assert lines[1].split() == ["handbook/nuggets", "0.891", "floor", "0.9"]


@pytest.mark.parametrize(
    ("measured", "said"),
    [
        ({"handbook/nuggets": 0.889, "handbook/answer_words": 60}, r"handbook/nuggets 0.889 \(floor 0.9\)"),
        ({"handbook/nuggets": 0.9, "handbook/answer_words": 64}, r"handbook/answer_words 64 \(floor 60\)"),
        ({"handbook/nuggets": 0.9}, "not measured: handbook/answer_words"),
    ],
)
def test_a_figure_below_its_floor_fails(sets: list[Path], measured: dict[str, float], said: str) -> None:
    given = floors(sets, handbook__nuggets=0.90, handbook__answer_words=60)
    with pytest.raises(GateError, match=f"1 of 2 floors do not hold: {said}"):
        check_floors(given, measured, "corpus-1", sets)


def test_floors_of_another_corpus_or_other_questions_say_nothing(sets: list[Path]) -> None:
    given = floors(sets, handbook__nuggets=0.9)
    with pytest.raises(GateError, match=r"The corpus changed .* All old floors hold\."):
        check_floors(given, {"handbook/nuggets": 1.0}, "corpus-2", sets)
    with pytest.raises(GateError, match=r"The corpus changed .* do not hold: handbook/nuggets 0\.8 \(floor"):
        check_floors(given, {"handbook/nuggets": 0.8}, "corpus-2", sets)
    sets[0].write_text("{} ")
    with pytest.raises(GateError, match="The question sets changed"):
        check_floors(given, {"handbook/nuggets": 1.0}, "corpus-1", sets)


def test_floors_rise_and_are_lowered_only_on_purpose(sets: list[Path]) -> None:
    old = floors(sets, handbook__nuggets=0.9, handbook__mrr=0.8)
    higher = updated(old, {"handbook/nuggets": 0.95, "handbook/mrr": 0.795}, "corpus-2", sets, lower=False)
    assert higher.floors == {"handbook/nuggets": 0.95, "handbook/mrr": 0.8}  # small steps down do not add up
    assert higher.corpus == "corpus-2"
    with pytest.raises(GateError, match="would lower 1 floors: handbook/mrr"):
        updated(old, {"handbook/nuggets": 0.95, "handbook/mrr": 0.7}, "corpus-1", sets, lower=False)
    lowered = updated(old, {"handbook/nuggets": 0.95, "handbook/mrr": 0.7}, "corpus-1", sets, lower=True)
    assert lowered.floors["handbook/mrr"] == 0.7


def test_the_file(tmp_path: Path, sets: list[Path]) -> None:
    path = tmp_path / "floors.json"
    with pytest.raises(InputError, match="there are no floors yet"):
        load_floors(path)
    given = floors(sets, handbook__nuggets=0.9)
    write_floors(path, given)
    assert load_floors(path) == given
    for text in ("{", "[]", '{"floors": {"a": "high"}, "corpus": "", "sets": {}, "margin": 0}'):
        path.write_text(text)
        with pytest.raises(InputError, match="not a file of floors"):
            load_floors(path)


@pytest.mark.slow
@pytest.mark.skipif(not FLOORS.is_file(), reason="no floors are set yet: python -m eval gate --update")
def test_the_assistant_is_above_its_floors(handbook: Assistant) -> None:
    lines = run_gate(opened=handbook)
    assert len(lines) == len(load_floors(FLOORS).floors)


def test_figures_of_a_summary() -> None:
    items = [
        Item("a", "?", "factoid", evidence=(Evidence("one two", ("1",)),), nuggets=(("x",), ("y",)), set="s"),
        Item("b", "?", "unanswerable", answerable=False, subtype="near-miss", set="s"),
    ]
    answers: dict[str, dict[str, Any]] = {
        "a": {"id": "a", "answer": "x", "refused": False},
        "b": {"id": "b", "answer": "", "refused": False},
    }
    found = figures(score_system("x", items, answers, None).summary)
    assert found["s/nuggets"] == 0.5
    assert found["refusal/all"] == found["refusal/near-miss"] == 0.5
    assert found["s/answer_words"] == 0.5  # the median of one word and none
