"""Building: only what changed is embedded, and nothing that ends a build early costs the earlier index."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from filelock import FileLock
from tqdm import tqdm

from assistant.errors import CorpusError, IndexBusy, NotWritable
from assistant.search import build, earlier, generation, index, progress, vectors
from assistant.search.build import build_index
from assistant.search.index import Index, build_interrupted, current_generation, open_index
from assistant.search.passages import CHUNKER
from assistant.settings import Settings
from assistant.types import Corpus
from tests.documents import SECTIONS, make_corpus, make_document
from tests.fakes import WordCountEmbedder

QUESTIONS = [
    ("How quick is it?", "The red boat is fast."),
    ("Does the train stop?", "It stops in every town."),
]
OLD = make_corpus(make_document(questions=QUESTIONS, unanswered=["Who painted it?"]), checksum="old")
NEW = make_corpus(
    make_document([*SECTIONS, ("3", "Planes", ("The blue plane is loud.",))], questions=QUESTIONS),
    checksum="new",
)


class Workshop:
    """A corpus that can be exchanged, one embedder that remembers, and the index folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings = Settings(index=folder / "index", corpus=folder / "corpus")
        self.corpus: Corpus | Exception = OLD
        self.embedder = WordCountEmbedder()
        monkeypatch.setattr(build, "load_corpus", self._load)

    def _load(self, *_: object, **__: object) -> Corpus:
        if isinstance(self.corpus, Exception):
            raise self.corpus
        return self.corpus

    def build(self, **options: Any) -> build.BuildReport:
        return build_index(self.settings, embedder=self.embedder, **options)

    def open(self, checksum: str | None = None) -> Index:
        return open_index(
            self.settings.index, model_id="word-count", chunker=CHUNKER, corpus_checksum=checksum
        )

    def folders(self) -> list[str]:
        return sorted(p.name.split("-")[0] for p in self.settings.index.iterdir())


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    return Workshop(tmp_path, monkeypatch)


def test_a_first_build_embeds_every_text_once(shop: Workshop) -> None:
    report = shop.build()
    # 2 passages, 4 sentences, 2 readers' questions, 1 unanswered
    assert (report.passages, report.sentences, report.questions, report.unanswered) == (2, 4, 2, 1)
    assert (report.embedded, report.reused) == (9, 0)
    assert len(shop.embedder.embedded) == len(set(shop.embedder.embedded)) == 9
    assert shop.folders() == [".lock", "current", "gen"]


def test_a_rebuild_of_the_same_embeds_nothing(shop: Workshop) -> None:
    first = shop.build()
    shop.embedder.embedded.clear()
    second = shop.build()
    assert shop.embedder.embedded == []
    assert (second.embedded, second.reused) == (0, 9)
    assert second.index_id == first.index_id


def test_only_what_changed_is_embedded(shop: Workshop) -> None:
    shop.build()
    shop.embedder.embedded.clear()
    shop.corpus = NEW
    report = shop.build()
    assert shop.embedder.embedded == ["Planes\nThe blue plane is loud.", "The blue plane is loud."]
    assert (report.embedded, report.reused) == (2, 8)  # the unanswered question is gone
    index = shop.open("new")
    assert [p.section for p in index.passages] == ["1", "2", "3"]
    again = WordCountEmbedder().embed_passages(["The blue plane is loud."])
    assert index.sentence_vectors[4] @ again[0] == pytest.approx(1.0)


def test_reused_vectors_are_the_same_as_fresh_ones(shop: Workshop) -> None:
    shop.build()
    shop.corpus = NEW
    shop.build()
    grown = shop.open("new")
    shop.build(full=True)
    fresh = shop.open("new")
    assert (grown.sentence_vectors == fresh.sentence_vectors).all()
    assert (grown.question_vectors == fresh.question_vectors).all()
    assert grown.passages_store.vectors() == pytest.approx(fresh.passages_store.vectors())


def test_full_embeds_everything_again(shop: Workshop) -> None:
    shop.build()
    assert shop.build(full=True).embedded == 9


def test_another_model_embeds_everything_again(shop: Workshop) -> None:
    shop.build()
    shop.embedder = WordCountEmbedder(dimension=32, model_id="other")
    assert shop.build().embedded == 9


def test_a_broken_earlier_index_is_replaced(shop: Workshop) -> None:
    shop.build()
    (current_generation(shop.settings.index) / "keys.npy").write_bytes(b"")
    assert shop.build().embedded == 9
    assert shop.open("old").manifest.passages == 2


def test_progress_ends_with_all_done(shop: Workshop) -> None:
    told: list[tuple[str, int, int]] = []
    shop.build(progress=lambda *step: told.append(step))
    assert told[0] == ("reading the corpus", 0, 1)
    assert ("embedding", 9, 9) in told
    assert told[-1] == ("writing the index", 1, 1)
    done = [d for step, d, _ in told if step == "embedding"]
    assert done == sorted(done)


def test_two_builds_at_once_the_second_says_so(shop: Workshop) -> None:
    shop.settings.index.mkdir()
    with (
        FileLock(shop.settings.index / ".lock"),
        pytest.raises(IndexBusy, match="Another build is under way"),
    ):
        shop.build()
    shop.build()


