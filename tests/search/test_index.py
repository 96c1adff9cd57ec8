"""An index opened: what fits together answers, everything else is told with its remedy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import IndexBroken, IndexMissing, IndexStale
from assistant.search import build
from assistant.search.index import FORMAT, Index, current_generation, open_index
from assistant.search.passages import CHUNKER
from assistant.settings import Settings
from assistant.types import Corpus
from tests.documents import make_corpus, make_document
from tests.fakes import WordCountEmbedder

CORPUS = make_corpus(
    make_document(questions=[("How quick is it?", "The red boat is fast.")], unanswered=["Who painted it?"])
)


def built(root: Path, monkeypatch: pytest.MonkeyPatch, corpus: Corpus = CORPUS) -> Path:
    monkeypatch.setattr(build, "load_corpus", lambda *_, **__: corpus)
    build.build_index(Settings(index=root), embedder=WordCountEmbedder())
    return root


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return built(tmp_path / "index", monkeypatch)


def opened(folder: Path, checksum: str | None = "c0", model: str = "word-count") -> Index:
    return open_index(folder, model_id=model, chunker=CHUNKER, corpus_checksum=checksum)


def test_it_holds_what_was_built(folder: Path) -> None:
    index = opened(folder)
    assert index.documents == CORPUS.documents
    assert [p.text for p in index.passages] == [
        "The red boat is fast. It was built in 1999.",
        "The green train is slow. It stops in every town.",
    ]
    assert index.passages_store.count() == 2
    assert index.sentence_vectors.shape == (4, 64)
    assert index.sentence_rows.tolist() == [[0, 0, 0], [0, 1, 0], [0, 2, 1], [0, 3, 1]]
    assert index.question_rows.tolist() == [[0, 0, 0]]
    assert index.unanswered_rows.tolist() == [[0, 0]]
    assert index.manifest.passages == 2
    assert index.manifest.corpus_sha256 == "c0"
    scores = index.passages_words.scores("train")
    assert scores[0] == 0 < scores[1]
    assert len(index.questions_words.scores("quick")) == 1


def test_vectors_are_of_their_texts(folder: Path) -> None:
    index = opened(folder)
    query = WordCountEmbedder().embed_queries(["The red boat is fast."])
    cosines = index.sentence_vectors @ query[0]
    assert cosines[0] == pytest.approx(1.0)  # the sentence itself
    assert int(np.argmax(cosines)) == 0
    _, rows = index.passages_store.search(query, 1)
    assert rows.tolist() == [[0]]


def test_it_names_no_folder_of_the_machine(folder: Path) -> None:
    assert opened(folder).corpus.root == ""
    for path in folder.rglob("*.json"):
        assert str(folder) not in path.read_text(encoding="utf-8")


def test_an_index_without_passages_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = built(tmp_path / "index", monkeypatch, Corpus((), "en", "", "c0"))
    index = opened(root)
    assert index.passages == ()
    assert index.sentence_vectors.shape == (0, 64)
    assert index.passages_words.scores("boat").shape == (0,)


@pytest.mark.parametrize("name", ["absent", "empty"])
def test_a_missing_index_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(IndexMissing, match=r"There is no index in .* yet\. Run `assistant build`\."):
        opened(tmp_path / name)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": "other"}, "built with the model word-count, not other"),
        ({"checksum": "c1"}, "The corpus has changed since the index was built"),
    ],
)
def test_a_stale_index_is_refused(folder: Path, arguments: dict[str, str], message: str) -> None:
    with pytest.raises(IndexStale, match=f"{message}.*assistant build"):
        opened(folder, **arguments)


def test_another_chunker_is_refused(folder: Path) -> None:
    with pytest.raises(IndexStale, match=f"cut by {CHUNKER}, not other-1"):
        open_index(folder, model_id="word-count", chunker="other-1")


def test_without_a_corpus_at_hand_any_corpus_will_do(folder: Path) -> None:
    assert opened(folder, checksum=None).manifest.corpus_sha256 == "c0"


def test_while_a_build_is_under_way_the_earlier_index_answers(folder: Path) -> None:
    (folder / ".building-1").mkdir()
    assert opened(folder, checksum="c1").manifest.corpus_sha256 == "c0"


def test_a_format_of_another_version_is_stale(folder: Path) -> None:
    path = current_generation(folder) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 999}))
    with pytest.raises(IndexStale, match="version 999"):
        opened(folder)


def files_of(folder: Path) -> list[str]:
    generation = current_generation(folder)
    return sorted(p.relative_to(generation).as_posix() for p in generation.rglob("*") if p.is_file())


@pytest.mark.parametrize("harm", ["missing", "empty", "truncated", "one byte less", "one byte changed"])
def test_every_file_is_checked(folder: Path, tmp_path: Path, harm: str) -> None:
    names = files_of(folder)
    assert len(names) >= 10
    for name in names:
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        path = current_generation(copy) / name
        data = path.read_bytes()
        if harm == "missing":
            path.unlink()
        else:
            middle = len(data) // 2
            path.write_bytes(
                {
                    "empty": b"",
                    "truncated": data[:middle],
                    "one byte less": data[:-1],
                    "one byte changed": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                }[harm]
            )
        # The manifest vouches for the others; a changed letter of its own may pass.
        if name != "manifest.json" or harm != "one byte changed":
            with pytest.raises((IndexBroken, IndexStale), match="assistant build"):
                opened(copy)
        shutil.rmtree(copy)


@pytest.mark.parametrize(
    "pointer", ["", "gen-absent", "../elsewhere", "gen-/../..", "/etc", "\x00", "gen-a\ngen-b"]
)
def test_a_foreign_pointer_is_told(folder: Path, pointer: str) -> None:
    (folder / "current").write_text(pointer)
    with pytest.raises(IndexBroken, match="assistant build"):
        opened(folder)


def test_a_binary_pointer_is_told(folder: Path) -> None:
    (folder / "current").write_bytes(b"\xff\xfe\x80")
    with pytest.raises(IndexBroken, match="assistant build"):
        opened(folder)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "null",
        f'{{"format": {FORMAT}}}',
        f'{{"format": {FORMAT}, "files": 3}}',
        "\x00",
        "[" * 100_000,
    ],
)
def test_a_foreign_manifest_is_told(folder: Path, content: str) -> None:
    (current_generation(folder) / "manifest.json").write_text(content)
    with pytest.raises(IndexBroken, match="assistant build"):
        opened(folder)


def test_files_of_two_builds_do_not_mix(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    larger = make_corpus(
        make_document([("1", "A", ("One.",)), ("2", "B", ("Two.",)), ("3", "C", ("Three.",))])
    )
    other = current_generation(built(tmp_path / "other", monkeypatch, larger))
    mine = current_generation(folder)
    shutil.copy(other / "passages.faiss", mine / "passages.faiss")
    manifest = json.loads((mine / "manifest.json").read_text())
    theirs = json.loads((other / "manifest.json").read_text())
    manifest["files"]["passages.faiss"] = theirs["files"]["passages.faiss"]
    (mine / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IndexBroken, match="different builds"):
        opened(folder)


def test_a_build_that_ends_while_we_open_is_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The generation that was read first is gone by the time its files are opened."""
    from assistant.search import index as layout

    first = current_generation(folder)
    real = layout.read_manifest

    def swapped(generation: Path):  # type: ignore[no-untyped-def]
        if generation == first:
            build.build_index(Settings(index=folder), embedder=WordCountEmbedder())
        return real(generation)

    monkeypatch.setattr(layout, "read_manifest", swapped)
    assert opened(folder).folder != first
