"""What earlier builds worked out, in the index in force or beside the corpus: a build takes it from there."""

from __future__ import annotations

import contextlib
import functools
import hashlib
from importlib.resources import files
from pathlib import Path

from assistant.errors import IndexProblem
from assistant.search import index as layout
from assistant.search.answerability import Calibration
from assistant.search.carried import carried_adapter, carried_calibration, load_carried
from assistant.search.embedder import Embedder
from assistant.search.vectors import Known
from assistant.settings import Settings

__all__ = ["calibration_key", "keep_calibration", "known_adapter", "known_calibration", "known_vectors"]

KEY_FILE = "calibration.key"


def known_vectors(settings: Settings, embedder: Embedder) -> Known:
    """Vectors by key: those that the corpus carries, and those of the index in force if it can be used.

    Keys carry the model and the text, so vectors survive a change of corpus or chunker.
    """
    known = load_carried(settings.corpus, embedder.model_id, embedder.dimension)
    try:
        generation = layout.current_generation(settings.index)
        manifest, files = layout.read_manifest(generation)
        layout.check_files(generation, files)
        if manifest.model == embedder.model_id:
            known.update(layout.load_vectors(generation, manifest))
    except IndexProblem:
        pass
    return known


def known_adapter(settings: Settings, embedder: Embedder) -> Path:
    """The file of the adapter that was fitted last: the index's own, or the corpus's without an index."""
    with contextlib.suppress(IndexProblem):
        own = layout.current_generation(settings.index) / layout.ADAPTER_FILE
        if own.is_file():
            return own
    return carried_adapter(settings.corpus, embedder.model_id)


def calibration_key(index_id: str) -> str:
    """Sixteen hex digits that change with what a calibration is made from: the index, and search's code."""
    return hashlib.sha256(f"{index_id};{_code()}".encode()).hexdigest()[:16]


def known_calibration(settings: Settings, embedder: Embedder, key: str) -> Calibration | None:
    """The calibration of this key, from the index in force or the corpus; None where there is none."""
    with contextlib.suppress(IndexProblem, OSError):
        generation = layout.current_generation(settings.index)
        if (generation / KEY_FILE).read_text(encoding="ascii") == key:
            return Calibration.load(generation / layout.CALIBRATION_FILE)
    with contextlib.suppress(IndexProblem):
        return Calibration.load(carried_calibration(settings.corpus, embedder.model_id, key))
    return None


def keep_calibration(calibration: Calibration, key: str, folder: Path) -> None:
    """Write a calibration with its key into an index under construction."""
    calibration.save(folder / layout.CALIBRATION_FILE)
    (folder / KEY_FILE).write_text(key, encoding="ascii")


@functools.cache
def _code() -> str:
    """The hash of the modules that a calibration is worked out by, and of the languages' words."""
    digest = hashlib.sha256()
    for place, suffix in (("assistant.search", ".py"), ("assistant.languages", ".toml")):
        for entry in sorted(files(place).iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(suffix):
                digest.update(entry.read_bytes())
    return digest.hexdigest()
