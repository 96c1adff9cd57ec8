"""What answers each readers' question: its sentences, its passages, and their vectors.

Readers' questions of all documents are numbered through, in the order of the documents; that number is
an entry's "owner" in the tables of the index.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assistant.types import Document, Passage, ReaderQuestion

__all__ = ["covering_passages", "entries", "evidence_texts", "evidence_vectors", "owners"]

Matrix = npt.NDArray[np.float32]


def entries(documents: Sequence[Document]) -> list[tuple[int, ReaderQuestion]]:
    """All entries with the index of their document; the position in the list is the owner's number."""
    return [(d, entry) for d, document in enumerate(documents) for entry in document.questions]


def owners(documents: Sequence[Document], question_rows: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """The owner of each row of the question table, [n]."""
    first = np.cumsum([0, *(len(document.questions) for document in documents)])
    return np.asarray(first[question_rows[:, 0]] + question_rows[:, 1], dtype=np.int64)


def evidence_texts(documents: Sequence[Document]) -> list[str]:
    """The answering sentences of each entry, joined."""
    return [
        " ".join(documents[d].text[start:end] for start, end in entry.spans)
        for d, entry in entries(documents)
    ]


def evidence_vectors(
    documents: Sequence[Document], sentence_rows: npt.NDArray[np.int32], sentence_vectors: Matrix
) -> Matrix:
    """For each entry the mean of its sentences' vectors, [m, d]; zeros where no sentence is indexed."""
    result = np.zeros((len(entries(documents)), sentence_vectors.shape[1]), dtype=np.float32)
    tables = []
    for d, document in enumerate(documents):
        rows = np.flatnonzero(sentence_rows[:, 0] == d)
        sentences = [document.sentences[s] for s in sentence_rows[rows, 1]]
        tables.append((rows, [s.start for s in sentences], [s.end for s in sentences]))
    for owner, (d, entry) in enumerate(entries(documents)):
        rows, starts, ends = tables[d]
        chosen = [
            rows[i]
            for start, end in entry.spans
            for i in range(bisect_right(ends, start), bisect_left(starts, end))
        ]
        if chosen:
            result[owner] = np.asarray(sentence_vectors)[chosen].mean(axis=0)
    return result


def covering_passages(
    documents: Sequence[Document], passages: Sequence[Passage]
) -> list[tuple[tuple[int, float], ...]]:
    """For each entry the passages that hold its sentences, with the share of the first that each holds.

    The passage with the most of the entry's words comes first; its weight is 1.
    """
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document, []).append(passage)
    ends = {name: [p.end for p in own] for name, own in by_document.items()}
    result: list[tuple[tuple[int, float], ...]] = []
    for d, entry in entries(documents):
        name = documents[d].id
        own = by_document.get(name, [])
        held: dict[int, int] = {}
        for start, end in entry.spans:
            for passage in own[bisect_right(ends.get(name, []), start) :]:
                if passage.start >= end:
                    break
                held[passage.id] = held.get(passage.id, 0) + min(end, passage.end) - max(start, passage.start)
        most = max(held.values(), default=1)
        ranked = sorted(held.items(), key=lambda item: (-item[1], item[0]))
        result.append(tuple((passage, count / most) for passage, count in ranked))
    return result
