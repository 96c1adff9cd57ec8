"""The adapter of an index: used again while questions and answers stay the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.search import fitting
from assistant.search.adapter import Adapter
from assistant.search.fitting import adapter_for
from assistant.search.passages import cut_passages
from assistant.search.texts import IndexTexts, collect_texts
from assistant.types import Document
from tests.documents import make_document
from tests.fakes import WordCountEmbedder

DOCUMENT = make_document(questions=[("How quick is it?", "The red boat is fast.")])


def made(document: Document = DOCUMENT) -> tuple[list[Document], IndexTexts, tuple[np.ndarray, ...]]:
    texts = collect_texts([document], cut_passages(document, lambda text: len(text.split())))
    embedder = WordCountEmbedder()
    return (
        [document],
        texts,
        (
            embedder.embed_passages(texts.sentences),
            embedder.embed_queries(texts.questions),
            embedder.embed_queries(texts.unanswered),
        ),
    )


@pytest.fixture
def fitted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of adapters that were really fitted."""
    keys: list[str] = []

    def fit(questions: np.ndarray, *_: object, key: str, **__: object) -> Adapter:
        keys.append(key)
        return Adapter.identity(questions.shape[1], key)

    monkeypatch.setattr(fitting, "fit_adapter", fit)
    return keys


def test_a_first_build_fits(fitted: list[str], tmp_path: Path) -> None:
    adapter = adapter_for(*made(), tmp_path / "none.npz")
    assert fitted == [adapter.key]
    assert len(adapter.key) == 64


def test_the_known_adapter_is_used_again(fitted: list[str], tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    adapter_for(*made(), path).save(path)
    again = adapter_for(*made(), path)
    assert fitted == [again.key]  # fitted once


@pytest.mark.parametrize(
    "changed",
    [
        make_document(questions=[("How fast is it?", "The red boat is fast.")]),  # another wording
        make_document(questions=[("How quick is it?", "It was built in 1999.")]),  # another answer
        make_document(),  # none
        make_document(
            questions=[("How quick is it?", "The red boat is fast.")], unanswered=["Who painted it?"]
        ),  # another unanswered one
    ],
)
def test_other_questions_or_answers_are_fitted_anew(
    changed: Document, fitted: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "adapter.npz"
    adapter_for(*made(), path).save(path)
    adapter_for(*made(changed), path)
    assert len(set(fitted)) == len(fitted) == 2


def test_a_damaged_adapter_is_fitted_anew(fitted: list[str], tmp_path: Path) -> None:
    path = tmp_path / "adapter.npz"
    path.write_bytes(b"not an adapter")
    adapter_for(*made(), path)
    assert len(fitted) == 1


def test_one_question_leaves_the_model_as_it_is(tmp_path: Path) -> None:
    adapter = adapter_for(*made(), tmp_path / "none.npz")
    assert np.array_equal(adapter.queries, np.eye(64))
