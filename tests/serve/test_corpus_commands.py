"""`assistant build`, `check`, `show` and `export` on a small corpus, sound and broken."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.serve.cli import main
from tests.fakes import WordCountEmbedder
from tests.serve.conftest import Run


@pytest.fixture(autouse=True)
def _quick_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("assistant.search.build", "assistant.assistant"):
        monkeypatch.setattr(f"{module}.SentenceTransformerEmbedder", lambda *_: WordCountEmbedder())


def test_a_build_says_what_it_did(run: Run, corpus: Path, tmp_path: Path) -> None:
    result = run("build", "--corpus", corpus, "--index", tmp_path / "index")
    assert result.status == 0
    assert " passages, " in result.out
    assert ", 0 reused, in " in result.out
    assert result.out.splitlines()[0] == "Reading the corpus"
    assert result.out.splitlines()[-2] == "Writing the index"
    assert result.err == ""
    again = run("build", "--corpus", corpus, "--index", tmp_path / "index")
    assert "; 0 texts embedded, " in again.out
    full = run("build", "--full", "--corpus", corpus, "--index", tmp_path / "index")
    assert ", 0 reused, in " in full.out


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_nobody_who_listens_is_no_reason_to_end_a_build(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str
) -> None:
    """`assistant build | head -1`: what is told of a step cannot be written."""

    class Broken(io.StringIO):
        def isatty(self) -> bool:
            return closed == "stderr"

        def write(self, text: str) -> int:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    with monkeypatch.context() as patch:
        patch.setattr(sys, closed, Broken())
        assert main(["build", "--corpus", str(corpus), "--index", str(tmp_path / "index")]) == 0
    assert run("search", "boat", "--corpus", corpus, "--index", tmp_path / "index").status == 0


def test_a_sound_corpus_passes(run: Run, corpus: Path) -> None:
    result = run("check", "--corpus", corpus)
    assert result.status == 0, result
    assert "No errors" in result.out


def replace_in(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(corpus: Path) -> None:
        text = (corpus / name).read_text(encoding="utf-8")
        assert old in text
        (corpus / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


BROKEN = {
    "a dangling marker": (replace_in("book.md", "[^1]:", "[^2]:"), "book.md"),
    "a duplicate id": (replace_in("book.md", "{#2 ", "{#1 "), "book.md:5"),
    "a jump of levels": (replace_in("book.md", "# Trains", "### Trains"), "book.md:5"),
    "another encoding": (lambda c: (c / "book.md").write_bytes("# É {#1}\n".encode("utf-16")), "book.md:1"),
    "an empty file": (lambda c: (c / "book.md").write_bytes(b""), "book.md"),
    "a missing file": (lambda c: (c / "book.md").unlink(), "book.md"),
    "a missing list": (lambda c: (c / "corpus.toml").unlink(), "corpus.toml"),
    "a broken list": (lambda c: (c / "corpus.toml").write_text("[[document"), "corpus.toml"),
    "too large a file": (
        lambda c: (c / "book.md").write_bytes(b"# A {#1}\n\n" + b"word " * 5_000_000),
        "book.md",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_corpus_is_named_and_the_earlier_index_stays(
    run: Run, corpus: Path, tmp_path: Path, what: str
) -> None:
    breaks, where = BROKEN[what]
    index = tmp_path / "index"
    assert run("build", "--corpus", corpus, "--index", index).status == 0
    before = (index / "current").read_text()
    breaks(corpus)
    told = run("build", "--corpus", corpus, "--index", index).only_error
    assert where in told
    assert (index / "current").read_text() == before
    checked = run("check", "--corpus", corpus)
    assert checked.status == 1
    assert "Traceback" not in checked.err
    assert where in checked.out + checked.err
    for command in (["show", "1"], ["export"]):
        assert where in run(*command, "--corpus", corpus).only_error


def test_a_folder_that_is_no_corpus_is_told(run: Run, tmp_path: Path) -> None:
    assert "corpus.toml" in run("build", "--corpus", tmp_path, "--index", tmp_path / "i").only_error


def test_an_index_folder_that_cannot_be_written_is_told(run: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = run("build", "--corpus", corpus, "--index", tmp_path / "file" / "index").only_error
    assert "cannot be written" in told


def test_a_full_disk_while_building_is_told(corpus: Path, tmp_path: Path) -> None:
    """A real process that may write no file above 2,000 bytes, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    code = """if True:
        import sys
        import assistant.search.build as build
        from assistant.serve.cli import main
        from tests.fakes import WordCountEmbedder
        build.SentenceTransformerEmbedder = lambda *_: WordCountEmbedder()
        sys.exit(main(sys.argv[1:]))
    """
    result = subprocess.run(
        [sys.executable, "-c", code, "build", "--corpus", str(corpus), "--index", str(tmp_path / "index")],
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)),
    )  # fmt: skip
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert "cannot be written" in last
    assert "the earlier index is untouched" in last
    assert "Traceback" not in result.stderr


def test_show_and_export(run: Run, corpus: Path) -> None:
    section = json.loads(run("show", "1", "--json", "--corpus", corpus).out)
    assert section["kind"] == "section"
    assert "The red boat is fast." in section["text"]
    assert "The green train is slow." in run("show", "2", "--corpus", corpus).out
    (document,) = json.loads(run("export", "--corpus", corpus).out)["documents"]
    assert document["id"] == "book"
    for part in document["sections"]:
        assert document["text"][part["start"] : part["end"]].startswith(part["title"])


@pytest.mark.parametrize(
    "id", ["", " ", "9", "ref-9", "../../etc/passwd", "__class__", "1e0", "\x1b[31m", "x" * 10_000, "１"]
)
def test_an_unknown_id_is_told(run: Run, corpus: Path, id: str) -> None:
    told = run("show", id, "--corpus", corpus).only_error
    assert "There is no section, note or reference" in told
    assert "\x1b" not in told
