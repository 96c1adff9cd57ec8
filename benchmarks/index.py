"""Building the index: everything from nothing, as a new user builds it, and again with nothing changed.

    python benchmarks/index.py

- everything: no earlier index and nothing carried beside the corpus; beside it, the part of it that was
  embedding, and the same texts embedded alone
- as carried: no earlier index, but what the project carries in corpus/vectors (made here from the first)
- again: the same once more, where nothing may be embedded

The texts are recorded as the build hands them to the embedder. Figures are wall-clock seconds of one run
with the model loaded before; ratios are what matters. Results go to benchmarks/results/index.json.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant import BuildReport, SentenceTransformerEmbedder, Settings, build_index
from assistant.search.carry import carry_vectors

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "index.json"


class Recorder(SentenceTransformerEmbedder):
    """The real embedder; remembers what it was given and how it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, list[str]]] = []

    def embed_passages(self, texts: Sequence[str], progress: Any = None) -> np.ndarray:
        self.calls.append(("passages", list(texts)))
        return super().embed_passages(texts, progress)

    def embed_queries(self, texts: Sequence[str], progress: Any = None) -> np.ndarray:
        self.calls.append(("queries", list(texts)))
        return super().embed_queries(texts, progress)


def embedding_alone(calls: list[tuple[str, list[str]]]) -> float:
    """Seconds to embed the recorded texts again and nothing else."""
    embedder = SentenceTransformerEmbedder()
    embedder.embed_queries(["warm"])
    began = time.perf_counter()
    for kind, texts in calls:
        (embedder.embed_passages if kind == "passages" else embedder.embed_queries)(texts)
    return time.perf_counter() - began


def row(name: str, report: BuildReport, **more: float) -> dict[str, Any]:
    """One line of the table."""
    return {"build": name, "embedded": report.embedded, "build_s": report.seconds, **more}


def measure(corpus: Path, folder: Path) -> list[dict[str, Any]]:
    """The three builds over one corpus, in `folder`."""
    embedder = Recorder()
    embedder.embed_queries(["warm"])
    embedder.calls.clear()
    everything = build_index(Settings(corpus=corpus, index=folder / "a"), embedder=embedder)
    calls = list(embedder.calls)
    alone = embedding_alone(calls)
    passages = next(texts for kind, texts in calls if kind == "passages")[: everything.passages]
    passages_alone = min(embedding_alone([("passages", passages)]) for _ in range(3))
    carry_vectors(Settings(corpus=corpus, index=folder / "a"), embedder)
    carried = build_index(Settings(corpus=corpus, index=folder / "b"), embedder=embedder)
    again = build_index(Settings(corpus=corpus, index=folder / "b"), embedder=embedder)
    assert again.embedded == 0, f"nothing changed, but {again.embedded} texts were embedded"
    return [
        row(
            "everything",
            everything,
            embedding_s=everything.seconds_embedding,
            same_texts_alone_s=alone,
            passages_alone_s=passages_alone,
        ),
        row("as carried", carried, passages_alone_s=passages_alone),
        row("again", again),
    ]


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        corpus = Path(temporary) / "corpus"
        shutil.copytree(ROOT / "corpus", corpus, ignore=shutil.ignore_patterns("vectors"))
        rows = measure(corpus, Path(temporary))
    columns = ("embedding_s", "same_texts_alone_s", "passages_alone_s")
    titles = ("of it embedding s", "same texts alone s", "passages alone s")
    print(f"{'build':12}{'embedded':>10}{'build s':>10}" + "".join(f"{title:>22}" for title in titles))
    for line in rows:
        line["build_s"] = round(line["build_s"], 2)
        cells = ""
        for column in columns:
            if column in line:
                ratio = line["build_s"] / line[column]
                line[column] = round(line[column], 2)
                line[column.removesuffix("_s") + "_ratio"] = round(ratio, 2)
                cells += f"{line[column]:>12} (x{ratio:.2f})".rjust(22)
            else:
                cells += " " * 22
        print(f"{line['build']:12}{line['embedded']:>10}{line['build_s']:>10}{cells}")
    RESULT.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    RESULT.write_text(json.dumps({**machine, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
