"""What can be wrong with what the harness is given. Every message says where and what to do.

EvalError (an assistant.errors.AssistantError, so one guard prints both)
├── InputError    a question set, answer file or run folder cannot be read
└── GateError     a score fell below its floor, or the floors do not fit what was measured
"""

from __future__ import annotations

from pathlib import Path

from assistant.errors import AssistantError

__all__ = ["EvalError", "FieldError", "GateError", "InputError"]


class FieldError(ValueError):
    """A field of a record is missing or of the wrong kind; the message names it and says the remedy.

    The reader of the file turns it into an InputError with the line.
    """


class EvalError(AssistantError):
    """Base of the harness's own errors."""


class InputError(EvalError):
    """A file cannot be used; `path` and `line` (from 1) say where, `remedy` how to mend it."""

    def __init__(self, problem: str, path: Path | str, line: int | None = None, remedy: str = "") -> None:
        self.problem, self.path, self.line, self.remedy = (
            problem,
            str(path),
            line,
            remedy,
        )
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {problem}" + (f" {remedy}" if remedy else ""))


class GateError(EvalError):
    """The gate does not hold."""
