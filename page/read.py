"""The page on which the text itself is read: contents, search, sections, notes and their sources."""

from __future__ import annotations

from typing import Any

import streamlit as st

from assistant import Note, NoteCitation, Reference, Section
from page.book import Book
from page.engine import Engine
from page.evidence import note_view
from page.links import Route, address
from page.markup import clean, is_blank, snippet
from page.questions import ask_button
from page.shell import show
from page.state import Session
from page.texts import gettext as _

__all__ = ["draw"]

_FOUND = 12  # places that a search shows


def draw(route: Route, held: Session, opened: Engine) -> None:
    """A section, a note, a source or the contents, with the search above."""
    book = opened.library.book(route.document)
    if route.note or route.reference:
        _search(held, opened)
        _note_or_reference(route, held, opened, book)
        return
    if not _search(held, opened):
        section = book.sections.get(route.section or "")
        if route.section and section is None:
            show("notice", title=_("There is no such section"), kind="caution", detail=None, text=_(
                "The text has no section {id}. The contents list all there are."
            ).format(id=route.section))  # fmt: skip
        _section(section or _first(book), route, held, opened, book)


def _first(book: Book) -> Section:
    """Where reading begins: the first section that is not the title page or the list of contents."""
    named = [s for s in book.units if book.span_of(s)[1] - book.span_of(s)[0] > 400]
    return next((s for s in named if s.id not in ("front-matter", "toc")), book.units[0])


def _search(held: Session, opened: Engine) -> bool:
    """The search field with what was found; whether anything was looked for."""
    query = st.text_input(
        _("Search the text"), key="search", max_chars=200, placeholder=_("A word, a name, a question")
    )
    if not query or is_blank(query):
        return False
    hits = opened.assistant.search(query, _FOUND)
    found = []
    for hit in hits:
        p = hit.passage
        book = opened.library.book(p.document)
        section = book.sections.get(p.section)
        other = None if book is opened.library.first else p.document
        found.append({
            "path": " › ".join(section.path) if section else p.section,
            "page": section.page if section else None,
            "href": address(section=p.section, at=f"{p.start}-{p.end}", document=other),
            "text": snippet(p.text, query),
        })  # fmt: skip
    show("found", query=clean(query), found=found)
    st.button(_("Back to reading"), key="close_search", on_click=_close)
    return True


def _close() -> None:
    st.session_state.search = ""


def _section(section: Section, route: Route, held: Session, opened: Engine, book: Book) -> None:
    unit = book.unit_of(section)
    start, end = book.span_of(unit)
    at = route.at if route.at and route.at[0] < len(book.document.text) else None
    before, after = book.neighbours(unit)
    other = None if book is opened.library.first else book.document.id

    def to(s: Section) -> str:
        return address(section=s.id, document=other)

    number = unit.id.split("/")[0]
    show(
        "section",
        place=f"{book.document.id}/{section.id}@{route.at}",
        target=section.id if section.id != unit.id and not at else None,
        books=[
            (b.document.title, address(page="read", document=b.document.id))
            for b in opened.library.books.values()
        ],
        title=book.document.title,
        unit=unit,
        number=number if number[:1].isdigit() else None,
        parents=[(s.title, to(s)) for s in _above(book, unit)],
        contents=_contents(book, unit, to),
        inside=[(s.title, to(s)) for s in book.children.get(unit.id, ()) if not start <= s.start < end],
        paragraphs=book.paragraphs(start, end, at),
        notes=[_brief(n, held, opened, other) for n in book.notes_in(start, end)],
        before=(before.title, to(before)) if before else None,
        after=(after.title, to(after)) if after else None,
        share=to(section),
    )
    near = opened.assistant.questions_near(tuple(_inside(book, unit)), 4)
    if near:
        show("label", text=_("Questions that this part answers"))
        with st.container(key="suggestions"):
            for i, question in enumerate(near):
                ask_button(held, question, f"near_{unit.id}_{i}")


