"""Answers in the form of the TREC 2025 RAG track: sentences with citations into a list of references.

`citations` of a sentence are zero-based places in `references` (format 1) or the references themselves
(format 2). A reference is written as `document#section`, as the track's segments are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.errors import FieldError

__all__ = ["from_trec_rag", "is_trec_rag", "to_trec_rag"]


def is_trec_rag(row: Mapping[str, Any]) -> bool:
    """Whether a record has the track's form."""
    return isinstance(row.get("metadata"), Mapping) and "references" in row


def to_trec_rag(answer: Mapping[str, Any], question: str, team: str, run: str) -> dict[str, Any]:
    """An answer of the contract in format 1; a refusal is its text without citations."""
    places: dict[str, int] = {}
    by_label: dict[str, int] = {}
    for citation in answer.get("citations", []):
        name = f"{citation.get('document') or 'corpus'}#{citation['section']}"
        by_label[str(citation.get("label"))] = places.setdefault(name, len(places))
    statements = answer.get("statements") or [{"text": answer["answer"], "citations": list(by_label)}]
    return {
        "metadata": {
            "team_id": team,
            "run_id": run,
            "type": "automatic",
            "narrative_id": answer["id"],
            "narrative": question,
        },
        "references": list(places),
        "answer": [
            {
                "text": s["text"],
                "citations": list(
                    dict.fromkeys(by_label[str(c)] for c in s["citations"] if str(c) in by_label)
                ),
            }
            for s in statements
        ],
    }


def from_trec_rag(row: Mapping[str, Any]) -> dict[str, Any]:
    """The contract's form of a record in either format. Raises FieldError.

    The form has no refusals and no texts of passages: nothing counts as refused, and evidence is looked
    for nowhere. Citations of places that the references do not have are kept out and reported in `dropped`.
    """
    references, sentences = row.get("references"), row.get("answer")
    identifier = row["metadata"].get("narrative_id", row["metadata"].get("topic_id"))
    if identifier is None or isinstance(identifier, bool):
        raise FieldError('"metadata" has no "narrative_id".')
    if not isinstance(references, list) or not all(isinstance(r, str) for r in references):
        raise FieldError('"references" must be a list of texts.')
    if not isinstance(sentences, list) or not all(isinstance(s, Mapping) for s in sentences):
        raise FieldError('"answer" must be a list of sentences.')
    statements, dropped = [], []
    for sentence in sentences:
        if not isinstance(sentence.get("text"), str) or not isinstance(sentence.get("citations", []), list):
            raise FieldError('a sentence of "answer" needs "text" and a list "citations".')
        labels = []
        for place in sentence.get("citations", []):
            label = _label(place, references)
            if label is None:
                dropped.append({"what": str(place), "why": "not in references"})
            else:
                labels.append(label)
        statements.append({"text": sentence["text"], "citations": labels})
    text = " ".join(s["text"] + "".join(f" [{label}]" for label in s["citations"]) for s in statements)
    cited = list(dict.fromkeys(label for s in statements for label in s["citations"]))
    return {
        "id": str(identifier),
        "answer": text,
        "refused": False,
        "statements": statements,
        "citations": [{"label": label, **_place(references[int(label) - 1])} for label in cited],
        "dropped": dropped,
    }


def _label(place: Any, references: list[str]) -> str | None:
    if isinstance(place, int) and not isinstance(place, bool) and 0 <= place < len(references):
        return str(place + 1)
    if isinstance(place, str) and place in references:
        return str(references.index(place) + 1)
    return None


def _place(reference: str) -> dict[str, str]:
    document, sharp, section = reference.partition("#")
    return {"document": document, "section": section} if sharp else {"document": "", "section": reference}
