"""Text becomes markup in one way, and nothing in it becomes more than text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from page.markup import clean, is_blank, markdown, render, safe_url, snippet

ATTACKS = Path(__file__).resolve().parents[2] / "eval" / "questions" / "attacks.jsonl"


def attacks() -> list[str]:
    lines = ATTACKS.read_text(encoding="utf-8").rstrip("\n").split("\n")  # U+2028 is in some
    return [item["input"] for item in map(json.loads, lines) if "input" in item]


@pytest.mark.parametrize("text", [*attacks(), '"><img src=x onerror=alert(1)>', "[1](javascript:alert(1))"])
def test_an_attack_stays_text(text: str) -> None:
    for html in (
        markdown(text, {"1": "evidence-0-1"}),
        snippet(text, text),
        render("question", question=text, number=0),
    ):
        for sign in (
            "<script",
            "<img",
            "<iframe",
            "<meta",
            "<object",
            "<svg",
            '<a href="http',
            'javascript:"',
        ):
            assert sign not in html.lower()


def test_direction_marks_and_controls_go_and_stacked_accents_are_bounded() -> None:
    assert clean("note \u202e72\u202c \x07x") == "note 72 x"
    assert clean("a" + "\u0301" * 5000) == "a" + "\u0301" * 4
    assert clean("សន្តិភាព") == "សន្តិភាព"
    assert clean("Thuỷ\u0302\u0301") == "Thuỷ\u0302\u0301"


def test_what_cannot_be_seen_is_blank() -> None:
    assert is_blank(" \t\n\r\u3000\u200b\ufeff\u180e\u2800\u3164")
    assert not is_blank("\u2800?")


def test_labels_become_chips_only_where_there_is_evidence() -> None:
    html = markdown("Said so. [1] And [7], *really*.", {"1": "evidence-0-1"})
    assert html == (
        '<p>Said so. <a class="chip" href="#evidence-0-1" data-evidence="evidence-0-1" '
        'aria-label="Evidence 1">1</a>'
        " And [7], <em>really</em>.</p>\n"
    )


def test_lists_are_lists() -> None:
    assert markdown("- one\n- two", {}) == "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://www.un.org/a?b=c#d", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://user:pass@example.org/", False),
        ("https://", False),
        ("//example.org", False),
        ("https://example.org/a b", False),
        ("https://[broken", False),
        (None, False),
    ],
)
def test_only_plain_web_addresses_are_links(url: str | None, safe: bool) -> None:
    assert safe_url(url) == (url if safe else None)


@given(st.text())
def test_no_text_makes_an_element(text: str) -> None:
    html = snippet(text, "word")
    assert html.replace("<mark>", "").replace("</mark>", "").count("<") == 0
    assert markdown(text, {}).replace("<p>", "").count("<script") == 0


def test_a_snippet_begins_near_the_word() -> None:
    text = "Nothing here. " * 40 + "Then the peacekeepers came."
    assert "<mark>peacekeepers</mark>" in snippet(text, "peacekeepers")
    assert snippet(text, "peacekeepers").startswith("… ")


def test_a_snippet_ends_with_a_whole_word() -> None:
    assert snippet("one two three four", "two", around=11) == "one <mark>two</mark> …"
    assert snippet("one two three", "none", around=7) == "one two …"
    assert snippet("one two three", "none", around=13) == "one two three"
    assert snippet("unbroken" * 3, "none", around=8) == "unbroken …"
