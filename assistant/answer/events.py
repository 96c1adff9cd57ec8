"""What `stream()` yields: what was found, each statement as it is said, and the whole answer."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types import Answer, Citation, Hit, Question, Statement

__all__ = ["Done", "Event", "Retrieved", "Said"]


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The question as understood and the passages found for it."""

    question: Question
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """One statement with the citations that it is the first to use."""

    statement: Statement
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The end: the answer as a whole."""

    answer: Answer


Event = Retrieved | Said | Done
