"""What is wrong with a corpus: where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.errors import CorpusError

__all__ = ["Finding", "Level", "raise_first", "where"]

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found; `where` is "file:line", or "file" where there is no line."""

    level: Level
    where: str
    problem: str
    remedy: str = ""


def where(path: Path | str, line: int | None = None) -> str:
    """The place as people and editors read it."""
    return f"{path}:{line}" if line else str(path)


def raise_first(findings: Iterable[Finding]) -> None:
    """Raise the first error among `findings` as a `CorpusError`; warnings pass."""
    for finding in findings:
        if finding.level == "error":
            path, _, line = finding.where.rpartition(":")
            if path and line.isdigit():
                raise CorpusError(finding.problem, path, int(line), finding.remedy)
            raise CorpusError(finding.problem, finding.where, None, finding.remedy)
