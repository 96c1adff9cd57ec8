"""Sentences: abbreviations, initials, quotations, brackets, decimals, addresses, and note markers."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.read.sentences import split_sentences

MARKER = re.compile("[⁰¹²³⁴-⁹]+")


def split(text: str, language: str = "en", *, quotation: bool = False) -> list[str]:
    markers = [m.span() for m in MARKER.finditer(text)]
    return [text[a:b] for a, b in split_sentences(text, language, markers, quotation=quotation)]


@pytest.mark.parametrize(
    "text",
    [
        "H.E. Ing Kantha Phavi, MD, Cambodian Minister of Women's Affairs.",
        "Some states, e.g. Ghana and the Philippines, i.e. two, have plans.",
        "The figure rose by 3.5 per cent to 8.2%.",
        "Dr. J. R. Smith and Ms. Arab met U.S. officials on 30 Sep. 2009 in St. Petersburg.",
        "It follows n. 43, nn. 4 and 5, and Art. 5 para. 3.",
        "The list is in Vol. 3, No. 2, pp. 4-5 of the journal.",
        "Plans for Resolutions 1325 (2000) and 1820 (2008). (2023-2030)",
        "He said, “Peace is possible. We must act now.”",
        "You can read more here: https://www.silaka.org/archives/our_projects/wlsn-2/",
        "i) prevention,",
        "digital peace and cybersecurity,",
        "Resolution 1888 of 30 Sep. 2009, Resolution 1889 of 30 Sep. 2010 and others.",
        "inclusive of all... and of none",
    ],
)
def test_one_sentence_stays_one(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("It lasted for years.", "Then it ended."),
        ("The rate is 3.5.", "The target is 8."),
        ("(This is one. This is two.)", "Three follows."),
        ("“Is it over?” she asked.", "“Not yet.”"),
        ("He said no.", "Five others agreed."),
        ("See https://example.org/a.html.", "It is short."),
        ("Peacekeepers serve in the Central African Republic.⁶⁵", "As of January 31, 2025, many do."),
        ("It has met criticism⁴⁶.", "Yet it stays."),
        ("Two notes stand here⁴, ⁵.", "None here."),
        ("Two notes stand here.⁴, ⁵", "None here."),
        ("Civil society took part!⁵⁸", "It mattered."),
    ],
)
def test_two_sentences_are_two(first: str, second: str) -> None:
    assert split(f"{first} {second}") == [first, second]


def test_a_marker_after_the_full_stop_belongs_to_the_sentence_before() -> None:
    assert split("One.¹ Two.² Three.³") == ["One.¹", "Two.²", "Three.³"]


def test_a_block_quotation_is_not_one_sentence_for_its_marks() -> None:
    text = "“Women are few. Barriers remain”³⁸."
    assert split(text) == [text]
    assert split(text, quotation=True) == ["“Women are few.", "Barriers remain”³⁸."]


def test_marks_that_a_language_adds_end_sentences() -> None:
    assert split("ខ្ញុំជាស្ត្រី។ នេះជាសន្តិភាព។", "km") == ["ខ្ញុំជាស្ត្រី។", "នេះជាសន្តិភាព។"]


def test_an_unknown_language_is_split_by_general_rules() -> None:
    assert split("Alpha beta. Gamma delta.", "zz") == ["Alpha beta.", "Gamma delta."]


def test_nothing_has_no_sentences() -> None:
    assert split_sentences("", "en") == ()
    assert split_sentences(" \n ", "en") == ()


@given(st.lists(st.sampled_from([*"aB.!? \n“”()⁶⁵,1", "H.E. ", "no. ", "One two. ", "”⁵. "]), max_size=60))
def test_sentences_tile_their_paragraph(pieces: list[str]) -> None:
    text = "".join(pieces)
    markers = [m.span() for m in MARKER.finditer(text)]
    for quotation in (False, True):
        spans = split_sentences(text, "en", markers, quotation=quotation)
        assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
        assert all(a < b for a, b in spans)
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
        for start, end in markers:  # no marker is cut in two, none is a sentence's beginning after a stop
            assert any(a <= start and end <= b for a, b in spans)
