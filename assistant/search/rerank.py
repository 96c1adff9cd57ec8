"""An optional second look at the best passages by a cross-encoder, which reads question and passage together.

Off unless the setting `reranker` names a model. It costs one pass of that model for each passage looked at.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from assistant.errors import EmbedderError

__all__ = ["RERANKED", "CrossEncoderReranker", "Reranker", "load_reranker"]

RERANKED = 30  # passages looked at again


class Reranker(Protocol):
    """Says how well each text answers a query."""

    def score(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One number a text, higher is better, [len(texts)]."""


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder in `folder`, loaded when first needed. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()  # fast tokenizers are not thread-safe

    def score(self, query: str, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """One number a text, [len(texts)]. Raises EmbedderError where the model does not load."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        with self._lock:
            found = self._model.predict([(query, text) for text in texts], show_progress_bar=False)
        scores = np.asarray(found, dtype=np.float32)
        if scores.shape != (len(texts),):
            raise EmbedderError(
                f"The model {self._folder} gives {scores.shape[1:]} numbers a text, a reranker gives one. "
                "Mend the setting reranker, or unset it."
            )
        return scores

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import CrossEncoder

            return CrossEncoder(str(self._folder), local_files_only=True)
        except Exception as error:
            raise _unusable(str(self._folder), error) from error


def load_reranker(name: str) -> CrossEncoderReranker | None:
    """The reranker of that name (a folder, or a model of a hub: from this machine, else downloaded once).

    None for an empty name. Raises EmbedderError where there is no such model.
    """
    if not name:
        return None
    if Path(name).is_dir():
        return CrossEncoderReranker(Path(name))
    from huggingface_hub import snapshot_download

    try:
        return CrossEncoderReranker(Path(snapshot_download(name, local_files_only=True)))
    except Exception:  # many kinds, all of them meaning: not on this machine
        try:
            return CrossEncoderReranker(Path(snapshot_download(name)))
        except Exception as error:
            raise _unusable(name, error) from error


def _unusable(name: str, error: Exception) -> EmbedderError:
    why = next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
    return EmbedderError(
        f"The reranker {name!r} cannot be loaded ({why}). Mend the setting reranker, or unset it."
    )
