"""Sentences of one paragraph, as spans that cover all of its words.

`sentencex` (Wikimedia; abbreviations and quotations of many languages) does the splitting. Before it looks,
note markers are taken out, since one after a full stop would begin the next sentence, and so are the outer
marks of a block quotation, which would make it one sentence. Afterwards a few of its cuts are mended by rules
whose words are data by language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sentencex

from assistant.types import Span

__all__ = ["split_sentences"]


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one language adds to the splitter."""

    abbreviations: tuple[str, ...] = ()  # the sentence goes on after them
    before_numbers: tuple[str, ...] = ()  # the sentence goes on after them if a number follows
    words_too: tuple[str, ...] = ()  # of these, words that can end a sentence: "He said no. Five left."
    stops: str = ""  # characters that end a sentence and are not known to the splitter


_RULES = {
    "en": _Rules(
        abbreviations=(
            "H.E.",
            "H.R.H.",
            "Hon.",
            "Amb.",
            "Asst.",
            "Dep.",
            "cf.",
            "viz.",
            "ca.",
            "approx.",
            "vs.",
        ),
        before_numbers=(
            *("n.", "nn.", "no.", "nos.", "vol.", "vols.", "para.", "paras.", "art.", "arts.", "ch.", "chs."),
            *("sec.", "secs.", "p.", "pp.", "fig.", "figs.", "c.", "res.", "rec."),
        ),
        words_too=("no.",),
    ),
    "km": _Rules(stops="។៕"),
}

_AFTER_BRACKET = re.compile(r"[.!?…][”’»\"']*[)\]]\s+(?=[“‘«\"'(\[]*[^\W\d_])")  # "(One. Two.) Three"
_AFTER_WORD = re.compile(r"(?<!\S)[^\W\d_]+\.\s+(?=[“‘«\"'(\[]*([^\W\d_]))")
_LAST_WORD = re.compile(r"[(\[“‘«\"']*(\S+)\s*$")
_PAIRS = {"“": "”", "«": "»", '"': '"', "„": "“", "‘": "’"}


def split_sentences(
    text: str, language: str, markers: Sequence[Span] = (), *, quotation: bool = False
) -> tuple[Span, ...]:
    """Spans of the sentences of `text`, one paragraph; together they cover every word of it.

    `markers` are the spans of note markers in it, in order: one that touches the end of a sentence belongs to
    that sentence. `language` is a code such as "en"; one that the splitter does not know gets general rules.
    In a paragraph of a block `quotation` the outer quotation marks hold no sentences together.
    """
    markers = _joined(text, markers)
    bare, offsets = _without(text, markers)
    if quotation:
        bare = _without_outer_marks(bare)
    rules = _RULES.get(language, _Rules())
    cuts = _mend(bare, _cuts(bare, language, rules), rules)
    edges = [0, *(_after_markers(text, offsets[cut - 1] + 1, markers) for cut in cuts), len(text)]
    spans = [_trimmed(text, start, end) for start, end in pairwise(edges)]
    return tuple(span for span in spans if span[0] < span[1])


def _joined(text: str, markers: Sequence[Span]) -> list[Span]:
    """Markers side by side as one: "⁴, ⁵"."""
    joined: list[Span] = []
    for start, end in markers:
        if joined and text[joined[-1][1] : start].strip() in ("", ","):
            start = joined.pop()[0]
        joined.append((start, end))
    return joined


def _without(text: str, markers: Sequence[Span]) -> tuple[str, list[int]]:
    """`text` without its markers, line breaks as spaces; and where each character of it stood."""
    kept: list[int] = []
    end = 0
    for start, stop in markers:
        kept.extend(range(end, start))
        end = stop
    kept.extend(range(end, len(text)))
    return "".join(text[i] for i in kept).replace("\n", " "), kept


def _without_outer_marks(text: str) -> str:
    """A space for the mark that opens a quotation and for the last that closes it."""
    opening = text[:1]
    if opening not in _PAIRS:
        return text
    head, _, tail = text[1:].rpartition(_PAIRS[opening])
    return f" {head} {tail}" if head else f" {tail}"


def _cuts(text: str, language: str, rules: _Rules) -> list[int]:
    """Offsets at which a sentence begins, after white space; not those of the first and of the end."""
    cuts: set[int] = set()
    position = 0
    for piece in sentencex.segment(language, text):
        position += len(piece)
        cuts.add(position)
    cuts.update(m.end() for m in _AFTER_BRACKET.finditer(text))
    if rules.stops:
        cuts.update(m.end() for m in re.finditer(rf"[{rules.stops}]+\s*", text))
    if rules.words_too:
        cuts.update(
            m.end()
            for m in _AFTER_WORD.finditer(text)
            if m.group().split()[0] in rules.words_too and m.group(1).isupper()
        )
    return sorted(cut for cut in cuts if 0 < cut < len(text.rstrip()))


def _mend(text: str, cuts: Iterable[int], rules: _Rules) -> list[int]:
    """Leave out the cuts that stand inside a sentence."""
    kept: list[int] = []
    for cut in cuts:
        last = _LAST_WORD.search(text[:cut])
        word, following = last.group(1) if last else "", text[cut]
        inside = (
            word in rules.abbreviations
            or (word.lower() in rules.before_numbers and following.isdigit())
            or following.islower()
            or not _has_word(text[kept[-1] if kept else 0 : cut])
        )
        if not inside:
            kept.append(cut)
    while kept and not _has_word(text[kept[-1] :]):  # "... 1820 (2008). (2023-2030)"
        kept.pop()
    return kept


def _has_word(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _after_markers(text: str, position: int, markers: Sequence[Span]) -> int:
    """A boundary moved behind the marker that touches the words before it."""
    while position > 0 and text[position - 1].isspace():
        position -= 1
    return next((end for start, end in markers if start <= position <= end), position)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
