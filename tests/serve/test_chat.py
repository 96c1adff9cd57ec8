"""`assistant chat`: ports, addresses, and a page that ends with us."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.serve import chat
from tests.serve.conftest import Run


@pytest.fixture
def busy() -> int:
    """A port of this machine that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_busy_port_is_told_with_a_free_one(run: Run, busy: int, root: Path) -> None:
    told = run("chat", "--port", busy).only_error
    assert f"Port {busy} on 127.0.0.1 is in use" in told
    assert told.endswith(f"(make run PORT={told.split('--port ')[1].split()[0]}).")
    free = int(told.split("--port ")[1].split()[0])
    assert free > busy
    assert chat._is_free("127.0.0.1", free)


def test_an_address_of_another_machine_is_told(run: Run) -> None:
    # 192.0.2.1 is kept for examples (RFC 5737): no machine has it
    for host in ("no.such.host.invalid", "192.0.2.1"):
        assert f"{host} is no address of this machine" in run("chat", "--host", host).only_error


@pytest.mark.parametrize("port", ["0", "65536", "abc"])
def test_a_port_that_is_none_is_wrong_usage(run: Run, port: str) -> None:
    assert run("chat", "--port", port).status == 2


@pytest.mark.parametrize(
    ("host", "shown"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("10.1.2.3", "10.1.2.3")]
)
def test_the_address_that_is_shown_can_be_opened(host: str, shown: str) -> None:
    assert chat._reachable(host) == shown


def test_a_page_that_does_not_start_is_told() -> None:
    with (
        subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process,
        pytest.raises(AssistantError, match="could not start"),
    ):
        chat._wait_until_ready(process, f"http://127.0.0.1:{free_port()}")


def test_no_browser_opens_where_there_is_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert not chat._has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert chat._has_screen()
    monkeypatch.setenv("CI", "true")
    assert not chat._has_screen()


def test_without_a_checkout_the_installed_page_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = tmp_path / "share"
    share.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(chat, "__file__", str(tmp_path / "lib" / "assistant" / "serve" / "chat.py"))
    monkeypatch.setattr("importlib.metadata.files", lambda name: [Brought(share / "app.py")])
    with pytest.raises(AssistantError, match=r"neither here nor installed.*pip install \."):
        chat._page()
    (share / "app.py").write_text("")
    assert chat._page() == share / "app.py"


class Brought:
    """A file as importlib.metadata lists it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def locate(self) -> Path:
        return self.path


@contextlib.contextmanager
def ending_with_the_test(process: subprocess.Popen[str]) -> Iterator[None]:
    """A test that fails must not wait for a page that goes on for ever."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("ending", ["SIGINT", "SIGTERM", "SIGHUP", "Ctrl-C"])
def test_the_page_starts_tells_its_address_and_ends_with_us(tmp_path: Path, ending: str) -> None:
    """With a page of one line in place of the real one: what is tested is the way to it."""
    (tmp_path / "app.py").write_text("import streamlit as st\nst.write('hello')\n")
    (tmp_path / "assistant").mkdir()
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "CI": "true"}
    code = "import sys; from assistant.serve.cli import main; sys.exit(main(sys.argv[1:]))"
    with subprocess.Popen(
        [sys.executable, "-P", "-c", code, "chat", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment,
        # A suite that runs in the background ignores Ctrl-C, and so would all that it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), start_new_session=True,
    ) as process, ending_with_the_test(process):  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == (
            f"The chat page is at http://127.0.0.1:{port}  (Ctrl-C ends it)\n"
        )
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health") as reply:
            assert reply.status == 200
        if ending == "Ctrl-C":  # the terminal sends it to the whole group
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(getattr(signal, ending))
        assert process.wait(15) == 0
        assert process.stderr is not None
        assert process.stderr.read() == "The chat page has ended.\n"
    time.sleep(0.1)
    assert chat._is_free("127.0.0.1", port)
