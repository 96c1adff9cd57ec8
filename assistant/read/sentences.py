"""Sentences of one paragraph, as spans that cover all of its words.

`sentencex` (Wikimedia; abbreviations and quotation rules for many languages) does the splitting. Measured on the
handbook it leaves little to mend: a note marker after the full stop is no start of a sentence, so markers are
taken out before it looks; and some of its breaks and joins are put right by the few rules below, whose words are
data by language.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sentencex

from assistant.types import Span

__all__ = ["split_sentences"]


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one language adds to the splitter.

    `abbreviations` are followed by more of the sentence; `before_numbers` only where a number follows
    ("No. 5", but "He said no. Five left."); `stops` end a sentence and are not known to the splitter.
    """

    abbreviations: frozenset[str] = field(default_factory=frozenset)
    before_numbers: frozenset[str] = field(default_factory=frozenset)
    stops: str = ""


_NO_RULES = _Rules()
_RULES = {
    "en": _Rules(
        abbreviations=frozenset(
            "H.E. H.R.H. Hon. Amb. Asst. Dep. cf. viz. ca. approx. incl. vs. al. eds. trans.".split()
        ),
        before_numbers=frozenset(
            "n. nn. no. nos. vol. vols. para. paras. art. arts. ch. sec. p. pp. fig. c.".split()
        ),
    ),
    "km": _Rules(stops="។៕"),
}

_CLOSED = re.compile(r"[.!?…][”’»\"')\]]*[)\]]\s+(?=[“‘«\"'(\[]*[^\W\d_a-z])")  # "(One. Two.) Three"
_LAST_WORD = re.compile(r"(\S+)\s*$")


def split_sentences(text: str, language: str, markers: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Spans of the sentences of `text`, one paragraph; together they cover every word of it.

    `markers` are the spans of note markers in it, in order: a marker that touches the end of a sentence belongs
    to that sentence. `language` is a code such as "en"; one that the splitter does not know gets general rules.
    """
    bare, offsets = _without(text, markers)
    rules = _RULES.get(language, _NO_RULES)
    cuts = _mend(bare, _cuts(bare, language, rules), rules)
    starts = [0, *(_carry_markers(text, offsets[cut - 1] + 1, markers) for cut in cuts), len(text)]
    spans = [_trimmed(text, start, end) for start, end in zip(starts, starts[1:], strict=False)]
    return tuple(span for span in spans if span[0] < span[1])


def _without(text: str, markers: Sequence[Span]) -> tuple[str, list[int]]:
    """`text` without its markers, line breaks as spaces; and where each character of it stood."""
    kept: list[int] = []
    end = 0
    for start, stop in markers:
        kept.extend(range(end, start))
        end = stop
    kept.extend(range(end, len(text)))
    return "".join(text[i] for i in kept).replace("\n", " "), kept


def _cuts(text: str, language: str, rules: _Rules) -> list[int]:
    """Offsets at which a new sentence begins, after any white space; none at 0 or at the end."""
    cuts: set[int] = set()
    position = 0
    for piece in sentencex.segment(language, text):
        position += len(piece)
        cuts.add(position)
    cuts |= {m.end() for m in _CLOSED.finditer(text)}
    if rules.stops:
        cuts |= {m.end() for m in re.finditer(rf"[{rules.stops}]+\s*", text)}
    cuts |= {
        m.end() for m in re.finditer(r"(?<=\s)(\w+\.) +(?=[“\"']?[^\W\d_a-z])", text) if _is_word(m, rules)
    }
    return sorted(cut for cut in cuts if 0 < cut < len(text.rstrip()))


def _is_word(match: re.Match[str], rules: _Rules) -> bool:
    """Whether what could abbreviate a number's name is a word of its own: "he said no. Five left"."""
    return match.group(1) in rules.before_numbers and match.group(1) == "no."


def _mend(text: str, cuts: Iterable[int], rules: _Rules) -> list[int]:
    """Leave out the cuts that stand inside a sentence."""
    kept: list[int] = []
    for cut in cuts:
        before, after = text[:cut], text[cut:]
        last = _LAST_WORD.search(before)
        word = last.group(1).lstrip("(“‘\"'") if last else ""
        if word in rules.abbreviations:
            continue
        if word.lower() in rules.before_numbers and after[:1].isdigit():
            continue
        if after[:1].islower() or not _has_word(text[(kept[-1] if kept else 0) : cut]):
            continue
        kept.append(cut)
    while kept and not _has_word(text[kept[-1] :]):  # "(2023-2030)" at the end
        kept.pop()
    return kept


def _has_word(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _carry_markers(text: str, position: int, markers: Sequence[Span]) -> int:
    """Move a boundary behind the markers that touch the words before it."""
    while position > 0 and text[position - 1].isspace():
        position -= 1
    i = bisect_left(markers, (position, position))
    while i < len(markers) and markers[i][0] == position:
        position = markers[i][1]
        i += 1
        gap = re.compile(r",\s*").match(text, position)  # adjacent markers: "⁴, ⁵"
        if gap and i < len(markers) and markers[i][0] == gap.end():
            position = gap.end()
    return position


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
