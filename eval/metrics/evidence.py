"""Evidence: how much of what answers a question stands in the passages that search brought.

The unit of need and the rule for "found" are the contract's: an item of evidence is found in a passage
when at least 60 % of its quote's distinct word 4-grams stand in it. Units come from the question
(`eval.items.units`); the share found is divided by their number, whatever the index holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.items import Evidence, Item, units
from eval.text import first_words, gram_share

__all__ = [
    "FOUND",
    "first_ranks",
    "recall_at_passages",
    "recall_in_quotes",
    "recall_within_words",
    "useful_ranks",
]

FOUND = 0.6  # share of a quote's 4-grams, as the contract says
PASSAGE_WORDS = 200  # of a passage that count in "the first k passages", so that long ones gain nothing


def holds(passage: str, unit: Sequence[Evidence]) -> bool:
    """Whether a passage has one of a unit's interchangeable items."""
    return any(gram_share(e.quote, passage) >= FOUND for e in unit)


def recall_at_passages(item: Item, passages: Sequence[str], k: int) -> float | None:
    """Units found in one of the first k passages, each cut at 200 words, divided by all units."""
    return _share(item, [first_words(p, PASSAGE_WORDS) for p in passages[:k]])


def recall_within_words(item: Item, passages: Sequence[str], limit: int) -> float | None:
    """Units found in one of the passages that make up the first `limit` words, divided by all units.

    Passages are read in their order; the one in which the limit falls is cut there.
    """
    read: list[str] = []
    left = limit
    for passage in passages:
        if left <= 0:
            break
        read.append(first_words(passage, left))
        left -= len(passage.split())
    return _share(item, read)


def recall_in_quotes(item: Item, quotes: Sequence[str]) -> float | None:
    """Units that the answer's quotes hold, taken together, divided by all units.

    Quotes of one answer are often single sentences of the evidence, so they are joined first; a gram
    across two quotes is found only where they follow each other as in the evidence.
    """
    return _share(item, [" ".join(quotes)])


def first_ranks(item: Item, passages: Sequence[str]) -> tuple[int | None, ...]:
    """For each unit the rank (from 1) of the first passage, cut at 200 words, that holds it; else None."""
    cut = [first_words(p, PASSAGE_WORDS) for p in passages]
    return tuple(next((r for r, p in enumerate(cut, 1) if holds(p, unit)), None) for unit in units(item))


def useful_ranks(item: Item, passages: Sequence[str]) -> tuple[int, ...]:
    """Ranks of the passages, cut at 200 words, that hold any evidence, needed or optional."""
    cut = [first_words(p, PASSAGE_WORDS) for p in passages]
    return tuple(r for r, p in enumerate(cut, 1) if holds(p, item.evidence))


def _share(item: Item, passages: Sequence[str]) -> float | None:
    needed = units(item)
    if not needed:
        return None
    return sum(any(holds(p, unit) for p in passages) for unit in needed) / len(needed)
