"""Cosines of one question to many vectors: of every row while they are few, else of the nearest.

A flat scan costs what it reads: 1.5 kB a row. Past `EXACT_UP_TO` rows a store of eight bits a number (a
quarter of the reading) finds candidates, and those are scored exactly. docs/SEARCH.md has the figures, and
where a graph (HNSW) would pay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import faiss
import numpy as np
import numpy.typing as npt

from assistant.search.store import VectorStore

__all__ = ["CANDIDATES", "EXACT_UP_TO", "EightBitStore", "Groups", "Nearest", "best_rows"]

Vector = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

EXACT_UP_TO = 40_000  # rows; about 4 ms on one core
CANDIDATES = 1000  # rows scored exactly past that; the true first ten were always among them


class EightBitStore:
    """Search by inner product over vectors kept in eight bits a number: a `VectorStore`.

    The range of the numbers is learnt from the first vectors that are added. Vectors are taken as they are.
    """

    def __init__(self, dimension: int) -> None:
        faiss.omp_set_num_threads(1)
        kind = faiss.ScalarQuantizer.QT_8bit_uniform
        self._index = faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)

    def count(self) -> int:
        return int(self._index.ntotal)

    def add(self, vectors: Matrix) -> None:
        """Append vectors, [n, dimension]."""
        if len(vectors) and not self._index.is_trained:
            self._index.train(vectors)
        if len(vectors):
            self._index.add(vectors)

    def search(self, queries: Matrix, k: int) -> tuple[Matrix, Rows]:
        """Near inner products, and the rows, of the `k` nearest, each [q, min(k, count)], best first."""
        k = max(0, min(k, self.count()))
        if k == 0 or len(queries) == 0:
            return np.zeros((len(queries), k), np.float32), np.zeros((len(queries), k), np.int64)
        scores, rows = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
        return scores, rows


class Nearest:
    """Unit vectors, [n, dimension], of which the cosines to one question are asked.

    With more than `exact_up_to` rows, `store` makes the `VectorStore` that finds candidates.
    """

    def __init__(
        self,
        vectors: Matrix,
        exact_up_to: int = EXACT_UP_TO,
        store: Callable[[int], VectorStore] = EightBitStore,
    ) -> None:
        # Column by column a product with one vector is a fifth faster, row by row single rows are at hand.
        order: Literal["F", "C"] = "F" if len(vectors) <= EXACT_UP_TO else "C"
        self._vectors = np.asarray(vectors, dtype=np.float32, order=order)
        self._store: VectorStore | None = None
        if len(vectors) > exact_up_to:
            self._store = store(vectors.shape[1])
            self._store.add(np.ascontiguousarray(self._vectors))

    @property
    def exact(self) -> bool:
        """Whether `cosines` is right for every row."""
        return self._store is None

    def cosines(self, vector: Vector) -> Vector:
        """Cosines to all rows, [n]; where not `exact`, what is no candidate gets the last candidate's."""
        if self._store is None:
            return np.asarray(self._vectors @ vector, dtype=np.float32)
        rows = self._store.search(vector[None, :], CANDIDATES)[1][0]
        found = self.at(rows, vector)
        result = np.full(len(self._vectors), found.min(initial=1.0), dtype=np.float32)
        result[rows] = found
        return result

    def at(self, rows: Rows, vector: Vector) -> Vector:
        """Exact cosines to these rows, in their order."""
        return np.asarray(self._vectors[rows] @ vector, dtype=np.float32)


class Groups:
    """Rows by what they belong to: `owners` [n] numbers below `count`, in any order."""

    def __init__(self, owners: npt.NDArray[np.integer], count: int) -> None:
        order = np.argsort(owners, kind="stable")
        ordered = np.asarray(owners)[order]
        self._order: Rows | None = None if np.array_equal(order, np.arange(len(order))) else order
        self._starts = np.searchsorted(ordered, np.arange(count))
        self._lengths = np.searchsorted(ordered, np.arange(count), side="right") - self._starts
        self._bounds = list(zip(self._starts.tolist(), (self._starts + self._lengths).tolist(), strict=True))
        self._all = np.flatnonzero(self._lengths)
        self._all_starts = self._starts[self._all]

    def best(self, scores: Vector, floor: float) -> Vector:
        """The best score of each owner, [count]; `floor` at least, and where it has no row."""
        result = np.full(len(self._starts), floor, dtype=np.float32)
        if len(self._all):
            ordered = scores if self._order is None else scores[self._order]
            result[self._all] = np.maximum(floor, np.maximum.reduceat(ordered, self._all_starts))
        return result

    def rows(self, owners: Rows) -> Rows:
        """The rows of these owners, one owner's after the other's."""
        lengths = self._lengths[owners]
        shift = np.repeat(self._starts[owners] - (np.cumsum(lengths) - lengths), lengths)
        places = shift + np.arange(len(shift))
        return places if self._order is None else self._order[places]

    def repeated(self, owners: Rows, values: Vector) -> Vector:
        """The value of each of `owners` for each of its rows, as `rows(owners)` gives them."""
        return np.repeat(values, self._lengths[owners])

    def best_row(self, owner: int, scores: Vector) -> int:
        """The first row of this owner (it has one) that scores best; `scores` of all rows."""
        start, end = self._bounds[owner]
        if self._order is None:
            return int(start + scores[start:end].argmax())
        rows = self._order[start:end]
        return int(rows[scores[rows].argmax()])

    def best_of(self, owners: Rows, scores: Vector, floor: float) -> Vector:
        """The best of each of `owners`, [len(owners)], of the scores of `rows(owners)`."""
        lengths = self._lengths[owners]
        result = np.full(len(owners), floor, dtype=np.float32)
        some = np.flatnonzero(lengths)
        if len(some):
            starts = (np.cumsum(lengths) - lengths)[some]
            result[some] = np.maximum(floor, np.maximum.reduceat(scores, starts))
        return result


def best_rows(scores: Vector, k: int) -> Rows:
    """The rows of the `k` highest scores, best first, equal ones in their order; k is held to [0, n]."""
    k = max(0, min(k, len(scores)))
    if k == 0:
        return np.zeros(0, dtype=np.int64)
    least = np.partition(scores, len(scores) - k)[len(scores) - k]
    enough = np.flatnonzero(scores >= least)
    return enough[np.argsort(-scores[enough], kind="stable")][:k]
