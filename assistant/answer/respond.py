"""From a question to an answer, one direction: understand, care, retrieve, judge, choose, cite.

`Responder` holds what is fixed (documents, rules, search) and nothing of a conversation. The extractive
composer lives here: it says nothing but sentences of the corpus and the few phrases of its language file.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.answer.care import (
    CareMatch,
    CareRules,
    is_ordinary,
    load_care,
    match_care,
    near_care,
)
from assistant.answer.choose import choose_runs
from assistant.answer.cite import Citer, Run
from assistant.answer.conflicts import conflict_notes, other_sides
from assistant.answer.conversation import FollowUp, Topics, resolve, topics_of
from assistant.answer.events import Done, Event, Retrieved, Said
from assistant.answer.judge import Verdict, judge
from assistant.answer.lookup import look_up
from assistant.answer.markdown import render
from assistant.answer.source import source_runs
from assistant.read.quotes import QuoteNotFound, resolve_quote
from assistant.search.retrieve import Searcher
from assistant.search.understand import clean_question, understand
from assistant.types import (
    Answer,
    Citation,
    ConflictNote,
    Match,
    Question,
    Retrieval,
    Signpost,
    Statement,
    Turn,
)

__all__ = ["Responder"]

MISLEADING = "false-premise"  # type of readers' questions that nobody should be given to ask
PARTIAL_RUNS = 2  # what is said beside the point is kept short
TURNS_READ = 8  # of the conversation, the last ones: a topic is not older than that


@dataclass(frozen=True, slots=True)
class _Draft:
    """An answer before it is worded: runs to cite, and what to say around them."""

    runs: tuple[Run, ...] = ()
    matches: tuple[Match, ...] = ()
    status: str = "answered"
    reason: str | None = None
    before: str = ""
    after: str = ""
    signposts: tuple[Signpost, ...] = ()
    nearest: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


@dataclass(slots=True)
class Responder:
    """Answers questions from one index. Thread-safe."""

    searcher: Searcher
    provenance: Mapping[str, Any]
    max_chars: int = 2000
    citer: Citer = field(init=False)
    care: CareRules = field(init=False)
    topics: Topics = field(init=False)
    _signpost_runs: dict[str, list[Run]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        corpus = self.searcher.index.corpus
        self.citer = Citer(corpus.documents)
        self.care = load_care(corpus.care)
        self.topics = topics_of(corpus.documents, corpus.language)
        self._signpost_runs = {s.id: self._cited(s.section, s.quote) for s in self.care.signposts}

    def _cited(self, section: str, quote: str) -> list[Run]:
        """The runs of a signpost's quotation, in the document that holds it."""
        for document in self.searcher.index.documents:
            with contextlib.suppress(QuoteNotFound):
                return self.citer.runs(document.id, [resolve_quote(document, quote, section)])
        return []

    # ------------------------------------------------------------ the path

    def stream(self, text: str, turns: Sequence[Turn] = (), k: int = 10) -> Iterator[Event]:
        """`Retrieved`, a `Said` for each statement, `Done`. Raises BadQuestion before the first."""
        began = time.perf_counter()
        asked = clean_question(text, self.max_chars)
        recent = [_readable(turn) for turn in turns[-TURNS_READ:]]
        care = match_care(self.care, asked)
        mended = understand(asked, self.searcher.lexicon, self.searcher.language).standalone
        follow = resolve(mended, recent, self.topics, self.searcher.language)
        if care and care.action == "refuse":
            follow = FollowUp("new", asked)
        question = understand(asked, self.searcher.lexicon, self.searcher.language, follow.standalone)
        retrieval = self.searcher.retrieve(question, k, follow.sections)
        if care and is_ordinary(care, retrieval.unanswered, retrieval.nearest):
            care = None
        elif care is None:
            care = near_care(self.care, retrieval.unanswered, retrieval.nearest)
        yield Retrieved(question, retrieval.hits)
        draft = self._draft(question, retrieval, follow, care, recent)
        answer = self._write(text, retrieval, draft, began)
        known: set[str] = set()
        by_label = {citation.label: citation for citation in answer.citations}
        for statement in answer.statements:
            new = [label for label in statement.citations if label not in known]
            known.update(new)
            yield Said(statement, tuple(by_label[label] for label in new))
        yield Done(answer)

    # ------------------------------------------------------------ what to say

    def _draft(
        self,
        question: Question,
        retrieval: Retrieval,
        follow: FollowUp,
        care: CareMatch | None,
        turns: Sequence[Turn],
    ) -> _Draft:
        if care and care.action != "note":
            return self._cared(care)
        language = self.searcher.language
        for key in ("greeting", "thanks"):
            if language.matches("small_talk", key, question.text):
                said = self._say(key)
                return _Draft(status="refused", reason="unclear", before=said)
        before = care.before if care else ""
        if follow.kind == "source":
            cited = source_runs(self.searcher.index.documents, turns, question.text, self.citer)
            if cited:
                return _Draft(runs=tuple(cited), before=before)
        verdict = judge(retrieval, _put_together(follow, turns))
        if question.targets:
            named = self._named(question, verdict)
            if named is not None:
                return named
        if care and care.reason:  # words that ask for what no book can know
            verdict = Verdict("partial", care.reason)
        if verdict.status == "refused":
            return self._refused(verdict, retrieval)
        chosen = choose_runs(retrieval, self.citer, follow.kind)
        others = other_sides(chosen, question, self.searcher.index.documents, self.citer)
        runs = (*chosen.runs, *others)
        if verdict.status == "partial":
            before = before or self._not_quite(question)
            runs = runs[:PARTIAL_RUNS]
        return _Draft(
            runs=runs,
            matches=chosen.matches,
            status=verdict.status,
            reason=verdict.reason,
            before=before,
            suggestions=self._suggestions(retrieval, chosen.matches),
        )

    def _not_quite(self, question: Question) -> str:
        """What is said before evidence beside the point: the type of fact that it does not give.

        "Who is X?" names its person: not the name is missing then.
        """
        named = any(found.kind == "person" for found in self.topics.found(question.standalone))
        asked_for = "other" if named and question.asked_for == "person" else question.asked_for
        return self._say(f"partial-{asked_for}") or self._say("partial-other")

    def _cared(self, care: CareMatch) -> _Draft:
        runs = tuple(run for s in care.signposts for run in self._signpost_runs.get(s.id, ()))
        signposts = tuple(Signpost(s.name, s.what, s.section, s.url) for s in care.signposts)
        return _Draft(
            runs=runs,
            status="refused",
            reason=care.reason or "unclear",
            before=care.before,
            after=care.after,
            signposts=signposts,
        )

    def _named(self, question: Question, verdict: Verdict) -> _Draft | None:
        """An answer by look-up; None where the question only mentions what it names."""
        found = look_up(question, self.searcher.index.documents, self.citer)
        if found.missing and not found.runs:
            kind, number = found.missing[0]
            said = self._say("no-such", kind=self._say(f"kind-{kind}"), number=number)
            return _Draft(status="refused", reason="not-in-corpus", before=said)
        asks_all = question.asked_for == "summary" or verdict.status == "answered"
        if found.runs and (question.kind == "lookup" or (question.kind == "summary" and asks_all)):
            return _Draft(runs=found.runs)
        return None

    def _refused(self, verdict: Verdict, retrieval: Retrieval) -> _Draft:
        said = self._say(verdict.reason or "not-in-corpus")
        nearest: tuple[str, ...] = ()
        suggestions: tuple[str, ...] = ()
        after = ""
        if verdict.reason in ("not-in-corpus", "live-information", "unclear"):
            nearest = tuple(dict.fromkeys(h.passage.section for h in retrieval.hits[:5]))[:3]
            document = self.searcher.index.documents[0].id
            titles = [f"{s.partition('/')[0]} {self.citer.title(document, s)}" for s in nearest]
            after = self._say("nearest", sections="; ".join(titles)) if titles else ""
            suggestions = self._suggestions(retrieval, ())
            if suggestions:
                after = f"{after}\n\n{self._say('instead', question=suggestions[0])}"
        return _Draft(
            status="refused",
            reason=verdict.reason,
            before=said,
            after=after,
            nearest=nearest,
            suggestions=suggestions,
        )

    def _suggestions(self, retrieval: Retrieval, used: Sequence[Match]) -> tuple[str, ...]:
        """Plainest wordings of the next readers' questions."""
        done = {match.entry.id for match in used}
        others = [
            m.entry.questions[0]
            for m in retrieval.matches
            if m.entry.id not in done and m.entry.type != MISLEADING
        ]
        return tuple(dict.fromkeys(others))[:3]

    def _say(self, key: str, **values: str) -> str:
        called = self.searcher.index.corpus.called
        return self.searcher.language.say(
            key, called=called, Called=called[:1].upper() + called[1:], **values
        )

    # ------------------------------------------------------------ how to say it

    def _write(self, asked: str, retrieval: Retrieval, draft: _Draft, began: float) -> Answer:
        citations: list[Citation] = []
        statements: list[Statement] = []
        lists = set()
        for number, run in enumerate(self.citer.with_ways(draft.runs), start=1):
            citation, said = self.citer.cite(run, str(number))
            citations.append(citation)
            statements.extend(said)
            if self.citer.is_list(run):
                lists.add(citation.label)
        conflicts: tuple[ConflictNote, ...] = ()
        if draft.status == "answered":
            conflicts = conflict_notes(self.searcher.index.documents, citations)
        after = "\n\n".join([*(c.note for c in conflicts), draft.after]).strip()
        total = time.perf_counter() - began
        return Answer(
            question=asked,
            standalone=retrieval.question.standalone,
            status=draft.status,  # type: ignore[arg-type]
            reason=draft.reason if draft.status != "answered" else None,
            answer=render(draft.before, statements, frozenset(lists), after),
            statements=tuple(statements),
            citations=tuple(citations),
            signposts=draft.signposts,
            conflicts=conflicts,
            passages=retrieval.hits,
            seconds={
                "retrieval": retrieval.seconds,
                "answer": max(0.0, total - retrieval.seconds),
                "total": total,
            },
            provenance={**self.provenance, "confidence": round(retrieval.answerable, 4)},
            nearest=draft.nearest,
            suggestions=draft.suggestions,
        )


def _put_together(follow: FollowUp, turns: Sequence[Turn]) -> bool:
    """Whether a question, or the earlier one that it comes back to, was filled in by the turns before it."""
    again = any(turn.standalone == follow.standalone != turn.question for turn in turns)
    return follow.kind == "follow" or again


def _readable(turn: Turn) -> Turn:
    """A turn as the caller gave it, held to a length: conversations come from outside."""
    return replace(
        turn, question=turn.question[:500], standalone=turn.standalone[:500], answer=turn.answer[:1200]
    )
