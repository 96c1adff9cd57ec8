"""How likely it is that the corpus answers a question, from evidence of several kinds.

One score cannot tell a question that is answered from one that only sounds so. These signals together
can: how near the question is to readers' questions that are answered and to questions known to be
unanswered; how much of what it says stands in the best answer, in that answer's other wordings, and in
the corpus at all; whether its names and numbers do; whether the type of fact that it asks for does.

They are weighed by a logistic regression that is fitted when an index is built, on the corpus's own
questions: each is held out in turn, with its nearest siblings, so that it has to be found by the others.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt

from assistant.errors import IndexBroken
from assistant.search.language import Language
from assistant.search.words import WordIndex, split_words, stem_words
from assistant.types import AskedFor, Document, ReaderQuestion

__all__ = ["SIGNALS", "TYPES", "Calibration", "Signaller", "fit_calibration", "without_questions"]

Vector = npt.NDArray[np.float32]
TypeCodes = npt.NDArray[np.uint8]

TYPES: tuple[AskedFor, ...] = get_args(AskedFor)  # of facts; their places are their codes

SIGNALS = (
    "answered",       # cosine of the nearest readers' question
    "unanswered",     # cosine of the nearest question known to be unanswered
    "odds-03", "odds-07", "odds-15",  # log odds of the two kinds among the nearest, at three widths
    "answered-5",     # cosine of the fifth-nearest readers' question
    "unanswered-3",
    "in-answer",      # share of the question's words, by weight, in the best answer and its title
    "in-wordings",    # the same with that answer's other questions
    "in-corpus",      # the same with the whole corpus
    "unknown-names",  # names and numbers that the corpus does not hold
    "missing-names",  # names and numbers that the best answer does not hold
    "type-missing",   # 1 where the type of fact asked for is not in the best answer
    "unknown-words",  # words that neither the corpus nor any readers' question holds
    "answered-type", "unanswered-type",  # cosines of the nearest that ask for the same type of fact
    "odds-type",      # log odds among those
)  # fmt: skip

_NEAREST = 20
_WIDTHS = (0.03, 0.07, 0.15)
_TYPE_WIDTH = 0.05
_TOKEN = re.compile(r"[^\W_][\w'’-]*")
HELD_OUT = 3000  # questions of each kind that calibration holds out
SIBLING = 0.8  # siblings nearer than this are held out with a question: readers' wordings are newer than ours


@dataclass(frozen=True, slots=True)
class _Words:
    """Stems of one entry: its answer with the titles above it, and all that and its questions."""

    answer: frozenset[str]
    wordings: Mapping[str, frozenset[str]]
    all: frozenset[str]
    text: str

    def without(self, held_out: Collection[str]) -> frozenset[str]:
        """`all` as it would be without these wordings."""
        if not any(question in held_out for question in self.wordings):
            return self.all
        return self.answer.union(*(s for question, s in self.wordings.items() if question not in held_out))


class Signaller:
    """Computes the signals of a question. Read-only after it is made."""

    def __init__(
        self, documents: Sequence[Document], entries: Sequence[tuple[int, ReaderQuestion]], words: WordIndex,
        language: Language, types: tuple[TypeCodes, TypeCodes],
    ) -> None:  # fmt: skip
        """`types` are those asked for by each readers' question and by each unanswered one, as
        `understand.type_codes` gives them; rows as in the cosines given to `signals`.
        """
        self._of_type = [[np.flatnonzero(codes == code) for code in range(len(TYPES))] for codes in types]
        self._language, self._index = language, words
        code = words.language
        titles = [{s.id: " ".join(s.path) for s in document.sections} for document in documents]
        self._entries: list[_Words] = []
        asked: Counter[str] = Counter()
        for d, entry in entries:
            text = " ".join(documents[d].text[start:end] for start, end in entry.spans)
            answer = frozenset(stem_words(f"{text} {titles[d].get(entry.section, '')}", code))
            wordings = {question: frozenset(stem_words(question, code)) for question in entry.questions}
            for stems in wordings.values():
                asked.update(stems)
            self._entries.append(_Words(answer, wordings, answer.union(*wordings.values()), text))
        self._asked = asked
        self._corpus = frozenset(s for document in documents for s in stem_words(document.text, code))
        self._known = self._corpus.union(asked)
        asking = " ".join(language.words.get("asking", ()))
        self._asking = frozenset(stem_words(asking, code)) if asking else frozenset()
        self._people = frozenset(
            name.split()[-1] for document in documents for e in document.entities if e.kind == "person"
            for name in (e.name, *e.aliases) if name
        )  # fmt: skip

    def signals(
        self, text: str, asked_for: AskedFor, best: int, answered: Vector, unanswered: Vector,
        held_out: Collection[str] = (),
    ) -> npt.NDArray[np.float64]:  # fmt: skip
        """The signals of one question, [len(SIGNALS)].

        `best` is the entry of the nearest readers' question; `answered` and `unanswered` are the cosines
        to all readers' questions and to all unanswered ones. `held_out` are readers' questions whose words
        do not count as known: a question of the corpus must not know its own words.
        """
        near, far = _descending(answered), _descending(unanswered)
        entry = self._entries[best]
        known = self._known_without(held_out)
        type_ = TYPES.index(asked_for)
        near_type = _descending(answered[self._of_type[0][type_]])
        far_type = _descending(unanswered[self._of_type[1][type_]])
        stems = [s for s in dict.fromkeys(stem_words(text, self._index.language)) if s not in self._asking]
        weights = np.array([self._index.idf(stem) for stem in stems])
        names = self._names(text)
        return np.array(
            [
                near[0],
                far[0],
                *(_log_odds(near, far, width) for width in _WIDTHS),
                near[min(4, len(near) - 1)],
                far[min(2, len(far) - 1)],
                _share(stems, weights, entry.answer),
                _share(stems, weights, entry.without(held_out)),
                _share(stems, weights, self._corpus),
                min(2, sum(stem not in self._corpus for _, stem in names)),
                min(3, sum(stem not in entry.answer for _, stem in names)),
                float(not self._has_type(asked_for, entry.text)),
                sum(stem not in known for stem in stems),
                near_type[0],
                far_type[0],
                _log_odds(near_type, far_type, _TYPE_WIDTH),
            ]
        )

    def _known_without(self, held_out: Collection[str]) -> frozenset[str]:
        if not held_out:
            return self._known
        lost = Counter(s for question in held_out for s in set(stem_words(question, self._index.language)))
        return self._known - {s for s, n in lost.items() if self._asked[s] <= n and s not in self._corpus}

    def unknown_names(self, text: str) -> tuple[str, ...]:
        """Names and numbers in `text` that the corpus does not hold, as they are written."""
        return tuple(dict.fromkeys(name for name, stem in self._names(text) if stem not in self._known))

    def share_known(self, text: str) -> float:
        """The share of the question's words, by weight, that the corpus holds."""
        stems = [s for s in dict.fromkeys(stem_words(text, self._index.language)) if s not in self._asking]
        return _share(stems, np.array([self._index.idf(stem) for stem in stems]), self._corpus)

    def _names(self, text: str) -> list[tuple[str, str]]:
        """Words with a capital inside a sentence, and numbers, each with its stem."""
        found = []
        for match in _TOKEN.finditer(text):
            word = match.group()
            starts = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in ".?!"
            is_name = len(word) > 1 and word[0].isupper() and not starts and not text.isupper()
            if is_name or word[0].isdigit():
                stems = stem_words(word, self._index.language) or split_words(word)
                if stems and stems[0] not in self._asking:
                    found.append((word, stems[0]))
        return found

    def _has_type(self, asked_for: AskedFor, text: str) -> bool:
        if asked_for == "person":
            return any(name in text for name in self._people)
        patterns = self._language.get("present", asked_for)
        return not patterns or any(pattern.search(text.lower()) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over the signals; `probability` of being answered."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    key: str = ""

    def probability(self, signals: npt.NDArray[np.float64]) -> float:
        # Few numbers: arrays would take longer to make than to add up.
        parts = zip(signals.tolist(), self.mean, self.scale, self.weights, strict=True)
        z = self.bias + sum((signal - mean) / scale * weight for signal, mean, scale, weight in parts)
        return 1.0 / (1.0 + math.exp(-max(-700.0, z)))

    def save(self, path: Path) -> None:
        values = {name: getattr(self, name) for name in ("mean", "scale", "weights", "bias", "key")}
        path.write_text(json.dumps({"signals": SIGNALS, **values}), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Calibration:
        """Raises IndexBroken where the file is damaged or made for other signals."""
        try:
            raw = json.loads(path.read_text(encoding="utf-8"))
            if tuple(raw.pop("signals")) != SIGNALS:
                raise ValueError("it weighs other signals")
            lists = {name: tuple(map(float, raw[name])) for name in ("mean", "scale", "weights")}
            if any(len(values) != len(SIGNALS) for values in lists.values()):
                raise ValueError("it has another number of weights")
            return cls(**lists, bias=float(raw["bias"]), key=str(raw["key"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexBroken(
                f"The index file {path} is damaged ({error}). Run `assistant build`."
            ) from error


# Where a corpus has no unanswered questions to learn from: nearness, known words and unknown names alone.
DEFAULT = Calibration(
    mean=(0.0,) * len(SIGNALS),
    scale=(1.0,) * len(SIGNALS),
    weights=(9.0, *(0.0,) * 8, 3.0, -0.7, 0.0, 0.0, -0.5, 0.0, 0.0, 0.0),
    bias=-6.87,  # measured at -7.0 for a limit of 0.18: the same questions are refused below 0.2
)


def without_questions(nearest: float, known: float, unknown_names: int) -> float:
    """The probability where a corpus has no readers' questions: by its nearest sentence's cosine alone,
    the share of known words and the number of unknown names.

    Fitted to half of SQuAD 2.0's dev set by the bundled model's cosines (`benchmarks/refusal.py`); what it
    is worth stands in docs/SEARCH.md.
    """
    z = 6.8 * nearest + 1.0 * known - 0.85 * min(2, unknown_names) - 4.9
    return 1.0 / (1.0 + math.exp(-z))


def fit_calibration(
    answered: npt.NDArray[np.float64], unanswered: npt.NDArray[np.float64], key: str
) -> Calibration:
    """Fit to the signals of held-out answered and unanswered questions, each [n, len(SIGNALS)].

    Both kinds weigh the same, whatever their numbers. `DEFAULT` with fewer than 50 of either.
    """
    if min(len(answered), len(unanswered)) < 50:
        return replace(DEFAULT, key=key)
    from sklearn.linear_model import LogisticRegression

    rows = np.vstack([answered, unanswered])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    truth = np.r_[np.ones(len(answered)), np.zeros(len(unanswered))]
    model = LogisticRegression(class_weight="balanced", C=0.1, max_iter=1000)
    model.fit((rows - mean) / scale, truth)
    return Calibration(
        tuple(mean.tolist()),
        tuple(scale.tolist()),
        tuple(model.coef_[0].tolist()),
        float(model.intercept_[0]),
        key,
    )


def _descending(cosines: Vector) -> Vector:
    """The nearest first, at least one: -1 where there is none."""
    if not len(cosines):
        return np.array([-1.0], dtype=np.float32)
    count = min(_NEAREST, len(cosines))
    return np.sort(np.partition(cosines, len(cosines) - count)[len(cosines) - count :])[::-1]


def _log_odds(near: Vector, far: Vector, width: float) -> float:
    """Log of the ratio of the two sums of exp(cosine / width), held to [-30, 30]."""
    top = max(near[0], far[0])
    answered = float(np.exp((near - top) / width).sum())
    ratio = answered / max(1e-12, float(np.exp((far - top) / width).sum()))
    return min(30.0, max(-30.0, math.log(max(1e-12, ratio))))


def _share(stems: Sequence[str], weights: npt.NDArray[np.float64], known: frozenset[str]) -> float:
    total = float(weights.sum()) if len(weights) else 0.0
    held = sum(float(w) for stem, w in zip(stems, weights, strict=True) if stem in known)
    return held / total if total > 0 else 1.0
