"""Vectors by nearness: the `VectorStore` seam and FAISS in process.

Scores are cosines: vectors are brought to unit length as they come in, so that a caller cannot
get it wrong. Rows are numbered from 0 in the order of `add`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

import faiss
import numpy as np
import numpy.typing as npt

from assistant.errors import IndexBroken

__all__ = ["FaissStore", "VectorStore"]

Matrix = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@runtime_checkable
class VectorStore(Protocol):
    """Where vectors are kept and found. A distributed engine fits behind the same three methods."""

    def add(self, vectors: Matrix) -> None:
        """Append vectors, shape [n, dimension]."""

    def search(self, queries: Matrix, k: int) -> tuple[Matrix, Rows]:
        """Cosines and rows of the nearest vectors, each [q, min(k, count)], best first."""

    def count(self) -> int:
        """How many vectors there are."""


class FaissStore:
    """Exact search by inner product (`IndexFlatIP`).

    Exact and fast up to some 50,000 vectors (under 15 ms on one core); HNSW pays only far above.
    """

    def __init__(self, dimension: int) -> None:
        if dimension < 1:
            raise ValueError(f"A vector has at least one number, not {dimension}.")
        # Spinning threads cost more than they bring at this size.
        faiss.omp_set_num_threads(1)
        self._index = faiss.IndexFlatIP(dimension)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def count(self) -> int:
        return int(self._index.ntotal)

    def add(self, vectors: Matrix) -> None:
        """Append vectors of any length, shape [n, dimension]; ValueError for another shape or NaN."""
        self._index.add(self._unit(vectors))

    def search(self, queries: Matrix, k: int) -> tuple[Matrix, Rows]:
        """Cosines and rows of the nearest `k`, each [q, min(k, count)], best first; k below 1 finds nothing.

        Raises ValueError for queries of another dimension.
        """
        unit = self._unit(queries)
        # FAISS pads missing hits with row -1, which in Python would pick the last passage.
        k = max(0, min(k, self.count()))
        if k == 0 or len(unit) == 0:
            return np.zeros((len(unit), k), np.float32), np.zeros((len(unit), k), np.int64)
        scores, rows = self._index.search(unit, k)
        return scores, rows

    def vectors(self) -> Matrix:
        """All vectors at unit length, [count, dimension]; a copy."""
        if self.count() == 0:
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(self._index.reconstruct_n(0, self.count()), np.float32)

    def to_bytes(self) -> bytes:
        """The store as FAISS writes it; Python does the writing, so that a full disk is an OSError."""
        return bytes(faiss.serialize_index(self._index).tobytes())

    @classmethod
    def load(cls, path: Path) -> FaissStore:
        """A store from the file that holds its `to_bytes`.

        Raises IndexBroken when the file is missing, truncated, or no exact inner-product index.
        """
        try:
            raw = np.fromfile(path, dtype=np.uint8)
            index = faiss.deserialize_index(raw)
        except (OSError, RuntimeError, AssertionError) as error:
            raise IndexBroken(
                f"The index file {path} is missing, truncated or no FAISS file. Run `assistant build`."
            ) from error
        if not isinstance(index, faiss.IndexFlatIP):
            raise IndexBroken(f"The index file {path} is of another kind. Run `assistant build`.")
        store = cls(index.d)
        store._index = index
        return store

    def _unit(self, vectors: Matrix) -> Matrix:
        matrix = np.ascontiguousarray(vectors, dtype=np.float32)
        if matrix.ndim != 2 or matrix.shape[1] != self.dimension:
            raise ValueError(
                f"These vectors have the shape {matrix.shape}; this store takes [n, {self.dimension}]."
            )
        # In float64: squares of large float32 numbers overflow.
        norms = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
        if not np.isfinite(norms).all():
            raise ValueError("A vector holds NaN or an infinite number.")
        scaled = np.divide(matrix, norms, out=np.zeros(matrix.shape, np.float64), where=norms > 0)
        return np.ascontiguousarray(scaled, dtype=np.float32)
