"""Texts as the measures compare them: words without case, punctuation, markup and note markers.

All functions are pure and work on any script; nothing here knows a language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

__all__ = [
    "count_words",
    "first_words",
    "fold",
    "gram_share",
    "grams",
    "plain",
    "words",
]

GRAM = 4  # words in a gram, as the contract says

# Note markers in every form that a text of ours has: [^65], [^1.1/fn1], ^{4,5}, [12], [4, 5], ⁶⁵.
_MARKERS = re.compile(r"\[\^[^\]\s]+\]|\^\{[\d,\s]+\}|\[\d+(?:\s*[,;–-]\s*\d+)*\]|[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_LINK = re.compile(r"!?\[([^\]\[]*)\]\(<?([^)\s>]*)>?[^)]*\)")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")  # <b>, <img src=...>; not <https://...>
_MARKUP = re.compile(r"\*+|`+|~~+|^[ \t]*(?:#{1,6}[ \t]|>[ \t]?|[-+•][ \t])|\\(?=[^\w\s])", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)")
_APOSTROPHES = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_WORD = re.compile(r"[^\W_]+")
_QUOTES = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_INVISIBLE = re.compile(r"[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


def plain(text: str) -> str:
    """The text without markup, note markers and citation labels; links give their text and address."""
    text = _LINK.sub(r"\1 \2", text)
    text = _MARKERS.sub("", text)
    text = _TAG.sub(" ", text)
    return _EMPHASIS.sub("", _MARKUP.sub("", text))


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """The words in order: case folded, compatibility forms unified, without markup and punctuation.

    An apostrophe inside a word is dropped ("women's" and "women’s" are one word, "womens").
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", plain(text))).casefold()
    return tuple(_WORD.findall(_APOSTROPHES.sub("", folded)))


@lru_cache(maxsize=8192)
def grams(text: str, size: int = GRAM) -> frozenset[tuple[str, ...]]:
    """The distinct word grams of a text; a text of fewer than `size` words is one shorter gram."""
    found = words(text)
    if not found:
        return frozenset()
    size = min(size, len(found))
    return frozenset(found[i : i + size] for i in range(len(found) - size + 1))


def gram_share(quote: str, passage: str) -> float:
    """The share (0 to 1) of the quote's distinct word 4-grams that stand in the passage.

    A quote of fewer than four words is one gram of its own length. A quote without words gives 0.
    """
    wanted = grams(quote)
    if not wanted:
        return 0.0
    size = len(next(iter(wanted)))
    return len(wanted & grams(passage, size)) / len(wanted)


def count_words(text: str) -> int:
    """Words of a text as a reader counts them: runs between blanks, markup and labels left out."""
    return sum(1 for run in plain(text).split() if any(c.isalnum() for c in run))


def first_words(text: str, limit: int) -> str:
    """The text up to and with its `limit`-th blank-separated run (all of it where it is shorter)."""
    if limit <= 0:
        return ""
    for count, match in enumerate(re.finditer(r"\S+", text), 1):
        if count == limit:
            return text[: match.end()]
    return text


def fold(text: str) -> str:
    """A text as spellings of key facts are looked up in it.

    Markup, note markers and labels go; quotation marks, apostrophes and dashes get one form each;
    every run of blanks (no-break ones too) is one space; case is folded.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", plain(text))).translate(_QUOTES)
    return " ".join(_DASHES.sub("-", text).casefold().split())


def mentions(folded: str, spelling: str) -> bool:
    """Whether a folded text has the spelling; "30" is not found in "2030", nor "10%" in "110%".

    Letters are matched inside words ("disabilit" finds "disability"); a figure must stand alone.
    """
    wanted = fold(spelling)
    if not wanted:
        return False
    before = r"(?<!\d)(?<!\d[.,])" if wanted[0].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if wanted[-1].isdigit() else ""
    return re.search(before + re.escape(wanted) + after, folded) is not None


def mentions_any(folded: str, spellings: Sequence[str]) -> bool:
    """Whether a folded text has one of the spellings."""
    return any(mentions(folded, spelling) for spelling in spellings)
