"""Evidence in passages, with the arithmetic written out."""

from __future__ import annotations

import pytest

from eval.items import Evidence, Item
from eval.metrics.evidence import (
    first_ranks,
    recall_at_passages,
    recall_in_quotes,
    recall_within_words,
    useful_ranks,
)

A = Evidence("one two three four five six seven", ("1.1",))  # grams: 1234 2345 3456 4567
B = Evidence("alpha beta gamma delta", ("2.1",))
ITEM = Item("q", "?", "multi", evidence=(A, B))
NOISE = "nothing of use here"


def test_sixty_per_cent_of_the_grams_are_needed() -> None:
    single = Item("q", "?", "factoid", evidence=(A,))
    assert recall_at_passages(single, ["one two three four five six"], 1) == 1.0  # 3 of 4 = 0.75
    assert recall_at_passages(single, ["one two three four five"], 1) == 0.0  # 2 of 4 = 0.5


def test_grams_of_two_passages_are_not_added_up() -> None:
    single = Item("q", "?", "factoid", evidence=(A,))
    assert recall_at_passages(single, ["one two three four five", "three four five six seven"], 2) == 0.0


def test_recall_counts_units_in_the_first_k() -> None:
    passages = [NOISE, B.quote, A.quote]
    assert [recall_at_passages(ITEM, passages, k) for k in (0, 1, 2, 3)] == [0.0, 0.0, 0.5, 1.0]


def test_a_passage_counts_with_its_first_200_words() -> None:
    filler = " ".join(f"w{i}" for i in range(197))
    assert recall_at_passages(ITEM, [f"{filler} {B.quote}"], 1) == 0.0  # words 198 to 201
    shorter = filler.partition(" ")[2]  # 196 words: the quote stands at 197 to 200
    assert recall_at_passages(ITEM, [f"{shorter} {B.quote}"], 1) == 0.5


def test_words_are_read_in_order_and_the_last_passage_is_cut() -> None:
    passages = [NOISE, B.quote]  # 4 words, then 4
    assert recall_within_words(ITEM, passages, 8) == 0.5
    assert recall_within_words(ITEM, passages, 7) == 0.0  # "alpha beta gamma" has no 4-gram of B
    assert recall_within_words(ITEM, passages, 4) == 0.0


def test_alternatives_and_groups_are_found_by_any_one() -> None:
    either = Item("q", "?", "factoid", evidence=(A, B), alternatives=True)
    assert recall_at_passages(either, [B.quote], 1) == 1.0
    grouped = Item(
        "q",
        "?",
        "multi",
        evidence=(Evidence(A.quote, ("1",), group="g"), Evidence(B.quote, ("2",), group="g")),
    )
    assert recall_at_passages(grouped, [B.quote], 1) == 1.0


def test_a_question_without_evidence_has_no_recall() -> None:
    assert recall_at_passages(Item("q", "?", "factoid"), [NOISE], 5) is None
    assert recall_within_words(Item("q", "?", "factoid"), [NOISE], 800) is None


def test_nothing_brought_is_nothing_found() -> None:
    assert recall_at_passages(ITEM, [], 5) == 0.0
    assert recall_within_words(ITEM, [], 800) == 0.0
    assert recall_in_quotes(ITEM, []) == 0.0


def test_quotes_are_taken_together() -> None:
    assert recall_in_quotes(ITEM, ["one two three", "four five six seven"]) == 0.5


def test_ranks() -> None:
    optional = Evidence("red green blue black", ("3",), group="optional")
    item = Item("q", "?", "multi", evidence=(A, B, optional))
    passages = [NOISE, optional.quote, B.quote, NOISE]
    assert first_ranks(item, passages) == (None, 3)
    assert useful_ranks(item, passages) == (2, 3)


@pytest.mark.parametrize("k", [1, 5, 10])
def test_more_passages_never_lower_recall(k: int) -> None:
    passages = [NOISE, A.quote, NOISE, B.quote]
    assert (recall_at_passages(ITEM, passages, k) or 0) <= (recall_at_passages(ITEM, passages, k + 1) or 0)
