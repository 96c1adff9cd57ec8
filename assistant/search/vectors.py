"""The vectors of an index: taken from what is known, embedded where they are new."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.search.embedder import Embedder, Matrix, Progress
from assistant.search.texts import IndexTexts, text_key

__all__ = ["Known", "VectorTables", "embed_texts"]

Known = dict[bytes, npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class VectorTables:
    """Vectors of all texts of an index, rows as in `IndexTexts`."""

    tables: tuple[Matrix, Matrix, Matrix, Matrix]  # passages, sentences, questions, unanswered
    keys: npt.NDArray[np.uint8]  # of all rows of the four, in that order, [n, 32]
    embedded: int
    reused: int
    seconds: float  # spent embedding


def embed_texts(
    texts: IndexTexts, embedder: Embedder, known: Known, progress: Progress | None = None
) -> VectorTables:
    """Vectors of all four tables; each different text is embedded once, or taken from `known`."""
    began = time.perf_counter()
    # Readers' questions are compared with questions: they are embedded as such.
    tables = (("passage", texts.passages), ("passage", texts.sentences), ("query", texts.questions),
              ("query", texts.unanswered))  # fmt: skip
    keys = [[text_key(embedder.model_id, role, text) for text in table] for role, table in tables]
    missing: dict[str, dict[bytes, str]] = {"passage": {}, "query": {}}
    for (role, table), table_keys in zip(tables, keys, strict=True):
        missing[role].update((k, t) for k, t in zip(table_keys, table, strict=True) if k not in known)
    total = sum(map(len, missing.values()))
    found = dict(known)
    done = 0
    for role, embed in (("passage", embedder.embed_passages), ("query", embedder.embed_queries)):
        if not missing[role]:
            continue
        rows = embed(list(missing[role].values()), _shifted(progress, done, total))
        found.update(zip(missing[role], rows, strict=True))
        done += len(rows)
    stacked = [_stack([found[key] for key in table_keys], embedder.dimension) for table_keys in keys]
    flat = [key for table_keys in keys for key in table_keys]
    return VectorTables(
        tables=(stacked[0], stacked[1], stacked[2], stacked[3]),
        keys=np.frombuffer(b"".join(flat), np.uint8).reshape(-1, 32),
        embedded=total,
        reused=len(set(flat)) - total,
        seconds=time.perf_counter() - began if total else 0.0,
    )


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Progress of a part, told as progress of the whole."""
    if progress is None:
        return None
    tell: Callable[[int, int], None] = progress
    return lambda done, _: tell(before + done, total)


def _stack(rows: Sequence[npt.NDArray[np.float32]], dimension: int) -> Matrix:
    return np.stack(rows) if rows else np.zeros((0, dimension), np.float32)
