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
    """Texts by document id; texts and words by section id; numbers of notes."""

    texts: Mapping[str, str]
    notes: frozenset[str]
    section_texts: Mapping[str, str]  # id -> its text, with that of its children
    section_words: Mapping[str, str]  # id -> its words, one space around each
    all_words: str
    checksum: str | None  # None for an export, which carries none

    def holds(self, quote: str, sections: Iterable[str] | None = None) -> bool:
        """Whether the quote's words stand in that order in one of the sections (anywhere for None)."""
        wanted = spaced(quote)
        if sections is None:
            return wanted in self.all_words
        return any(wanted in self.section_words.get(section, "") for section in sections)

    def numbered(self, sections: Iterable[str]) -> list[str]:
        """The ids of all sections that share a printed number with one of the given."""
        numbers = {number_of(section) for section in sections}
        return [section for section in self.section_words if number_of(section) in numbers]

    def homes(self, quote: str) -> list[str]:
        """The innermost sections in which the quote's words stand: at most three, in reading order."""
        wanted = spaced(quote)
        holding = {s: words for s, words in self.section_words.items() if wanted in words}
        return [
            section
            for section, words in holding.items()
            if not any(other != section and inner in words for other, inner in holding.items())
        ][:3]


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
    sections: dict[str, str] = {}
    for document in data["documents"]:
        for section in document.get("sections", []):
            part = document["text"][section["start"] : section["end"]]
            # Documents may share an id; "\n" keeps a quote from matching across both.
            sections[section["id"]] = "\n".join(filter(None, (sections.get(section["id"]), part)))
    return CorpusView(
        texts={d["id"]: d["text"] for d in data["documents"]},
        notes=frozenset(n["number"] for d in data["documents"] for n in d.get("notes", [])),
        section_texts=sections,
        section_words={section: spaced(text) for section, text in sections.items()},
        # "\n" keeps a quote from matching across two documents.
        all_words="\n".join(spaced(d["text"]) for d in data["documents"]),
        checksum=checksum,
    )
