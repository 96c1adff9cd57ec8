"""Reading: pieces join to the text, marks stand where they belong, units follow each other."""

from __future__ import annotations

from itertools import pairwise

import pytest

from assistant import load_corpus
from page.book import Book, Paragraph, Piece
from page.links import Route, address, parse, query_of
from tests.app.fakes import CORPUS
from tests.documents import make_document


@pytest.fixture(scope="module")
def book() -> Book:
    return Book(load_corpus(CORPUS).documents[0])


def test_pieces_join_to_the_words_of_every_block(book: Book) -> None:
    document = book.document
    shown = book.paragraphs(0, len(document.text))
    assert len(shown) == len(document.blocks)
    for block, paragraph in zip(document.blocks, shown, strict=True):
        words = document.text[block.start : block.end]
        joined = "".join(p.text for p in paragraph.pieces)
        assert words == joined or words == f"- {joined}"


def test_every_marker_leads_to_its_note(book: Book) -> None:
    shown = [p.note for par in book.paragraphs(0, len(book.document.text)) for p in par.pieces if p.note]
    markers = sorted((m.start, n.number) for n in book.document.notes for m in n.markers if m.end > m.start)
    assert shown == [number for _, number in markers]


def test_a_quotation_is_marked_within_its_paragraph() -> None:
    book = Book(make_document())
    start = book.document.text.index("It was built")
    (paragraph,) = book.around(start, start + len("It was built in 1999."))
    assert [(p.text, p.marked, p.first_mark) for p in paragraph.pieces] == [
        ("The red boat is fast. ", False, False),
        ("It was built in 1999.", True, True),
    ]


def test_items_that_bring_their_number_are_known(book: Book) -> None:
    start = book.document.text.index("1. Prevention\n2. Protection")
    shown = book.paragraphs(start, book.document.text.index("4. Participation", start) + 1)
    assert [p.pieces[0].text[:2] for p in shown] == ["1.", "2.", "3.", "4."]
    assert all(p.numbered for p in shown)
    plain = [
        Paragraph("list-item", "1", (Piece(words),)) for words in ("Boats", "2025 was dry. So", "etc. and")
    ]
    assert not any(p.numbered for p in plain)


def test_units_cover_the_text_once_and_in_order(book: Book) -> None:
    spans = [book.span_of(unit) for unit in book.units]
    assert all(a < b for a, b in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    first, last = book.units[0], book.units[-1]
    assert book.neighbours(first)[0] is None
    assert book.neighbours(last)[1] is None


def test_a_section_is_read_in_its_unit(book: Book) -> None:
    deep = next(s for s in book.document.sections if s.level == 4)
    unit = book.unit_of(deep)
    assert unit.level == 2
    assert unit.start <= deep.start < unit.end
    assert book.section_at(deep.start).id == deep.id  # type: ignore[union-attr]


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("query", "route"),
    [
        ({}, Route()),
        ({"section": "3.1.2"}, Route("read", section="3.1.2")),
        ({"section": "1.4/prevention", "at": "10-20"}, Route("read", section="1.4/prevention", at=(10, 20))),
        ({"at": "20-10", "section": "1"}, Route("read", section="1")),
        ({"note": "1.1/fn1"}, Route("read", note="1.1/fn1")),
        ({"page": "settings"}, Route("settings")),
        ({"page": "../etc"}, Route("ask")),
        ({"section": "<script>"}, Route("ask")),
        ({"q": "What is peace?"}, Route("ask", question="What is peace?")),
    ],
)
def test_an_address_names_a_route(query: dict[str, str], route: Route) -> None:
    assert parse(query) == route


def test_addresses_survive_the_round_trip() -> None:
    made = address(section="3.2.2/case-study", at="1-2", note=None)
    assert made == "?section=3.2.2/case-study&at=1-2"
    assert query_of(made) == {"section": "3.2.2/case-study", "at": "1-2"}
