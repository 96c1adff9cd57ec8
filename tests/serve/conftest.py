"""A stand-in for the facade, so that the command line is tested by itself and at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import assistant as api
from assistant.serve.cli import main
from assistant.types import Answer, Citation, Hit, NoteCitation, Passage, Statement, Turn

TEXT = "The red boat is fast. It was built in 1999."


@dataclass
class EchoAssistant:
    """Answers every question with the question in capitals, cited to the first sentence of `TEXT`."""

    asked: list[tuple[str, int, int]] = field(default_factory=list)  # question, earlier turns, k
    fails: Exception | None = None

    def ask(self, question: str, turns: tuple[Turn, ...] = (), k: int = 10) -> Answer:
        if self.fails is not None:
            raise self.fails
        self.asked.append((question, len(turns), k))
        note = NoteCitation(
            "7", ("7", "6"), "ref-6", None, "https://example.org/log", False, None, "A ship's log, 1999."
        )
        citation = Citation(
            "1", "book", "1.1", "Boats", ("Boats",), 3, TEXT[:21], 0, 21, "https://example.org/book", (note,)
        )
        return Answer(
            question=question,
            standalone=question,
            status="answered",
            reason=None,
            answer=f"{question.upper()} [1]",
            statements=(Statement(question.upper(), ("1",)),),
            citations=(citation,),
            signposts=(),
            conflicts=(),
            passages=self.search(question, k),
            seconds={"retrieval": 0.0, "answer": 0.0, "total": 0.0},
            provenance={"composer": "echo"},
        )

    def search(self, question: str, k: int = 10) -> tuple[Hit, ...]:
        passage = Passage(0, "book", "1.1", 0, len(TEXT), TEXT, "Boats", 10)
        return (Hit(passage, 0.75, 1, {"dense": 0.5, "words": 1.0}),)[:k]


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> EchoAssistant:
    """The facade's place taken by an `EchoAssistant`."""
    fake = EchoAssistant()

    class Opener:
        @staticmethod
        def open(settings: object) -> EchoAssistant:
            return fake

    monkeypatch.setitem(api.__dict__, "Assistant", Opener)
    return fake


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str

    @property
    def only_error(self) -> str:
        """The one line on standard error of a command that failed."""
        assert self.status == 1, self
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


Run = Callable[..., Result]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process; its status, and what it wrote."""

    def call(*arguments: object) -> Result:
        capfd.readouterr()
        status = main([str(a) for a in arguments])
        out, err = capfd.readouterr()
        return Result(status, out, err)

    return call


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A small corpus on disk: two sections, one note."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "corpus.toml").write_text(
        'language = "en"\n\n[[document]]\nid = "book"\ntitle = "A book"\npath = "book.md"\n', encoding="utf-8"
    )
    (folder / "book.md").write_text(
        "# Boats {#1 page=3}\n\nThe red boat is fast.[^1] It was built in 1999.\n\n"
        "# Trains {#2 page=4}\n\nThe green train is slow. It stops in every town.\n\n"
        "[^1]: A ship's log, 1999.\n",
        encoding="utf-8",
    )
    return folder
