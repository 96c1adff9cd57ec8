"""The corpus as the harness needs it: texts, sections and notes, from a folder or an export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant import AssistantError, export_corpus, load_corpus, load_settings
from eval.errors import InputError
from eval.items import number_of
from eval.text import words

__all__ = ["CorpusView", "load_view", "matching_view"]


@dataclass(frozen=True, slots=True)
class CorpusView:
    """Texts by document id; words by printed section number; ids of sections and notes."""

    texts: Mapping[str, str]
    sections: frozenset[str]
    notes: frozenset[str]
    section_words: Mapping[str, str]  # printed number -> its words, one space around each
    all_words: str
    checksum: str | None  # None for an export, which carries none

    def holds(self, quote: str, sections: tuple[str, ...] = ()) -> bool:
        """Whether the quote's words stand in that order in one of the sections (anywhere for none)."""
        wanted = spaced(quote)
        places = (
            [self.section_words.get(number_of(s), "") for s in sections] if sections else [self.all_words]
        )
        return any(wanted in place for place in places)


def spaced(text: str) -> str:
    """The text's words, one space before, between and after."""
    return f" {' '.join(words(text))} "


def load_view(path: Path | None = None) -> CorpusView:
    """The view of a corpus folder, or of the JSON file that `assistant export` printed.

    None means the corpus of the settings in force. Raises CorpusError or InputError.
    """
    if path is not None and path.is_file():
        return _view(_read_export(path), None)
    corpus = load_corpus(path if path is not None else load_settings().corpus)
    return _view(export_corpus(corpus), corpus.checksum)


def matching_view(answers: Iterable[Mapping[str, Any]]) -> CorpusView | None:
    """The settings' corpus, if all answers say that they were made from it; else None."""
    named = {str((answer.get("provenance") or {}).get("corpus_sha256")) for answer in answers}
    if len(named) != 1 or named == {"None"}:
        return None
    try:
        view = load_view()
    except AssistantError:
        return None  # answers of a corpus that is not here can still be scored
    return view if {view.checksum} == named else None


def _read_export(path: Path) -> Mapping[str, Any]:
    remedy = "Make it with `assistant export`."
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"no corpus can be read from it ({error}).", path, remedy=remedy) from None
    documents = data.get("documents") if isinstance(data, Mapping) else None
    if not isinstance(documents, list) or not all(isinstance(d, Mapping) and "text" in d for d in documents):
        raise InputError('there is no list "documents" with texts in it.', path, remedy=remedy)
    return data  # type: ignore[no-any-return]


def _view(data: Mapping[str, Any], checksum: str | None) -> CorpusView:
    by_number: dict[str, list[str]] = {}
    for document in data["documents"]:
        for section in document.get("sections", []):
            part = spaced(document["text"][section["start"] : section["end"]])
            by_number.setdefault(number_of(section["id"]), []).append(part)
    return CorpusView(
        texts={d["id"]: d["text"] for d in data["documents"]},
        sections=frozenset(s["id"] for d in data["documents"] for s in d.get("sections", [])),
        notes=frozenset(n["number"] for d in data["documents"] for n in d.get("notes", [])),
        # "\n" keeps a quote from matching across two sections that share a number.
        section_words={number: "\n".join(parts) for number, parts in by_number.items()},
        all_words="\n".join(spaced(d["text"]) for d in data["documents"]),
        checksum=checksum,
    )
