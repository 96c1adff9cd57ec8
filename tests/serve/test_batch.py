"""`assistant ask --batch`: one answer a line, resumed where it stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadQuestion
from tests.serve.conftest import EchoAssistant, Run


def write(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def answers(path: Path) -> dict[str, dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len({line["id"] for line in lines}) == len(lines)
    return {line["id"]: line for line in lines}


TALK = {"id": "D1", "type": "conversation", "turns": [{"question": "a one"}, {"question": "a two"}]}


def test_each_question_gets_a_line_with_its_id(echo: EchoAssistant, run: Run, tmp_path: Path) -> None:
    questions = write(
        tmp_path / "q.jsonl", {"id": "A1", "question": "what?"}, TALK, {"id": "E1", "input": "hm"}
    )
    out = tmp_path / "a.jsonl"
    result = run("ask", "--batch", questions, "--out", out)
    assert result.status == 0
    assert result.out == ""
    assert result.err == f"4 answers in {out}.\n"
    found = answers(out)
    assert list(found) == ["A1", "D1#1", "D1#2", "E1"]
    assert found["A1"]["answer"] == "WHAT? [1]"
    assert found["D1#2"] == {"id": "D1#2", **EchoAssistant().ask("a two").to_dict()}
    assert echo.asked == [("what?", 0, 10), ("a one", 0, 10), ("a two", 1, 10), ("hm", 0, 10)]


def test_what_is_answered_is_not_asked_again(echo: EchoAssistant, run: Run, tmp_path: Path) -> None:
    questions = write(tmp_path / "q.jsonl", {"id": "A1", "question": "x"}, {"id": "A2", "question": "y"})
    out = tmp_path / "a.jsonl"
    run("ask", "--batch", questions, "--out", out)
    before = out.read_bytes()
    echo.asked.clear()
    result = run("ask", "--batch", questions, "--out", out)
    assert echo.asked == []
    assert out.read_bytes() == before
    assert "2 of 2 are answered" in result.err


def test_an_interrupted_run_is_resumed_at_every_byte(echo: EchoAssistant, run: Run, tmp_path: Path) -> None:
    questions = write(
        tmp_path / "q.jsonl", {"id": "A1", "question": "x"}, TALK, {"id": "A2", "question": "y"}
    )
    out = tmp_path / "a.jsonl"
    run("ask", "--batch", questions, "--out", out)
    whole = out.read_bytes()
    for cut in [0, 1, *range(50, len(whole), 211), len(whole) - 1]:
        out.write_bytes(whole[:cut])
        assert run("ask", "--batch", questions, "--out", out).status == 0
        assert out.read_bytes() == whole, cut


def test_a_conversation_resumed_in_the_middle_has_its_earlier_turns(
    echo: EchoAssistant, run: Run, tmp_path: Path
) -> None:
    questions, out = write(tmp_path / "q.jsonl", TALK), tmp_path / "a.jsonl"
    run("ask", "--batch", questions, "--out", out)
    out.write_text(out.read_text().splitlines()[0] + "\n")
    echo.asked.clear()
    run("ask", "--batch", questions, "--out", out)
    assert echo.asked == [("a one", 0, 10), ("a two", 1, 10)]
    assert list(answers(out)) == ["D1#1", "D1#2"]


def test_a_question_that_cannot_be_read_does_not_end_the_batch(
    echo: EchoAssistant, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = echo.ask

    def picky(question: str, **options: Any) -> Any:
        if not question.strip():
            raise BadQuestion("The question is empty.")
        return real(question, **options)

    monkeypatch.setattr(echo, "ask", picky)
    questions = write(tmp_path / "q.jsonl", {"id": "A1", "question": " "}, {"id": "A2", "question": "y"})
    assert run("ask", "--batch", questions, "--out", tmp_path / "a.jsonl").status == 0
    found = answers(tmp_path / "a.jsonl")
    assert (found["A1"]["status"], found["A1"]["reason"]) == ("refused", "bad-input")
    assert found["A1"]["refused"] is True
    assert found["A2"]["status"] == "answered"


def test_records_without_a_question_are_left_out_and_told(
    echo: EchoAssistant, run: Run, tmp_path: Path
) -> None:
    questions = write(tmp_path / "q.jsonl", {"id": "E1", "input_b64": "eA=="}, {"id": "A1", "question": "x"})
    result = run("ask", "--batch", questions, "--out", tmp_path / "a.jsonl")
    assert "1 record without a question left out." in result.err
    assert "1 answer in " in result.err
    assert list(answers(tmp_path / "a.jsonl")) == ["A1"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{broken", "q.jsonl:2 is not valid JSON"),
        (b"[1]", "q.jsonl:2 is not a JSON object"),
        (b'{"question": "x"}', 'q.jsonl:2 has no "id"'),
        (b'{"id": 3, "question": "x"}', 'q.jsonl:2 has no "id"'),
        (b'{"id": "A1", "question": "x"}', "q.jsonl:2 has the id A1 of line 1"),
        (b'{"id": "A2", "question": 5}', 'q.jsonl:2 has a "question" that is not text'),
        (b'{"id": "A2", "turns": []}', 'q.jsonl:2 has "turns" that are not a list'),
        (b'{"id": "A2", "turns": ["x"]}', 'q.jsonl:2 has "turns" that are not a list'),
        (b'{"id": "A2", "turns": [{}]}', 'q.jsonl:2 has a "question" that is not text'),
        (b'{"id": "A2", "question": "\xff"}', "q.jsonl:2 is not UTF-8"),
        (b"[" * 100_000, "q.jsonl:2 is not valid JSON"),
    ],
)
def test_a_broken_set_is_told_before_any_work(
    echo: EchoAssistant, run: Run, tmp_path: Path, line: bytes, told: str
) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'{"id": "A1", "question": "x"}\n' + line + b"\n")
    assert told in run("ask", "--batch", path, "--out", tmp_path / "a.jsonl").only_error
    assert echo.asked == []
    assert not (tmp_path / "a.jsonl").exists()


def test_files_that_cannot_be_are_told(echo: EchoAssistant, run: Run, tmp_path: Path) -> None:
    questions = write(tmp_path / "q.jsonl", {"id": "A1", "question": "x"})
    empty = write(tmp_path / "e.jsonl")
    out = tmp_path / "a.jsonl"
    assert "No such file" in run("ask", "--batch", tmp_path / "absent", "--out", out).only_error
    assert "holds no question" in run("ask", "--batch", empty, "--out", out).only_error
    assert "That is a folder" in run("ask", "--batch", tmp_path, "--out", out).only_error
    assert "No such file" in run("ask", "--batch", questions, "--out", tmp_path / "no" / "a").only_error
    assert "is the question file" in run("ask", "--batch", questions, "--out", questions).only_error
    assert echo.asked == []


@pytest.mark.parametrize(
    "content",
    [
        "Dear Sokha,\nhow are you?",
        "a single line without an end",
        "x",
        '{"answers": []}',
        '[{"id": "A1", "answer": "y"}]',
        '{"id": "B1", "question": "of another set"}\n',
        '{"id": "B1", "question": "of another set"}',
        "[" * 100_000 + "\n",
        "\n",
        "\x00\x01",
    ],
)
def test_a_foreign_answer_file_is_not_touched(
    echo: EchoAssistant, run: Run, tmp_path: Path, content: str
) -> None:
    questions = write(tmp_path / "q.jsonl", {"id": "A1", "question": "x"})
    out = tmp_path / "letters.txt"
    out.write_text(content)
    assert "letters.txt:1 is no answer of ours" in run("ask", "--batch", questions, "--out", out).only_error
    assert out.read_text() == content
    assert echo.asked == []


def test_a_foreign_rest_after_answers_is_not_touched(echo: EchoAssistant, run: Run, tmp_path: Path) -> None:
    questions = write(tmp_path / "q.jsonl", {"id": "A1", "question": "x"}, {"id": "A2", "question": "y"})
    out = write(tmp_path / "a.jsonl", {"id": "A1", **echo.ask("x").to_dict()})
    out.write_bytes(out.read_bytes() + b"my own remark")
    before = out.read_bytes()
    assert "a.jsonl:2 is no answer of ours" in run("ask", "--batch", questions, "--out", out).only_error
    assert out.read_bytes() == before


def test_a_byte_order_mark_is_no_fault(echo: EchoAssistant, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "A1", "question": "x"}\r\n\r\n')
    assert run("ask", "--batch", path, "--out", tmp_path / "a.jsonl").status == 0
