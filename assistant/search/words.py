"""Search by words: BM25 (Robertson & Zaragoza 2009, Lucene's form) over stemmed words, by bm25s.

Scores are divided by the best that a query could reach, the sum of its words' idf, so that 1 means
"every word of the question, often" and queries of any length can be mixed with cosines. Words that the
texts do not hold count in that sum too: a question about unknown things scores low.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import IndexBroken

__all__ = ["WordIndex", "split_words", "stem_words"]

# Scripts written without spaces between words: cut into pairs of characters instead.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "id": "indonesian", "it": "italian", "nl": "dutch", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
_MARKERS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")  # a note's marker is not part of its word


@functools.cache
def _word() -> re.Pattern[str]:
    r"""A run of letters, digits and the marks that many scripts put on them, which `\w` leaves out."""
    marks = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c) in ("Mn", "Mc"))
    return re.compile(rf"\w[\w{marks}]*(?:'\w[\w{marks}]*)?")


@functools.cache
def _stemmer(language: str) -> Any:
    import Stemmer

    name = _STEMMERS.get(language)
    return Stemmer.Stemmer(name) if name else None


@functools.cache
def _stop_words(language: str) -> frozenset[str]:
    from bm25s import stopwords

    name = "EN_PLUS" if language == "en" else _STEMMERS.get(language, "").upper()
    return frozenset(getattr(stopwords, f"STOPWORDS_{name}", ()))  # none known: every word counts


def split_words(text: str) -> list[str]:
    """Lower-case words in order, compatibility forms folded, note markers left out."""
    folded = unicodedata.normalize("NFKC", _MARKERS.sub(" ", text)).lower().replace("’", "'")
    if not _UNSPACED.search(folded):
        return [word.removesuffix("'s") for word in _word().findall(folded)]
    words: list[str] = []
    for word in _word().findall(folded):
        if _UNSPACED.search(word):
            words.extend(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            words.append(word.removesuffix("'s"))
    return words


def stem_words(text: str, language: str) -> list[str]:
    """Stemmed words without stop words; all words where nothing else is left."""
    words = split_words(text)
    kept = [word for word in words if word not in _stop_words(language)] or words
    stemmer = _stemmer(language)
    return list(stemmer.stemWords(kept)) if stemmer else kept


class WordIndex:
    """BM25 over a list of texts, one row each."""

    def __init__(self, retriever: Any, idf: dict[str, float], rows: int, language: str) -> None:
        self._retriever, self._idf, self._rows, self.language = retriever, idf, rows, language
        self._unknown = float(np.log(1 + (rows + 0.5) / 0.5))

    @classmethod
    def build(cls, texts: Sequence[str], language: str) -> WordIndex:
        """Index `texts`; row i scores text i."""
        import bm25s

        tokens = [stem_words(text, language) for text in texts]
        rows = len(tokens)
        if not any(tokens):
            return cls(None, {}, rows, language)
        retriever = bm25s.BM25(k1=1.2, b=0.5, method="lucene")
        retriever.index(tokens, show_progress=False)
        found: dict[str, int] = {}
        for text_tokens in tokens:
            for token in set(text_tokens):
                found[token] = found.get(token, 0) + 1
        idf = {t: float(np.log(1 + (rows - n + 0.5) / (n + 0.5))) for t, n in found.items()}
        return cls(retriever, idf, rows, language)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Scores in [0, 1], one per text; 0 where no word is shared. Shape [rows], float32."""
        return self.score_terms(stem_words(query, self.language))

    def score_terms(self, stemmed: Sequence[str]) -> NDArray[np.float32]:
        """`scores` of a query that `stem_words` has cut already."""
        terms = list(dict.fromkeys(stemmed))
        ideal = sum(self._idf.get(term, self._unknown) for term in terms)
        known = [term for term in terms if term in self._idf]
        if not known or self._retriever is None:
            return np.zeros(self._rows, dtype=np.float32)
        raw = np.asarray(self._retriever.get_scores(known), dtype=np.float32)
        return raw / np.float32(ideal)

    def idf(self, term: str) -> float:
        """The weight of a stemmed word; that of a word never seen where the texts lack it."""
        return self._idf.get(term, self._unknown)

    def __contains__(self, term: object) -> bool:
        return term in self._idf

    def save(self, folder: Path) -> None:
        """Write the index into `folder` (made if absent)."""
        folder.mkdir(parents=True, exist_ok=True)
        meta = {"rows": self._rows, "language": self.language, "idf": self._idf}
        (folder / "words.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        if self._retriever is not None:
            self._retriever.save(str(folder / "bm25"), show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        """Read an index that `save` wrote; raises `IndexBroken` where it is damaged."""
        import bm25s

        try:
            meta = json.loads((folder / "words.json").read_text(encoding="utf-8"))
            retriever = bm25s.BM25.load(str(folder / "bm25")) if meta["idf"] else None
            return cls(retriever, meta["idf"], meta["rows"], meta["language"])
        except (OSError, ValueError, KeyError) as error:
            message = f"The word index in {folder.name} is damaged ({error}). Run `assistant build`."
            raise IndexBroken(message) from error
