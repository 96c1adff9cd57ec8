"""Slips are mended, words are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.search.embedder import SentenceTransformerEmbedder
from assistant.search.spelling import Speller, word_list
from assistant.search.understand import understand
from tests.fakes import WordCountEmbedder

CORPUS = {
    "network": 9,
    "networks": 2,
    "champion": 5,
    "reconciliation": 4,
    "women": 50,
    "source": 3,
    "force": 7,
}
ASKED = {"conect": 4, "connect": 2, "fork": 1}
SPELLER = Speller(CORPUS, {"fork", "worse", "difference", "connect"}.__contains__, ASKED)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("netwrk", "network"),  # left out
        ("netwoork", "network"),  # put in
        ("netwark", "network"),  # exchanged
        ("netwrok", "network"),  # changed round
        ("champoin", "champion"),
        ("womn", "women"),  # four letters: one was left out
        ("sorce", "source"),  # the same first letter before the commoner word
        ("reconsilaition", "reconciliation"),  # two slips in a long word
        ("hampion", "champion"),
        ("frok", "fork"),  # four letters: two changed round; readers ask with the word
        ("connecct", "connect"),  # readers' good spelling, not their slips
        ("connetc", "connect"),
    ],
)
def test_slips_are_mended(slip: str, meant: str) -> None:
    assert SPELLER.mend(slip, 2) == meant


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("wumn", "two slips in a short word"),
        ("omen", "four letters that lost none"),
        ("diference", "one slip from a good word that the corpus lacks"),
        ("planet", "near to nothing"),
        ("reconciliatory", "four slips"),
    ],
)
def test_what_is_not_mended(word: str, why: str) -> None:
    assert SPELLER.mend(word, 2) is None, why


@pytest.mark.parametrize("word", ["network", "worse", "the", "1325", "mp3s", "", "ស្ត្រី"])
def test_what_stands(word: str) -> None:
    assert SPELLER.knows(word)


def test_an_empty_corpus_mends_nothing() -> None:
    assert Speller().mend("netwrk", 2) is None


@given(st.sampled_from(sorted(CORPUS)), st.data())
def test_one_letter_left_out_of_a_long_word_is_found(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    slip = word[:at] + word[at + 1 :]
    meant = SPELLER.mend(slip, 1) if len(slip) >= 5 and not SPELLER.knows(slip) else word
    assert meant in (word, word + "s", word.removesuffix("s"))


def test_a_language_without_a_list_has_the_model_s_words_or_none() -> None:
    assert word_list("xx", WordCountEmbedder()) is None
    knows = word_list("xx", SentenceTransformerEmbedder())
    assert knows is not None
    assert (knows("wave"), knows("netwrk")) == (True, False)


def test_the_list_knows_a_language_s_words() -> None:
    knows = word_list("en", WordCountEmbedder())
    assert knows is not None
    assert [w for w in ("campaigners", "handing", "wave", "back", "bolder", "zeal") if not knows(w)] == []
    assert not knows("goverment")


# ---------------------------------------------------------------- on the handbook

STAND = [
    "wave",
    "back",
    "handing",
    "campaigners",
    "Sepur",
    "Dayton",
    "mediator",
    "tribunal",
    "stereotype",
    "sexist",
    "bolder",
    "zeal",
    "medic",
    "lender",
    "relapse",
    "UNHCR",
    "Kampot",
    "riel",
    "inquire",
    "practise",
    "chap",
]
SLIPS = {
    "champoin": "champion", "netwrk": "network", "philipine": "philippine", "resoultion": "resolution",
    "reconcilation": "reconciliation", "goverment": "government", "violance": "violence",
    "comunity": "community", "Cambodai": "cambodia", "tradtional": "traditional",
    "acountability": "accountability",
}  # fmt: skip


@pytest.mark.parametrize("word", STAND)
def test_real_words_and_names_stand(handbook: Assistant, word: str) -> None:
    searcher = handbook._searcher
    question = f"What about the {word} there?"
    assert understand(question, searcher.lexicon, searcher.language).standalone == question


@pytest.mark.parametrize("slip", SLIPS)
def test_slips_in_words_of_the_handbook_are_mended(handbook: Assistant, slip: str) -> None:
    searcher = handbook._searcher
    understood = understand(f"What about the {slip} there?", searcher.lexicon, searcher.language)
    assert understood.corrections == {slip: SLIPS[slip]}
    assert understood.standalone == f"What about the {SLIPS[slip]} there?"
