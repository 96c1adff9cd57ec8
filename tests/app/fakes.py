"""An assistant that a reader can compute: the sentences that share most words with the question answer it.

Words that begin a question choose its state: "refuse: ..." is refused, "partial: ..." half answered,
"conflict: ..." answered with a conflict, "help: ..." with a signpost, "break: ..." fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant import (
    Answer,
    AssistantError,
    BadQuestion,
    Citation,
    ConflictNote,
    Document,
    Done,
    Hit,
    IndexManifest,
    NoteCitation,
    Passage,
    Question,
    Retrieved,
    Said,
    Sentence,
    Settings,
    Signpost,
    Statement,
    Turn,
    load_corpus,
    show,
)

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def words(text: str) -> set[str]:
    return {w for w in re.findall(r"\w+", text.lower()) if len(w) > 3}


class FakeAssistant:
    """The facade's methods over the real handbook, without index or model."""

    def __init__(self, settings: Settings) -> None:
        corpus = load_corpus(settings.corpus)
        self.documents: tuple[Document, ...] = corpus.documents
        self.starters = corpus.starters
        self.manifest = IndexManifest(
            1, "fake", "word-count", 64, "1", "0" * 64, 0, "2025-01-01T00:00:00+00:00"
        )
        self._limit = settings.max_question_chars

    @classmethod
    def open(cls, settings: Settings) -> FakeAssistant:
        return cls(settings)

    def document(self, document_id: str) -> Document:
        return next(d for d in self.documents if d.id == document_id)

    def show(self, id: str) -> dict[str, Any]:
        return show(self.documents[0], id)

    def reference(self, ref_id: str, style: str) -> str:
        printed = next(r.printed for r in self.documents[0].references if r.id == ref_id)
        return f"{style}: {printed}" if style != "plain" else printed

    def questions_near(self, section_ids: tuple[str, ...], limit: int = 4) -> tuple[str, ...]:
        entries = (e for e in self.documents[0].questions if e.section in section_ids)
        return tuple(e.questions[0] for e in entries)[:limit]

    def search(self, question: str, k: int = 10) -> tuple[Hit, ...]:
        found = self._sentences(question)[:k]
        document = self.documents[0]
        return tuple(
            Hit(
                Passage(i, document.id, s.section, s.start, s.end, document.text[s.start : s.end], "", 1),
                score, i, {"words": score},
            )
            for i, (score, s) in enumerate(found, 1)
        )  # fmt: skip

    def ask(self, question: str, turns: tuple[Turn, ...] = (), k: int = 10) -> Answer:
        *_, done = self.stream(question, turns, k)
        assert isinstance(done, Done)
        return done.answer

    def stream(
        self, question: str, turns: tuple[Turn, ...] = (), k: int = 10
    ) -> Iterator[Retrieved | Said | Done]:
        if len(question) > self._limit:
            raise BadQuestion("The question is too long. Ask in fewer words.")
        how = question.partition(": ")[0]
        if how == "break":
            raise AssistantError("The model cannot be loaded. Run `assistant build`.")
        standalone = f"{turns[-1].question} {question}" if turns and len(question.split()) < 4 else question
        hits = self.search(standalone, k)
        yield Retrieved(Question(question, standalone), hits)
        answer = self._answer(question, standalone, how, hits)
        for statement in answer.statements:
            yield Said(statement, tuple(c for c in answer.citations if c.label in statement.citations))
        yield Done(answer)

    def _answer(self, question: str, standalone: str, how: str, hits: tuple[Hit, ...]) -> Answer:
        refused = how == "refuse" or not hits
        cited = [] if refused else [self._citation(str(i), hit) for i, hit in enumerate(hits[:3], 1)]
        statements = tuple(Statement(c.quote, (c.label,)) for c in cited)
        status = "refused" if refused else "partial" if how == "partial" else "answered"
        text = "\n\n".join(f"{s.text} [{s.citations[0]}]" for s in statements)
        near = tuple(dict.fromkeys(h.passage.section for h in hits))
        return Answer(
            question=question,
            standalone=standalone,
            status=status,  # type: ignore[arg-type]
            reason="not-in-corpus" if refused else None,
            answer=text or "The handbook does not say.",
            statements=statements,
            citations=tuple(cited),
            signposts=(
                Signpost("A named organisation", "helps survivors", "1.1", "https://example.org/help"),
            )
            if how == "help"
            else (),
            conflicts=(ConflictNote("Two figures are given.", ("1", "2")),) if how == "conflict" else (),
            passages=hits,
            seconds={"retrieval": 0.0, "answer": 0.0, "total": 0.0},
            provenance={"composer": "extractive", "index": "fake"},
            nearest=near[:3] if refused else (),
            suggestions=self.questions_near(near),
        )

    def _citation(self, label: str, hit: Hit) -> Citation:
        document, p = self.documents[0], hit.passage
        section = next(s for s in document.sections if s.id == p.section)
        references = {r.id: r for r in document.references}
        notes = []
        for note in document.notes:
            if any(p.start <= m.start < p.end for m in note.markers):
                reference = references.get(note.reference or "")
                notes.append(
                    NoteCitation(
                        note.number, note.chain, note.reference, reference.csl if reference else None,
                        reference.url if reference else None, False, reference.doubt if reference else None,
                    )
                )  # fmt: skip
        return Citation(
            label, document.id, section.id, section.title, section.path, section.page,
            document.text[p.start : p.end], p.start, p.end, None, tuple(notes),
        )  # fmt: skip

    def _sentences(self, question: str) -> list[tuple[float, Sentence]]:
        document, wanted = self.documents[0], words(question)
        kinds = ("paragraph", "list-item", "quotation")
        scored = [
            (len(wanted & words(document.text[s.start : s.end])) / (len(wanted) or 1), s)
            for s in document.sentences
            if document.blocks[s.block].kind in kinds
        ]
        return sorted((x for x in scored if x[0] > 0), key=lambda x: (-x[0], x[1].start))
