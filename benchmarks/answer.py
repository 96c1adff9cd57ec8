"""Answering: what the composer adds to search, beside one embedding of the same question.

    python benchmarks/answer.py

Every development question is asked on one thread with the real model, those of a conversation with the
turns before them. Of each question three times are taken in the same call: the embedding (the one call of
the model), the search without it, and the rest: care, follow-ups, judging, choosing, citing, writing. The
best of three rounds counts. The ratio is that rest to the embedding; at most 1 is wanted. Results go to
benchmarks/results/answer.json.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy: one core is what is measured

import contextlib
import json
import platform
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant import Answer, Assistant, BadQuestion, SentenceTransformerEmbedder, Settings, Turn

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "answer.json"
ROUNDS = 3
Times = dict[str, float]  # milliseconds: embedding, search, answer


class Clocked(SentenceTransformerEmbedder):
    """The real embedder; knows how often it was called and how long it took."""

    seconds = 0.0
    calls = 0

    def embed_queries(self, texts: Sequence[str], progress: Any = None) -> np.ndarray:
        began = time.perf_counter()
        vectors = super().embed_queries(texts, progress)
        self.seconds += time.perf_counter() - began
        self.calls += 1
        return vectors


def conversations() -> list[tuple[str, list[str]]]:
    """The development questions: the set's name, and what is asked in one conversation."""
    found = []
    for path in sorted((ROOT / "eval" / "questions").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").strip().split("\n"):
            record = json.loads(line)
            turns = record.get("turns") or [record]
            asked = [turn.get("question", turn.get("input")) for turn in turns]
            if all(isinstance(question, str) for question in asked):
                found.append((path.stem, asked))
    return found


def clock(assistant: Assistant, question: str, turns: Sequence[Turn]) -> tuple[Times, Answer]:
    """The times of one question, the best of some rounds each. Raises BadQuestion."""
    embedder = assistant.embedder
    assert isinstance(embedder, Clocked)
    rounds: list[Times] = []
    for _ in range(ROUNDS):
        embedder.seconds, embedder.calls = 0.0, 0
        answer = assistant.ask(question, turns)
        assert embedder.calls == 1, f"{embedder.calls} calls of the model for {question!r}"
        whole, search = answer.seconds["total"], answer.seconds["retrieval"]
        rounds.append(
            {"embedding": embedder.seconds, "search": search - embedder.seconds, "answer": whole - search}
        )
    best = {name: min(times[name] for times in rounds) * 1000 for name in rounds[0]}
    return best, answer


def measure(assistant: Assistant) -> dict[str, list[Times]]:
    """Times by set of questions."""
    found: dict[str, list[Times]] = {}
    for name, questions in conversations():
        turns: list[Turn] = []
        for question in questions:
            with contextlib.suppress(BadQuestion):
                times, answer = clock(assistant, question, turns)
                turns.append(answer.as_turn())
                found.setdefault(name, []).append(times)
    return found


def row(name: str, times: Sequence[Times]) -> dict[str, Any]:
    """Medians in milliseconds, and ratios to the embedding."""
    ratios = [t["answer"] / t["embedding"] for t in times]
    embedded = sum(t["embedding"] for t in times)
    return {
        "set": name,
        "questions": len(times),
        **{f"{part}_ms": round(statistics.median(t[part] for t in times), 2) for part in times[0]},
        "ratio_median": round(statistics.median(ratios), 3),
        "ratio_of_sums": round(sum(t["answer"] for t in times) / embedded, 3),
        "ratio_worst": round(max(ratios), 2),
        "with_search": round(sum(t["answer"] + t["search"] for t in times) / embedded, 3),
    }


def main() -> None:
    settings = Settings(corpus=ROOT / "corpus", index=ROOT / "index")
    assistant = Assistant.open(settings, Clocked(threads=1))
    for question in ("What are the four pillars?", "Warrm up, pleese"):  # loads model and word list
        assistant.ask(question)
    found = measure(assistant)
    rows = [row(name, times) for name, times in found.items()]
    rows.append(row("all", [t for times in found.values() for t in times]))
    heads = list(rows[0])
    print("".join(f"{head:>16}" for head in heads))
    for line in rows:
        print("".join(f"{line[head]:>16}" for head in heads))
    RESULT.parent.mkdir(exist_ok=True)
    machine = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    RESULT.write_text(
        json.dumps({**machine, "rounds": ROUNDS, "rows": rows}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
