"""A folder with `corpus.toml`, read into a `Corpus`: the only way in for everything above `read`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import CorpusError
from assistant.read.document import build_document
from assistant.read.files import MAX_BYTES, CorpusFiles
from assistant.read.markdown import read_markdown
from assistant.read.problems import Finding, raise_first, where
from assistant.read.quotes import QuoteNotFound, QuoteResolver
from assistant.read.references import load_references, note_chains
from assistant.types import Corpus, Document, Note, ReaderQuestion, Reference, UnansweredQuestion

__all__ = ["CORPUS_FILE", "DocumentEntry", "load_corpus", "read_document"]

CORPUS_FILE = "corpus.toml"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One [[document]] of corpus.toml; file names are relative to its folder, None where not named."""

    id: str
    title: str
    path: str
    language: str
    original: str | None = None
    edits: str | None = None
    references: str | None = None
    glossary: str | None = None
    entities: str | None = None
    conflicts: str | None = None
    questions: str | None = None
    unanswered: str | None = None
    unmarked: Mapping[str, str] = field(default_factory=dict)  # note → why it has no marker


def load_corpus(root: Path, *, max_bytes: int = MAX_BYTES) -> Corpus:
    """Read the corpus in folder `root`.

    Files that corpus.toml names but that are not there are left out, all but the documents themselves.
    Raises `CorpusError` with the first problem; `assistant.read.check.check_corpus` tells all of them.
    """
    files = CorpusFiles(Path(root), max_bytes)
    settings = files.toml(CORPUS_FILE)
    language = str(settings.get("language", "en"))
    documents = []
    for entry in document_entries(settings, files.path(CORPUS_FILE)):
        document, findings = read_document(files, entry)
        raise_first(findings)
        documents.append(document)
    care = settings.get("care")
    return Corpus(
        root=str(root),
        language=language,
        documents=tuple(documents),
        checksum=files.checksum(),
        starters=tuple((str(a["name"]), tuple(a["questions"])) for a in settings.get("audience", ())),
        care=files.toml(care) if care and files.path(care).is_file() else {},
    )


def document_entries(settings: Mapping[str, Any], path: Path) -> tuple[DocumentEntry, ...]:
    """The [[document]] tables of corpus.toml; raises `CorpusError` for one that is not complete."""
    known = set(DocumentEntry.__dataclass_fields__)
    entries = []
    for number, table in enumerate(settings.get("document", ()), 1):
        table = {"language": settings.get("language", "en"), **table}
        missing = [key for key in ("id", "title", "path") if not table.get(key)]
        unknown = sorted(set(table) - known)
        if missing or unknown:
            problem = f"has no “{missing[0]}”." if missing else f"has an unknown entry “{unknown[0]}”."
            remedy = f"Known entries: {', '.join(sorted(known))}."
            raise CorpusError(f"[[document]] number {number} {problem}", path, None, remedy)
        entries.append(DocumentEntry(**table))
    if not entries:
        raise CorpusError("no document is named.", path, None, "Add a [[document]] with id, title and path.")
    ids = [e.id for e in entries]
    if len(set(ids)) < len(ids):
        raise CorpusError("two documents have the same id.", path, None, "Give every document its own id.")
    return tuple(entries)


def read_document(files: CorpusFiles, entry: DocumentEntry) -> tuple[Document, tuple[Finding, ...]]:
    """One document with all its files, and everything that is wrong with its Markdown.

    Raises `CorpusError` where a file cannot be read at all.
    """
    reading = read_markdown(files.text(entry.path), str(files.path(entry.path)))
    document = build_document(
        reading,
        id=entry.id,
        title=entry.title,
        language=entry.language,
        origin=entry.path,
        checksum=files.sha256(entry.path),
    )
    findings = [*reading.findings, *note_findings(document, entry, str(files.path(entry.path)))]
    references = _optional(files, entry.references, lambda name: files.load(name, load_references), ())
    document = replace(document, references=references, notes=_with_chains(document.notes, references))
    resolver = QuoteResolver(document)
    document = replace(
        document,
        questions=_optional(files, entry.questions, lambda name: read_questions(files, name, resolver), ()),
        unanswered=_optional(files, entry.unanswered, lambda name: read_unanswered(files, name), ()),
    )
    return document, tuple(findings)


def note_findings(document: Document, entry: DocumentEntry, path: str) -> Iterable[Finding]:
    """Markers without a note. (Notes without a marker are no error: `check_corpus` tells them.)"""
    return ()


def _optional(files: CorpusFiles, name: str | None, read: Callable[[str], T], otherwise: T) -> T:
    return read(name) if name and files.path(name).is_file() else otherwise


def _with_chains(notes: Sequence[Note], references: Sequence[Reference]) -> tuple[Note, ...]:
    """Notes with the way to the full reference; a note that the list does not give leads nowhere."""
    chains = note_chains(references)
    ids = {r.number: r.id for r in references}
    linked = []
    for note in notes:
        chain = chains.get(note.number, (note.number,))
        linked.append(replace(note, chain=chain, reference=ids.get(chain[-1])))
    return tuple(linked)


def read_questions(files: CorpusFiles, name: str, resolver: QuoteResolver) -> tuple[ReaderQuestion, ...]:
    """Readers' questions, one entry a line; raises `CorpusError` for the first that cannot be placed."""
    entries = []
    for line, value in files.json_lines(name):
        try:
            spans = tuple(resolver.resolve(quote, value["section"]) for quote in value["evidence"])
            entry = ReaderQuestion(
                id=value["id"],
                section=value["section"],
                type=value["type"],
                questions=tuple(value["questions"]),
                spans=spans,
                notes=tuple(value.get("notes", ())),
            )
        except QuoteNotFound as error:
            raise CorpusError(
                str(error), files.path(name), line, "Copy the words from the document."
            ) from None
        except (KeyError, TypeError) as error:
            remedy = "An entry has id, section, type, evidence, notes, questions."
            raise CorpusError(
                f"the entry is not complete: {error}.", files.path(name), line, remedy
            ) from None
        entries.append(entry)
    return tuple(entries)


def read_unanswered(files: CorpusFiles, name: str) -> tuple[UnansweredQuestion, ...]:
    """Questions that sound answered but are not, one a line; raises `CorpusError`."""
    entries = []
    for line, value in files.json_lines(name):
        try:
            entries.append(
                UnansweredQuestion(
                    value["question"], value.get("nearest_section"), value.get("why", ""), value["asks_for"]
                )
            )
        except KeyError as error:
            remedy = "An entry has question, nearest_section, why, asks_for."
            raise CorpusError(f"{error} is missing.", files.path(name), line, remedy) from None
    return tuple(entries)
