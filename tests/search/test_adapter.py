"""The adapter: unit vectors in, unit vectors out; the same input, the same adapter; and it helps."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.errors import IndexBroken
from assistant.search.adapter import LEAST_QUESTIONS, Adapter, fit_adapter

DIMENSION = 16


def unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def bank(wordings: int = 8, entries: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Questions that lie near their answer in half of the places and anywhere in the other half."""
    random = np.random.default_rng(0)
    evidence = unit(random.normal(size=(entries, DIMENSION)))
    owners = np.repeat(np.arange(entries), wordings)
    noise = random.normal(size=(len(owners), DIMENSION)) * np.repeat([0.05, 0.6], DIMENSION // 2)
    return unit(evidence[owners] + noise), owners, evidence


@pytest.fixture(scope="module")
def fitted() -> Adapter:
    return fit_adapter(*bank(), key="k")


def test_the_identity_changes_nothing() -> None:
    vectors = unit(np.arange(1, 33, dtype=np.float32).reshape(2, DIMENSION))
    identity = Adapter.identity(DIMENSION)
    assert identity.adapt_queries(vectors) == pytest.approx(vectors)
    assert identity.adapt_texts(vectors) == pytest.approx(vectors)


def test_vectors_are_turned_and_brought_to_length_one() -> None:
    swap = np.array([[0, 2], [2, 0]], np.float32)
    adapter = Adapter(swap, np.eye(2, dtype=np.float32), "")
    assert adapter.adapt_queries(np.array([[0.6, 0.8]], np.float32)) == pytest.approx(np.array([[0.8, 0.6]]))


def test_too_few_questions_leave_the_model_as_it_is() -> None:
    questions, owners, evidence = bank()
    few = LEAST_QUESTIONS - 1
    assert len(questions) > few
    adapter = fit_adapter(questions[:few], owners[:few], evidence, key="k")
    assert np.array_equal(adapter.queries, np.eye(DIMENSION))
    assert np.array_equal(adapter.texts, np.eye(DIMENSION))
    assert adapter.key == "k"


def test_the_same_input_gives_the_same_adapter(fitted: Adapter) -> None:
    again = fit_adapter(*bank(), key="k")
    assert np.array_equal(again.queries, fitted.queries)
    assert np.array_equal(again.texts, fitted.texts)


def test_answers_come_nearer_to_questions_that_were_not_seen(fitted: Adapter) -> None:
    random = np.random.default_rng(1)
    _, _, evidence = bank()
    noise = random.normal(size=evidence.shape) * np.repeat([0.05, 0.6], DIMENSION // 2)
    asked = unit(evidence + noise)
    right = np.arange(len(evidence))

    def nearness(adapter: Adapter) -> float:
        """Mean probability of the right answer among all, as the loss sees it."""
        scores = np.exp(adapter.adapt_queries(asked) @ adapter.adapt_texts(evidence).T / 0.05)
        return float((scores[right, right] / scores.sum(axis=1)).mean())

    more = fit_adapter(*bank(wordings=64))
    assert nearness(Adapter.identity(DIMENSION)) < nearness(fitted) < nearness(more)


def test_progress_is_told_by_passes() -> None:
    told: list[tuple[int, int]] = []
    fit_adapter(*bank(), progress=lambda done, total: told.append((done, total)))
    assert told == [(i, 8) for i in range(1, 9)]


@given(
    arrays(
        np.float32, st.tuples(st.integers(0, 5), st.just(DIMENSION)), elements=st.floats(-1, 1, width=32)
    ).filter(lambda v: (np.linalg.norm(v, axis=1) > 1e-3).all())
)
def test_adapted_vectors_have_unit_length(vectors: np.ndarray) -> None:
    adapter = fit_adapter_once()
    for adapted in (adapter.adapt_queries(vectors), adapter.adapt_texts(vectors)):
        assert adapted.shape == vectors.shape
        assert np.linalg.norm(adapted, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)


_ONCE: list[Adapter] = []


def fit_adapter_once() -> Adapter:
    if not _ONCE:
        _ONCE.append(fit_adapter(*bank()))
    return _ONCE[0]


def test_a_vector_of_nothing_stays_nothing(fitted: Adapter) -> None:
    assert not fitted.adapt_texts(np.zeros((1, DIMENSION), np.float32)).any()


def test_what_is_saved_comes_back(fitted: Adapter, tmp_path: Path) -> None:
    fitted.save(tmp_path / "adapter.npz")
    again = Adapter.load(tmp_path / "adapter.npz")
    assert again.key == "k"
    assert np.array_equal(again.queries, fitted.queries)
    assert np.array_equal(again.texts, fitted.texts)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 truncated", b"no zip at all"])
def test_a_damaged_file_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexBroken, match="assistant build"):
        Adapter.load(path)


def test_questions_are_told_from_unanswered_ones() -> None:
    """Unanswered ones that differ in one component: it comes to weigh more."""
    questions, owners, evidence = bank(wordings=64)
    apart = np.eye(DIMENSION)[-1] * 0.5
    unanswered = unit(questions + apart)

    def nearness(adapter: Adapter) -> float:
        asked = adapter.adapt_queries(questions[::16])
        return float((asked @ adapter.adapt_queries(unanswered).T).max(axis=1).mean())

    without = fit_adapter(questions, owners, evidence)
    told = fit_adapter(questions, owners, evidence, unanswered=unanswered)
    assert nearness(told) < nearness(without)
    assert told.queries[-1, -1] > without.queries[-1, -1]
