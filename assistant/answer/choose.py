"""Which sentences answer: a vote of the nearest readers' questions.

Each readers' question names the sentences that answer it. How near it is to the asked one makes it more
or less probable that they mean the same (a softmax over the scores); a sentence's probability of belonging
to the answer is the sum over the readers' questions that name it. Sentences above a threshold are said:
those of the most probable question first and in its order, then the others in the order of the text. A
sentence of the same section must be somewhat probable beside the best, one of another section nearly as
probable: only where the vote is open does the answer name both. Where a question has several parts, each
has a vote of its own beside the whole's, and its surest answer belongs to the answer's own sections.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer.cite import Citer, Run
from assistant.types import Match, Question, Retrieval

__all__ = ["Choice", "choose_runs"]

VOTERS = 15  # readers' questions that vote
TEMPERATURE = 0.07  # of the softmax over their scores; measured in docs/LOG.md
THRESHOLD = 0.06  # of a sentence's probability
NEARBY = 0.12  # of the best sentence's probability, for others of the first question's sections
ELSEWHERE = 0.75  # of the best sentence's probability, for sentences outside those sections
SENTENCES = 3  # of a corpus without readers' questions
PARTS = 0.5  # weight of each part of a question; the whole has the rest
SURE = 0.3  # probability with which a part's own answer is as much asked for as the whole question's
OUTSIDE = 0.1  # weight of sentences outside the sections that the question names
UNASKED_SOURCE = 0.4  # weight of a reference's own text where no source was asked for
WORDS = 130  # an answer beyond the most probable question's sentences stops here
LIST_WORDS = 420  # that question's own sentences stop here: a list is worth its length

# Least probability, least shares of the best one's nearby and elsewhere, most words.
_ROOM = {"shorter": (0.5, 1.0, 1.0, 0), "longer": (0.03, 0.0, 0.1, 260)}

_Place = tuple[str, int, int]  # document, start, end


@dataclass(frozen=True, slots=True)
class Choice:
    """Runs to cite, in the order in which they are to be read, and the readers' questions behind them."""

    runs: tuple[Run, ...]
    matches: tuple[Match, ...]


def choose_runs(retrieval: Retrieval, citer: Citer, length: str = "") -> Choice:
    """The runs that answer. Without readers' questions, the nearest sentences are taken as they are.

    `length`: "shorter" for the one most probable sentence or list, "longer" for less probable ones too.
    """
    if not retrieval.matches:
        return Choice(tuple(citer.joined(_nearest(retrieval, citer))), ())
    asks_source = retrieval.question.asked_for == "source"
    votes = _Votes(citer, 1.0 if asks_source else UNASKED_SOURCE)
    parts = [part for part in retrieval.parts if part]
    votes.count(retrieval.matches, 1 - PARTS if parts else 1.0)
    first: dict[_Place, None] = {}
    for part in parts:
        own = votes.count(part, PARTS)
        places = _places(part[0], citer)
        if max(own[place] for place in places) >= SURE:
            first.update(dict.fromkeys(places))
    first.update(dict.fromkeys(_places(retrieval.matches[0], citer)))
    if not votes.shares:
        return Choice((), ())
    room = _ROOM.get(length, (THRESHOLD, NEARBY, ELSEWHERE, WORDS))
    places = _within(list(first), _scoped(votes.shares, retrieval.question, citer), citer, room)
    if retrieval.question.asked_for == "list" and length != "shorter":
        places = citer.whole_lists(places)
    places = _with_due_references(places, frozenset() if asks_source else frozenset(first), citer)
    runs = [
        run for place in places for run in citer.runs(place[0], [(place[1], place[2])], votes.hints(place))
    ]
    return Choice(tuple(citer.joined(runs)), tuple(votes.chosen))


