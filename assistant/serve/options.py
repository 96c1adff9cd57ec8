"""What several commands share: settings from options, progress bars, safe printing."""

from __future__ import annotations

import functools
import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click
from tqdm import tqdm

from assistant import load_settings

__all__ = ["build_bar", "print_json", "printable", "tell", "with_settings", "working"]

_OPTIONS = (
    click.option(
        "--corpus", type=click.Path(), metavar="FOLDER", help="Where the corpus is (setting corpus)."
    ),
    click.option("--index", type=click.Path(), metavar="FOLDER", help="Where the index is (setting index)."),
    click.option("--model", metavar="NAME", help="Embedding model: its name or folder (setting model)."),
    click.option(
        "--log-level",
        type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
        help="How much to tell on standard error (setting log_level).",
    ),
)


def with_settings(*own: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the common options, and the settings in force as its first argument.

    `own` names options of the command that are settings too; they are taken into the settings.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**options: Any) -> None:
            names = ("corpus", "index", "model", "log_level", *own)
            settings = load_settings(**{name: options.pop(name) for name in names})
            _log_to_stderr(settings.log_level)
            command(settings, **options)

        wrapped: Callable[..., None] = run
        for option in reversed(_OPTIONS):
            wrapped = option(wrapped)
        return wrapped

    return decorate


def _log_to_stderr(level: str) -> None:
    """Our own messages only: what libraries log is theirs."""
    logger = logging.getLogger("assistant")
    logger.setLevel(level)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("assistant: %(message)s"))
        logger.addHandler(handler)


def tell(line: str) -> None:
    """A line about the work on standard error; the work goes on where nobody reads it any more."""
    with suppress(OSError):
        click.echo(printable(line), err=True)


def print_json(value: Any) -> None:
    """One JSON object on standard output, readable, in UTF-8."""
    click.echo(_encodable(json.dumps(value, ensure_ascii=False, indent=2)))


# Escape sequences and invisible direction marks could make a terminal show what is not there.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Text that a terminal shows as it is: without control characters and lone surrogates."""
    return _encodable(_UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


@contextmanager
def build_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress function for a build: one bar a step on a terminal, one line a step elsewhere."""
    bar: tqdm[Any] | None = None
    current = ""
    live = sys.stderr.isatty()

    def show(step: str, done: int, total: int) -> None:
        nonlocal bar, current
        if step != current:
            if bar is not None:
                bar.close()
            current = step
            if live:
                bar = tqdm(total=total, desc=step.capitalize(), unit="", leave=True, file=sys.stderr)
            else:
                click.echo(f"{step.capitalize()} ({total:,})" if total > 1 else step.capitalize())
        if bar is not None:
            bar.update(done - bar.n)

    def show_if_seen(step: str, done: int, total: int) -> None:
        with suppress(OSError):  # nobody looks any more (`| head -1`): no reason to end a build
            show(step, done, total)

    try:
        yield show_if_seen
    finally:
        if bar is not None:
            bar.close()


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on a terminal what takes a moment, and take it back when it is done."""
    live = sys.stderr.isatty()
    if live:
        click.echo(f"{what} ...", err=True, nl=False)
    try:
        yield
    finally:
        if live:
            click.echo("\r\x1b[K", err=True, nl=False)
