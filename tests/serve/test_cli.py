"""The top of the command line: whatever happens below, one line and a status."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes import WordCountEmbedder
from tests.serve.conftest import EchoAssistant, Run


def test_every_command_has_help(run: Run) -> None:
    from assistant.serve.cli import cli

    assert sorted(cli.commands) == ["ask", "build", "chat", "check", "export", "search", "show"]
    for name in cli.commands:
        result = run(name, "--help")
        assert result.status == 0
        assert result.out.startswith("Usage:")
        assert run(name, "-h").out == result.out


def test_help_is_quick_and_loads_no_model() -> None:
    code = (
        "import sys; from assistant.serve.cli import main; main(['--help']); "
        "print(sorted({'torch', 'faiss', 'streamlit', 'transformers'} & set(sys.modules)))"
    )
    out = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert out.splitlines()[-1] == "[]"


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out == "assistant, version 0.1.0\n"


def test_the_module_is_the_script(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assistant", "ask", " "]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode == 1
    assert result.stderr == "assistant: The question is empty. Ask something in words.\n"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "x.json"),
            "The disk is full: x.json. Free some space",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", "x"),
            "The folder is read-only: x. Choose another place.",
        ),
        (PermissionError(errno.EACCES, "Permission denied", "x"), "Permission denied: x."),
        (OSError(errno.EIO, "Input/output error"), "Input/output error. Check it and run again."),
        (ValueError("a\nb"), "Something went wrong inside (ValueError: a b)."),
        (KeyboardInterrupt(), "Stopped."),
        (MemoryError(), "Something went wrong inside (MemoryError: )."),
    ],
)
def test_every_failure_is_one_line(echo: EchoAssistant, run: Run, error: BaseException, told: str) -> None:
    echo.fails = error  # type: ignore[assignment]
    assert run("ask", "Where?").only_error.startswith(f"assistant: {told}")


def test_details_are_there_for_who_asks(echo: EchoAssistant, run: Run) -> None:
    echo.fails = ValueError("deep inside")
    result = run("ask", "--log-level", "DEBUG", "Where?")
    assert result.status == 1
    assert "Traceback" in result.err


def test_a_reader_that_has_seen_enough_is_no_failure(root: Path) -> None:
    """`assistant export | head -1`"""
    export = subprocess.Popen(
        [sys.executable, "-m", "assistant", "export"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root,
    )  # fmt: skip
    assert export.stdout is not None
    assert export.stderr is not None
    assert export.stdout.read(1) == b"{"
    export.stdout.close()
    assert export.wait(30) == 0
    assert export.stderr.read() == b""


@pytest.mark.skipif(os.name != "posix", reason="pipes as shells make them there")
def test_nor_is_one_that_never_looked(root: Path) -> None:
    """`assistant show 3.1.2 | true`"""
    reading, writing = os.pipe()
    os.close(reading)
    result = subprocess.run(
        [sys.executable, "-m", "assistant", "show", "3.1.2"],
        stdout=writing, stderr=subprocess.PIPE, cwd=root, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (result.returncode, result.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_cannot_be_written_is_told(root: Path) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "assistant", "show", "3.1.2"],
            stdout=full, stderr=subprocess.PIPE, text=True, cwd=root, check=False,
        )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr == "assistant: The disk is full. Free some space and run again.\n"


@pytest.mark.skipif(os.name != "posix", reason="closes a stream as shells do there")
@pytest.mark.parametrize("stream", [1, 2])
@pytest.mark.parametrize(("id", "status"), [("3.1.2", 0), ("99", 1)])
def test_a_closed_stream_is_no_failure_of_its_own(root: Path, stream: int, id: str, status: int) -> None:
    """`assistant show 3.1.2 >&-`"""
    result = subprocess.run(
        ["sh", "-c", f'"$0" -m assistant show {id} {stream}>&-', sys.executable],
        capture_output=True, text=True, cwd=root, check=False,
    )  # fmt: skip
    assert result.returncode == status
    assert "Traceback" not in result.stderr
    if stream == 1:
        assert (result.stderr == "") == (status == 0)


def test_it_prints_any_letter_in_any_locale(root: Path) -> None:
    for locale in ("C", "POSIX", "C.UTF-8"):
        result = subprocess.run(
            [sys.executable, "-m", "assistant", "show", "3.1.2"],
            capture_output=True, cwd=root, check=False, env={**os.environ, "LC_ALL": locale, "LANG": locale},
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        assert "worldwide" in result.stdout.decode("utf-8")
        assert "⁶⁵" in result.stdout.decode("utf-8")


@pytest.mark.parametrize("arguments", [["check"], ["show", "1"], ["export"], ["build"]])
def test_on_a_terminal_something_is_seen_of_the_work(
    run: Run, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr("assistant.search.build.SentenceTransformerEmbedder", lambda *_: WordCountEmbedder())
    folders = ("--corpus", corpus, "--index", tmp_path / "index")
    assert run(*arguments, *folders).err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    seen = run(*arguments, *folders).err
    word = {"check": "Checking ...", "build": "Reading the corpus"}.get(arguments[0], "Reading ...")
    assert word in seen
