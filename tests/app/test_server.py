"""The start of a server: the opening goes on beside it, and its failure ends nothing."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import IndexMissing
from page.server import is_opening, opening

ROOT = Path(__file__).resolve().parents[2]


def start() -> None:
    """Begin and end a server's life, in a thread: the browser of other tests holds this one's loop."""

    async def life() -> None:
        async with opening(None):
            pass

    with ThreadPoolExecutor(1) as apart:
        apart.submit(asyncio.run, life()).result(20)


def _join() -> None:
    for thread in threading.enumerate():
        if thread.name == "opening":
            thread.join(20)


def test_a_server_waits_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go, begun = threading.Event(), threading.Event()

    def begin() -> None:
        begun.set()
        let_go.wait(20)

    monkeypatch.setattr("page.main.begin", begin)
    start()  # ends though the opening has not
    assert begun.wait(20)
    assert is_opening()
    let_go.set()
    _join()
    assert not is_opening()


def test_an_index_that_is_missing_is_logged_and_left_to_the_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def begin() -> None:
        raise IndexMissing("There is no index yet. Run `assistant build`.")

    monkeypatch.setattr("page.main.begin", begin)
    with caplog.at_level(logging.WARNING):
        start()
        _join()
    assert "There is no index yet" in caplog.text


def test_the_application_loads_neither_the_assistant_nor_the_page_itself() -> None:
    """What the server does not need to listen comes while a browser fetches the page."""
    code = "import sys, app; print({'page.main', 'assistant', 'numpy', 'torch'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "set()"
