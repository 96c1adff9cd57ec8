"""The facade: one object, opened once, that answers questions from an index.

It holds no conversation: earlier turns are passed in. It may be used by many threads at once.

Opening reads and checks the index, no more, so that what was read can be shown at once. What search and
answers need besides (tables, rules, the model) is made when the first question is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from threading import RLock
from typing import Any, ClassVar

from assistant.answer.events import Done, Event, Retrieved, Said
from assistant.answer.respond import MISLEADING, Responder
from assistant.answer.styles import format_reference
from assistant.errors import SettingsError, UnknownId
from assistant.read.corpus import corpus_checksum
from assistant.read.show import show
from assistant.search.embedder import Embedder, SentenceTransformerEmbedder
from assistant.search.index import Index, open_index
from assistant.search.passages import CHUNKER
from assistant.search.rerank import Reranker, load_reranker
from assistant.search.retrieve import Searcher
from assistant.search.understand import clean_question, understand
from assistant.settings import Settings, load_settings
from assistant.types import (
    Answer,
    Corpus,
    Document,
    Hit,
    IndexManifest,
    Retrieval,
    Turn,
)

__all__ = ["Assistant", "Done", "Event", "Retrieved", "Said"]

PROMPT_VERSION = "none"  # the extractive composer has no prompt


class Assistant:
    """Answers from one index. Make it with `Assistant.open`."""

    composers: ClassVar[tuple[str, ...]] = ("extractive",)  # those that this version has

    def __init__(
        self, settings: Settings, index: Index, embedder: Embedder, reranker: Reranker | None = None
    ) -> None:
        self.settings = settings
        self._index, self._embedder, self._reranker = index, embedder, reranker
        self._making = RLock()  # one thread makes what all others then use

    @classmethod
    def open(cls, settings: Settings | None = None, embedder: Embedder | None = None) -> Assistant:
        """Open the index that the settings name. The first question will load the model: some seconds.

        Raises IndexMissing, IndexStale or IndexBroken (each says to run `assistant build`), CorpusError
        where the corpus cannot be read, EmbedderError where the model is missing, SettingsError for a
        composer that this version does not have.
        """
        settings = settings or load_settings()
        if settings.composer not in cls.composers:
            raise SettingsError(
                f"This version has no composer {settings.composer}. Set composer to {cls.composers[0]}, "
                "or leave it out."
            )
        embedder = embedder or SentenceTransformerEmbedder(settings.model, settings.build_threads)
        checksum = corpus_checksum(settings.corpus, max_bytes=round(settings.max_file_mb * 1_000_000))
        index = open_index(
            settings.index, model_id=embedder.model_id, chunker=CHUNKER, corpus_checksum=checksum
        )
        return cls(settings, index, embedder, load_reranker(settings.reranker))

    @property
    def _searcher(self) -> Searcher:
        with self._making:
            return self._made_searcher

    @property
    def _responder(self) -> Responder:
        with self._making:
            return self._made_responder

    @cached_property
    def _made_searcher(self) -> Searcher:
        return Searcher(self._index, self._embedder, self._reranker)

    @cached_property
    def _made_responder(self) -> Responder:
        from assistant import __version__

        provenance = {
            "composer": "extractive",
            "prompt_version": PROMPT_VERSION,
            "embedding_model": self.manifest.model,
            "index_id": self.manifest.id,
            "corpus_sha256": self.manifest.corpus_sha256,
            "package_version": __version__,
        }
        return Responder(self._searcher, provenance, self.settings.max_question_chars)

    # ------------------------------------------------------------ answers

    def ask(self, question: str, turns: Sequence[Turn] = (), k: int | None = None) -> Answer:
        """The answer to `question` in the light of earlier `turns`, with `k` passages shown.

        Raises BadQuestion for a question that is empty or too long.
        """
        for event in self.stream(question, turns, k):
            if isinstance(event, Done):
                return event.answer
        raise AssertionError("a stream ends with Done")

    def stream(self, question: str, turns: Sequence[Turn] = (), k: int | None = None) -> Iterator[Event]:
        """What was found, the statements one by one, and the whole: `Retrieved`, `Said`..., `Done`."""
        return self._responder.stream(question, turns, self.settings.k if k is None else k)

    def retrieve(self, question: str, k: int | None = None) -> Retrieval:
        """Passages and readers' questions near `question`, without an answer. Raises BadQuestion."""
        text = clean_question(question, self.settings.max_question_chars)
        understood = understand(text, self._searcher.lexicon, self._searcher.language)
        return self._searcher.retrieve(understood, self.settings.k if k is None else k)

    def search(self, question: str, k: int | None = None) -> tuple[Hit, ...]:
        """The ranked passages alone. Raises BadQuestion."""
        return self.retrieve(question, k).hits

    # ------------------------------------------------------------ what is read

    @property
    def corpus(self) -> Corpus:
        """The corpus as it was when the index was built."""
        return self._index.corpus

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.corpus.documents

    def document(self, document_id: str) -> Document:
        """The document of that id. Raises UnknownId."""
        for document in self.documents:
            if document.id == document_id:
                return document
        known = ", ".join(document.id for document in self.documents)
        raise UnknownId(f"There is no document {document_id!r}. There is: {known}.")

    @property
    def manifest(self) -> IndexManifest:
        return self._index.manifest

    @property
    def embedder(self) -> Embedder:
        return self._embedder

    @property
    def starters(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Good first questions by audience."""
        return self.corpus.starters

    def show(self, id: str) -> dict[str, Any]:
        """A section, note or reference as plain data. Raises UnknownId."""
        problem: UnknownId | None = None
        for document in self.documents:
            try:
                return show(document, id)
            except UnknownId as error:
                problem = problem or error
        raise problem or UnknownId(f"There is no {id!r}: the corpus has no documents.")

    def reference(self, ref_id: str, style: str | None = None) -> str:
        """A reference formatted in a citation style: "apa", "chicago", "bibtex" or "plain"."""
        found = self._references.get(ref_id)
        if found is None:
            raise UnknownId(f"There is no reference {ref_id!r}. References are called ref-1, ref-2, ...")
        return format_reference(found, style or self.settings.citation_style)

    @cached_property
    def _references(self) -> dict[str, Any]:
        return {reference.id: reference for d in self.documents for reference in d.references}

    def questions_near(self, section_ids: Sequence[str], limit: int = 5) -> tuple[str, ...]:
        """Readers' questions that these sections answer, in turn from each, for suggestions."""
        by_section: list[list[str]] = []
        for section in section_ids:
            by_section.append(
                [
                    e.questions[0]
                    for d in self.documents
                    for e in d.questions
                    if e.section == section and e.type != MISLEADING
                ]
            )
        found: list[str] = []
        for place in range(max(map(len, by_section), default=0)):
            found.extend(questions[place] for questions in by_section if place < len(questions))
        return tuple(dict.fromkeys(found))[: max(0, limit)]
