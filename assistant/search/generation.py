"""Where builds write: one at a time, in a folder of their own, made current at the end by one rename."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from assistant.errors import AssistantError, NotWritable
from assistant.locks import alone
from assistant.search import index as layout
from assistant.types import IndexManifest

__all__ = ["locked", "make_current", "new_generation"]


def make_current(root: Path, folder: Path, manifest: IndexManifest) -> None:
    """Check what was written, put it in force, remove what was before."""
    _, files = layout.read_manifest(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            _sync(path)
    layout.check_files(folder, files)
    generation = root / f"{layout.GENERATION}{manifest.id}-{secrets.token_hex(4)}"
    folder.rename(generation)
    pointer = root / f"{layout.CURRENT}.new"
    pointer.write_text(generation.name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(root / layout.CURRENT)  # from here on the new index answers
    for old in root.iterdir():
        if old.name.startswith((layout.GENERATION, layout.BUILDING)) and old != generation:
            shutil.rmtree(old, ignore_errors=True)  # a reader on some systems keeps it: next time then


def locked(root: Path) -> contextlib.AbstractContextManager[None]:
    """Hold the one lock of an index folder, made if absent. Raises IndexBusy or NotWritable."""
    busy = f"Another build is under way in {root}. Wait for it to end, then run again."
    return alone(root, layout.LOCK, busy, lambda error: _not_writable(root, error))


@contextlib.contextmanager
def new_generation(root: Path) -> Iterator[Path]:
    """An empty folder for a build. Cut short, it stays behind, empty, as the sign that a build is due.

    Raises NotWritable for whatever the file system refuses meanwhile.
    """
    folder = root / f"{layout.BUILDING}{secrets.token_hex(4)}"
    try:
        folder.mkdir()
        _remove_leftovers(root, but=folder)
        yield folder
    except AssistantError:
        _empty(folder)
        raise
    except OSError as error:
        _empty(folder)
        raise _not_writable(root, error) from error
    except BaseException:
        _empty(folder)
        raise


def _remove_leftovers(root: Path, but: Path) -> None:
    """Give back the room of builds that were killed; whoever holds the lock is the only one who builds."""
    for old in root.glob(f"{layout.BUILDING}*"):
        if old != but:
            shutil.rmtree(old, ignore_errors=True)


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.mkdir()


def _not_writable(root: Path, error: BaseException) -> NotWritable:
    code = getattr(error, "errno", None)
    if isinstance(error, OSError) and code is None:  # numpy counts bytes instead of giving the reason
        code = errno.ENOSPC
    why = os.strerror(code) if code is not None else str(error) or type(error).__name__
    first = "Free some space there" if code in (errno.ENOSPC, errno.EDQUOT) else "Change its rights"
    return NotWritable(
        f"The index folder {root} cannot be written ({why}). {first}, "
        "or name another folder by the setting index; the earlier index is untouched."
    )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
