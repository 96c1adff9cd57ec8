"""FAISS behind the seam: exact cosines, and nothing silent."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.errors import IndexBroken
from assistant.search.store import FaissStore, VectorStore

NUMBERS = st.floats(-1e6, 1e6, width=32).filter(lambda x: x == 0 or abs(x) > 1e-3)


def store_of(vectors: list[list[float]]) -> FaissStore:
    store = FaissStore(len(vectors[0]))
    store.add(np.array(vectors, np.float32))
    return store


def test_it_is_a_vector_store() -> None:
    assert isinstance(FaissStore(3), VectorStore)


def test_scores_are_cosines_whatever_the_lengths() -> None:
    store = store_of([[3, 4], [0, 10], [-5, 0]])
    scores, rows = store.search(np.array([[0, 0.001]], np.float32), 3)
    assert rows.tolist() == [[1, 0, 2]]
    assert scores[0] == pytest.approx([1.0, 0.8, 0.0], abs=1e-6)  # 4/5 for the first vector


@given(
    vectors=arrays(np.float32, st.tuples(st.integers(1, 12), st.just(5)), elements=NUMBERS),
    query=arrays(np.float32, (1, 5), elements=NUMBERS),
    k=st.integers(-2, 20),
)
def test_it_agrees_with_exact_cosine(vectors: np.ndarray, query: np.ndarray, k: int) -> None:
    store = FaissStore(5)
    store.add(vectors)
    scores, rows = store.search(query, k)

    def unit(m: np.ndarray) -> np.ndarray:
        wide = m.astype(np.float64)
        norms = np.linalg.norm(wide, axis=1, keepdims=True)
        return np.divide(wide, norms, out=np.zeros_like(wide), where=norms > 0)

    exact = (unit(vectors) @ unit(query).T)[:, 0]
    found = min(max(k, 0), len(vectors))
    assert scores.shape == rows.shape == (1, found)
    assert scores[0] == pytest.approx(np.sort(exact)[::-1][:found], abs=1e-5)
    assert exact[rows[0]] == pytest.approx(scores[0], abs=1e-5)
    assert len(set(rows[0].tolist())) == found
    assert all(0 <= row < len(vectors) for row in rows[0])


@pytest.mark.parametrize("k", [0, -1, 10**9])
def test_k_is_clamped(k: int) -> None:
    scores, rows = store_of([[1, 0], [0, 1]]).search(np.array([[1, 0]], np.float32), k)
    expected = [0, 1] if k > 0 else []
    assert rows.tolist() == [expected]
    assert scores.shape == (1, len(expected))


def test_an_empty_store_finds_nothing() -> None:
    scores, rows = FaissStore(2).search(np.array([[1, 0]], np.float32), 5)
    assert scores.shape == rows.shape == (1, 0)
    assert FaissStore(2).vectors().shape == (0, 2)


def test_no_query_finds_nothing() -> None:
    scores, rows = store_of([[1, 0]]).search(np.zeros((0, 2), np.float32), 1)
    assert scores.shape == rows.shape == (0, 1)


@pytest.mark.parametrize("shape", [(1, 3), (2,), (1, 2, 1)])
def test_a_wrong_shape_is_told(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"this store takes \[n, 2\]"):
        store_of([[1, 0]]).search(np.zeros(shape, np.float32), 1)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_numbers_that_are_none_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="NaN or an infinite"):
        FaissStore(2).add(np.array([[1, bad]], np.float32))


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    store = store_of([[3, 4], [0, 2]])
    path = tmp_path / "store"
    path.write_bytes(store.to_bytes())
    loaded = FaissStore.load(path)
    assert loaded.count() == 2
    assert loaded.dimension == 2
    assert loaded.vectors().tolist() == pytest.approx(np.array([[0.6, 0.8], [0, 1]]))


@pytest.mark.parametrize("keep", [0, 3, 10, 40])
def test_a_truncated_file_is_told(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "store"
    path.write_bytes(store_of([[3, 4], [0, 2]]).to_bytes()[:keep])
    with pytest.raises(IndexBroken, match="assistant build"):
        FaissStore.load(path)


def test_a_foreign_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "store"
    path.write_bytes(b"this is no index" * 10)
    with pytest.raises(IndexBroken, match="assistant build"):
        FaissStore.load(path)
    with pytest.raises(IndexBroken, match="missing"):
        FaissStore.load(tmp_path / "absent")
    path.write_bytes(faiss.serialize_index(faiss.IndexFlatL2(2)).tobytes())
    with pytest.raises(IndexBroken, match="another kind"):
        FaissStore.load(path)
