"""The console script `assistant`: carries words to the facade and its answers to the terminal."""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from assistant import AssistantError, __version__
from assistant.serve import ask, chat, corpus

__all__ = ["cli", "main"]

FAILED = 1  # 0 is success, 2 wrong usage (click's own)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="assistant")
def cli() -> None:
    """Answers questions from a handbook, each sentence with the place where it stands."""


for command in (*ask.COMMANDS, *corpus.COMMANDS, *chat.COMMANDS):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status 0, 1 or 2 and never raises.

    Whatever goes wrong is told in one line on standard error that says what to do.
    """
    try:
        if sys.stdout is None or sys.stderr is None:
            _open_closed()
        cli.main(args=list(arguments) if arguments is not None else None, standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # click makes the second of the first
        _forget(sys.stdout)  # whoever read us has seen enough
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail("Stopped.")
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except AssistantError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(_explain(error))
    except Exception as error:
        return _fail(
            f"Something went wrong inside ({type(error).__name__}: {error}). "
            "Set ASSISTANT_LOG_LEVEL=DEBUG for details, and tell the authors."
        )
    return 0


def _open_closed() -> None:
    """Give output a place to go where we were started with it closed (`>&-`)."""
    nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # for as long as we run
    sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere


def _fail(message: str) -> int:
    """One line, whatever the message holds; the traceback only for who asks for it."""
    if logging.getLogger("assistant").isEnabledFor(logging.DEBUG):
        traceback.print_exc()
    _write_error("assistant: " + " ".join(message.split()))
    _forget(sys.stdout, only_if_broken=True)
    return FAILED


def _write_error(line: str) -> None:
    try:
        click.echo(line.encode("utf-8", "backslashreplace").decode("utf-8"), err=True)
    except OSError:
        _forget(sys.stderr)


_REMEDIES: dict[int, Callable[[str], str]] = {
    errno.ENOSPC: lambda where: f"The disk is full{where}. Free some space and run again.",
    errno.EDQUOT: lambda where: f"The disk quota is used up{where}. Free some space and run again.",
    errno.EROFS: lambda where: f"The folder is read-only{where}. Choose another place.",
    errno.EACCES: lambda where: f"Permission denied{where}. Choose another place, or change its rights.",
    errno.EPERM: lambda where: f"Not permitted{where}. Choose another place, or change its rights.",
    errno.ENOENT: lambda where: f"No such file or folder{where}. Check the name.",
    errno.EISDIR: lambda where: f"That is a folder, not a file{where}. Check the name.",
    errno.ENOTDIR: lambda where: f"Part of the path is a file, not a folder{where}. Check the name.",
    errno.ENAMETOOLONG: lambda where: "The name of the file is too long. Check it.",
}


def _explain(error: OSError) -> str:
    where = f": {error.filename}" if error.filename is not None else ""
    remedy = _REMEDIES.get(error.errno or 0)
    return remedy(where) if remedy else f"{error.strerror or error}{where}. Check it and run again."


def _forget(stream: object, only_if_broken: bool = False) -> None:
    """Send what is left in a stream to nowhere, so that leaving does not fail on it again."""
    try:
        if only_if_broken:
            sys.stdout.flush()
            return
    except OSError:
        pass
    try:
        descriptor = stream.fileno()  # type: ignore[attr-defined]
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
    except (OSError, AttributeError, ValueError):
        pass
