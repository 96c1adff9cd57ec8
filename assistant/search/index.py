"""An index as it lies in its folder, opened and checked.

    index/
      current            names the generation in force; replaced as a whole, never written in place
      gen-<id>-<random>/ one complete index: manifest, corpus, passages, vectors, words
      .building-*        a build under way, or left over from one that was cut short
      .lock              held while a build runs

The corpus is stored in the index as it was when built, so that an index answers by itself.
Every file's size and sha256 stand in the manifest and are checked when the index is opened.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from assistant.errors import IndexBroken, IndexMissing, IndexStale
from assistant.search.adapter import Adapter
from assistant.search.answerability import Calibration
from assistant.search.store import FaissStore
from assistant.search.words import WordIndex
from assistant.types import Corpus, Document, IndexManifest, Passage

__all__ = ["FORMAT", "Index", "open_index"]

FORMAT = 4  # change it when the files below change their meaning

CURRENT = "current"
GENERATION = "gen-"
BUILDING = ".building-"
LOCK = ".lock"
MANIFEST = "manifest.json"

CORPUS_FILE = "corpus.json"
PASSAGES_FILE = "passages.json"
STORE_FILE = "passages.faiss"
KEYS_FILE = "keys.npy"
ARRAY_FILES = (
    "sentence_vectors", "sentence_rows", "question_vectors", "question_rows",
    "unanswered_vectors", "unanswered_rows", "question_types", "unanswered_types",
)  # fmt: skip
PASSAGE_WORDS = "words-passages"
QUESTION_WORDS = "words-questions"
EVIDENCE_WORDS = "words-evidence"
ADAPTER_FILE = "adapter.npz"
CALIBRATION_FILE = "calibration.json"

CORPUS_ADAPTER: TypeAdapter[Corpus] = TypeAdapter(Corpus)
PASSAGES_ADAPTER: TypeAdapter[tuple[Passage, ...]] = TypeAdapter(tuple[Passage, ...])

# Larger files are checked by size alone: reading them whole would cost more than opening the index.
_HASHED_UP_TO = 256 * 1024 * 1024
_REMEDY = "Run `assistant build`."
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Index:
    """All that search needs, read-only. Row tables are described in `search.texts.IndexTexts`.

    `passages[i]` is row i of `passages_store` and of `passages_words`; row j of `question_rows` is
    row j of `question_vectors` and of `questions_words`. Vectors are float32 at unit length, [n, dimension].
    """

    folder: Path  # of this generation
    manifest: IndexManifest
    corpus: Corpus  # as it was when the index was built
    passages: tuple[Passage, ...]
    passages_store: FaissStore
    sentence_vectors: npt.NDArray[np.float32]
    sentence_rows: npt.NDArray[np.int32]
    question_vectors: npt.NDArray[np.float32]
    question_rows: npt.NDArray[np.int32]
    unanswered_vectors: npt.NDArray[np.float32]
    unanswered_rows: npt.NDArray[np.int32]
    question_types: npt.NDArray[np.uint8]  # of the fact asked for, see `understand.type_codes`
    unanswered_types: npt.NDArray[np.uint8]
    passages_words: WordIndex
    questions_words: WordIndex
    evidence_words: WordIndex  # row i: the sentences that answer entry i, numbered as in `search.evidence`
    adapter: Adapter
    calibration: Calibration

    @property
    def documents(self) -> tuple[Document, ...]:
        return self.corpus.documents


def open_index(folder: Path, *, model_id: str, chunker: str, corpus_checksum: str | None = None) -> Index:
    """The index in force in `folder`, if it was built with this model, chunker and corpus.

    `corpus_checksum` None accepts any corpus. An index of an earlier corpus is refused, except while
    a build is under way or was cut short: then it still answers, as the best that there is.

    Raises IndexMissing, IndexStale or IndexBroken; each message ends with its remedy.
    """
    generation = current_generation(folder)
    while True:
        try:
            return _open_generation(folder, generation, (model_id, chunker, corpus_checksum))
        except IndexBroken:
            # A build that ended while we were reading has removed what we read: take the new one.
            latest = current_generation(folder)
            if latest == generation:
                raise
            generation = latest


def current_generation(folder: Path) -> Path:
    """The folder that `current` names.

    Raises IndexMissing where there is no pointer, IndexBroken where it is none of ours.
    """
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise IndexMissing(f"There is no index in {folder} yet. {_REMEDY}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(
            f"The index pointer {folder / CURRENT} cannot be read ({error}). {_REMEDY}"
        ) from None
    # Only a plain name of ours: a pointer must not lead out of the folder.
    if not name.startswith(GENERATION) or Path(name).name != name:
        raise IndexBroken(f"The index pointer {folder / CURRENT} is no pointer of ours. {_REMEDY}")
    return folder / name


def build_interrupted(folder: Path) -> bool:
    """Whether a build is under way here, or was cut short and not finished since."""
    return any(folder.glob(f"{BUILDING}*"))


def read_manifest(generation: Path) -> tuple[IndexManifest, Mapping[str, Mapping[str, Any]]]:
    """The manifest and the list of files, name to `{size, sha256}`. Raises IndexBroken or IndexStale."""
    path = generation / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise IndexStale(
                f"The index {generation} has another format (version {raw['format']}). {_REMEDY}"
            )
        files = raw.pop("files")
        manifest = IndexManifest(**raw)
        if not all(isinstance(entry["size"], int) and entry["sha256"] for entry in files.values()):
            raise ValueError("incomplete list of files")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexBroken(f"The index manifest {path} is missing, truncated or foreign. {_REMEDY}") from error
    return manifest, files


def write_manifest(generation: Path, manifest: IndexManifest) -> None:
    """Write the manifest with size and sha256 of every file that stands in the folder."""
    paths = sorted(p for p in generation.rglob("*") if p.is_file())
    files = {
        p.relative_to(generation).as_posix(): {"size": p.stat().st_size, "sha256": _sha256(p)} for p in paths
    }
    text = json.dumps({**asdict(manifest), "files": files}, indent=1)
    (generation / MANIFEST).write_text(text, encoding="utf-8")


def check_files(generation: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise IndexBroken for the first file that is missing, truncated or changed."""
    for name, expected in files.items():
        path = generation / name
        try:
            size = path.stat().st_size
            same = size == expected["size"] and (size > _HASHED_UP_TO or _sha256(path) == expected["sha256"])
        except OSError:
            raise IndexBroken(f"The index file {path} is missing. {_REMEDY}") from None
        if not same:
            what = "truncated" if size < expected["size"] else "not the one that was built"
            raise IndexBroken(f"The index file {path} is {what}. {_REMEDY}")


