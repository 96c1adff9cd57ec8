"""Slips of the pen, mended towards the words of a corpus.

What is a word of the language at all is known by a word list (pyspellchecker's) and by the embedding model's
vocabulary: a word that is good but not in the corpus stands as it is.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.search.embedder import Embedder

__all__ = ["Speller", "word_list"]

_SHORTEST = 4  # letters; shorter words are too near to each other
_TWO_SLIPS = 7  # letters from which two slips are mended


@functools.cache
def _dictionary(language: str) -> frozenset[str]:
    """The word list of a language; empty where there is none. 0.2 s the first time."""
    from spellchecker import SpellChecker

    if language not in SpellChecker.languages():
        return frozenset()
    return frozenset(SpellChecker(language=language, distance=1).word_frequency.words())


def word_list(language: str, embedder: Embedder) -> Callable[[str], bool] | None:
    """Says whether a lower-case word is good spelling; None where nothing is known of the language.

    The list is read when a question first holds a word that the corpus lacks.
    """
    from spellchecker import SpellChecker

    knows = getattr(embedder, "knows_word", None)
    if language in SpellChecker.languages():
        return lambda word: (knows is not None and knows(word)) or word in _dictionary(language)
    return knows


@dataclass(frozen=True)
class Speller:
    """Mends words towards `words` (lower case, with how often each occurs), else towards those of `asked`
    that are good spelling.
    """

    words: Mapping[str, int] = field(default_factory=dict)
    is_word: Callable[[str], bool] = lambda word: False
    asked: Mapping[str, int] = field(default_factory=dict)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word stands as it is: too short to judge, not of letters, or good."""
        return len(word) < _SHORTEST or not word.isalpha() or word in self.words or self.is_word(word)

    def mend(self, word: str, slips: int) -> str | None:
        """The word that was probably meant by the unknown `word`, at most `slips` (1 or 2) slips away.

        One slip is a letter left out, put in, exchanged, or two changed round. Fewer slips win, then the
        same first letter, then the commoner word. A word of four letters must have lost one or changed two
        round: at that length anything else is near to too much.
        """
        near = [other for other in self._one_slip(word) if other in self.words or other in self.asked]
        if len(word) == _SHORTEST:
            near = [other for other in near if len(other) > len(word) or sorted(other) == sorted(word)]
        if len(word) < _TWO_SLIPS:
            near = [other for other in near if other[0] == word[0]]
        for good in (self.words, self.asked):
            among = [other for other in near if other in good and (good is self.words or self.is_word(other))]
            if among:
                return min(among, key=lambda other: (other[0] != word[0], -good[other], other))
        if slips < 2 or len(word) < _TWO_SLIPS or any(map(self.is_word, self._one_slip(word))):
            return None
        lengths = range(len(word) - 2, len(word) + 3)
        others = [other for length in lengths for other in self._buckets.get((word[0], length), ())]
        found = process.extract(word, others, scorer=OSA.distance, score_cutoff=2, limit=20)
        return min(found, key=lambda item: (item[1], -self.words[item[0]], item[0]))[0] if found else None

    def _one_slip(self, word: str) -> Iterator[str]:
        for at in range(len(word) + 1):
            head, tail = word[:at], word[at:]
            if tail:
                yield head + tail[1:]
                yield from (head + letter + tail[1:] for letter in self._letters)
            if len(tail) > 1:
                yield head + tail[1] + tail[0] + tail[2:]
            yield from (head + letter + tail for letter in self._letters)

    @functools.cached_property
    def _long(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if len(word) > _SHORTEST and word.isalpha())

    @functools.cached_property
    def _letters(self) -> str:
        """The letters of the corpus's longer words, those of its own script."""
        return "".join(sorted({letter for word in self._long for letter in word}))

    @functools.cached_property
    def _buckets(self) -> dict[tuple[str, int], list[str]]:
        buckets: dict[tuple[str, int], list[str]] = {}
        for word in self._long:
            buckets.setdefault((word[0], len(word)), []).append(word)
        return buckets
