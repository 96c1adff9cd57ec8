"""What a conversation can be about: the names, titles and questions of the documents, findable in a text.

Everything is prepared once; finding names takes one look into a table for each word of the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.search.words import stem_words
from assistant.types import Document

__all__ = ["SECTION", "Found", "Name", "Topics", "topics_of"]

_TOKEN = re.compile(r"[^\W_]+")
_APART = re.compile(r"[()\[\]?!;:\n]")  # between words that are no one name
_COUNTED = re.compile(r"(\w+) (\d+)")  # "PILLAR 2" printed over a section's title
SECTION = "section"  # the kind of a section's title
COMMON = 0.2  # a name in more than this share of the sections tells no topic apart
SHORT = 6  # names of fewer characters in capitals are acronyms
EDGE = 4  # a section title of more words is no name


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of something named. `thing` is the same for all spellings of one thing."""

    text: str
    kind: str
    thing: str
    tokens: tuple[str, ...]
    as_written: bool = False  # an acronym that is a word, too: only as it is written


@dataclass(frozen=True, slots=True)
class Found:
    """A name where it stands: `text[start:end]`; `common` where it tells no topic apart."""

    text: str
    kind: str
    thing: str
    start: int
    end: int
    common: bool


@dataclass(frozen=True, slots=True)
class Topics:
    """Names by their first word, and what is known of things, sections and questions."""

    names: Mapping[str, tuple[Name, ...]] = field(default_factory=dict)
    common: frozenset[str] = frozenset()  # things
    places: Mapping[str, frozenset[str]] = field(default_factory=dict)  # thing: sections that name it
    parents: Mapping[str, str] = field(default_factory=dict)  # section: the one above it
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)  # section: its stemmed words
    titles: Mapping[str, str] = field(default_factory=dict)
    counted: Mapping[tuple[str, str], str] = field(default_factory=dict)  # ("pillar", "2"): title
    asked: frozenset[frozenset[str]] = frozenset()  # stemmed words of readers' questions
    vocabulary: frozenset[str] = frozenset()  # stemmed words of texts and readers' questions
    language: str = ""

    def found(self, text: str) -> list[Found]:
        """The names in `text` in order, the longest where several begin at one word."""
        tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
        lowered = [token.lower() for token, _, _ in tokens]
        found: list[Found] = []
        at = 0
        while at < len(tokens):
            name = next(
                (n for n in self.names.get(lowered[at], ()) if _is_at(n, at, lowered, tokens, text)), None
            )
            if name is None:
                at += 1
                continue
            start, end = tokens[at][1], tokens[at + len(name.tokens) - 1][2]
            written = text[start:end]
            shown = name.text if written.islower() and name.kind != SECTION else written
            found.append(Found(shown, name.kind, name.thing, start, end, name.thing in self.common))
            at += len(name.tokens)
        return found

    def stems(self, text: str) -> frozenset[str]:
        """The stemmed words of `text` that are no stop words."""
        return frozenset(stem_words(text, self.language)) if text else frozenset()

    def canonical(self, thing: str) -> str:
        """The name that a thing goes by first."""
        return thing.partition(":")[2]

    def companions(self, thing: str, kind: str = "") -> list[str]:
        """Things of `kind` named beside `thing`: in its sections or their next neighbours, best first."""
        own = self.places.get(thing, frozenset())
        near = {self.parents.get(section, "") for section in own} - {""}
        scores: dict[str, float] = {}
        for other, sections in self.places.items():
            if other == thing or other in self.common or (kind and not other.startswith(f"{kind}:")):
                continue
            score = 2.0 * len(own & sections) + len({self.parents.get(s, "") for s in sections} & near)
            # What is named all over the text is not named because of this.
            if score:
                scores[other] = score / (1 + len(sections))
        return sorted(scores, key=lambda other: -scores[other])


def _is_at(name: Name, at: int, lowered: list[str], tokens: list[tuple[str, int, int]], text: str) -> bool:
    last = at + len(name.tokens) - 1
    if tuple(lowered[at : last + 1]) != name.tokens or _APART.search(text, tokens[at][2], tokens[last][1]):
        return False
    return not name.as_written or tokens[at][0] == name.text


def topics_of(documents: Iterable[Document], language: str = "en") -> Topics:
    """The names of the documents' entities, glossaries and short section titles."""
    documents = tuple(documents)
    plain = frozenset(w for d in documents for w in re.findall(r"(?<!\w)[a-z]+(?!\w)", d.text))
    by_first: dict[str, list[Name]] = defaultdict(list)
    known: set[tuple[str, ...]] = set()
    for text, kind, thing in _named(documents):
        tokens = tuple(token.lower() for token in _TOKEN.findall(text))
        if len(text) > 1 and tokens and tokens not in known:
            known.add(tokens)
            acronym = text.isupper() and len(tokens) == 1
            by_first[tokens[0]].append(Name(text, kind, thing, tokens, acronym and text.lower() in plain))
    names = {w: tuple(sorted(n, key=lambda name: -len(name.tokens))) for w, n in by_first.items()}
    return _with_places(Topics(names, language=language), documents)


def _named(documents: tuple[Document, ...]) -> Iterable[tuple[str, str, str]]:
    """(spelling, kind, thing); a glossary's acronym belongs to the entity that it abbreviates."""
    things: dict[str, tuple[str, str]] = {}
    for document in documents:
        for entity in document.entities:
            thing = f"{entity.kind}:{entity.name}"
            for spelling in (entity.name, *entity.aliases):
                things.setdefault(spelling.lower(), (entity.kind, thing))
                yield spelling, entity.kind, thing
        for entry in document.glossary:
            spellings = (entry.acronym, *entry.expansions)
            new = ("term", f"term:{entry.acronym}")
            kind, thing = next((things[s.lower()] for s in spellings if s.lower() in things), new)
            for spelling in spellings:
                yield spelling, kind, thing
        for section in document.sections:
            if section.parent and len(section.title.split()) < EDGE:
                yield section.title, SECTION, f"{SECTION}:{section.title}"


def _with_places(topics: Topics, documents: tuple[Document, ...]) -> Topics:
    places: dict[str, set[str]] = defaultdict(set)
    words: dict[str, set[str]] = defaultdict(set)
    parents: dict[str, str] = {}
    titles: dict[str, str] = {}
    counted: dict[tuple[str, str], str] = {}
    for document in documents:
        sources = {document.text[b.start : b.end] for b in document.blocks if b.kind == "reference"}
        for section in document.sections:
            titles[section.id] = section.title
            parents[section.id] = section.parent or ""
            if match := _COUNTED.fullmatch(section.attributes.get("kicker", "").lower()):
                counted.setdefault((match.group(1), match.group(2)), section.title)
        for block in document.blocks:
            text = document.text[block.start : block.end]
            if text not in sources:
                words[block.section] |= topics.stems(text)
                for name in topics.found(text):
                    places[name.thing].add(block.section)
    many = max(2.0, COMMON * len(words))
    asked = {topics.stems(q) for d in documents for entry in d.questions for q in entry.questions}
    return Topics(
        names=topics.names,
        common=frozenset(thing for thing, sections in places.items() if len(sections) > many),
        places={thing: frozenset(sections) for thing, sections in places.items()},
        parents=parents,
        words={section: frozenset(kept) for section, kept in words.items()},
        titles=titles,
        counted=counted,
        asked=frozenset(stems for stems in asked if stems),
        vocabulary=frozenset().union(*words.values(), *asked),
        language=topics.language,
    )
