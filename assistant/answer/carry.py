"""What a later turn takes over from the turns before it: the things spoken of, put where a word points back.

Pure functions over one earlier turn. They hold no word of any language: which words point back, join or
count stands in the language file, and without one nothing is carried over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answer.topics import SECTION, Found, Topics
from assistant.search.language import Language
from assistant.types import Turn

__all__ = ["Talk", "Pointer", "pointers_in", "search"]

TABLE = "conversation"
WORD = re.compile(r"[^\W_]+")
PERSON, GROUP, TERM = "person", "group", "term"
PLACES = frozenset({"country", "place"})
TEXTS = frozenset({"resolution", "agreement", "plan"})  # kinds that are no people
HEADED = frozenset({"programme", "plan", TERM})  # "the X project"
CLEAR = 4  # words of a phrase that may stand for "they"
OPENING = 1200  # characters of an answer that are looked into
PHRASE = 9  # words; more is no phrase but a question
WHOLE = 16  # words of a question that can be repeated as a topic
ARTICLE = 4  # characters that may stand before a phrase says what it is about


@dataclass(frozen=True, slots=True)
class Pointer:
    """A word that points back, `text[start:end]`; `noun` is what it stands before ("these women")."""

    word: str
    start: int
    end: int
    noun: str = ""


def search(language: Language, key: str, text: str) -> re.Match[str] | None:
    """The first match of a pattern of `key`, in lower case where that keeps every place."""
    lowered = text.lower()
    lowered = lowered if len(lowered) == len(text) else text
    return next((m for p in language.get(TABLE, key) if (m := p.search(lowered))), None)


class Words:
    """The words of several keys of a language, not joined: this is asked for very often."""

    def __init__(self, sets: tuple[frozenset[str], ...]) -> None:
        self._sets = sets

    def __contains__(self, word: str) -> bool:
        return any(word in kept for kept in self._sets)


def words_of(language: Language, *keys: str) -> Words:
    return Words(tuple(language.words.get(key, frozenset()) for key in keys))


def pointers_in(text: str, topics: Topics, language: Language) -> list[Pointer]:
    """Words that point back beyond `text`: none that a phrase makes idle or that `text` itself explains."""
    lowered = text.lower()
    barred = [m.span() for p in language.get(TABLE, "not_pronouns") for m in p.finditer(lowered)]
    if both := search(language, "both", text):
        barred.append(both.span())
    wanted = words_of(language, "pronouns", "possessives", "locatives")
    empty = words_of(language, "function", "verbs", "asking")
    tokens = list(WORD.finditer(lowered))
    found: list[Pointer] = []
    for at, token in enumerate(tokens):
        word = token.group()
        if word not in wanted or any(s <= token.start() < e for s, e in barred):
            continue
        if _explained(text, tokens, at, topics, language):
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        noun = ""
        if search(language, "demonstrative", word):
            before = tokens[at - 1].group() if at else ""
            if after and before and before not in empty:
                continue  # "groups that help": joins, does not point
            if after and after.group() not in empty and text[token.end() : after.start()] == " ":
                noun = after.group()
        found.append(Pointer(word, token.start(), token.end(), noun))
    return found


def _explained(text: str, tokens: list[re.Match[str]], at: int, topics: Topics, language: Language) -> bool:
    """Whether the text names what the word stands for before it: "Does X train women before they go?"."""
    if not at:
        return False
    start = tokens[at].start()
    names = [n for n in topics.found(text[:start]) if not n.common]
    if search(language, "for_person", tokens[at].group()):
        people = any(search(language, "kind-person", token.group()) for token in tokens[:at])
        return people or any(n.kind == PERSON for n in names)
    if names and tokens[at].group() in words_of(language, "possessives"):
        return True
    joiners = words_of(language, "joiners")
    empty = words_of(language, "function", "verbs", "asking")
    joined = [i for i in range(1, at) if tokens[i].group() in joiners]
    joined += [i for i in range(1, at + 1) if "," in text[tokens[i - 1].end() : tokens[i].start()]]
    return any(token.group() not in empty for i in joined[-1:] for token in tokens[:i])


@dataclass(frozen=True, slots=True)
class Talk:
    """One earlier turn and what it speaks of. `core` is its question, `carried` what was added to it."""

    core: str
    carried: str
    answer: str
    sections: tuple[str, ...]
    topics: Topics
    language: Language
    before: tuple[Turn, ...] = ()  # earlier turns, the last one last

    @classmethod
    def of(cls, turn: Turn, topics: Topics, language: Language, before: Sequence[Turn] = ()) -> Talk:
        core, carried = _unpack(turn.standalone or turn.question, language)
        answer = turn.answer[:OPENING]
        return cls(core, carried, answer, turn.sections, topics, language, tuple(before))

    # ------------------------------------------------------------ what it is about

    def names(self) -> list[Found]:
        """Names in the question that tell topics apart, those of things before terms.

        A name that is a word, too, counts where the answer writes it as a name.
        """
        found = [n for n in self.topics.found(self.core) if not n.common and n.kind != SECTION]
        for name in self.topics.found(self.answer) if not found else ():
            at = re.search(rf"(?<!\w){re.escape(name.text.lower())}(?!\w)", self.core)
            if at and not name.common and name.kind != SECTION:
                found.append(replace(name, start=at.start(), end=at.end()))
        first = {n.thing: n for n in reversed(found)}
        return sorted(first.values(), key=lambda n: (n.kind == TERM, n.start))

    def topic(self) -> str:
        """In a few words: names, else the thing asked about, else the question itself."""
        phrase = self._subject()
        names = [self._with_article(n, self.core) for n in self.names()[:2]]
        asked = self._asked() or ("" if names or self.carried else self._asked(how="seeks"))
        parts = [phrase] if phrase else [asked] if asked else names
        if (
            phrase
            and names
            and not self.carried
            and not any(n.text.lower() in phrase.lower() for n in self.names())
        ):
            parts.append(names[0])
        if self.carried:
            parts = [p for p in parts if p.lower() not in self.carried.lower()]
            parts.append(self.carried)
        whole = self.core.strip(" ?.!") if len(self.core.split()) <= WHOLE else ""
        return ", ".join(dict.fromkeys(parts[-2:])) or whole

    def about(self, text: str, topic: str = "") -> str:
        """`text` with its topic behind it, once."""
        topic = topic or self.topic()
        if not topic or topic.lower() in text.lower():
            return text
        return self.language.say("about", question=text, topic=topic) or f"{text} ({topic})"

    def _subject(self) -> str:
        """The phrase that the question is about, where its form tells."""
        first, _, rest = self.core.partition("? ")
        match = search(self.language, "topic_of", first if rest else self.core)
        if not match:
            return ""
        phrase = self.core[match.start(1) : match.end(1)].strip(" ?.!,")
        idle = search(self.language, "no_topic", phrase)
        return "" if (idle and idle.start() <= ARTICLE) or len(phrase.split()) > PHRASE else phrase

    def _asked(self, kinds: Iterable[str] = (), how: str = "asks") -> str:
        """The name that the answer gives where the question asks for one of a kind."""
        known = {n.thing for n in self.topics.found(self.core)}
        answered = [n for n in self.topics.found(self.answer) if n.thing not in known]
        for name in answered:
            wanted = not kinds or name.kind in kinds
            if wanted and search(self.language, f"{how}-{name.kind}", self.core):
                return self._with_article(name, self.answer)
        return ""

    def named(self, kind: str) -> str:
        """The name of a kind asked for, in the question or in the answer; empty where there is none."""
        if asked := self._asked([kind]):
            return asked
        for text in (self.core, self.carried, self.answer):
            for name in self.topics.found(text):
                if name.kind == kind:
                    return self._with_article(name, text)
        return ""

    def _with_article(self, name: Found, text: str) -> str:
        before = WORD.findall(text[: name.start].lower())[-1:]
        joined = text[: name.start].endswith(" ")
        if not joined or not before or before[0] not in words_of(self.language, "articles"):
            return name.text
        closer = text[name.end :].startswith(" ") and text is self.core and name.kind in HEADED
        end = next((e for _, s, e in self.phrases() if s == name.start), name.end) if closer else name.end
        return f"{before[0]} {name.text}{text[name.end : end]}"

    def phrases(self) -> list[tuple[str, int, int]]:
        """Stretches of the question without joining words and verbs, with their places."""
        empty = words_of(self.language, "function", "verbs", "asking")
        found: list[tuple[int, int]] = []
        for token in WORD.finditer(self.core):
            start, end = token.span()
            if token.group().lower() in empty and not (token.group() == "s" and found):
                continue
            gap = self.core[found[-1][1] : start] if found else "."
            if gap in (" ", "-", "'", "’"):
                found[-1] = (found[-1][0], end)
            elif token.group() != "s":
                found.append((start, end))
        return [(self.core[s:e], s, e) for s, e in found]

    # ------------------------------------------------------------ words that point back

    def filled(self, text: str, pointers: list[Pointer]) -> str:
        """`text` with its pointing words replaced by what they stand for, or with the topic behind it."""
        used: list[str] = []
        places: list[tuple[int, int, str]] = []
        for pointer in pointers[:2]:
            if places and any(p.word == pointer.word for p in pointers[:1]):
                break
            thing, end = self._meant(pointer, text, used, len(pointers) > 1)
            if thing:
                used.append(thing)
                places.append((pointer.start, end, self._worded(pointer, thing)))
        for start, end, thing in reversed(places):
            text = f"{text[:start]}{thing}{text[end:]}"
        if not places:
            whole = any(search(self.language, "demonstrative", p.word) and not p.noun for p in pointers)
            return self.about(text, self.core.strip(" ?.!") if whole else "")
        named = any(not n.common and n.kind != SECTION for n in self.topics.found(text))
        names = [] if named else [self._with_article(n, self.core) for n in self.names()[:1]]
        return self.about(text, self.carried or "".join(names)) if self.carried or names else text

    def _worded(self, pointer: Pointer, thing: str) -> str:
        if pointer.word in words_of(self.language, "possessives"):
            key = "owned-sibilant" if search(self.language, "sibilant", thing) else "owned"
            return self.language.say(key, topic=thing) or thing
        if pointer.word in words_of(self.language, "locatives"):
            return self.language.say("located", topic=thing) or thing
        return thing

    def _meant(self, pointer: Pointer, text: str, used: list[str], several: bool) -> tuple[str, int]:
        """What a pointer stands for and where the words that it replaces end; empty where it is not clear."""
        if pointer.noun:
            end = pointer.end + 1 + len(pointer.noun)
            kind = self.kind_of(pointer.noun)
            return (self.named(kind) if kind else "") or self._phrase_with(pointer.noun), end
        if search(self.language, "for_person", pointer.word):
            asked = self._asked([PERSON]) or self._asked([PERSON], "seeks")
            return asked or self.named(PERSON), pointer.end
        if pointer.word in words_of(self.language, "locatives"):
            places = [self._with_article(n, self.core) for n in self.names() if n.kind in PLACES]
            asked = self._asked(PLACES) or self._asked(PLACES, "seeks")
            return next(iter(places), "") or asked or self._single(used), pointer.end
        if search(self.language, "for_all", pointer.word):
            return self._subject(), pointer.end
        if search(self.language, "for_several", pointer.word):
            return self._many(used, pointer, several), pointer.end
        return self._single(used), pointer.end

    def kind_of(self, noun: str) -> str:
        """The kind of name that a noun stands for."""
        keys = (k for k in self.language.keys(TABLE) if k.startswith("kind-"))
        return next((k[5:] for k in keys if search(self.language, k, noun)), "")

    def _single(self, used: list[str]) -> str:
        phrase, asked = self._subject(), self._asked()
        names = [self._with_article(n, self.core) for n in self.names() if n.kind not in (PERSON, GROUP)]
        if phrase and names and phrase.islower() and phrase in names[0].lower():
            phrase = names[0]
        carried = self._carried_names(PHRASE)
        answered = [
            self._with_article(n, self.answer)
            for n in self.topics.found(self.answer)
            if not n.common and n.kind not in (PERSON, GROUP, SECTION, TERM)
        ]
        options = [phrase, asked, *names, *carried, *([] if self.phrases() else answered)]
        found = next((o for o in options if o and not any(o in u for u in used)), "")
        return found or (self._earlier()._single(used) if used and self.before else "")

    def _earlier(self) -> Talk:
        return Talk.of(self.before[-1], self.topics, self.language, self.before[:-1])

    def _carried_names(self, limit: int) -> list[str]:
        """The topic behind the question, where it is short and no question itself; else the names in it."""
        if len(self.carried.split()) <= limit and not search(self.language, "clause", self.carried):
            return [self.carried]
        return [n.text for n in self.topics.found(self.carried) if not n.common and n.kind != SECTION]

    def _many(self, used: list[str], pointer: Pointer, several: bool) -> str:
        """For "they": a group of people by its phrase, else an organisation, else a phrase in the plural.

        For "them" the phrase comes first.
        """
        plural = [
            self._extended(s, e)
            for text, s, e in self.phrases()
            if search(self.language, "plural", text.lower().split()[-1]) and len(text.split()) <= CLEAR
        ]
        groups = [n.text for n in self.names() if n.kind == GROUP]
        with_group = [p for p in plural for g in groups if g in p]
        several = several or search(self.language, "for_others", pointer.word) is not None
        names = [n for n in self.names() if n.kind not in (GROUP, *TEXTS)]
        acting = [self._with_article(n, self.core) for n in names if n.kind not in (*PLACES, TERM)]
        others = [self._with_article(n, self.core) for n in names]
        carried = self._carried_names(CLEAR)
        named = [] if several else [*acting, *(c for c in carried if self.topics.found(c))]
        options = [*with_group, *groups, *named, *plural, *others, *carried]
        return next((o for o in options if o and not any(o in u for u in used)), "")

    def _phrase_with(self, noun: str) -> str:
        """The phrase that holds a noun with something to tell it by, here or earlier."""
        for text, start, end in self.phrases():
            if noun in WORD.findall(text.lower()) and self._extended(start, end).lower() != noun:
                return self._extended(start, end)
        return self._earlier()._phrase_with(noun) if self.before else ""

    def _extended(self, start: int, end: int) -> str:
        """A phrase with the few words that tell it closer: "women who migrate for work"."""
        rest = self.core[end:].rstrip(" ?.!")
        words = WORD.findall(rest.lower())
        closer = words and words[0] in words_of(self.language, "relatives") and rest.startswith(" ")
        return self.core[start : end + len(rest)] if closer and len(words) <= 5 else self.core[start:end]


def _unpack(standalone: str, language: Language) -> tuple[str, str]:
    """A standalone question as its core and the topic that was put behind it."""
    phrase = language.phrases.get("about", "")
    before, _, after = phrase.partition("{question}")[2].partition("{topic}")
    if not phrase or not before:
        return standalone, ""
    head, found, tail = standalone.partition(before)
    return (head, tail.removesuffix(after)) if found else (standalone, "")
