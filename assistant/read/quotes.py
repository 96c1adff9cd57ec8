"""Quotations found in a document: the words decide, not how they are set.

A quotation copied from another edition of the same text (the PDF, its extraction, the Markdown) differs in
markup, note markers, quotation marks, dashes, bullets and line breaks. So texts are compared by their letters
and digits in order, and everything else is folded away. Case counts: a heading in capitals is looked for as
printed first and without regard to case only when that fails.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator

from rapidfuzz import fuzz

from assistant.types import Document, Span

__all__ = ["QuoteNotFound", "QuoteResolver", "fold_words", "resolve_quote"]

_SUPERSCRIPT = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"

# Note markers in every form in which they are printed. They name notes and are no words of the text.
_MARKERS = re.compile(
    rf"[{_SUPERSCRIPT}]+(?:\s*citing\s*[{_SUPERSCRIPT}]+)?"  # superscripts, also "7 citing 8"
    r"|(?m:^)[ \t]*\d{1,3} citing \d{1,3}(?=\W|$)"  # the same on a line of its own, superscript lost
    r"|\[\d{1,3}(?:,\s*\d{1,3})*\](?!\()"  # [12], but not the text of a link
    r"|\^\{[\d,\s]+\}"  # ^{4,5}
    r"|\[\^[^\]\s]+\]"  # [^65]
)
_FOLLOWING_MARKER = re.compile(rf"(?:,?[ \t])?[{_SUPERSCRIPT}]+(?:\s*citing\s*[{_SUPERSCRIPT}]+)?")
_LINK_TARGET = re.compile(r"(?<=\])\([^)\s]*\)")
_WORD = re.compile(rf"[^\W_{_SUPERSCRIPT}]+")
_NUMERAL = re.compile(r"^[ \t]*\d{1,3}(?:\.\d{1,3})*[.)]?[ \t]+", re.MULTILINE)

_ENOUGH_TO_BE_CUT = 10  # letters: shorter runs stand inside other words by chance
_ALWAYS_CLOSING = ".!?…%”’»\"'"  # end a sentence or a quotation: belong to the words before them
_OTHER_CLOSING = ",;:)]}"  # belong only where the quotation has them, too
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_OPENING = "“‘«\"'([{¿¡"


class QuoteNotFound(ValueError):
    """The words of a quotation stand nowhere in the document.

    `nearest` is the passage of the document that resembles it most ("" if none does).
    """

    def __init__(self, quote: str, document: str, nearest: str) -> None:
        self.quote, self.document, self.nearest = quote, document, nearest
        hint = f"the nearest passage reads: {nearest!r}" if nearest else "nothing in it comes near"
        super().__init__(f"quotation not found in {document!r}: {_shorten(quote)!r}; {hint}")


def fold_words(text: str) -> str:
    """The letters and digits of `text` in order, without markup, note markers and accents."""
    text = _MARKERS.sub(" ", _LINK_TARGET.sub(" ", text))
    return "".join(_WORD.findall(unicodedata.normalize("NFKD", text)))


def resolve_quote(document: Document, quote: str, section: str | None = None) -> Span:
    """The span of one quotation; for many of one document, make a `QuoteResolver` once.

    Raises `QuoteNotFound`.
    """
    return QuoteResolver(document).resolve(quote, section)


class QuoteResolver:
    """Finds quotations in one document; folding it costs some 50 ms for each 100,000 characters, once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._sections = {s.id: (s.start, s.end) for s in document.sections}
        self._folded, self._offsets = _fold_with_offsets(document)
        lower = self._folded.lower()
        # A few letters grow when lowered; offsets would no longer fit, so such a text is taken as it is.
        self._lower = lower if len(lower) == len(self._folded) else self._folded
        self._imprint = [(b.start, b.end) for b in document.blocks if b.kind == "imprint"]

    def resolve(self, quote: str, section: str | None = None) -> Span:
        """The place of `quote`, preferring `section` (with its children), then the body of the text.

        The span starts at the first word (with opening marks that the quotation has) and ends after the last
        word and the closing marks and note markers that belong to it. Where the same words stand several
        times, the first place wins. Raises `QuoteNotFound`.
        """
        within = self._sections.get(section) if section is not None else None
        if within is not None and (found := self._first_in(quote, *within)) is not None:
            return found
        places = self.places(quote)
        if not places:
            raise QuoteNotFound(quote, self._document.id, self._nearest(quote))
        inside = [p for p in places if within and within[0] <= p[0] and p[1] <= within[1]]
        body = [p for p in places if not any(s <= p[0] < e for s, e in self._imprint)]
        return (inside or body or list(places))[0]

    def places(self, quote: str) -> tuple[Span, ...]:
        """Every place where the words of `quote` stand, those with its capitals first, in reading order."""
        found: list[Span] = []
        # A printed numeral ("1. Prevention", "2.4 ...") may be the list's or heading's own elsewhere.
        for text in (quote, _NUMERAL.sub("", quote)):
            if folded := fold_words(text):
                found += [self._span(text, a, b) for a, b in self._matches(text, folded)]
            if found:
                break
        return tuple(dict.fromkeys(found))

    def _first_in(self, quote: str, start: int, end: int) -> Span | None:
        """The first place between two offsets of the text where the words stand whole: the common case."""
        folded = fold_words(quote)
        first, last = bisect_left(self._offsets, start), bisect_left(self._offsets, end)
        for text, words in ((self._folded, folded), (self._lower, folded.lower())):
            at = text.find(words, first, last) if words else -1
            while at >= 0:
                if self._starts_word(at) and self._ends_word(at + len(words)):
                    return self._span(quote, at, at + len(words))
                at = text.find(words, at + 1, last)
        return None

    def _matches(self, quote: str, folded: str) -> list[Span]:
        found = [*_occurrences(self._folded, folded), *_occurrences(self._lower, folded.lower())]
        whole = [m for m in found if self._starts_word(m[0]) and self._ends_word(m[1])]
        # No whole words: a page break may have cut the first or last ("author-", "ity, and so on").
        return whole or (found if len(folded) >= _ENOUGH_TO_BE_CUT else [])

    def _starts_word(self, at: int) -> bool:
        return at == 0 or self._is_gap(at)

    def _ends_word(self, at: int) -> bool:
        return at == len(self._folded) or self._is_gap(at)

    def _is_gap(self, at: int) -> bool:
        """Whether a word ends before the folded character `at`; an apostrophe inside a word is none."""
        last, following = self._offsets[at - 1], self._offsets[at]
        return following - last > 2 or (following - last == 2 and self._document.text[last + 1] not in "'’")

    def _span(self, quote: str, a: int, b: int) -> Span:
        while not self._starts_word(a):
            a -= 1
        while not self._ends_word(b):
            b += 1
        text, start, end = self._document.text, self._offsets[a], self._offsets[b - 1] + 1
        head, tail = _edges(quote)
        while start > 0 and text[start - 1] in _OPENING and text[start - 1] in head:
            start -= 1
        return start, _closing(text, start, end, tail)

    def _nearest(self, quote: str) -> str:
        folded = fold_words(quote)
        if not folded or not self._folded:
            return ""
        found = fuzz.partial_ratio_alignment(folded[:400], self._folded, score_cutoff=50)
        if found is None or found.dest_end <= found.dest_start:
            return ""
        start, end = self._offsets[found.dest_start], self._offsets[found.dest_end - 1] + 1
        text = self._document.text
        while start > 0 and text[start - 1].isalnum():  # whole words
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        return _shorten(text[start:end])


