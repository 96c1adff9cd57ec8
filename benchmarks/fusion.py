"""How the ways to a passage are best put together: experiments on the development questions.

    python benchmarks/fusion.py              fusion, weights, readers' questions, adapter
    python benchmarks/fusion.py --lengths    passage lengths too (embeds the handbook four times: minutes)

Every setting is scored on the questions of eval/questions/handbook.jsonl. With so few, differences of two
or three points are noise: each is printed with the standard error of its paired difference from what is in
use, and the choice of a setting is cross-validated: chosen on one half of the questions, scored on the
other, over 200 random halves. The last table splits the questions by their nearness to the nearest readers'
question.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from assistant import SentenceTransformerEmbedder, build_index, load_settings
from assistant.search import passages as cutting
from assistant.search import scores as fusing
from assistant.search.adapter import Adapter
from assistant.search.index import Index, open_index
from assistant.search.passages import CHUNKER
from assistant.search.retrieve import Searcher
from assistant.search.scores import Scores
from assistant.search.store import FaissStore
from assistant.search.texts import collect_texts, cut_all
from assistant.search.tokens import count_tokens
from assistant.search.understand import clean_question, understand
from assistant.search.words import WordIndex
from eval.items import Item
from eval.metrics.evidence import first_ranks, recall_at_passages, recall_within_words
from eval.sets import load_set

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "fusion.json"
MEASURES = ("400 words", "800 words", "first 5", "reciprocal rank")
Ranking = Callable[[Mapping[str, np.ndarray]], np.ndarray]


@dataclass(frozen=True)
class Tried:
    """One setting: constants of `search.scores` changed, or another way to fuse, or another index."""

    name: str
    constants: Mapping[str, float] = field(default_factory=dict)
    fuse: Ranking | None = None
    index: str = "in use"


def reciprocal(*names: str) -> Ranking:
    """Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009), k = 60, of these ways."""

    def fuse(ways: Mapping[str, np.ndarray]) -> np.ndarray:
        ranks = [np.argsort(np.argsort(-ways[name], kind="stable")) for name in names]
        return sum(1 / (60 + 1 + rank) for rank in ranks)

    return fuse


def weighted(**weights: float) -> Ranking:
    return lambda ways: sum(weight * ways[name] for name, weight in weights.items())


def larger(weight: float) -> Ranking:
    """The larger of what the passage itself and what its readers' questions say, instead of the sum."""
    own = weighted(dense=0.7, sentence=0.3, words=0.5)
    return lambda ways: np.maximum(own(ways), weight * ways["questions"])


NONE = {"BY_QUESTION": 0.0}
TRIED = (
    Tried("in use"),
    Tried("only dense", fuse=weighted(dense=1)),
    Tried("only sentence", fuse=weighted(sentence=1)),
    Tried("only words", fuse=weighted(words=1)),
    Tried("only questions", fuse=weighted(questions=1)),
    Tried("without questions", NONE),
    Tried("without questions, RRF", fuse=reciprocal("dense", "sentence", "words")),
    Tried("without questions, words 1.5", {**NONE, "PASSAGE_WORDS": 1.5}),
    Tried("without questions, no adapter", NONE, index="no adapter"),
    Tried("RRF of all", fuse=reciprocal("dense", "sentence", "words", "questions")),
    Tried("RRF of dense, words, questions", fuse=reciprocal("dense", "words", "questions")),
    Tried("equal weights", fuse=weighted(dense=1, sentence=1, words=1, questions=1)),
    Tried("larger of passage and questions", fuse=larger(1.0)),
    Tried("no adapter", index="no adapter"),
    Tried("questions 0.5", {"BY_QUESTION": 0.5}),
    Tried("questions 1", {"BY_QUESTION": 1.0}),
    Tried("questions 4", {"BY_QUESTION": 4.0}),
    Tried("passage words 0", {"PASSAGE_WORDS": 0.0}),
    Tried("passage words 1.5", {"PASSAGE_WORDS": 1.5}),
    Tried("sentence 0", {"SENTENCE_MEANING": 0.0}),
    Tried("sentence 0.7, dense 0.3", {"SENTENCE_MEANING": 0.7, "PASSAGE_MEANING": 0.3}),
    Tried("one wording counts", {"SECOND_WORDING": 0.0}),
    Tried("questions by cosine alone", {"QUESTION_WORDS": 0.0, "ANSWER_WORDS": 0.0, "ANSWER_MEANING": 0.0}),
    Tried("questions without their answers", {"ANSWER_WORDS": 0.0, "ANSWER_MEANING": 0.0}),
    Tried("all of an answer's passages alike", {"SUPPORT": 1.0}),
    Tried("only the main passage of an answer", {"SUPPORT": 0.0}),
)
LENGTHS = (60, 90, 130, 180)


class Known:
    """The embedder with a memory."""

    def __init__(self, inner: SentenceTransformerEmbedder) -> None:
        self.inner, self.vectors = inner, {}
        self.model_id, self.dimension, self.knows_word = inner.model_id, inner.dimension, inner.knows_word

    def embed_queries(self, texts: Sequence[str], progress: Any = None) -> np.ndarray:
        for text in texts:
            if text not in self.vectors:
                self.vectors[text] = self.inner.embed_queries([text])[0]
        return np.stack([self.vectors[text] for text in texts])


