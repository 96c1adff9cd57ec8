"""Corpus to index: only what changed is embedded, and the swap is atomic.

A build writes a new folder beside the old one and makes it current by replacing one small file.
Whatever ends it early (a kill, a full disk, a broken corpus) leaves the earlier index in force.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from assistant.errors import AssistantError, IndexBusy, IndexProblem, NotWritable
from assistant.read.corpus import load_corpus
from assistant.search import index as layout
from assistant.search.carried import carried_adapter, load_carried, save_carried
from assistant.search.embedder import Embedder, Matrix, SentenceTransformerEmbedder
from assistant.search.evidence import evidence_texts
from assistant.search.fitting import adapter_for
from assistant.search.passages import CHUNKER
from assistant.search.store import FaissStore
from assistant.search.texts import IndexTexts, collect_texts, cut_all, text_key
from assistant.search.tokens import count_tokens
from assistant.search.words import WordIndex
from assistant.settings import Settings
from assistant.types import Corpus, IndexManifest, Passage

__all__ = ["BuildProgress", "BuildReport", "build_index", "carry_vectors"]

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
class _Vectors:
    tables: tuple[Matrix, Matrix, Matrix, Matrix]  # passages, sentences, questions, unanswered
    keys: npt.NDArray[np.uint8]  # of all rows of the four, in that order
    embedded: int
    reused: int
    seconds: float


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
    tell = progress or (lambda step, done, total: None)
    embedder = embedder or SentenceTransformerEmbedder(settings.model, settings.build_threads)
    root = settings.index
    with _locked(root), _new_generation(root) as folder:
        tell("reading the corpus", 0, 1)
        corpus = load_corpus(settings.corpus, max_bytes=round(settings.max_file_mb * 1_000_000))
        passages = cut_all(corpus.documents, embedder.count_tokens, embedder.max_tokens, count_tokens)
        texts = collect_texts(corpus.documents, passages)
        tell("reading the corpus", 1, 1)
        vectors = _embed(texts, embedder, {} if full else _known_vectors(settings, embedder), tell)
        adapter = adapter_for(
            corpus.documents,
            texts,
            (vectors.tables[1], vectors.tables[2]),
            _known_adapter(settings, embedder),
            lambda done, total: tell("fitting to the readers' questions", done, total),
        )
        tell("writing the index", 0, 1)
        manifest = _manifest(corpus, embedder, len(passages), vectors.keys)
        _write(folder, corpus, passages, texts, vectors)
        adapter.save(folder / layout.ADAPTER_FILE)
        layout.write_manifest(folder, manifest)
        _make_current(root, folder, manifest)
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


def carry_vectors(settings: Settings, embedder: Embedder | None = None) -> tuple[Path, ...]:
    """Put the vectors and the adapter of the index beside the corpus; the files that were written.

    The adapter is fitted anew to the vectors as they are carried, rounded: only to those does it belong.
    """
    embedder = embedder or SentenceTransformerEmbedder(settings.model, settings.build_threads)
    build_index(settings, embedder=embedder)
    vectors, _ = save_carried(settings.index, settings.corpus)
    adapter = carried_adapter(settings.corpus, embedder.model_id)
    adapter.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fresh = settings.model_copy(update={"index": Path(folder)})
        build_index(fresh, embedder=embedder)
        shutil.copyfile(layout.current_generation(fresh.index) / layout.ADAPTER_FILE, adapter)
    return vectors, adapter


# ---------------------------------------------------------------- vectors


def _embed(
    texts: IndexTexts, embedder: Embedder, known: dict[bytes, npt.NDArray[np.float32]], tell: BuildProgress
) -> _Vectors:
    """Vectors of all four tables; each different text is embedded once, or taken from `known`."""
    began = time.perf_counter()
    # Readers' questions are compared with questions: they are embedded as such.
    tables = (("passage", texts.passages), ("passage", texts.sentences), ("query", texts.questions),
              ("query", texts.unanswered))  # fmt: skip
    keys = [[text_key(embedder.model_id, role, text) for text in table] for role, table in tables]
    missing: dict[str, dict[bytes, str]] = {"passage": {}, "query": {}}
    for (role, table), table_keys in zip(tables, keys, strict=True):
        missing[role].update((k, t) for k, t in zip(table_keys, table, strict=True) if k not in known)
    total = sum(map(len, missing.values()))
    found = dict(known)
    done = 0
    for role, embed in (("passage", embedder.embed_passages), ("query", embedder.embed_queries)):
        if not missing[role]:
            continue
        rows = embed(list(missing[role].values()), _shifted(tell, done, total))
        found.update(zip(missing[role], rows, strict=True))
        done += len(rows)
    stacked = [_stack([found[key] for key in table_keys], embedder.dimension) for table_keys in keys]
    flat = [key for table_keys in keys for key in table_keys]
    return _Vectors(
        tables=(stacked[0], stacked[1], stacked[2], stacked[3]),
        keys=np.frombuffer(b"".join(flat), np.uint8).reshape(-1, 32),
        embedded=total,
        reused=len(set(flat)) - total,
        seconds=time.perf_counter() - began if total else 0.0,
    )


def _shifted(tell: BuildProgress, before: int, total: int) -> Callable[[int, int], None]:
    return lambda done, _: tell("embedding", before + done, total)


def _stack(rows: Sequence[npt.NDArray[np.float32]], dimension: int) -> Matrix:
    return np.stack(rows) if rows else np.zeros((0, dimension), np.float32)


def _known_vectors(settings: Settings, embedder: Embedder) -> dict[bytes, npt.NDArray[np.float32]]:
    """Vectors by key: those that the corpus carries, and those of the index in force if it can be used.

    Keys carry the model and the text, so vectors survive a change of corpus or chunker.
    """
    known = load_carried(settings.corpus, embedder.model_id, embedder.dimension)
    try:
        generation = layout.current_generation(settings.index)
        manifest, files = layout.read_manifest(generation)
        layout.check_files(generation, files)
        if manifest.model == embedder.model_id:
            known.update(layout.load_vectors(generation, manifest))
    except IndexProblem:
        pass
    return known


def _known_adapter(settings: Settings, embedder: Embedder) -> Path:
    """The file of the adapter that was fitted last: the index's own, or the corpus's without an index."""
    with contextlib.suppress(IndexProblem):
        own = layout.current_generation(settings.index) / layout.ADAPTER_FILE
        if own.is_file():
            return own
    return carried_adapter(settings.corpus, embedder.model_id)


# ---------------------------------------------------------------- files


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


def _write(
    folder: Path, corpus: Corpus, passages: tuple[Passage, ...], texts: IndexTexts, vectors: _Vectors
) -> None:
    kept = replace(corpus, root="")  # an index may be moved: it names no folder
    (folder / layout.CORPUS_FILE).write_bytes(layout.CORPUS_ADAPTER.dump_json(kept))
    (folder / layout.PASSAGES_FILE).write_bytes(layout.PASSAGES_ADAPTER.dump_json(passages))
    passage_vectors, sentence_vectors, question_vectors, unanswered_vectors = vectors.tables
    store = FaissStore(passage_vectors.shape[1])
    store.add(passage_vectors)
    (folder / layout.STORE_FILE).write_bytes(store.to_bytes())
    arrays = {
        "sentence_vectors": sentence_vectors, "sentence_rows": texts.sentence_rows,
        "question_vectors": question_vectors, "question_rows": texts.question_rows,
        "unanswered_vectors": unanswered_vectors, "unanswered_rows": texts.unanswered_rows,
    }  # fmt: skip
    for name in layout.ARRAY_FILES:
        np.save(folder / f"{name}.npy", arrays[name])
    np.save(folder / layout.KEYS_FILE, vectors.keys)
    WordIndex.build(texts.passages, corpus.language).save(folder / layout.PASSAGE_WORDS)
    WordIndex.build(texts.questions, corpus.language).save(folder / layout.QUESTION_WORDS)
    evidence = evidence_texts(corpus.documents)
    WordIndex.build(evidence, corpus.language).save(folder / layout.EVIDENCE_WORDS)


def _make_current(root: Path, folder: Path, manifest: IndexManifest) -> None:
    """Check what was written, put it in force, remove what was before."""
    _, files = layout.read_manifest(folder)
    for path in folder.rglob("*"):
        if path.is_file():
            _sync(path)
    layout.check_files(folder, files)
    generation = root / f"{layout.GENERATION}{manifest.id}-{secrets.token_hex(4)}"
    folder.rename(generation)
    pointer = root / f"{layout.CURRENT}.new"
    pointer.write_text(generation.name + "\n", encoding="utf-8")
    _sync(pointer)
    pointer.replace(root / layout.CURRENT)  # from here on the new index answers
    for old in root.iterdir():
        if old.name.startswith((layout.GENERATION, layout.BUILDING)) and old != generation:
            shutil.rmtree(old, ignore_errors=True)  # a reader on some systems keeps it: next time then


@contextlib.contextmanager
def _locked(root: Path) -> Iterator[None]:
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / layout.LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise IndexBusy(
            f"Another build is under way in {root}. Wait for it to end, then run again."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise _not_writable(root, error) from error
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _new_generation(root: Path) -> Iterator[Path]:
    """An empty folder for the build. Cut short, it stays behind, empty, as the sign that a build is due."""
    folder = root / f"{layout.BUILDING}{secrets.token_hex(4)}"
    try:
        folder.mkdir()
        yield folder
    except AssistantError:
        _empty(folder)
        raise
    except OSError as error:
        _empty(folder)
        raise _not_writable(root, error) from error
    except BaseException:
        _empty(folder)
        raise


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.mkdir()


def _not_writable(root: Path, error: BaseException) -> NotWritable:
    why = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return NotWritable(
        f"The index folder {root} cannot be written ({why}). Free some space there, "
        "or name another folder by the setting index; the earlier index is untouched."
    )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
