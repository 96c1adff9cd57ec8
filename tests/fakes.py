"""Stand-ins whose output a reader can compute by hand."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.search.embedder import Matrix, Progress


class WordCountEmbedder:
    """A text's vector counts its words: word w adds one at place `crc32(w) % dimension`; then unit length.

    So the cosine of two texts of different words is 0 (but for chance meetings of places), that of
    the same words in any order 1, and that of "red car" and "red bus" is 1/2.
    """

    def __init__(self, dimension: int = 64, model_id: str = "word-count") -> None:
        self.dimension = dimension
        self.model_id = model_id
        self.max_tokens = 256
        self.embedded: list[str] = []  # every text that was ever embedded, in order

    def count_tokens(self, text: str) -> int:
        return len(text.split()) + 2

    def embed_queries(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        return self._embed(texts, progress)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        return self._embed(texts, progress)

    def _embed(self, texts: Sequence[str], progress: Progress | None) -> Matrix:
        self.embedded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
            if progress is not None:
                progress(row + 1, len(texts))
        norms: npt.NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
