"""`assistant ask` and `search`: what is printed, and what bad questions get."""

from __future__ import annotations

import io
import json
import sys

import pytest

from assistant.errors import IndexStale
from tests.serve.conftest import EchoAssistant, Run


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_an_answer_is_printed_with_its_citation_and_note(echo: EchoAssistant, run: Run) -> None:
    result = run("ask", "How fast is it?")
    assert result.status == 0
    assert result.err == ""
    assert result.out == (
        "HOW FAST IS IT? [1]\n\n"
        "[1] 1.1 Boats, page 3\n"
        "    “The red boat is fast.”\n"
        "    https://example.org/book\n"
        "    Note 7 (7 → 6): A ship's log, 1999.\n"
        "    https://example.org/log\n"
    )


def test_json_is_the_contract_s_object(echo: EchoAssistant, run: Run) -> None:
    answer = json.loads(run("ask", "--json", "How fast?").out)
    assert answer == echo.ask("How fast?").to_dict()
    assert answer["citations"][0]["quote"] == "The red boat is fast."
    assert answer["refused"] is False


def test_a_dash_reads_standard_input(echo: EchoAssistant, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, "  Où est le bateau ?\n".encode())
    assert run("ask", "-").status == 0
    assert echo.asked == [("Où est le bateau ?", 0, 10)]


def test_options_reach_the_facade(echo: EchoAssistant, run: Run) -> None:
    run("ask", "-k", "3", "Where?")
    assert echo.asked == [("Where?", 0, 3)]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("", "The question is empty."),
        (" \t\n", "The question is empty."),
        ("\x00\x07\x1b", "The question is empty."),
        ("?!…", "The question is empty."),
        ("why? " * 210_000, "more than 2,000 characters"),  # 1 MB
    ],
)
def test_bad_questions_get_one_line(
    echo: EchoAssistant, run: Run, monkeypatch: pytest.MonkeyPatch, question: str, told: str
) -> None:
    for command in ("ask", "search"):
        if "\x00" not in question:
            assert told in run(command, question).only_error
        stdin(monkeypatch, question.encode())
        assert told in run(command, "-").only_error
    assert echo.asked == []


def test_what_is_not_utf8_is_told(echo: EchoAssistant, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, "Où ?".encode("latin-1"))
    assert "not valid UTF-8" in run("ask", "-").only_error
    assert "not valid UTF-8" in run("ask", "O\udcf9 ?").only_error  # a foreign byte of the command line
    stdin(monkeypatch, b"\xff" * 1_000_000)
    assert "not valid UTF-8" in run("ask", "-").only_error


@pytest.mark.parametrize("before", range(4))
def test_a_long_text_may_be_cut_within_a_letter(
    echo: EchoAssistant, run: Run, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    stdin(monkeypatch, b"a" * before + "ជើង".encode() * 100_000)
    assert "more than 2,000 characters" in run("ask", "-").only_error


def test_a_closed_standard_input_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "Standard input is closed" in run("ask", "-").only_error


def test_control_characters_do_not_reach_the_terminal(echo: EchoAssistant, run: Run) -> None:
    out = run("ask", "red \x1b[31m \x9b boat \u202e tob").out
    assert not set("\x1b\x9b\u202e") & set(out)
    assert "\N{REPLACEMENT CHARACTER}[31M" in out


def test_lone_surrogates_do_not_break_printing(echo: EchoAssistant, run: Run) -> None:
    echo.ask = lambda question, turns=(), k=10: EchoAssistant().ask("half \ud83d a pair")  # type: ignore[method-assign]
    assert "HALF ? A PAIR" in run("ask", "x y").out
    assert json.loads(run("ask", "--json", "x y").out)["question"] == "half ? a pair"


@pytest.mark.parametrize(
    "arguments",
    [["ask"], ["ask", "a", "b"], ["ask", "--composer", "magic", "a"], ["search"], ["nonsense"],
     ["search", "-k", "0", "a"], ["search", "-k", "-1", "a"], ["search", "-k", "1000000000", "a"],
     ["ask", "--batch", "x"], ["ask", "--out", "x"], ["ask", "q", "--batch", "x", "--out", "y"], ["--wrong"]],
)  # fmt: skip
def test_wrong_usage_is_status_2(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.status == 2
    assert result.out == ""
    assert "Error: " in result.err
    assert "Traceback" not in result.err


def test_search_prints_passages(echo: EchoAssistant, run: Run) -> None:
    assert run("search", "boat").out == (
        "1. 1.1  Boats  (score 0.750)\n   The red boat is fast. It was built in 1999.\n"
    )
    explained = run("search", "--explain", "boat").out.splitlines()
    assert explained[1] == "   found by words 1.000, dense 0.500"


def test_search_prints_json(echo: EchoAssistant, run: Run) -> None:
    (hit,) = json.loads(run("search", "--json", "boat").out)
    assert hit["rank"] == 1
    assert hit["section"] == "1.1"
    assert hit["via"] == {"dense": 0.5, "words": 1.0}


def test_the_facade_s_errors_are_passed_on(echo: EchoAssistant, run: Run) -> None:
    echo.fails = IndexStale("The corpus has changed. Run `assistant build`.")
    assert run("ask", "Where?").only_error == "assistant: The corpus has changed. Run `assistant build`."


def test_a_wrong_setting_is_told(echo: EchoAssistant, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_K", "many")
    assert "The setting k is wrong" in run("ask", "Where?").only_error
