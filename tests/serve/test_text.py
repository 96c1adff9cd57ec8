"""Answers, hits, findings and reports as lines for a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.read.problems import Finding
from assistant.search.build import BuildReport
from assistant.serve.text import render_answer, render_findings, render_hits, render_report
from assistant.types import Answer, ConflictNote, Signpost
from tests.serve.conftest import EchoAssistant


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    monkeypatch.setenv("COLUMNS", "60")
    return EchoAssistant().ask("fast?")


def test_the_standalone_question_is_shown_where_it_differs(answer: Answer) -> None:
    assert "understood" not in render_answer(answer)
    shown = render_answer(replace(answer, standalone="Is the boat fast?"))
    assert shown.startswith("(understood as: Is the boat fast?)\n\nFAST? [1]")


def test_markdown_escapes_are_taken_back(answer: Answer) -> None:
    assert render_answer(replace(answer, answer=r"the \[UN\] study \*s \\ [1]")).startswith(
        "the [UN] study *s \\ [1]"
    )


def test_lists_hang(answer: Answer) -> None:
    shown = render_answer(replace(answer, answer="Two:\n\n- one " + "word " * 14 + "[1]\n- two [1]"))
    # 60 columns: "- one " and ten times "word " and "word" are 60; the other three and the label hang.
    assert shown.splitlines()[:5] == [
        "Two:",
        "",
        "- one" + 11 * " word",
        "  word word word [1]",
        "- two [1]",
    ]


def test_addresses_stay_whole(answer: Answer) -> None:
    url = "https://example.org/" + "a-long-path/" * 20
    citation = replace(answer.citations[0], url=url)
    assert f"    {url}\n" in render_answer(replace(answer, citations=(citation,)))


def test_help_conflicts_and_refusals_have_their_lines(answer: Answer) -> None:
    shown = render_answer(
        replace(
            answer,
            status="refused",
            signposts=(Signpost("CWCC", "shelter", "3.2", "https://example.org"),),
            conflicts=(ConflictNote("11 and 12 differ.", ("1", "2")), ConflictNote("FAST?", ("1",))),
            nearest=("1.1", "2"),
            suggestions=("What is a boat?",),
        )
    )
    assert shown.endswith(
        "Help:\n- CWCC (3.2): shelter https://example.org\n\n"
        "Where the text disagrees:\n- 11 and 12 differ. [1][2]\n\n"  # not again what the answer says already
        "Nearest sections: 1.1, 2\n\n"
        "You could ask:\n- What is a boat?"
    )


def test_a_doubt_about_a_source_is_told(answer: Answer) -> None:
    note = replace(answer.citations[0].notes[0], doubt="It is older than the claim.")
    shown = render_answer(replace(answer, citations=(replace(answer.citations[0], notes=(note,)),)))
    assert shown.endswith("    Doubt: It is older than the claim.")


def test_no_hits_say_so() -> None:
    assert render_hits(()) == "Nothing was found. Try other words."


def test_findings_are_a_line_each() -> None:
    assert render_findings(
        [
            Finding("error", "book.md:3", "a note is missing.", "Add it."),
            Finding("info", "book.md", "2 sections."),
        ]
    ) == ("error: book.md:3: a note is missing. Add it.\ninfo: book.md: 2 sections.")


def test_a_report_is_one_line() -> None:
    assert render_report(BuildReport("abc", 1000, 2, 3, 4, 5, 6, 7.89, 1.0)) == (
        "Index abc: 1,000 passages, 2 sentences, 3 readers' questions; 5 texts embedded, 6 reused, in 7.9 s."
    )
