"""Answers as Markdown: hostile text shown as it is, lists as lists, labels after each run."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.answer.markdown import escape, render
from assistant.types import Statement

# A strict reader as a browser's page has it, and one that turns bare addresses into links.
READERS = (MarkdownIt("commonmark"), MarkdownIt("gfm-like", {"linkify": False}))
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<!-- hidden -->",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<https://evil.example>",
    "[ref]: https://evil.example\n\n[ref]",
    "`code` ```\nfence\n```",
    "~~~\nfence\n~~~",
    "# Title\n## Other",
    "- item\n+ item\n* item",
    "> quotation",
    "1. item",
    "Text\n===",
    "Text\n---",
    "***",
    "___",
    "    indented code",
    "\tindented code",
    "| a | b |\n|---|---|\n| c | d |",
    "&lt;script&gt; &amp; &#60;b&#62;",
    "**bold** _word_ ~~gone~~",
    "\\<b>x\\</b>",
    "a\u202eb\u200bc\u2066d\u0000e\ufeff",
]


def tokens(text: str, reader: MarkdownIt) -> list[Token]:
    return [t for token in reader.parse(text) for t in (token, *(token.children or ()))]


def shown(text: str) -> str:
    """What a reader sees of Markdown, without blanks."""
    found = (t.content for t in tokens(text, READERS[0]) if t.type in ("text", "text_special", "code_inline"))
    return "".join("".join(found).split())


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_comes_alive(text: str) -> None:
    harmless = {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "softbreak"}
    for reader in READERS:
        assert {t.type for t in tokens(escape(text), reader)} <= harmless, escape(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_its_characters_are_shown(text: str) -> None:
    visible = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    assert shown(escape(text)) == "".join(visible.split())


def test_signs_that_direct_or_hide_text_are_taken_out() -> None:
    assert escape("a\u202eb\u200bc\u2066d\u0000e\ufeff\ud800f") == "abcdef"
    assert escape("two\nlines") == "two\nlines"


def test_ordinary_words_stay_as_they_are() -> None:
    for text in (
        "Resolution 1325 (2000) – “women, peace & security”; 28.6%, 2023-2033.",
        "See https://www.un.org/a_b?c=d&e=f#g, H.E. Dr. Ing's note.",
        "ស្ត្រី សន្តិភាព និងសន្តិសុខ",
        "well-being is 3 - 2 = 1",
    ):
        assert escape(text) == text


@given(st.text(max_size=200))
def test_any_text_is_only_text(text: str) -> None:
    kinds = {"html_block", "html_inline", "link_open", "image", "code_inline", "fence", "code_block"}
    for reader in READERS:
        assert not kinds & {t.type for t in tokens(escape(text), reader)}
    assert not any(unicodedata.category(c) in ("Cf", "Cs") for c in escape(text))


def test_the_attacks_are_shown_as_they_are(root: Path) -> None:
    for line in (root / "eval" / "questions" / "attacks.jsonl").read_text("utf-8").strip().split("\n"):
        text = json.loads(line).get("input")
        if isinstance(text, str):
            markdown = escape(text)
            assert not re.search(r"(?<!\\)<[a-zA-Z/!]", markdown), markdown
            kinds = {t.type for t in tokens(markdown, READERS[0])}
            assert not kinds & {"html_block", "html_inline", "link_open", "image"}, markdown


# ---------------------------------------------------------------- render


def said(*texts: str, label: str = "1") -> list[Statement]:
    return [Statement(text, (label,)) for text in texts]


def test_sentences_of_a_run_share_its_label() -> None:
    assert render("", said("One.", "Two."), frozenset()) == "One. Two. [1]"


def test_each_run_is_a_paragraph_of_its_own() -> None:
    statements = [*said("One."), *said("Two.", label="2")]
    assert render("Before.", statements, frozenset(), "After.") == "Before.\n\nOne. [1]\n\nTwo. [2]\n\nAfter."


def test_a_list_with_the_line_that_leads_in() -> None:
    text = render("", said("Three:", "red,", "blue."), frozenset("1"))
    assert text == "Three: [1]\n\n- red,\n- blue."


def test_a_list_without_it() -> None:
    assert render("", said("red", "blue"), frozenset("1")) == "- red\n- blue [1]"
    assert render("", said("red"), frozenset("1")) == "red [1]"


@pytest.mark.parametrize("reader", READERS)
def test_a_list_is_read_as_one_whatever_its_items_say(reader: MarkdownIt) -> None:
    text = render("", said("Led:", "- a dash", "# a title", "1. one", "<b>x</b>"), frozenset("1"))
    kinds = [t.type for t in reader.parse(text)]
    assert kinds.count("bullet_list_open") == 1
    assert kinds.count("list_item_open") == 4
    assert not {"heading_open", "ordered_list_open", "html_block"} & set(kinds)


def test_nothing_to_say() -> None:
    assert render("", (), frozenset()) == ""
    assert render("No.", (), frozenset()) == "No."


def test_labels_are_no_links() -> None:
    text = render("[1]: https://evil.example", said("One. [1]: https://evil.example"), frozenset())
    assert "link_open" not in {t.type for t in tokens(text, READERS[0])}


def test_several_labels_and_none() -> None:
    statements = [Statement("One.", ("1", "2")), Statement("Two.", ())]
    assert render("", statements, frozenset()) == "One. [1][2]\n\nTwo."
