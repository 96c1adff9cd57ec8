"""The signals of a question, each worked out by hand, and the regression over them."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexBroken
from assistant.search import answerability
from assistant.search.answerability import (
    DEFAULT,
    SIGNALS,
    TYPES,
    Calibration,
    Signaller,
    fit_calibration,
    without_questions,
)
from assistant.search.evidence import entries
from assistant.search.language import load_language
from assistant.search.words import WordIndex
from assistant.types import AskedFor, Entity
from tests.documents import make_document

BOOK = replace(
    make_document(
        [
            ("1", "Boats", ("The red boat of Ann Reed is fast.", "It was built in 1999.")),
            ("2", "Trains", ("The green train is slow.", "It stops in every town.")),
        ],
        questions=[
            ("How quick is the vessel?", "The red boat of Ann Reed is fast."),
            ("When was it made?", "It was built in 1999."),
        ],
    ),
    entities=(Entity("Ann Reed", "person", ("Ms Reed",), ("1",)),),
)
ENGLISH = load_language("en")
WORDS = WordIndex.build([BOOK.text[s.start : s.end] for s in BOOK.sentences], "en")
OTHER = TYPES.index("other")


def coded(near: int, far: int, **types: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Codes of so many questions of either kind; all ask for something else but the rows named by type."""
    codes = np.full(near, OTHER, np.uint8), np.full(far, OTHER, np.uint8)
    for name, rows in types.items():
        kind, type_ = name.split("_")
        codes[kind == "far"][list(rows)] = TYPES.index(type_)  # type: ignore[arg-type]
    return codes


SIGNALLER = Signaller([BOOK], entries([BOOK]), WORDS, ENGLISH, coded(0, 0))


