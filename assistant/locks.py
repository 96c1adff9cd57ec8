"""One process at a time: a lock file in a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import IndexBusy, NotWritable

__all__ = ["alone"]


@contextmanager
def alone(folder: Path, name: str, busy: str, refused: Callable[[Exception], NotWritable]) -> Iterator[None]:
    """Hold the lock file `name` of a folder, made if absent.

    Raises IndexBusy with the words `busy` while another holds it, and what `refused` makes of the error
    where the file system refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / name)
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexBusy(busy) from None
    except (OSError, NotImplementedError) as error:
        raise refused(error) from error
    try:
        yield
    finally:
        lock.release()
