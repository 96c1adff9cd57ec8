"""One section, note or reference, with what a reader would want to know of it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.errors import UnknownId
from assistant.read.export import note_data, reference_data, section_data
from assistant.read.references import note_doubt
from assistant.types import Document, Note, Reference, Section

__all__ = ["render_shown", "show"]

_NOTE_ID = re.compile(r"n\.?\s*(\S+)", re.IGNORECASE)


def show(document: Document, id: str) -> dict[str, Any]:
    """What the document holds under `id`, as plain data; `kind` is "section", "note" or "reference".

    `id` is a section's ("3.1.2"), a note's ("87", "1.1/fn1", or "n1" where a section is called "1") or a
    reference's ("ref-85"). Raises `UnknownId`, naming the ids that look alike.
    """
    id = id.strip()
    sections = {s.id.casefold(): s for s in document.sections}
    notes = {n.number.casefold(): n for n in document.notes}
    references = {r.id.casefold(): r for r in document.references}
    key = id.casefold()
    if key in sections:
        return {**_section(document, sections[key]), "also": [f"n{id}"] if key in notes else []}
    if key in references:
        return _reference(document, references[key])
    named = _NOTE_ID.fullmatch(key)
    for number in (key, named.group(1) if named else key):
        if number in notes:
            return _note(document, notes[number])
    near = difflib.get_close_matches(key, [*sections, *notes, *references], 3, 0.5)
    hint = f" Did you mean {', '.join(near)}?" if near else " Ids look like 3.1.2, 87, 1.1/fn1 or ref-85."
    raise UnknownId(f"There is no section, note or reference “{id}” in {document.id}.{hint}")


def _section(document: Document, section: Section) -> dict[str, Any]:
    inside = [
        note for note in document.notes if any(section.start <= at < section.end for at in _places(note))
    ]
    return {
        "kind": "section",
        "document": document.id,
        **section_data(section),
        "text": document.text[section.start : section.end],
        "children": [{"id": s.id, "title": s.title} for s in document.sections if s.parent == section.id],
        "notes": [_brief(document, note) for note in inside],
        "conflicts": [
            conflict.note
            for conflict in document.conflicts
            if any(section.start <= start < section.end for start, _ in conflict.spans)
        ],
    }


def _note(document: Document, note: Note) -> dict[str, Any]:
    source = next((r for r in document.references if r.id == note.reference), None)
    return {
        **note_data(note),
        "kind": "note",
        "note_kind": note.kind,
        "document": document.id,
        "used": list(_uses(document, note)),
        "source": reference_data(source) if source else None,
        "doubt": _doubt(document, note),
    }


def _reference(document: Document, reference: Reference) -> dict[str, Any]:
    leading = [n for n in document.notes if reference.number in n.chain]
    own = next((n for n in leading if n.number == reference.number), None)
    source = next((r for r in document.references if own and r.id == own.reference), reference)
    return {
        "kind": "reference",
        "document": document.id,
        **reference_data(reference),
        "chain": list(own.chain) if own else [reference.number],
        "source": reference_data(source),
        "cited_by": [n.number for n in leading],
        "used": [use for note in leading for use in _uses(document, note)],
    }


def _places(note: Note) -> Iterator[int]:
    """Where a note belongs: at its markers, and one of the page also where it is printed."""
    yield from (marker.start for marker in note.markers)
    if note.kind == "page-footnote":
        yield note.start


def _brief(document: Document, note: Note) -> dict[str, Any]:
    """A note as it is listed under a section."""
    source = next((r for r in document.references if r.id == note.reference), None)
    return {
        "number": note.number,
        "text": note.text,
        "chain": list(note.chain),
        "reference": note.reference,
        "url": source.url if source else None,
        "doubt": _doubt(document, note),
    }


def _uses(document: Document, note: Note) -> Iterator[dict[str, Any]]:
    """Where a note's markers stand, and in which sentence."""
    for marker in note.markers:
        section = next(s for s in document.sections if s.id == marker.section)
        start, end = marker.sentence
        yield {
            "note": note.number,
            "section": section.id,
            "title": section.title,
            "path": list(section.path),
            "page": section.page,
            "sentence": document.text[start:end],
            "start": start,
            "end": end,
        }


def _doubt(document: Document, note: Note) -> str | None:
    return note_doubt({r.number: r for r in document.references}, note.chain)


# ---------------------------------------------------------------- as text


def render_shown(shown: Mapping[str, Any]) -> str:
    """What `show` found, as lines to read."""
    lines = {"section": _section_lines, "note": _note_lines, "reference": _reference_lines}[shown["kind"]]
    return "\n".join(lines(shown)) + "\n"


def _section_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    page = f"  (page {shown['page']})" if shown["page"] is not None else ""
    yield f"{shown['id']}  {' › '.join(shown['path'])}{page}"
    yield ""
    yield shown["text"]
    if shown["children"]:
        yield from ("", "Parts:", *(f"  {c['id']}  {c['title']}" for c in shown["children"]))
    if shown["notes"]:
        yield from ("", "Notes:", *(f"  {n['number']}. {n['text']}{_way(n)}" for n in shown["notes"]))
    doubtful = [n["number"] for n in shown["notes"] if n["doubt"]]
    if doubtful:
        yield f"  Doubts are recorded about {', '.join(doubtful)}: show {' or '.join(doubtful[:2])}."
    if shown["conflicts"]:
        title = "Where the text disagrees or is easily confused:"
        yield from ("", title, *(f"  {note}" for note in shown["conflicts"]))
    for other in shown["also"]:
        yield from ("", f"There is also a note of this number: {other}")


def _note_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    yield f"Note {shown['number']}{_way(shown)}"
    yield f"  {shown['text']}"
    yield from _source(shown)
    yield from _doubt_and_uses(shown)


def _reference_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    yield f"{shown['id']}{_way(shown)}"
    yield f"  {shown['printed']}"
    yield from _source(shown)
    if shown["same_as"]:
        yield f"  The same document as {', '.join(shown['same_as'])}."
    yield from _doubt_and_uses(shown)


def _source(shown: Mapping[str, Any]) -> Iterator[str]:
    """The source at the end of a chain, if it is not what is shown, and its address."""
    source = shown["source"]
    if source and source["number"] != shown["number"]:
        yield from ("", f"Source ({source['id']}):", f"  {source['printed']}")
    if source and source["url"]:
        yield f"  {source['url']}"


def _doubt_and_uses(shown: Mapping[str, Any]) -> Iterator[str]:
    if shown["doubt"]:
        yield from ("", f"Doubt: {shown['doubt']}")
    if not shown["used"]:
        why = shown.get("unmarked")
        yield from ("", f"No marker of it stands in the text{f': {why}' if why else '.'}")
        return
    yield from ("", "Used in:")
    for use in shown["used"]:
        page = f", page {use['page']}" if use["page"] is not None else ""
        yield f"  {use['section']} ({use['title']}{page}), note {use['note']}:"
        yield f"    {use['sentence']}"


def _way(note: Mapping[str, Any]) -> str:
    """The chain to the source in full, where it is not the note itself."""
    return f"  [{' → '.join(note['chain'])}]" if len(note["chain"]) > 1 else ""
