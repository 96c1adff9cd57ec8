"""An honesty check of the parts that find: SciFact (BEIR), nDCG@10 beside published figures.

    python benchmarks/scifact.py [FOLDER]

BM25 as the assistant's word index has it, the bundled embedding model, and their reciprocal rank fusion, on
5,183 abstracts and 300 test claims. Published: BM25 0.665 (Thakur et al., NeurIPS 2021, table 2);
all-MiniLM-L6-v2 0.645 (MTEB, Muennighoff et al., EACL 2023). A figure far from these says that our use of
BM25 or of the model is broken; nothing is tuned here.

FOLDER is a BEIR folder; without it `../shared/data/bench/scifact`, development data beside the checkout that
users do not have. Embedding takes some minutes once; vectors are kept in out/scifact. The figures go to
benchmarks/results/scifact.json.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from assistant import SentenceTransformerEmbedder
from assistant.search.words import WordIndex
from eval.formats.beir import read_beir
from eval.rank import rank_scores

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "scifact.json"
KEPT = ROOT / "out" / "scifact"
PUBLISHED = {"BM25": 0.665, "dense": 0.645}
DEPTH = 100
RRF_K = 60


def vectors(texts: list[str], name: str, embedder: SentenceTransformerEmbedder) -> np.ndarray:
    """Unit vectors of the texts, kept between runs. Shape [n, dimension], float32."""
    file = KEPT / f"{name}-{embedder.model_id.replace('@', '-')}.npy"
    if file.is_file():
        kept = np.load(file)
        if len(kept) == len(texts):
            return kept
    KEPT.mkdir(parents=True, exist_ok=True)
    found = embedder.embed_passages(
        texts, lambda done, total: print(f"\r{name} {done}/{total}", end="", flush=True)
    )
    print()
    np.save(file, found)
    return found


def fused(rows: list[np.ndarray]) -> np.ndarray:
    """Reciprocal rank fusion of several rows of scores."""
    total = np.zeros(len(rows[0]))
    for scores in rows:
        ranks = np.empty(len(scores))
        ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
        total += 1 / (RRF_K + ranks)
    return total


def main() -> None:
    """Ranks all documents for each test claim in three ways, and prints the figures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "bench" / "scifact"
    if not folder.is_dir():
        print("SciFact is not here: name a BEIR folder. Skipped.")
        return
    data = read_beir(folder)
    ids = list(data.corpus)
    texts = [" ".join(data.corpus[i]).strip() for i in ids]
    queries = [q for q in data.queries if q in data.qrels]
    embedder = SentenceTransformerEmbedder()
    words = WordIndex.build(texts, "en")
    cosines = (
        vectors([data.queries[q] for q in queries], "queries", embedder) @ vectors(texts, "texts", embedder).T
    )
    runs: dict[str, dict[str, dict[str, float]]] = {"BM25": {}, "dense": {}, "RRF": {}}
    for row, query in enumerate(queries):
        by_words = words.scores(data.queries[query]).astype(float)
        scored = {
            "BM25": by_words,
            "dense": cosines[row].astype(float),
            "RRF": fused([by_words, cosines[row]]),
        }
        for name, scores in scored.items():
            best = np.argsort(-scores, kind="stable")[:DEPTH]
            runs[name][query] = {ids[i]: float(scores[i]) for i in best}
    table = {name: rank_scores(data.qrels, run) for name, run in runs.items()}
    print(f"{'':<8}{'nDCG@10':>9}{'published':>11}{'R@100':>8}{'RR@10':>8}")
    for name, row in table.items():
        known = f"{PUBLISHED[name]:.3f}" if name in PUBLISHED else "-"
        print(f"{name:<8}{row['nDCG@10']:>9.3f}{known:>11}{row['R@100']:>8.3f}{row['RR@10']:>8.3f}")
    result = {"documents": len(ids), "queries": len(queries), "model": embedder.model_id, "measured": table}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps({**result, "published": PUBLISHED}, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
