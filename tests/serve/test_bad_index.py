"""The real facade on a small corpus: missing, stale, truncated and foreign indexes at the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes import WordCountEmbedder
from tests.serve.conftest import Run


@pytest.fixture(autouse=True)
def _quick_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("assistant.search.build", "assistant.assistant"):
        monkeypatch.setattr(f"{module}.SentenceTransformerEmbedder", lambda *_: WordCountEmbedder())


@pytest.fixture
def index(tmp_path: Path, corpus: Path, run: Run) -> Path:
    folder = tmp_path / "index"
    assert run("build", "--corpus", corpus, "--index", folder).status == 0
    return folder


def generation(index: Path) -> Path:
    return index / (index / "current").read_text().strip()


def test_a_sound_index_answers(run: Run, corpus: Path, index: Path) -> None:
    result = run("ask", "--json", "Is the red boat fast?", "--corpus", corpus, "--index", index)
    assert result.status == 0
    answer = json.loads(result.out)
    assert answer["passages"][0]["text"].startswith("The red boat is fast.")
    hits = json.loads(run("search", "--json", "green train", "--corpus", corpus, "--index", index).out)
    assert hits[0]["section"] == "2"


def overwrite(name: str, data: bytes) -> Callable[[Path, Path], object]:
    """Put other bytes into one file of the index."""
    return lambda index, corpus: (generation(index) / name).write_bytes(data)


def put_a_file_in_its_place(index: Path, corpus: Path) -> None:
    shutil.rmtree(index)
    index.write_text("x")


def change_the_corpus(index: Path, corpus: Path) -> None:
    book = corpus / "book.md"
    book.write_text(book.read_text(encoding="utf-8") + "\nOne more sentence.\n", encoding="utf-8")


HARMS: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "missing": (lambda i, c: shutil.rmtree(i), "There is no index"),
    "half removed": (lambda i, c: shutil.rmtree(generation(i)), "is missing"),
    "truncated vectors": (overwrite("passages.faiss", b"IxFI"), "passages.faiss is truncated"),
    "truncated words": (overwrite("words-passages/words.json", b"{"), "words.json is truncated"),
    "truncated corpus": (overwrite("corpus.json", b"{}"), "corpus.json is truncated"),
    "a foreign pointer": (lambda i, c: (i / "current").write_text("../../etc"), "no pointer of ours"),
    "a foreign manifest": (overwrite("manifest.json", b'{"hello": 1}'), "missing, truncated or foreign"),
    "a file in its place": (put_a_file_in_its_place, "cannot be read"),
    "a changed corpus": (change_the_corpus, "The corpus has changed since the index was built"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_an_index_that_cannot_be_used_is_told_with_its_remedy(
    run: Run, corpus: Path, index: Path, harm: str
) -> None:
    damage, told = HARMS[harm]
    damage(index, corpus)
    for command in (["ask", "Is it fast?"], ["search", "boat"]):
        line = run(*command, "--corpus", corpus, "--index", index).only_error
        assert told in line
        assert "`assistant build`" in line


def test_an_index_of_another_model_is_told(
    run: Run, corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = WordCountEmbedder(model_id="other")
    monkeypatch.setattr("assistant.assistant.SentenceTransformerEmbedder", lambda *_: other)
    line = run("ask", "Is it fast?", "--corpus", corpus, "--index", index).only_error
    assert "built with the model word-count, not other" in line


def test_while_a_build_is_cut_short_the_earlier_index_answers(
    run: Run, corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_the_corpus(index, corpus)
    (index / ".building-1234").mkdir()
    result = run("search", "boat", "--corpus", corpus, "--index", index)
    assert result.status == 0
    assert "the earlier index answers" in result.err
    assert "The red boat is fast." in result.out


@pytest.mark.parametrize(
    "query",
    [
        "the of and",
        "a" * 1999,
        "😀 😀 word",
        "ជើងទឹក",
        "a\x00b\x1b[31m\u200bc",
        "boat " * 399,
        "1 / 0 OR 1=1 --",
    ],
)
def test_odd_queries_are_searched(run: Run, corpus: Path, index: Path, query: str) -> None:
    result = run("search", query, "--json", "--corpus", corpus, "--index", index)
    assert result.status == 0, result.err
    assert isinstance(json.loads(result.out), list)
    asked = run("ask", query, "--json", "--corpus", corpus, "--index", index)
    assert asked.status == 0, asked.err


@pytest.mark.parametrize(
    ("text", "passages"),
    [("# Boats {#1}\n\nThe red boat is fast.\n", 1), ("# Boats {#1}\n", 0)],
)
def test_a_corpus_of_one_passage_or_none(
    run: Run, corpus: Path, tmp_path: Path, text: str, passages: int
) -> None:
    (corpus / "book.md").write_text(text, encoding="utf-8")
    folders = ("--corpus", corpus, "--index", tmp_path / "small")
    assert f": {passages} passages" in run("build", *folders).out
    assert len(json.loads(run("search", "boat", "--json", *folders).out)) == passages
    assert run("ask", "Is the boat fast?", *folders).status == 0
