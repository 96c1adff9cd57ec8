"""The opened assistant, shared by all readers of a server, and the building of its index from the page."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from assistant import Assistant, AssistantError, Settings, build_index, load_settings
from page.book import Book
from page.evidence import Library

__all__ = ["Build", "Engine", "drawn", "engine", "forget", "start_build", "the_build"]

_log = logging.getLogger(__name__)
_NOBODY_CAME = 3.0  # seconds after which the model is loaded though no page was drawn yet
_FIRST_PAGE = 0.7  # seconds that the first reader's browser has for itself, once its page is drawn
_BETWEEN_REFERENCES = 0.05  # seconds of rest between references that are set ahead of need
_drawn = threading.Event()


@dataclass(frozen=True)
class Engine:
    """One opened assistant with its books; `ready` is set when the first question needs to load nothing."""

    assistant: Assistant
    settings: Settings
    library: Library
    ready: threading.Event = field(default_factory=threading.Event)


@dataclass
class Build:
    """A build of the index that this server does, or did last; `error` is what ended it early."""

    step: str = ""
    done: int = 0
    total: int = 0
    error: str | None = None
    thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


def engine(composer: str | None = None) -> Engine:
    """The assistant with that composer (None: the setting's), opened once for all readers.

    Raises AssistantError, and tries again the next time.
    """
    return _open(composer)


def drawn() -> None:
    """Say that a page stands: what it need not wait for may begin."""
    _drawn.set()


def forget() -> None:
    """Open the index anew when it is next needed."""
    _open.clear()


@st.cache_resource(show_spinner=False)
def _open(composer: str | None) -> Engine:
    settings = load_settings(composer=composer)
    assistant = Assistant.open(settings)
    library = Library({d.id: Book(d) for d in assistant.documents}, assistant.reference)
    opened = Engine(assistant, settings, library)
    gc.freeze()
    threading.Thread(target=_warm, args=(opened,), name="warm-up", daemon=True).start()
    return opened


def _warm(opened: Engine) -> None:
    """Load the model, then set all references once, so that no reader waits for either."""
    if _drawn.wait(_NOBODY_CAME):
        time.sleep(_FIRST_PAGE)
    try:
        opened.assistant.ask("warm up")  # makes all that an answer needs
    except AssistantError as error:  # the first question will say it to its reader
        _log.warning("The assistant could not be warmed up: %s", error)
    finally:
        _settle()
        opened.ready.set()
    for book in opened.library.books.values():
        for reference in book.references.values():
            for style in ("apa", "chicago"):
                opened.library.set(reference.id, style, "")
            time.sleep(_BETWEEN_REFERENCES)
    _settle()


def _settle() -> None:
    """Keep what is here to stay out of the collector's sight.

    Streamlit collects all garbage after each run of the page; going through an index and a model each time
    costs a third of a second, ten times the answer.
    """
    gc.collect()
    gc.freeze()


# ---------------------------------------------------------------- building


@st.cache_resource(show_spinner=False)
def the_build() -> Build:
    """The build of this server; one for all readers."""
    return Build()


def start_build(settings: Settings, run: Callable[..., object] = build_index) -> Build:
    """Build the index in a thread of its own, unless a build of this server runs already."""
    build = the_build()
    if build.running:
        return build
    build.step, build.done, build.total, build.error = "", 0, 0, None

    def work() -> None:
        def tell(step: str, done: int, total: int) -> None:
            build.step, build.done, build.total = step, done, total

        try:
            run(settings, progress=tell)
        except AssistantError as error:
            build.error = str(error)
        except Exception:
            _log.exception("The build failed.")
            build.error = "The build failed; the server's log says why."

    build.thread = threading.Thread(target=work, name="build", daemon=True)
    build.thread.start()
    return build
