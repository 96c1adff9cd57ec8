"""The public names of `assistant`: pinned, typed, and imported only when used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import assistant

# A name that disappears from here breaks somebody's script: remove one only on purpose.
PUBLIC = {
    "Answer", "Assistant", "AssistantError", "BadQuestion", "BuildReport", "BuildState", "Citation",
    "Conflict", "ConflictNote", "Corpus", "CorpusError", "Document", "Done", "Embedder", "EmbedderError",
    "EndpointError", "ExpansionPlan", "ExpansionReport", "Finding", "Hit",
    "IndexBroken", "IndexBusy", "IndexManifest", "IndexMissing", "IndexProblem", "IndexStale",
    "NotWritable", "Note", "NoteCitation", "Passage", "Question", "Reference", "Retrieval", "Retrieved",
    "Said", "Section", "Sentence", "SentenceTransformerEmbedder",
    "Settings", "SettingsError", "Signpost", "Statement", "Turn", "UnknownId",
    "build_index", "build_state", "check_corpus", "expand_corpus", "export_corpus", "hit_dict", "load_corpus",
    "load_settings", "plan_expansion", "render_shown", "show", "__version__",
}  # fmt: skip


def test_the_names_are_these() -> None:
    assert set(assistant.__all__) == PUBLIC
    assert len(assistant.__all__) == len(set(assistant.__all__))
    assert dir(assistant) == sorted(assistant.__all__)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_name_is_there_and_documented(name: str) -> None:
    value = getattr(assistant, name)
    if callable(value):
        assert value.__doc__, name


def test_an_unknown_name_is_an_ordinary_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        assistant.nonsense  # noqa: B018


def test_types_see_what_is_imported(root: Path) -> None:
    """What type checkers read, what `__getattr__` gives and `__all__` are one list."""
    tree = ast.parse((root / "assistant" / "__init__.py").read_text(encoding="utf-8"))
    (guard,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {
        alias.asname or alias.name: f"{node.module}:{alias.name}"
        for node in guard.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert seen == {name: f"assistant.{place}" for name, place in assistant._PLACES.items()}
    assert set(seen) | {"__version__"} == PUBLIC


def test_importing_it_is_quick() -> None:
    code = "import assistant, sys; print(sorted({'torch', 'numpy', 'pydantic', 'faiss'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_the_version_is_the_package_s(root: Path) -> None:
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert assistant.__version__ == project["version"]
