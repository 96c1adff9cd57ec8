"""What can go wrong. Every message says what to do about it.

AssistantError
├── SettingsError      a setting is missing or wrong
├── CorpusError        a corpus file is broken; says file, line, and how to mend it
├── IndexProblem       the index cannot be used
│   ├── IndexMissing   there is none yet
│   ├── IndexStale     it was built from another corpus, model or chunker
│   ├── IndexBroken    a file of it is truncated or foreign
│   └── IndexBusy      another build is under way
├── EmbedderError      the embedding model cannot be loaded, or is not the one promised
├── EndpointError      the language model's service cannot be used
├── BadQuestion        the question cannot be read (empty, far too long)
├── UnknownId          no section, note or reference has that id
└── NotWritable        a folder is read-only, or the disk is full
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "AssistantError",
    "BadQuestion",
    "CorpusError",
    "EmbedderError",
    "EndpointError",
    "IndexBroken",
    "IndexBusy",
    "IndexMissing",
    "IndexProblem",
    "IndexStale",
    "NotWritable",
    "SettingsError",
    "UnknownId",
]


class AssistantError(Exception):
    """Base of all errors that a caller may show to a person as they are."""


class SettingsError(AssistantError):
    """A setting is missing or wrong."""


class CorpusError(AssistantError):
    """A corpus file is broken.

    `path` and `line` (from 1) say where; `remedy` says how to mend it.
    """

    def __init__(self, problem: str, path: Path | str, line: int | None = None, remedy: str = "") -> None:
        self.problem, self.path, self.line, self.remedy = problem, str(path), line, remedy
        where = f"{path}:{line}" if line else str(path)
        super().__init__(f"{where}: {problem}" + (f" {remedy}" if remedy else ""))


class IndexProblem(AssistantError):
    """The index cannot be used; `assistant build` mends it."""


class IndexMissing(IndexProblem):
    """There is no index yet."""


class IndexStale(IndexProblem):
    """The index was built from another corpus, model or chunker."""


class IndexBroken(IndexProblem):
    """A file of the index is missing, truncated or foreign."""


class IndexBusy(IndexProblem):
    """Another build of the same index is under way."""


class EmbedderError(AssistantError):
    """The embedding model cannot be loaded, or is not the one promised."""


class EndpointError(AssistantError):
    """The language model's service cannot be used: not with this key, or not at this address."""


class BadQuestion(AssistantError):
    """The question cannot be read."""


class UnknownId(AssistantError):
    """No section, note or reference has that id."""


class NotWritable(AssistantError):
    """A folder is read-only, or the disk is full."""
