"""Vectors beside the corpus: a saving that can be lacking, old or broken without harm."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexMissing
from assistant.search import build, fitting
from assistant.search.adapter import Adapter
from assistant.search.build import build_index
from assistant.search.carried import carried_file, load_carried, save_carried
from assistant.search.carry import carry_vectors
from assistant.search.embedder import SentenceTransformerEmbedder
from assistant.search.texts import collect_texts, cut_all, text_key
from assistant.search.tokens import count_tokens
from assistant.settings import Settings
from tests.documents import SECTIONS, make_corpus, make_document
from tests.fakes import WordCountEmbedder


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An index of the two-section book, and a corpus folder that carries nothing yet."""
    (tmp_path / "corpus").mkdir()
    monkeypatch.setattr(build, "load_corpus", lambda *_, **__: make_corpus())
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")


def fresh(settings: Settings, name: str = "fresh") -> Settings:
    return settings.model_copy(update={"index": settings.index.parent / name})


def test_a_first_build_embeds_nothing_that_is_carried(settings: Settings) -> None:
    assert build_index(settings, embedder=WordCountEmbedder()).embedded == 6
    path, count = save_carried(settings.index, settings.corpus)
    assert path == carried_file(settings.corpus, "word-count")
    assert count == 6
    report = build_index(fresh(settings), embedder=WordCountEmbedder())
    assert (report.embedded, report.reused) == (0, 6)


def test_what_was_fitted_to_the_vectors_is_carried_with_them(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentences = [f"Thing {i} has the colour {i * i}." for i in range(20)]
    asked = [(f"Way {way} to ask for thing {i}?", s) for i, s in enumerate(sentences) for way in range(12)]
    corpus = make_corpus(make_document([("1", "Things", sentences)], questions=asked))
    monkeypatch.setattr(build, "load_corpus", lambda *_, **__: corpus)
    fitted: list[str] = []

    def fit(questions: np.ndarray, *_: object, key: str, **__: object) -> Adapter:
        fitted.append(key)
        return Adapter.identity(questions.shape[1], key)

    monkeypatch.setattr(fitting, "fit_adapter", fit)
    calibrated: list[bool] = []
    real = build.calibrate
    monkeypatch.setattr(build, "calibrate", lambda *a: calibrated.append(True) or real(*a))
    (settings.corpus / "vectors").mkdir()
    outdated = settings.corpus / "vectors" / "word-count.calibration-0123.json"
    outdated.write_text("{}")
    files = carry_vectors(settings, WordCountEmbedder())
    assert all(path.is_file() for path in files)
    assert not outdated.exists()
    assert len(fitted) == 2  # to the exact vectors, then to the carried ones
    report = build_index(fresh(settings), embedder=WordCountEmbedder())
    assert report.embedded == 0
    assert len(fitted) == len(calibrated) == 2  # what is carried fits
    assert build_index(fresh(settings), embedder=WordCountEmbedder()).embedded == 0
    assert len(calibrated) == 2  # and what the index itself holds
    build_index(fresh(settings), embedder=WordCountEmbedder(), full=True)
    assert len(calibrated) == 3


def test_what_is_not_carried_is_embedded(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index(settings, embedder=WordCountEmbedder())
    save_carried(settings.index, settings.corpus)
    grown = make_corpus(make_document([*SECTIONS, ("3", "Planes", ("The blue plane is loud.",))]))
    monkeypatch.setattr(build, "load_corpus", lambda *_, **__: grown)
    embedder = WordCountEmbedder()
    build_index(fresh(settings), embedder=embedder)
    assert embedder.embedded == ["Planes\nThe blue plane is loud.", "The blue plane is loud."]


def test_full_does_without(settings: Settings) -> None:
    build_index(settings, embedder=WordCountEmbedder())
    save_carried(settings.index, settings.corpus)
    assert build_index(fresh(settings), embedder=WordCountEmbedder(), full=True).embedded == 6


def test_another_model_does_not_use_them(settings: Settings) -> None:
    build_index(settings, embedder=WordCountEmbedder())
    save_carried(settings.index, settings.corpus)
    assert build_index(fresh(settings), embedder=WordCountEmbedder(model_id="other")).embedded == 6


def test_the_same_index_gives_the_same_file(settings: Settings) -> None:
    build_index(settings, embedder=WordCountEmbedder())
    path, _ = save_carried(settings.index, settings.corpus)
    before = path.read_bytes()
    build_index(settings, embedder=WordCountEmbedder(), full=True)
    save_carried(settings.index, settings.corpus)
    assert path.read_bytes() == before


def test_without_an_index_there_is_nothing_to_carry(settings: Settings) -> None:
    with pytest.raises(IndexMissing, match="assistant build"):
        save_carried(settings.index, settings.corpus)


@pytest.mark.parametrize("harm", ["empty", "truncated", "no zip", "other shape", "NaN", "pickle"])
def test_a_broken_file_is_told_and_not_used(
    settings: Settings, caplog: pytest.LogCaptureFixture, harm: str
) -> None:
    build_index(settings, embedder=WordCountEmbedder())
    path, _ = save_carried(settings.index, settings.corpus)
    data = path.read_bytes()
    keys = np.zeros((1, 32), np.uint8)
    if harm in ("empty", "truncated", "no zip"):
        path.write_bytes({"empty": b"", "truncated": data[: len(data) // 2], "no zip": b"no" * 99}[harm])
    elif harm == "other shape":
        np.savez(path, keys=keys, vectors=np.zeros((2, 64), np.float16))
    elif harm == "NaN":
        np.savez(path, keys=keys, vectors=np.full((1, 64), np.nan, np.float16))
    else:
        np.savez(path, keys=keys, vectors=np.array([[object()] * 64]))
    with caplog.at_level(logging.WARNING, logger="assistant"):
        assert load_carried(settings.corpus, "word-count", 64) == {}
    assert "are not used" in caplog.text
    assert "make vectors" in caplog.text
    assert build_index(fresh(settings), embedder=WordCountEmbedder()).embedded == 6


def test_the_handbook_carries_the_model_s_own_vectors(root: Path) -> None:
    """Nine texts in ten are carried (`make vectors` renews them), and a sample is what the model says."""
    from assistant.read.corpus import load_corpus

    embedder = SentenceTransformerEmbedder()
    carried = load_carried(root / "corpus", embedder.model_id, embedder.dimension)
    documents = load_corpus(root / "corpus").documents
    passages = cut_all(documents, embedder.count_tokens, embedder.max_tokens, count_tokens)
    texts = collect_texts(documents, passages)
    roles = [("passage", t) for t in (*texts.passages, *texts.sentences)]
    roles += [("query", t) for t in (*texts.questions, *texts.unanswered)]
    found = [(t, carried[key]) for r, t in roles if (key := text_key(embedder.model_id, r, t)) in carried]
    assert len(found) >= 0.9 * len(roles)
    sample = found[:: len(found) // 40]
    own = embedder.embed_passages([text for text, _ in sample])
    cosines = [float(mine @ theirs) for mine, (_, theirs) in zip(own, sample, strict=True)]
    assert min(cosines) > 0.99999
