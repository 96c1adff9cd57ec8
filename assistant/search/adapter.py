"""A linear adapter: the general embedding model fitted to one corpus by its readers' questions.

Two square matrices turn the model's vectors, one for questions and one for the corpus's texts, so that
questions with one answer come close to each other and to the sentences that answer them. They start as
the identity and are held near it; the loss is multi-positive InfoNCE (van den Oord et al. 2018; Khosla
et al. 2020) with dropout on the asking side. Fitting takes seconds and nothing of the model changes: at
question time the adapter is one product of a vector and a matrix. The matrices of the later steps are
averaged (Polyak & Juditsky 1992). What it gave is in docs/LOG.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from assistant.errors import IndexBroken

__all__ = ["ADAPTER_VERSION", "Adapter", "fit_adapter"]

Matrix = npt.NDArray[np.float32]

ADAPTER_VERSION = "linear-4"  # part of the key under which a fitted adapter is used again

EPOCHS = 8
AVERAGED_FROM = 4  # epochs whose steps are averaged: one end point is as good as chance has it
BATCH = 256
CANDIDATES = 512  # other questions that a batch is told from
MISSED = 2048  # unanswered questions that it is told from, too
LEARNING_RATE = 1e-3
DROPOUT = 0.3  # of the asking vector's components: siblings must be found from a part of them
TEMPERATURE = 0.05
PULL = 1e-3  # towards the identity, on the squared distance
LEAST_QUESTIONS = 200  # below that the general model is left as it is


@dataclass(frozen=True, slots=True)
class Adapter:
    """`queries` and `texts` are [d, d]; both turn rows of unit vectors into rows of unit vectors."""

    queries: Matrix
    texts: Matrix
    key: str  # of what it was fitted to

    @classmethod
    def identity(cls, dimension: int, key: str = "") -> Adapter:
        """The adapter that changes nothing."""
        one = np.eye(dimension, dtype=np.float32)
        return cls(one, one, key)

    def adapt_queries(self, vectors: Matrix) -> Matrix:
        """Vectors of questions, [n, d] to [n, d], unit length."""
        return _unit(np.asarray(vectors, dtype=np.float32) @ self.queries)

    def adapt_texts(self, vectors: Matrix) -> Matrix:
        """Vectors of the corpus's texts, [n, d] to [n, d], unit length."""
        return _unit(np.asarray(vectors, dtype=np.float32) @ self.texts)

    def save(self, path: Path) -> None:
        np.savez(path, queries=self.queries, texts=self.texts, key=np.array(self.key))

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Raises IndexBroken where the file is damaged."""
        try:
            with np.load(path, allow_pickle=False) as data:
                return cls(data["queries"], data["texts"], str(data["key"]))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise IndexBroken(
                f"The index file {path} is missing, truncated or foreign. Run `assistant build`."
            ) from error


def fit_adapter(
    questions: Matrix,
    owners: npt.NDArray[np.int64],
    evidence: Matrix,
    *,
    unanswered: Matrix | None = None,
    key: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Adapter:
    """Fit an adapter to readers' questions.

    `questions` [n, d] unit vectors; `owners` [n] the row of `evidence` that answers each; `evidence`
    [m, d] vectors of the answering sentences; `unanswered` [u, d] vectors of questions that nothing
    answers, from which all are told apart. The same input gives the same adapter. With fewer than
    `LEAST_QUESTIONS` questions the identity is returned: there is too little to learn from.
    """
    dimension = questions.shape[1]
    if len(questions) < LEAST_QUESTIONS:
        return Adapter.identity(dimension, key)
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # small products: threads cost more than they give, and one is repeatable
    try:
        missed = questions[:0] if unanswered is None else unanswered
        fitted = _fit((questions, owners, evidence, missed), progress)
    finally:
        torch.set_num_threads(threads)
    return Adapter(fitted[0], fitted[1], key)


def _fit(arrays: tuple[npt.NDArray[Any], ...], progress: Callable[[int, int], None] | None) -> list[Matrix]:
    import torch

    questions = arrays[0]
    dimension = questions.shape[1]
    generator = torch.Generator().manual_seed(0)
    data = tuple(map(torch.tensor, arrays))
    one = torch.eye(dimension)
    matrices = [torch.nn.Parameter(one.clone()), torch.nn.Parameter(one.clone())]
    optimiser = torch.optim.AdamW(matrices, lr=LEARNING_RATE, weight_decay=0.0)
    total = [torch.zeros_like(one), torch.zeros_like(one)]
    steps = 0
    for epoch in range(EPOCHS):
        order = torch.randperm(len(questions), generator=generator)
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            loss = _loss(data, batch, matrices, generator)
            pull = sum(((matrix - one) ** 2).sum() for matrix in matrices)
            optimiser.zero_grad()
            (loss + PULL * pull).backward()
            optimiser.step()
            if epoch >= AVERAGED_FROM:
                steps += 1
                for sum_, matrix in zip(total, matrices, strict=True):
                    sum_ += matrix.detach()
        if progress:
            progress(epoch + 1, EPOCHS)
    return [(sum_ / steps).numpy().astype(np.float32) for sum_ in total]


def _loss(data: tuple[Any, ...], batch: Any, matrices: list[Any], generator: Any) -> Any:
    """Mean over the batch of: siblings against other questions, answered or not, plus evidence against
    other evidence.
    """
    import torch
    from torch.nn.functional import cross_entropy, normalize

    questions, owners, evidence, unanswered = data
    ask, tell = matrices
    kept = (torch.rand(len(batch), questions.shape[1], generator=generator) > DROPOUT) / (1 - DROPOUT)
    asked = normalize(questions[batch] * kept @ ask, dim=1)
    others = torch.unique(
        torch.cat([batch, torch.randperm(len(questions), generator=generator)[:CANDIDATES]])
    )
    scores = asked @ normalize(questions[others] @ ask, dim=1).T / TEMPERATURE
    itself = batch[:, None] == others[None, :]
    scores = scores.masked_fill(itself, -1e9)
    siblings = (owners[batch][:, None] == owners[others][None, :]) & ~itself
    has_sibling = siblings.any(dim=1)
    missed = torch.randperm(len(unanswered), generator=generator)[:MISSED]
    strange = asked @ normalize(unanswered[missed] @ ask, dim=1).T / TEMPERATURE
    every = torch.logsumexp(torch.cat([scores, strange], 1), 1)
    among = every - torch.logsumexp(scores.masked_fill(~siblings, -1e9), 1)
    answers = asked @ normalize(evidence @ tell, dim=1).T / TEMPERATURE
    return among[has_sibling].sum() / max(1, int(has_sibling.sum())) + cross_entropy(answers, owners[batch])


def _unit(vectors: Matrix) -> Matrix:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
