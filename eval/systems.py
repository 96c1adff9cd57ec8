"""What answers questions: the assistant, or a baseline, behind one small protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import assistant
from assistant import AssistantError, BadQuestion, Turn
from eval.items import Item
from eval.provenance import file_sha256

if TYPE_CHECKING:
    from assistant import Assistant

__all__ = ["AssistantSystem", "Given", "System"]

_SETTINGS = ("llm_base_url", "llm_model", "reranker", "max_question_chars")
Given = tuple[dict[str, Any], Turn | None]  # an answer in the contract's form, and what a later turn needs


class System(Protocol):
    """Answers one question at a time; holds no conversation."""

    name: str

    def identity(self) -> Mapping[str, str]:
        """What the answers depend on: equal identities give equal answers."""

    def ask(self, item: Item, turns: Sequence[Turn]) -> Given:
        """The answer to a question after earlier turns of its conversation."""


class AssistantSystem:
    """The assistant through its public facade."""

    def __init__(self, opened: Assistant, composer: str, k: int = 10, name: str = "assistant") -> None:
        self.name = name
        self._assistant = opened
        self._composer = composer
        self._k = k
        self._warm = False

    def identity(self) -> Mapping[str, str]:
        """Code, index, the settings that answers depend on, and k."""
        manifest, settings = self._assistant.manifest, self._assistant.settings
        return {
            "system": self.name,
            "code sha256": code_sha256(),
            "index": manifest.id,
            "index files sha256": index_sha256(settings.index),
            "corpus sha256": manifest.corpus_sha256,
            "model": manifest.model,
            "composer": self._composer,
            **{name.replace("_", " "): str(getattr(settings, name)) for name in _SETTINGS},
            "k": str(self._k),
        }

    def ask(self, item: Item, turns: Sequence[Turn]) -> Given:
        """Answers; a question that cannot be read counts as refused, any other fault as a wrong answer.

        The nearest readers' question of the corpus is noted beside the answer (`novelty`).
        """
        if not self._warm:  # loading the model is no part of an answer's time
            self._assistant.embedder.embed_queries(["warm"])
            self._warm = True
        try:
            answer = self._assistant.ask(item.question, turns=tuple(turns), k=self._k)
            row = {"id": item.id, **answer.to_dict()}
            row["novelty"] = self._novelty(answer.standalone or item.question)
            return row, answer.as_turn()
        except BadQuestion as error:
            return refusal(item, "bad-input", str(error)), None
        except AssistantError:
            raise  # the index or a setting: every other question would fail alike
        except (
            Exception
        ) as error:  # one question that breaks the assistant is a finding, not the end of the run
            return {
                **refusal(item, None, ""),
                "refused": False,
                "error": f"{type(error).__name__}: {error}",
            }, None

    def _novelty(self, question: str) -> dict[str, Any] | None:
        """The nearest readers' question and its cosine; None where the corpus has none."""
        try:
            matches = self._assistant.retrieve(question, k=1).matches
        except BadQuestion:
            return None  # answered without a search, as a blank question is
        if not matches:
            return None
        nearest = max(matches, key=lambda match: match.cosine)
        return {"cosine": round(float(nearest.cosine), 6), "question": nearest.question}


def refusal(item: Item, reason: str | None, text: str) -> dict[str, Any]:
    """An answer of the contract's form that says nothing but `text`."""
    return {
        "id": item.id,
        "question": item.question,
        "answer": text,
        "refused": True,
        "status": "refused",
        "reason": reason,
        "statements": [],
        "citations": [],
        "passages": [],
        "signposts": [],
    }


def code_sha256() -> str:
    """A digest of the assistant's own files, code and data, and of what asks: other files, other answers."""
    root, here = Path(assistant.__file__).parent, Path(__file__).parent
    files = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
    files |= {f"eval/{name}": here / name for name in ("systems.py", "baselines.py")}
    return _digest({name: path for name, path in files.items() if path.suffix != ".pyc"})


def index_sha256(folder: Path) -> str:
    """A digest of an index's files: what was fitted to the corpus (not the manifest, which holds a time)."""
    files = {
        "/".join(path.relative_to(folder).parts[1:]): path  # without the name of the generation
        for path in folder.glob("*/**/*")
        if path.is_file() and path.name != "manifest.json"
    }
    return _digest(files)


def _digest(files: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(files.items()):
        digest.update(f"{name}\0{file_sha256(path)}\0".encode())
    return digest.hexdigest()[:16]
