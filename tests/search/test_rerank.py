"""The optional cross-encoder: a real one made on the spot, and what goes wrong with one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import EmbedderError
from assistant.search.rerank import CrossEncoderReranker, load_reranker


def make_cross_encoder(folder: Path, labels: int) -> Path:
    """A tiny BERT with random weights that reads letters, saved as sentence-transformers saves one."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    letters = [chr(c) for c in range(97, 123)]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(0)
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    config = BertConfig(vocab_size=len(words), num_labels=labels, **shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("models") / "tiny", labels=1)


def test_it_is_off_unless_named() -> None:
    assert load_reranker("") is None


def test_a_model_in_a_folder_scores_every_text(model: Path) -> None:
    reranker = load_reranker(str(model))
    assert reranker is not None
    texts = ["a red boat", "a green train", "a red boat"]
    scores = reranker.score("is it red?", texts)
    assert (scores.shape, scores.dtype) == ((3,), np.float32)
    assert scores[0] == pytest.approx(scores[2], abs=1e-6)
    assert reranker.score("is it red?", texts[1:2])[0] == pytest.approx(scores[1], abs=1e-5)
    assert reranker.score("is it red?", []).shape == (0,)


def test_nothing_is_loaded_before_it_is_needed(tmp_path: Path) -> None:
    reranker = load_reranker(str(tmp_path))  # an empty folder: no model
    assert isinstance(reranker, CrossEncoderReranker)
    with pytest.raises(EmbedderError, match="Mend the setting reranker, or unset it"):
        reranker.score("q", ["text"])


def test_a_model_that_gives_classes_is_no_reranker(tmp_path: Path) -> None:
    reranker = CrossEncoderReranker(make_cross_encoder(tmp_path / "three", labels=3))
    with pytest.raises(EmbedderError, match="a reranker gives one"):
        reranker.score("q", ["text"])


def test_a_model_that_is_nowhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    def nowhere(*_: object, **__: object) -> str:
        raise OSError("no network")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", nowhere)
    with pytest.raises(EmbedderError, match=r"'nobody/nothing' cannot be loaded \(no network\)"):
        load_reranker("nobody/nothing")
