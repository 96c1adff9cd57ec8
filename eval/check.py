"""Question sets checked against the corpus: everything that is wrong, each with its remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz

from assistant import Finding
from eval.corpus import CorpusView, spaced
from eval.errors import FieldError, InputError
from eval.items import Evidence, Item, note_units, number_of
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


def check_set(path: Path, corpus: CorpusView | None) -> tuple[Finding, ...]:
    """All that is wrong with a set, in the order of its lines; errors make it unfit for scoring.

    `corpus` is what quotes, sections and notes are looked up in; None checks the set's form alone.
    """
    findings, placed = _read(path)
    for one in placed:
        where = f"{path}:{one.line}"
        problems = [*_content(one.item), *(_against(one.item, corpus) if corpus else ())]
        findings += [(one.line, Finding(level, where, f"{one.item.id}: {p}", r)) for level, p, r in problems]
    findings += _alike(path, placed)
    if not placed and not findings:
        findings.append((0, Finding("error", str(path), "the set is empty.", "Add at least one question.")))
    return tuple(finding for _, finding in sorted(findings, key=lambda pair: pair[0]))


def _read(path: Path) -> tuple[list[tuple[int, Finding]], list[Placed]]:
    """Every record that can be read, and a finding for every one that cannot."""
    findings: list[tuple[int, Finding]] = []
    placed: list[Placed] = []
    seen: dict[str, int] = {}
    for number, row in read_each(path):
        where = f"{path}:{number}"
        try:
            if isinstance(row, InputError):
                findings.append((number, Finding("error", where, row.problem, row.remedy)))
                continue
            items = parse_record(row)
        except FieldError as error:
            name = row.get("id") if isinstance(row, dict) else None
            findings.append((number, Finding("error", where, f"{name or 'record'}: {error}")))
            continue
        identifier = str(row["id"])
        if identifier in seen:
            problem = f'the id "{identifier}" is used in line {seen[identifier]} too.'
            findings.append((number, Finding("error", where, problem, "Give each record its own id.")))
        seen.setdefault(identifier, number)
        placed += [Placed(number, item) for item in items]
    return findings, placed


Problem = tuple[str, str, str]  # level, problem, remedy


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
    quotes = fold(" ".join(e.quote for e in item.evidence) + " " + " ".join(f"note {n}" for n in item.notes))
    for nugget in item.nuggets if item.evidence else ():
        if not mentions_any(quotes, nugget):
            yield (
                "info",
                f"the nugget {' / '.join(nugget)} is not in the evidence.",
                "Add the spelling that the corpus uses, or the evidence that has it.",
            )
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
    known = {number_of(s) for s in corpus.sections} | corpus.sections
    for section in dict.fromkeys(s for e in item.evidence for s in e.sections):
        if number_of(section) not in known:
            yield "error", f'there is no section "{section}".', "Name an id that `assistant show` knows."
    for note in dict.fromkeys([*(n for unit in note_units(item) for n in sorted(unit)), *item.notes_ok]):
        if note not in corpus.notes:
            yield "error", f'there is no note "{note}".', "Name a number that `assistant show` knows."
    if not item.answerable:
        yield from _absence(item, corpus)


def _evidence(evidence: Evidence, corpus: CorpusView) -> Iterator[Problem]:
    begin = evidence.quote[:60].replace("\n", " ")
    if corpus.holds(evidence.quote, evidence.sections):
        return
    if corpus.holds(evidence.quote):
        homes = [n for n, text in corpus.section_words.items() if spaced(evidence.quote) in text]
        where = " or ".join(homes)
        yield (
            "error",
            f'the quote "{begin}..." does not stand in {evidence.sections[0]} but in {where}.',
            f'Set "section" to {where}.',
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
