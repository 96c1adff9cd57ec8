"""The calibration of an index: its own questions held out, their signals, and the regression over them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from assistant.search.adapter import Adapter
from assistant.search.answerability import (
    HELD_OUT,
    SIBLING,
    SIGNALS,
    Calibration,
    Signaller,
    fit_calibration,
)
from assistant.search.evidence import entries, owners
from assistant.search.language import Language
from assistant.search.texts import IndexTexts
from assistant.search.understand import asked_for_of, type_codes
from assistant.search.words import WordIndex
from assistant.types import Document

__all__ = ["calibrate"]

Matrix = npt.NDArray[np.float32]

_BLOCK = 128  # questions held out at once


def calibrate(
    documents: Sequence[Document],
    texts: IndexTexts,
    vectors: tuple[Matrix, Matrix],
    adapter: Adapter,
    words: WordIndex,
    language: Language,
    progress: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Fit a calibration; `vectors` are those of the questions and of the unanswered, rows as in `texts`.

    An answered question is held out with its siblings nearer than `SIBLING`; an unanswered one alone.
    """
    answered = adapter.adapt_queries(vectors[0])
    unanswered = adapter.adapt_queries(vectors[1])
    owned_by = owners(documents, texts.question_rows)
    if not len(answered) or not len(unanswered):
        return fit_calibration(np.zeros((0, len(SIGNALS))), np.zeros((0, len(SIGNALS))), "")
    types = type_codes(texts.questions, language), type_codes(texts.unanswered, language)
    signaller = Signaller(documents, entries(documents), words, language, types)
    chosen = np.unique(np.linspace(0, len(answered) - 1, min(HELD_OUT, len(answered))).astype(int))
    missed = np.unique(np.linspace(0, len(unanswered) - 1, min(HELD_OUT, len(unanswered))).astype(int))
    total = len(chosen) + len(missed)
    done = 0
    positive: list[npt.NDArray[np.float64]] = []
    for row, near, far in _cosines(answered, answered[chosen], unanswered, chosen):
        siblings = (owned_by == owned_by[row]) & (near > SIBLING)
        siblings[row] = True
        near[siblings] = -1.0
        held_out = frozenset(texts.questions[sibling] for sibling in np.flatnonzero(siblings))
        positive.append(_signals(signaller, texts.questions[row], language, near, far, owned_by, held_out))
        done += 1
        if progress and done % 50 == 0:
            progress(done, total)
    negative: list[npt.NDArray[np.float64]] = []
    for row, near, far in _cosines(answered, unanswered[missed], unanswered, missed):
        far[row] = -1.0
        negative.append(_signals(signaller, texts.unanswered[row], language, near, far, owned_by))
        done += 1
        if progress and done % 50 == 0:
            progress(done, total)
    if progress:
        progress(total, total)
    key = hashlib.sha256(answered.tobytes() + unanswered.tobytes()).hexdigest()
    return fit_calibration(np.array(positive), np.array(negative), key)


def _cosines(
    answered: Matrix, asked: Matrix, unanswered: Matrix, rows: npt.NDArray[np.int64]
) -> Iterator[tuple[int, npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """For each asked vector its row and its cosines to both tables; in blocks, which is many times faster."""
    for start in range(0, len(asked), _BLOCK):
        block = asked[start : start + _BLOCK]
        near, far = block @ answered.T, block @ unanswered.T
        for place in range(len(block)):
            yield int(rows[start + place]), near[place], far[place]


def _signals(
    signaller: Signaller,
    text: str,
    language: Language,
    near: npt.NDArray[np.float32],
    far: npt.NDArray[np.float32],
    owned_by: npt.NDArray[np.int64],
    held_out: Collection[str] = (),
) -> npt.NDArray[np.float64]:
    best = int(owned_by[int(np.argmax(near))])
    return signaller.signals(text, asked_for_of(text, language), best, near, far, held_out)
