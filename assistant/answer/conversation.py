"""A later turn as a question that stands alone, without a language model.

Four things can happen to it: it stands as it is; its words are put into the earlier question in place of
their like ("and the second pillar?"); a word that points back is replaced by the topic ("does it ...");
or the topic is added. A new topic carries nothing over. What is done is shown to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from assistant.search.language import Language
from assistant.types import Document, Turn

__all__ = ["FollowUp", "Topics", "resolve", "topics_of"]

FEW_WORDS = 5  # a question this short, naming nothing, leans on what was said


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`kind`: "new", "source", "shorter", "longer", "pushback" or "follow"; `standalone` as understood."""

    kind: str
    standalone: str
    sections: tuple[str, ...] = ()  # that the conversation is about


@dataclass(frozen=True, slots=True)
class Topics:
    """Names that a question can be about: of people, organisations, places, acronyms, section titles."""

    names: tuple[tuple[str, str, re.Pattern[str]], ...] = field(default=())  # name, kind, pattern

    def found(self, text: str) -> list[tuple[str, str, int]]:
        """Names in `text` with kind and place, longest first where they overlap, in order."""
        taken: list[tuple[int, int]] = []
        found: list[tuple[str, str, int]] = []
        for _, kind, pattern in self.names:
            for match in pattern.finditer(text):
                start, end = match.span()
                if not any(start < e and end > s for s, e in taken):
                    taken.append((start, end))
                    found.append((text[start:end], kind, start))
                    break
        return sorted(found, key=lambda item: item[2])


def topics_of(documents: Iterable[Document]) -> Topics:
    """The names of the documents' entities and glossaries, longest first."""
    names: dict[str, str] = {}
    for document in documents:
        for entity in document.entities:
            for name in (entity.name, *entity.aliases):
                names.setdefault(name, entity.kind)
        for entry in document.glossary:
            for name in (entry.acronym, *entry.expansions):
                names.setdefault(name, "term")
        for section in document.sections:
            if section.parent and 1 <= len(section.title.split()) <= 3:
                names.setdefault(section.title, "section")
    ordered = sorted(names.items(), key=lambda item: -len(item[0]))
    return Topics(tuple((name, kind, _pattern(name)) for name, kind in ordered if len(name) > 1))


def resolve(text: str, turns: Sequence[Turn], topics: Topics, language: Language) -> FollowUp:
    """`text` in the light of the turns before it."""
    if not turns:
        return FollowUp("new", text)
    last = turns[-1]
    bare, fresh = _without_openers(text, language)
    if fresh:
        return FollowUp("new", bare or text)
    for kind in ("shorter", "longer"):
        if language.matches("conversation", kind, bare):
            return FollowUp(kind, last.standalone, last.sections)
    if language.matches("conversation", "source", bare):
        return FollowUp("source", last.standalone, last.sections)
    corrected = _cut(bare, language, "correction")
    if corrected is not None:
        return FollowUp("follow", _correct(corrected, last, topics, language), ())
    if language.matches("conversation", "pushback", bare) and len(bare.split()) <= 14:
        return FollowUp("pushback", last.standalone, last.sections)
    earlier = _returning(bare, turns, language)
    if not _leans(bare, topics, language):
        return FollowUp("new" if not earlier.sections else "follow", bare, earlier.sections)
    return FollowUp("follow", _filled(bare, earlier, topics, language), earlier.sections)


def _without_openers(text: str, language: Language) -> tuple[str, bool]:
    """`text` without "ok", "thanks"; whether it announces another topic."""
    bare, before = text, ""
    while bare != before:
        before = bare
        for pattern in language.get("conversation", "openers"):
            if match := pattern.match(bare.lower()):
                bare = bare[match.end() :]
    for pattern in language.get("conversation", "topic_change"):
        if match := pattern.search(bare.lower()):
            rest = bare[match.end() :].strip()
            return rest or bare, True
    return bare.strip() or text, False


def _cut(text: str, language: Language, key: str) -> str | None:
    for pattern in language.get("conversation", key):
        if match := pattern.match(text.lower()):
            return text[match.end() :].strip() or None
    return None


