"""Question sets checked against the corpus: everything that is wrong, each with its remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal

from rapidfuzz import fuzz

from assistant import Finding
from eval.corpus import CorpusView
from eval.errors import FieldError, InputError
from eval.formats.ragas import is_ragas, ragas_item
from eval.items import Evidence, Item
from eval.jsonl import read_each
from eval.sets import parse_record
from eval.text import fold, gram_share, mentions_any

__all__ = ["check_set"]

_ALIKE = 93  # of 100: questions that differ in a letter or a word
_NEARLY = 0.6  # share of 4-grams from which a quote is the corpus' sentence with small differences


@dataclass(frozen=True, slots=True)
class Placed:
    """An item and the line that it was read from."""

    line: int
    item: Item


def check_set(
    path: Path, corpus: CorpusView | None, ids: dict[str, str] | None = None
) -> tuple[Finding, ...]:
    """All that is wrong with a set, in the order of its lines; errors make it unfit for scoring.

    `corpus` is what quotes, sections and notes are looked up in; None checks the set's form alone. `ids` has
    where each id of the sets checked before was used, and gets those of this one.
    """
    findings, placed = _read(path, ids if ids is not None else {})
    for one in placed:
        where = f"{path}:{one.line}"
        problems: list[Problem] = [*_content(one.item), *_support(one.item, corpus)]
        problems += _against(one.item, corpus) if corpus else ()
        findings += [(one.line, Finding(level, where, f"{one.item.id}: {p}", r)) for level, p, r in problems]
    findings += _alike(path, placed)
    if not placed and not findings:
        findings.append((0, Finding("error", str(path), "the set is empty.", "Add at least one question.")))
    return tuple(finding for _, finding in sorted(findings, key=lambda pair: pair[0]))


def _read(path: Path, ids: dict[str, str]) -> tuple[list[tuple[int, Finding]], list[Placed]]:
    """Every record that can be read, and a finding for every one that cannot."""
    findings: list[tuple[int, Finding]] = []
    placed: list[Placed] = []
    for number, row in read_each(path):
        where = f"{path}:{number}"
        try:
            if isinstance(row, InputError):
                findings.append((number, Finding("error", where, row.problem, row.remedy)))
                continue
            items = (ragas_item(row, number),) if is_ragas(row) else parse_record(row)
        except FieldError as error:
            name = row.get("id") if isinstance(row, dict) else None
            findings.append((number, Finding("error", where, f"{name or 'record'}: {error}")))
            continue
        identifier = str(row.get("id") or items[0].id)
        if identifier in ids:
            problem = f'the id "{identifier}" is used in {ids[identifier]} too.'
            findings.append((number, Finding("error", where, problem, "Give each record its own id.")))
        ids.setdefault(identifier, where)
        placed += [Placed(number, item) for item in items]
    return findings, placed


Problem = tuple[Literal["error", "warning", "info"], str, str]  # level, problem, remedy


def _content(item: Item) -> Iterator[Problem]:
    """What can be told from the question alone."""
    if not item.question.strip():
        if item.type != "attack":
            yield "error", "the question is blank.", "Write it, or make it an attack."
        return
    if item.answerable and item.type != "attack":
        if not item.evidence:
            yield "warning", "it has no evidence.", "Copy the sentences that answer, with their section."
        if not item.nuggets:
            yield "warning", "it has no nuggets.", "List the key facts that a right answer gives."
    if not item.answerable and item.nuggets:
        yield "warning", "it cannot be answered but has nuggets.", 'Remove them, or set "answerable" to true.'
    reference = item.raw.get("answer")
    if isinstance(reference, str) and reference:
        missed = [n[0] for n in item.nuggets if not mentions_any(fold(reference), n)]
        if missed:
            yield (
                "info",
                f"its own answer does not give {', '.join(missed)}.",
                "Mend the answer or the nuggets.",
            )


def _against(item: Item, corpus: CorpusView) -> Iterator[Problem]:
    """What can be told from the corpus."""
    for evidence in item.evidence:
        yield from _evidence(evidence, corpus)
    for section in dict.fromkeys(s for e in item.evidence for s in e.sections):
        if section not in corpus.section_words:
            yield "error", f'there is no section "{section}".', "Name an id that `assistant show` knows."
    notes = [*item.notes, *item.notes_either, *item.notes_ok, *(n for e in item.evidence for n in e.notes)]
    for note in dict.fromkeys(notes):
        if note not in corpus.notes:
            yield "error", f'there is no note "{note}".', "Name a number that `assistant show` knows."
    if not item.answerable:
        yield from _absence(item, corpus)


def _evidence(evidence: Evidence, corpus: CorpusView) -> Iterator[Problem]:
    begin = evidence.quote[:60].replace("\n", " ")
    if not evidence.sections and corpus.holds(evidence.quote):
        return
    if corpus.holds(evidence.quote, evidence.sections):
        return
    if corpus.holds(evidence.quote):
        where = " or ".join(corpus.homes(evidence.quote))
        # Scoring goes by the printed number, so another part of the same number does no harm there.
        near = corpus.holds(evidence.quote, corpus.numbered(evidence.sections))
        yield (
            "warning" if near else "error",
            f'the quote "{begin}..." does not stand in {evidence.sections[0]} but '
            + (f"in {where}." if where else "across sections."),
            f'Set "section" to {where}.' if where else "Split it where a section ends.",
        )
        return
    share = max((gram_share(evidence.quote, text) for text in corpus.texts.values()), default=0.0)
    if share >= _NEARLY:
        yield (
            "warning",
            f'the quote "{begin}..." is not word for word in the corpus ({share:.0%} of its 4-grams are).',
            "Copy it again; scoring still finds it.",
        )
    else:
        yield (
            "error",
            f'the quote "{begin}..." is not in the corpus.',
            "Copy it from the corpus, word for word.",
        )


def _support(item: Item, corpus: CorpusView | None) -> Iterator[Problem]:
    """Nuggets that the evidence does not give: worse where its sections do not give them either."""
    quotes = " ".join(e.quote for e in item.evidence)
    notes = " ".join(f"note {n}" for n in (*item.notes, *item.notes_either))
    evidence = fold(f"{quotes} {notes}")
    missed = [n for n in item.nuggets if item.evidence and not mentions_any(evidence, n)]
    sections = corpus.numbered(s for e in item.evidence for s in e.sections) if corpus and missed else []
    around = fold("\n".join(corpus.section_texts[s] for s in sections)) if corpus else ""
    for nugget in missed:
        stands = mentions_any(around, nugget)
        yield (
            "info" if stands or corpus is None else "warning",
            f"the nugget {' / '.join(nugget)} is not in the evidence"
            + (", only in its section." if stands else ("." if corpus is None else ", nor in its section.")),
            "Add the spelling that the corpus uses, or the evidence that has it.",
        )


def _absence(item: Item, corpus: CorpusView) -> Iterator[Problem]:
    """`absent` patterns must match nowhere, `present` words must stand somewhere."""
    for pattern in _strings(item, "absent"):
        try:
            found = next((m for t in corpus.texts.values() if (m := re.search(pattern, t))), None)
        except re.error as error:
            yield "error", f'"absent": "{pattern}" is no regular expression ({error}).', "Mend it."
            continue
        if found:
            yield (
                "error",
                f'"absent": the corpus has "{found[0]}".',
                "Can the question be answered after all?",
            )
    for text in _strings(item, "present"):
        if not corpus.holds(text):
            yield "warning", f'"present": the corpus does not have "{text}".', "Copy it from the corpus."


def _strings(item: Item, name: str) -> list[str]:
    value = item.raw.get(name)
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def _alike(path: Path, placed: Sequence[Placed]) -> list[tuple[int, Finding]]:
    """Questions that are nearly the same; turns of conversations may repeat each other."""
    single = [(p, fold(p.item.question)) for p in placed if not p.item.turn and p.item.question.strip()]
    found = []
    for (first, a), (second, b) in combinations(single, 2):
        score = fuzz.ratio(a, b, score_cutoff=_ALIKE)
        if score:
            problem = f"{second.item.id}: nearly the same question as {first.item.id} in line {first.line}."
            finding = Finding(
                "warning", f"{path}:{second.line}", problem, "Keep one, or ask for something else."
            )
            found.append((second.line, finding))
    return found
