"""What all tests share: nothing of the machine's own settings, and one opened handbook."""

from __future__ import annotations

import os
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
    """The assistant on the real handbook, opened once for all tests of a process."""
    from assistant import Assistant, Settings, build_index

    chosen = Settings(corpus=ROOT / "corpus", index=ROOT / "index")
    build_index(chosen)  # a second when nothing changed: tests never see an index of yesterday's corpus
    return Assistant.open(chosen)


@pytest.fixture(scope="session")
def development_data() -> Path:
    """Development data beside the checkout (real documents, benchmark sets), absent for users."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the development data beside the checkout is absent")
    return folder
