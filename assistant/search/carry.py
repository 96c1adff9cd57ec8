"""What a build worked out, put beside the corpus (`make vectors`): see `search.carried` for the files."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from assistant.search import index as layout
from assistant.search.build import build_index
from assistant.search.carried import carried_adapter, carried_calibration, save_carried
from assistant.search.earlier import calibration_key
from assistant.search.embedder import Embedder, SentenceTransformerEmbedder
from assistant.settings import Settings

__all__ = ["carry_vectors"]


def carry_vectors(settings: Settings, embedder: Embedder | None = None) -> tuple[Path, ...]:
    """Put what the index worked out beside the corpus; the files that were written.

    Adapter and calibration are fitted anew to the vectors as they are carried, rounded: only to those do
    they belong.
    """
    embedder = embedder or SentenceTransformerEmbedder(settings.model, settings.build_threads)
    build_index(settings, embedder=embedder)
    vectors, _ = save_carried(settings.index, settings.corpus)
    adapter = carried_adapter(settings.corpus, embedder.model_id)
    for old in (adapter, *vectors.parent.glob(f"{embedder.model_id}.calibration-*.json")):
        old.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        fresh = settings.model_copy(update={"index": Path(folder)})
        key = calibration_key(build_index(fresh, embedder=embedder).index_id)
        generation = layout.current_generation(fresh.index)
        calibration = carried_calibration(settings.corpus, embedder.model_id, key)
        shutil.copyfile(generation / layout.ADAPTER_FILE, adapter)
        shutil.copyfile(generation / layout.CALIBRATION_FILE, calibration)
    return vectors, adapter, calibration
