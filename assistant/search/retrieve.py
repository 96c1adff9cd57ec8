"""One question against one index: readers' questions, sentences, passages and words, fused.

Every way gives a number near [0, 1] (cosines; BM25 over the best that the query could reach), and they
are added with fixed weights: a linear fusion keeps how sure each way is, which ranks throw away (Bruch,
Gai & Ingber 2023). Weights were chosen on one half of the development questions and held on the other:
docs/LOG.md has the figures.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from assistant.search.embedder import Embedder
from assistant.search.evidence import covering_passages, entries, evidence_vectors, owners
from assistant.search.index import Index
from assistant.search.language import Language, load_language
from assistant.search.understand import Lexicon, build_lexicon, expand
from assistant.types import Hit, Match, Passage, Question, Retrieval, UnansweredMatch

__all__ = ["Searcher"]

Vector = npt.NDArray[np.float32]

# Of a readers' question: its own cosine 1, its words, the words and the cosine of its answer.
QUESTION_WORDS, ANSWER_WORDS, ANSWER_MEANING = 0.4, 0.25, 0.45
SECOND_WORDING = 0.25  # weight of the second-nearest wording: two that agree are surer than one
# Of a passage: its cosine, its best sentence's, its words, and the best readers' question that it answers.
PASSAGE_MEANING, SENTENCE_MEANING, PASSAGE_WORDS, BY_QUESTION = 0.7, 0.3, 0.5, 2.0
SUPPORT = 0.6  # of the readers' question's score for passages that hold the least of its answer
UNANSWERED_WORDS = 0.2
MATCHES = 40  # readers' questions kept
CONTEXT = 0.06  # bonus of an entry in a section that the conversation is about


@dataclass(frozen=True, slots=True)
class _Scores:
    """Of one query: [passages] by way, [entries] fused and raw."""

    ways: Mapping[str, Vector]
    passages: Vector
    entries: Vector
    cosines: Vector  # best wording's cosine by entry
    wordings: npt.NDArray[np.int64]  # that wording's row


@dataclass(slots=True)
class Searcher:
    """An index ready for questions. Thread-safe: everything is computed when it is made, then only read."""

    index: Index
    embedder: Embedder
    lexicon: Lexicon = field(init=False)
    language: Language = field(init=False)

    def __post_init__(self) -> None:
        index, adapter = self.index, self.index.adapter
        documents = index.documents
        self.language = load_language(index.corpus.language)
        knows = getattr(self.embedder, "knows_word", None)
        self.lexicon = build_lexicon(documents, knows or (lambda word: False))
        self._entries = entries(documents)
        self._owners = owners(documents, index.question_rows)
        self._questions = adapter.adapt_queries(index.question_vectors)
        self._unanswered = adapter.adapt_queries(index.unanswered_vectors)
        self._passages = adapter.adapt_texts(index.passages_store.vectors())
        self._sentences = adapter.adapt_texts(index.sentence_vectors)
        evidence = evidence_vectors(documents, index.sentence_rows, index.sentence_vectors)
        self._evidence = adapter.adapt_texts(evidence)
        self._covering = covering_passages(documents, index.passages)
        self._by_section: dict[tuple[str, str], list[int]] = {}
        for passage in index.passages:
            self._by_section.setdefault((passage.document, passage.section), []).append(passage.id)

    _entries: list = field(init=False, repr=False)  # type: ignore[type-arg]
    _owners: npt.NDArray[np.int64] = field(init=False, repr=False)
    _questions: Vector = field(init=False, repr=False)
    _unanswered: Vector = field(init=False, repr=False)
    _passages: Vector = field(init=False, repr=False)
    _sentences: Vector = field(init=False, repr=False)
    _evidence: Vector = field(init=False, repr=False)
    _covering: list[tuple[tuple[int, float], ...]] = field(init=False, repr=False)
    _by_section: dict[tuple[str, str], list[int]] = field(init=False, repr=False)

    def retrieve(self, question: Question, k: int = 10, context: Sequence[str] = ()) -> Retrieval:
        """The `k` best passages and the nearest readers' questions, answered and unanswered.

        `context` names sections that the conversation is about: their readers' questions get a small
        bonus. The question and its parts are embedded in one call. `k` is held between 0 and the number
        of passages.
        """
        began = time.perf_counter()
        texts = [question.standalone, *question.parts]
        vectors = self.index.adapter.adapt_queries(self.embedder.embed_queries(texts))
        scores = [self._score(v, t, context) for v, t in zip(vectors, texts, strict=True)]
        whole = scores[0]
        fused = whole.passages
        for part in scores[1:]:  # a passage that one part needs is needed
            fused = np.maximum(fused, part.passages * 0.97)
        fused = fused + self._named(question)
        hits = self._hits(fused, whole, k)
        unanswered = self._nearest_unanswered(vectors[0])
        matches = self._matches(whole)
        return Retrieval(question, hits, matches, unanswered, time.perf_counter() - began)

    def matches_of(self, text: str, context: Sequence[str] = ()) -> tuple[Match, ...]:
        """The nearest readers' questions of any text."""
        vector = self.index.adapter.adapt_queries(self.embedder.embed_queries([text]))[0]
        return self._matches(self._score(vector, text, context))

    # ------------------------------------------------------------ scores

    def _score(self, vector: Vector, text: str, context: Sequence[str]) -> _Scores:
        index = self.index
        words = expand(text, self.lexicon)
        by_question = self._questions @ vector
        with_words = by_question + QUESTION_WORDS * index.questions_words.scores(text)
        fused, wordings, cosines = self._by_entry(with_words, by_question)
        if len(fused):
            fused = fused + ANSWER_WORDS * index.evidence_words.scores(words)
            fused = fused + ANSWER_MEANING * (self._evidence @ vector)
            fused = fused + self._in_context(context)
        sentences = self._best_sentence(self._sentences @ vector)
        ways = {
            "dense": self._passages @ vector,
            "sentence": sentences,
            "words": index.passages_words.scores(words),
            "questions": self._spread(fused),
        }
        passages = (
            PASSAGE_MEANING * ways["dense"]
            + SENTENCE_MEANING * ways["sentence"]
            + PASSAGE_WORDS * ways["words"]
            + BY_QUESTION * ways["questions"]
        )
        return _Scores(ways, passages, fused, cosines, wordings)

    def _by_entry(self, scores: Vector, cosines: Vector) -> tuple[Vector, npt.NDArray[np.int64], Vector]:
        """Best score by entry, the row of that wording, and its cosine."""
        count = len(self._entries)
        best = np.full(count, -1.0, dtype=np.float32)
        np.maximum.at(best, self._owners, scores)
        rows = np.zeros(count, dtype=np.int64)
        at_best = np.flatnonzero(scores >= best[self._owners])
        rows[self._owners[at_best]] = at_best
        others = scores.copy()
        others[rows] = -1.0
        second = np.full(count, -1.0, dtype=np.float32)
        np.maximum.at(second, self._owners, others)
        second = np.where(second < 0, best, second)  # one wording alone is not held against an entry
        best = (1 - SECOND_WORDING) * best + SECOND_WORDING * second
        return best, rows, cosines[rows] if count else best

    def _best_sentence(self, scores: Vector) -> Vector:
        best = np.zeros(len(self.index.passages), dtype=np.float32)
        np.maximum.at(best, self.index.sentence_rows[:, 2], scores)
        return best

    def _in_context(self, context: Sequence[str]) -> Vector:
        near = set(context)
        bonus = [CONTEXT if entry.section in near else 0.0 for _, entry in self._entries] if near else 0.0
        return np.asarray(bonus, dtype=np.float32)

    def _spread(self, fused: Vector) -> Vector:
        """An entry's score to the passages that hold its answer; a passage keeps its best."""
        result = np.zeros(len(self.index.passages), dtype=np.float32)
        for owner in np.argsort(-fused)[: 5 * MATCHES]:
            for passage, share in self._covering[owner]:
                value = fused[owner] * (SUPPORT + (1 - SUPPORT) * share)
                result[passage] = max(result[passage], value)
        return result

    def _named(self, question: Question) -> Vector:
        """A lift for passages of sections, notes and references that the question names by number."""
        lift = np.zeros(len(self.index.passages), dtype=np.float32)
        for passage in self.index.passages if question.targets else ():
            if _is_named(passage, question.targets):
                lift[passage.id] = 5.0
        return lift

    # ------------------------------------------------------------ results

    def _hits(self, fused: Vector, whole: _Scores, k: int) -> tuple[Hit, ...]:
        count = max(0, min(k, len(fused)))
        order = np.argsort(-fused, kind="stable")[:count]
        return tuple(
            Hit(
                passage=self.index.passages[row],
                score=float(fused[row]),
                rank=rank,
                via={way: float(values[row]) for way, values in whole.ways.items()},
            )
            for rank, row in enumerate(order, start=1)
        )

    def _matches(self, scores: _Scores) -> tuple[Match, ...]:
        found = []
        for owner in np.argsort(-scores.entries, kind="stable")[:MATCHES]:
            document, entry = self._entries[owner]
            row = scores.wordings[owner]
            wording = entry.questions[self.index.question_rows[row, 2]]
            found.append(
                Match(
                    entry=entry,
                    document=self.index.documents[document].id,
                    question=wording,
                    cosine=float(scores.cosines[owner]),
                    score=float(scores.entries[owner]),
                )
            )
        return tuple(found)

    def _nearest_unanswered(self, vector: Vector) -> tuple[UnansweredMatch, ...]:
        cosines = self._unanswered @ vector
        found = []
        for row in np.argsort(-cosines, kind="stable")[:5]:
            document, entry = self.index.unanswered_rows[row]
            question = self.index.documents[document].unanswered[entry]
            found.append(UnansweredMatch(question, float(cosines[row]), float(cosines[row])))
        return tuple(found)


def _is_named(passage: Passage, targets: Sequence[str]) -> bool:
    for target in targets:
        kind, _, number = target.partition(":")
        if kind in ("note", "reference"):
            if passage.text.startswith(f"{number}. ") and passage.section == "references":
                return True
        elif passage.section == number or passage.section.startswith((f"{number}/", f"{number}.")):
            return True
    return False
