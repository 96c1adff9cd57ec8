"""What is known of a language is in its file; of an unknown one, nothing."""

from __future__ import annotations

import pytest

from assistant.search.language import load_language


def test_english_has_patterns_words_and_phrases() -> None:
    english = load_language("en")
    assert english.code == "en"
    found = english.matches("lookup", "note", "What does Note 87 say?")
    assert found is not None
    assert found.group(1) == "87"
    assert "it" in english.words["pronouns"]
    assert list(english.keys("lookup")) == ["note", "reference", "section", "chapter", "bare"]


def test_phrases_take_their_values() -> None:
    english = load_language("en")
    assert english.say("off-topic", called="the book") == "This is outside what the book is about."
    assert english.say("no such phrase", called="the book") == ""


@pytest.mark.parametrize("code", ["xx", "zz-ZZ", "../en", "EN", "", "en.toml"])
def test_an_unknown_language_knows_nothing(code: str) -> None:
    language = load_language(code)
    assert (language.patterns, language.words, language.phrases) == ({}, {}, {})
    assert language.get("lookup", "note") == ()
    assert language.matches("lookup", "note", "note 87") is None
    assert list(language.keys("lookup")) == []
    assert language.say("off-topic", called="x") == ""


def test_a_language_is_read_once() -> None:
    assert load_language("en") is load_language("en")
