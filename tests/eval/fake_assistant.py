"""A facade whose answers a reader can compute: it finds the sentences that share words with the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant import (
    Answer,
    BadQuestion,
    Citation,
    Document,
    Hit,
    IndexManifest,
    Note,
    NoteCitation,
    Passage,
    Question,
    Retrieval,
    Section,
    Sentence,
    Settings,
    Statement,
    Turn,
)
from assistant.types import Marker, Match, ReaderQuestion
from tests.fakes import WordCountEmbedder

TEXT = (
    "The team met in Paris in May⁶. Nine people came to the table. The treaty was signed in Rome. Rain fell."
)


def document() -> Document:
    """Two sections of two sentences; note 6 stands in the first."""
    spans = [m.span() for m in re.finditer(r"[^.]+\.", TEXT)]
    spans = [(start + (TEXT[start] == " "), end) for start, end in spans]
    half = spans[2][0]
    marker = Marker(TEXT.index("⁶"), TEXT.index("⁶") + 1, "1", spans[0])
    return Document(
        id="book",
        title="Book",
        text=TEXT,
        sections=(
            Section("1", "One", 1, None, ("One",), None, 0, half),
            Section("2", "Two", 1, None, ("Two",), None, half, len(TEXT)),
        ),
        blocks=(),
        sentences=tuple(Sentence("1" if start < half else "2", 0, start, end) for start, end in spans),
        notes=(Note("6", "endnote", "Report.", (marker,), ("6",), "ref-6", 0, 0),),
    )


@dataclass
class FakeAssistant:
    """`ask` gives the sentence that shares most words with the question; none in common is a refusal."""

    documents: tuple[Document, ...] = field(default_factory=lambda: (document(),))
    embedder: WordCountEmbedder = field(default_factory=WordCountEmbedder)
    asked: list[tuple[str, int]] = field(default_factory=list)  # question, number of earlier turns
    fail_at: int | None = None  # the call that is interrupted, from 1

    settings = Settings(index=Path("no-index"))
    manifest = IndexManifest(1, "index-1", "word-count", 64, "none", "c0ffee", 4, "2025-01-01T00:00:00Z")

    def ask(self, question: str, turns: Sequence[Turn] = (), k: int = 10) -> Answer:
        self.asked.append((question, len(turns)))
        if self.fail_at == len(self.asked):
            raise KeyboardInterrupt
        if not question.strip():
            raise BadQuestion("The question is empty. Ask something.")
        if "crash" in question:
            raise ZeroDivisionError("division by zero")
        book = self.documents[0]
        found = sorted(book.sentences, key=lambda s: -_shared(question, book.text[s.start : s.end]))
        best = found[0]
        quote = book.text[best.start : best.end]
        refused = _shared(question, quote) == 0
        notes = tuple(
            NoteCitation(n.number, n.chain, n.reference, None, None, False, None)
            for n in book.notes
            if any(best.start <= m.start < best.end for m in n.markers)
        )
        cited = Citation("1", "book", best.section, "", (), None, quote, best.start, best.end, None, notes)
        return Answer(
            question=question,
            standalone=question,
            status="refused" if refused else "answered",
            reason="not-in-corpus" if refused else None,
            answer="The book does not say." if refused else f"{quote} [1]",
            statements=() if refused else (Statement(quote, ("1",)),),
            citations=() if refused else (cited,),
            signposts=(),
            conflicts=(),
            passages=tuple(self._hit(question, s, rank) for rank, s in enumerate(found[:k], 1)),
            seconds={"total": 0.001},
            provenance={"composer": "fake", "corpus_sha256": "c0ffee"},
        )

    def retrieve(self, question: str, k: int = 10) -> Retrieval:
        entry = ReaderQuestion("r1", "1", "factoid", ("Where did the team meet?",), ((0, 30),), ())
        match = Match(entry, "book", "Where did the team meet?", 0.5, 0.5)
        return Retrieval(Question(question, question), (), (match,), (), 0.0)

    def _hit(self, question: str, s: Sentence, rank: int) -> Hit:
        text = self.documents[0].text[s.start : s.end]
        passage = Passage(rank, "book", s.section, s.start, s.end, text, "", 1)
        return Hit(passage, float(_shared(question, text)), rank, {"words": 1.0})


def _shared(question: str, text: str) -> int:
    return len(set(re.findall(r"\w{4,}", question.lower())) & set(re.findall(r"\w{4,}", text.lower())))
