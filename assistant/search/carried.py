"""Vectors that a corpus carries, so that a first build need not embed what somebody has embedded before.

`corpus/vectors/<model id>.npz` holds keys (see `texts.text_key`) and vectors as float16, sorted by key;
`<model id>.adapter.npz` the adapter that was fitted to them, `<model id>.calibration-<key>.json` the
calibration of refusals. All are made from an index (`make vectors`) and are only a saving: texts that are
lacking are embedded, texts that are gone do not matter, what was fitted to something else is not used, and
`assistant build --full` works everything out itself. Rounding to float16 moves a cosine by less than 0.0005.
"""

from __future__ import annotations

import logging
import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.search import index as layout

__all__ = ["carried_adapter", "carried_calibration", "carried_file", "load_carried", "save_carried"]

Vector = npt.NDArray[np.float32]
_log = logging.getLogger(__name__)


def carried_file(corpus: Path, model_id: str) -> Path:
    """Where the vectors of this model lie."""
    return corpus / "vectors" / f"{model_id}.npz"


def carried_adapter(corpus: Path, model_id: str) -> Path:
    """Where the adapter of this model lies."""
    return corpus / "vectors" / f"{model_id}.adapter.npz"


def carried_calibration(corpus: Path, model_id: str, key: str) -> Path:
    """Where the calibration of this key lies (see `earlier.calibration_key`)."""
    return corpus / "vectors" / f"{model_id}.calibration-{key}.json"


def load_carried(corpus: Path, model_id: str, dimension: int) -> dict[bytes, Vector]:
    """Vectors by key, at unit length; none where the corpus carries none for this model.

    A file that cannot be read is told in the log and not used: what it would save is embedded.
    """
    path = carried_file(corpus, model_id)
    if not path.is_file():
        return {}
    try:
        with np.load(path, allow_pickle=False) as data:
            keys, vectors = data["keys"], data["vectors"].astype(np.float32)
        if keys.shape != (len(vectors), 32) or keys.dtype != np.uint8 or vectors.shape[1:] != (dimension,):
            raise ValueError(f"shapes {keys.shape} and {vectors.shape} do not fit")
        if not np.isfinite(vectors).all():
            raise ValueError("it holds NaN or infinite numbers")
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        _log.warning("The carried vectors %s are not used (%s). Run `make vectors`.", path, error)
        return {}
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return {key.tobytes(): row for key, row in zip(keys, vectors, strict=True)}


def save_carried(index: Path, corpus: Path) -> tuple[Path, int]:
    """Write the vectors of the index in force for its corpus; the file, and how many vectors it holds.

    Raises IndexMissing or IndexBroken when there is no index to take them from.
    """
    generation = layout.current_generation(index)
    manifest, files = layout.read_manifest(generation)
    layout.check_files(generation, files)
    rows = layout.load_vectors(generation, manifest)
    order = sorted(rows)
    path = carried_file(corpus, manifest.model)
    path.parent.mkdir(exist_ok=True)
    keys = np.frombuffer(b"".join(order), np.uint8).reshape(-1, 32)
    vectors = np.array([rows[key] for key in order], np.float16).reshape(-1, manifest.dimension)
    with path.open("wb") as file:
        np.savez(file, keys=keys, vectors=vectors)
    return path, len(order)
