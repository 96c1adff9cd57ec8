"""Answers as values for templates: what stands where, with everything that a reader can check."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from assistant import Answer, Citation, NoteCitation
from page.book import Book, Paragraph
from page.links import address
from page.markup import clean, markdown, render, safe_url
from page.texts import gettext as _
from page.texts import ngettext

__all__ = ["STYLES", "Library", "answer_html", "as_text", "place_of", "reason_of"]

STYLES = {"apa": "APA", "chicago": "Chicago", "bibtex": "BibTeX", "plain": "Plain"}

_BARE = re.compile(r"\s*\[\d{1,3}\]")  # a label

Style = Callable[[str, str], str]  # reference id, style → the reference set in it


@dataclass(frozen=True)
class Library:
    """The books, and how their references are set; what views need of an opened assistant."""

    books: dict[str, Book]
    style: Style

    @property
    def first(self) -> Book:
        return next(iter(self.books.values()))

    def book(self, document: str | None) -> Book:
        """The book of that id, or the first one."""
        return self.books.get(document or "", self.first)

    def own(self, reference: str) -> Book | None:
        """The source itself, where the corpus holds it."""
        return next((b for b in self.books.values() if reference in b.document.cited_as), None)

    def set(self, reference: str, style: str, printed: str) -> str:
        """The reference in a style; as printed where it cannot be set (a broken style file ends no page)."""
        try:
            return self.style(reference, style)
        except Exception:
            return printed


def answer_html(answer: Answer, library: Library, style: str, number: int) -> str:
    """An answer with its evidence as markup; `number` keeps the ids of a conversation apart."""
    ids = {c.label: f"evidence-{number}-{c.label}" for c in answer.citations}
    return render(
        "answer",
        answer=answer,
        number=number,
        heading=_heading(answer),
        reason=reason_of(answer),
        asked_otherwise=_asked_otherwise(answer),
        body=markdown(_words(answer, library), ids),
        ids=ids,
        evidence=[_evidence(c, library, style, ids[c.label]) for c in answer.citations],
        nearest=[_section_link(s, library) for s in answer.nearest],
        signposts=[(s, _section_link(s.section, library)) for s in answer.signposts],
        copy_text=as_text(answer, library, style),
        counted=ngettext("{n} place in the text", "{n} places in the text", len(answer.citations)).format(
            n=len(answer.citations)
        ),
    )


def reason_of(answer: Answer) -> str:
    """One sentence on why there is no full answer; empty for an answered question."""
    if answer.status == "answered":
        return ""
    if answer.status == "partial":
        return _("The text speaks to this, but does not give all that was asked.")
    return {
        "not-in-corpus": _("The text does not say this. Nothing was made up in its place."),
        "off-topic": _("This is outside what the text is about."),
        "live-information": _("This changes from day to day, and the text is a printed one."),
        "personal-advice": _("This asks for advice on a person's own situation, which a text cannot give."),
        "harmful": _("This is nothing that the assistant helps with."),
        "unclear": _("It is not clear what is asked. Other words may help."),
        "bad-input": _("This could not be read as a question."),
    }.get(answer.reason or "", _("No answer was found in the text."))


def place_of(citation: Citation) -> str:
    """ "3.1.2, page 34": the printed number (or the title) and the page on which the section begins."""
    number = citation.section.split("/", 1)[0]
    page = _("page {page}").format(page=citation.page) if citation.page is not None else ""
    parts = [part for part in (number if number[:1].isdigit() else "", page) if part]
    return ", ".join(parts) or citation.title


def as_text(answer: Answer, library: Library, style: str) -> str:
    """An answer with its citations as plain text, for the clipboard."""
    lines = [clean(answer.question), "", clean(answer.answer)]
    for citation in answer.citations:
        lines += ["", f"[{citation.label}] {' › '.join(citation.path)} ({place_of(citation)})"]
        lines += [f"    “{clean(citation.quote)}”"]
        for note in citation.notes:
            chain = _("Note {chain}").format(chain=" → ".join(note.chain))
            lines.append(f"    {chain}: {_reference(note, library, style)}")
            if note.doubt:
                lines.append(f"    {_('Check before relying on it: {doubt}').format(doubt=note.doubt)}")
    return "\n".join(lines)


def note_view(note: NoteCitation, library: Library, style: str, document: str | None) -> dict[str, Any]:
    """A note as the templates show it: chain, reference in every style, address, doubt."""
    own = library.own(note.reference) if note.reference else None
    return {
        "number": note.number,
        "chain": [(n, address(note=n, document=document)) for n in note.chain],
        "reference": note.reference,
        "text": _reference(note, library, style),
        "style": STYLES.get(style, style),
        "styles": [
            (label, library.set(note.reference, name, "")) for name, label in STYLES.items() if note.reference
        ],
        "url": safe_url(note.url),
        "host": (urlsplit(note.url).hostname if safe_url(note.url) else None) or "",
        "doubt": note.doubt,
        "own": address(page="read", document=own.document.id) if own else None,
        "more": address(note=note.number, document=document),
    }


def _words(answer: Answer, library: Library) -> str:
    """The answer's words without the paragraphs that only say what stands beside them.

    Conflicts have a box of their own; the sections nearest to a refused question stand below as links, and
    what could be asked instead as buttons.
    """
    notes = {" ".join(c.note.split()) for c in answer.conflicts}
    titles = [_section_link(section, library)[1] for section in answer.nearest]

    def beside(paragraph: str) -> bool:
        if titles and all(title in paragraph for title in titles):
            return True
        instead = bool(answer.nearest) and any(f"“{q}”" in paragraph for q in answer.suggestions)
        return instead or " ".join(_BARE.sub("", paragraph).split()) in notes

    return "\n\n".join(p for p in answer.answer.split("\n\n") if not beside(p))


def _heading(answer: Answer) -> str:
    return {
        "answered": _("Answer"),
        "partial": _("Answered in part"),
        "refused": _("No answer in the text"),
    }[answer.status]


def _asked_otherwise(answer: Answer) -> str | None:
    same = " ".join(answer.standalone.split()).casefold() == " ".join(answer.question.split()).casefold()
    return None if same or not answer.standalone else answer.standalone


def _reference(note: NoteCitation, library: Library, style: str) -> str:
    if not note.reference:
        return ""
    printed = next(
        (
            b.references[note.reference].printed
            for b in library.books.values()
            if note.reference in b.references
        ),
        note.reference,
    )
    return clean(library.set(note.reference, style, printed))


def _evidence(citation: Citation, library: Library, style: str, id: str) -> dict[str, Any]:
    book = library.book(citation.document)
    other = None if book is library.first else citation.document
    return {
        "id": id,
        "label": citation.label,
        "place": place if (place := place_of(citation)) != citation.title else "",
        "title": citation.title,
        "path": citation.path,
        "document": book.document.title if other else None,
        "paragraphs": _context(citation, book),
        "notes": [note_view(n, library, style, other) for n in citation.notes],
        "doubted": any(n.doubt for n in citation.notes),
        "read": address(section=citation.section, at=f"{citation.start}-{citation.end}", document=other),
        "url": safe_url(citation.url),
    }


def _context(citation: Citation, book: Book) -> tuple[Paragraph, ...]:
    return book.around(citation.start, citation.end)


def _section_link(section: str, library: Library) -> tuple[str, str, str]:
    """Printed number, title and address of a section; the id alone where no book has it."""
    found = next((b.sections[section] for b in library.books.values() if section in b.sections), None)
    number = section.split("/", 1)[0]
    return (
        number if number[:1].isdigit() else "",
        found.title if found else section,
        address(section=section),
    )