def _returning(text: str, turns: Sequence[Turn], language: Language) -> Turn:
    """The turn that is meant: the last, or the last before a turn that led away."""
    if language.matches("conversation", "back", text):
        return next((turn for turn in reversed(turns[:-1]) if turn.sections), turns[-1])
    answered = [turn for turn in turns if turn.sections]
    return turns[-1] if turns[-1].sections or not answered else answered[-1]


def _leans(text: str, topics: Topics, language: Language) -> bool:
    """Whether `text` needs what was said before: it goes on, points back, or is very short."""
    if language.matches("conversation", "continues", text) or language.matches("conversation", "back", text):
        return True
    if _pointers(text, language):
        return True
    return len(text.split()) <= FEW_WORDS and not topics.found(text)


def _pointers(text: str, language: Language) -> list[re.Match[str]]:
    """Words that point back, outside phrases in which they do not."""
    lowered = text.lower()
    barred = [m.span() for p in language.get("conversation", "not_pronouns") for m in p.finditer(lowered)]
    words = language.words.get("pronouns", frozenset()) | language.words.get("possessives", frozenset())
    words |= language.words.get("locatives", frozenset())
    return [
        match
        for match in re.finditer(r"[^\W\d_]+", lowered)
        if match.group() in words and not any(s <= match.start() < e for s, e in barred)
    ]


def _filled(text: str, turn: Turn, topics: Topics, language: Language) -> str:
    topic = _topic(turn, topics)
    swapped = _swap(text, turn.standalone, topics, language)
    if swapped:
        return swapped
    pointers = _pointers(text, language)
    if pointers and topic:
        return _put(text, pointers[0], topic, language)
    if topic and topic.lower() not in text.lower():
        return language.say("about", question=text, topic=topic) or f"{text} ({topic})"
    return text


def _topic(turn: Turn, topics: Topics) -> str:
    """What a turn is about: the first name in its question, else the question's own words."""
    names = topics.found(turn.standalone)
    if names:
        kept = [name for name, kind, _ in names if kind != "section"] or [name for name, _, _ in names]
        return " ".join(dict.fromkeys(kept[:2])) if len(kept) == 1 else ", ".join(kept[:2])
    return turn.standalone.strip(" ?.!")


def _put(text: str, pointer: re.Match[str], topic: str, language: Language) -> str:
    """`text` with its pointing word replaced: "its" by "topic's", "there" by "in topic"."""
    word = pointer.group()
    if word in language.words.get("possessives", frozenset()):
        topic = f"{topic}'s"
    rest = text[pointer.end() :]
    return f"{text[: pointer.start()]}{topic}{rest}"


def _swap(text: str, earlier: str, topics: Topics, language: Language) -> str | None:
    """The earlier question with one thing replaced by its like from `text`; None where nothing is alike."""
    if len(text.split()) > 8:
        return None
    inner = text
    for pattern in language.get("conversation", "what_about"):
        if match := pattern.match(text.lower()):
            inner = text[match.start(1) : match.end(1)].strip()
    ordinals = language.words.get("ordinals", frozenset())
    new = next((w for w in re.findall(r"\w+", inner.lower()) if w in ordinals), None)
    old = next((w for w in re.findall(r"\w+", earlier.lower()) if w in ordinals), None)
    if new and old and new != old:
        return re.sub(rf"\b{old}\b", new, earlier, count=1, flags=re.IGNORECASE)
    names, before = topics.found(inner), topics.found(earlier)
    for name, kind, _ in names:
        if len(inner.split()) > len(name.split()) + 2:
            continue
        alike = [old_name for old_name, old_kind, _ in before if old_kind == kind] or [
            old_name for old_name, _, _ in before
        ]
        if alike and alike[0].lower() != name.lower():
            return earlier.replace(alike[0], name, 1)
    return None


def _correct(text: str, last: Turn, topics: Topics, language: Language) -> str:
    """A correction ("no, I mean peacekeeping"): put into the last question, or asked by itself."""
    swapped = _swap(text, last.standalone, topics, language)
    if swapped:
        return swapped
    if len(text.split()) <= FEW_WORDS:
        return language.say("about", question=last.standalone, topic=text) or f"{last.standalone} ({text})"
    return text


def _pattern(name: str) -> re.Pattern[str]:
    # Acronyms only as they are written: "aids" is no acronym, "AIDS" is.
    flags = 0 if name.isupper() and len(name) < 6 else re.IGNORECASE
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", flags)
