"""Places of a document that disagree or are easily confused: `conflicts.toml`.

Each entry gives one neutral sentence, a kind, and the places as verbatim quotations:

    [[conflict]]
    kind = "different-figures"
    note = "Section 3.1 gives 11, section 3.2 gives 12."
    quotes = [
      { section = "3.1", quote = "..." },
      { section = "3.2", quote = "..." },
    ]

All places of one entry may disagree with each other; two quotations of one place are an entry's mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from assistant.errors import CorpusError
from assistant.read.files import read_toml
from assistant.read.quotes import QuoteNotFound, QuoteResolver
from assistant.types import Conflict, ConflictKind, Document

__all__ = ["conflict_problems", "load_conflicts"]

_KINDS: tuple[str, ...] = get_args(ConflictKind)


def load_conflicts(
    path: Path, document: Document, resolver: QuoteResolver | None = None
) -> tuple[Conflict, ...]:
    """The conflicts of `document` in the file's order, with spans into its text.

    Raises `CorpusError` for the first problem. `resolver` saves folding the document again.
    """
    conflicts, problems = _read(path, document, resolver)
    if problems:
        raise problems[0]
    return conflicts


def conflict_problems(
    path: Path, document: Document, resolver: QuoteResolver | None = None
) -> tuple[CorpusError, ...]:
    """Everything that is wrong with a `conflicts.toml`, each with its line and how to mend it."""
    return _read(path, document, resolver)[1]


def _read(
    path: Path, document: Document, resolver: QuoteResolver | None
) -> tuple[tuple[Conflict, ...], tuple[CorpusError, ...]]:
    try:
        entries = read_toml(path).get("conflict", [])
    except CorpusError as error:
        return (), (error,)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return (), (CorpusError("'conflict' is no list.", path, None, "Begin each entry with [[conflict]]."),)
    resolver = resolver or QuoteResolver(document)
    text = path.read_text(encoding="utf-8-sig")
    lines = [n for n, line in enumerate(text.split("\n"), 1) if line.strip() == "[[conflict]]"]
    conflicts: list[Conflict] = []
    problems: list[CorpusError] = []
    for place, entry in enumerate(entries):
        line_number = lines[place] if place < len(lines) else None
        found = list(_entry_problems(entry, resolver, {s.id for s in document.sections}))
        problems += [CorpusError(problem, path, line_number, remedy) for problem, remedy in found]
        if not found:
            spans = tuple(resolver.resolve(q["quote"], q["section"]) for q in entry["quotes"])
            conflicts.append(Conflict(spans, entry["note"], entry["kind"]))
    return tuple(conflicts), tuple(problems)


def _entry_problems(
    entry: Mapping[str, Any], resolver: QuoteResolver, sections: set[str]
) -> Iterator[tuple[str, str]]:
    """(problem, remedy) of one entry."""
    if not isinstance(entry.get("note"), str) or not entry["note"].strip():
        yield "A conflict without a note.", 'Say in one neutral sentence what stands where: note = "...".'
    if entry.get("kind") not in _KINDS:
        yield f"Unknown kind of conflict {entry.get('kind')!r}.", f"Kinds: {', '.join(_KINDS)}."
    quotes = entry.get("quotes")
    well_formed = isinstance(quotes, list) and all(
        isinstance(q, dict) and isinstance(q.get("section"), str) and isinstance(q.get("quote"), str)
        for q in quotes
    )
    if not isinstance(quotes, list) or not well_formed or len(quotes) < 2:
        yield (
            "A conflict needs two quotations or more.",
            'Write quotes = [{ section = "...", quote = "..." }, ...].',
        )
        return
    spans = set()
    for quote in quotes:
        if quote["section"] not in sections:
            yield f"No section {quote['section']!r}.", "Give a section id of the document."
        try:
            spans.add(resolver.resolve(quote["quote"], quote["section"]))
        except QuoteNotFound as error:
            yield f"{error}.", "Quote the document's own words."
            return
    if len(spans) < len(quotes):
        yield "Two quotations of a conflict are the same place.", "Quote each place once."
