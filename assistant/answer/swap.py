"""The earlier question with one thing in it replaced by its like: "and in Rwanda?", "the second pillar?"."""

from __future__ import annotations

import re

from assistant.answer.carry import PLACES, TERM, WORD, Talk, search, words_of
from assistant.answer.topics import SECTION, Found
from assistant.search.language import Language

__all__ = ["fragment", "swapped", "without_first"]

FRAGMENT = 8  # words; more is a question of its own
SPARE = 2  # words beside a name that do not keep it from taking another's place
_NUMBER = re.compile(r"(?<![\w,.])\d+(?![\w,.]\d|\w)")


def fragment(text: str, language: Language) -> str:
    """What a text without a clause asks for instead ("and in Rwanda?": "in Rwanda"), else empty."""
    match = search(language, "what_about", text)
    inner = text[match.start(1) : match.end(1)].strip() if match else ""
    if not inner or search(language, "clause", inner) or len(inner.split()) > FRAGMENT:
        return ""
    return inner


def swapped(inner: str, talk: Talk, last_phrase: bool = False) -> str:
    """The question of `talk` with its like of `inner` replaced; empty where nothing is alike.

    `last_phrase`: where nothing is alike the last phrase gives way, as a correction means it to.
    """
    bare = without_first(inner, talk.language, "prepositions")
    for result in (_ordinal(bare, talk), _number(bare, talk), _name(bare, talk), _noun(bare, talk)):
        if result:
            return result
    phrases = talk.phrases()
    if bare != inner:
        return f"{talk.core.rstrip(' ?.!')} {inner}?"
    if last_phrase and phrases and len(bare.split()) <= FRAGMENT // 2:
        _, start, end = _giving_way(bare, phrases, talk)
        return f"{talk.core[:start]}{bare}{talk.core[end:]}"
    return ""


def _giving_way(bare: str, phrases: list[tuple[str, int, int]], talk: Talk) -> tuple[str, int, int]:
    """The last phrase without a name, in the plural for one in the plural; else the last."""
    named = {n.start for n in talk.names()}
    plain = [p for p in phrases if not any(p[1] <= start < p[2] for start in named)]
    plural = search(talk.language, "plural", bare.lower().split()[-1]) is not None
    alike = [p for p in plain if plural and search(talk.language, "plural", p[0].lower())]
    return (alike or plain or phrases)[-1]


def without_first(text: str, language: Language, key: str) -> str:
    """`text` without its first word where that is one of the words of `key`."""
    first, _, rest = text.partition(" ")
    return rest.strip() if rest and first.lower() in language.words.get(key, frozenset()) else text


def _ordinal(inner: str, talk: Talk) -> str:
    ordinals = words_of(talk.language, "ordinals")
    new = next((w for w in WORD.findall(inner.lower()) if w in ordinals), None)
    old = next((m for m in WORD.finditer(talk.core.lower()) if m.group() in ordinals), None)
    if not new or not old or new == old.group():
        return ""
    return f"{talk.core[: old.start()]}{new}{talk.core[old.end() :]}"


def _number(bare: str, talk: Talk) -> str:
    """A year for a year, a resolution's number for another's: of as many digits."""
    alike = [m for m in _NUMBER.finditer(talk.core) if len(m.group()) == len(bare)]
    if not _NUMBER.fullmatch(bare) or not alike:
        return ""
    return f"{talk.core[: alike[-1].start()]}{bare}{talk.core[alike[-1].end() :]}"


def _name(inner: str, talk: Talk) -> str:
    names = talk.topics.found(inner) or _capitals(inner, talk)
    if len(names) != 1:
        return ""
    new = names[0]
    spare = set(WORD.findall(inner.lower())) - set(WORD.findall(new.text.lower()))
    spare -= set(WORD.findall(talk.core.lower()))
    idle = words_of(talk.language, "function")
    if len([w for w in spare if w not in idle and not talk.kind_of(w)]) > (
        0 if new.kind == SECTION else SPARE - 1
    ):
        return ""
    before = [n for n in talk.topics.found(talk.core) if n.thing != new.thing]
    old = _alike(new, before)
    return _put(new, inner, old, talk) if old else ""


def _capitals(inner: str, talk: Talk) -> list[Found]:
    """What is written as a name, though not one that the documents list so."""
    bare = without_first(inner, talk.language, "articles")
    known = [n for n in talk.names() if n.kind != TERM]
    if len(known) != 1 or not all(word[:1].isupper() for word in WORD.findall(bare)):
        return []
    start = len(inner) - len(bare)
    return [Found(bare, known[0].kind, f"{known[0].kind}:{bare}", start, len(inner), False)]


def _alike(new: Found, before: list[Found]) -> Found | None:
    """The name that gives way: of the same kind; else one actor or place for another."""
    if same := [n for n in before if n.kind == new.kind]:
        return same[0]
    acting = {*PLACES, "organisation", "group"}
    titled = acting if new.kind in acting or new.kind == SECTION else frozenset()
    return next((n for n in before if n.kind in titled), None)


def _put(new: Found, inner: str, old: Found, talk: Talk) -> str:
    """`new` in the place of `old`, with its own article in the place of the other's."""
    language, core = talk.language, talk.core
    articles = words_of(language, "articles")
    head, tail = core[: old.start], core[old.end :]
    words = WORD.findall(inner[: new.start].lower())
    own = [w for w in words if w in articles]
    first = head.rstrip().rpartition(" ")
    if first[2].lower() in articles and not own and not new.text.isupper():
        head = f"{first[0]} " if first[0] else ""
    elif own and first[2].lower() not in articles:
        head = f"{head}{own[-1]} "
    canonical = talk.topics.canonical(old.thing)
    text = new.text
    if old.kind in PLACES and old.text != canonical and not old.text.isupper():
        key = "owned-sibilant" if search(language, "sibilant", text) else "owned"
        text = language.say(key, topic=text) or text  # "Cambodian women": "Rwanda's women"
    if search(language, "sibilant", text) and re.match(r"['’]s\b", tail):
        tail = tail[0] + tail[2:]
    elif re.match(r"['’](?!s\b)", tail) and not search(language, "sibilant", text):
        tail = f"{tail[0]}s{tail[1:]}"
    return f"{head}{text}{tail}"


def _noun(inner: str, talk: Talk) -> str:
    """ "women peacekeepers" for "peacekeepers": the phrase that ends in the same word gives way."""
    words = WORD.findall(without_first(inner, talk.language, "articles").lower())
    if not words or len(words) > FRAGMENT // 2:
        return ""
    for text, start, end in talk.phrases():
        if WORD.findall(text.lower())[-1:] == words[-1:] and text.lower() != inner.lower():
            head = talk.core[:start]
            first = head.rstrip().rpartition(" ")
            if first[2].lower() in words_of(talk.language, "articles"):
                head = f"{first[0]} " if first[0] else ""
            return f"{head}{inner}{talk.core[end:]}"
    return ""
