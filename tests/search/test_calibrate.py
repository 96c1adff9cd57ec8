"""Questions held out of their own index: tiny tables whose cosines can be read off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from assistant.search import calibrate as module
from assistant.search.adapter import Adapter
from assistant.search.answerability import DEFAULT, SIGNALS, Calibration
from assistant.search.calibrate import calibrate
from assistant.search.language import load_language
from assistant.search.texts import collect_texts
from assistant.search.words import WordIndex
from assistant.types import Document
from tests.documents import make_document

FAST, BUILT = "The red boat is fast.", "It was built in 1999."


def unit(*degrees: float) -> np.ndarray:
    """Unit vectors in a plane: the cosine of two is that of the angle between them."""
    angles = np.radians(np.array(degrees))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


class Fit:
    """Stands for the regression: keeps the signals that it is given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answered = self.unanswered = np.zeros((0, len(SIGNALS)))
        self.key = ""
        monkeypatch.setattr(module, "fit_calibration", self)

    def __call__(self, answered: np.ndarray, unanswered: np.ndarray, key: str) -> Calibration:
        self.answered, self.unanswered, self.key = answered, unanswered, key
        return DEFAULT

    def column(self, kind: str, name: str) -> list[float]:
        return list(getattr(self, kind)[:, SIGNALS.index(name)].tolist())


@pytest.fixture
def fit(monkeypatch: pytest.MonkeyPatch) -> Fit:
    return Fit(monkeypatch)


def run(document: Document, answered: np.ndarray, unanswered: np.ndarray, **more: Any) -> Calibration:
    texts = collect_texts([document], ())
    words = WordIndex.build([document.text], "en")
    vectors = (answered, unanswered)
    return calibrate([document], texts, vectors, Adapter.identity(2), words, load_language("en"), **more)


def book(wordings: Sequence[Sequence[str]], unanswered: Sequence[str] = ("Who painted it?",)) -> Document:
    """A book whose entries have these wordings, answered by its first sentences in turn."""
    from dataclasses import replace

    quotes = [FAST, BUILT][: len(wordings)]
    document = make_document(
        questions=[(asked[0], quote) for asked, quote in zip(wordings, quotes, strict=True)],
        unanswered=unanswered,
    )
    entries = tuple(replace(e, questions=tuple(w)) for e, w in zip(document.questions, wordings, strict=True))
    return replace(document, questions=entries)


# ---------------------------------------------------------------- held out


def test_an_answered_question_knows_the_words_of_others_alone(fit: Fit) -> None:
    # 0 and 3 degrees are siblings so near that they are held out together; 60 stays
    run(book([["Velocity?", "Velocities?", "Quick?"], ["Built?"]]), unit(0, 3, 60, 100), unit(180))
    assert fit.column("answered", "unknown-words") == [1, 1, 1, 0]  # "built" stands in the text
    assert fit.column("unanswered", "unknown-words") == [1]


def test_an_answered_question_is_not_found_by_itself(fit: Fit) -> None:
    # rows: the first entry at 0 and 60 degrees, the second at 100; unanswered at 180
    run(book([["Fast?", "Quick?"], ["Built?"]]), unit(0, 60, 100), unit(180))
    cosines = [np.cos(np.radians(d)) for d in (60, 40, 40)]  # 0 finds 60; 60 finds 100; 100 finds 60
    assert fit.column("answered", "answered") == pytest.approx(cosines, abs=1e-6)
    assert fit.column("answered", "unanswered") == pytest.approx(
        [np.cos(np.radians(d)) for d in (180, 120, 80)], abs=1e-6
    )


def test_near_siblings_are_held_out_with_it(fit: Fit) -> None:
    # 0 and 20 degrees are siblings of cosine 0.94: each has to be found by the stranger at 100
    run(book([["Fast?", "Quick?"], ["Built?"]]), unit(0, 20, 100), unit(180))
    near = fit.column("answered", "answered")
    assert near[:2] == pytest.approx([np.cos(np.radians(100)), np.cos(np.radians(80))], abs=1e-6)
    assert near[2] == pytest.approx(np.cos(np.radians(80)), abs=1e-6)  # no sibling of it