def vector(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def signals(
    text: str,
    asked_for: AskedFor = "other",
    best: int = 0,
    near: tuple[float, ...] = (0.9,),
    far: tuple[float, ...] = (0.5,),
) -> dict[str, float]:
    """The signals by name."""
    made = SIGNALLER.signals(text, asked_for, best, vector(*near), vector(*far))
    return dict(zip(SIGNALS, made.tolist(), strict=True))


# ---------------------------------------------------------------- nearness


def test_nearness_is_that_of_the_nearest_of_either_kind() -> None:
    made = signals("?", near=(0.1, 0.8, 0.3), far=(0.6, 0.2))
    assert made["answered"] == pytest.approx(0.8)
    assert made["unanswered"] == pytest.approx(0.6)


def test_the_fifth_and_the_third_nearest() -> None:
    made = signals("?", near=(0.9, 0.5, 0.8, 0.6, 0.7, 0.1), far=(0.4, 0.6, 0.5, 0.3))
    assert made["answered-5"] == pytest.approx(0.5)
    assert made["unanswered-3"] == pytest.approx(0.4)
    few = signals("?", near=(0.9, 0.8), far=(0.6,))  # fewer than that: the last
    assert (few["answered-5"], few["unanswered-3"]) == (pytest.approx(0.8), pytest.approx(0.6))


def test_odds_are_the_log_of_the_ratio_of_exponentials() -> None:
    made = signals("?", near=(0.8, 0.7), far=(0.6,))
    for name, width in (("odds-03", 0.03), ("odds-07", 0.07), ("odds-15", 0.15)):
        expected = math.log((math.exp(0.8 / width) + math.exp(0.7 / width)) / math.exp(0.6 / width))
        assert made[name] == pytest.approx(expected, abs=1e-4)


def test_odds_are_even_for_equals_and_held_for_extremes() -> None:
    assert signals("?", near=(0.7,), far=(0.7,))["odds-07"] == pytest.approx(0.0)
    assert signals("?", near=(1.0,), far=(-1.0,))["odds-03"] <= 30
    assert signals("?", near=(-1.0,), far=(1.0,))["odds-03"] >= -30


def test_without_any_unanswered_question() -> None:
    made = signals("?", near=(0.9,), far=())
    assert (made["unanswered"], made["unanswered-3"]) == (-1.0, -1.0)
    assert all(math.isfinite(value) for value in made.values())


def test_the_nearest_that_ask_for_the_same_type_of_fact() -> None:
    types = coded(3, 3, near_date=(1, 2), far_date=(0,))
    signaller = Signaller([BOOK], entries([BOOK]), WORDS, ENGLISH, types)

    def made(asked_for: AskedFor) -> list[float]:
        values = signaller.signals("?", asked_for, 0, vector(0.9, 0.7, 0.6), vector(0.5, 0.8, 0.4))
        return [values[SIGNALS.index(name)] for name in ("answered-type", "unanswered-type", "odds-type")]

    odds = math.log((math.exp(0.7 / 0.05) + math.exp(0.6 / 0.05)) / math.exp(0.5 / 0.05))
    assert made("date") == pytest.approx([0.7, 0.5, odds], abs=1e-4)
    odds = math.log(math.exp(0.9 / 0.05) / (math.exp(0.8 / 0.05) + math.exp(0.4 / 0.05)))
    assert made("other") == pytest.approx([0.9, 0.8, odds], abs=1e-4)
    assert made("person") == pytest.approx([-1, -1, 0])  # nobody asked for one


# ---------------------------------------------------------------- words


def test_words_in_the_answer_its_wordings_and_the_corpus() -> None:
    # "red": in the answer. "vessel": only in the other wording. "slow": elsewhere. "sink": nowhere.
    for word, held in (("red", (1, 1, 1)), ("vessel", (0, 1, 0)), ("slow", (0, 0, 1)), ("sink", (0, 0, 0))):
        made = signals(word)
        assert tuple(made[name] for name in ("in-answer", "in-wordings", "in-corpus")) == held, word


def test_words_weigh_by_how_rare_they_are() -> None:
    red, sink = WORDS.idf("red"), WORDS.idf("sink")
    assert signals("red sink")["in-corpus"] == pytest.approx(red / (red + sink))
    assert SIGNALLER.share_known("red sink") == pytest.approx(red / (red + sink))
    assert red < sink


def test_the_title_counts_as_the_answers_own_words() -> None:
    assert signals("boats")["in-answer"] == 1


def test_words_that_ask_count_for_nothing() -> None:
    assert signals("Please tell me what red means")["in-answer"] == 1
    assert SIGNALLER.share_known("Please tell me") == 1.0  # nothing said is nothing unknown


def test_unknown_words_are_counted() -> None:
    assert signals("red vessel")["unknown-words"] == 0
    assert signals("zebras sink red")["unknown-words"] == 2


def test_a_question_held_out_does_not_know_its_own_words() -> None:
    asked = "How quick is the vessel?"

    def made(held_out: tuple[str, ...]) -> tuple[float, float, float]:
        values = SIGNALLER.signals(asked, "other", 0, vector(0.9), vector(0.5), held_out)
        by_name = dict(zip(SIGNALS, values.tolist(), strict=True))
        return by_name["in-answer"], by_name["in-wordings"], by_name["unknown-words"]

    assert made(()) == (0, 1, 0)
    assert made((asked,)) == (0, 0, 2)  # "quick" and "vessel"
    assert made(("When was it made?",)) == (0, 1, 0)  # another's words


# ---------------------------------------------------------------- names and types of fact


def test_names_and_numbers_that_the_corpus_or_the_answer_lacks() -> None:
    made = signals("Did Ann sail to Paris in 1999?")
    assert (made["unknown-names"], made["missing-names"]) == (1, 2)  # Paris; Paris and 1999
    assert signals("Did Ann sail to Paris in 1999?", best=1)["missing-names"] == 2  # Ann, Paris
    assert SIGNALLER.unknown_names("Did Ann sail to Paris in 1999 or 2001?") == ("Paris", "2001")


def test_what_is_no_name() -> None:
    # the first word of a sentence; small letters; a question that shouts
    assert SIGNALLER.unknown_names("Paris? Zebras sink. Quickly they go.") == ()
    assert SIGNALLER.unknown_names("WHERE IS PARIS") == ()


def test_an_unknown_name_that_a_readers_question_holds_is_known() -> None:
    document = make_document(questions=[("Does it run to Paris?", "It stops in every town.")])
    words = WordIndex.build([document.text], "en")
    signaller = Signaller([document], entries([document]), words, ENGLISH, coded(0, 0))
    assert signaller.unknown_names("Off to Paris or to Rome?") == ("Rome",)


@pytest.mark.parametrize(
    ("asked_for", "best", "missing"),
    [("date", 1, 0), ("date", 0, 1), ("number", 1, 0), ("number", 0, 1), ("person", 0, 0), ("person", 1, 1)],
)
def test_the_type_of_fact(asked_for: AskedFor, best: int, missing: int) -> None:
    assert signals("?", asked_for, best)["type-missing"] == missing


def test_a_type_that_leaves_no_mark_is_never_missing() -> None:
    assert signals("?", "other")["type-missing"] == 0


def test_a_language_that_nothing_is_known_of() -> None:
    signaller = Signaller([BOOK], entries([BOOK]), WORDS, load_language("xx"), coded(0, 0))
    made = signaller.signals("Wo ist das Boot?", "other", 0, vector(0.5), vector(0.5))
    assert np.isfinite(made).all()


# ---------------------------------------------------------------- the regression


def test_the_probability_is_a_logistic_of_scaled_signals() -> None:
    size = len(SIGNALS)
    calibration = Calibration((0.5,) * size, (2.0,) * size, (1.0, -1.0, *(0.0,) * (size - 2)), 0.25)
    values = np.zeros(size)
    values[:2] = 0.9, 0.1  # z = (0.9 - 0.5)/2 - (0.1 - 0.5)/2 + 0.25 = 0.65
    assert calibration.probability(values) == pytest.approx(1 / (1 + math.exp(-0.65)))


def test_the_default_rises_with_nearness_and_known_words_and_falls_with_unknown_ones() -> None:
    def probability(**changes: float) -> float:
        base = {"answered": 0.7, "in-corpus": 0.8, "unknown-names": 0.0, "unknown-words": 0.0}
        return DEFAULT.probability(np.array([{**base, **changes}.get(name, 0.0) for name in SIGNALS]))

    near = [probability(answered=x) for x in (0.0, 0.3, 0.6, 0.9)]
    assert near == sorted(near)
    assert near[0] < 0.1 < 0.9 < near[-1]
    assert probability(**{"in-corpus": 0.2}) < probability()
    assert probability(**{"unknown-names": 1}) < probability()
    assert probability(**{"unknown-words": 2}) < probability()


def test_without_questions_it_is_the_nearest_sentence() -> None:
    near = [without_questions(x, 1.0, 0) for x in (-1.0, 0.0, 0.3, 0.6, 0.9)]
    assert near == sorted(near)
    assert near[0] < 0.01 < 0.9 < near[-1]
    assert without_questions(0.5, 0.2, 0) < without_questions(0.5, 0.9, 0)
    assert without_questions(0.5, 0.9, 1) < without_questions(0.5, 0.9, 0)
    assert without_questions(0.5, 0.9, 9) == without_questions(0.5, 0.9, 2)  # more names say no more


@pytest.mark.parametrize(
    ("nearest", "known", "unknown", "z"),
    [
        (0.5, 1.0, 0, 3.4 + 1.0 - 4.9),  # z = -0.5
        (0.8, 1.0, 0, 5.44 + 1.0 - 4.9),
        (0.33, 0.5, 0, 2.244 + 0.5 - 4.9),  # something else: below what counts as answered, 0.18
        (0.6, 0.9, 2, 4.08 + 0.9 - 1.7 - 4.9),
        (-1.0, 0.0, 9, -6.8 - 1.7 - 4.9),
    ],
)
def test_the_arithmetic_without_questions(nearest: float, known: float, unknown: int, z: float) -> None:
    assert without_questions(nearest, known, unknown) == pytest.approx(1 / (1 + math.exp(-z)))


def test_without_questions_what_is_near_is_answered_and_what_is_far_is_not() -> None:
    """Where the kinds of SQuAD 2.0 lie: questions on the corpus near 0.68, questions beside it near 0.4."""
    assert without_questions(0.68, 0.95, 0) > 0.6
    assert without_questions(0.4, 0.65, 1) < 0.15


def rows(count: int, answered: float) -> np.ndarray:
    """Signals that differ in nearness and are noise otherwise."""
    noise = np.random.default_rng(round(answered * 10)).normal(0, 0.1, (count, len(SIGNALS)))
    noise[:, 0] += answered
    return noise


def test_a_fit_separates_what_can_be_separated() -> None:
    calibration = fit_calibration(rows(60, 0.9), rows(60, 0.3), "k")
    assert calibration.key == "k"
    assert calibration.weights[0] == max(calibration.weights)
    said = [np.mean([calibration.probability(row) for row in rows(40, x)]) for x in (0.3, 0.5, 0.7, 0.9)]
    assert said == sorted(said)
    assert said[0] < 0.2 < 0.8 < said[-1]


def test_both_kinds_weigh_the_same_whatever_their_numbers() -> None:
    """Halfway between the two kinds is a matter of even chances."""
    many, few = rows(1000, 0.9), rows(100, 0.3)
    for positive, negative in ((many, few), (rows(100, 0.9), rows(1000, 0.3))):
        halfway = (positive.mean(axis=0) + negative.mean(axis=0)) / 2
        assert fit_calibration(positive, negative, "").probability(halfway) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(("answered", "unanswered"), [(49, 500), (500, 49), (0, 0)])
def test_too_few_questions_leave_the_default(answered: int, unanswered: int) -> None:
    assert fit_calibration(rows(answered, 0.9), rows(unanswered, 0.3), "k") == replace(DEFAULT, key="k")


def test_a_signal_that_never_varies_does_no_harm() -> None:
    positive, negative = rows(60, 0.9), rows(60, 0.3)
    positive[:, 5] = negative[:, 5] = 1.0
    assert 0 <= fit_calibration(positive, negative, "").probability(positive[0]) <= 1


# ---------------------------------------------------------------- the file


def test_a_calibration_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    calibration = fit_calibration(rows(60, 0.9), rows(60, 0.3), "k")
    calibration.save(tmp_path / "c.json")
    assert Calibration.load(tmp_path / "c.json") == calibration


@pytest.mark.parametrize(
    "damage", ["", "{}", "[]", "null", '{"signals": ["one"]}', "\u0000", '{"signals": 3}']
)
def test_a_damaged_file_is_told_with_its_remedy(tmp_path: Path, damage: str) -> None:
    (tmp_path / "c.json").write_text(damage, encoding="utf-8")
    with pytest.raises(IndexBroken, match="assistant build"):
        Calibration.load(tmp_path / "c.json")


def test_a_calibration_of_other_signals_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    DEFAULT.save(path)
    raw = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**raw, "signals": raw["signals"][::-1]}), encoding="utf-8")
    with pytest.raises(IndexBroken, match="other signals"):
        Calibration.load(path)
    with pytest.raises(IndexBroken, match="absent"):
        Calibration.load(tmp_path / "absent.json")


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 99])
def test_a_calibration_of_another_size_is_refused(tmp_path: Path, values: list[float]) -> None:
    path = tmp_path / "c.json"
    DEFAULT.save(path)
    raw = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**raw, "weights": values}), encoding="utf-8")
    with pytest.raises(IndexBroken):
        Calibration.load(path)


def test_the_names_of_the_signals_are_as_many_as_the_signals() -> None:
    assert len(set(SIGNALS)) == len(SIGNALS) == len(answerability.DEFAULT.weights)
