"""Search by words: BM25 in [0, 1], any script, any query."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import IndexBroken
from assistant.search.words import WordIndex, split_words, stem_words

TEXTS = ["red boat", "red red boat car", "green train"]


@pytest.fixture(scope="module")
def index() -> WordIndex:
    return WordIndex.build(TEXTS, "en")


def bm25(count: int, length: int) -> float:
    """Share of a word's idf that `count` occurrences in a text of `length` words give; k1 1.2, b 0.5."""
    mean = (2 + 4 + 2) / 3
    return count / (count + 1.2 * (1 - 0.5 + 0.5 * length / mean))


def test_scores_by_hand(index: WordIndex) -> None:
    assert index.scores("red") == pytest.approx([bm25(1, 2), bm25(2, 4), 0])
    both = (bm25(2, 4) + bm25(1, 4)) / 2  # red and boat have one idf
    assert index.scores("red boat") == pytest.approx([bm25(1, 2), both, 0])


def test_rare_words_weigh_more(index: WordIndex) -> None:
    in_two, in_one, in_none = log(1 + 1.5 / 2.5), log(1 + 2.5 / 1.5), log(1 + 3.5 / 0.5)
    assert [index.idf(word) for word in ("red", "car", "plane")] == pytest.approx([in_two, in_one, in_none])
    assert ("red" in index, "plane" in index) == (True, False)
    # an unknown word is part of what the query could reach
    assert index.scores("red plane")[0] == pytest.approx(bm25(1, 2) * in_two / (in_two + in_none))


def test_words_meet_by_their_stem_and_count_once(index: WordIndex) -> None:
    assert np.array_equal(index.scores("Boats"), index.scores("boat boat BOAT"))


@pytest.mark.parametrize(
    "query",
    ["", "the of and", "😀 👍🏽", "\x00\x07", "\u200b\u200d", "ខ្ញុំចង់ដឹង", "ผู้หญิง", "x" * 100_000, "?" * 100_000],
    ids=["empty", "stop words", "emoji", "control", "zero width", "khmer", "thai", "one word", "marks"],
)  # fmt: skip
def test_a_query_that_shares_no_word_scores_nothing(index: WordIndex, query: str) -> None:
    scores = index.scores(query)
    assert (scores.tolist(), scores.dtype) == ([0, 0, 0], np.float32)


def test_a_very_long_query_still_finds(index: WordIndex) -> None:
    assert index.scores("red " * 25_000) == pytest.approx(index.scores("red"))


@pytest.mark.parametrize("texts", [[], [""], ["", "?!"]])
def test_texts_without_words(texts: list[str], tmp_path: Path) -> None:
    made = WordIndex.build(texts, "en")
    made.save(tmp_path)
    for one in (made, WordIndex.load(tmp_path)):
        assert one.scores("red").tolist() == [0.0] * len(texts)


@given(
    texts=st.lists(st.text("abc de", max_size=30), max_size=6),
    query=st.text("abcdef ", max_size=20),
)
def test_scores_lie_between_nothing_and_one(texts: list[str], query: str) -> None:
    scores = WordIndex.build(texts, "xx").scores(query)
    assert scores.shape == (len(texts),)
    assert (scores >= 0).all()
    assert (scores <= 1).all()
    shared = [bool(set(split_words(text)) & set(split_words(query))) for text in texts]
    assert (scores > 0).tolist() == shared


def test_what_is_saved_scores_alike(index: WordIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "words")
    again = WordIndex.load(tmp_path / "words")
    assert np.array_equal(again.scores("red car plane"), index.scores("red car plane"))


def test_a_damaged_index_is_refused(index: WordIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    (tmp_path / "words.json").write_text('{"rows": 3', encoding="utf-8")
    with pytest.raises(IndexBroken, match="assistant build"):
        WordIndex.load(tmp_path)
    with pytest.raises(IndexBroken, match="assistant build"):
        WordIndex.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Women’s peace⁸⁷, and co-operation", ["the", "women", "peace", "and", "co", "operation"]),
        ("don't ﬁnance 1325 Café", ["don't", "finance", "1325", "café"]),
        ("महिला शांति", ["महिला", "शांति"]),  # marks belong to their word
        ("ស្ត្រី។", ["ស្", "្ត", "ត្", "្រ", "រី"]),  # no spaces between words: pairs of characters
        ("平和", ["平和"]),
        ("和", ["和"]),
        ("😀 \u200b ?", []),
    ],
)
def test_what_a_word_is(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_stop_words_go_unless_nothing_else_is_there() -> None:
    assert stem_words("the agreements of women", "en") == ["agreement", "women"]
    assert stem_words("what is it", "en") == ["what", "is", "it"]
    assert stem_words("the agreements", "xx") == ["the", "agreements"]  # nothing is known of this language
