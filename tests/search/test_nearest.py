"""Cosines to many vectors: exact while few, of the nearest where many."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.search import nearest
from assistant.search.nearest import EightBitStore, Groups, Nearest, best_rows
from assistant.search.store import FaissStore, VectorStore


def unit(rows: int, dimension: int = 32, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_few_vectors_are_compared_exactly() -> None:
    table = Nearest(np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32))
    assert table.exact
    assert table.cosines(np.array([0.6, 0.8], np.float32)) == pytest.approx([0.6, 0.8, 1.0])
    assert table.at(np.array([2, 0]), np.array([1, 0], np.float32)) == pytest.approx([0.6, 1.0])


def test_no_vectors_have_no_cosines() -> None:
    assert Nearest(np.zeros((0, 4), np.float32)).cosines(np.ones(4, np.float32)).tolist() == []


def test_of_many_the_nearest_are_exact_and_the_others_as_the_last_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nearest, "CANDIDATES", 2)
    vectors = np.array([[1, 0], [0.8, 0.6], [0.6, 0.8], [0, 1]], np.float32)
    table = Nearest(vectors, exact_up_to=3, store=FaissStore)
    assert not table.exact
    assert table.cosines(np.array([1, 0], np.float32)) == pytest.approx([1, 0.8, 0.8, 0.8])


def test_any_vector_store_will_do() -> None:
    vectors, query = unit(3000), unit(1, seed=1)[0]
    exact = Nearest(vectors).cosines(query)
    for store in (FaissStore, EightBitStore):
        found = Nearest(vectors, exact_up_to=100, store=store).cosines(query)
        assert best_rows(found, 100).tolist() == best_rows(exact, 100).tolist()
        assert (found >= exact - 1e-6).all() or store is EightBitStore


def test_eight_bits_are_a_vector_store() -> None:
    store = EightBitStore(32)
    assert isinstance(store, VectorStore)
    assert [part.shape for part in store.search(unit(2), 5)] == [(2, 0), (2, 0)]
    store.add(unit(0))
    store.add(unit(50))
    store.add(unit(50, seed=1))
    assert store.count() == 100
    scores, rows = store.search(unit(50)[:3], 1)
    assert rows[:, 0].tolist() == [0, 1, 2]  # each finds itself
    assert scores[:, 0] == pytest.approx([1, 1, 1], abs=0.02)
    assert [store.search(unit(2), k)[1].shape for k in (-1, 0, 10**9)] == [(2, 0), (2, 0), (2, 100)]


@pytest.mark.parametrize(
    ("k", "rows"), [(-1, []), (0, []), (1, [1]), (2, [1, 3]), (3, [1, 3, 0]), (10**9, [1, 3, 0, 2])]
)
def test_the_best_rows_and_equal_ones_in_their_order(k: int, rows: list[int]) -> None:
    assert best_rows(np.array([0.5, 0.9, 0.1, 0.9], np.float32), k).tolist() == rows


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=30), st.integers(-2, 40))
def test_the_best_rows_are_those_of_a_stable_sort(values: list[float], k: int) -> None:
    scores = np.array(values, np.float32)
    assert best_rows(scores, k).tolist() == np.argsort(-scores, kind="stable")[: max(0, k)].tolist()


def test_groups_by_hand() -> None:
    groups = Groups(np.array([2, 0, 2, 3]), 5)  # nobody owns rows of 1 and 4
    scores = np.array([0.3, 0.5, 0.7, -2.0], np.float32)
    assert groups.best(scores, -1.0) == pytest.approx([0.5, -1, 0.7, -1, -1])
    assert groups.rows(np.array([2, 1, 0])).tolist() == [0, 2, 1]
    assert [groups.best_row(owner, scores) for owner in (0, 2, 3)] == [1, 2, 3]
    chosen = np.array([3, 2])
    assert groups.best_of(chosen, scores[groups.rows(chosen)], -1.0) == pytest.approx([-1, 0.7])
    assert groups.repeated(chosen, np.array([7.0, 8.0])).tolist() == [7, 8, 8]


@given(st.data())
def test_groups_agree_with_a_loop(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 6))
    owners = data.draw(st.lists(st.integers(0, count - 1), max_size=20))
    scores = np.array(
        data.draw(st.lists(st.floats(-1, 1, width=32), min_size=len(owners), max_size=len(owners))),
        np.float32,
    )
    groups = Groups(np.array(owners, np.int64), count)
    by_hand = [
        max([s for s, o in zip(scores.tolist(), owners, strict=True) if o == g], default=-1.0)
        for g in range(count)
    ]
    assert groups.best(scores, -1.0).tolist() == by_hand
    assert groups.best_of(np.arange(count), scores[groups.rows(np.arange(count))], -1.0).tolist() == by_hand
    for owner in set(owners):
        assert groups.best_row(owner, scores) == next(
            row for row, o in enumerate(owners) if o == owner and scores[row] == by_hand[owner]
        )
