"""How far a build is, told to other processes: a small file in the folder of the build under way."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.search import index as layout

__all__ = ["BuildState", "Record", "build_state"]

_FILE = "progress.json"
_EVERY = 0.5  # seconds between two records of one step
_DEAD = 600.0  # seconds after which a build that says nothing more was cut short

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class BuildState:
    """A build under way: its step, how much of that is done and how much there is, seconds since it began."""

    step: str
    done: int
    total: int
    seconds: float


class Record:
    """Passes progress on, and writes it into the folder of the build."""

    def __init__(self, folder: Path, tell: Progress) -> None:
        self._path, self._tell = folder / _FILE, tell
        self._began = time.time()
        self._step, self._written = "", 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step != self._step or now - self._written >= _EVERY:
            self._step, self._written = step, now
            self._write(step, done, total)
        self._tell(step, done, total)

    def _write(self, step: str, done: int, total: int) -> None:
        said = {"step": step, "done": done, "total": total, "began": self._began}
        with contextlib.suppress(OSError):  # a full disk is told by what has to be written
            new = self._path.with_suffix(".new")
            new.write_text(json.dumps(said), encoding="utf-8")
            new.replace(self._path)

    def end(self) -> None:
        """Take the record away: it is no part of the index."""
        for path in (self._path, self._path.with_suffix(".new")):
            path.unlink(missing_ok=True)


def build_state(index: Path) -> BuildState | None:
    """How far a build in the folder `index` is, whichever process does it; None when none seems to be.

    A build that failed leaves no record; one that was killed does, and counts no more after ten minutes.
    """
    now = time.time()
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        records = [(path.stat().st_mtime, path) for path in index.glob(f"{layout.BUILDING}*/{_FILE}")]
        if records and now - max(records)[0] < _DEAD:
            said = json.loads(max(records)[1].read_text(encoding="utf-8"))
            since = max(0.0, now - float(said["began"]))
            return BuildState(str(said["step"]), int(said["done"]), int(said["total"]), since)
    return None
