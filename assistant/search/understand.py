"""What a question asks: cleaned, spelt right, typed, split, and with the things that it names by number.

Nothing here looks anything up in an index but the vocabulary; nothing here knows a language but through
`search.language`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from assistant.errors import BadQuestion
from assistant.search.answerability import TYPES
from assistant.search.language import Language
from assistant.search.spelling import Speller
from assistant.search.words import split_words
from assistant.types import AskedFor, Document, Question, QuestionKind

__all__ = [
    "Lexicon",
    "asked_for_of",
    "build_lexicon",
    "clean_question",
    "expand",
    "type_codes",
    "understand",
]

_BLANKS = dict.fromkeys([0x2800, 0x180E, 0x3164, 0x115F, 0x1160], " ")  # blank, though not spaces
_READ = 2000  # characters of a question that patterns look at: some take time squared
_WORDS_MENDED = 8  # unknown words that are looked at
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
    """The words of a corpus: what is good spelling there, and what acronyms stand for."""

    speller: Speller = field(default_factory=Speller)
    expansions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # acronym, lower case
    acronyms: tuple[tuple[str, str], ...] = ()  # expansion in lower case, acronym
    names: re.Pattern[str] | None = None  # of people, places, organisations and the like
    sections: frozenset[str] = frozenset()  # their ids


def build_lexicon(documents: Sequence[Document], is_word: Callable[[str], bool] | None) -> Lexicon:
    """Words of texts and readers' questions; `is_word` knows further good spellings of the language.

    Readers' questions are written as readers write, slips included: where `is_word` is there to judge,
    only the texts' own words count as good, and readers' where they are good spelling.
    """
    counts: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    expansions: dict[str, tuple[str, ...]] = {}
    acronyms: list[tuple[str, str]] = []
    for document in documents:
        counts.update(split_words(document.text))
        asked.update(w for e in document.questions for q in e.questions for w in split_words(q))
        for entry in document.glossary:
            expansions[entry.acronym.lower()] = entry.expansions
            acronyms.extend((expansion.lower(), entry.acronym) for expansion in entry.expansions)
    speller = Speller(counts, is_word, asked) if is_word else Speller(counts + asked)
    sections = frozenset(section.id for document in documents for section in document.sections)
    return Lexicon(speller, expansions, tuple(acronyms), _names(documents), sections)


def _names(documents: Iterable[Document]) -> re.Pattern[str] | None:
    names = {name for document in documents for e in document.entities for name in (e.name, *e.aliases)}
    longest_first = sorted(filter(None, names), key=lambda name: (-len(name), name))
    pattern = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE) if pattern else None


def understand(text: str, lexicon: Lexicon, language: Language, standalone: str | None = None) -> Question:
    """The question `text` (already cleaned) as understood; `standalone` has earlier turns filled in."""
    whole = standalone or text
    head = whole[:_READ]
    corrections = _corrections(head, lexicon, language)
    mended = _replace_words(whole, corrections)
    head = mended[:_READ]
    targets = _targets(head, lexicon, language)
    asked_for = asked_for_of(head, language)
    return Question(
        text=text,
        standalone=mended,
        kind=_kind(head, asked_for, targets, language),
        asked_for=asked_for,
        parts=_parts(head, lexicon, language),
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


def _corrections(text: str, lexicon: Lexicon, language: Language) -> dict[str, str]:
    """Misspelt words with the corpus's word that was probably meant, and shorthand with what it is short for.

    A capital inside a sentence is a name: it is mended only where one slip in a long word makes it one of
    the corpus's. Capitals throughout are an acronym, unless the whole question shouts.
    """
    result: dict[str, str] = {}
    tokens = dict.fromkeys(re.findall(r"[^\W\d_]+", text))
    shouted = text.isupper() and len(tokens) > 2
    asked = 0
    for position, token in enumerate(tokens):
        word = token.lower()
        if (
            word in language.shorthand
            and (token.islower() or shouted)
            and (len(word) == 1 or word not in lexicon.speller.words)
        ):
            result[token] = language.shorthand[word]
            continue
        if lexicon.speller.knows(word) or (token.isupper() and not shouted):
            continue
        is_name = token[0].isupper() and position > 0 and not shouted
        if is_name and len(word) < 7:
            continue
        asked += 1
        if asked > _WORDS_MENDED:  # not slips but another language: and time is bounded
            break
        if best := lexicon.speller.mend(word, 1 if is_name else 2):
            result[token] = best
    return result


def _replace_words(text: str, corrections: Mapping[str, str]) -> str:
    for wrong, right in corrections.items():
        number = r"|\.| ?\d" if len(wrong) == 1 else ""  # "n. 65" is a note, not an "and"
        text = re.sub(rf"(?<!\w){re.escape(wrong)}(?!\w{number})", right, text)
    return text


def _targets(text: str, lexicon: Lexicon, language: Language) -> tuple[str, ...]:
    """Things named by number, "note:87", "reference:12", "section:2.3", in order.

    A bare number ("in 2.3") names a section only where there is one.
    """
    found: list[tuple[int, str]] = []
    lowered = text.lower()
    for key in language.keys("lookup"):
        for pattern in language.get("lookup", key):
            for match in pattern.finditer(lowered):
                if key != "bare" or match.group(1) in lexicon.sections:
                    kind = "section" if key in ("chapter", "bare") else key
                    found.append((match.start(1), f"{kind}:{match.group(1)}"))
    return tuple(dict.fromkeys(target for _, target in sorted(found)))


def asked_for_of(text: str, language: Language) -> AskedFor:
    for key in language.keys("asked_for"):
        if language.matches("asked_for", key, text):
            return key  # type: ignore[return-value]
    return "other"


def type_codes(texts: Sequence[str], language: Language) -> npt.NDArray[np.uint8]:
    """The type of fact that each question asks for, as its place in `answerability.TYPES`, [n]."""
    return np.array([TYPES.index(asked_for_of(text, language)) for text in texts], dtype=np.uint8)


def _kind(text: str, asked_for: AskedFor, targets: tuple[str, ...], language: Language) -> QuestionKind:
    if any(target.startswith(("note:", "reference:")) for target in targets):
        return "lookup"
    if asked_for == "summary" or (targets and _asks_for_section(text, language)):
        return "summary"
    return "compare" if asked_for == "comparison" else "ask"


def _asks_for_section(text: str, language: Language) -> bool:
    """Whether a section is asked for as such: beside its number the question says nothing."""
    asking, *others = (language.words.get(key, frozenset()) for key in ("asking", "function", "verbs"))
    said = {word for word in split_words(text) if not word.isdigit()}
    if said <= asking:
        return True
    empty = asking.union(*others)
    return said <= empty and language.matches("summary", "section", text) is not None


def _parts(text: str, lexicon: Lexicon, language: Language) -> tuple[str, ...]:
    """Sub-questions to search for beside the whole: the sides of a comparison, several questions, or one
    question of several names.

    What asks nothing (a sentence or clause that leads in) belongs to the question that follows it.
    """
    for pattern in language.get("split", "between"):
        if match := pattern.search(text.lower()):
            start, end = match.span(1)
            sides = text[start:end], text[match.start(2) : match.end(2)]
            if all(1 <= len(side.split()) <= 12 for side in sides):
                return tuple(side.strip() for side in sides)
    pieces = re.split(r"(?<=[?.!])\s+", text)
    for pattern in language.get("split", "joined"):
        pieces = [piece for whole in pieces for piece in pattern.split(whole)]
    parts: list[str] = []
    leading: list[str] = []
    for piece in (piece.strip() for piece in pieces):
        leading.append(piece)
        if len(piece.split()) >= 3 and language.matches("split", "asks", piece):
            parts.append(" ".join(leading))
            leading = []
    return tuple(parts) if len(parts) > 1 else _of_each_name(text, lexicon, language)


def _of_each_name(text: str, lexicon: Lexicon, language: Language) -> tuple[str, ...]:
    """ "What did Rwanda and Nepal do?" asked of each of the first names that are listed."""
    listed: list[re.Match[str]] = []
    for name in lexicon.names.finditer(text) if lexicon.names else ():
        between = text[listed[-1].end() : name.start()] if listed else ""
        if listed and not any(p.fullmatch(between.lower()) for p in language.get("split", "listed")):
            if len(listed) > 1:
                break
            listed.clear()
        listed.append(name)
    if len(listed) < 2:
        return ()
    before, after = text[: listed[0].start()], text[listed[-1].end() :]
    return tuple(f"{before}{name.group()}{after}" for name in listed)
