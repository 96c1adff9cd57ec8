"""Patterns of words, as people write rules about what a message says.

In a pattern,

- `all_of` is a list of groups of phrases: at least one phrase of every group must occur;
- `none_of`: none of these phrases may occur;
- `whole`: these phrases (with `fillers`) must be all that is said;
- `script`: most letters are of this Unicode script ("KHMER"); `share`: at least this share of the words are
  among the phrases of the first group (for a language).

A phrase is words in small letters: `his|her` stands for either word, `threaten*` for every word that begins
so, `~` for up to three words between; a phrase `@name` stands for all phrases of the group `name`. Case,
punctuation, apostrophes and invisible characters do not matter. Phrases of scripts that print no spaces are
found anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import OSA

__all__ = ["Pattern", "any_of", "compile_pattern", "matches", "mend", "visible", "words_of"]

_WORD = re.compile(r"\w+(?:[|]\w+)*[*]?|[~]")
_WHOLE_WORDS = 16
_SLIP_LENGTH = 6  # letters: a slip may drop one of the seven of a word in which slips are forgiven


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; what its parts mean is told above."""

    all_of: tuple[re.Pattern[str], ...]
    none_of: re.Pattern[str] | None
    whole: re.Pattern[str] | None
    script: str | None
    share: float


def compile_pattern(table: Mapping[str, Any], groups: Mapping[str, list[str]]) -> Pattern:
    """A pattern of a rule, ready to match. Raises `KeyError` for a group that is not there."""
    all_of = [_expanded(group, groups) for group in table.get("all_of", ())]
    whole = None
    if table.get("whole"):
        all_of.append(_expanded(table["whole"], groups))  # fillers alone say nothing
        said = "|".join(_phrase(p) for p in _expanded(table["whole"], groups))
        fillers = "|".join(_phrase(p) for p in _expanded(table.get("fillers", ()), groups))
        whole = re.compile(rf"(?: (?:{said}{'|' + fillers if fillers else ''})(?= ))+ ")
    return Pattern(
        all_of=tuple(any_of(group) for group in all_of),
        none_of=any_of(_expanded(table["none_of"], groups)) if table.get("none_of") else None,
        whole=whole,
        script=table.get("script"),
        share=float(table.get("share", 0.0)),
    )


def matches(pattern: Pattern, said: str, raw: str) -> bool:
    """Whether `pattern` matches a message: `said` as `words_of` gives it, `raw` as `visible` does."""
    if pattern.script is not None and not _is_script(raw, pattern.script):
        return False
    # Many words are no mere greeting, and would cost the whole-message pattern ever more ways to try.
    if pattern.whole is not None and (said.count(" ") > _WHOLE_WORDS or not pattern.whole.fullmatch(said)):
        return False
    if pattern.none_of is not None and pattern.none_of.search(said):
        return False
    if pattern.share:
        return len(pattern.all_of[0].findall(said)) >= pattern.share * len(said.split())
    return all(group.search(said) for group in pattern.all_of)


def any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """A regular expression for any of `phrases` in text as `words_of` gives it."""
    return re.compile(
        "|".join(_found_anywhere(p) if _unspaced(p) else f" {_phrase(p)}(?= )" for p in phrases)
    )


def words_of(text: str) -> str:
    """Words in small letters with single blanks between and around."""
    plain = re.sub(r"['’‘`´]", "", text.casefold())
    # Marks belong to their letters: scripts with vowel signs would fall apart without them.
    spaced = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in plain)
    return f" {' '.join(spaced.split())} "


def visible(text: str) -> str:
    """Compatibility forms folded, invisible and directing characters removed."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))


def mend(word: str, slips: frozenset[str]) -> str:
    """`word`, or the word of `slips` that it is but for one slip. An ending more or less is no slip."""
    if len(word) < _SLIP_LENGTH or word in slips:
        return word
    for known in slips:
        if word[0] == known[0] and OSA.distance(word, known, score_cutoff=1) == 1:
            short, long = sorted((word, known), key=len)
            if not long.startswith(short):
                return known
    return word


def _expanded(phrases: Iterable[str], groups: Mapping[str, list[str]]) -> list[str]:
    found: list[str] = []
    for phrase in phrases:
        found += _expanded(groups[phrase[1:]], groups) if phrase.startswith("@") else [phrase]
    return found


def _phrase(phrase: str) -> str:
    """A regular expression for one phrase, in text with single blanks between the words."""
    parts: list[str] = []
    for word in _WORD.findall(phrase.replace("'", "")):
        if word == "~":
            parts.append(r"(?:\w+ ){0,3}?")
            continue
        stem = word.rstrip("*")
        one = "|".join(re.escape(w) for w in stem.split("|"))
        parts.append(rf"(?:{one})" + (r"\w*" if word.endswith("*") else "") + " ")
    return "".join(parts).rstrip(" ")


def _unspaced(phrase: str) -> bool:
    return not any(c.isascii() and c.isalnum() for c in phrase)


def _found_anywhere(phrase: str) -> str:
    return re.escape(unicodedata.normalize("NFKC", phrase))


def _is_script(text: str, script: str) -> bool:
    letters = [c for c in text if unicodedata.category(c)[0] in "LM"]
    of_script = sum(unicodedata.name(c, "").startswith(script) for c in letters)
    return of_script * 2 > len(letters)
