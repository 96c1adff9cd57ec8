"""A folder with `corpus.toml`, read into a `Corpus`: the way in for everything above `read`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import CorpusError
from assistant.read.conflicts import load_conflicts
from assistant.read.document import build_document
from assistant.read.drafts import Reading
from assistant.read.entities import load_entities
from assistant.read.files import MAX_BYTES, CorpusFiles
from assistant.read.glossary import load_glossary
from assistant.read.markdown import read_markdown
from assistant.read.problems import raise_first
from assistant.read.questions import load_questions, load_unanswered
from assistant.read.quotes import QuoteResolver
from assistant.read.references import load_references, note_chains
from assistant.read.shapes import CARE, misfits
from assistant.types import Corpus, Document, Note, Reference, UnansweredQuestion

__all__ = [
    "CORPUS_FILE",
    "SETTINGS",
    "DocumentEntry",
    "document_entries",
    "corpus_checksum",
    "load_corpus",
    "read_care",
    "read_draft",
    "read_settings",
    "read_starters",
    "with_chains",
]

CORPUS_FILE = "corpus.toml"
SETTINGS = ("language", "called", "care", "document", "audience")  # what it says besides is not read
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """One [[document]] of corpus.toml; file names are relative to its folder, None where not named."""

    id: str
    title: str
    path: str
    language: str
    original: str | None = None  # the text as it was supplied, and the edits that were made to it
    edits: str | None = None
    references: str | None = None
    glossary: str | None = None
    names: str | None = None  # what entities are made from
    entities: str | None = None
    conflicts: str | None = None
    questions: str | None = None
    unanswered: str | None = None
    unmarked: Mapping[str, str] = field(default_factory=dict)  # note → why it has no marker


def load_corpus(root: Path, *, max_bytes: int = MAX_BYTES) -> Corpus:
    """Read the corpus in folder `root`; no file may be larger than `max_bytes`.

    Files that corpus.toml names but that are not there are left out, all but the documents themselves. Raises
    `CorpusError` with the first problem; `assistant.read.check.check_corpus` tells all of them.
    """
    files = CorpusFiles(Path(root), max_bytes)
    settings = read_settings(files)
    entries = document_entries(settings, files.path(CORPUS_FILE))
    documents = tuple(_read_document(files, entry) for entry in entries)
    rules = read_care(files, settings)
    documents = with_care_messages(documents, rules)
    return Corpus(
        documents=documents,
        language=str(settings.get("language", entries[0].language)),
        root=str(root),
        checksum=files.checksum(),
        starters=read_starters(settings, files.path(CORPUS_FILE)),
        called=str(settings.get("called", "the text")),
        care=rules,
    )


def corpus_checksum(root: Path, *, max_bytes: int = MAX_BYTES) -> str:
    """`Corpus.checksum` of the corpus in folder `root`, without parsing it: some twenty times as quick.

    Raises `CorpusError` where a file cannot be read or corpus.toml is broken.
    """
    files = CorpusFiles(Path(root), max_bytes)
    settings = read_settings(files)
    names = [settings.get("care")]
    for entry in document_entries(settings, files.path(CORPUS_FILE)):
        files.text(entry.path)
        names += [entry.references, entry.glossary, entry.entities, entry.conflicts]
        names += [entry.questions, entry.unanswered]
    for name in names:
        if isinstance(name, str) and files.has(name):
            files.text(name)
    return files.checksum()


def with_care_messages(documents: tuple[Document, ...], rules: Mapping[str, Any]) -> tuple[Document, ...]:
    """`documents`, the first with the messages that call for care as questions that it does not answer.

    So they are found by meaning like any question: `UnansweredQuestion.subtype` is then "care:" and the
    rule's id. Only rules that allow it (`near = true`) take part.
    """
    messages = tuple(
        UnansweredQuestion(text, None, "calls for care", "other", f"care:{rule['id']}")
        for rule in rules.get("rule", ())
        if rule.get("near") and rule.get("id")
        for text in (*rule.get("example_yes", ()), *rule.get("example_near", ()))
    )
    if not messages:
        return documents
    first = replace(documents[0], unanswered=documents[0].unanswered + messages)
    return (first, *documents[1:])


def read_care(files: CorpusFiles, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The file of care rules that corpus.toml names; empty where it is not there. Raises `CorpusError`."""
    name = settings.get("care")
    if not isinstance(name, str) or not files.has(name):
        return {}
    rules = files.toml(name)
    for misfit in misfits(CARE, rules):
        raise CorpusError(
            misfit, files.path(name), None, "A rule begins with [[rule]]; the file explains it."
        )
    return rules


