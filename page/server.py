"""The start of a server: the index is opened while the first reader's browser still fetches the page.

This module imports next to nothing: the server listens before the rest is there.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import AsyncIterator
from pathlib import Path

__all__ = ["SCRIPT", "is_opening", "opening"]

SCRIPT = Path(__file__).with_name("script.py")

_NAME = "opening"
_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def opening(app: object) -> AsyncIterator[None]:
    """Streamlit's hook for a server's life: begins to open the assistant, and waits for nothing."""
    threading.Thread(target=_open, name=_NAME, daemon=True).start()
    yield


def is_opening() -> bool:
    """Whether a server that has just started still opens the assistant."""
    return any(thread.name == _NAME for thread in threading.enumerate())


def _open() -> None:
    from assistant import AssistantError
    from page.main import begin

    try:
        begin()
    except AssistantError as error:  # the page says it, and what to do, to whoever comes
        _log.warning("The assistant could not be opened: %s", error)
