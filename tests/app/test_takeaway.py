"""Files to take away: read back with other tools than those that wrote them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document as open_docx
from pypdf import PdfReader

from assistant import Answer, Settings
from page.book import Book
from page.evidence import Library, answer_html, as_text
from page.takeaway import FORMATS, write
from tests.app.fakes import CORPUS, FakeAssistant

KHMER = "សន្តិភាព និងសន្តិសុខ"


@pytest.fixture(scope="module")
def fake() -> FakeAssistant:
    return FakeAssistant(Settings(corpus=CORPUS))


@pytest.fixture(scope="module")
def library(fake: FakeAssistant) -> Library:
    return Library({d.id: Book(d) for d in fake.documents}, fake.reference)


@pytest.fixture(scope="module")
def answer(fake: FakeAssistant) -> Answer:
    """One whose second citation has a note with a chain and a reference."""
    return fake.ask("deployed peacekeepers missions countries forces women comprising")


def test_markdown_holds_question_words_and_sources(answer: Answer, library: Library) -> None:
    text = write("markdown", (answer,), library, "plain").decode()
    assert f"## {answer.question}" in text
    citation = answer.citations[0]
    assert f"**[1]** {' › '.join(citation.path)}" in text
    assert f"> {citation.quote}".replace("*", "\\*")[:80] in text
    assert "## Sources" in text
    assert "86 → 85 (source 1)" in text


def test_a_hostile_question_is_no_markup_in_markdown(answer: Answer, library: Library) -> None:
    hostile = replace(answer, question="<img src=x> [a](http://evil.test) `x`", standalone="x")
    text = write("markdown", (hostile,), library, "plain").decode()
    assert "## \\<img src=x\\> \\[a](http://evil.test) \\`x\\`" in text


def test_word_can_be_read_back(answer: Answer, library: Library) -> None:
    asked = replace(answer, question=f"{KHMER} \x00\x0b?")
    document = open_docx(BytesIO(write("docx", (asked,), library, "plain")))
    texts = [p.text for p in document.paragraphs]
    assert f"{KHMER} ?" in texts
    assert answer.citations[0].quote in texts
    assert document.core_properties.author == ""


def test_pdf_can_be_read_back_with_superscripts_arrows_and_khmer(answer: Answer, library: Library) -> None:
    asked = replace(answer, question=KHMER, standalone=KHMER)
    reader = PdfReader(BytesIO(write("pdf", (asked,), library, "plain")))
    text = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    assert "86 → 85 (source 1)" in text
    assert "⁸⁶" in text  # the note's marker as the handbook prints it
    fonts = {str(f) for page in reader.pages for f in (page["/Resources"].get("/Font") or {})}
    assert len(fonts) >= 3
    names = "".join(
        str(o.get("/BaseFont"))
        for p in reader.pages
        for o in (f.get_object() for f in p["/Resources"]["/Font"].values())
    )
    assert "Khmer" in names


def test_every_format_takes_every_state(fake: FakeAssistant, library: Library) -> None:
    answers = tuple(
        fake.ask(q) for q in ("refuse: gold", "conflict: agreements", "help: survivors", "partial: peace")
    )
    for name in FORMATS:
        assert len(write(name, answers, library, "apa")) > 500


def test_a_citation_style_that_fails_gives_way_to_the_printed_reference(
    answer: Answer, library: Library
) -> None:
    def broken(reference: str, style: str) -> str:
        raise ValueError("style")

    text = write("markdown", (answer,), Library(library.books, broken), "apa").decode()
    assert library.first.references["ref-85"].printed[:40] in text.replace("\\", "")


# ---------------------------------------------------------------- the answer as markup and text


def test_the_evidence_shows_chain_reference_doubt_and_address(answer: Answer, library: Library) -> None:
    html = answer_html(answer, library, "plain", 0)
    assert '<a href="?note=86" data-go>86</a>' in html
    assert '<a href="?note=85" data-go>85</a>' in html
    assert 'href="https://www.unwomen.org/sites/default/files/2024-09/b30_report_cambodia_en.pdf"' in html
    assert 'target="_blank" rel="noopener noreferrer"' in html
    assert "Ministry of Women&#39;s Affairs. (2024, June)" in html


def test_a_refusal_says_once_what_stands_beside_it(answer: Answer, library: Library) -> None:
    """The nearest sections are links below it and the question to ask instead is a button."""
    first, second = (library.first.sections[id] for id in ("1.1", "1.2"))
    said = f"It does not say.\n\nNearest: {first.title}; {second.title}\n\nYou could ask: “What is peace?”"
    refused = replace(
        answer, status="refused", answer=said, statements=(), citations=(), conflicts=(),
        nearest=("1.1", "1.2"), suggestions=("What is peace?",),
    )  # fmt: skip
    html = answer_html(refused, library, "plain", 0)
    words = html[html.index('class="words"') : html.index('class="nearest"')]
    assert "It does not say." in words
    assert "Nearest:" not in words
    assert "You could ask" not in words
    assert '<a href="?section=1.1" data-go>' in html
    assert said in as_text(refused, library, "plain")  # the copy holds all of it


def test_nothing_of_an_answer_is_markup(answer: Answer, library: Library) -> None:
    evil = '<script>x</script><img src=x onerror="y">'
    hostile = replace(
        answer, question=evil, standalone=evil + "!", answer=evil, nearest=(evil + ".",),
        citations=(replace(answer.citations[0], title=evil, path=(evil,), section=evil, url="javascript:x"),),
    )  # fmt: skip
    html = answer_html(hostile, library, "plain", 0)
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html


def test_the_copied_answer_names_places_and_notes(answer: Answer, library: Library) -> None:
    text = as_text(answer, library, "plain")
    assert text.startswith(answer.question)
    assert "Note 86 → 85: Ministry of Women's Affairs. (2024, June)" in text
