"""Nuggets: key facts that a right answer gives (Voorhees, TREC 2003; strict and partial as in TREC RAG).

A nugget is a list of spellings; it is given when one of them occurs in the answer's text
(`eval.text.mentions`: case, markup, labels and forms of quotation marks, dashes and blanks do not matter).
"""

from __future__ import annotations

from dataclasses import dataclass

from eval.items import Item
from eval.text import fold, mentions_any, words

__all__ = ["NuggetScores", "nugget_scores"]

PARTLY = 0.5  # share of a spelling's words from which a nugget counts as partly given, and its credit


@dataclass(frozen=True, slots=True)
class NuggetScores:
    """`strict`: given / all. `partial`: given + half of those partly given / all. `complete`: 1 if all."""

    strict: float
    partial: float
    complete: float
    missed: tuple[str, ...]  # first spelling of each nugget that is not given


def nugget_scores(item: Item, answer: str) -> NuggetScores | None:
    """The scores of one answer text, divided by the number of the question's nuggets; None without any.

    A nugget is partly given when it is not given but at least half of the words of one of its spellings
    (of two words or more) occur in the answer.
    """
    if not item.nuggets:
        return None
    folded, have = fold(answer), frozenset(words(answer))
    given = partly = 0
    missed: list[str] = []
    for spellings in item.nuggets:
        if mentions_any(folded, spellings):
            given += 1
            continue
        missed.append(spellings[0])
        partly += any(_word_share(spelling, have) >= PARTLY for spelling in spellings)
    total = len(item.nuggets)
    return NuggetScores(
        given / total,
        (given + PARTLY * partly) / total,
        float(given == total),
        tuple(missed),
    )


def _word_share(spelling: str, have: frozenset[str]) -> float:
    wanted = words(spelling)
    return sum(w in have for w in wanted) / len(wanted) if len(wanted) > 1 else 0.0