def load_vectors(generation: Path, manifest: IndexManifest) -> dict[bytes, npt.NDArray[np.float32]]:
    """Every vector of a generation by its key (see `texts.text_key`). Raises IndexBroken."""
    index = load_generation(generation, manifest)
    keys = _array(generation, KEYS_FILE)  # of passages, sentences, questions, unanswered, in this order
    tables = (
        index.passages_store.vectors(),
        index.sentence_vectors,
        index.question_vectors,
        index.unanswered_vectors,
    )
    rows = [row for table in tables for row in np.asarray(table)]
    if len(rows) != len(keys):
        raise IndexBroken(f"The index {generation} is put together from different builds. {_REMEDY}")
    return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}


def _open_generation(folder: Path, generation: Path, wanted: tuple[str, str, str | None]) -> Index:
    manifest, files = read_manifest(generation)
    model_id, chunker, corpus_checksum = wanted
    if manifest.model != model_id:
        raise IndexStale(f"The index was built with the model {manifest.model}, not {model_id}. {_REMEDY}")
    if manifest.chunker != chunker:
        raise IndexStale(f"The index was cut by {manifest.chunker}, not {chunker}. {_REMEDY}")
    if corpus_checksum is not None and manifest.corpus_sha256 != corpus_checksum:
        if not build_interrupted(folder):
            raise IndexStale(f"The corpus has changed since the index was built. {_REMEDY}")
        _log.warning("A build is under way or was cut short: the earlier index answers. %s", _REMEDY)
    check_files(generation, files)
    index = load_generation(generation, manifest)
    _check_shapes(index)
    return index


def load_generation(generation: Path, manifest: IndexManifest) -> Index:
    """Read the files of one generation, vectors memory-mapped. Raises IndexBroken."""
    arrays = {name: _array(generation, f"{name}.npy") for name in ARRAY_FILES}
    return Index(
        folder=generation,
        manifest=manifest,
        corpus=_parse(generation / CORPUS_FILE, CORPUS_ADAPTER.validate_json),
        passages=_parse(generation / PASSAGES_FILE, PASSAGES_ADAPTER.validate_json),
        passages_store=FaissStore.load(generation / STORE_FILE),
        passages_words=WordIndex.load(generation / PASSAGE_WORDS),
        questions_words=WordIndex.load(generation / QUESTION_WORDS),
        evidence_words=WordIndex.load(generation / EVIDENCE_WORDS),
        adapter=Adapter.load(generation / ADAPTER_FILE),
        calibration=Calibration.load(generation / CALIBRATION_FILE),
        **arrays,
    )


def _check_shapes(index: Index) -> None:
    """Tables that do not fit together would point at wrong passages."""
    pairs = (
        (len(index.passages), index.passages_store.count()),
        (len(index.passages), index.manifest.passages),
        (len(index.sentence_rows), len(index.sentence_vectors)),
        (len(index.question_rows), len(index.question_vectors)),
        (len(index.unanswered_rows), len(index.unanswered_vectors)),
        (len(index.question_types), len(index.question_vectors)),
        (len(index.unanswered_types), len(index.unanswered_vectors)),
        (index.manifest.dimension, index.passages_store.dimension),
    )
    if any(left != right for left, right in pairs):
        raise IndexBroken(f"The index {index.folder} is put together from different builds. {_REMEDY}")


def _array(generation: Path, name: str) -> npt.NDArray[Any]:
    path = generation / name
    try:
        array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise IndexBroken(f"The index file {path} is missing, truncated or foreign. {_REMEDY}") from error
    return array


def _parse(path: Path, parse: Callable[[bytes], _T]) -> _T:
    try:
        return parse(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexBroken(f"The index file {path} is missing, truncated or foreign. {_REMEDY}") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
