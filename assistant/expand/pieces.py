"""What is asked about: pieces of one section, whole sentences, each with what it is called in the draft."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.types import Document, Sentence, Span

__all__ = ["PROMPT_VERSION", "Piece", "cut_pieces"]

PROMPT_VERSION = "questions-1"  # part of every key: pieces are asked anew when it changes
PIECE_WORDS = 180  # about two passages: enough to know what "it" is, few enough for a small model
PIECE_SENTENCES = 25
LONGEST = 4000  # characters of a sentence; a longer one is no sentence
_SKIPPED = frozenset({"heading", "prompt", "pull-quote", "attribution", "reference", "imprint"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Sentences of one section. `key` changes with their words, their titles and the prompt."""

    document: str
    section: str
    title: tuple[str, ...]  # the document's, then the section's from the top down
    sentences: tuple[Span, ...]
    texts: tuple[str, ...]
    key: str

    @property
    def words(self) -> int:
        return sum(len(text.split()) for text in self.texts)

    @property
    def name(self) -> str:
        """What a person finds it by: document, section, and how it begins."""
        begins = " ".join(self.texts[0].split())
        return f"{self.document} {self.section} “{begins[:40]}{'…' if len(begins) > 40 else ''}”"


def cut_pieces(document: Document) -> tuple[Piece, ...]:
    """All pieces of a document in reading order, those of a section of even length.

    Headings, questions to the reader, pull quotes, references and the imprint are not asked about.
    """
    blocks = document.blocks
    by_section: dict[str, list[Sentence]] = {}
    for sentence in document.sentences:
        if blocks[sentence.block].kind not in _SKIPPED and sentence.end - sentence.start <= LONGEST:
            by_section.setdefault(sentence.section, []).append(sentence)
    paths = {section.id: section.path for section in document.sections}
    return tuple(
        _piece(document, section, paths.get(section, ()), run)
        for section, sentences in by_section.items()
        for run in _runs(document.text, sentences)
    )


def _runs(text: str, sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
    """Runs of about equal length, none of many more words than `PIECE_WORDS`."""
    counts = [len(text[s.start : s.end].split()) for s in sentences]
    target = sum(counts) / max(1, math.ceil(sum(counts) / PIECE_WORDS))
    run: list[Sentence] = []
    words = 0
    for sentence, count in zip(sentences, counts, strict=True):
        if run and (words + count / 2 > target or len(run) == PIECE_SENTENCES):
            yield run
            run, words = [], 0
        run.append(sentence)
        words += count
    if run:
        yield run


def _piece(document: Document, section: str, path: tuple[str, ...], sentences: Sequence[Sentence]) -> Piece:
    title = (document.title, *path)
    texts = tuple(document.text[s.start : s.end] for s in sentences)
    made_of = json.dumps([PROMPT_VERSION, document.id, section, title, texts]).encode()
    key = hashlib.sha256(made_of).hexdigest()[:24]
    return Piece(document.id, section, title, tuple((s.start, s.end) for s in sentences), texts, key)
