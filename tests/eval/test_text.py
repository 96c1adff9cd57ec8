"""Texts as the measures compare them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.text import count_words, first_words, fold, gram_share, mentions, words


def test_words_leave_out_case_punctuation_markup_and_note_markers() -> None:
    printed = "Over **100 countries** have adopted NAPs, tailoring the *WPS* principles¹³."
    shown = "over 100 Countries have adopted NAPs tailoring the WPS principles"
    assert words(printed) == words(shown)


def test_every_printed_form_of_a_note_marker_is_left_out() -> None:
    for marker in ("⁶⁵", "[12]", "[4, 5]", "^{4,5}", "[^65]", "[^1.1/fn1]", "¹⁸, ¹⁹"):
        assert words(f"women take part{marker} in peace") == words("women take part in peace"), marker


def test_apostrophes_and_compatibility_forms_are_one() -> None:
    assert words("women’s") == words("women's") == ("womens",)
    assert words("ﬁve") == ("five",)
    assert words("zero\u00adtolerance\u200b") == ("zerotolerance",)


def test_tags_go_and_addresses_stay() -> None:
    assert words("a <b>bold</b> <img src=x onerror=y>word") == ("a", "bold", "word")
    assert words("see <<https://example.org/a>>") == ("see", "https", "example", "org", "a")


def test_gram_share_by_hand() -> None:
    # "a b c d e f" has the 4-grams abcd, bcde, cdef; "b c d e f" has bcde and cdef: 2 of 3.
    assert gram_share("a b c d e f", "b c d e f") == 2 / 3
    assert gram_share("a b c d e f", "A, b; c d e f.") == 1.0
    assert gram_share("a b c d e f", "a b c x d e f") == 0.0
    assert gram_share("", "a b") == 0.0


def test_a_quote_shorter_than_a_gram_is_one_gram() -> None:
    assert gram_share("Kate Seewald", "Lead consultant: Dr Kate Seewald, 2025") == 1.0
    assert gram_share("Kate Seewald", "Seewald, Kate") == 0.0


def test_repeated_grams_count_once() -> None:
    # aaaa only, however often it is repeated.
    assert gram_share("a a a a a a", "a a a a") == 1.0


def test_words_are_counted_without_labels_and_markup() -> None:
    assert count_words("**Over 100** countries [1] have one – now [2].") == 6
    assert count_words("- first item\n- second item") == 4
    assert count_words("") == 0


def test_first_words_keep_the_text_as_it_stands() -> None:
    assert first_words("one  two\nthree", 2) == "one  two"
    assert first_words("one two", 5) == "one two"
    assert first_words("one two", 0) == ""


def test_a_figure_must_stand_alone() -> None:
    assert mentions(fold("More than 30 of them."), "30")
    assert not mentions(fold("By 2030."), "30")
    assert not mentions(fold("In 2,030 cases and 1.30 of 30.5"), "30")
    assert mentions(fold("About 10% of them"), "10%")
    assert not mentions(fold("About 110% of them"), "10%")
    assert mentions(fold("It came in 2000."), "2000")


def test_letters_are_matched_inside_words() -> None:
    assert mentions(fold("people with disabilities"), "disabilit")


def test_forms_of_quotes_dashes_and_blanks_do_not_matter() -> None:
    assert mentions(fold("the women’s\u00a0wing, 2023–2033"), "Women's wing, 2023-2033")
    assert mentions(fold("**Generation** Equality\nForum"), "generation equality forum")


def test_a_label_is_no_figure_of_the_answer() -> None:
    assert not mentions(fold("It was adopted later [12]."), "12")


@given(st.text())
def test_a_text_holds_all_of_itself(text: str) -> None:
    assert gram_share(text, text) == (1.0 if words(text) else 0.0)


@given(st.text(), st.text())
def test_shares_stay_between_nothing_and_all(quote: str, passage: str) -> None:
    assert 0.0 <= gram_share(quote, passage) <= 1.0
