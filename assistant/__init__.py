"""Answers from a handbook, each sentence with the place where it stands.

    from assistant import Assistant, load_settings

    answer = Assistant.open(load_settings()).ask("What is it about?")

The names of `__all__` are the public interface; everything else may change without notice. They are
imported when first used, so that `import assistant` is quick and never loads torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.assistant import Assistant, Done, Retrieved, Said
    from assistant.errors import (
        AssistantError,
        BadQuestion,
        CorpusError,
        EmbedderError,
        IndexBroken,
        IndexBusy,
        IndexMissing,
        IndexProblem,
        IndexStale,
        NotWritable,
        SettingsError,
        UnknownId,
    )
    from assistant.read.check import check_corpus
    from assistant.read.corpus import load_corpus
    from assistant.read.export import export_corpus
    from assistant.read.problems import Finding
    from assistant.read.show import show_text
    from assistant.search.build import BuildReport, build_index
    from assistant.settings import Settings, load_settings
    from assistant.types import (
        Answer,
        Citation,
        Conflict,
        ConflictNote,
        Corpus,
        Document,
        Hit,
        IndexManifest,
        Note,
        NoteCitation,
        Passage,
        Question,
        Reference,
        Retrieval,
        Section,
        Sentence,
        Signpost,
        Statement,
        Turn,
    )

__version__ = "0.1.0"

# Where each public name lives; a test keeps this, the imports above and `__all__` together.
_PLACES = {
    "Assistant": "assistant",
    "Done": "assistant",
    "Retrieved": "assistant",
    "Said": "assistant",
    "AssistantError": "errors",
    "BadQuestion": "errors",
    "CorpusError": "errors",
    "EmbedderError": "errors",
    "IndexBroken": "errors",
    "IndexBusy": "errors",
    "IndexMissing": "errors",
    "IndexProblem": "errors",
    "IndexStale": "errors",
    "NotWritable": "errors",
    "SettingsError": "errors",
    "UnknownId": "errors",
    "check_corpus": "read.check",
    "load_corpus": "read.corpus",
    "export_corpus": "read.export",
    "Finding": "read.problems",
    "show_text": "read.show",
    "BuildReport": "search.build",
    "build_index": "search.build",
    "Settings": "settings",
    "load_settings": "settings",
    "Answer": "types",
    "Citation": "types",
    "Conflict": "types",
    "ConflictNote": "types",
    "Corpus": "types",
    "Document": "types",
    "Hit": "types",
    "IndexManifest": "types",
    "Note": "types",
    "NoteCitation": "types",
    "Passage": "types",
    "Question": "types",
    "Reference": "types",
    "Retrieval": "types",
    "Section": "types",
    "Sentence": "types",
    "Signpost": "types",
    "Statement": "types",
    "Turn": "types",
}

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "BadQuestion",
    "BuildReport",
    "Citation",
    "Conflict",
    "ConflictNote",
    "Corpus",
    "CorpusError",
    "Document",
    "Done",
    "EmbedderError",
    "Finding",
    "Hit",
    "IndexBroken",
    "IndexBusy",
    "IndexManifest",
    "IndexMissing",
    "IndexProblem",
    "IndexStale",
    "NotWritable",
    "Note",
    "NoteCitation",
    "Passage",
    "Question",
    "Reference",
    "Retrieval",
    "Retrieved",
    "Said",
    "Section",
    "Sentence",
    "Settings",
    "SettingsError",
    "Signpost",
    "Statement",
    "Turn",
    "UnknownId",
    "build_index",
    "check_corpus",
    "export_corpus",
    "load_corpus",
    "load_settings",
    "show_text",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"assistant.{_PLACES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
