"""A language model as judge, against a small server of our own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.cli import cli
from eval.errors import EvalError
from eval.judge import Endpoint, agreement, judge_answers, kappa, supported_by_words

ANSWERS: list[dict[str, Any]] = [
    {
        "id": "A1",
        "answer": "x",
        "refused": False,
        "statements": [
            {"text": "They met in May 2020.", "citations": ["1"]},
            {"text": "They met on the Moon.", "citations": ["1"]},
        ],
        "citations": [{"label": "1", "section": "1", "quote": "They met in May 2020."}],
    },
    {"id": "A2", "answer": "", "refused": True},
]


class FakeModel(HTTPServer):
    """Gives the replies that it was filled with, in order; records what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    server: FakeModel

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.server.keys.append(self.headers["Authorization"])
        if not self.server.replies:
            self.send_error(500)
            return
        content = self.server.replies.pop(0)
        body = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on the test's output."""


@pytest.fixture
def model() -> Iterator[FakeModel]:
    server = FakeModel()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def endpoint(model: FakeModel) -> Endpoint:
    return Endpoint(f"http://127.0.0.1:{model.server_port}/v1/", "tiny", "secret", 5)


def test_verdicts_of_all_repeats_are_kept_and_not_asked_again(model: FakeModel, tmp_path: Path) -> None:
    model.replies = ['{"supported": [true, false]}', 'Sure: ```{"supported": [true, true]}```', "I cannot."]
    file = tmp_path / "judge.jsonl"
    rows = judge_answers(endpoint(model), ANSWERS, 3, file)
    assert rows == [
        {"id": "A1", "verdicts": [[True, False], [True, True], None], "by_words": [True, False]},
    ]
    assert [body["seed"] for body in model.asked] == [0, 1, 2]
    assert model.asked[0]["temperature"] == 0
    assert model.keys[0] == "Bearer secret"
    assert judge_answers(endpoint(model), ANSWERS, 3, file) == rows
    assert len(model.asked) == 3


def test_agreement_by_hand() -> None:
    rows = [{"id": "A1", "verdicts": [[True, False], [True, True], None], "by_words": [True, False]}]
    found = agreement(rows)
    assert (found["statements"], found["judged"], found["unusable_replies"]) == (2, 2, 1)
    assert found["faithful"] == 0.5  # 2 to 0, and 1 to 1: a tie is not supported
    assert found["repeats_agree"] == 0.5  # one pair of repeats a statement: same, different
    assert found["words_agree"] == 1.0
    assert found["kappa"] == 1.0


def test_nothing_usable_is_none_and_counted() -> None:
    found = agreement([{"id": "A1", "verdicts": [None, None], "by_words": [True]}])
    assert (found["faithful"], found["kappa"], found["unusable_replies"]) == (None, None, 2)


def test_kappa_by_hand() -> None:
    # 10 pairs: 4 yes-yes, 3 no-no, 1 yes-no, 2 no-yes. Observed .7; chance .5 * .6 + .5 * .4 = .5.
    a = [True] * 5 + [False] * 5
    b = [True] * 4 + [False] + [False] * 3 + [True] * 2
    assert kappa(a, b) == pytest.approx((0.7 - 0.5) / 0.5)
    assert kappa([], []) is None
    assert kappa([True, True], [True, True]) is None


def test_a_server_that_fails_is_one_line_and_nothing_is_lost(model: FakeModel, tmp_path: Path) -> None:
    second = {**ANSWERS[0], "id": "A9"}
    model.replies = ['{"supported": [true, false]}']
    with pytest.raises(EvalError, match="What was judged is kept"):
        judge_answers(endpoint(model), [ANSWERS[0], second], 1, tmp_path / "judge.jsonl")
    model.replies = ['{"supported": [true, true]}']
    rows = judge_answers(endpoint(model), [ANSWERS[0], second], 1, tmp_path / "judge.jsonl")
    assert [row["verdicts"] for row in rows] == [[[True, False]], [[True, True]]]


@pytest.mark.parametrize("reply", ["{}", '{"supported": [1, 0]}', '{"supported": [true]}', "[]", "}{", ""])
def test_replies_that_are_not_as_asked(model: FakeModel, tmp_path: Path, reply: str) -> None:
    model.replies = [reply]
    assert judge_answers(endpoint(model), ANSWERS, 1, tmp_path / "j.jsonl")[0]["verdicts"] == [None]


def test_what_words_support() -> None:
    assert supported_by_words("They met in May 2020.", ["In spring they met in May 2020 there."])
    assert not supported_by_words("They met in May 2020.", [])


def test_the_command(model: FakeModel, tmp_path: Path) -> None:
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(a) + "\n" for a in ANSWERS))
    model.replies = ['{"supported": [true, false]}'] * 2
    url = f"http://127.0.0.1:{model.server_port}/v1"
    arguments = [
        "judge",
        str(tmp_path / "answers.jsonl"),
        "--base-url",
        url,
        "--model",
        "tiny",
        "--repeats",
        "2",
    ]
    result = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "judge.jsonl")])
    assert result.exit_code == 0, result.output
    assert "faithful" in result.output
    assert "0.5" in result.output
