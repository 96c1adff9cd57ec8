"""Searching: beside the embedding of the question, with many passages, and FAISS flat against HNSW.

    python benchmarks/search.py            some minutes
    python benchmarks/search.py --large    HNSW at 300,000 vectors too

Every time is a median on one thread in one process; ratios are what matters. On a busy machine the
processor's own time (cpu) says more than the clock. Large corpora are synthetic, from real text: a passage
is three sentences of the handbook drawn at random, its vector their mean with a little noise, so that no
two are alike. Results go to benchmarks/results/search.json.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy: one core is what is measured

import argparse
import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from assistant import SentenceTransformerEmbedder, build_index, load_settings
from assistant.search.adapter import Adapter
from assistant.search.index import Index, open_index
from assistant.search.language import load_language
from assistant.search.nearest import CANDIDATES, EightBitStore
from assistant.search.passages import CHUNKER
from assistant.search.retrieve import Searcher
from assistant.search.store import FaissStore
from assistant.search.understand import clean_question, type_codes, understand
from assistant.search.words import WordIndex
from assistant.types import Document, Passage, ReaderQuestion, Section, Sentence

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "search.json"
RNG = np.random.default_rng(0)


class Clocked:
    """An embedder that knows how long it took; with `known` vectors it takes no time."""

    def __init__(
        self, inner: SentenceTransformerEmbedder, known: dict[tuple[str, ...], np.ndarray] | None = None
    ) -> None:
        self.inner, self.known, self.seconds, self.cpu = inner, known, 0.0, 0.0
        self.model_id, self.dimension, self.knows_word = inner.model_id, inner.dimension, inner.knows_word

    def embed_queries(self, texts: Sequence[str], progress: Any = None) -> np.ndarray:
        if self.known is not None:
            return self.known[tuple(texts)]
        began, cpu = time.perf_counter(), time.process_time()
        vectors = self.inner.embed_queries(texts)
        self.seconds, self.cpu = time.perf_counter() - began, time.process_time() - cpu
        return vectors


def milliseconds(run: Callable[[], Any], times: int = 1) -> float:
    began = time.perf_counter()
    for _ in range(times):
        run()
    return (time.perf_counter() - began) * 1000 / times


def resident() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


# ---------------------------------------------------------------- the handbook


def at_home(index: Index, embedder: SentenceTransformerEmbedder, questions: Sequence[str]) -> dict[str, Any]:
    """Search beside the embedding of the question, question by question."""
    clocked = Clocked(embedder)
    began = time.perf_counter()
    searcher = Searcher(index, clocked)
    opened = time.perf_counter() - began
    embedder.embed_queries(["warm"])
    understand("warrm", searcher.lexicon, searcher.language)  # reads the word list
    embedding, beyond, understanding = [], [], []
    cpu = {"embedding": 0.0, "search": 0.0}
    for question in questions:
        began, cpu_began = time.perf_counter(), time.process_time()
        understood = understand(clean_question(question, 2000), searcher.lexicon, searcher.language)
        understanding.append((time.perf_counter() - began) * 1000)
        whole = milliseconds(lambda understood=understood: searcher.retrieve(understood))
        embedding.append(clocked.seconds * 1000)
        beyond.append(whole - embedding[-1])
        cpu["embedding"] += clocked.cpu
        cpu["search"] += time.process_time() - cpu_began - clocked.cpu
    ratios = [b / e for b, e in zip(beyond, embedding, strict=True)]
    return {
        "passages": len(index.passages),
        "sentences": len(index.sentence_vectors),
        "readers_questions": len(index.question_vectors),
        "questions": len(questions),
        "embedding_ms": round(statistics.median(embedding), 2),
        "understanding_ms": round(statistics.median(understanding), 3),
        "search_ms": round(statistics.median(beyond), 2),
        "ratio_median": round(statistics.median(ratios), 3),
        "ratio_of_sums": round(sum(beyond) / sum(embedding), 3),
        "ratio_of_sums_with_understanding": round((sum(beyond) + sum(understanding)) / sum(embedding), 3),
        "ratio_of_cpu_with_understanding": round(cpu["search"] / cpu["embedding"], 3),
        "searcher_made_s": round(opened, 2),
    }


# ---------------------------------------------------------------- many passages


def near(vectors: np.ndarray, count: int, of: int) -> tuple[np.ndarray, np.ndarray]:
    """`count` unit vectors, each the mean of `of` of `vectors` with noise; and the rows it was made of."""
    rows = RNG.integers(0, len(vectors), (count, of))
    made = np.empty((count, vectors.shape[1]), np.float32)
    for at in range(0, count, 20_000):
        part = vectors[rows[at : at + 20_000]].mean(axis=1)
        part = part + RNG.normal(0, 0.02, part.shape).astype(np.float32)
        made[at : at + 20_000] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made, rows


def grown(index: Index, count: int, questions: int) -> Index:
    """An index of `count` passages, three sentences each; `questions` readers' questions, five an entry."""
    document = index.documents[0]
    own = [document.sentences[row] for row in index.sentence_rows[:, 1]]
    texts = [document.text[s.start : s.end] for s in own]
    vectors, rows = near(np.asarray(index.sentence_vectors), count, 3)
    passages, sentences, at, pieces = [], [], 0, []
    for row, members in enumerate(rows):
        start = at
        for member in members:
            sentences.append(Sentence("1", 0, at, at + len(texts[member])))
            at += len(texts[member]) + 1
        text = " ".join(texts[member] for member in members)
        pieces.append(text)
        passages.append(Passage(row, "book", "1", start, at - 1, text, "A title", 80))
    asked, bank, question_rows = _questions(index, questions, passages)
    section = Section("1", "A title", 1, None, ("A title",), None, 0, at)
    text = " ".join(pieces)
    whole = Document("book", "A book", text, (section,), (), tuple(sentences), questions=tuple(bank))
    store = FaissStore(vectors.shape[1])
    store.add(vectors)
    sentence_vectors, _ = near(np.asarray(index.sentence_vectors), 3 * count, 1)
    numbers = np.arange(3 * count, dtype=np.int32)
    wordings = [wording for entry in bank for wording in entry.questions]
    evidence = [whole.text[s:e] for entry in bank for s, e in entry.spans]
    return replace(
        index,
        corpus=replace(index.corpus, documents=(whole,)),
        passages=tuple(passages),
        passages_store=store,
        sentence_vectors=sentence_vectors,
        sentence_rows=np.stack([numbers * 0, numbers, numbers // 3], axis=1),
        question_vectors=asked,
        question_rows=question_rows,
        unanswered_vectors=np.zeros((0, vectors.shape[1]), np.float32),
        unanswered_rows=np.zeros((0, 2), np.int32),
        question_types=type_codes(wordings, load_language("en")),
        unanswered_types=np.zeros(0, np.uint8),
        passages_words=WordIndex.build(pieces, "en"),
        questions_words=WordIndex.build(wordings, "en"),
        evidence_words=WordIndex.build(evidence, "en"),
    )


def _questions(
    index: Index, count: int, passages: Sequence[Passage]
) -> tuple[np.ndarray, list[ReaderQuestion], np.ndarray]:
    if not count:
        empty = np.zeros((0, index.manifest.dimension), np.float32)
        return empty, [], np.zeros((0, 3), np.int32)
    vectors, rows = near(np.asarray(index.question_vectors), count, 1)
    known = [q for entry in index.documents[0].questions for q in entry.questions]
    bank = []
    for number in range(count // 5):
        texts = tuple(known[row] for row in rows[5 * number : 5 * number + 5, 0])
        passage = passages[int(RNG.integers(len(passages)))]
        span = (passage.start, passage.start + 80)
        bank.append(ReaderQuestion(f"q{number}", "1", "factoid", texts, (span,), ()))
    numbers = np.arange(count, dtype=np.int32)
    return vectors, bank, np.stack([numbers * 0, numbers // 5, numbers % 5], axis=1)


def large(
    index: Index, embedder: SentenceTransformerEmbedder, questions: Sequence[str], size: tuple[int, int]
) -> dict[str, Any]:
    """Search alone (vectors of the questions known) in a synthetic index of `size` passages and questions."""
    before = resident()
    index = grown(index, *size)
    began = time.perf_counter()
    known = {(q,): embedder.embed_queries([q]) for q in questions}
    embedding = (time.perf_counter() - began) * 1000 / len(questions)
    began = time.perf_counter()
    searcher = Searcher(index, Clocked(embedder, known))
    opened = time.perf_counter() - began
    held = resident() - before
    exact = Searcher(index, Clocked(embedder, known), exact_up_to=10**9)
    asked = [replace(understand("x1", searcher.lexicon, searcher.language), standalone=q) for q in questions]
    took, cpu, same = [], [], []
    for question in asked:
        searcher.retrieve(question)
        took.append(milliseconds(lambda question=question: searcher.retrieve(question), 3))
        began = time.process_time()
        searcher.retrieve(question)
        cpu.append((time.process_time() - began) * 1000)
        found = {hit.passage.id for hit in searcher.retrieve(question, 10).hits}
        same.append(len(found & {hit.passage.id for hit in exact.retrieve(question, 10).hits}) / len(found))
    return {
        "passages": size[0],
        "sentences": 3 * size[0],
        "readers_questions": size[1],
        "search_ms": round(statistics.median(took), 2),
        "search_ms_p90": round(statistics.quantiles(took, n=10)[-1], 2),
        "search_cpu_ms": round(statistics.median(cpu), 2),
        "embedding_ms": round(embedding, 2),
        "same_first_10_as_exact": round(statistics.mean(same), 4),
        "bytes_a_passage": round(held / size[0]),
        "searcher_made_s": round(opened, 2),
    }


# ---------------------------------------------------------------- FAISS


def kinds(index: Index, count: int, hnsw: bool) -> list[dict[str, Any]]:
    """One search in `count` vectors: flat, eight bits, HNSW; and the share of the true first ten found."""
    vectors, _ = near(np.asarray(index.passages_store.vectors()), count, 2)
    queries = np.ascontiguousarray(index.question_vectors[:: len(index.question_vectors) // 50][:50])
    truth = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    rows = []
    flat, eight = FaissStore(vectors.shape[1]), EightBitStore(vectors.shape[1])
    for name, store in (("flat", flat), (f"eight bits, first {CANDIDATES}", eight)):
        built = milliseconds(lambda store=store: store.add(vectors)) / 1000
        k = 10 if name == "flat" else CANDIDATES
        rows.append(
            _kind(name, count, built, lambda q, store=store, k=k: store.search(q, k)[1], (queries, truth))
        )
    if hnsw:
        graph = faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = 80
        built = milliseconds(lambda: graph.add(vectors)) / 1000
        for ef in (64, 256, 1024):
            graph.hnsw.efSearch = ef
            rows.append(
                _kind(f"HNSW 32, ef {ef}", count, built, lambda q: graph.search(q, 10)[1], (queries, truth))
            )
    return rows


def _kind(
    name: str, count: int, built: float, search: Callable[[np.ndarray], np.ndarray], data: tuple[Any, Any]
) -> dict[str, Any]:
    queries, truth = data
    took = [milliseconds(lambda row=row: search(queries[row : row + 1])) for row in range(len(queries))]
    found = search(queries)
    hits = [len(set(a.tolist()) & set(b.tolist())) / 10 for a, b in zip(truth, found, strict=True)]
    return {
        "kind": name,
        "vectors": count,
        "search_ms": round(statistics.median(took), 3),
        "true_first_10_found": round(statistics.mean(hits), 3),
        "built_s": round(built, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--large", action="store_true", help="HNSW at 300,000 vectors too (minutes)")
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    settings = load_settings()
    embedder = SentenceTransformerEmbedder(threads=1)
    build_index(settings, embedder=embedder)
    index = open_index(settings.index, model_id=embedder.model_id, chunker=CHUNKER)
    lines = (ROOT / "eval" / "questions" / "handbook.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    result: dict[str, Any] = {
        "machine": f"one thread, Python {platform.python_version()}, faiss {faiss.__version__}",
        "handbook": at_home(index, embedder, questions),
    }
    print(json.dumps(result, indent=1), flush=True)
    # Adapting every row when the index is opened is measured above; here it would only take time.
    plain = replace(index, adapter=Adapter.identity(index.manifest.dimension))
    result["growth"] = []
    for size in ((1_000, 0), (10_000, 0), (100_000, 0), (100_000, 20_000), (100_000, 100_000)):
        result["growth"].append(large(plain, embedder, questions[:40], size))
        print(result["growth"][-1], flush=True)
    result["faiss"] = []
    for count in (10_000, 100_000, 300_000):
        found = kinds(index, count, hnsw=count < 300_000 or options.large)
        result["faiss"] += found
        print(*found, sep="\n", flush=True)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
