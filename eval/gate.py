"""The gate: scores on the development sets may not fall below their floors.

`floors.json` holds the floors, the margin for noise, and the hashes of the corpus and the question sets
that they were measured on. Floors of another corpus or other questions say nothing: they are measured
anew with `--update`, which raises them; only `--lower` lowers one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import GateError, InputError
from eval.jsonl import write_text
from eval.measures import MEASURES
from eval.provenance import file_sha256

__all__ = ["Floors", "check_floors", "figures", "load_floors", "updated", "write_floors"]

MARGIN = 0.01  # of a share: what another processor's last bits could move
MARGIN_WORDS = 3.0
_GATED = (
    "evidence@400w", "evidence@800w", "evidence@5", "mrr", "nuggets", "section_precision", "section_recall",
    "note_precision", "note_recall", "forbidden_free", "attack_passed", "signposted",
)  # fmt: skip
_GATED_OF_ANSWERS = ("quote_fidelity", "labels_held", "answer_words")  # of sets that can be answered


@dataclass(frozen=True, slots=True)
class Floors:
    """Floors by "set/measure" (a ceiling where less is better), and what they were measured on."""

    corpus: str  # sha256
    sets: Mapping[str, str]  # file name -> sha256
    floors: Mapping[str, float]
    margin: float = MARGIN


def figures(summary: Mapping[str, Any]) -> dict[str, float]:
    """The gated figures of a summary: each measure by set, and refusal over all sets and by subtype."""
    found: dict[str, float] = {}
    for name, part in summary["by_set"].items():
        measures = part["measures"]
        gated = _GATED + (_GATED_OF_ANSWERS if "nuggets" in measures else ())
        found |= {f"{name}/{m}": measures[m]["value"] for m in gated if m in measures}
    refusal = summary["refusal"]
    rows = {"all": refusal["overall"], **refusal["by_subtype"]}
    found |= {
        f"refusal/{kind}": row["balanced_accuracy"]
        for kind, row in rows.items()
        if row["balanced_accuracy"] is not None
    }
    return found


def load_floors(path: Path) -> Floors:
    """Raises InputError for a file that is missing or not of this form."""
    remedy = "Make it with `python -m eval gate --update`."
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        floors = {str(k): float(v) for k, v in data["floors"].items()}
        return Floors(str(data["corpus"]), dict(data["sets"]), floors, float(data["margin"]))
    except FileNotFoundError:
        raise InputError("there are no floors yet.", path, remedy=remedy) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"not a file of floors ({error}).", path, remedy=remedy) from None


def write_floors(path: Path, floors: Floors) -> None:
    """Writes the file that people read and review: sorted, one floor a line."""
    data = {
        "corpus": floors.corpus,
        "floors": dict(sorted(floors.floors.items())),
        "margin": floors.margin,
        "sets": dict(sorted(floors.sets.items())),
    }
    write_text(path, json.dumps(data, indent=2) + "\n")


def check_floors(
    floors: Floors, measured: Mapping[str, float], corpus: str, sets: Sequence[Path]
) -> list[str]:
    """Lines that say by how much each floor holds. Raises GateError where one does not, or none fits."""
    hashes = {path.name: file_sha256(path) for path in sets}
    missing = sorted(set(floors.floors) - set(measured))
    fallen = [
        f"{name} {measured[name]:.4g} (floor {floor:.4g})"
        for name, floor in floors.floors.items()
        if name in measured and _below(name, measured[name], floor, floors.margin)
    ]
    parts = (["not measured: " + ", ".join(missing)] if missing else []) + fallen
    said = f"{len(missing) + len(fallen)} of {len(floors.floors)} floors do not hold: {'; '.join(parts)}."
    if corpus != floors.corpus or hashes != dict(floors.sets):
        what = "corpus" if corpus != floors.corpus else "question sets"
        raise GateError(
            f"The {what} changed since the floors were measured. "
            f"{said if parts else 'All old floors hold.'} "
            "If that is right, measure them anew: `python -m eval gate --update` (--lower where one falls)."
        )
    if parts:
        raise GateError(
            f"{said} "
            "Mend what fell; a floor is lowered only on purpose, with `python -m eval gate --update --lower`."
        )
    return [
        f"{name:<36}{measured[name]:>9.4g}  floor {floor:.4g}"
        for name, floor in sorted(floors.floors.items())
    ]


def updated(
    old: Floors | None, measured: Mapping[str, float], corpus: str, sets: Sequence[Path], lower: bool
) -> Floors:
    """Floors at what was measured. Raises GateError where that would lower one and `lower` is not set."""
    floors = dict(measured)
    if old is not None:
        falling = sorted(
            name
            for name, floor in old.floors.items()
            if name not in measured or _below(name, measured[name], floor, old.margin)
        )
        if falling and not lower:
            raise GateError(
                f"This would lower {len(falling)} floors: {', '.join(falling)}. Add --lower if that is meant."
            )
        if not lower:
            # Within the margin the better of both stays: many small steps down are a step down.
            kept = {k: _better(k, v, old.floors[k]) for k, v in floors.items() if k in old.floors}
            floors |= kept
    margin = old.margin if old is not None else MARGIN
    return Floors(corpus, {path.name: file_sha256(path) for path in sets}, floors, margin)


def _less_is_better(name: str) -> bool:
    measure = MEASURES.get(name.partition("/")[2])
    return measure is not None and measure.better == "lower"


def _below(name: str, value: float, floor: float, margin: float) -> bool:
    """Whether a figure is worse than its floor by more than the margin."""
    return value > floor + MARGIN_WORDS if _less_is_better(name) else value < floor - margin


def _better(name: str, a: float, b: float) -> float:
    return min(a, b) if _less_is_better(name) else max(a, b)