def test_near_strangers_are_not_held_out(fit: Fit) -> None:
    run(book([["Fast?"], ["Built?"]]), unit(0, 5), unit(180))
    assert fit.column("answered", "answered") == pytest.approx([np.cos(np.radians(5))] * 2, abs=1e-6)


def test_an_unanswered_question_is_held_out_alone(fit: Fit) -> None:
    run(book([["Fast?"]], ["Who painted it?", "Who paid for it?"]), unit(0), unit(90, 120))
    assert fit.column("unanswered", "unanswered") == pytest.approx([np.cos(np.radians(30))] * 2, abs=1e-6)
    assert fit.column("unanswered", "answered") == pytest.approx([0.0, -0.5], abs=1e-6)


def test_words_are_those_of_the_question_that_is_held_out(fit: Fit) -> None:
    # each finds the other's answer: "red" stands in the first's, "1999" in the second's
    run(book([["red"], ["1999"]]), unit(0, 30), unit(180))
    assert fit.column("answered", "in-answer") == [0.0, 0.0]
    assert fit.column("answered", "in-corpus") == [1.0, 1.0]


def test_vectors_are_adapted_first(fit: Fit) -> None:
    """An adapter that drops one axis leaves only the other to compare by."""
    document = book([["Fast?"], ["Built?"]])
    texts, words = collect_texts([document], ()), WordIndex.build([document.text], "en")
    squash = Adapter(np.array([[1, 0], [0, 0]], np.float32), np.eye(2, dtype=np.float32), "")
    calibrate([document], texts, (unit(0, 60), unit(120)), squash, words, load_language("en"))
    # on the one axis that is left 0 and 60 degrees agree, and 120 opposes them
    assert fit.column("answered", "answered") == pytest.approx([1, 1])
    assert fit.column("answered", "unanswered") == pytest.approx([-1, -1])


# ---------------------------------------------------------------- how many, and what is told


def test_of_many_an_even_choice_is_held_out(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HELD_OUT", 3)
    wordings = [[f"Fast {i}?" for i in range(11)]]
    run(book(wordings), unit(*range(0, 110, 10)), unit(180))
    assert len(fit.answered) == 3  # rows 0, 5 and 10, at 0, 50 and 100 degrees
    assert fit.column("answered", "unanswered") == pytest.approx(
        [np.cos(np.radians(d)) for d in (180, 130, 80)], abs=1e-6
    )


def test_blocks_change_nothing(fit: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    document = book([["Fast?", "Quick?"], ["Built?"]])
    run(document, unit(0, 60, 100), unit(180))
    whole = fit.answered
    monkeypatch.setattr(module, "_BLOCK", 1)
    run(document, unit(0, 60, 100), unit(180))
    assert np.allclose(fit.answered, whole, atol=1e-6)


def test_the_key_changes_with_the_vectors(fit: Fit) -> None:
    document, keys = book([["Fast?"]]), []
    for answered, unanswered in ((0, 90), (0, 90), (1, 90), (0, 91)):
        run(document, unit(answered), unit(unanswered))
        keys.append(fit.key)
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


def test_progress_ends_with_all_done(fit: Fit) -> None:
    told: list[tuple[int, int]] = []
    run(book([["Fast?"]]), unit(0), unit(90), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2, 2)
    assert told == sorted(told)


@pytest.mark.parametrize(("answered", "unanswered"), [(0, 1), (1, 0), (0, 0)])
def test_without_one_of_the_kinds_the_default_stands(answered: int, unanswered: int) -> None:
    document = book([["Fast?"]][:answered], ["Who?"][:unanswered])
    made = run(document, unit(0)[:answered], unit(90)[:unanswered])
    assert made == DEFAULT


def test_few_questions_leave_the_default_with_their_key() -> None:
    made = run(book([["Fast?"]]), unit(0), unit(90))
    assert made.weights == DEFAULT.weights
    assert len(made.key) == 64
