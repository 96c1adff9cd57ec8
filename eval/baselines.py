"""Plain systems to measure against: BM25, dense search, their fusion, and the three best sentences.

They see the same documents and the same embedding model as the assistant, cut the text as most tools do
(whole sentences up to 180 words, never across a section), and answer with what they find.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assistant import Document, Turn
from eval.items import Item
from eval.systems import Given, code_sha256

if TYPE_CHECKING:
    from assistant import Assistant

__all__ = ["BASELINES", "Baseline", "Pieces"]

PIECE_WORDS = 180
DEPTH = 10  # passages of an answer
RRF_K = 60  # Cormack et al., SIGIR 2009
SENTENCES = 3
AMONG = 5  # passages whose sentences are looked at

Scores = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]
Span = tuple[Document, str, int, int]  # document, section, start, end


@dataclass(frozen=True, slots=True)
class Piece:
    """Sentences of one section that stand together: `document.text[start:end]`."""

    document: Document
    section: str
    start: int
    end: int
    sentences: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """Its words as they stand."""
        return self.document.text[self.start : self.end]

    def spans(self) -> list[Span]:
        """Its sentences, each with document and section."""
        return [(self.document, self.section, start, end) for start, end in self.sentences]


class Pieces:
    """The documents cut up, with both indexes over the pieces; made once, when first searched."""

    def __init__(self, opened: Assistant) -> None:
        self._assistant = opened
        self._questions: dict[str, Vectors] = {}
        self.pieces = tuple(piece for document in opened.documents for piece in cut(document))

    @property
    def identity(self) -> Mapping[str, str]:
        """What all baselines depend on."""
        manifest = self._assistant.manifest
        return {
            "corpus sha256": manifest.corpus_sha256,
            "model": manifest.model,
            "code sha256": code_sha256(),
        }

    def words(self, question: str) -> Scores:
        """BM25 scores of all pieces."""
        import bm25s

        tokens = bm25s.tokenize([question], stopwords="en", show_progress=False, return_ids=False)[0]
        known = [t for t in tokens if t in self._bm25.vocab_dict]
        return np.asarray(self._bm25.get_scores(known), float) if known else np.zeros(len(self.pieces))

    def dense(self, question: str) -> Scores:
        """Cosines of all pieces."""
        return np.asarray(self._vectors @ self.question(question), float)

    def fused(self, question: str) -> Scores:
        """Reciprocal rank fusion of both."""
        total = np.zeros(len(self.pieces))
        for scores in (self.words(question), self.dense(question)):
            ranks = np.empty(len(scores))
            ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
            total += 1 / (RRF_K + ranks)
        return total

    def question(self, question: str) -> Vectors:
        """The question's vector, embedded once for all baselines."""
        if question not in self._questions:
            self._questions[question] = np.asarray(
                self._assistant.embedder.embed_queries([question])[0], np.float32
            )
        return self._questions[question]

    @cached_property
    def sentences(self) -> Mapping[tuple[str, int], Vectors]:
        """The vector of every sentence, by its place."""
        spans = [span for piece in self.pieces for span in piece.spans()]
        vectors = self._assistant.embedder.embed_passages([d.text[s:e] for d, _, s, e in spans])
        return {_place(span): np.asarray(v, np.float32) for span, v in zip(spans, vectors, strict=True)}

    @cached_property
    def _bm25(self) -> Any:
        import bm25s

        index = bm25s.BM25()
        tokens = bm25s.tokenize([p.text for p in self.pieces], stopwords="en", show_progress=False)
        index.index(tokens, show_progress=False)
        return index

    @cached_property
    def _vectors(self) -> Vectors:
        return np.asarray(self._assistant.embedder.embed_passages([p.text for p in self.pieces]), np.float32)


class Baseline:
    """A way of ranking the pieces and a way of answering from them, as a system."""

    def __init__(self, name: str, pieces: Pieces) -> None:
        self.name = name
        self._pieces = pieces
        self._rank: Callable[[str], Scores] = getattr(pieces, BASELINES[name])

    def identity(self) -> Mapping[str, str]:
        """Corpus, model and code."""
        return {"system": self.name, **self._pieces.identity}

    def ask(self, item: Item, turns: Sequence[Turn]) -> Given:
        """Answers with the first piece, or the three best sentences; never refuses, knows no conversation."""
        scores = self._rank(item.question)
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        found = [self._pieces.pieces[i] for i in order]
        spans = self._sentences(item.question, found) if self.name == "3 sentences" else _first(found)
        citations = [citation(str(n), *span) for n, span in enumerate(spans, 1)]
        return {
            "id": item.id,
            "question": item.question,
            "answer": " ".join(f"{c['quote']} [{c['label']}]" for c in citations),
            "refused": False,
            "statements": [{"text": c["quote"], "citations": [c["label"]]} for c in citations],
            "citations": citations,
            "passages": [
                {
                    "rank": rank,
                    "document": p.document.id,
                    "section": p.section,
                    "text": p.text,
                    "score": score,
                }
                for rank, (p, score) in enumerate(
                    zip(found, (round(float(scores[i]), 6) for i in order), strict=True), 1
                )
            ],
            "provenance": {"composer": self.name},
        }, None

    def _sentences(self, question: str, found: Sequence[Piece]) -> list[Span]:
        """The sentences of the first pieces nearest to the question, in the order of the text."""
        spans = [span for piece in found[:AMONG] for span in piece.spans()]
        asked, vectors = self._pieces.question(question), self._pieces.sentences
        cosines = np.array([vectors[_place(span)] @ asked for span in spans])
        best = np.argsort(-cosines, kind="stable")[:SENTENCES]
        return [spans[i] for i in sorted(best)]


# name -> how it ranks
BASELINES: Mapping[str, str] = {"BM25": "words", "dense": "dense", "RRF": "fused", "3 sentences": "fused"}


def cut(document: Document) -> list[Piece]:
    """Neighbouring sentences of one section, up to 180 words."""
    pieces: list[Piece] = []
    held: list[tuple[int, int]] = []
    count, section = 0, ""
    for sentence in document.sentences:
        length = len(document.text[sentence.start : sentence.end].split())
        if held and (sentence.section != section or count + length > PIECE_WORDS):
            pieces.append(Piece(document, section, held[0][0], held[-1][1], tuple(held)))
            held, count = [], 0
        held.append((sentence.start, sentence.end))
        section, count = sentence.section, count + length
    if held:
        pieces.append(Piece(document, section, held[0][0], held[-1][1], tuple(held)))
    return pieces


def citation(label: str, document: Document, section: str, start: int, end: int) -> dict[str, Any]:
    """A citation of a span, with the notes whose markers stand in it."""
    notes = [
        {"number": note.number, "chain": list(note.chain), "reference": note.reference}
        for note in document.notes
        if any(start <= marker.start and marker.end <= end for marker in note.markers)
    ]
    place = {"document": document.id, "section": section, "start": start, "end": end}
    return {"label": label, "quote": document.text[start:end], "notes": notes, **place}


def _place(span: Span) -> tuple[str, int]:
    """Where a sentence begins: its document's id and offset."""
    document, _, start, _ = span
    return document.id, start


def _first(found: Sequence[Piece]) -> list[Span]:
    return [(p.document, p.section, p.start, p.end) for p in found[:1]]
