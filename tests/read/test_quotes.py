"""Quotations are found by their words, whatever markup, markers and breaks the other edition has."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.read.corpus import load_corpus
from assistant.read.quotes import QuoteNotFound, QuoteResolver, fold_words, resolve_quote
from assistant.types import Block, Document, Section

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT = ROOT.parent / "shared" / "questions"


def document(*sections: tuple[str, str]) -> Document:
    """A document of top-level sections, one paragraph each."""
    text, parts, blocks = "", [], []
    for name, body in sections:
        start = len(text)
        text += body + "\n\n"
        parts.append(Section(name, name, 1, None, (name,), None, start, len(text)))
        blocks.append(Block("paragraph", name, start, start + len(body)))
    return Document("small", "Small", text, tuple(parts), tuple(blocks), ())


def found(doc: Document, quote: str, section: str | None = None) -> str:
    start, end = resolve_quote(doc, quote, section)
    return doc.text[start:end]


PLAN = document(
    ("a", "Over 100 countries have plans³. These vary¹⁸, ¹⁹. Women’s ethnicity – and age – matter [to us].")
)


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("Over **100 countries** have plans³.", "Over 100 countries have plans³."),
        ("Over 100 countries have plans[^3].", "Over 100 countries have plans³."),
        ("Over 100 countries have plans [3].", "Over 100 countries have plans³."),
        ("Over 100 countries\n\nhave plans", "Over 100 countries have plans³."),
        ("These vary^{18, 19}.", "These vary¹⁸, ¹⁹."),
        ("These vary\n18 citing 19.", "These vary¹⁸, ¹⁹."),
        ("Women's ethnic-\n\nity—and age—matter", "Women’s ethnicity – and age – matter"),
        ("- Women's ethnic-", "Women’s ethnicity"),
        ("ity, and age, matter [to us]", "ethnicity – and age – matter [to us]."),
        ("2.4 These vary", "These vary¹⁸, ¹⁹."),
        ("[Over 100](#) countries", "Over 100 countries"),
        ("100 countries", "100 countries"),
    ],
)
def test_forms_of_print_are_folded(quote: str, words: str) -> None:
    assert found(PLAN, quote) == words


def test_quotation_marks_and_the_marker_after_them_belong_to_the_quotation() -> None:
    doc = document(("a", "It says: “Peace lasts. Always”⁷ citing ⁸. And more."))
    assert found(doc, "“Peace lasts. Always”\n7 citing 8.") == "“Peace lasts. Always”⁷ citing ⁸."
    assert found(doc, "Peace lasts. Always") == "Peace lasts. Always”⁷ citing ⁸."


def test_a_comma_belongs_only_where_the_quotation_has_it() -> None:
    doc = document(("a", "They deployed 9,197 people, of whom 8% were women."))
    assert found(doc, "deployed 9,197 people") == "deployed 9,197 people"
    assert found(doc, "deployed 9,197 people,") == "deployed 9,197 people,"


def test_the_named_section_is_preferred_and_then_the_first_place() -> None:
    doc = document(("a", "Peace is fair."), ("b", "Peace is fair."), ("c", "PEACE IS FAIR."))
    assert resolve_quote(doc, "Peace is fair.") == (0, 14)
    assert resolve_quote(doc, "Peace is fair.", "b") == (16, 30)
    assert resolve_quote(doc, "Peace is fair.", "c") == (32, 46)  # capitals of a heading
    assert resolve_quote(doc, "Peace is fair.", "no such section") == (0, 14)
    assert QuoteResolver(doc).places("PEACE IS FAIR") == ((32, 46), (0, 14), (16, 30))


def test_the_body_is_preferred_to_the_imprint() -> None:
    doc = document(("toc", "Emerging Issues 29"), ("1.6", "Emerging Issues"))
    first, second = doc.blocks
    doc = Document(
        doc.id,
        doc.title,
        doc.text,
        doc.sections,
        (Block("imprint", "toc", first.start, first.end), second),
        (),
    )
    assert resolve_quote(doc, "Emerging Issues") == (20, 35)


def test_parts_of_words_are_not_words() -> None:
    doc = document(("a", "In 1350 the women's peacekeepers came."))
    for quote in ("135", "women", "keepers", "peace"):
        with pytest.raises(QuoteNotFound):
            resolve_quote(doc, quote)


def test_what_is_not_found_names_the_nearest_text() -> None:
    with pytest.raises(QuoteNotFound, match="Over 100 countries have plans") as error:
        resolve_quote(PLAN, "Over 100 countries had plans in the end")
    assert error.value.nearest.startswith("Over 100 countries ha")
    with pytest.raises(QuoteNotFound, match="nothing in it comes near"):
        resolve_quote(PLAN, "***")
    with pytest.raises(QuoteNotFound):
        resolve_quote(document(), "Anything")


@given(st.lists(st.text("abcdeéÅﬁ ½’'-.,²¹[](*)\n", min_size=1, max_size=30), min_size=1, max_size=5))
def test_every_run_of_words_of_a_document_is_found_with_its_own_words(bodies: list[str]) -> None:
    doc = document(*((str(i), body) for i, body in enumerate(bodies)))
    resolver = QuoteResolver(doc)
    for body in bodies:
        for paragraph in body.split("\n"):
            words = fold_words(paragraph)
            places = resolver.places(paragraph) if words else ()
            for start, end in places:
                assert words.lower() in fold_words(doc.text[start:end]).lower()


@pytest.mark.skipif(
    not DEVELOPMENT.exists(), reason="development data lies beside the checkout; users have none"
)
def test_all_evidence_of_the_question_sets_is_found_in_the_supplied_text_quickly() -> None:
    text = (DEVELOPMENT.parent / "handbook" / "handbook.txt").read_text(encoding="utf-8")
    quotes = development_quotes()
    assert len(quotes) > 1500
    began = time.process_time()
    resolver = QuoteResolver(Document("as supplied", "", text, (), (), ()))
    spans = [resolver.resolve(quote) for _, quote in quotes]
    assert time.process_time() - began < 30
    for (_, quote), (start, end) in zip(quotes, spans, strict=True):
        assert fold_words(quote) in fold_words(text[start:end])


@pytest.mark.skipif(
    not DEVELOPMENT.exists(), reason="development data lies beside the checkout; users have none"
)
def test_all_evidence_of_the_question_sets_is_found_in_the_corpus() -> None:
    handbook = load_corpus(ROOT / "corpus").documents[0]
    sections = {s.id: s for s in handbook.sections}
    resolver = QuoteResolver(handbook)
    missing = []
    for section, quote in development_quotes():
        start, end = resolver.resolve(quote, section)
        home = sections[section]
        # Evidence of one entry may lie in several sections; outside the named one its place must be plain.
        if not home.start <= start < end <= home.end and len(resolver.places(quote)) != 1:
            missing.append((section, quote))
    assert missing == []


def development_quotes() -> list[tuple[str, str]]:
    """(section, quotation) of all evidence of the development question sets."""
    quotes = []
    for path in sorted(DEVELOPMENT.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").split("\n"):
            if not line:
                continue
            entry = json.loads(line)
            for part in entry.get("turns", [entry]):
                for item in part.get("evidence", []):
                    if isinstance(item, str):
                        quotes.append((entry["section"], item))
                    else:
                        quotes.append((item["section"], item["quote"]))
    return quotes
