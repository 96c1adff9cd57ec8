"""The adapter that belongs to an index under construction: the known one, or a newly fitted one."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import IndexProblem
from assistant.search.adapter import ADAPTER_VERSION, Adapter, fit_adapter
from assistant.search.evidence import evidence_vectors, owners
from assistant.search.texts import IndexTexts
from assistant.types import Document

__all__ = ["adapter_for"]

Matrix = npt.NDArray[np.float32]


def adapter_for(
    documents: Sequence[Document],
    texts: IndexTexts,
    vectors: Sequence[Matrix],
    known: Path,
    progress: Callable[[int, int], None] | None = None,
) -> Adapter:
    """The adapter in the file `known` if it was fitted to the same questions and answers, else a new one.

    `vectors` are those of the sentences, the questions and the unanswered ones, rows as in `texts`.
    """
    sentences, questions, unanswered = vectors
    owned_by = owners(documents, texts.question_rows)
    evidence = evidence_vectors(documents, texts.sentence_rows, sentences)
    made_of = (m.tobytes() for m in (questions, owned_by, evidence, unanswered))
    key = hashlib.sha256(ADAPTER_VERSION.encode() + b"".join(made_of)).hexdigest()
    with contextlib.suppress(IndexProblem):
        adapter = Adapter.load(known)
        if adapter.key == key:
            return adapter
    return fit_adapter(questions, owned_by, evidence, unanswered=unanswered, key=key, progress=progress)
