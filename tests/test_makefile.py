"""`make run` and `make test` from nothing and again, with a Python that only writes down what it is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None or not Path("/bin/bash").exists(), reason="needs make and bash"
)

# Every call goes to the file `log`; `-m venv` makes an environment with this same script as its Python.
PYTHON = """#!/bin/bash
case "$*" in
  "-c import sys; sys.exit(sys.version_info"*) exit ${OLD:-0};;
  --version) echo "Python 3.12.1"; exit;;
esac
echo "$*" >> "$LOG"
case "$*" in
  "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python;;
  "-m assistant build") echo gen-1 > index/current;;
esac
[ "$*" != "$FAILS" ]
"""
MAKE_VENV = ["-m venv .venv", "-m pip install --quiet --upgrade pip"]
INSTALL = "-m pip install --editable ."
INSTALL_DEV = "-m pip install --quiet --editable .[dev]"
BUILD = "-m assistant build"
CHAT = "-m assistant chat"
TEST = "-m pytest -q -n 2"


class Checkout:
    """A folder with the real Makefile, a corpus of one file and code of one file."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.log = folder.parent / "log"
        self.python = folder.parent / "python3"
        self.python.write_text(PYTHON)
        self.python.chmod(0o755)
        for name in ("corpus", "index", "assistant/read", "assistant/search", "assistant/languages"):
            (folder / name).mkdir(parents=True)
        for name in ("corpus/book.md", "assistant/search/words.py", "assistant/languages/en.toml"):
            (folder / name).write_text("x")
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(root / name, folder / name)
        self.age()

    def age(self) -> None:
        """Let all files be some minutes old."""
        then = time.time() - 300
        for path in (self.folder, *self.folder.rglob("*")):
            os.utime(path, (then, then))

    def make(self, *arguments: str, **variables: str) -> tuple[int, list[str], str]:
        """Exit status, what Python was asked to do, and all that was printed."""
        self.log.write_text("")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
        done = subprocess.run(
            ["make", *arguments, f"PYTHON={self.python}"],
            cwd=self.folder, capture_output=True, text=True, check=False,
            env={**environment, "LOG": str(self.log), "FAILS": "", **variables},
        )  # fmt: skip
        return done.returncode, self.log.read_text().splitlines(), done.stdout + done.stderr


@pytest.fixture
def checkout(tmp_path: Path, root: Path) -> Checkout:
    return Checkout(tmp_path / "a project", root)


def test_the_first_run_does_all_and_the_second_only_opens_the_page(checkout: Checkout) -> None:
    status, asked, told = checkout.make("run")
    assert (status, asked) == (0, [*MAKE_VENV, INSTALL, BUILD, CHAT])
    assert [line[:5] for line in told.splitlines()] == ["[1/3]", "[2/3]", "[3/3]", "Start"]
    began = time.monotonic()
    assert checkout.make("run")[:2] == (0, [CHAT])
    assert time.monotonic() - began < 5  # seconds: the promise of a second `make run`


def test_the_tests_need_one_installation_more(checkout: Checkout) -> None:
    assert checkout.make("test")[:2] == (0, [*MAKE_VENV, INSTALL, INSTALL_DEV, BUILD, TEST])
    assert checkout.make("test")[:2] == (0, [TEST])
    assert checkout.make("run")[:2] == (0, [CHAT])


@pytest.mark.parametrize(
    "changed", ["corpus/book.md", "assistant/search/words.py", "assistant/languages/en.toml"]
)
def test_what_changed_is_built_again(checkout: Checkout, changed: str) -> None:
    checkout.make("run")
    checkout.age()
    (checkout.folder / changed).write_text("y")
    assert checkout.make("run")[1] == [BUILD, CHAT]
    assert checkout.make("run")[1] == [CHAT]


def test_a_file_that_is_gone_is_a_change(checkout: Checkout) -> None:
    (checkout.folder / "corpus/one more: #2.md").write_text("x")
    checkout.make("run")
    checkout.age()
    assert checkout.make("run")[1] == [CHAT]
    (checkout.folder / "corpus/one more: #2.md").unlink()
    assert checkout.make("run")[1] == [BUILD, CHAT]


def test_new_requirements_are_installed(checkout: Checkout) -> None:
    checkout.make("test")
    checkout.age()
    (checkout.folder / "pyproject.toml").touch()
    assert checkout.make("test")[1] == [INSTALL, INSTALL_DEV, BUILD, TEST]


def test_a_moved_checkout_gets_an_environment_of_its_own(checkout: Checkout) -> None:
    checkout.make("run")
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved"))
    assert checkout.make("run")[1][:3] == [*MAKE_VENV, INSTALL]


@pytest.mark.parametrize("fails", [*MAKE_VENV, INSTALL, BUILD])
def test_a_step_that_fails_ends_the_run_and_is_done_again(checkout: Checkout, fails: str) -> None:
    status, asked, _ = checkout.make("run", FAILS=fails)
    assert (status, asked[-1]) == (2, fails)
    status, asked, _ = checkout.make("run")
    assert (status, asked[-1]) == (0, CHAT)
    assert (fails in asked) == (fails != BUILD)  # that one had put its index in force before it failed


def test_a_build_that_is_cut_short_at_its_end_keeps_the_index(checkout: Checkout) -> None:
    """`make` removes what a failed command has just written, unless it is told that it is precious."""
    assert checkout.make("run", FAILS=BUILD)[0] == 2
    assert (checkout.folder / "index" / "current").read_text() == "gen-1\n"


def test_an_old_python_is_told(checkout: Checkout) -> None:
    status, asked, told = checkout.make("run", OLD="1")
    assert (status, asked) == (2, [])
    assert "Python 3.11 or newer is needed." in told


def test_what_cannot_be_installed_is_told(checkout: Checkout) -> None:
    for fails in (MAKE_VENV[1], INSTALL):
        assert "With a network, run the same command again." in checkout.make("run", FAILS=fails)[2]
    assert "With a network, run the same command again." in checkout.make("test", FAILS=INSTALL_DEV)[2]


def test_a_port_can_be_named(checkout: Checkout) -> None:
    assert checkout.make("run", "PORT=8600")[1][-1] == f"{CHAT} --port 8600"


def test_clean_removes_what_was_made_and_nothing_else(checkout: Checkout) -> None:
    checkout.make("run")
    for name in ("index/gen-1", "index/.building-1", "out"):
        (checkout.folder / name).mkdir()
    (checkout.folder / "index/README.md").write_text("stays")
    assert checkout.make("clean")[0] == 0
    left = {p.name for p in checkout.folder.iterdir()}
    assert left == {".venv", "Makefile", "pyproject.toml", "assistant", "corpus", "index"}
    assert [p.name for p in (checkout.folder / "index").iterdir()] == ["README.md"]
    assert (checkout.folder / "corpus/book.md").exists()
    assert checkout.make("run")[1] == [BUILD, CHAT]


def test_help_names_every_command(checkout: Checkout) -> None:
    told = checkout.make()[2]
    for name in ("run", "build", "test", "lint", "bench", "eval", "clean"):
        assert f"  make {name}  " in told
