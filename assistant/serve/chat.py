"""`assistant chat`: the Streamlit page as a process of its own."""

from __future__ import annotations

import contextlib
import errno
import importlib.metadata
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import click

from assistant import AssistantError, Settings
from assistant.serve.options import with_settings

__all__ = ["COMMANDS"]

_DISTRIBUTION = "handbook-assistant"
_READY_WITHIN = 60.0  # seconds; two are usual


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address to listen on (setting host).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (setting port).")
@click.option("--browser/--no-browser", default=True, help="Open the page in a browser, where there is one.")
@with_settings("host", "port")
def chat(settings: Settings, browser: bool) -> None:
    """Open the chat page and print its address; Ctrl-C ends it."""
    _require_free(settings.host, settings.port)
    page = _page()
    process = subprocess.Popen(
        _command(page, settings),
        env=_environment(settings),
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        # Ctrl-C comes to us alone, and we end the page; it would say "Aborted!" of its own accord.
        process_group=0 if os.name == "posix" else None,
    )
    with _ended_with_us(process):
        address = f"http://{_reachable(settings.host)}:{settings.port}"
        _wait_until_ready(process, address)
        click.echo(f"The chat page is at {address}  (Ctrl-C ends it)")
        if browser and _has_screen():
            webbrowser.open(address)
        status = process.wait()
        if status != 0:
            raise AssistantError(f"The chat page ended with status {status}. What it said stands above.")


def _page() -> Path:
    for folder in (Path.cwd(), Path(__file__).resolve().parents[2]):
        if (folder / "app.py").is_file() and (folder / "assistant").is_dir():
            return folder / "app.py"
    for file in _installed():
        if file.name == "app.py" and file.is_file():
            return file
    raise AssistantError(
        "The page app.py is neither here nor installed. Run this in the project's folder, or install anew: "
        "pip install ."
    )


def _installed() -> list[Path]:
    """The files that the installed package brought, its page among them; none in a checkout."""
    try:
        brought = importlib.metadata.files(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return []
    return [Path(str(file.locate())).resolve() for file in brought or ()]


def _command(page: Path, settings: Settings) -> list[str]:
    options = {
        "server.port": settings.port,
        "server.address": settings.host,
        "server.headless": "true",  # the browser is opened here, when the page is ready
        "browser.gatherUsageStats": "false",
        "server.fileWatcherType": "none",
        "logger.level": "warning",
    }
    return [
        sys.executable, "-m", "streamlit", "run", str(page),
        *(f"--{name}={value}" for name, value in options.items()),
    ]  # fmt: skip


def _environment(settings: Settings) -> dict[str, str]:
    """The page reads its settings itself: what was given here as an option goes there as a variable."""
    given = {
        name: getattr(settings, name) for name in ("corpus", "index", "model", "log_level", "host", "port")
    }
    return {**os.environ, **{f"ASSISTANT_{name.upper()}": str(value) for name, value in given.items()}}


def _require_free(host: str, port: int) -> None:
    """Raise AssistantError when the port is taken, naming one that is free."""
    if _is_free(host, port):
        return
    free = next((p for p in range(port + 1, min(port + 100, 65536)) if _is_free(host, p)), None)
    instead = f"--port {free} is free (make run PORT={free})" if free else "choose another with --port"
    raise AssistantError(f"Port {port} on {host} is in use, maybe by a page that runs already: {instead}.")


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise AssistantError(
            f"{host} is no address of this machine ({error}). Mend the setting host."
        ) from None
    with socket.socket(family, kind, protocol) as probe:
        if os.name == "posix":  # a port in TIME_WAIT is free; elsewhere this option means another thing
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise AssistantError(
                f"Port {port} needs special rights. Choose one from 1024 up with --port."
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise AssistantError(
                    f"{host} is no address of this machine. Mend the setting host."
                ) from None
            return False
    return True


def _reachable(host: str) -> str:
    """An address that a browser on this machine can open for the one that is listened on."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


def _wait_until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never ask a proxy for ourselves
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssistantError("The chat page could not start. What it said stands above.")
        with (
            contextlib.suppress(OSError),  # not listening yet
            opener.open(f"{address}/_stcore/health", timeout=2) as reply,
        ):
            if reply.status == 200:
                return
        time.sleep(0.1)
    raise AssistantError(f"The chat page did not answer within {_READY_WITHIN:.0f} seconds. Try again.")


@contextlib.contextmanager
def _ended_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End the page when we end, however that comes about."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    # A closed terminal too: the page, being a group of its own, would not hear of it. Not under nohup.
    named = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    endings = [ending for ending in named if signal.getsignal(ending) != signal.SIG_IGN]
    before = {ending: signal.signal(ending, stop) for ending in endings}
    try:
        yield
    except KeyboardInterrupt:
        with contextlib.suppress(OSError):  # the terminal may be gone
            click.echo("The chat page has ended.", err=True)
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler)
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()


def _has_screen() -> bool:
    """Whether a browser could open: on a server without a screen, text browsers would take the terminal."""
    if os.environ.get("CI"):
        return False
    if sys.platform.startswith(("win", "darwin")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


COMMANDS = (chat,)
