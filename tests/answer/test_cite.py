"""Spans to runs, citations and statements: on a small book by hand, and laws over the handbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.cite import Citer, Run
from assistant.read.corpus import load_corpus
from assistant.types import Document
from tests.answer.book import BOOK, lay_out, span

ROOT = Path(__file__).resolve().parents[2]
CITER = Citer([BOOK])
HANDBOOK = load_corpus(ROOT / "corpus").documents[0]
HANDBOOK_CITER = Citer([HANDBOOK])


def quoted(*words: str, document: Document = BOOK) -> list[str]:
    """The quotations of the runs for these words."""
    runs = Citer([document]).runs(document.id, [span(document, w) for w in words])
    return [document.text[run.start : run.end] for run in runs]


def run_of(words: str, *hints: str) -> Run:
    (run,) = CITER.runs("book", [span(BOOK, words)], hints)
    return run


def said(words: str) -> list[str]:
    return [statement.text for statement in CITER.cite(run_of(words), "1")[1]]


# ---------------------------------------------------------------- runs


@pytest.mark.parametrize(
    ("words", "quotes"),
    [
        (["nest"], ["Herons nest on Low Island.¹"]),
        (["Island.¹ They"], ["Herons nest on Low Island.¹ They leave in autumn."]),
        (["Ferries"], ["Ferries"]),  # a title has no sentence: the whole of it
        (["Gull,"], ["the Gull,³"]),  # the bullet is not part of an item
        (["islands:\n\n- the G"], ["Three ferries serve the islands:\n\n- the Gull,³"]),
        (["the Gull", "the Tern", "the Skua"], ["the Gull,³\n- the Tern,\n- the Skua."]),
        (["Three ferries", "the Gull"], ["Three ferries serve the islands:\n\n- the Gull,³"]),
        (["Gull carries 40", "Tern carries"], ["The Gull carries 40 passengers. The Tern carries 20."]),
        (
            ["asks", "ferries serve"],
            ["Nobody knows why², and nobody asks.", "Three ferries serve the islands:"],
        ),
        (["boat.", "It comes"], ["“We wait for the boat. It comes late.”³"]),
        (["It comes", "Ann Reed"], ["It comes late.”³\n\nAnn Reed, teacher"]),
    ],
)
def test_a_run_is_whole_sentences_that_follow_each_other(words: list[str], quotes: list[str]) -> None:
    assert quoted(*words) == quotes


def test_what_stands_between_is_not_quoted_with_it() -> None:
    assert quoted("nest", "knows") == ["Herons nest on Low Island.¹", "Nobody knows why², and nobody asks."]
    assert quoted("the Gull", "the Skua") == ["the Gull,³", "the Skua."]
    # the item follows the line that leads in, but not the line's first words alone
    text = "# A {#a}\n\nOne comes first. Then three:\n\n- x\n- y\n"
    assert quoted("One", "x", document=lay_out(text)) == ["One comes first.", "x"]


def test_spans_keep_their_order_and_none_comes_twice() -> None:
    assert quoted("knows", "nest") == ["Nobody knows why², and nobody asks.", "Herons nest on Low Island.¹"]
    assert quoted("nest", "Low", "Herons nest") == ["Herons nest on Low Island.¹"]


def test_runs_never_join_sections() -> None:
    text = "# A {#a}\n\nSee:\n\n# B {#b .unprinted}\n\n- x\n"
    assert quoted("See:", "x", document=lay_out(text)) == ["See:", "x"]


def test_two_lists_are_two_runs() -> None:
    text = "# A {#a}\n\n- x\n- y\n\nBetween.\n\n- z\n"
    assert quoted("x", "y", "z", document=lay_out(text)) == ["x\n- y", "z"]


def test_neighbours_are_joined_with_the_hints_of_both() -> None:
    one, two, far = run_of("nest", "1"), run_of("autumn", "2", "1"), run_of("Skua")
    assert CITER.joined([one, two, far]) == [Run("book", one.start, two.end, ("1", "2")), far]
    assert CITER.joined([two, one]) == [two, one]  # the order of reading is the caller's
    assert CITER.joined([one, run_of("knows")]) == [one, run_of("knows")]  # a sentence stands between
    assert CITER.joined([run_of("ferries"), run_of("the Gull"), run_of("the Tern")]) == [
        Run("book", span(BOOK, "Three")[0], span(BOOK, "the Tern,")[1])
    ]
    assert CITER.joined([]) == []


def test_runs_of_two_documents_stay_apart() -> None:
    other = lay_out("# A {#a}\n\nThe same words. And more.\n", "other")
    citer = Citer([BOOK, other])
    runs = [*citer.runs("other", [(4, 5)]), *citer.runs("book", [(9, 30)])]
    assert citer.joined(runs) == runs


def test_lists_are_made_whole_with_the_line_that_leads_in() -> None:
    lead, *items = [
        span(BOOK, w) for w in ("Three ferries serve the islands:", "the Gull,³", "the Tern,", "the Skua.")
    ]
    nest, whole = ("book", 9, 36), [("book", *place) for place in (lead, *items)]
    assert CITER.whole_lists([nest, whole[3], whole[1]]) == [nest, *whole]
    assert CITER.whole_lists([nest]) == [nest]
    assert CITER.whole_lists(whole) == whole
    unled = lay_out("# A {#a}\n\nNo colon.\n\n- x\n- y\n")
    x, y = (("book", *span(unled, w)) for w in ("x", "y"))
    assert Citer([unled]).whole_lists([y, x]) == [x, y]


def test_sentences_of_spans() -> None:
    spans = [span(BOOK, "Island.¹ They"), span(BOOK, "They leave"), span(BOOK, "Ferries")]
    found = [BOOK.text[start:end] for start, end in CITER.sentences("book", spans)]
    assert found == ["Herons nest on Low Island.¹", "They leave in autumn.", "Ferries"]


# ---------------------------------------------------------------- citations


def test_a_citation_says_where_it_stands() -> None:
    citation, statements = CITER.cite(run_of("carries 40"), "7")
    assert (citation.label, citation.document, citation.section) == ("7", "book", "1.1")
    assert (citation.title, citation.path, citation.page) == ("Ferries", ("Islands", "Ferries"), 4)
    assert citation.quote == "The Gull carries 40 passengers." == BOOK.text[citation.start : citation.end]
    assert [(s.text, s.citations) for s in statements] == [("The Gull carries 40 passengers.", ("7",))]


def test_each_sentence_is_a_statement() -> None:
    (run,) = CITER.runs("book", [span(BOOK, "Three"), span(BOOK, "the Gull"), span(BOOK, "the Tern")])
    _, statements = CITER.cite(run, "1")
    assert [s.text for s in statements] == ["Three ferries serve the islands:", "the Gull,", "the Tern,"]


def test_notes_are_those_marked_in_the_quotation() -> None:
    assert [n.number for n in CITER.cite(run_of("nest"), "1")[0].notes] == ["1"]
    assert [n.number for n in CITER.cite(run_of("autumn"), "1")[0].notes] == []
    both = CITER.runs("book", [span(BOOK, "nest"), span(BOOK, "autumn"), span(BOOK, "knows")])
    assert [n.number for n in CITER.cite(both[0], "1")[0].notes] == ["1", "2"]


def test_a_paragraph_lends_the_notes_that_are_named_for_a_sentence() -> None:
    """An entry says that note 1 stands behind a sentence without a marker of its own."""
    assert [n.number for n in CITER.cite(run_of("autumn", "1"), "1")[0].notes] == ["1"]
    # but no note of another paragraph, none that is not there, and none twice
    assert [n.number for n in CITER.cite(run_of("autumn", "4", "250"), "1")[0].notes] == []
    assert [n.number for n in CITER.cite(run_of("nest", "1", "2"), "1")[0].notes] == ["1", "2"]


def test_a_quotation_lends_the_note_at_its_end() -> None:
    assert [n.number for n in CITER.cite(run_of("We wait", "3"), "1")[0].notes] == ["3"]


def test_a_note_follows_its_chain_to_the_reference_with_address_and_doubt() -> None:
    (note,) = CITER.cite(run_of("It comes"), "1")[0].notes
    assert (note.number, note.chain, note.reference) == ("3", ("3", "2", "1"), "ref-1")
    assert note.csl == {"id": "ref-1", "type": "book", "title": "Herons"}
    assert note.url == "https://birds.example.org/herons"
    assert note.doubt == "The year is not printed in the book itself."
    assert not note.source_available


def test_a_source_in_the_corpus_is_told() -> None:
    from dataclasses import replace

    source = replace(lay_out("# A {#a}\n\nText.\n", "source"), cited_as=("ref-1",))
    citation, _ = Citer([BOOK, source]).cite(run_of("nest"), "1")
    assert [note.source_available for note in citation.notes] == [True]


def test_only_a_references_own_text_carries_its_address() -> None:
    assert CITER.cite(run_of("Field, B. (2001)"), "1")[0].url == "https://birds.example.org/herons"
    assert CITER.cite(run_of("nest"), "1")[0].url is None
    assert [n.number for n in CITER.cite(run_of("Field, B. (2001)"), "1")[0].notes] == ["1"]
    assert CITER.is_source("book", span(BOOK, "Field, B.")[0])
    assert not CITER.is_source("book", 9)


def test_the_handbooks_longest_chain() -> None:
    note = next(n for n in HANDBOOK.notes if n.number == "87")
    (run,) = HANDBOOK_CITER.runs("handbook", [note.markers[0].sentence])
    cited = {n.number: n for n in HANDBOOK_CITER.cite(run, "1")[0].notes}
    assert (cited["87"].chain, cited["87"].reference) == (("87", "86", "85"), "ref-85")


# ---------------------------------------------------------------- words as read


def test_reading_leaves_markers_out_and_punctuation_in() -> None:
    assert said("nest") == ["Herons nest on Low Island."]
    assert said("knows") == ["Nobody knows why, and nobody asks."]
    assert said("the Gull,") == ["the Gull,"]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("So it is[^1], [^2].", "So it is."),
        ("So it is”[^1] citing [^2].", "So it is”."),
        ("Here[^1], there[^2], and so on.", "Here, there, and so on."),
        ("One [^1] two.", "One two."),
        ("Citing[^1] is citing[^2].", "Citing is citing."),
        ("See <<https://a.org/x_y>>.[^1]", "See https://a.org/x_y."),
        ("One\\\ntwo.[^2]", "One two."),
    ],
)
def test_reading_of_markers_side_by_side(markdown: str, text: str) -> None:
    document = lay_out(f"# A {{#a}}\n\n{markdown}\n\n# B {{#b}}\n\n[^1]: Book.\n\n[^2]: Talk.\n")
    citer = Citer([document])
    (run,) = citer.runs("book", [(3, len(document.text.split("\n\nB")[0]))])
    assert [s.text for s in citer.cite(run, "1")[1]] == [text]


# ---------------------------------------------------------------- laws

_SPANS = st.lists(
    st.tuples(st.integers(0, len(HANDBOOK.text) - 1), st.integers(1, 600)).map(
        lambda pair: (pair[0], min(len(HANDBOOK.text), pair[0] + pair[1]))
    ),
    min_size=1,
    max_size=4,
)
_KNOWN = {note.number for note in HANDBOOK.notes}


@given(_SPANS)
def test_any_span_of_the_handbook_is_quoted_exactly(spans: list[tuple[int, int]]) -> None:
    runs = HANDBOOK_CITER.joined(HANDBOOK_CITER.runs("handbook", spans))
    for run in runs:
        citation, statements = HANDBOOK_CITER.cite(run, "1")
        assert citation.quote == HANDBOOK.text[citation.start : citation.end]
        section = next(s for s in HANDBOOK.sections if s.id == citation.section)
        assert section.start <= citation.start < citation.end <= section.end
        assert {note.number for note in citation.notes} <= _KNOWN
        assert all(s.text and "\n" not in s.text and s.citations == ("1",) for s in statements)
        printed = "¹" if HANDBOOK_CITER.is_source("handbook", run.start) else ""  # a footnote's own number
        assert not any(c in s.text.lstrip(printed) for s in statements for c in "⁰¹²³⁴⁵⁶⁷⁸⁹")
        # the statements are the quotation's own words, in order
        letters = iter(c for c in citation.quote if c.isalpha())
        assert all(c in letters for s in statements for c in s.text if c.isalpha())


@given(_SPANS)
def test_runs_cover_every_word_of_the_spans(spans: list[tuple[int, int]]) -> None:
    runs = HANDBOOK_CITER.runs("handbook", spans)
    for start, end in spans:
        left = [HANDBOOK.text[i] for i in range(start, end) if not any(r.start <= i < r.end for r in runs)]
        assert not "".join(left).strip(" \n-—.–"), "".join(left)


# ---------------------------------------------------------------- notes reached through others

FERRY, FIELD, IBID, VIA = (
    "the Gull,",
    "1. Field, B. (2001). Herons. https://birds.example.org/herons",
    "2. Field, ibid.",
    "3. Field, above n. 2.",
)


def numbers(*words: str) -> list[list[str]]:
    """The notes of the citations of these words, cited in one answer."""
    runs = CITER.with_ways([run_of(w) for w in words])
    return [[note.number for note in CITER.cite(run, "1")[0].notes] for run in runs]


def test_a_source_at_the_end_of_a_chain_is_cited_by_the_note_that_led_to_it() -> None:
    assert numbers(FERRY, FIELD) == [["3"], ["3"]]  # 3 -> 2 -> 1
    assert numbers(VIA, IBID, FIELD) == [["3"], ["3"], ["3"]]


def test_a_source_that_a_sentence_marks_itself_is_cited_by_its_own_note() -> None:
    assert numbers("Herons nest", FIELD, FERRY) == [["1"], ["1"], ["3"]]
    assert numbers(FIELD) == [["1"]]


def test_what_sentences_lead_to() -> None:
    start, end = span(BOOK, FERRY)
    assert CITER.led_to([("book", start, end + 1)]) == {("book", n) for n in "321"}
    assert CITER.led_to([("book", *span(BOOK, "They leave in autumn."))]) == set()


def test_the_same_source_under_another_number_is_led_to() -> None:
    same = replace(BOOK.references[0], same_as=("ref-4",))
    citer = Citer([replace(BOOK, references=(same, *BOOK.references[1:]))])
    nest = span(BOOK, "Herons nest on Low Island.¹")
    assert citer.led_to([("book", *nest)]) == {("book", "1"), ("book", "4")}
