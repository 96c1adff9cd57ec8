"""Everything that is wrong with a corpus, told at once: where it is, and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from assistant.errors import CorpusError
from assistant.read.bank import bank_findings, unanswered_findings
from assistant.read.conflicts import conflict_problems
from assistant.read.corpus import (
    CORPUS_FILE,
    SETTINGS,
    DocumentEntry,
    document_entries,
    read_draft,
    read_settings,
    read_starters,
)
from assistant.read.drafts import Reading
from assistant.read.edits import edit_findings
from assistant.read.entities import find_entities, load_entities, load_names
from assistant.read.files import MAX_BYTES, CorpusFiles
from assistant.read.glossary import find_glossary, load_glossary
from assistant.read.leftovers import leftover_markup
from assistant.read.problems import Finding, where
from assistant.read.questions import question_problems, unanswered_problems
from assistant.read.quotes import QuoteResolver, fold_words
from assistant.read.references import is_web_address, load_references, reference_problems, unprinted
from assistant.read.shapes import CARE_RULES, misfits
from assistant.types import Document

__all__ = ["Finding", "check_corpus"]

_MADE_BY = "python -m assistant.read.entities"
_SUPERSCRIPTS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")


def check_corpus(root: Path, *, max_bytes: int = MAX_BYTES) -> tuple[Finding, ...]:
    """All findings about the corpus in folder `root`: errors first, then warnings, then what is in it.

    With an error the corpus cannot be used, or says something else than it declares; a warning asks for a
    look.
    No file may be larger than `max_bytes`.
    """
    findings = dict.fromkeys(_findings(CorpusFiles(Path(root), max_bytes)))
    order = ("error", "warning", "info")
    return tuple(sorted(findings, key=lambda f: order.index(f.level)))


@dataclass(frozen=True, slots=True)
class _Subject:
    """One document under examination."""

    files: CorpusFiles
    entry: DocumentEntry
    reading: Reading
    document: Document
    resolver: QuoteResolver

    @property
    def path(self) -> str:
        return str(self.files.path(self.entry.path))

    def place(self, offset: int | None) -> str:
        """The file, with the line on which the block at an offset of the text begins."""
        for block, draft in zip(self.document.blocks, self.reading.blocks, strict=True):
            if offset is not None and block.start <= offset < block.end:
                return where(self.path, draft.line)
        return self.path


def _findings(files: CorpusFiles) -> Iterator[Finding]:
    path = files.path(CORPUS_FILE)
    try:
        settings = read_settings(files)
        entries = document_entries(settings, path)
    except CorpusError as error:
        yield _finding(error)
        return
    for key in sorted(settings.keys() - set(SETTINGS)):
        known = f"Known entries: {', '.join(SETTINGS)}."
        yield Finding("warning", str(path), f"unknown entry “{key}”.", known)
    yield from _caught(lambda: read_starters(settings, path))
    care = settings.get("care")
    if isinstance(care, str):
        yield from _named(files, "care", care, lambda: _care(files, care))
    for entry in entries:
        try:
            reading, document = read_draft(files, entry)
        except CorpusError as error:
            yield _finding(error)
            continue
        yield from _document(_Subject(files, entry, reading, document, QuoteResolver(document)))


def _care(files: CorpusFiles, name: str) -> Iterator[Finding]:
    """Care rules that answers could not follow."""
    rules = files.toml(name)
    path = str(files.path(name))
    if wrong := misfits(CARE_RULES, rules):
        remedy = (
            "A rule has id, kind, action, before and patterns; a signpost id, name, what, section and quote."
        )
        yield from (Finding("error", path, misfit, remedy) for misfit in wrong)
        return
    known = {signpost["id"] for signpost in rules.get("signpost", ())}
    for rule in rules.get("rule", ()):
        for other in rule.get("signposts", ()):
            if other not in known:
                problem = f"rule {rule['id']}: there is no signpost {other}."
                yield Finding("error", path, problem, f"Name one of: {', '.join(sorted(known))}.")


def _document(subject: _Subject) -> Iterator[Finding]:
    yield from subject.reading.findings
    yield from _notes(subject)
    yield from _text(subject)
    checks: dict[str, Callable[[str], Iterable[Finding]]] = {  # first what explains the rest
        "edits": lambda name: edit_findings(
            subject.files, name, subject.entry.original, subject.document, subject.place
        ),
        "references": lambda name: _references(subject, name),
        "glossary": lambda name: _glossary(subject, name),
        "entities": lambda name: _entities(subject, name),
        "conflicts": lambda name: _conflicts(subject, name),
        "questions": lambda name: _questions(subject, name),
        "unanswered": lambda name: _unanswered(subject, name),
    }
    for key, check in checks.items():
        name = getattr(subject.entry, key)
        if name is not None:
            yield from _named(subject.files, key, name, partial(check, name))
    yield Finding("info", subject.path, _summary(subject.document))


def _notes(subject: _Subject) -> Iterator[Finding]:
    """Notes and their markers; a marker without a note was told by the reader of the Markdown."""
    unmarked = subject.entry.unmarked
    settings = str(subject.files.path(CORPUS_FILE))
    numbers = {note.number for note in subject.document.notes}
    for draft, note in zip(subject.reading.notes, subject.document.notes, strict=True):
        if not note.markers and note.number not in unmarked:
            remedy = f"Put [^{note.number}] where it belongs, or tell why not under [document.unmarked]."
            yield Finding(
                "warning", where(subject.path, draft.line), f"note {note.number} has no marker.", remedy
            )
        elif note.markers and note.number in unmarked:
            remedy = "Take it out of [document.unmarked]."
            yield Finding("warning", settings, f"note {note.number} has a marker after all.", remedy)
    for number in unmarked:
        if number not in numbers:
            yield Finding(
                "warning", settings, f"there is no note {number}.", "Take it out of [document.unmarked]."
            )


def _text(subject: _Subject) -> Iterator[Finding]:
    """Addresses, superscripts that are no markers, sections that name others."""
    ids = {section.id for section in subject.document.sections}
    for draft in subject.reading.blocks:
        place = where(subject.path, draft.line)
        for link in draft.inline.links:
            if not is_web_address(link):
                yield Finding(
                    "error", place, f"the address {link!r} is not well formed.", "Write it in full."
                )
        marked = {i for m in draft.inline.markers for i in range(m.start, m.end)}
        if any(c in _SUPERSCRIPTS and i not in marked for i, c in enumerate(draft.inline.text)):
            remedy = "Write note markers as [^65]."
            yield Finding("warning", place, "a superscript figure stands as plain text.", remedy)
        for problem, remedy in leftover_markup(draft.inline.text):
            yield Finding("warning", place, problem, remedy)
    for section in subject.reading.sections:
        other = section.attributes.get("illustrates")
        if other is not None and other not in ids:
            remedy = "Name a section by its id."
            yield Finding("error", where(subject.path, section.line), f"there is no section {other}.", remedy)


def _references(subject: _Subject, name: str) -> Iterator[Finding]:
    problems = reference_problems(subject.files.path(name))
    yield from map(_finding, problems)
    if problems:
        return
    path = str(subject.files.path(name))
    notes = {note.number: note for note in subject.document.notes if note.kind == "endnote"}
    references = {r.number: r for r in load_references(subject.files.path(name))}
    for number in notes.keys() - references.keys():
        yield Finding("warning", path, f"note {number} has no entry.", "Add one, so that it can be cited.")
    for number in references.keys() - notes.keys():
        yield Finding("error", path, f"there is no note {number}.", "Take the entry out, or add the note.")
    for number in sorted(notes.keys() & references.keys()):
        if fold_words(notes[number].text) != fold_words(references[number].printed):
            remedy = "Make both what is printed."
            yield Finding(
                "error", path, f"“printed” of {references[number].id} is not note {number}.", remedy
            )
    for reference in references.values():
        if not reference.points_to and reference.csl.get("note") == reference.printed:
            remedy = 'Write its "csl", or "points_to" with the number of another note.'
            yield Finding("warning", path, f"{reference.id} has no csl, and points at no other note.", remedy)
        for field in unprinted(reference):
            remedy = "Write in “csl” what is printed, and nothing else; what you know besides is a “doubt”."
            yield Finding("warning", path, f"{reference.id}: its {field} is not printed.", remedy)


def _glossary(subject: _Subject, name: str) -> Iterator[Finding]:
    found = subject.files.load(name, load_glossary)
    if subject.entry.names is not None and found != find_glossary(subject.document):
        yield _stale(subject, name)


def _entities(subject: _Subject, name: str) -> Iterator[Finding]:
    found = subject.files.load(name, load_entities)
    names, references = subject.entry.names, subject.entry.references
    if names is None or not subject.files.has(names):
        return
    listed = (
        load_references(subject.files.path(references))
        if references and subject.files.has(references)
        else ()
    )
    document = replace(subject.document, references=listed)
    if found != find_entities(document, subject.files.load(names, load_names)):
        yield _stale(subject, name)


def _stale(subject: _Subject, name: str) -> Finding:
    remedy = f"Make it anew: {_MADE_BY} {subject.files.root}"
    return Finding("warning", str(subject.files.path(name)), "it is not what the text gives.", remedy)


def _conflicts(subject: _Subject, name: str) -> Iterator[Finding]:
    path = subject.files.path(name)
    return map(_finding, conflict_problems(path, subject.document, subject.resolver))


def _questions(subject: _Subject, name: str) -> Iterator[Finding]:
    problems = question_problems(subject.files, name, subject.document, subject.resolver)
    yield from map(_finding, problems)
    yield from bank_findings(subject.files, name, subject.entry.unanswered)


def _unanswered(subject: _Subject, name: str) -> Iterator[Finding]:
    yield from map(_finding, unanswered_problems(subject.files, name, subject.document))
    yield from unanswered_findings(subject.files, name)


def _summary(document: Document) -> str:
    markers = sum(len(note.markers) for note in document.notes)
    counts: list[tuple[int, str]] = [
        (len(document.sections), "sections"),
        (len(document.sentences), "sentences"),
        (len(document.notes), "notes"),
        (markers, "markers"),
    ]
    return ", ".join(f"{count} {name}" for count, name in counts) + "."


def _named(
    files: CorpusFiles, key: str, name: str, check: Callable[[], Iterable[Finding]]
) -> Iterator[Finding]:
    """The findings about a file that corpus.toml names, or that it is not there."""
    try:
        if not files.has(name):
            add = f"Make it ({_MADE_BY} {files.root})" if key in ("glossary", "entities") else "Add it"
            remedy = f"{add}, or take `{key}` out of {CORPUS_FILE}."
            yield Finding("warning", str(files.path(name)), "there is no such file.", remedy)
            return
        files.text(name)
        yield from check()
    except CorpusError as error:
        yield _finding(error)


def _caught(read: Callable[[], Any]) -> Iterator[Finding]:
    try:
        read()
    except CorpusError as error:
        yield _finding(error)


def _finding(error: CorpusError) -> Finding:
    return Finding("error", where(error.path, error.line), error.problem, error.remedy)
