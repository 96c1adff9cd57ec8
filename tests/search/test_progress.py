"""How far a build is, as another process reads it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.search import build
from assistant.search.build import build_index
from assistant.search.index import current_generation
from assistant.search.progress import BuildState, Record, build_state
from assistant.settings import Settings
from tests.documents import make_corpus, make_document
from tests.fakes import WordCountEmbedder


def test_a_build_says_what_it_does_and_leaves_nothing_of_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = make_corpus(make_document())
    monkeypatch.setattr(build, "load_corpus", lambda *_, **__: corpus)
    settings = Settings(index=tmp_path / "index", corpus=tmp_path)
    seen: dict[str, BuildState | None] = {}

    def look(step: str, done: int, total: int) -> None:
        seen[step] = build_state(settings.index)

    build_index(settings, embedder=WordCountEmbedder(), progress=look)
    for step in ("reading the corpus", "embedding"):
        state = seen[step]
        assert state is not None
        assert state.step == step
    assert build_state(settings.index) is None
    assert list(current_generation(settings.index).glob("progress*")) == []


def test_a_build_that_fails_is_under_way_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise CorpusError("No such file.", "corpus.toml", None, "Mend it.")

    monkeypatch.setattr(build, "load_corpus", broken)
    with pytest.raises(CorpusError):
        build_index(Settings(index=tmp_path / "index", corpus=tmp_path), embedder=WordCountEmbedder())
    assert build_state(tmp_path / "index") is None


def test_the_record_holds_step_count_and_beginning(tmp_path: Path) -> None:
    folder = tmp_path / ".building-1"
    folder.mkdir()
    told: list[tuple[str, int, int]] = []
    record = Record(folder, lambda *said: told.append(said))
    record("embedding", 0, 40)
    record("embedding", 10, 40)  # too soon after the first to be written
    state = build_state(tmp_path)
    assert state is not None
    assert (state.step, state.done, state.total) == ("embedding", 0, 40)
    assert 0 <= state.seconds < 100
    assert told == [("embedding", 0, 40), ("embedding", 10, 40)]
    record("writing the index", 0, 1)
    state = build_state(tmp_path)
    assert state is not None
    assert state.step == "writing the index"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"step": 1, "done": "x", "total": 1, "began": 0}'])
def test_a_record_that_is_none_says_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / ".building-1").mkdir()
    (tmp_path / ".building-1" / "progress.json").write_text(content)
    assert build_state(tmp_path) is None


def test_a_build_that_was_killed_counts_for_ten_minutes(tmp_path: Path) -> None:
    folder = tmp_path / ".building-1"
    folder.mkdir()
    path = folder / "progress.json"
    path.write_text(json.dumps({"step": "embedding", "done": 1, "total": 2, "began": time.time()}))
    assert build_state(tmp_path) is not None
    os.utime(path, (time.time() - 601,) * 2)
    assert build_state(tmp_path) is None


def test_no_folder_no_build(tmp_path: Path) -> None:
    assert build_state(tmp_path / "none") is None


def test_a_record_that_cannot_be_written_ends_no_build(tmp_path: Path) -> None:
    record = Record(tmp_path / "gone", lambda *_: None)
    record("embedding", 1, 2)
    record.end()
    assert not (tmp_path / "gone").exists()
