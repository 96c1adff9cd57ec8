"""How near one question is to every passage and every readers' question, by every way, and fused.

Every way gives a number near [0, 1] (cosines; BM25 over the best that the query could reach), and they
are added with fixed weights: a linear fusion keeps how sure each way is, which ranks throw away (Bruch,
Gai & Ingber 2023). Weights were chosen on one half of the development questions and held on the other:
docs/LOG.md has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.search.evidence import covering_passages, entries, evidence_vectors, owners
from assistant.search.index import Index
from assistant.search.nearest import CANDIDATES, EXACT_UP_TO, Groups, Nearest, Rows, Vector, best_rows
from assistant.search.understand import Lexicon, expand
from assistant.search.words import stem_words

__all__ = ["MATCHES", "Scores", "Ways"]

# Of a readers' question: its own cosine 1, its words, the words and the cosine of its answer.
QUESTION_WORDS, ANSWER_WORDS, ANSWER_MEANING = 0.4, 0.25, 0.45
SECOND_WORDING = 0.25  # weight of an entry's second-nearest wording: two that agree are surer than one
# Of a passage: its cosine, its best sentence's, its words, and the best readers' question that it answers.
PASSAGE_MEANING, SENTENCE_MEANING, PASSAGE_WORDS, BY_QUESTION = 0.7, 0.3, 0.5, 2.0
SUPPORT = 0.6  # of the readers' question's score for passages that hold the least of its answer
MATCHES = 24  # readers' questions kept
SPREAD = 200  # readers' questions whose answers count for passages


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one query: [passages] by way and fused, [entries] fused, [wordings] cosine alone and with words.

    `sentences` are cosines of the rows `sentence_rows`: of all sentences, or of those of good passages.
    """

    ways: Mapping[str, Vector]
    passages: Vector
    entries: Vector
    cosines: Vector
    with_words: Vector
    sentences: Vector
    sentence_rows: Rows


