"""Corpus to index: only what changed is embedded, and the swap is atomic.

A build writes a new folder beside the old one and makes it current by replacing one small file.
Whatever ends it early (a kill, a full disk, a broken corpus) leaves the earlier index in force.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.read.corpus import load_corpus
from assistant.search import index as layout
from assistant.search.adapter import Adapter
from assistant.search.answerability import Calibration
from assistant.search.calibrate import calibrate
from assistant.search.earlier import (
    calibration_key,
    keep_calibration,
    known_adapter,
    known_calibration,
    known_vectors,
)
from assistant.search.embedder import Embedder, Progress, SentenceTransformerEmbedder
from assistant.search.evidence import evidence_texts
from assistant.search.fitting import adapter_for
from assistant.search.generation import locked, make_current, new_generation
from assistant.search.language import load_language
from assistant.search.passages import CHUNKER
from assistant.search.progress import Record
from assistant.search.store import FaissStore
from assistant.search.texts import IndexTexts, collect_texts, cut_all
from assistant.search.tokens import count_tokens
from assistant.search.understand import type_codes
from assistant.search.vectors import VectorTables, embed_texts
from assistant.search.words import WordIndex
from assistant.settings import Settings
from assistant.types import Corpus, IndexManifest, Passage

__all__ = ["BuildProgress", "BuildReport", "build_index"]

BuildProgress = Callable[[str, int, int], None]  # step, done, in all


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `embedded + reused` is the number of different texts in the index."""

    index_id: str
    passages: int
    sentences: int
    questions: int
    unanswered: int
    embedded: int
    reused: int
    seconds: float
    seconds_embedding: float


@dataclass(frozen=True, slots=True)
class _Contents:
    """What goes into an index."""

    corpus: Corpus
    passages: tuple[Passage, ...]
    texts: IndexTexts
    vectors: VectorTables
    adapter: Adapter


def build_index(
    settings: Settings,
    *,
    full: bool = False,
    progress: BuildProgress | None = None,
    embedder: Embedder | None = None,
) -> BuildReport:
    """Build the index of `settings.corpus` in `settings.index` and make it current.

    Texts whose vector the earlier index or the corpus holds are not embedded again, unless `full`.
    `progress` is called with the step's name, how much of it is done and how much there is.

    Raises CorpusError for a broken corpus, EmbedderError for a missing model, IndexBusy when another
    build is under way, NotWritable when the folder cannot be written. The earlier index then stands.
    """
    began = time.perf_counter()
    embedder = embedder or SentenceTransformerEmbedder(settings.model, settings.build_threads)
    root = settings.index
    with locked(root), new_generation(root) as folder:
        tell = Record(folder, progress or (lambda step, done, total: None))
        corpus, passages, texts = _read(settings, embedder, tell)
        known = {} if full else known_vectors(settings, embedder)
        vectors = embed_texts(texts, embedder, known, _step(tell, "embedding"))
        adapter = adapter_for(
            corpus.documents,
            texts,
            vectors.tables[1:],
            known_adapter(settings, embedder),
            _step(tell, "fitting to the readers' questions"),
        )
        tell("writing the index", 0, 1)
        manifest = _manifest(corpus, embedder, len(passages), vectors.keys)
        contents = _Contents(corpus, passages, texts, vectors, adapter)
        _write(folder, contents)
        key = calibration_key(manifest.id)
        calibration = None if full else known_calibration(settings, embedder, key)
        keep_calibration(calibration or _calibrated(contents, folder, tell), key, folder)
        tell.end()
        layout.write_manifest(folder, manifest)
        make_current(root, folder, manifest)
        tell("writing the index", 1, 1)
    return BuildReport(
        index_id=manifest.id,
        passages=len(passages),
        sentences=len(texts.sentences),
        questions=len(texts.questions),
        unanswered=len(texts.unanswered),
        embedded=vectors.embedded,
        reused=vectors.reused,
        seconds=time.perf_counter() - began,
        seconds_embedding=vectors.seconds,
    )


def _step(tell: BuildProgress, name: str) -> Progress:
    return lambda done, total: tell(name, done, total)


def _read(
    settings: Settings, embedder: Embedder, tell: BuildProgress
) -> tuple[Corpus, tuple[Passage, ...], IndexTexts]:
    tell("reading the corpus", 0, 1)
    corpus = load_corpus(settings.corpus, max_bytes=round(settings.max_file_mb * 1_000_000))
    passages = cut_all(corpus.documents, embedder.count_tokens, embedder.max_tokens, count_tokens)
    texts = collect_texts(corpus.documents, passages)
    tell("reading the corpus", 1, 1)
    return corpus, passages, texts


def _manifest(
    corpus: Corpus, embedder: Embedder, passages: int, keys: npt.NDArray[np.uint8]
) -> IndexManifest:
    """The id is made of what the index was built from: the same corpus and model give the same id."""
    made_of = f"{layout.FORMAT};{embedder.model_id};{CHUNKER};{corpus.checksum};".encode() + keys.tobytes()
    return IndexManifest(
        format=layout.FORMAT,
        id=hashlib.sha256(made_of).hexdigest()[:12],
        model=embedder.model_id,
        dimension=embedder.dimension,
        chunker=CHUNKER,
        corpus_sha256=corpus.checksum,
        passages=passages,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _write(folder: Path, contents: _Contents) -> None:
    corpus, texts = contents.corpus, contents.texts
    kept = replace(corpus, root="")  # an index may be moved: it names no folder
    (folder / layout.CORPUS_FILE).write_bytes(layout.CORPUS_ADAPTER.dump_json(kept))
    (folder / layout.PASSAGES_FILE).write_bytes(layout.PASSAGES_ADAPTER.dump_json(contents.passages))
    passage_vectors, sentence_vectors, question_vectors, unanswered_vectors = contents.vectors.tables
    store = FaissStore(passage_vectors.shape[1])
    store.add(passage_vectors)
    (folder / layout.STORE_FILE).write_bytes(store.to_bytes())
    language = load_language(corpus.language)
    arrays: dict[str, npt.NDArray[Any]] = {
        "sentence_vectors": sentence_vectors, "sentence_rows": texts.sentence_rows,
        "question_vectors": question_vectors, "question_rows": texts.question_rows,
        "unanswered_vectors": unanswered_vectors, "unanswered_rows": texts.unanswered_rows,
        "question_types": type_codes(texts.questions, language),
        "unanswered_types": type_codes(texts.unanswered, language),
    }  # fmt: skip
    for name in layout.ARRAY_FILES:
        np.save(folder / f"{name}.npy", arrays[name])
    np.save(folder / layout.KEYS_FILE, contents.vectors.keys)
    WordIndex.build(texts.passages, corpus.language).save(folder / layout.PASSAGE_WORDS)
    WordIndex.build(texts.questions, corpus.language).save(folder / layout.QUESTION_WORDS)
    evidence = evidence_texts(corpus.documents)
    WordIndex.build(evidence, corpus.language).save(folder / layout.EVIDENCE_WORDS)
    contents.adapter.save(folder / layout.ADAPTER_FILE)


def _calibrated(contents: _Contents, folder: Path, tell: BuildProgress) -> Calibration:
    """A calibration by the word index that stands in `folder` already."""
    _, _, questions, unanswered = contents.vectors.tables
    return calibrate(
        contents.corpus.documents,
        contents.texts,
        (questions, unanswered),
        contents.adapter,
        WordIndex.load(folder / layout.PASSAGE_WORDS),
        load_language(contents.corpus.language),
        _step(tell, "calibrating refusal"),
    )