def read_settings(files: CorpusFiles) -> dict[str, Any]:
    """What corpus.toml says; raises `CorpusError`."""
    path = files.path(CORPUS_FILE)
    if not files.has(CORPUS_FILE):
        remedy = f"Name the folder that holds {CORPUS_FILE} (the setting `corpus`)."
        raise CorpusError("there is no corpus here.", path, None, remedy)
    settings = files.toml(CORPUS_FILE)
    for key in ("language", "called", "care"):
        if not _is_text(settings.get(key, "-")):
            raise CorpusError(f"“{key}” is no text.", path, None, f'Write {key} = "...".')
    return settings


def document_entries(settings: Mapping[str, Any], path: Path) -> tuple[DocumentEntry, ...]:
    """The [[document]] tables of corpus.toml; raises `CorpusError` for one that is not complete."""
    known = {f.name: f.type for f in fields(DocumentEntry)}
    entries: list[DocumentEntry] = []
    for number, table in enumerate(_tables(settings, "document", path), 1):
        table = {"language": settings.get("language", "en"), **table}
        if unknown := sorted(set(table) - set(known)):
            remedy = f"Known entries: {', '.join(known)}."
            raise CorpusError(
                f"[[document]] {number} has an unknown entry “{unknown[0]}”.", path, None, remedy
            )
        for key in known:
            value = table.get(key, {} if key == "unmarked" else "-")
            right = _is_texts(value) if key == "unmarked" else _is_text(value)
            if not right or (key in ("id", "title", "path") and key not in table):
                raise CorpusError(
                    f"[[document]] {number}: “{key}” is missing or no text.",
                    path,
                    None,
                    f'Write {key} = "...".',
                )
        if any(table["id"] == entry.id for entry in entries):
            remedy = "Give every document its own id."
            raise CorpusError(f"two documents have the id “{table['id']}”.", path, None, remedy)
        entries.append(DocumentEntry(**table))
    if not entries:
        raise CorpusError("no document is named.", path, None, "Add a [[document]] with id, title and path.")
    return tuple(entries)


def _tables(settings: Mapping[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    tables = settings.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CorpusError(f"`{key}` is no list of tables.", path, None, f"Begin each with [[{key}]].")
    return tables


def read_starters(settings: Mapping[str, Any], path: Path) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each [[audience]] of corpus.toml with its first questions; raises `CorpusError`."""
    starters: list[tuple[str, tuple[str, ...]]] = []
    for number, audience in enumerate(_tables(settings, "audience", path), 1):
        questions = audience.get("questions")
        if not isinstance(questions, list) or not all(map(_is_text, [audience.get("name"), *questions])):
            remedy = 'Write name = "..." and questions = ["...", "..."].'
            raise CorpusError(f"[[audience]] {number} is not complete.", path, None, remedy)
        starters.append((audience["name"], tuple(questions)))
    return tuple(starters)


def read_draft(files: CorpusFiles, entry: DocumentEntry) -> tuple[Reading, Document]:
    """A document's Markdown, with what is wrong with it, laid out; without its other files.

    Raises `CorpusError` where the file cannot be read at all.
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
    return reading, document


def with_chains(notes: Sequence[Note], references: Sequence[Reference]) -> tuple[Note, ...]:
    """Notes with the way to the reference in full; a note that the list does not hold leads to itself."""
    chains = note_chains(references)
    ids = {r.number: r.id for r in references}
    return tuple(
        replace(note, chain=chain, reference=ids.get(chain[-1]))
        for note in notes
        for chain in [chains.get(note.number, (note.number,))]
    )


def _read_document(files: CorpusFiles, entry: DocumentEntry) -> Document:
    reading, document = read_draft(files, entry)
    raise_first(reading.findings)
    references = _if_there(files, entry.references, lambda name: files.load(name, load_references))
    resolver = QuoteResolver(document)
    notes = (replace(n, unmarked=entry.unmarked.get(n.number)) for n in document.notes)
    return replace(
        document,
        references=references,
        notes=with_chains(tuple(notes), references),
        glossary=_if_there(files, entry.glossary, lambda name: files.load(name, load_glossary)),
        entities=_if_there(files, entry.entities, lambda name: files.load(name, load_entities)),
        conflicts=_if_there(
            files, entry.conflicts, lambda n: files.load(n, lambda p: load_conflicts(p, document, resolver))
        ),
        questions=_if_there(files, entry.questions, lambda n: load_questions(files, n, document, resolver)),
        unanswered=_if_there(files, entry.unanswered, lambda n: load_unanswered(files, n, document)),
    )


def _if_there(files: CorpusFiles, name: str | None, read: Callable[[str], tuple[T, ...]]) -> tuple[T, ...]:
    return read(name) if name is not None and files.has(name) else ()


def _is_texts(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_text, value.values()))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
