"""A later turn as a question that stands alone, without a language model.

Five things can happen to it: it stands as it is; it asks for the source, the length or the certainty of what
was said; its words are put into the earlier question in place of their like ("and the second pillar?"); a
word that points back is replaced by what it stands for ("does it ..."); or the topic is put behind it. A new
topic carries nothing over. What is done is shown to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answer.carry import TABLE, WORD, Talk, pointers_in, search, words_of
from assistant.answer.swap import fragment, swapped, without_first
from assistant.answer.topics import SECTION, Topics, topics_of
from assistant.search.language import Language
from assistant.types import Turn

__all__ = ["FollowUp", "Topics", "resolve", "topics_of"]

ENOUGH = 4  # words that say something: with so many a question needs no other
STRANGE = 2  # words that the documents do not hold: with so many a question is of something else
LONG = 4  # letters; a shorter unknown word may be a slip
KNOWN = 2  # words of a readers' question that stands alone
PAIR = 2
REACH = 4  # turns back in which a thing that is named again may stand


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`kind`: "new", "source", "shorter", "longer", "pushback" or "follow"; `standalone` as understood."""

    kind: str
    standalone: str
    sections: tuple[str, ...] = ()  # that the conversation is about


def resolve(text: str, turns: Sequence[Turn], topics: Topics, language: Language) -> FollowUp:
    """`text` in the light of the turns before it."""
    turns = [turn for turn in turns if not _is_small_talk(turn.question, language)]
    bare, fresh = _without_openers(text, language)
    if not turns or fresh:
        return FollowUp("new", bare if turns else text)
    last = _plain(turns, language)
    for kind in ("shorter", "longer"):
        if search(language, kind, bare):
            more = Talk.of(last, topics, language).topic() if kind == "longer" else ""
            asked = language.say("more-about", topic=more) if more else ""
            return FollowUp(kind, asked or last.standalone, last.sections)
    if source := _source(bare, turns, topics, language):
        return source
    cut = _after(bare, "correction", language)
    if cut:
        return FollowUp("follow", _corrected(cut, Talk.of(last, topics, language)))
    if search(language, "pushback", bare) and len(topics.stems(bare)) <= 2 * ENOUGH:
        return FollowUp("pushback", last.standalone, last.sections)
    back = search(language, "back", bare)
    if back:
        return _gone_back(bare, back, turns, topics, language)
    if not _leans(bare, topics, language):
        goes_on = search(language, "continues", bare)
        return _with_sections(bare, last, topics) if goes_on else FollowUp("new", bare)
    return _follow(bare, turns, topics, language)


# ---------------------------------------------------------------- what kind of turn it is


def _is_small_talk(text: str, language: Language) -> bool:
    return any(language.matches("small_talk", key, text) for key in ("greeting", "thanks"))


def _without_openers(text: str, language: Language) -> tuple[str, bool]:
    """`text` without "ok", "thanks"; whether it announces another topic."""
    bare, before = text, ""
    while bare != before:
        before = bare
        if match := search(language, "openers", bare):
            bare = bare[match.end() :].strip()
    if change := search(language, "topic_change", bare):
        return bare[change.end() :].strip() or bare or text, True
    return bare or text, False


def _after(text: str, key: str, language: Language) -> str:
    match = search(language, key, text)
    return text[match.end() :].strip() if match else ""


def _plain(turns: Sequence[Turn], language: Language) -> Turn:
    """The last turn that asked for more than the source of another."""
    asked = (turn for turn in reversed(turns) if not search(language, "source", turn.question))
    return next(asked, turns[-1])


def _leans(text: str, topics: Topics, language: Language) -> bool:
    """Whether `text` needs what was said before: it goes on, points back, or says little."""
    if any(search(language, key, text) for key in ("one", "both", "other")):
        return True
    if pointers_in(text, topics, language):
        return True
    stems = topics.stems(text)
    goes_on = search(language, "continues", text) is not None
    if search(language, "stands", text) or (len(stems) >= KNOWN and stems in topics.asked and not goes_on):
        return False
    named = [n for n in topics.found(text) if not n.common and n.kind != SECTION]
    is_clause = not fragment(text, language)
    if is_clause and not named and _names_of_its_own(text, topics):
        return False
    if named and (is_clause or len(stems) > len(topics.stems(named[0].text)) + 1):
        return False
    if not language.get(TABLE, "clause"):
        return False  # nothing is known of this language
    empty = words_of(language, "function", "asking")
    said = {w for w in WORD.findall(text.lower()) if w not in empty}
    unknown = [w for w in said if len(w) >= LONG and not topics.stems(w) <= topics.vocabulary]
    if is_clause and len(unknown) >= STRANGE and len(unknown) * 2 >= len(said):
        return False  # it speaks of what the documents do not know
    return len(said) < ENOUGH or not is_clause


