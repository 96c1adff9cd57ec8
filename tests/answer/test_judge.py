"""Answered, half answered or refused: by search results made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answer import judge as module
from assistant.answer.judge import Verdict, judge
from assistant.types import Match, Question
from tests.answer.book import BOOK, found, match, missed, sentences

NEST = "Herons nest on Low Island."


@pytest.fixture(autouse=True)
def _constants(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ANSWERED": 0.5,
        "ASKED": 0.95,
        "BY_SENTENCES": 0.4,
        "FOLLOWED": 0.3,
        "NEAR": 0.6,
        "FAR": 0.5,
        "LIVE": 0.8,
        "KNOWN": 0.4,
    }.items():
        monkeypatch.setattr(module, name, value)


def near(cosine: float) -> tuple[Match, ...]:
    return (match(0, 1.0, [NEST], cosine=cosine),)


def test_probable_enough_is_answered() -> None:
    assert judge(found(near(0.9), answerable=0.5)) == Verdict("answered")
    assert judge(found(near(0.9), answerable=0.49)).status != "answered"


def test_the_probability_decides_and_no_single_signal() -> None:
    """It has weighed them all: an unknown name or a near unanswered question is no second veto."""
    retrieval = found(
        near(0.4), answerable=0.9, unknown=("Mars",), known_share=0.1, unanswered=[missed(0.99)]
    )
    assert judge(retrieval) == Verdict("answered")


def test_nothing_found_is_never_answered() -> None:
    assert judge(found(answerable=1.0)).status == "refused"


def test_without_readers_questions_the_limit_is_another() -> None:
    found_ = sentences(BOOK, NEST)
    assert judge(found(answerable=0.4, sentences=found_)).status == "answered"
    assert judge(found(answerable=0.39, sentences=found_)).status != "answered"
    assert judge(found(near(0.9), answerable=0.4, sentences=found_)).status != "answered"


def test_a_question_put_together_from_turns_needs_less() -> None:
    assert judge(found(near(0.9), answerable=0.3), followed=True).status == "answered"
    assert judge(found(near(0.9), answerable=0.3)).status != "answered"
    assert judge(found(near(0.9), answerable=0.29), followed=True).status != "answered"


def test_sentences_alone_can_answer() -> None:
    assert judge(found(answerable=0.9, sentences=sentences(BOOK, NEST))) == Verdict("answered")


def test_near_but_not_quite_is_partial() -> None:
    assert judge(found(near(0.6), answerable=0.1)) == Verdict("partial", "not-in-corpus")
    assert judge(found(near(0.59), answerable=0.1)) == Verdict("refused", "not-in-corpus")


def test_a_near_sentence_makes_it_partial_too() -> None:
    retrieval = found(answerable=0.1, sentences=sentences(BOOK, NEST, score=0.7))
    assert judge(retrieval) == Verdict("partial", "not-in-corpus")


def test_an_unknown_name_is_refused_unless_the_rest_is_familiar() -> None:
    strange = ("Mars", "2077")
    retrieval = found(near(0.9), answerable=0.1, known_share=0.49, unknown=strange)
    assert judge(retrieval) == Verdict("refused", "not-in-corpus", strange)
    retrieval = found(near(0.9), answerable=0.1, known_share=0.5, unknown=strange)
    assert judge(retrieval) == Verdict("partial", "not-in-corpus", strange)


def test_about_something_else() -> None:
    assert judge(found(near(0.49), answerable=0.1, known_share=0.39)) == Verdict("refused", "off-topic")
    # strange words alone do not make it so, nor distance alone
    assert judge(found(near(0.5), answerable=0.1, known_share=0.39)).reason == "not-in-corpus"
    assert judge(found(near(0.49), answerable=0.1, known_share=0.4)).reason == "not-in-corpus"


def test_about_the_present() -> None:
    today = [missed(0.8, "live-information"), missed(0.7)]
    assert judge(found(near(0.7), answerable=0.1, unanswered=today)) == Verdict("refused", "live-information")
    # not where the question known to be unanswered is farther, another kind, or not the nearest
    for other in ([missed(0.79, "live-information")], [missed(0.9)], [missed(0.9), *today]):
        assert judge(found(near(0.7), answerable=0.1, unanswered=other)).reason == "not-in-corpus"


def test_a_surer_question_is_never_refused_where_a_less_sure_one_is_answered() -> None:
    order = {"refused": 0, "partial": 1, "answered": 2}
    steps = [judge(found(near(0.7), answerable=p / 20)).status for p in range(21)]
    assert steps == sorted(steps, key=order.__getitem__)
    assert set(steps) == {"partial", "answered"}


def test_every_refusal_says_why() -> None:
    for cosine in (-1.0, 0.3, 0.55, 0.94):
        for share in (0.0, 0.5, 1.0):
            for unknown in ((), ("Mars",)):
                verdict = judge(found(near(cosine), answerable=0.0, known_share=share, unknown=unknown))
                assert verdict.status in ("partial", "refused")
                assert verdict.reason in ("not-in-corpus", "off-topic")


def test_of_what_no_word_is_known_nothing_is_said_unless_it_was_asked_before() -> None:
    assert judge(found(near(0.79), answerable=0.9, known_share=0.0)) == Verdict("refused", "off-topic")
    assert judge(found(near(0.8), answerable=0.9, known_share=0.0)) == Verdict("answered")
    assert judge(found(near(0.79), answerable=0.9, known_share=0.01)) == Verdict("answered")


def test_what_an_unknown_name_means_is_not_said() -> None:
    meaning = Question("What does XQZ mean?", "What does XQZ mean?", asked_for="definition")
    retrieval = found(near(0.9), answerable=0.9, unknown=("XQZ",), question=meaning)
    assert judge(retrieval) == Verdict("refused", "not-in-corpus", ("XQZ",))
    assert judge(replace(retrieval, unknown=())) == Verdict("answered")


def test_what_readers_asked_in_the_same_words_is_answered_however_improbable() -> None:
    for cosine, missed_at, status in (
        (0.95, 0.89, "answered"),
        (0.94, 0.0, "partial"),
        (0.95, 0.91, "partial"),
    ):
        retrieval = found(near(cosine), answerable=0.1, unanswered=[missed(missed_at)])
        assert judge(retrieval).status == status
    assert judge(found(near(0.95), answerable=0.1)).status == "answered"
    assert judge(found(near(0.95), answerable=0.1, unknown=("Mars",))).status == "partial"
