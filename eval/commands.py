"""`run` and `gate`: the two commands that open the assistant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import load_settings
from eval.baselines import BASELINES, Baseline, Pieces
from eval.files import QUESTIONS
from eval.gate import Floors, check_floors, figures, load_floors, updated, write_floors
from eval.jsonl import write_lines
from eval.outputs import Scored, score_system, write_outputs
from eval.provenance import provenance_of
from eval.run import ask_all
from eval.sets import load_sets
from eval.systems import AssistantSystem, System

if TYPE_CHECKING:
    from assistant import Assistant

__all__ = ["RunOptions", "gate_sets", "run_gate", "run_sets"]

PROJECT = Path(__file__).resolve().parent.parent
FLOORS = PROJECT / "eval" / "floors.json"
GATE_FOLDER = PROJECT / "out" / "gate"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: which composer (None: the settings'), how many passages, whether baselines run too."""

    composer: str | None = None
    k: int = 10
    baselines: bool = True
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """The assistant's scores, and the sha256 of the corpus that they were measured on."""

    scored: Scored
    corpus: str


def run_sets(sets: Sequence[Path], out: Path, options: RunOptions, opened: Assistant | None = None) -> Run:
    """Answers and scores the sets, writes all files, and returns the assistant's scores.

    Opens the index of the settings in force, unless an opened assistant is given.
    """
    items = load_sets(sets)
    if opened is None:
        from assistant import Assistant  # the library's heavy half: only who asks loads it

        opened = Assistant.open(load_settings(composer=options.composer))
    settings = opened.settings
    texts = {document.id: document.text for document in opened.documents}
    systems: list[tuple[System, Path]] = [(AssistantSystem(opened, settings.composer, options.k), out)]
    if options.baselines:
        pieces = Pieces(opened)
        systems += [
            (Baseline(name, pieces), out / "baselines" / name.replace(" ", "-")) for name in BASELINES
        ]
    scored = [
        score_system(system.name, items, ask_all(system, items, folder, options.quiet), texts)
        for system, folder in systems
    ]
    used = {key: value for key, value in systems[0][0].identity().items() if key != "system"}
    provenance = provenance_of({"question sets": sets}, scored[0].answers.values(), used)
    write_outputs(out, "Evaluation: " + ", ".join(path.stem for path in sets), items, scored, provenance)
    for one, (_, folder) in zip(scored[1:], systems[1:], strict=True):
        write_lines(folder / QUESTIONS, list(one.records))  # for `compare` with ours
    return Run(scored[0], opened.manifest.corpus_sha256)


def gate_sets() -> list[Path]:
    """The development sets that the gate is measured on."""
    return sorted((PROJECT / "eval" / "questions").glob("*.jsonl"))


def run_gate(update: bool = False, lower: bool = False, opened: Assistant | None = None) -> list[str]:
    """Runs the development sets and checks, or with `update` sets, the floors; returns lines to print.

    Answers of the same code, index and settings are kept in out/gate, so that it costs its time once a
    change. Raises GateError or InputError.
    """
    sets = gate_sets()
    old = load_floors(FLOORS) if FLOORS.is_file() or not update else None
    made = run_sets(sets, GATE_FOLDER, RunOptions(composer="extractive", baselines=False), opened)
    measured = figures(made.scored.summary)
    if update:
        floors: Floors = updated(old, measured, made.corpus, sets, lower)
        write_floors(FLOORS, floors)
        return [f"{len(floors.floors)} floors written to {FLOORS.relative_to(PROJECT)}."]
    assert old is not None  # load_floors has raised otherwise
    return check_floors(old, measured, made.corpus, sets)