def _names_of_its_own(text: str, topics: Topics) -> bool:
    """Whether `text` writes something with a capital that the documents do not name."""
    if text.istitle() or text.isupper():
        return False
    known = " ".join(n.text for n in topics.found(text)).split()
    words = WORD.findall(text)[1:]
    return any(word[:1].isupper() and len(word) >= LONG and word not in known for word in words)


# ---------------------------------------------------------------- what it asks then


def _source(text: str, turns: Sequence[Turn], topics: Topics, language: Language) -> FollowUp | None:
    """A question for the source of what was said, or of something else after such a question."""
    last = _plain(turns, language)
    if not search(language, "source", text):
        inner = fragment(text, language)
        if not inner or not language.matches("asked_for", "source", turns[-1].standalone):
            return None
        topic = without_first(inner, language, "prepositions")
        return FollowUp("follow", language.say("source-for", topic=topic) or text)
    empty = words_of(language, "function", "verbs", "asking")
    said = [w for w in WORD.findall(text.lower()) if w not in empty]
    said = [w for w in said if not search(language, "source_words", w)]
    if len(said) > 2 or (said and not pointers_in(text, topics, language)):
        return None
    talk = Talk.of(last, topics, language)
    asked = language.say("source-of", topic=talk.core)
    asked = talk.about(asked, talk.carried) if asked and talk.carried else asked
    return FollowUp("source", asked or last.standalone, last.sections)


def _corrected(text: str, talk: Talk) -> str:
    """A correction ("no, I mean peacekeeping"): put into the last question, or asked by itself."""
    language = talk.language
    first, comma, rest = text.partition(",")
    piece = fragment(first, language)
    if piece and (result := swapped(piece, talk, last_phrase=True)):
        rest = rest.strip()
        if not comma or not search(language, "clause", rest):
            return _counted(result, talk)
        return f"{result} {rest[:1].upper()}{rest[1:].rstrip(' ?.!')}?"
    if piece and not comma:
        return talk.about(talk.core, piece)
    return talk.filled(text, found) if (found := pointers_in(text, talk.topics, language)) else text


def _gone_back(
    text: str, back: re.Match[str], turns: Sequence[Turn], topics: Topics, language: Language
) -> FollowUp:
    """ "Back to the plan: who leads it?": the turn that is meant, and the question asked of it."""
    named = topics.stems(text[back.start(1) : back.end(1)])
    rest = text[back.end() :].strip()
    scored = [
        (len(named & topics.stems(turn.standalone)), at)
        for at, turn in enumerate(turns[:-1])
        if turn.sections
    ]
    best = max(scored, default=None)
    turn = turns[best[1]] if best else turns[-1]
    if not best and named and not named & topics.stems(turn.standalone):
        return FollowUp("new", text)
    if not rest:
        return FollowUp("follow", turn.standalone, turn.sections)
    if not _leans(rest, topics, language) and any(not n.common for n in topics.found(rest)):
        return FollowUp("follow", rest, turn.sections)
    return _asked_of(rest, turn, topics, language)


def _follow(text: str, turns: Sequence[Turn], topics: Topics, language: Language) -> FollowUp:
    if (both := search(language, "both", text)) and (pair := _pair(turns, topics, language)):
        sections = tuple(dict.fromkeys(s for turn in turns[-2:] for s in turn.sections))
        return FollowUp("follow", f"{text[: both.start()]}{pair}{text[both.end() :]}", sections)
    last = _plain(turns, language)
    inner = fragment(text, language)
    if inner and not search(language, "other", inner):
        talk = Talk.of(last, topics, language)
        if result := swapped(inner, talk):
            return _with_sections(_counted(result, talk), last, topics)
    meant = _meant(text, turns, topics, language)
    return _asked_of(text, meant, topics, language, turns[: turns.index(meant)])


def _asked_of(
    text: str, turn: Turn, topics: Topics, language: Language, before: Sequence[Turn] = ()
) -> FollowUp:
    """`text` with what it leaves out taken from `turn`, or for a noun from turns before it."""
    talk = Talk.of(turn, topics, language, before)
    other = search(language, "other", text)
    if other and (companion := _other(text, other.group(1), talk)):
        return companion
    pointers = pointers_in(text, topics, language)
    result = talk.filled(text, pointers) if pointers else text
    if one := _counted_one(text, talk):
        result = one
    elif search(language, "one", text):
        result = talk.about(result, _kind_of_thing(talk))
    elif not pointers:
        whole = talk.core.strip(" ?.!") if search(language, "reason", text) else ""
        result = talk.about(text, whole)
    return _with_sections(_counted(result, talk), turn, topics)


