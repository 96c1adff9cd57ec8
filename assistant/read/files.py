"""Files of a corpus, read whole, with errors that say how to mend them."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import CorpusError

__all__ = ["MAX_BYTES", "CorpusFiles", "json_entries", "read_json", "read_toml"]

MAX_BYTES = 20_000_000
T = TypeVar("T")


class CorpusFiles:
    """Reads the files below one folder, none larger than `max_bytes`, and remembers their hashes."""

    def __init__(self, root: Path, max_bytes: int = MAX_BYTES) -> None:
        self.root, self.max_bytes = root, max_bytes
        self._hashes: dict[str, str] = {}

    def path(self, name: str) -> Path:
        """The file `name` (relative, with "/"); refuses one that leaves the corpus."""
        path = self.root / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise CorpusError(
                f"“{name}” leaves the corpus.",
                self.root / "corpus.toml",
                None,
                "Name files relative to the folder of corpus.toml.",
            )
        return path

    def has(self, name: object) -> bool:
        """Whether `name` is a file of the corpus."""
        try:
            return isinstance(name, str) and self.path(name).is_file()
        except OSError:  # no name that a file could have
            return False

    def text(self, name: str) -> str:
        """The text of a file.

        Raises `CorpusError` when it is missing, empty, larger than `max_bytes`, or not UTF-8.
        """
        path = self.path(name)
        try:
            size = path.stat().st_size
            if size > self.max_bytes:
                raise CorpusError(
                    f"the file has {size / 1e6:.0f} MB, more than the {self.max_bytes / 1e6:g} MB allowed.",
                    path,
                    None,
                    "Split it, or raise the setting max_file_mb.",
                )
            data = path.read_bytes()
        except FileNotFoundError:
            raise CorpusError(
                "there is no such file.", path, None, "Add it, or mend its name in corpus.toml."
            ) from None
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise CorpusError(
                f"the file cannot be read: {why}.", path, None, "Check its name and its rights."
            ) from error
        self._hashes[name] = hashlib.sha256(data).hexdigest()
        try:
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise CorpusError("the file is not UTF-8.", path, line, "Save it as UTF-8.") from None
        if not text.strip():
            raise CorpusError(
                "the file is empty.", path, None, "Write it, or take its name out of corpus.toml."
            )
        if "\x00" in text:
            line = text.count("\n", 0, text.index("\x00")) + 1
            raise CorpusError("the file holds a NUL character.", path, line, "Save it as plain UTF-8 text.")
        return text

    def toml(self, name: str) -> dict[str, Any]:
        """A TOML file as a dictionary; raises `CorpusError`."""
        return _toml(self.text(name), self.path(name))

    def json_lines(self, name: str) -> list[tuple[int, dict[str, Any]]]:
        """The objects of a JSON Lines file with their line numbers; raises `CorpusError`."""
        found: list[tuple[int, dict[str, Any]]] = []
        for number, line in enumerate(self.text(name).split("\n"), 1):
            if not line.strip():
                continue
            value = _json(line, self.path(name), "One JSON object a line.", number)
            if not isinstance(value, dict):
                raise CorpusError("not a JSON object.", self.path(name), number, "One JSON object a line.")
            found.append((number, value))
        return found

    def load(self, name: str, loader: Callable[[Path], T]) -> T:
        """What `loader` makes of a file that this class has looked at first."""
        self.text(name)
        return loader(self.path(name))

    def sha256(self, name: str) -> str:
        """The hash of a file that was read."""
        return self._hashes[name]

    def checksum(self) -> str:
        """One hash over the names and contents of all files read so far."""
        whole = hashlib.sha256()
        for name in sorted(self._hashes):
            whole.update(f"{name}\0{self._hashes[name]}\n".encode())
        return whole.hexdigest()


def read_json(path: Path, remedy: str) -> Any:
    """What a JSON file holds; `remedy` says how to mend it. Raises `CorpusError`."""
    return _json(_decoded(path), path, remedy)


def read_toml(path: Path) -> dict[str, Any]:
    """What a TOML file holds; raises `CorpusError`."""
    return _toml(_decoded(path), path)


def json_entries(path: Path, make: Callable[[Any], T], remedy: str) -> tuple[T, ...]:
    """What `make` builds of each object of a JSON list; `remedy` says how one is written.

    Raises `CorpusError` for a file that is not JSON or not UTF-8, and for an object that lacks something.
    """
    try:
        return tuple(make(entry) for entry in read_json(path, remedy))
    except KeyError as error:
        raise CorpusError(f"an entry has no {error}.", path, None, remedy) from None
    except (TypeError, AttributeError):
        raise CorpusError("not a list of entries of the right form.", path, None, remedy) from None


def _decoded(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"Not UTF-8 at byte {error.start}.", path, None, "Save the file as UTF-8."
        ) from None


# Not only what is no JSON or TOML is refused: numbers of thousands of digits and brackets nested a thousand
# deep make the standard library raise, too.


def _json(text: str, path: Path, remedy: str, line: int | None = None) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise CorpusError(f"not JSON: {error.msg}.", path, line or error.lineno, remedy) from None
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"not JSON that can be read: {error}.", path, line, remedy) from None


def _toml(text: str, path: Path) -> dict[str, Any]:
    remedy = "Mend the TOML there: often a quotation mark or a bracket is missing."
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        said = re.sub(r" \(at .*\)$", "", str(error))
        at = int(line[1]) if line else max(1, text.count("\n"))
        raise CorpusError(f"not TOML: {said}.", path, at, remedy) from None
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"not TOML that can be read: {error}.", path, None, remedy) from None
