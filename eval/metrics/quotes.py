"""Quote fidelity: is every quote word for word what stands at the place that the citation names?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Texts", "fidelity"]

Texts = Mapping[str, str]  # document id -> text


def fidelity(answer: Mapping[str, Any], texts: Texts) -> float | None:
    """Quotes with `text[start:end] == quote` in the named document / quotes; None for an answer without.

    Exact, character by character: a quote that is only almost right is wrong.
    """
    citations = answer.get("citations", [])
    if not citations:
        return None
    return sum(holds(citation, texts) for citation in citations) / len(citations)


def holds(citation: Mapping[str, Any], texts: Texts) -> bool:
    """Whether one citation's quote stands where it says. Spans that are no spans do not hold."""
    text = texts.get(str(citation.get("document")))
    start, end, quote = (
        citation.get("start"),
        citation.get("end"),
        citation.get("quote"),
    )
    if text is None or not isinstance(start, int) or not isinstance(end, int) or not isinstance(quote, str):
        return False
    return 0 <= start < end <= len(text) and text[start:end] == quote
