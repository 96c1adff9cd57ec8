"""What the documents must not forget."""

from __future__ import annotations

from pathlib import Path

from eval.cli import cli
from eval.formats.export import FORMS
from eval.gate import MARGIN
from eval.measures import MEASURES
from eval.metrics.evidence import FOUND, PASSAGE_WORDS
from eval.sets import TYPES, load_set

ROOT = Path(__file__).parents[2]


def test_every_measure_command_and_form_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "EVALUATION.md").read_text(encoding="utf-8")
    missing = [name for name in MEASURES if f"`{name}`" not in text]
    missing += [name for name in cli.commands if f"python -m eval {name}" not in text]
    missing += [form for form in FORMS if f"`{form}`" not in text]
    assert missing == []


def test_every_type_is_in_the_readme() -> None:
    text = (ROOT / "eval" / "README.md").read_text(encoding="utf-8")
    assert [kind for kind in TYPES if f"`{kind}`" not in text] == []


def test_the_figures_that_the_docs_give() -> None:
    text = (ROOT / "docs" / "EVALUATION.md").read_text(encoding="utf-8")
    assert f"at least {FOUND:.0%} of its quote's".replace("%", " %") in text
    assert f"each cut at {PASSAGE_WORDS} words" in text
    assert f"margin for noise ({MARGIN};" in text


def test_the_sets_are_as_the_readme_says() -> None:
    folder = ROOT / "eval" / "questions"
    lines = {path.stem: path.read_bytes().count(b"\n") for path in folder.glob("*.jsonl")}
    first = {"handbook": 79, "unanswerable": 28, "conversations": 13, "attacks": 29}
    second = {"second-handbook": 179, "second-unanswerable": 84, "second-conversations": 20}
    assert lines == first | second
    assert len(load_set(folder / "conversations.jsonl")) == 43
    assert len(load_set(folder / "second-conversations.jsonl")) == 71
    assert len(load_set(folder / "attacks.jsonl")) == 22
