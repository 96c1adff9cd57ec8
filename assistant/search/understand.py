"""What a question asks: cleaned, spelt right, typed, split, and with the things that it names by number.

Nothing here looks anything up in an index but the vocabulary; nothing here knows a language but through
`search.language`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.errors import BadQuestion
from assistant.search.language import Language
from assistant.search.words import split_words
from assistant.types import AskedFor, Document, Question, QuestionKind

__all__ = ["Lexicon", "build_lexicon", "clean_question", "expand", "understand"]

_BLANKS = dict.fromkeys([0x2800, 0x180E, 0x3164, 0x115F, 0x1160], " ")  # blank, though not spaces
_MARKS_KEPT = 3  # combining marks on one letter; more is no language


def clean_question(text: str, limit: int) -> str:
    """The question as readable text: one line, no control, invisible or direction characters.

    Raises BadQuestion for a text of more than `limit` characters, or one with nothing visible.
    """
    if len(text) > limit:
        raise BadQuestion(
            f"The question is too long: {len(text):,} characters. Shorten it to at most {limit:,}."
        )
    visible: list[str] = []
    marks = 0
    for char in text.translate(_BLANKS):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category == "Cs":
            visible.append("\ufffd")
        elif category == "Cc":
            visible.append(" ")
        elif category != "Cf" and category != "Cn" and marks <= _MARKS_KEPT:
            visible.append(char)
    cleaned = " ".join(unicodedata.normalize("NFC", "".join(visible)).split())
    if not any(unicodedata.category(char)[0] in "LN" for char in cleaned):
        raise BadQuestion("There is no question to answer. Type one in a few words.")
    return cleaned


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of a corpus: how often each occurs, what acronyms stand for, and what is good spelling."""

    counts: Mapping[str, int] = field(default_factory=dict)
    by_length: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    expansions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # acronym, lower case
    acronyms: tuple[tuple[str, str], ...] = ()  # expansion in lower case, acronym
    is_word: Callable[[str], bool] = lambda word: False

    def known(self, word: str) -> bool:
        return word in self.counts or self.is_word(word)


def build_lexicon(documents: Iterable[Document], is_word: Callable[[str], bool]) -> Lexicon:
    """Words of texts and readers' questions; `is_word` knows further good spellings."""
    counts: Counter[str] = Counter()
    expansions: dict[str, tuple[str, ...]] = {}
    acronyms: list[tuple[str, str]] = []
    for document in documents:
        counts.update(split_words(document.text))
        counts.update(
            word for entry in document.questions for q in entry.questions for word in split_words(q)
        )
        for entry in document.glossary:
            expansions[entry.acronym.lower()] = entry.expansions
            acronyms.extend((expansion.lower(), entry.acronym) for expansion in entry.expansions)
    by_length: dict[int, list[str]] = {}
    for word in counts:
        if word.isalpha():
            by_length.setdefault(len(word), []).append(word)
    lengths = {length: tuple(words) for length, words in by_length.items()}
    return Lexicon(counts, lengths, expansions, tuple(acronyms), is_word)


def understand(text: str, lexicon: Lexicon, language: Language, standalone: str | None = None) -> Question:
    """The question `text` (already cleaned) as understood; `standalone` has earlier turns filled in."""
    whole = standalone or text
    corrections = _corrections(whole, lexicon)
    mended = _replace_words(whole, corrections)
    targets = _targets(mended, language)
    asked_for = _asked_for(mended, language)
    return Question(
        text=text,
        standalone=mended,
        kind=_kind(mended, asked_for, targets, language),
        asked_for=asked_for,
        parts=_parts(mended, language),
        targets=targets,
        corrections=corrections,
    )


def expand(text: str, lexicon: Lexicon) -> str:
    """`text` with what its acronyms stand for, and the acronyms of what it spells out, for word search."""
    words = split_words(text)
    lowered = " ".join(words)
    added: list[str] = []
    for word in dict.fromkeys(words):
        added.extend(lexicon.expansions.get(word, ()))
    added.extend(acronym for expansion, acronym in lexicon.acronyms if expansion in lowered)
    return f"{text} {' '.join(added)}" if added else text


def _corrections(text: str, lexicon: Lexicon) -> dict[str, str]:
    """Misspelt words with the corpus's word that was probably meant.

    A word that the corpus or the model knows stands. A capital inside a sentence is a name: it is
    mended only where one slip in a long word makes it one of the corpus's.
    """
    result: dict[str, str] = {}
    tokens = re.findall(r"[^\W\d_]+", text)
    for position, token in enumerate(tokens):
        word = token.lower()
        if len(word) < 4 or word in result or lexicon.known(word) or not word.isalpha():
            continue
        is_name = token[0].isupper() and position > 0 and not text.isupper()
        if is_name and len(word) < 7:
            continue
        slips = 1 if len(word) < 7 or is_name else 2
        if best := _nearest(word, slips, lexicon):
            result[token] = best
    return result


def _nearest(word: str, slips: int, lexicon: Lexicon) -> str | None:
    candidates = [
        other
        for length in range(len(word) - slips, len(word) + slips + 1)
        for other in lexicon.by_length.get(length, ())
        if other[0] == word[0] or slips == 1
    ]
    found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=20)
    if not found:
        return None
    return min(found, key=lambda item: (item[1], -lexicon.counts[item[0]]))[0]


def _replace_words(text: str, corrections: Mapping[str, str]) -> str:
    for wrong, right in corrections.items():
        text = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w)", right, text)
    return text


def _targets(text: str, language: Language) -> tuple[str, ...]:
    """Things named by number, "note:87", "reference:12", "section:2.3", in order."""
    found: list[tuple[int, str]] = []
    lowered = text.lower()
    for key in language.keys("lookup"):
        for pattern in language.get("lookup", key):
            for match in pattern.finditer(lowered):
                kind = "section" if key == "chapter" else key
                found.append((match.start(), f"{kind}:{match.group(1)}"))
    return tuple(dict.fromkeys(target for _, target in sorted(found)))


def _asked_for(text: str, language: Language) -> AskedFor:
    for key in language.keys("asked_for"):
        if language.matches("asked_for", key, text):
            return key  # type: ignore[return-value]
    return "other"


def _kind(text: str, asked_for: AskedFor, targets: tuple[str, ...], language: Language) -> QuestionKind:
    if any(target.startswith(("note:", "reference:")) for target in targets):
        return "lookup"
    if asked_for == "summary" or (targets and language.matches("summary", "section", text)):
        return "summary"
    return "compare" if asked_for == "comparison" else "ask"


def _parts(text: str, language: Language) -> tuple[str, ...]:
    """Sub-questions to search for beside the whole: the sides of a comparison, or several questions."""
    for pattern in language.get("split", "between"):
        if match := pattern.search(text.lower()):
            start, end = match.span(1)
            sides = text[start:end], text[match.start(2) : match.end(2)]
            if all(1 <= len(side.split()) <= 12 for side in sides):
                return tuple(side.strip() for side in sides)
    for pattern in language.get("split", "joined"):
        pieces = [piece.strip() for piece in pattern.split(text) if len(piece.split()) >= 3]
        if len(pieces) > 1:
            return tuple(pieces)
    sentences = [piece.strip() for piece in re.split(r"(?<=[?])\s+", text) if len(piece.split()) >= 3]
    return tuple(sentences) if len(sentences) > 1 else ()
