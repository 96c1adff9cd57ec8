"""What a question names by number: notes with their chains, sections, and what there is none of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer.cite import Citer
from assistant.answer.lookup import LookUp, look_up, summarise
from assistant.read.corpus import load_corpus
from assistant.search.language import load_language
from assistant.search.understand import Lexicon, understand
from assistant.types import Document, Question
from tests.answer.book import BOOK, lay_out

HANDBOOK = load_corpus(Path(__file__).resolve().parents[2] / "corpus").documents[0]
CITERS = {BOOK.id: Citer([BOOK]), HANDBOOK.id: Citer([HANDBOOK])}
ENGLISH = load_language("en")


def asked(*targets: str, kind: str = "lookup") -> Question:
    return Question("?", "?", kind=kind, targets=targets)  # type: ignore[arg-type]


def looked_up(question: Question, document: Document = BOOK) -> LookUp:
    return look_up(question, [document], CITERS[document.id])


def quotes(question: Question, document: Document = BOOK) -> list[str]:
    return [document.text[run.start : run.end] for run in looked_up(question, document).runs]


# ---------------------------------------------------------------- notes and references


def test_a_note_brings_its_text_and_the_sentence_where_it_stands() -> None:
    assert quotes(asked("note:4")) == [
        "4. Harbour office (2010). Winter lines.",
        "The Gull carries 44 passengers in winter.⁴",
    ]


def test_a_note_brings_its_whole_chain_and_every_place() -> None:
    assert quotes(asked("note:3")) == [
        "3. Field, above n. 2.",
        "2. Field, ibid.",
        "1. Field, B. (2001). Herons. https://birds.example.org/herons",
        "the Gull,³",
        "It comes late.”³",
    ]


def test_a_reference_is_looked_up_like_its_note() -> None:
    assert quotes(asked("reference:4")) == quotes(asked("note:4"))


def test_the_places_of_a_note_are_cited_with_it() -> None:
    run = looked_up(asked("note:4")).runs[-1]
    assert run.hints == ("4",)
    assert [n.number for n in CITERS["book"].cite(run, "1")[0].notes] == ["4"]


def test_several_at_once_none_twice() -> None:
    assert quotes(asked("note:2", "note:1"))[:2] == quotes(asked("note:2"))[:2]
    every = quotes(asked("note:2", "note:1", "note:2"))
    assert len(every) == len(set(every))


@pytest.mark.parametrize("target", ["note:250", "reference:93", "note:0", "section:9", "section:1.7"])
def test_what_there_is_none_of(target: str) -> None:
    kind, _, number = target.partition(":")
    assert looked_up(asked(target)) == LookUp((), ((kind, number),))
    assert looked_up(asked(target), HANDBOOK) == LookUp((), ((kind, number),))


def test_one_is_there_and_one_is_not() -> None:
    looked = looked_up(asked("note:4", "note:250"))
    assert (len(looked.runs), looked.missing) == (2, (("note", "250"),))


def test_nothing_named() -> None:
    assert looked_up(asked()) == LookUp((), ())


def test_the_first_document_with_the_note_gives_it() -> None:
    other = replace(lay_out("# A {#a}\n\nNone.\n"), id="other")
    found = look_up(asked("note:4"), [other, BOOK], Citer([other, BOOK]))
    assert {run.document for run in found.runs} == {"book"}
    assert found.missing == ()


def test_the_handbooks_reference_87() -> None:
    found = quotes(asked("reference:87"), HANDBOOK)
    assert [q.split(".")[0] for q in found[:3]] == ["87", "86", "85"]
    assert "Cambodia national report" in found[2]
    assert "Gender Mainstreaming Group" in found[3]
    assert len(found) == 4


def test_every_note_of_the_handbook_is_found() -> None:
    for note in HANDBOOK.notes:
        looked = looked_up(asked(f"note:{note.number}"), HANDBOOK)
        assert looked.missing == ()
        assert looked.runs[0].start <= note.start < note.end <= looked.runs[0].end


# ---------------------------------------------------------------- sections


def test_a_section_is_there_but_says_nothing_by_itself() -> None:
    """A question may name a section and ask for one thing in it: that is for search to find."""
    assert looked_up(asked("section:1", kind="ask")) == LookUp((), ())


def test_a_summary_is_the_first_sentence_of_each_part_lists_whole() -> None:
    assert quotes(asked("section:1", kind="summary")) == [
        "Herons nest on Low Island.¹",
        "Three ferries serve the islands:\n\n- the Gull,³\n- the Tern,\n- the Skua.",
        "An islander speaks:",
    ]


def test_a_section_without_parts_gives_the_first_sentence_of_each_paragraph() -> None:
    assert quotes(asked("section:2", kind="summary")) == ["The Gull carries 44 passengers in winter.⁴"]
    many = lay_out("# A {#1}\n\n" + "\n\n".join(f"Part {i} begins. It goes on." for i in range(30)) + "\n")
    runs = summarise(many, many.sections[0], Citer([many]))
    said = [many.text[run.start : run.end] for run in runs]
    assert said == [f"Part {i} begins." for i in range(len(said))]
    assert 3 <= len(said) < 30


def test_summaries_of_the_handbooks_chapters_stay_inside_them() -> None:
    for section in HANDBOOK.sections:
        for run in summarise(HANDBOOK, section, CITERS[HANDBOOK.id]):
            assert section.start <= run.start < run.end <= section.end


# ---------------------------------------------------------------- from the reader's words


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("What is reference 87?", "87"),
        ("note 65", "65"),
        ("Show me footnote no. 12, please", "12"),
        ("which source is number 3? source 3", "3"),
    ],
)
def test_words_that_name_a_note(words: str, first: str) -> None:
    question = understand(words, Lexicon(), ENGLISH)
    assert quotes(question, HANDBOOK)[0].startswith(f"{first}. ")


def test_words_that_name_what_there_is_not() -> None:
    question = understand("What does reference 250 say?", Lexicon(), ENGLISH)
    assert looked_up(question, HANDBOOK).missing == (("reference", "250"),)
    question = understand("Summarise chapter 12", Lexicon(), ENGLISH)
    assert looked_up(question, HANDBOOK).missing == (("section", "12"),)
