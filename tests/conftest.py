"""What all tests share: nothing of the machine's own settings, and one opened handbook."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from tqdm import tqdm

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from assistant import Assistant

ROOT = Path(__file__).resolve().parent.parent

# Tests share the machine with each other: a slow example is no failure.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
os.environ.setdefault("OMP_NUM_THREADS", "1")


CHROMIUM_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_lock_of_another_test() -> None:
    """A bar that cannot be written keeps tqdm's lock, and so does a killed child: the lock is a semaphore
    between processes. Whoever comes next from another thread would wait for ever.
    """
    tqdm.set_lock(threading.RLock())


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables and files that happen to be set here would change what tests see."""
    for name in list(os.environ):
        if name.upper().startswith("ASSISTANT_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("assistant.settings.CONFIG_NAME", "assistant.toml.absent-in-tests")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def handbook() -> Assistant:
    """The assistant on the real handbook, opened once for all tests of a process.

    An index that does not fit the corpus is built first; where another process does so, its end is awaited.
    """
    from assistant import Assistant, IndexBusy, IndexProblem, Settings, build_index, load_corpus

    chosen = Settings(corpus=ROOT / "corpus", index=ROOT / "index")
    checksum = load_corpus(chosen.corpus).checksum
    for _ in range(600):
        try:
            opened = Assistant.open(chosen)
            if opened.manifest.corpus_sha256 == checksum:
                return opened
        except IndexProblem:
            pass
        try:
            build_index(chosen)
        except IndexBusy:
            time.sleep(1)
    raise TimeoutError("another process has been building the index for ten minutes")


@pytest.fixture(scope="session")
def development_data() -> Path:
    """Development data beside the checkout (real documents, benchmark sets), absent for users."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the development data beside the checkout is absent")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One real Chromium for all tests of a process; those that need it are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=path, args=list(CHROMIUM_OPTIONS))
        yield started
        started.close()
