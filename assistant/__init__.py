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
        EndpointError,
        IndexBroken,
        IndexBusy,
        IndexMissing,
        IndexProblem,
        IndexStale,
        NotWritable,
        SettingsError,
        UnknownId,
    )
    from assistant.expand.plan import ExpansionPlan, plan_expansion
    from assistant.expand.run import ExpansionReport, expand_corpus
    from assistant.read.check import check_corpus
    from assistant.read.corpus import load_corpus
    from assistant.read.export import export as export_corpus
    from assistant.read.problems import Finding
    from assistant.read.show import render_shown, show
    from assistant.search.build import BuildReport, build_index
    from assistant.search.embedder import Embedder, SentenceTransformerEmbedder
    from assistant.search.progress import BuildState, build_state
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
        hit_dict,
    )

__version__ = "0.1.0"

# Where each public name lives, module:name; a test keeps this, the imports above and `__all__` together.
_PLACES = {
    "Assistant": "assistant:Assistant",
    "Done": "assistant:Done",
    "Retrieved": "assistant:Retrieved",
    "Said": "assistant:Said",
    "AssistantError": "errors:AssistantError",
    "BadQuestion": "errors:BadQuestion",
    "CorpusError": "errors:CorpusError",
    "EmbedderError": "errors:EmbedderError",
    "EndpointError": "errors:EndpointError",
    "IndexBroken": "errors:IndexBroken",
    "IndexBusy": "errors:IndexBusy",
    "IndexMissing": "errors:IndexMissing",
    "IndexProblem": "errors:IndexProblem",
    "IndexStale": "errors:IndexStale",
    "NotWritable": "errors:NotWritable",
    "SettingsError": "errors:SettingsError",
    "UnknownId": "errors:UnknownId",
    "ExpansionPlan": "expand.plan:ExpansionPlan",
    "plan_expansion": "expand.plan:plan_expansion",
    "ExpansionReport": "expand.run:ExpansionReport",
    "expand_corpus": "expand.run:expand_corpus",
    "check_corpus": "read.check:check_corpus",
    "load_corpus": "read.corpus:load_corpus",
    "export_corpus": "read.export:export",
    "Finding": "read.problems:Finding",
    "render_shown": "read.show:render_shown",
    "show": "read.show:show",
    "BuildReport": "search.build:BuildReport",
    "build_index": "search.build:build_index",
    "BuildState": "search.progress:BuildState",
    "build_state": "search.progress:build_state",
    "Embedder": "search.embedder:Embedder",
    "SentenceTransformerEmbedder": "search.embedder:SentenceTransformerEmbedder",
    "Settings": "settings:Settings",
    "load_settings": "settings:load_settings",
    "Answer": "types:Answer",
    "Citation": "types:Citation",
    "Conflict": "types:Conflict",
    "ConflictNote": "types:ConflictNote",
    "Corpus": "types:Corpus",
    "Document": "types:Document",
    "Hit": "types:Hit",
    "IndexManifest": "types:IndexManifest",
    "Note": "types:Note",
    "NoteCitation": "types:NoteCitation",
    "Passage": "types:Passage",
    "Question": "types:Question",
    "Reference": "types:Reference",
    "Retrieval": "types:Retrieval",
    "Section": "types:Section",
    "Sentence": "types:Sentence",
    "Signpost": "types:Signpost",
    "Statement": "types:Statement",
    "hit_dict": "types:hit_dict",
    "Turn": "types:Turn",
}

__all__ = [
    "Answer",
    "Assistant",
    "AssistantError",
    "BadQuestion",
    "BuildReport",
    "BuildState",
    "Citation",
    "Conflict",
    "ConflictNote",
    "Corpus",
    "CorpusError",
    "Document",
    "Done",
    "Embedder",
    "EmbedderError",
    "EndpointError",
    "ExpansionPlan",
    "ExpansionReport",
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
    "SentenceTransformerEmbedder",
    "Settings",
    "SettingsError",
    "Signpost",
    "Statement",
    "Turn",
    "UnknownId",
    "build_index",
    "build_state",
    "check_corpus",
    "expand_corpus",
    "export_corpus",
    "hit_dict",
    "load_corpus",
    "load_settings",
    "plan_expansion",
    "render_shown",
    "show",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    value = getattr(importlib.import_module(f"assistant.{module}"), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