def cut_at(index: Index, words: int, embedder: SentenceTransformerEmbedder) -> Index:
    """The same corpus in passages of about `words` words."""
    documents = index.documents
    with mock.patch.object(cutting, "TARGET_WORDS", words):
        passages = cut_all(documents, embedder.count_tokens, embedder.max_tokens, count_tokens)
    texts = collect_texts(documents, passages)
    store = FaissStore(embedder.dimension)
    store.add(embedder.embed_passages(texts.passages))
    return replace(
        index,
        passages=passages,
        passages_store=store,
        passages_words=WordIndex.build(texts.passages, index.corpus.language),
        sentence_rows=texts.sentence_rows,  # the same sentences, in other passages
    )


def measured(searcher: Searcher, tried: Tried, items: Sequence[Item]) -> np.ndarray:
    """The four measures of every question, [questions, 4]."""
    rows = []
    score = searcher._ways.score

    def fused(*arguments: Any) -> Scores:
        scores = score(*arguments)
        return replace(scores, passages=tried.fuse(scores.ways)) if tried.fuse else scores

    with mock.patch.dict(vars(fusing), tried.constants), mock.patch.object(searcher._ways, "score", fused):
        if "SUPPORT" in tried.constants:
            searcher = Searcher(searcher.index, searcher.embedder)
        for item in items:
            question = understand(clean_question(item.question, 2000), searcher.lexicon, searcher.language)
            texts = [hit.passage.text for hit in searcher.retrieve(question, 40).hits]
            found = [rank for rank in first_ranks(item, texts) if rank]
            row = (recall_within_words(item, texts, 400), recall_within_words(item, texts, 800))
            rows.append((*row, recall_at_passages(item, texts, 5), 1 / min(found) if found else 0.0))
    return np.array(rows, dtype=float)


def told(name: str, scores: np.ndarray, used: np.ndarray) -> dict[str, Any]:
    """Means, and by how much the mean of the four differs from what is in use, with its standard error."""
    difference = scores.mean(axis=1) - used.mean(axis=1)
    error = difference.std(ddof=1) / len(difference) ** 0.5
    row = {"setting": name, **dict(zip(MEASURES, scores.mean(axis=0).round(3).tolist(), strict=True))}
    row |= {"difference": round(float(difference.mean()), 3), "standard error": round(float(error), 3)}
    print(f"{name:36}", *(f"{v:8}" for v in list(row.values())[1:]), flush=True)
    return row


def cross_validated(results: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Choose the best setting on one half, score it on the other, 200 times."""
    random = np.random.default_rng(0)
    names = list(results)
    means = np.stack([results[name].mean(axis=1) for name in names])  # [settings, questions]
    chosen: dict[str, int] = {}
    gains = []
    for _ in range(200):
        order = random.permutation(means.shape[1])
        one, other = order[: len(order) // 2], order[len(order) // 2 :]
        best = int(means[:, one].mean(axis=1).argmax())
        chosen[names[best]] = chosen.get(names[best], 0) + 1
        gains.append(means[best, other].mean() - means[names.index("in use"), other].mean())
    often = dict(sorted(chosen.items(), key=lambda item: -item[1])[:6])
    return {
        "chosen": often,
        "held_out_gain": round(float(np.mean(gains)), 4),
        "spread": round(float(np.std(gains)), 4),
    }


def by_nearness(
    index: Index, embedder: Known, items: Sequence[Item], results: Mapping[str, np.ndarray]
) -> list[Any]:
    """Scores by the model's own cosine of a question to the nearest readers' question, in thirds."""
    vectors = embedder.embed_queries([item.question for item in items])
    nearest = (vectors @ np.asarray(index.question_vectors).T).max(axis=1)
    rows = []
    for part in np.array_split(np.argsort(nearest), 3):
        row: dict[str, Any] = {
            "cosine": [round(float(nearest[part].min()), 2), round(float(nearest[part].max()), 2)]
        }
        row["questions"] = len(part)
        for name in ("in use", "without questions"):
            row[name] = dict(zip(MEASURES, results[name][part].mean(axis=0).round(3).tolist(), strict=True))
        rows.append(row)
        print(row, flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lengths", action="store_true", help="try passage lengths too (minutes)")
    options = parser.parse_args()
    settings = load_settings()
    model = SentenceTransformerEmbedder(threads=1)
    build_index(settings, embedder=model)
    index = open_index(settings.index, model_id=model.model_id, chunker=CHUNKER)
    embedder = Known(model)
    items = [item for item in load_set(ROOT / "eval" / "questions" / "handbook.jsonl") if item.evidence]
    plain = replace(index, adapter=Adapter.identity(index.manifest.dimension))
    searchers = {"in use": Searcher(index, embedder), "no adapter": Searcher(plain, embedder)}
    results: dict[str, np.ndarray] = {}
    rows = []
    print(f"{'setting':36}", *(f"{m[:8]:>8}" for m in (*MEASURES, "differ.", "error")))
    for tried in TRIED:
        results[tried.name] = measured(searchers[tried.index], tried, items)
        rows.append(told(tried.name, results[tried.name], results["in use"]))
    result: dict[str, Any] = {"questions": len(items), "settings": rows, "halves": cross_validated(results)}
    print(result["halves"])
    result["by_nearness"] = by_nearness(index, embedder, items, results)
    if options.lengths:
        result["lengths"] = []
        for words in LENGTHS:
            searcher = Searcher(cut_at(index, words, model), embedder)
            for name, tried in (("", Tried("")), (", without questions", Tried("", NONE))):
                scores = measured(searcher, tried, items)
                label = f"{words} words, {len(searcher.index.passages)} passages{name}"
                result["lengths"].append(told(label, scores, results["in use"]))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
