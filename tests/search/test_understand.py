"""What a question asks, and what it may look like."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from itertools import product
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BadQuestion
from assistant.search.language import load_language
from assistant.search.spelling import Speller
from assistant.search.understand import Lexicon, build_lexicon, clean_question, expand, understand
from assistant.types import AskedFor, GlossaryEntry, Question, QuestionKind
from tests.documents import make_document

ENGLISH = load_language("en")


def ask(text: str, lexicon: Lexicon | None = None) -> Question:
    return understand(text, lexicon or Lexicon(), ENGLISH)


# ---------------------------------------------------------------- cleaning


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  What \n is\tpeace?  ", "What is peace?"),
        ("wo\u200bmen and\u202e peace\ufeff", "women and peace"),  # zero-width, direction, byte-order mark
        ("What\x00is\x1b peace?", "What is peace?"),
        ("cafe\u0301", "café"),
        ("a" + "\u0301" * 50, "á\u0301\u0301"),  # three marks on one letter are kept
        ("\ud800 what?", "\ufffd what?"),
        ("ស្ត្រី និងសន្តិភាព", "ស្ត្រី និងសន្តិភាព"),
        ("ผู้หญิง?", "ผู้หญิง?"),
        ("peace ☮ now", "peace ☮ now"),
    ],
)
def test_a_question_is_made_readable(text: str, clean: str) -> None:
    assert clean_question(text, 100) == clean


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "\u200b\u200d\u2060", "😀👍🏽", "\u2800\u3164", "\x00\x01", "…"]
)
def test_nothing_visible_is_no_question(text: str) -> None:
    with pytest.raises(BadQuestion, match="Type one"):
        clean_question(text, 100)


def test_a_question_may_be_as_long_as_the_limit() -> None:
    assert clean_question("a" * 100, 100) == "a" * 100
    with pytest.raises(BadQuestion, match="101 characters. Shorten it to at most 100"):
        clean_question("a" * 101, 100)


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    try:
        clean = clean_question(text, 100)
    except BadQuestion:
        return
    assert clean_question(clean, 1000) == clean
    assert clean == " ".join(clean.split())


# ---------------------------------------------------------------- kinds, types, parts, things named


@pytest.mark.parametrize(
    ("question", "asked_for"),
    [
        ("How many women came?", "number"), ("When was it adopted?", "date"), ("Who leads it?", "person"),
        ("Which organisations work there?", "organisation"), ("Where do they meet?", "place"),
        ("List the four pillars", "list"), ("What does gender mean?", "definition"), ("Why?", "reason"),
        ("Is it true?", "yes-no"), ("Compare boats with trains", "comparison"), ("Tell me more", "other"),
    ],
)  # fmt: skip
def test_the_type_of_fact(question: str, asked_for: AskedFor) -> None:
    assert ask(question).asked_for == asked_for


@pytest.mark.parametrize(
    ("question", "kind", "targets"),
    [
        ("What does note 87 say?", "lookup", ("note:87",)),
        ("Show me ref. no. 12 and footnote 3", "lookup", ("reference:12", "note:3")),
        ("Summarise section 2.3", "summary", ("section:2.3",)),
        ("What is chapter 2 about?", "summary", ("section:2",)),
        ("Who is named in § 1.2?", "ask", ("section:1.2",)),
        ("What is the difference between boats and trains?", "compare", ()),
        ("Who built 1999 boats?", "ask", ()),
    ],
)
def test_things_named_by_number(question: str, kind: QuestionKind, targets: tuple[str, ...]) -> None:
    understood = ask(question)
    assert (understood.kind, understood.targets) == (kind, targets)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is the difference between red boats and green trains?", ("red boats", "green trains")),
        ("When was it built and who built it?", ("When was it built", "who built it?")),
        ("Is the boat red? Why does the train stop?", ("Is the boat red?", "Why does the train stop?")),
        ("Why boats and trains?", ()),
        ("After the storm, what did sailors do, and who paid for it?",
         ("After the storm what did sailors do", "who paid for it?")),
        ("I have a boat. Where may it land, and what does it cost?",
         ("I have a boat. Where may it land", "what does it cost?")),
        ("When she came, what was built?", ()),
        ("Where are red boats, and where green ones?", ("Where are red boats", "where green ones?")),
        ("Is it red? I need it for my class.", ()),
        ("Please list the boats. Also tell me who built them.",
         ("Please list the boats.", "Also tell me who built them.")),
    ],
)  # fmt: skip
def test_parts_are_searched_beside_the_whole(question: str, parts: tuple[str, ...]) -> None:
    """What asks nothing belongs to the question that follows it."""
    assert ask(question).parts == parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What did Oslo and Low Island win?", ("What did Oslo win?", "What did Low Island win?")),
        ("Ferries in Oslo, in the Gull and then in Low Island?",
         ("Ferries in Oslo?", "Ferries in Gull?", "Ferries in Low Island?")),
        ("How far is Oslo from Low Island?", ()),
        ("Was Oslo red, or Low Island?", ()),
        ("oslo low island boats", ()),
        ("Is Oslo and was Osloer?", ()),
    ],
)  # fmt: skip
def test_what_is_asked_of_several_names_is_asked_of_each(question: str, parts: tuple[str, ...]) -> None:
    names = re.compile(r"(?<!\w)(?:Low Island|Oslo|Gull)(?!\w)", re.IGNORECASE)
    assert understand(question, Lexicon(names=names), ENGLISH).parts == parts


@pytest.mark.parametrize(
    ("question", "targets"),
    [
        ("What is said of boats in 2.3 and 1.1?", ("section:2.3", "section:1.1")),
        ("What do women lose (1.1)?", ("section:1.1",)),
        ("What does 3.1.2 say of boats?", ("section:3.1.2",)),
        ("3.1.2 and boats", ("section:3.1.2",)),
        ("Is 2.3 about boats?", ("section:2.3",)),
        ("Is version 3.1.2.4 out?", ()),
        ("2.3 boats", ()),
        ("How many of 9.9 are there?", ()),
        ("Was it in 2.3 per cent of cases?", ()),
        ("Was it in 2.3 million houses?", ()),
    ],
)
def test_a_bare_number_names_a_section_where_there_is_one(question: str, targets: tuple[str, ...]) -> None:
    lexicon = Lexicon(sections=frozenset({"1.1", "2.3", "3.1.2"}))
    assert understand(question, lexicon, ENGLISH).targets == targets


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is section 2.3 about?", "summary"),
        ("Please explain section 2.3 of the handbook", "summary"),
        ("Section 2.3", "summary"),
        ("What is the boat in section 2.3 for?", "ask"),
        ("What does section 2.3 say about boats?", "ask"),
        ("Summarise what section 2.3 says about boats", "summary"),
    ],
)
def test_a_section_is_summed_up_where_nothing_else_is_asked(question: str, kind: str) -> None:
    assert ask(question).kind == kind


def test_earlier_turns_fill_in_what_is_searched() -> None:
    understood = understand("And who?", Lexicon(), ENGLISH, "Who built the boat?")
    assert (understood.text, understood.standalone, understood.asked_for) == (
        "And who?",
        "Who built the boat?",
        "person",
    )


def test_an_unknown_language_asks_plainly() -> None:
    understood = understand("What does note 87 say?", Lexicon(), load_language("xx"))
    assert (understood.kind, understood.asked_for, understood.targets, understood.parts) == (
        "ask",
        "other",
        (),
        (),
    )


# ---------------------------------------------------------------- words of the corpus


def test_slips_are_mended_towards_the_text_s_words() -> None:
    # "gren" stands in a reader's question: readers slip too, and a word list is there to tell
    document = make_document(questions=[("Is the gren train slow?", "The green train is slow.")])
    lexicon = build_lexicon([document], {"town", "bolt"}.__contains__)
    understood = ask("Is the gren trian, not the bolt, slow?", lexicon)
    assert understood.standalone == "Is the green train, not the bolt, slow?"
    assert understood.corrections == {"gren": "green", "trian": "train"}
    assert understood.text == "Is the gren trian, not the bolt, slow?"


def test_without_a_word_list_readers_words_stand() -> None:
    document = make_document(questions=[("Is the gren train slow?", "The green train is slow.")])
    assert ask("the gren trian", build_lexicon([document], None)).standalone == "the gren train"


@pytest.mark.parametrize("question", ["Is Trian there?", "Is TRIAN there?", "the tr1an", "trn"])
def test_names_acronyms_and_short_words_are_left(question: str) -> None:
    assert ask(question, build_lexicon([make_document()], None)).standalone == question


def test_a_shouted_question_is_mended() -> None:
    assert ask("WHERE IS THE TRIAN", build_lexicon([make_document()], None)).corrections == {"TRIAN": "train"}


def test_acronyms_are_spelt_out_and_made() -> None:
    entry = GlossaryEntry("RBT", ("Red Boat Trust",), "1")
    lexicon = build_lexicon([replace(make_document(), glossary=(entry,))], None)
    assert expand("Who runs the RBT?", lexicon) == "Who runs the RBT? Red Boat Trust"
    assert expand("Who runs the Red Boat Trust?", lexicon) == "Who runs the Red Boat Trust? RBT"
    assert expand("Who runs it?", lexicon) == "Who runs it?"


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "text",
    [
        *(part * (100_000 // len(part)) for part in ("what is ", "between ", "zxqv ", "a", "?", "who and ")),
        "".join(f"w{a}{b}{c}zz " for a, b, c in product(ascii_lowercase, repeat=3)),
    ],
    ids=["what is", "between", "one unknown word", "one long word", "marks", "joined", "many unknown words"],
)
def test_a_hundred_thousand_characters_take_no_time(text: str) -> None:
    lexicon = build_lexicon([make_document()], None)
    began = time.perf_counter()
    understood = ask(text, lexicon)
    assert time.perf_counter() - began < 30
    assert understood.text == text


@given(st.text(max_size=80))
def test_any_text_can_be_understood(text: str) -> None:
    understood = ask(text, build_lexicon([make_document()], None))
    assert understood.text == text
    if not understood.corrections:
        assert understood.standalone == text


# ---------------------------------------------------------------- shorthand


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("wat do wmn do 4 ppl", "what do women do 4 people"),
        ("peace n security", "peace and security"),
        ("n. 65 n note 3", "n. 65 and note 3"),  # "n. 65" names a note
        ("WAT R THE PILLARS", "what are THE PILLARS"),  # all in capitals: shouted, not acronyms
        ("What does WOT mean?", "What does WOT mean?"),  # an acronym
    ],
)
def test_shorthand_is_spelt_out(text: str, read: str) -> None:
    assert ask(text).standalone == read


def test_what_the_corpus_itself_writes_stands() -> None:
    lexicon = Lexicon(Speller({"org": 3}))
    assert ask("which org is abt peace", lexicon).standalone == "which org is about peace"
