"""What an expansion would send, and where to, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.endpoint import Endpoint, endpoint_of
from assistant.expand.draft import Draft
from assistant.expand.pieces import Piece, cut_pieces
from assistant.expand.reply import folded
from assistant.read.corpus import CORPUS_FILE, DocumentEntry, document_entries, load_corpus, read_settings
from assistant.read.files import CorpusFiles
from assistant.settings import Settings
from assistant.types import Document

__all__ = ["ExpansionPlan", "Work", "plan_expansion"]


@dataclass(frozen=True, slots=True)
class Work:
    """One document to write questions for; `number` is its place in corpus.toml, from 0."""

    number: int
    document: Document
    draft: Draft
    name: str  # of its file of questions, relative to the corpus
    named: bool  # whether corpus.toml names it already
    pieces: tuple[Piece, ...]  # still to be asked about
    done: int  # pieces that were asked about before


@dataclass(frozen=True, slots=True)
class ExpansionPlan:
    """What would be sent, and where to. `work` and `known` are for `expand_corpus`."""

    endpoint: Endpoint
    settings: Settings = field(repr=False)
    work: tuple[Work, ...] = field(repr=False)
    known: frozenset[str] = field(repr=False)  # questions that the corpus holds, folded

    @property
    def address(self) -> str:
        """The service that passages would be sent to."""
        return self.endpoint.base_url

    @property
    def model(self) -> str:
        return self.endpoint.model

    @property
    def documents(self) -> tuple[str, ...]:
        """Ids of the documents with passages to send."""
        return tuple(item.document.id for item in self.work if item.pieces)

    @property
    def passages(self) -> int:
        """Pieces of text to send, one by one."""
        return sum(len(item.pieces) for item in self.work)

    @property
    def words(self) -> int:
        """Words of these pieces, without their titles and the instructions."""
        return sum(piece.words for item in self.work for piece in item.pieces)

    @property
    def done(self) -> int:
        """Pieces that were asked about before."""
        return sum(item.done for item in self.work)


def plan_expansion(settings: Settings) -> ExpansionPlan:
    """What `expand_corpus` would ask: all documents without readers' questions, and those half done.

    Sends nothing. Raises SettingsError where no language model is set up, CorpusError for a broken corpus.
    """
    endpoint = endpoint_of(settings)
    max_bytes = round(settings.max_file_mb * 1_000_000)
    corpus = load_corpus(settings.corpus, max_bytes=max_bytes)
    files = CorpusFiles(settings.corpus, max_bytes)
    entries = document_entries(read_settings(files), files.path(CORPUS_FILE))
    pairs = enumerate(zip(entries, corpus.documents, strict=True))
    found = (_work(files, number, entry, document) for number, (entry, document) in pairs)
    work = tuple(item for item in found if item is not None)
    return ExpansionPlan(endpoint, settings, work, frozenset(_questions(corpus.documents, work)))


def _work(files: CorpusFiles, number: int, entry: DocumentEntry, document: Document) -> Work | None:
    """The work on one document; None for a document whose questions are a person's own."""
    name = entry.questions or Path(entry.path).with_suffix(".questions.jsonl").as_posix()
    draft = Draft(files.path(name))
    if draft.questions.is_file() and not draft.begun:
        return None
    pieces = cut_pieces(document)
    left = tuple(piece for piece in pieces if piece.key not in draft.done)
    return Work(number, document, draft, name, entry.questions is not None, left, len(pieces) - len(left))


def _questions(documents: Iterable[Document], work: Iterable[Work]) -> Iterator[str]:
    """All questions that the corpus holds, answered or not, and those that wait to be written."""
    for document in documents:
        yield from (folded(question) for entry in document.questions for question in entry.questions)
        yield from (folded(entry.question) for entry in document.unanswered)
    for item in work:
        yield from (folded(str(q)) for entry in item.draft.pending for q in entry.get("questions", ()))
