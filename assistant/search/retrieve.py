"""One question against one index: the best passages, and the nearest readers' questions.

How near everything is, by which way, is in `search.scores`; here the parts of a question are put together,
what it names by number is lifted, and what was found is given out.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from assistant.search.answerability import Signaller, without_questions
from assistant.search.embedder import Embedder
from assistant.search.index import Index
from assistant.search.language import load_language
from assistant.search.nearest import EXACT_UP_TO, Vector, best_rows
from assistant.search.rerank import RERANKED, Reranker
from assistant.search.scores import MATCHES, Scores, Ways
from assistant.search.spelling import word_list
from assistant.search.understand import build_lexicon
from assistant.types import Hit, Match, Passage, Question, Retrieval, UnansweredMatch

__all__ = ["Searcher"]

PART = 0.97  # of a part's score: where one part needs a passage, the question does
CONTEXT = 0.06  # bonus of readers' questions of a section that the conversation is about,
WITHIN = 0.2  # and of one that the question names
WHOLE = 1.6  # of the whole question's score, in which a part is read: "what did they win?" says little alone
LED = 0.99  # of the best score: for the notes behind the best answer, where a source is asked for
NAMED = 5.0  # lift of what a question names by number, above every other score
_NOTES = ("note:", "reference:")
SENTENCES = 10  # nearest sentences given out
UNANSWERED = 5  # nearest unanswered questions given out


class Searcher:
    """An index ready for questions. Thread-safe: everything is computed when it is made, then only read.

    `exact_up_to`: tables with more rows are searched by candidates (see `search.nearest`).
    """

    def __init__(
        self,
        index: Index,
        embedder: Embedder,
        reranker: Reranker | None = None,
        *,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self.index, self.embedder, self.reranker = index, embedder, reranker
        self.language = load_language(index.corpus.language)
        self.lexicon = build_lexicon(index.documents, word_list(index.corpus.language, embedder))
        self._ways = Ways(index, self.lexicon, exact_up_to)
        self._unanswered = index.adapter.adapt_queries(index.unanswered_vectors)
        self._unanswered_rows = np.asarray(index.unanswered_rows).tolist()
        self._wordings = np.asarray(index.question_rows)[:, 2]
        self._sections: dict[str, list[int]] = {}
        for passage in index.passages:
            self._sections.setdefault(passage.section, []).append(passage.id)
        self._notes, self._marked = _passages_of_notes(index)
        types = np.asarray(index.question_types), np.asarray(index.unanswered_types)
        self._signaller = Signaller(
            index.documents, self._ways.entries, index.passages_words, self.language, types
        )

    def retrieve(self, question: Question, k: int = 10, context: Sequence[str] = ()) -> Retrieval:
        """The `k` best passages and the nearest readers' questions, answered and unanswered.

        `context` names sections that the conversation is about: their readers' questions get a small
        bonus. The question and its parts are embedded in one call. `k` is held between 0 and the number
        of passages.
        """
        began = time.perf_counter()
        texts = [question.standalone, *question.parts]
        vectors = self.index.adapter.adapt_queries(self.embedder.embed_queries(texts))
        named_sections = [section for section in self._sections if question.names_section(section)]
        around = dict.fromkeys(context, CONTEXT) | dict.fromkeys(named_sections, WITHIN)
        scores = [self._ways.score(v, t, around) for v, t in zip(vectors, texts, strict=True)]
        whole = scores[0]
        fused = whole.passages
        for part in scores[1:]:
            fused = np.maximum(fused, part.passages * PART)
        if named := self._named(named_sections, question.targets):
            fused = fused.copy()
            fused[named] += NAMED
        if led := self._led(question, whole):
            fused = fused.copy()
            lifted = fused.max() * LED ** np.arange(1, len(led) + 1, dtype=np.float32)
            fused[led] = np.maximum(fused[led], lifted)
        hits = self._hits(fused, whole, question, k)
        far = np.asarray(self._unanswered @ vectors[0], dtype=np.float32)
        text = question.standalone
        return Retrieval(
            question=question,
            hits=hits,
            matches=self._matches(whole),
            unanswered=self._nearest_unanswered(far),
            answerable=self._answerable(question, whole, far),
            known_share=self._signaller.share_known(text),
            unknown=self._signaller.unknown_names(text),
            parts=tuple(self._matches(_in_light_of(part, whole)) for part in scores[1:]),
            sentences=self._nearest_sentences(whole),
            seconds=time.perf_counter() - began,
        )

    def _named(self, sections: Sequence[str], targets: Sequence[str]) -> list[int]:
        """Passages of these sections, and of the notes and references that a question names by number."""
        found = {passage for section in sections for passage in self._sections[section]}
        for target in targets:
            if target.startswith(_NOTES):
                found.update(self._notes.get(target.partition(":")[2], ()))
        return sorted(found)

    def _led(self, question: Question, whole: Scores) -> list[int]:
        """Passages of the notes behind the best answer, along their chains, where a source is asked for;
        of a note that is named, those of the sentences that it belongs to.
        """
        named = [target.partition(":")[2] for target in question.targets if target.startswith(_NOTES)]
        if named:
            return list(dict.fromkeys(passage for n in named for passage in self._marked.get(n, ())))
        if question.asked_for != "source" or not len(whole.entries):
            return []
        place, entry = self._ways.entries[int(np.argmax(whole.entries))]
        document = self.index.documents[place]
        marked = [
            note for note in document.notes
            if any(start <= m.start < end for m in note.markers for start, end in entry.spans)
        ]  # fmt: skip
        behind = marked or [note for note in document.notes if note.number in entry.notes]
        chains = dict.fromkeys(n for note in behind for n in (note.number, *note.chain))
        return list(dict.fromkeys(passage for n in chains for passage in self._notes.get(n, ())))

    def _hits(self, fused: Vector, whole: Scores, question: Question, k: int) -> tuple[Hit, ...]:
        again: dict[int, float] = {}
        if self.reranker is None or question.targets:  # what is named by number needs no second look
            order = best_rows(fused, k)
        else:
            order, again = self._reranked(self.reranker, fused, question.standalone, k)
        return tuple(
            Hit(
                passage=self.index.passages[row],
                score=float(fused[row]),
                rank=rank,
                via={way: float(values[row]) for way, values in whole.ways.items()}
                | ({"reranker": again[row]} if row in again else {}),
            )
            for rank, row in enumerate(order.tolist(), start=1)
        )

    def _reranked(
        self, reranker: Reranker, fused: Vector, query: str, k: int
    ) -> tuple[npt.NDArray[np.int64], dict[int, float]]:
        """The `k` best rows, the first `RERANKED` of them in the reranker's order, and its scores."""
        order = best_rows(fused, max(k, RERANKED) if k > 0 else 0)
        first = order[:RERANKED].copy()
        passages = [self.index.passages[row] for row in first]
        scores = reranker.score(query, [f"{p.title}\n{p.text}" for p in passages])
        order[: len(first)] = first[np.argsort(-scores, kind="stable")]
        return order[: max(k, 0)], dict(zip(first.tolist(), scores.tolist(), strict=True))

    def _matches(self, scores: Scores) -> tuple[Match, ...]:
        found = []
        for owner in best_rows(scores.entries, MATCHES).tolist():
            document, entry = self._ways.entries[owner]
            row = self._ways.wording(scores, owner)
            found.append(
                Match(
                    entry=entry,
                    document=self.index.documents[document].id,
                    question=entry.questions[self._wordings[row]],
                    cosine=float(scores.cosines[row]),
                    score=float(scores.entries[owner]),
                )
            )
        return tuple(found)

    def _answerable(self, question: Question, whole: Scores, far: Vector) -> float:
        """The probability that the corpus answers."""
        if not len(whole.cosines):
            nearest = max((score for *_, score in self._nearest_sentences(whole)), default=-1.0)
            text = question.standalone
            unknown = len(self._signaller.unknown_names(text))
            return without_questions(nearest, self._signaller.share_known(text), unknown)
        best = int(self._ways.owners[int(np.argmax(whole.cosines))])
        signals = self._signaller.signals(question.standalone, question.asked_for, best, whole.cosines, far)
        return self.index.calibration.probability(signals)

    def _nearest_sentences(self, whole: Scores) -> tuple[tuple[str, int, int, float], ...]:
        """The sentences nearest to the question, with their place and cosine, best first."""
        found = []
        for row, score in self._ways.nearest_sentences(whole, SENTENCES):
            document = self.index.documents[self.index.sentence_rows[row, 0]]
            sentence = document.sentences[self.index.sentence_rows[row, 1]]
            found.append((document.id, sentence.start, sentence.end, score))
        return tuple(found)

    def _nearest_unanswered(self, cosines: Vector) -> tuple[UnansweredMatch, ...]:
        found = []
        for row in best_rows(cosines, UNANSWERED).tolist():
            document, entry = self._unanswered_rows[row]
            question = self.index.documents[document].unanswered[entry]
            found.append(UnansweredMatch(question, float(cosines[row]), float(cosines[row])))
        return tuple(found)


def _in_light_of(part: Scores, whole: Scores) -> Scores:
    """The scores of a part of a question with its entries' as means of its own and the whole question's."""
    mixed = (part.entries + WHOLE * whole.entries) / (1 + WHOLE)
    return replace(part, entries=mixed.astype(np.float32))


def _passages_of_notes(index: Index) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """By the note's number: the passage where its own text begins, and those that hold its markers."""
    ends: dict[str, list[tuple[int, Passage]]] = {}
    for passage in index.passages:
        ends.setdefault(passage.document, []).append((passage.end, passage))
    bodies: dict[str, list[int]] = {}
    marked: dict[str, list[int]] = {}
    for document in index.documents:
        own = sorted(ends.get(document.id, ()), key=lambda item: item[0])
        for note in document.notes:
            places = [(bodies, note.start), *((marked, marker.start) for marker in note.markers)]
            for found, offset in places:
                at = bisect_right(own, offset, key=lambda item: item[0])
                if at < len(own) and own[at][1].start <= offset:
                    found.setdefault(note.number, []).append(own[at][1].id)
    return bodies, marked
