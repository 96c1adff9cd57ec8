"""The nouns of the harness: questions with what a right answer holds, and the answers of a system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Evidence", "Item", "note_units", "section_units", "units"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the corpus that answer; `sections` are the ids under which they may be cited."""

    quote: str
    sections: tuple[str, ...]
    notes: tuple[str, ...] = ()
    group: str | None = None  # items of one group are interchangeable; "optional" is not needed


@dataclass(frozen=True, slots=True)
class Item:
    """One question to ask: a single question, or one turn of a conversation (`D002#1`)."""

    id: str
    question: str
    type: str
    answerable: bool = True
    subtype: str | None = None
    evidence: tuple[Evidence, ...] = ()
    alternatives: bool = False
    notes: tuple[str, ...] = ()
    notes_any: bool = False  # any one of `notes` suffices
    notes_either: tuple[str, ...] = ()  # one of these is needed too: `notes_any` given as a list
    notes_ok: tuple[str, ...] = ()  # right, but not needed
    nuggets: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    forbidden_regex: tuple[str, ...] = ()
    expected: str | None = None  # "refuse", "refuse-and-signpost"
    conversation: str | None = None
    turn: int = 0  # from 1 within a conversation, 0 outside
    set: str = ""  # name of the question set: its file without the ending
    raw: Mapping[str, Any] = field(default_factory=dict)  # the record as read


def units(item: Item) -> tuple[tuple[Evidence, ...], ...]:
    """The evidence that is needed, each unit a set of interchangeable items: the denominator.

    `alternatives` makes all items one unit; items of one group are one unit; every other item is a
    unit of its own; the group "optional" is left out.
    """
    needed = [e for e in item.evidence if e.group != "optional"]
    if item.alternatives:
        return (tuple(needed),) if needed else ()
    groups: dict[str, list[Evidence]] = {}
    for position, evidence in enumerate(needed):
        groups.setdefault(evidence.group or f"\0{position}", []).append(evidence)
    return tuple(tuple(group) for group in groups.values())


def number_of(section: str) -> str:
    """The printed number of a section id: what stands before the first "/"."""
    return section.split("/", 1)[0]


def section_units(item: Item) -> tuple[frozenset[str], ...]:
    """Per needed unit the printed numbers that may be cited for it; equal sets count once."""
    sets = (frozenset(number_of(s) for e in unit for s in e.sections) for unit in units(item))
    return tuple(dict.fromkeys(s for s in sets if s))


def right_sections(item: Item) -> frozenset[str]:
    """Every printed number that is right to cite, the optional ones too."""
    return frozenset(number_of(s) for e in item.evidence for s in e.sections)


def note_units(item: Item) -> tuple[frozenset[str], ...]:
    """The notes that are needed, each unit a set of which one suffices.

    With `notes_any` or `alternatives` one of all notes suffices; a list `notes_any` is one unit; notes of
    interchangeable evidence (one group) are one unit; every other note is a unit of its own.
    """
    if not item.notes and not item.notes_either:
        return ()
    if item.notes_any or item.alternatives:
        return (frozenset(item.notes + item.notes_either),)
    found = [frozenset(item.notes_either)] if item.notes_either else []
    wanted = set(item.notes) - set(item.notes_either)
    for unit in units(item):
        if len(unit) > 1 and unit[0].group:
            shared = frozenset(n for e in unit for n in e.notes) & wanted
            if shared:
                found.append(shared)
                wanted -= shared
    return tuple(dict.fromkeys([*found, *(frozenset([n]) for n in item.notes if n in wanted)]))