def _inside(book: Book, unit: Section) -> list[str]:
    start, end = book.span_of(unit)
    return [s.id for s in book.document.sections if start <= s.start < end]


def _above(book: Book, section: Section) -> list[Section]:
    found = []
    while section.parent in book.sections:
        section = book.sections[section.parent]
        found.append(section)
    return found[::-1]


def _contents(book: Book, current: Section, to: Any) -> list[dict[str, Any]]:
    """The list of contents: upper sections, with what is inside the one that is read."""
    chapter = (_above(book, current) or [current])[0]
    rows = []
    for section in book.document.sections:
        shown = section.level <= 2 or book.unit_of(section).id == current.id
        if not shown or (
            section.level > 1 and section.level <= 2 and (_above(book, section) or [section])[0] != chapter
        ):
            continue
        if section.level > 3:
            continue
        number = section.id if section.id[:1].isdigit() and "/" not in section.id else ""
        rows.append({
            "level": section.level, "number": number, "title": section.title, "href": to(section),
            "current": section.id == current.id,
        })  # fmt: skip
    return rows


def _brief(note: Note, held: Session, opened: Engine, other: str | None) -> dict[str, Any]:
    return note_view(_cited(note, opened, None), opened.library, held.choices.style, other)


def _cited(note: Note, opened: Engine, doubt: str | None) -> NoteCitation:
    """A note in the form that answers use, so that both are shown alike."""
    book = next(b for b in opened.library.books.values() if b.notes.get(note.number) is note)
    reference = book.references.get(note.reference or "")
    shown = opened.assistant.show(f"n{note.number}") if reference else {}
    return NoteCitation(
        number=note.number,
        chain=note.chain,
        reference=note.reference,
        csl=reference.csl if reference else None,
        url=reference.url if reference else None,
        source_available=reference is not None and opened.library.own(reference.id) is not None,
        doubt=doubt or shown.get("doubt"),
    )


# ---------------------------------------------------------------- notes and sources


def _note_or_reference(route: Route, held: Session, opened: Engine, book: Book) -> None:
    note = book.notes.get(route.note or "")
    reference = book.references.get(route.reference or (note.reference if note else None) or "")
    if note is None and reference is None:
        show("notice", title=_("There is no such note"), kind="caution", detail=None, text=_(
            "The text has no note or source {id}."
        ).format(id=route.note or route.reference))  # fmt: skip
        return
    other = None if book is opened.library.first else book.document.id
    leading = book.citing(reference) if reference else ((note,) if note else ())
    own = [n for n in leading if reference is not None and n.number == reference.number]
    shown = note or next(iter([*own, *leading]), None)
    show(
        "note",
        place=f"note {route.note or route.reference}",
        title=_("Note {n}").format(n=note.number) if note else _("Source {id}").format(id=route.reference),
        printed=note.text if note else reference.printed if reference else "",
        note=_brief(shown, held, opened, other) if shown else None,
        same=_same(reference, book),
        uses=_uses(note, leading, book, other),
    )


def _same(reference: Reference | None, book: Book) -> list[tuple[str, str]]:
    """Other references of the same source."""
    if reference is None:
        return []
    return [
        (book.references[r].number, address(reference=r)) for r in reference.same_as if r in book.references
    ]


def _uses(
    note: Note | None, leading: tuple[Note, ...], book: Book, other: str | None
) -> list[dict[str, Any]]:
    """Where the note's markers stand, then those of the other notes that lead to the same source."""
    order = ([note] if note else []) + [n for n in leading if n is not note]
    uses = []
    for n in order:
        for marker in n.markers:
            section = book.sections[marker.section]
            start, end = marker.sentence
            uses.append({
                "note": n.number,
                "own": note is None or n is note,
                "path": " › ".join(section.path),
                "page": section.page,
                "sentence": book.document.text[start:end],
                "href": address(section=section.id, at=f"{start}-{end}", document=other),
            })  # fmt: skip
    return uses