def _fold_with_offsets(document: Document) -> tuple[str, list[int]]:
    """`fold_words` of the document's text, with the offset of each of its characters."""
    text = document.text
    dropped = [m.span() for m in _MARKERS.finditer(text)]
    dropped += [(m.start, m.end) for note in document.notes for m in note.markers]
    blank = list(text)
    for start, end in dropped:
        blank[start:end] = " " * (end - start)
    pieces: list[str] = []
    offsets: list[int] = []
    for match in _WORD.finditer("".join(blank)):
        word, start = match.group(), match.start()
        if word.isascii():
            pieces.append(word)
            offsets.extend(range(start, match.end()))
            continue
        for place, letter in enumerate(word, start):
            plain = "".join(_WORD.findall(unicodedata.normalize("NFKD", letter)))
            pieces.append(plain)
            offsets.extend([place] * len(plain))
    return "".join(pieces), offsets


def _occurrences(text: str, words: str) -> Iterator[Span]:
    at = text.find(words)
    while at >= 0:
        yield at, at + len(words)
        at = text.find(words, at + 1)


def _edges(quote: str) -> tuple[str, str]:
    """What stands before the first and after the last word of a quotation, markup and markers left out."""
    plain = _MARKERS.sub(" ", _LINK_TARGET.sub(" ", quote)).replace("*", "")
    words = list(_WORD.finditer(plain))
    return plain[: words[0].start()], plain[words[-1].end() :]


def _closing(text: str, start: int, end: int, tail: str) -> int:
    """Where a quotation ends whose last word ends at `end`: after the marks that belong to it."""
    while end < len(text):
        if marker := _FOLLOWING_MARKER.match(text, end):
            end = marker.end()
            continue
        mark = text[end]
        opening = _BRACKETS.get(mark)
        closes = opening is not None and text.count(opening, start, end) > text.count(mark, start, end)
        if not (mark in _ALWAYS_CLOSING or (mark in _OTHER_CLOSING and mark in tail) or closes):
            break
        end += 1
    return end


def _shorten(text: str, limit: int = 160) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
