"""The references behind an answer."""

from pathlib import Path

import pytest

from assistant.answer.cite import Citer
from assistant.answer.source import source_runs
from assistant.read.corpus import load_corpus
from assistant.types import Document, Turn

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def handbook() -> Document:
    return load_corpus(ROOT / "corpus").documents[0]


def sources(handbook: Document, turns: list[Turn], text: str = "Source?") -> list[str]:
    """The numbers of the references that are given, in order."""
    runs = source_runs([handbook], turns, text, Citer([handbook]))
    return [handbook.text[run.start : run.end].split(".")[0] for run in runs]


def test_a_note_brings_its_chain(handbook: Document) -> None:
    assert sources(handbook, [Turn("q", "q", "", (), ("87",))]) == ["87", "86", "85"]


def test_the_last_turn_with_notes_is_asked(handbook: Document) -> None:
    turns = [Turn("q", "q", "", (), ("61",)), Turn("q", "q", "", (), ("81",)), Turn("q", "q", "", (), ())]
    assert sources(handbook, turns) == ["81"]


def test_of_several_notes_the_one_that_is_meant(handbook: Document) -> None:
    share = "What share of the leadership in peacekeeping are women?"
    turns = [Turn(share, share, "", (), ("65", "66", "69"))]
    assert sources(handbook, turns)[0] == "69"
    assert "66" not in sources(handbook, turns)


def test_nothing_to_name(handbook: Document) -> None:
    assert sources(handbook, []) == []
    assert sources(handbook, [Turn("q", "q", "", (), ("4711",))]) == []
