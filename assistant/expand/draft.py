"""Files of an expansion: what was asked about, and the questions that came of it.

Beside `NAME.jsonl`, the readers' questions of a document, lies `NAME.asked.jsonl`: one line a piece that
was asked about, `{"piece": key}`, and until they are in `NAME.jsonl` also its `entries`. So an interrupted
run goes on where it stopped, nothing is asked twice, and lines of `NAME.jsonl` that a person has mended or
taken out stay as they are.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import CorpusError, NotWritable

__all__ = ["Draft", "name_in_corpus"]

Entry = Mapping[str, Any]
_DOCUMENT = re.compile(r"^[ \t]*\[\[[ \t]*document[ \t]*\]\][^\n]*\n?", re.MULTILINE)


class Draft:
    """The two files of one document; `questions` is the path of the first."""

    def __init__(self, questions: Path) -> None:
        self.questions = questions
        self.path = questions.with_suffix(".asked.jsonl")
        self._pieces: dict[str, list[Entry]] = {}
        if self.path.is_file():
            self._load()

    @property
    def begun(self) -> bool:
        """Whether an expansion has written here: without it, existing questions are a person's own."""
        return self.path.is_file()

    @property
    def done(self) -> frozenset[str]:
        """Keys of the pieces that were asked about."""
        return frozenset(self._pieces)

    @property
    def pending(self) -> tuple[Entry, ...]:
        """Entries that are not in the file of questions yet."""
        return tuple(entry for entries in self._pieces.values() for entry in entries)

    def add(self, key: str, entries: Sequence[Entry]) -> None:
        """Remember a piece as asked about, on disk before this returns. Raises NotWritable."""
        self._pieces[key] = list(entries)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(_line({"piece": key, "entries": list(entries)}))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _not_writable(self.path, error) from error

    def transfer(self) -> int:
        """Add pending entries to the file of questions; how many there were. Raises NotWritable."""
        if not (pending := self.pending):
            return 0
        try:
            text = self.questions.read_text(encoding="utf-8") if self.questions.is_file() else ""
            have = {row.get("id") for row in _rows(text)}  # a run that was killed here before
            text += "\n" if text and not text.endswith("\n") else ""
            _replace(self.questions, text + "".join(_line(e) for e in pending if e["id"] not in have))
            self._pieces = {key: [] for key in self._pieces}
            _replace(self.path, "".join(_line({"piece": key}) for key in self._pieces))
        except OSError as error:
            raise _not_writable(self.questions, error) from error
        return len(pending)

    def _load(self) -> None:
        """A line that is cut off is forgotten: its piece is asked about again."""
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
            for row in _rows(text):
                entries = row.get("entries", [])
                if isinstance(row.get("piece"), str) and isinstance(entries, list):
                    self._pieces[row["piece"]] = [e for e in entries if isinstance(e, dict) and "id" in e]
            if text and not text.endswith("\n"):
                rows = ({"piece": key, "entries": entries} for key, entries in self._pieces.items())
                _replace(self.path, "".join(map(_line, rows)))
        except OSError as error:
            raise _not_writable(self.path, error) from error


def name_in_corpus(path: Path, number: int, name: str) -> None:
    """Write `questions = name` into the [[document]] of that number (from 0) of a corpus.toml.

    Nothing else of the file changes. Raises CorpusError or NotWritable, which say what to write by hand.
    """
    line = f"questions = {json.dumps(name, ensure_ascii=False)}"
    try:
        # Line ends as they are: the file is a person's.
        text = path.read_bytes().decode("utf-8")
        heads = list(_DOCUMENT.finditer(text))
        wanted = _parsed(text)
        wanted["document"][number]["questions"] = name
        at = heads[number].end()
        end = "\r\n" if "\r\n" in text else "\n"
        changed = text[:at] + line + end + text[at:]
        if _parsed(changed) != wanted:
            raise ValueError("its [[document]] is written in an unusual way")
        _replace(path, changed)
    except OSError as error:
        raise NotWritable(f"{path} cannot be written ({error.strerror}). Add to it: {line}") from error
    except (ValueError, LookupError, TypeError):
        remedy = f"Write under its [[document]]: {line}"
        raise CorpusError("the new questions could not be named here.", path, None, remedy) from None


def _parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))


def _rows(text: str) -> Iterable[dict[str, Any]]:
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            row = json.loads(line)
            if isinstance(row, dict):
                yield row


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _replace(path: Path, text: str) -> None:
    """The whole file or the earlier one, never a part."""
    new = path.with_name(path.name + ".new")
    new.write_bytes(text.encode("utf-8"))
    new.replace(path)


def _not_writable(path: Path, error: OSError) -> NotWritable:
    return NotWritable(
        f"{path} cannot be written ({error.strerror}). Free some space, or change its rights; what was "
        "written before is kept."
    )
