"""What answers questions: the assistant, or a baseline, behind one small protocol."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import assistant
from assistant import AssistantError, BadQuestion, Turn
from eval.items import Item

if TYPE_CHECKING:
    from assistant import Assistant

__all__ = ["AssistantSystem", "Given", "System"]

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
        """Code, index, composer and k."""
        manifest = self._assistant.manifest
        return {
            "system": self.name,
            "code sha256": code_sha256(),
            "index": manifest.id,
            "corpus sha256": manifest.corpus_sha256,
            "model": manifest.model,
            "composer": self._composer,
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
    """A digest of the assistant's own source files: answers of other code are other answers."""
    root = Path(assistant.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