class _Votes:
    """What readers' questions say of sentences: `shares` of the answer, and the notes they name for them."""

    def __init__(self, citer: Citer, sources: float) -> None:
        """`sources` weighs sentences of references' own texts."""
        self._citer, self._sources = citer, sources
        self.shares: dict[_Place, float] = {}
        self.chosen: list[Match] = []
        self._hints: dict[_Place, list[str]] = {}

    def count(self, ballot: Sequence[Match], weight: float) -> dict[_Place, float]:
        """Add a ballot; the probabilities of its sentences alone."""
        own: dict[_Place, float] = {}
        for match, probability in _probabilities(ballot):
            unmarked = self._citer.unmarked(match.document, match.entry)
            for place in _places(match, self._citer):
                share = self._sources if self._citer.is_source(*place[:2]) else 1.0
                own[place] = own.get(place, 0.0) + probability * share
                self._hints.setdefault(place, []).extend(unmarked)
            if probability * weight >= THRESHOLD and match not in self.chosen:
                self.chosen.append(match)
        for place, probability in own.items():
            self.shares[place] = self.shares.get(place, 0.0) + weight * probability
        return own

    def hints(self, place: _Place) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._hints.get(place, ())))


def _nearest(retrieval: Retrieval, citer: Citer) -> list[Run]:
    """The best three sentences, in the order of the text."""
    best = sorted(place[:3] for place in retrieval.sentences[:SENTENCES])
    return [run for document, *span in best for run in citer.runs(document, [(span[0], span[1])])]


def _with_due_references(places: list[_Place], due: frozenset[_Place], citer: Citer) -> list[_Place]:
    """`places` with those entries of the list of references alone that the sentences beside them lead to.

    `due` stay in any case. Without sentences, or where these lead to none, references are what was asked for.
    """
    references = {place for place in places if citer.is_reference(*place[:2])}
    said = [place for place in places if place not in references]
    led = citer.led_to(said)
    kept = {place for place in references if place in due or citer.numbers(*place) & led}
    if not said or (not kept and not due):
        return places
    return [place for place in places if place not in references or place in kept]


def _scoped(shares: dict[_Place, float], question: Question, citer: Citer) -> dict[_Place, float]:
    """`shares`, less for what stands outside the sections that the question names, references apart."""
    if not any(target.startswith("section:") for target in question.targets):
        return shares

    def weight(place: _Place) -> float:
        within = question.names_section(citer.section(*place[:2])) or citer.is_source(*place[:2])
        return 1.0 if within else OUTSIDE

    return {place: share * weight(place) for place, share in shares.items()}


def _probabilities(matches: Sequence[Match]) -> list[tuple[Match, float]]:
    voters = matches[:VOTERS]
    if not voters:
        return []
    weights = [math.exp((match.score - voters[0].score) / TEMPERATURE) for match in voters]
    return [(match, weight / sum(weights)) for match, weight in zip(voters, weights, strict=True)]


def _places(match: Match, citer: Citer) -> list[_Place]:
    return [(match.document, *span) for span in citer.sentences(match.document, match.entry.spans)]


def _printed(place: _Place, citer: Citer) -> str:
    """The printed number of the place's section: what stands before the first slash of its id."""
    return citer.section(*place[:2]).partition("/")[0]


def _within(
    first: Sequence[_Place], votes: dict[_Place, float], citer: Citer, room: tuple[float, float, float, int]
) -> list[_Place]:
    """The sentences to say, most probable first while there is room, put into reading order.

    `room` is the least probability, the least shares of the best one's nearby and elsewhere, the most words.
    """
    least, nearby, elsewhere, most = room
    taken: list[_Place] = []
    words = 0
    own = set(first)
    near = {_printed(place, citer) for place in first}
    best = max(votes.values())
    limits = max(least, elsewhere * best), max(least, nearby * best)
    for place in sorted(votes, key=lambda p: (-votes[p], p)):
        if taken and votes[place] < limits[_printed(place, citer) in near]:
            continue
        count = citer.count_words(place[0], place[1:])
        limit = LIST_WORDS if place in own and most >= WORDS else most
        if not taken or words + count <= limit:
            taken.append(place)
            words += count
    leading = [place for place in first if place in taken]
    taken = citer.with_quotations(taken)
    leading = [place for place in leading if place in taken]
    others = sorted(place for place in taken if place not in own)
    if len({citer.section(*place[:2]) for place in taken}) == 1:
        return sorted(taken)  # within one section the text's own order reads best
    return leading + others
