"""One server for all tests of the page with the computable assistant, one with the real one."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.app.steps import go

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from assistant import Assistant

ROOT = Path(__file__).resolve().parents[2]
FAKE = ROOT / "tests" / "app" / "serve_fake.py"
EXIT = "https://leave.example/"
PATIENCE = 90  # seconds


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page's address, served with the computable assistant, feedback and an operator's password."""
    folder = tmp_path_factory.mktemp("page")
    settings = {
        "ASSISTANT_FEEDBACK": str(folder / "feedback.sqlite"),
        "ASSISTANT_OPERATOR_PASSWORD": "correct horse",
        "ASSISTANT_EXIT_URL": EXIT,
    }
    with _served(FAKE, settings, folder / "log") as address:
        yield address


@pytest.fixture(scope="session")
def real_server(handbook: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page as readers have it, on the handbook's index (built by `handbook` where that is needed)."""
    settings = {
        "ASSISTANT_CORPUS": str(handbook.settings.corpus),
        "ASSISTANT_INDEX": str(handbook.settings.index),
    }
    with _served(ROOT / "app.py", settings, tmp_path_factory.mktemp("real") / "log") as address:
        yield address


@pytest.fixture
def bare_server(tmp_path: Path) -> Iterator[str]:
    """The real page's address, served without an index."""
    with _served(ROOT / "app.py", {"ASSISTANT_INDEX": str(tmp_path / "none")}, tmp_path / "log") as address:
        yield address


@contextlib.contextmanager
def _served(script: Path, settings: dict[str, str], log: Path) -> Iterator[str]:
    """A server of its own on a free port, ended at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("ASSISTANT_")}
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}"],
            cwd=ROOT, env=environment | settings, stdout=out, stderr=out,
        )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait(address: str, process: subprocess.Popen[Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the page did not start")


@pytest.fixture
def context(browser: Browser, server: str) -> Iterator[BrowserContext]:
    """A fresh reader. Whatever leaves for another host, or fails in the page, fails the test."""
    with _watched(browser, server) as made:
        yield made


@pytest.fixture
def real_context(browser: Browser, real_server: str) -> Iterator[BrowserContext]:
    """The same on the page as readers have it."""
    with _watched(browser, real_server) as made:
        yield made


@contextlib.contextmanager
def _watched(browser: Browser, server: str) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    _patient(made)
    foreign: list[str] = []
    broken: list[str] = []
    made.on("request", lambda r: foreign.append(r.url) if not _own(r.url, server) else None)
    made.on("page", lambda p: p.on("pageerror", lambda error: broken.append(str(error))))
    yield made
    made.close()
    assert foreign == []
    assert broken == []


def _patient(context: BrowserContext) -> None:
    """However slow the machine: what never comes fails, what comes late does not."""
    from playwright.sync_api import expect

    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)


def _own(url: str, server: str) -> bool:
    return url.startswith((server, server.replace("http", "ws"), "data:", f"blob:{server}", "about:", EXIT))


@pytest.fixture
def page(context: BrowserContext, server: str) -> Page:
    """The start screen of a fresh reader."""
    made = context.new_page()
    go(made, server, ".start")
    return made


@pytest.fixture
def browser_in(browser: Browser, server: str) -> Iterator[Any]:
    """Makes contexts of a colour scheme and a width; foreign requests fail the test."""
    made: list[BrowserContext] = []
    foreign: list[str] = []

    def make(scheme: Any, width: int, **more: Any) -> BrowserContext:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **more)
        _patient(context)
        context.on("request", lambda r: foreign.append(r.url) if not _own(r.url, server) else None)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert foreign == []
