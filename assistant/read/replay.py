"""The supplied text plus declared edits gives the words of the Markdown: nothing else was changed.

`edits.toml` names every difference by the line of `original.txt` on which it begins:

    sha256 = "..."                     # of original.txt

    [[move]]                           # whole lines of the original, put before another line of it
    lines = [445, 465]                 # first and last, both moved
    before = 513
    begins = "Education is also"           # how line 445 begins, to be sure
    reason = "..."

    [[group]]
    reason = "A line break cut the word in two."
    edit = [
        { line = 411, old = "ethnic-\\n\\nity", new = "ethnicity" },  # `old` begins on that line
    ]

    [[kept]]                           # looks like a mistake of the file, and stays as it is
    reason = "A slip of the authors."
    place = [{ quote = "everyone who believe", note = "everyone who believes" }]

Compared are the words as they are printed, each with its punctuation and its bold letters, and the breaks
between paragraphs. White space within a paragraph, bullets, italics, and what the Markdown says beyond the
printed words (ids, pages, boxes) are not words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from assistant.read.inline import plain_parser, render_inline
from assistant.types import Document, Span

__all__ = [
    "Difference",
    "EditsBroken",
    "Word",
    "document_words",
    "line_of_words",
    "replay",
    "sha256",
    "supplied_words",
    "word_differences",
]

_PARAGRAPH, _LINE, _SPACE = "\n\n", "\n", " "


class EditsBroken(ValueError):
    """A declared edit cannot be made: what it names is not there."""


@dataclass(frozen=True, slots=True)
class Word:
    """A printed word with its punctuation, bold parts between `**`.

    `gap` is what stands before it: a blank line, a line break, or a space. `offset` is where the word
    stands in the text that it was taken from.
    """

    text: str
    gap: str
    offset: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the edited original and of the Markdown that differ; `offset` is into the document's text."""

    expected: str
    found: str
    offset: int


def replay(original: str, edits: Mapping[str, Any]) -> str:
    """The supplied text with all moves and edits made.

    Raises `EditsBroken` where the original is another one, or an edit names words that are not on its line.
    """
    if edits.get("sha256") not in (None, digest := sha256(original)):
        raise EditsBroken(f"the original is another file: its sha256 is {digest}.")
    starts = _line_starts(original)
    try:
        changes = sorted(_changes(original, starts, edits.get("group", ())))
        pieces = _pieces(original, starts, edits.get("move", ()))
    except (AttributeError, KeyError, TypeError) as error:
        raise EditsBroken(f"an entry is not complete: {error}.") from None
    for before, after in pairwise(changes):
        if after[0] < before[1]:
            raise EditsBroken(f"two edits overlap at {original[after[0] : before[1]]!r}.")
    return "".join(_edited(original, changes, *piece) for piece in pieces)


def sha256(original: str) -> str:
    """The hash by which `edits.toml` knows its original."""
    return hashlib.sha256(original.encode()).hexdigest()


def line_of_words(original: str, words: str) -> int | None:
    """The line of the original on which `words` begin; None where they stand nowhere or in several places.

    Looked for are the first twelve of them, and then fewer: later ones may be edited.
    """
    parts = [part for part in re.split(r"[\s*¶…]+", words) if part][:12]
    for count in range(len(parts), 0, -1):
        pattern = r"[\s*]+".join(map(re.escape, parts[:count]))
        found = list(re.finditer(rf"(?<!\w){pattern}(?!\w)", original))
        if found:
            return original.count("\n", 0, found[0].start()) + 1 if len(found) == 1 else None
    return None


def supplied_words(text: str) -> tuple[Word, ...]:
    """The words of a supplied text: running text in which bold, links and addresses are Markdown."""
    words: list[Word] = []
    offset = 0
    for token in plain_parser().parse(text):
        if token.type == "inline":
            inline = render_inline(token.children or [], 1)
            words.extend(_words(inline.text, inline.bold, offset))
            offset += len(inline.text)
    return _without_bullets(words)


def document_words(document: Document) -> tuple[Word, ...]:
    """The words of a document as printed: those of its text, and the printed numbers of its headings."""
    words: list[Word] = []
    numbers = {s.start: s.attributes["number"] for s in document.sections if "number" in s.attributes}
    bold = iter([*document.emphasis, (len(document.text), len(document.text))])
    span = next(bold)
    for block in document.blocks:
        inside: list[Span] = []
        while span[1] <= block.end and span[0] < len(document.text):
            inside.append((span[0] - block.start, span[1] - block.start))
            span = next(bold)
        number = numbers.pop(block.start, None) if block.kind == "heading" else None
        if number:
            words.append(Word(number, _PARAGRAPH, block.start))
        found = list(_words(document.text[block.start : block.end], inside, block.start))
        if number and found:
            found[0] = Word(found[0].text, _LINE, found[0].offset)
        words.extend(found)
    return _without_bullets(words)