def test_readers_see_one_index_or_the_other_while_builds_run(shop: Workshop) -> None:
    shop.build()
    stop, trouble, seen = threading.Event(), [], set()

    def read() -> None:
        while not stop.is_set():
            try:
                seen.add(shop.open().manifest.passages)
            except Exception as error:
                trouble.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(10):
        shop.corpus = NEW if turn % 2 == 0 else OLD
        shop.build()
        time.sleep(0.01)
    stop.set()
    reader.join()
    assert trouble == []
    assert seen == {2, 3}


# ---------------------------------------------------------------- what ends a build early


def test_a_broken_corpus_leaves_the_earlier_index(shop: Workshop) -> None:
    shop.build()
    shop.corpus = CorpusError("a broken note.", "book.md", 3, "Mend it.")
    with pytest.raises(CorpusError, match=r"book\.md:3"):
        shop.build()
    assert shop.open("changed").manifest.corpus_sha256 == "old"
    shop.corpus = NEW
    shop.build()
    assert shop.folders() == [".lock", "current", "gen"]  # nothing is left over


@pytest.mark.parametrize(
    ("error", "reason", "remedy"),
    [
        *(
            (OSError(code, os.strerror(code)), os.strerror(code), remedy)
            for code, remedy in (
                (errno.ENOSPC, "Free some space"),
                (errno.EDQUOT, "Free some space"),
                (errno.EROFS, "Change its rights"),
                (errno.EACCES, "Change its rights"),
            )
        ),
        (OSError("2598528 requested and 1462240 written"), os.strerror(errno.ENOSPC), "Free some space"),
    ],
)
def test_a_full_or_read_only_disk_is_told_and_costs_nothing(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch, error: OSError, reason: str, remedy: str
) -> None:
    shop.build()
    shop.corpus = NEW
    real, calls = Path.write_bytes, iter(range(100))

    def failing(path: Path, data: bytes) -> int:
        if next(calls) == 2:  # in the middle of writing
            raise error
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(NotWritable, match=rf"\({reason}\)\. {remedy}.*the earlier index is untouched"):
        shop.build()
    assert shop.open("new").manifest.corpus_sha256 == "old"


def test_what_killed_builds_left_is_removed_before_another_needs_the_room(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.build()
    shop.corpus = NEW
    left = shop.settings.index / ".building-deadbeef"
    left.mkdir()
    (left / "vectors.npy").write_bytes(b"x" * 1000)
    seen: list[bool] = []
    real = shop.embedder.embed_passages

    def embedding(*arguments: Any) -> object:
        seen.append(left.exists())
        return real(*arguments)

    monkeypatch.setattr(shop.embedder, "embed_passages", embedding)
    shop.build()
    assert seen
    assert not any(seen)


def test_a_really_full_disk(shop: Workshop) -> None:
    """Every file of the child process is limited to 1,000 bytes, as on a disk with no more room."""
    resource = pytest.importorskip("resource")
    shop.build()
    shop.corpus = NEW
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            shop.build()
        except NotWritable:
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert shop.open("new").manifest.corpus_sha256 == "old"
    shop.build()
    assert shop.open("new").manifest.corpus_sha256 == "new"


def test_an_index_folder_that_cannot_be_made_is_told(shop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shop.settings = shop.settings.model_copy(update={"index": tmp_path / "file" / "index"})
    with pytest.raises(NotWritable, match="name another folder by the setting index"):
        shop.build()


def test_an_interrupt_leaves_the_earlier_index(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.build()
    shop.corpus = NEW

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shop.embedder, "embed_passages", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shop.build()
    assert shop.open("new").manifest.corpus_sha256 == "old"


OWN_CODE = tuple(module.__file__ for module in (build, generation, vectors, earlier, index, progress))


def _kill_after(lines: int) -> None:
    """Let this process be killed, as by `kill -9`, when the build's own code has run so many lines."""
    left = lines

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in OWN_CODE:
            return None
        if event == "line":
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to kill a build at an exact line")
def test_killed_at_any_moment_the_earlier_index_answers(shop: Workshop) -> None:
    shop.build()
    shop.corpus = NEW
    outcomes = []
    for lines in range(0, 100_000, 9):
        child = os.fork()
        if child == 0:
            _kill_after(lines)
            shop.build()
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        begun = build_interrupted(shop.settings.index)
        # As a reader comes, with the new corpus at hand: one complete index answers, old or new.
        opened = shop.open("new" if begun or status == 0 else None)
        assert opened.passages_store.count() == opened.manifest.passages == len(opened.passages)
        outcomes.append((status, begun, opened.manifest.corpus_sha256))
        if status == 0:
            break
        if opened.manifest.corpus_sha256 == "new":  # killed after the swap: back for the next moment
            shop.corpus = OLD
            shop.build()
            shop.corpus = NEW
    assert outcomes[-1] == (0, False, "new")
    assert all(status == -signal.SIGKILL for status, _, _ in outcomes[:-1])
    assert len(outcomes) >= 30
    assert (
        sum(begun and held == "old" for _, begun, held in outcomes) >= 20
    )  # most of a build is before the swap
    assert shop.folders() == [".lock", "current", "gen"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_killed_child_leaves_no_progress_bar_locked() -> None:
    """Else a test that kills builds would stop those after it, which search in the same process."""
    child = os.fork()
    if child == 0:
        tqdm.get_lock().acquire()
        os._exit(0)
    os.waitpid(child, 0)
    assert tqdm.get_lock().acquire(blocking=False)
    tqdm.get_lock().release()
