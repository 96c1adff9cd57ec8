"""What of a model's reply holds: sentences that are there, questions that a reader could ask."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from assistant.expand.pieces import Piece
from assistant.expand.prompt import TYPES
from assistant.read.bank import LONG
from assistant.read.quotes import fold_words

__all__ = ["Kept", "Unusable", "folded", "read_reply"]

MOST_ANSWERS = 15  # of one piece
MOST_QUESTIONS = 8  # of one answer
SHORTEST, LONGEST = 4, 200  # characters of a question
# Addresses, tags, Markdown links, braces of templates: no reader types them, and a page might show them.
_MARKUP = re.compile(r"<\s*/?\s*\w|&#?\w+;|\w+://|www\.|\]\(|[{}`\\|]|\S@\S", re.IGNORECASE)
_PLACES = re.compile(r"\b(?:sentences?|passages?)\s+\d", re.IGNORECASE)  # numbers that only the prompt has
_FORM = re.compile(r'\{\s*"answers"')
_TRIED = 5  # places where the answer may begin, from the last
_UNSHOWN = frozenset({"Cc", "Cs", "Co", "Cn"})


class Unusable(Exception):
    """The reply is not in the form that was asked for."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer: indexes of sentences of the piece, its type, its questions."""

    sentences: tuple[int, ...]
    type: str
    questions: tuple[str, ...]


def folded(question: str) -> str:
    """A question as it is compared with others: its letters and digits, without case."""
    return fold_words(question).casefold()


def read_reply(text: str, piece: Piece, asked: set[str]) -> tuple[tuple[Kept, ...], int]:
    """The answers of a reply that hold, and how many questions were dropped.

    `asked` holds the folded questions of the corpus so far; those of the result are added. Raises Unusable
    for a reply that is not JSON of the right form.
    """
    offered = _answers(text)
    found: dict[tuple[int, ...], Kept] = {}
    dropped = sum(_count(item) for item in offered[MOST_ANSWERS:])
    for item in offered[:MOST_ANSWERS]:
        sentences = _sentences(item, piece)
        questions: tuple[str, ...] = ()
        if sentences:
            earlier = found[sentences].questions if sentences in found else ()
            questions = tuple(_questions(item["questions"], piece, asked, MOST_QUESTIONS - len(earlier)))
            if questions:
                kind = item.get("type")
                known = kind if isinstance(kind, str) and kind in TYPES else TYPES[0]
                found[sentences] = Kept(sentences, known, earlier + questions)
        dropped += _count(item) - len(questions)
    return tuple(found.values()), dropped


def _answers(text: str) -> list[Any]:
    """The last list of answers in a reply, whatever thoughts and politeness stand around it."""
    starts = [match.start() for match in _FORM.finditer(text)] or [max(0, text.find("{"))]
    for start in starts[: -_TRIED - 1 : -1]:
        try:
            found = json.JSONDecoder().raw_decode(text, start)[0]["answers"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(found, list):
            return found
    raise Unusable("the answer is not the JSON that was asked for")


def _count(item: Any) -> int:
    """How many questions an answer offers; one that has none at all counts as one."""
    offered = item.get("questions") if isinstance(item, dict) else None
    return max(1, len(offered)) if isinstance(offered, list) else 1


def _sentences(item: Any, piece: Piece) -> tuple[int, ...]:
    """Indexes of the sentences that an answer names, in reading order; none if one of them is not there,
    or if they are more words than one answer has.
    """
    if not isinstance(item, dict) or not isinstance(item.get("questions"), list):
        return ()
    numbers = item.get("sentences")
    if not isinstance(numbers, list) or not numbers or len(numbers) > len(piece.texts):
        return ()
    if not all(type(n) is int and 1 <= n <= len(piece.texts) for n in numbers):
        return ()
    chosen = tuple(sorted({n - 1 for n in numbers}))
    words = sum(len(piece.texts[i].split()) for i in chosen)
    return chosen if words <= LONG or len(chosen) == 1 or item.get("type") == "list" else ()


def _questions(offered: Iterable[Any], piece: Piece, asked: set[str], room: int) -> Iterator[str]:
    """At most `room` of the questions: clean, new, and no sentence of the piece said again."""
    said = {folded(text) for text in piece.texts}
    for question in offered:
        if room <= 0:
            return
        clean = _clean(question)
        same = folded(clean)
        if clean and same and same not in asked and same not in said:
            asked.add(same)
            room -= 1
            yield clean


def _clean(question: Any) -> str:
    """A question as one line of plain text; empty where it is none."""
    if not isinstance(question, str) or len(question) > 2 * LONGEST:
        return ""
    text = "".join(c for c in unicodedata.normalize("NFC", question) if unicodedata.category(c) != "Cf")
    text = " ".join(text.split())
    fits = SHORTEST <= len(text) <= LONGEST and any(c.isalpha() for c in text)
    if not fits or any(unicodedata.category(c) in _UNSHOWN for c in text):
        return ""
    return "" if _MARKUP.search(text) or _PLACES.search(text) else text
