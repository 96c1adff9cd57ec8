"""A whole corpus as plain data: one JSON object that other tools can read."""

from __future__ import annotations

from typing import Any

from assistant.types import Corpus, Document, Note, Reference, Section

__all__ = ["export", "note_data", "reference_data", "section_data"]


def export(corpus: Corpus) -> dict[str, Any]:
    """The corpus in the form of the contract (docs/COMMANDS.md, `assistant export`).

    Spans are character offsets into the `text` of their document, `[from, up to)` as Python slices.
    """
    return {"documents": [_document(document) for document in corpus.documents]}


def _document(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "title": document.title,
        "language": document.language,
        "text": document.text,
        "sections": [section_data(section) for section in document.sections],
        "notes": [note_data(note) for note in document.notes],
        "references": [reference_data(reference) for reference in document.references],
        "glossary": [
            {"acronym": g.acronym, "expansions": list(g.expansions), "section": g.section}
            for g in document.glossary
        ],
        "entities": [
            {"name": e.name, "kind": e.kind, "aliases": list(e.aliases), "sections": list(e.sections)}
            for e in document.entities
        ],
        "conflicts": [{"spans": [list(s) for s in c.spans], "note": c.note} for c in document.conflicts],
    }


def section_data(section: Section) -> dict[str, Any]:
    """A section; `text[start:end]` holds it with its children."""
    return {
        "id": section.id,
        "title": section.title,
        "level": section.level,
        "parent": section.parent,
        "path": list(section.path),
        "page": section.page,
        "start": section.start,
        "end": section.end,
        "attributes": dict(section.attributes),
    }


def note_data(note: Note) -> dict[str, Any]:
    """A note with the places of its markers and the way to the reference in full."""
    return {
        "number": note.number,
        "kind": note.kind,
        "text": note.text,
        "start": note.start,
        "end": note.end,
        "markers": [
            {"start": m.start, "end": m.end, "section": m.section, "sentence": list(m.sentence)}
            for m in note.markers
        ],
        "chain": list(note.chain),
        "reference": note.reference,
        "unmarked": note.unmarked,
    }


def reference_data(reference: Reference) -> dict[str, Any]:
    """A cited source: as printed, as a CSL-JSON item, with its mended address and what is doubtful."""
    return {
        "id": reference.id,
        "number": reference.number,
        "printed": reference.printed,
        "csl": dict(reference.csl),
        "url": reference.url,
        "doubt": reference.doubt,
        "same_as": list(reference.same_as),
        "points_to": reference.points_to,
    }
