"""RAGAS samples (SingleTurnSample, ragas 0.2 and later), one JSON object a line.

Fields used: `user_input`, `retrieved_contexts`, `response`, `reference`, `reference_contexts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.errors import FieldError
from eval.items import Evidence, Item

__all__ = ["from_ragas", "is_ragas", "ragas_item", "to_ragas"]


def is_ragas(row: Mapping[str, Any]) -> bool:
    """Whether a record has the form of a sample."""
    return "user_input" in row


def to_ragas(item: Item, answer: Mapping[str, Any]) -> dict[str, Any]:
    """A question with its answer as a sample; `id` and `refused` are kept, which RAGAS passes over."""
    reference = item.raw.get("answer")
    return {
        "id": item.id,
        "user_input": item.question,
        "retrieved_contexts": [str(p["text"]) for p in answer.get("passages", [])],
        "response": answer["answer"],
        "refused": bool(answer["refused"]),
        "reference": reference if isinstance(reference, str) else "",
        "reference_contexts": [e.quote for e in item.evidence],
    }


def ragas_item(row: Mapping[str, Any], number: int) -> Item:
    """A sample as a question: its reference contexts are the needed evidence. Raises FieldError.

    Samples have no ids and name no sections: the id is the line ("ragas-7") unless one is given.
    """
    question = _text(row, "user_input")
    contexts = _texts(row, "reference_contexts")
    return Item(
        id=str(row.get("id") or f"ragas-{number}"),
        question=question,
        type="factoid",
        evidence=tuple(Evidence(c, ()) for c in contexts if c.strip()),
        raw={"answer": row.get("reference") or ""},
    )


def from_ragas(row: Mapping[str, Any], ids: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """A sample's response as an answer; `ids` has the ids of each question's text. Raises FieldError.

    Without an id of its own the sample belongs to the question with the same text, which must be one.
    """
    question = _text(row, "user_input")
    identifier = row.get("id")
    if not isinstance(identifier, str):
        same = ids.get(question, ())
        if len(same) != 1:
            problem = "is in no question set" if not same else f"is asked {len(same)} times in the sets"
            raise FieldError(f'the question "{question[:60]}" {problem}; give the sample an "id".')
        identifier = same[0]
    return {
        "id": identifier,
        "answer": _text(row, "response"),
        "refused": bool(row.get("refused", False)),
        "passages": [{"text": text} for text in _texts(row, "retrieved_contexts")],
    }


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise FieldError(f'the field "{name}" must be a text.')
    return value


def _texts(row: Mapping[str, Any], name: str) -> list[str]:
    value = row.get(name) or []
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise FieldError(f'the field "{name}" must be a list of texts.')
    return value
