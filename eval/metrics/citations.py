"""Citations: are the sections and notes that an answer cites the right ones, and are they all there?

Precision and recall of citations after ALCE (Gao et al., EMNLP 2023), judged against the question's own
sections and notes instead of by a model. A section counts by its printed number, what stands before
the first "/": an answer that cites `1.4/prevention` cites `1.4`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from eval.items import Item, note_units, number_of, right_sections, section_units

__all__ = ["cited_notes", "cited_sections", "note_scores", "section_scores"]

Pair = tuple[float | None, float | None]  # precision, recall


def cited_sections(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """Printed numbers of the sections cited, each once, in order."""
    return tuple(dict.fromkeys(number_of(c["section"]) for c in answer.get("citations", [])))


def cited_notes(answer: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The notes cited, each once: number -> itself and the notes of its chain."""
    found: dict[str, frozenset[str]] = {}
    for citation in answer.get("citations", []):
        for note in citation.get("notes", []):
            number = note if isinstance(note, str) else str(note["number"])
            chain: Iterable[Any] = () if isinstance(note, str) else note.get("chain") or ()
            found[number] = found.get(number, frozenset([number])) | {str(n) for n in chain}
    return found


def section_scores(item: Item, answer: Mapping[str, Any]) -> Pair:
    """Precision: right sections cited / sections cited (0 where none is). Recall: section needs met /
    all section needs (`eval.items.section_units`). Both None for a question that names no section.
    """
    needs = section_units(item)
    if not needs:
        return None, None
    cited = cited_sections(answer)
    right = right_sections(item)
    precision = sum(c in right for c in cited) / len(cited) if cited else 0.0
    return precision, sum(any(c in need for c in cited) for need in needs) / len(needs)


def note_scores(item: Item, answer: Mapping[str, Any]) -> Pair:
    """Precision: right notes cited / notes cited (0 where none is). Recall: note needs met / all note
    needs (`eval.items.note_units`). Both None for a question that needs no note.

    A cited note brings its chain: note 86, which leads to 85, meets a need for 85.
    """
    needs = note_units(item)
    if not needs:
        return None, None
    cited = cited_notes(answer)
    given = frozenset().union(*cited.values()) if cited else frozenset()
    precision = len(right_notes(item, cited)) / len(cited) if cited else 0.0
    return precision, sum(bool(need & given) for need in needs) / len(needs)


def right_notes(item: Item, cited: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The cited notes that are needed, allowed (`notes_ok`), or lead to one that is."""
    allowed = frozenset(item.notes + item.notes_either + item.notes_ok)
    allowed |= {n for e in item.evidence for n in e.notes}
    return tuple(number for number, chain in cited.items() if chain & allowed)
