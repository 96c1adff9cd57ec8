"""A language model of our own on this machine, and a corpus of two small documents without questions."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Settings
from tests.serve.conftest import corpus, run

__all__ = ["corpus", "run"]  # fixtures of the command line

BOATS = """\
# Boats {#1}

The red boat is fast.[^1] It was built in 1999.

# Harbours {#2}

The harbour closes at nine. A bell rings then.

[^1]: A ship's log, 1999.
"""
TRAINS = "# Trains {#1}\n\nThe green train is slow. It stops in every town.\n"
CORPUS = """\
language = "en"  # a remark that stays

[[document]]
id = "boats"
title = "A book of boats"
path = "boats.md"

[[document]]
id = "trains"
title = "A book of trains"
path = "trains.md"
"""


@dataclass(frozen=True)
class Reply:
    """What the service sends, as it is."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0  # to wait before anything is sent
    drip: float = 0.0  # seconds between two bytes of the body


def says(content: object) -> Reply:
    """A chat service's answer with this content."""
    return Reply(body=json.dumps({"choices": [{"message": {"content": content}}]}).encode())


def answers(*items: dict[str, Any]) -> str:
    """A reply as it was asked for."""
    return json.dumps({"answers": list(items)})


Script = Callable[[int, dict[str, Any]], Reply | str]


class FakeModel(ThreadingHTTPServer):
    """Answers by its `script`, which gets the number of the request (from 1) and the material."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: Script = lambda number, material: answers()
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.paths: list[str] = []
        self.released = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def material(self) -> list[dict[str, Any]]:
        """What was sent of the documents, request by request."""
        return [json.loads(request["messages"][1]["content"]) for request in self.requests]


class _Handler(BaseHTTPRequestHandler):
    server: FakeModel

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        self.server.keys.append(self.headers["Authorization"])
        self.server.paths.append(self.path)
        material = json.loads(request["messages"][-1]["content"])
        reply = self.server.script(len(self.server.requests), material)
        reply = says(reply) if isinstance(reply, str) else reply
        if reply.seconds:
            self.server.released.wait(reply.seconds)
        try:
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            for byte in [reply.body] if not reply.drip else [bytes([b]) for b in reply.body]:
                self.wfile.write(byte)
                self.server.released.wait(reply.drip)
        except OSError:
            pass  # whoever asked has left

    def log_message(self, *_: object) -> None:
        """Nothing on the test's output."""


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeModel]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr("assistant.endpoint.WAITS", (0.0, 0.0))
    server = FakeModel()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """The folder of the corpus: three sections of two sentences in two documents."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "corpus.toml").write_text(CORPUS, encoding="utf-8")
    (folder / "boats.md").write_text(BOATS, encoding="utf-8")
    (folder / "trains.md").write_text(TRAINS, encoding="utf-8")
    return folder


@pytest.fixture
def chosen(books: Path, tmp_path: Path, model: FakeModel) -> Settings:
    """Settings that name the corpus and the model."""
    return Settings(
        corpus=books,
        index=tmp_path / "index",
        llm_base_url=model.address,
        llm_model="tiny",
        llm_api_key="s3cret-key",
        llm_timeout=5,
    )
