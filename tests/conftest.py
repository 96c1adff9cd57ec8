"""What all tests share: nothing of the machine's own settings, and one opened handbook."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from assistant import Assistant

ROOT = Path(__file__).resolve().parent.parent

# Tests share the machine with each other: a slow example is no failure.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
os.environ.setdefault("OMP_NUM_THREADS", "1")


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
