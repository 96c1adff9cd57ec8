"""Whether the supplied text with its declared edits gives the words of the Markdown, told for a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assistant.read.files import CorpusFiles
from assistant.read.problems import Finding
from assistant.read.replay import (
    Difference,
    EditsBroken,
    document_words,
    line_of_words,
    replay,
    sha256,
    supplied_words,
    word_differences,
)
from assistant.read.shapes import EDITS, misfits
from assistant.types import Document

__all__ = ["edit_findings"]

_MANY = 20  # differences of words told one by one
_LONG = 160  # characters of words told in full


def edit_findings(
    files: CorpusFiles,
    name: str,
    original: str | None,
    document: Document,
    place: Callable[[int | None], str],
) -> Iterator[Finding]:
    """Findings about the file `name` of edits and about the words that it should account for.

    `original` names the supplied text; `place` gives file and line of an offset of the document's text.
    Raises `CorpusError` for a file that cannot be read.
    """
    path = str(files.path(name))
    if original is None or not files.has(original):
        yield Finding("error", path, "edits without the original.", "Name it as `original` in corpus.toml.")
        return
    edits = files.toml(name)
    if wrong := misfits(EDITS, edits):
        remedy = "An edit has line, old and new; a move has lines, before and begins; see docs/CORPUS.md."
        yield from (Finding("error", path, misfit, remedy) for misfit in wrong)
        return
    supplied = files.text(original)
    try:
        expected = supplied_words(replay(supplied, edits))
    except EditsBroken as error:
        yield Finding("error", path, str(error), "Mend the entry, or restore the original.")
        return
    differences = word_differences(expected, document_words(document))
    for difference in differences[:_MANY]:
        line = line_of_words(supplied, difference.expected)
        there = f" (line {line} of the original)" if line else ""
        remedy = f"Undo it, or declare it in {name}{there}."
        yield Finding("error", place(difference.offset), _told(difference), remedy)
    if len(differences) > _MANY:
        problem = f"and {len(differences) - _MANY} more undeclared differences."
        yield Finding("error", place(None), problem, f"Undo them, or declare them in {name}.")
    yield from _unexplained(edits, path, supplied)
    yield from _gone(edits, path, document)


def _gone(edits: Mapping[str, Any], path: str, document: Document) -> Iterator[Finding]:
    """Words that are declared as kept and are no longer there."""
    words = " ".join(document.text.split())
    for kept in (kept for group in edits.get("kept", ()) for kept in group.get("place", ())):
        if " ".join(kept["quote"].split()) not in words:
            remedy = "Take the entry out, or restore the words."
            yield Finding("warning", path, f"kept words are gone: “{kept['quote']}”.", remedy)


def _told(difference: Difference) -> str:
    expected, found = _cut(difference.expected), _cut(difference.found)
    if not expected:
        return f"“{found}” stands here and not in the original: not declared."
    if not found:
        return f"“{expected}” of the original is missing here: not declared."
    return f"“{expected}” of the original reads “{found}”: not declared."


def _cut(words: str) -> str:
    """Long runs of words by their ends."""
    return words if len(words) <= _LONG else f"{words[: _LONG // 2]} … {words[-_LONG // 2 :]}"


def _unexplained(edits: Mapping[str, Any], path: str, supplied: str) -> Iterator[Finding]:
    """Edits that do not say why, and edits of an original that could be any."""
    for kind in ("move", "group", "kept"):
        for number, entry in enumerate(edits.get(kind, ()), 1):
            if not str(entry.get("reason") or "").strip():
                yield Finding("warning", path, f"[[{kind}]] {number} gives no reason.", 'Add reason = "...".')
    if edits.get("sha256") is None:
        remedy = f'Add sha256 = "{sha256(supplied)}".'
        yield Finding("warning", path, "a change of the original would not be found.", remedy)