def word_differences(expected: Sequence[Word], found: Sequence[Word]) -> tuple[Difference, ...]:
    """Where two sequences of words differ; none when the Markdown holds exactly the edited original.

    A blank line of the original must be a paragraph break, a space must be none; a line break may be either.
    """
    a, b = [w.text for w in expected], [w.text for w in found]
    if a != b:
        return tuple(_changed(a, b, found))
    return tuple(
        Difference(f"{_shown(e.gap)}{e.text}", f"{_shown(f.gap)}{f.text}", f.offset)
        for e, f in zip(expected[1:], found[1:], strict=True)
        if e.gap != f.gap and _LINE not in (e.gap, f.gap)
    )


def _changed(a: Sequence[str], b: Sequence[str], found: Sequence[Word]) -> Iterator[Difference]:
    shorter = min(len(a), len(b))
    head = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    tail = next((i for i in range(shorter - head) if a[-1 - i] != b[-1 - i]), shorter - head)
    a, b, found = a[head : len(a) - tail], b[head : len(b) - tail], found[head:]
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            at = found[min(k, len(found) - 1)].offset if found else 0
            yield Difference(" ".join(a[i:j]), " ".join(b[k:m]), at)


def _without_bullets(words: Iterable[Word]) -> tuple[Word, ...]:
    """Words alone: a bullet at the beginning of a line is how a list is written, not what it says."""
    kept: list[Word] = []
    gap = ""
    for word in words:
        if word.text == "-" and word.gap != _SPACE:
            gap = word.gap
        else:
            kept.append(replace(word, gap=gap) if gap else word)
            gap = ""
    return tuple(kept)


def _shown(gap: str) -> str:
    return "¶ " if gap == _PARAGRAPH else "… "


def _words(text: str, bold: Sequence[Span], offset: int) -> Iterator[Word]:
    end = 0
    for match in re.finditer(r"\S+", text):
        between = text[end : match.start()]
        gap = _PARAGRAPH if not end else _LINE if "\n" in between else _SPACE
        end = match.end()
        yield Word(_with_bold(match, bold), gap, offset + match.start())


def _with_bold(match: re.Match[str], bold: Sequence[Span]) -> str:
    """A word with `**` around those of its letters that are bold."""
    word = match.group()
    inside = [
        (max(start, match.start()) - match.start(), min(end, match.end()) - match.start())
        for start, end in bold
        if start < match.end() and match.start() < end
    ]
    for start, end in reversed(inside):
        word = f"{word[:start]}**{word[start:end]}**{word[end:]}"
    return word


def _line_starts(text: str) -> list[int]:
    return [0, *(m.end() for m in re.finditer("\n", text))]


def _offset(starts: Sequence[int], line: Any) -> int:
    if not isinstance(line, int) or not 1 <= line <= len(starts):
        raise EditsBroken(f"the original has no line {line}.")
    return starts[line - 1]


def _changes(
    original: str, starts: Sequence[int], groups: Iterable[Mapping[str, Any]]
) -> Iterator[tuple[int, int, str]]:
    """(from, up to, new text) of every edit."""
    for edit in (edit for group in groups for edit in group.get("edit", ())):
        start, old = _offset(starts, edit["line"]), edit["old"]
        line_end = original.find("\n", start)
        at = original.find(old, start)
        if at < 0 or at > (line_end if line_end >= 0 else len(original)):
            raise EditsBroken(f"line {edit['line']} of the original does not hold {old!r}.")
        yield at, at + len(old), edit["new"]


def _pieces(original: str, starts: Sequence[int], moves: Iterable[Mapping[str, Any]]) -> list[Span]:
    """The original cut at its moves, in the new order."""
    length = len(original)
    moved = []
    for move in moves:
        first, last = move["lines"]
        end = _offset(starts, last + 1) if last < len(starts) else length
        if not original.startswith(move.get("begins", ""), _offset(starts, first)):
            raise EditsBroken(f"line {first} of the original does not begin with {move['begins']!r}.")
        moved.append(((_offset(starts, first), end), _offset(starts, move["before"])))
    cuts = sorted({0, length, *(edge for span, to in moved for edge in (*span, to))})
    pieces: list[Span] = []
    for piece in pairwise(cuts):
        pieces.extend(span for span, to in moved if to == piece[0])
        if not any(span[0] <= piece[0] and piece[1] <= span[1] for span, _ in moved):
            pieces.append(piece)
    return pieces


def _edited(original: str, changes: Iterable[tuple[int, int, str]], start: int, end: int) -> str:
    parts = []
    for a, b, new in changes:
        if start <= a and b <= end and not (a == b == end):
            parts += [original[start:a], new]
            start = b
    return "".join([*parts, original[start:end]])