def _with_sections(standalone: str, turn: Turn, topics: Topics) -> FollowUp:
    """Sections of the earlier turn, but not where the question now names something that it did not."""
    known = {n.thing for n in topics.found(f"{turn.standalone} {turn.answer}")}
    new = [n for n in topics.found(standalone) if n.thing not in known and not n.common]
    return FollowUp("follow", standalone, () if new else turn.sections)


def _meant(text: str, turns: Sequence[Turn], topics: Topics, language: Language) -> Turn:
    """The earlier turn that `text` goes on from.

    It is the last one; but the last answered one where that names nothing and was not answered, and
    an earlier one where only that speaks of the thing that `text` speaks of as known ("the report").
    """
    last = _plain(turns, language)
    answered = [turn for turn in turns if turn.sections]
    if answered and not last.sections and not Talk.of(last, topics, language).names():
        last = answered[-1]
    tokens = [token.group() for token in WORD.finditer(text.lower())]
    articles = words_of(language, "articles")
    nouns = [word for before, word in pairwise(tokens) if before in articles]
    said = topics.stems(" ".join(nouns)) if nouns and not pointers_in(text, topics, language) else frozenset()
    for turn in reversed(answered[-REACH:] if said else []):
        if turn is last and _speaks_of(said, turn, topics):
            break
        if turn is not last and not _speaks_of(said, last, topics) and _speaks_of(said, turn, topics):
            return turn
    return last


def _speaks_of(stems: frozenset[str], turn: Turn, topics: Topics) -> bool:
    words = topics.stems(turn.standalone).union(*(topics.words.get(s, frozenset()) for s in turn.sections))
    return bool(stems & words)


def _pair(turns: Sequence[Turn], topics: Topics, language: Language) -> str:
    """The two things spoken of: compared in the last question, named in it, or asked about one by one."""
    core = Talk.of(turns[-1], topics, language).core
    sides: list[str] = []
    for pattern in language.get("split", "between"):
        if match := pattern.search(core.lower()):
            sides = [core[match.start(i) : match.end(i)].strip(" ?.!") for i in (1, 2)]
    names = [n.text for n in Talk.of(turns[-1], topics, language).names()]
    sides = names if len(names) == PAIR else sides
    if len(sides) != PAIR:
        sides = [Talk.of(turn, topics, language).topic() for turn in turns[-2:]]
    return language.say("pair", first=sides[0], second=sides[-1]) if len(set(sides)) > 1 else ""


def _other(text: str, noun: str, talk: Talk) -> FollowUp | None:
    """The companion of what was spoken of: another of the same kind, named beside it."""
    kind = talk.kind_of(noun)
    names = [n for n in talk.names() if n.kind == kind]
    found = talk.topics.companions(names[0].thing, kind) if kind and names else []
    if not found:
        return None
    new, old = talk.topics.canonical(found[0]), names[0]
    said = talk.language.say("said-of", topic=new) if fragment(text, talk.language) else ""
    standalone = said or talk.about(text, f"{old.text}, {new}")
    return FollowUp("follow", standalone, tuple(sorted(talk.topics.places.get(found[0], ()))))


def _kind_of_thing(talk: Talk) -> str:
    """What "one" is one of: the last phrase of the earlier question, without names."""
    for text, start, end in reversed(talk.phrases()):
        inside = [n for n in talk.names() if n.start >= start and n.end <= end]
        kept = talk.core[max(n.end for n in inside) : end] if inside else text
        kept = re.sub(r"^['’]?s?\s+", "", kept).strip()
        if kept:
            return kept
    return ""


def _number_of(word: str, language: Language) -> int:
    """2 for "second"; 0 for a word that counts nothing."""
    counting = language.get(TABLE, "counting")
    return next((i for i, p in enumerate(counting, 1) if p.match(word.lower())), 0)


def _counted_one(text: str, talk: Talk) -> str:
    """ "The second one" with the word for what was spoken of, where it is counted in print."""
    for ordinal, one in pairwise(WORD.finditer(text)):
        number = _number_of(ordinal.group(), talk.language)
        if number and search(talk.language, "one", text[ordinal.start() : one.end()]):
            for noun, counted in talk.topics.counted:
                if counted == str(number) and talk.topics.stems(noun) <= talk.topics.stems(talk.core):
                    return f"{text[: one.start()]}{noun}{text[one.end() :]}"
    return ""


def _counted(text: str, talk: Talk) -> str:
    """ "The second pillar" with its title behind it, where sections are counted so in print."""
    for ordinal, noun in pairwise(WORD.finditer(text)):
        number = _number_of(ordinal.group(), talk.language)
        title = talk.topics.counted.get((noun.group().lower(), str(number)))
        if title and title.lower() not in text.lower():
            return f"{text[: noun.end()]} ({title}){text[noun.end() :]}"
    return text
