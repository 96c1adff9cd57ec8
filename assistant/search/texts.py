"""What of a corpus is embedded, as texts with the rows that say where each came from.

Four tables, each row one vector: passages (with their title path), sentences inside passages,
readers' questions in every wording, and questions that the corpus does not answer.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from assistant.search.passages import cut_passages
from assistant.types import Document, Marker, Passage

__all__ = ["IndexTexts", "collect_texts", "cut_all", "text_key", "without_markers"]

RowTable = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class IndexTexts:
    """Texts to embed and, for each, its place; all tables are aligned with their texts.

    `sentence_rows` [n, 3]: document index, sentence index in it, passage id.
    `question_rows` [n, 3]: document index, entry index in `Document.questions`, wording index.
    `unanswered_rows` [n, 2]: document index, entry index in `Document.unanswered`.
    """

    passages: tuple[str, ...]
    sentences: tuple[str, ...]
    questions: tuple[str, ...]
    unanswered: tuple[str, ...]
    sentence_rows: RowTable
    question_rows: RowTable
    unanswered_rows: RowTable


def cut_all(
    documents: Sequence[Document],
    count_for_limit: Callable[[str], int],
    limit: int,
    count_tokens: Callable[[str], int],
) -> tuple[Passage, ...]:
    """Passages of all documents; `id` is the row in the index.

    `count_for_limit` counts as the embedding model does and holds passages to its `limit`;
    `count_tokens` gives `Passage.tokens`, the project's own measure.
    """
    cut = (p for document in documents for p in cut_passages(document, count_for_limit, limit))
    return tuple(replace(p, id=row, tokens=count_tokens(p.text)) for row, p in enumerate(cut))


def collect_texts(documents: Sequence[Document], passages: Sequence[Passage]) -> IndexTexts:
    """The texts of an index in the order of its rows."""
    places = {document.id: index for index, document in enumerate(documents)}
    markers = [_marker_list(document) for document in documents]
    passage_texts = tuple(
        f"{p.title}\n{without_markers(p.text, p.start, markers[places[p.document]])}" for p in passages
    )
    sentences, sentence_rows = _sentences(documents, passages, markers)
    questions: list[str] = []
    question_rows: list[tuple[int, int, int]] = []
    unanswered: list[str] = []
    unanswered_rows: list[tuple[int, int]] = []
    for d, document in enumerate(documents):
        for e, entry in enumerate(document.questions):
            questions.extend(entry.questions)
            question_rows.extend((d, e, w) for w in range(len(entry.questions)))
        unanswered.extend(entry.question for entry in document.unanswered)
        unanswered_rows.extend((d, e) for e in range(len(document.unanswered)))
    return IndexTexts(
        passage_texts,
        tuple(sentences),
        tuple(questions),
        tuple(unanswered),
        _table(sentence_rows, 3),
        _table(question_rows, 3),
        _table(unanswered_rows, 2),
    )


def without_markers(text: str, start: int, markers: Sequence[Marker]) -> str:
    """`text`, which begins at `start` of its document, without note markers: they mean nothing to a model."""
    kept: list[str] = []
    at = start
    first = bisect_right(markers, start - 1, key=lambda m: m.start)
    for marker in markers[first:]:
        if marker.end > start + len(text):
            break
        kept.append(text[at - start : marker.start - start])
        at = marker.end
    kept.append(text[at - start :])
    return "".join(kept)


def text_key(model_id: str, role: str, text: str) -> bytes:
    """32 bytes that stand for one vector: equal keys, equal vectors."""
    return hashlib.sha256(f"{model_id}\0{role}\0{text}".encode("utf-8", "surrogatepass")).digest()


def _marker_list(document: Document) -> list[Marker]:
    return sorted((m for note in document.notes for m in note.markers), key=lambda m: m.start)


def _sentences(
    documents: Sequence[Document], passages: Sequence[Passage], markers: Sequence[Sequence[Marker]]
) -> tuple[list[str], list[tuple[int, int, int]]]:
    """Sentences that lie inside a passage; the others (titles, prompts) are not searched."""
    texts: list[str] = []
    rows: list[tuple[int, int, int]] = []
    for d, document in enumerate(documents):
        own = sorted((p for p in passages if p.document == document.id), key=lambda p: p.start)
        starts = [p.start for p in own]
        for s, sentence in enumerate(document.sentences):
            at = bisect_right(starts, sentence.start) - 1
            if at < 0 or sentence.end > own[at].end:
                continue
            words = document.text[sentence.start : sentence.end]
            texts.append(without_markers(words, sentence.start, markers[d]))
            rows.append((d, s, own[at].id))
    return texts, rows


def _table(rows: Iterable[tuple[int, ...]], width: int) -> RowTable:
    return np.array(list(rows), dtype=np.int32).reshape(-1, width)
