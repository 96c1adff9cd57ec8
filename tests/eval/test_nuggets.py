"""Key facts, strict and partial."""

from __future__ import annotations

from eval.items import Item
from eval.metrics.nuggets import nugget_scores

ITEM = Item(
    "q",
    "?",
    "list",
    nuggets=(("October 2000", "Oct. 2000"), ("Generation Equality Forum",), ("10%", "ten per cent")),
)


def test_any_spelling_counts() -> None:
    scores = nugget_scores(ITEM, "In oct. 2000, at the **Generation Equality** Forum [1], TEN PER CENT.")
    assert scores is not None
    assert (scores.strict, scores.partial, scores.complete, scores.missed) == (1.0, 1.0, 1.0, ())


def test_half_of_the_words_is_half_a_nugget() -> None:
    scores = nugget_scores(ITEM, "It was 2000, the forum of a generation; 110%.")
    assert scores is not None
    # "2000" is 1 of the 2 words of "October 2000"; "generation" and "forum" are 2 of 3; "10%" is one word.
    assert scores.strict == 0.0
    assert scores.partial == (0.5 + 0.5) / 3
    assert scores.missed == ("October 2000", "Generation Equality Forum", "10%")


def test_one_of_three() -> None:
    scores = nugget_scores(ITEM, "About 10% of them")
    assert scores is not None
    assert scores.strict == 1 / 3
    assert scores.complete == 0.0


def test_an_empty_answer_gives_nothing_and_no_nuggets_give_none() -> None:
    scores = nugget_scores(ITEM, "")
    assert scores is not None
    assert scores.strict == scores.partial == 0.0
    assert nugget_scores(Item("q", "?", "list"), "anything") is None