class Ways:
    """The tables of an index, made ready to be scored. Read-only once made."""

    def __init__(self, index: Index, lexicon: Lexicon, exact_up_to: int = EXACT_UP_TO) -> None:
        documents, adapter = index.documents, index.adapter
        self._index, self._lexicon = index, lexicon
        self.entries = entries(documents)
        self.owners = owners(documents, index.question_rows)
        self.wordings = Groups(self.owners, len(self.entries))
        self._questions = Nearest(adapter.adapt_queries(index.question_vectors), exact_up_to)
        evidence = evidence_vectors(documents, index.sentence_rows, index.sentence_vectors)
        self._evidence = Nearest(adapter.adapt_texts(evidence), exact_up_to)
        self._passages = Nearest(adapter.adapt_texts(index.passages_store.vectors()), exact_up_to)
        # Sentences need no store: past the limit only those of good passages are looked at.
        sentences = adapter.adapt_texts(index.sentence_vectors)
        self._sentences = Nearest(sentences, max(exact_up_to, len(sentences)))
        self._all_sentences = np.arange(len(sentences))
        self._by_passage = Groups(index.sentence_rows[:, 2], len(index.passages))
        self._exact = max(len(index.passages), len(sentences)) <= exact_up_to
        covering = covering_passages(documents, index.passages)
        self._cover = Groups(
            np.repeat(np.arange(len(covering)), [len(held) for held in covering]), len(covering)
        )
        self._covered = np.array([passage for held in covering for passage, _ in held], dtype=np.int64)
        share = np.array([share for held in covering for _, share in held], dtype=np.float32)
        self._support = SUPPORT + (1 - SUPPORT) * share
        self._covering_entry = np.repeat(np.arange(len(covering)), [len(held) for held in covering])
        self._in_section: dict[str, list[int]] = {}
        for owner, (_, entry) in enumerate(self.entries):
            self._in_section.setdefault(entry.section, []).append(owner)

    def score(self, vector: Vector, text: str, context: Mapping[str, float] | None = None) -> Scores:
        """Of a question as its words and its adapted unit vector; `context` lifts entries by section."""
        index = self._index
        terms = stem_words(text, index.passages_words.language)
        fuller = expand(text, self._lexicon)
        expanded = terms if fuller == text else stem_words(fuller, index.passages_words.language)
        cosines = self._questions.cosines(vector)
        with_words = cosines + QUESTION_WORDS * index.questions_words.score_terms(terms)
        fused = self._fused_entries(vector, expanded, context or {}, (cosines, with_words))
        dense = self._passages.cosines(vector)
        words = index.passages_words.score_terms(expanded)
        questions = self._spread(fused)
        by_rest = PASSAGE_WORDS * words + BY_QUESTION * questions
        if self._exact:
            rows, cosines_of_rows = self._all_sentences, self._sentences.cosines(vector)
            sentence = self._by_passage.best(cosines_of_rows, 0.0)
        else:
            found = np.sort(best_rows(PASSAGE_MEANING * dense + by_rest, CANDIDATES))
            dense = self._scattered(found, self._passages.at(found, vector))
            rows = self._by_passage.rows(found)
            cosines_of_rows = self._sentences.at(rows, vector)
            sentence = self._scattered(found, self._by_passage.best_of(found, cosines_of_rows, 0.0))
        passages = PASSAGE_MEANING * dense + SENTENCE_MEANING * sentence + by_rest
        ways = {"dense": dense, "sentence": sentence, "words": words, "questions": questions}
        return Scores(ways, passages, fused, cosines, with_words, cosines_of_rows, rows)

    def _scattered(self, rows: Rows, values: Vector) -> Vector:
        """`values` at these rows, else 0, [passages]."""
        result = np.zeros(len(self._index.passages), dtype=np.float32)
        result[rows] = values
        return result

    def _fused_entries(
        self,
        vector: Vector,
        terms: Sequence[str],
        context: Mapping[str, float],
        wordings: tuple[Vector, Vector],
    ) -> Vector:
        """Scores of entries, [entries]. Where tables are large, `wordings` are made exact for the best."""
        cosines, with_words = wordings
        if not len(self.entries):
            return np.zeros(0, dtype=np.float32)
        best = self._of_all(with_words)
        rest = ANSWER_WORDS * self._index.evidence_words.score_terms(terms)
        for section, bonus in context.items():
            rest[self._in_section.get(section, [])] += bonus
        fused: Vector = best + rest + ANSWER_MEANING * self._evidence.cosines(vector)
        if self._questions.exact and self._evidence.exact:
            return fused
        near = np.sort(best_rows(fused, SPREAD))
        rows = self.wordings.rows(near)
        exact = self._questions.at(rows, vector)
        with_words[rows] += exact - cosines[rows]
        cosines[rows] = exact
        result: Vector = np.full_like(fused, -1.0)
        result[near] = self._of_some(near, with_words[rows]) + rest[near]
        result[near] += ANSWER_MEANING * self._evidence.at(near, vector)
        return result

    def _of_all(self, scores: Vector) -> Vector:
        """Scores of all entries, [entries], given those of all wordings."""
        best = self.wordings.best(scores, -1.0)
        others = np.where(scores >= best[self.owners], np.float32(-1.0), scores)
        return _of_two(best, self.wordings.best(others, -1.0))

    def _of_some(self, owners: Rows, scores: Vector) -> Vector:
        """Scores of `owners`, given those of `wordings.rows(owners)`."""
        best = self.wordings.best_of(owners, scores, -1.0)
        others = np.where(scores >= self.wordings.repeated(owners, best), np.float32(-1.0), scores)
        return _of_two(best, self.wordings.best_of(owners, others, -1.0))

    def _spread(self, fused: Vector) -> Vector:
        """An entry's score to the passages that hold its answer; a passage keeps its best, [passages]."""
        result = np.zeros(len(self._index.passages), dtype=np.float32)
        held = self._cover.rows(best_rows(fused, SPREAD))
        np.maximum.at(result, self._covered[held], fused[self._covering_entry[held]] * self._support[held])
        return result

    def nearest_sentences(self, scores: Scores, k: int) -> list[tuple[int, float]]:
        """The rows of the sentences nearest to the question, with their cosines, best first."""
        found = best_rows(scores.sentences, k).tolist()
        return [(int(scores.sentence_rows[at]), float(scores.sentences[at])) for at in found]

    def wording(self, scores: Scores, owner: int) -> int:
        """The row of the entry's wording that is nearest to the question."""
        return self.wordings.best_row(owner, scores.with_words)


def _of_two(best: Vector, second: Vector) -> Vector:
    """Scores of entries by their two nearest wordings; a wording alone (-1 for the second) counts whole."""
    second = np.where(second <= -1.0, best, second)
    return np.asarray((1 - SECOND_WORDING) * best + SECOND_WORDING * second, dtype=np.float32)
