"""What is told about a bank of readers' questions, entry by entry."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import CorpusError
from assistant.read.bank import LONG, LONG_OF_SEVERAL, bank_findings, unanswered_findings
from assistant.read.files import CorpusFiles
from assistant.read.problems import Finding
from assistant.types import Document, ReaderQuestion, Span

from .conftest import CORPUS, ROOT

Entry = dict[str, Any]
Told = Callable[..., list[tuple[int, str, str]]]

GOOD: Entry = {
    "id": "a",
    "section": "1",
    "type": "factoid",
    "evidence": ["First sentence."],
    "notes": [],
    "questions": ["What is it?", "Who?", "Why?"],
}
OPEN: Entry = {"question": "When?", "nearest_section": "1", "why": "No date.", "asks_for": "date"}


def _rows(findings: list[Finding]) -> list[tuple[int, str, str]]:
    assert all(f.remedy for f in findings)
    return [(int(f.where.rpartition(":")[2]), f.level, f.problem) for f in findings]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """(line, level, problem) told about entries of a bank beside the given unanswered ones."""

    def tell(*entries: Entry, unanswered: tuple[Entry, ...] = (OPEN,)) -> list[tuple[int, str, str]]:
        (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
        (tmp_path / "u.jsonl").write_text("\n".join(map(json.dumps, unanswered)), encoding="utf-8")
        files = CorpusFiles(tmp_path)
        return _rows([*bank_findings(files, "q.jsonl", "u.jsonl"), *unanswered_findings(files, "u.jsonl")])

    return tell


def test_a_good_bank_has_nothing_to_tell(told: Told) -> None:
    assert told(GOOD, unanswered=(OPEN,)) == []


def test_the_handbook_has_nothing_to_tell() -> None:
    files = CorpusFiles(CORPUS)
    questions, unanswered = "handbook/questions.jsonl", "handbook/unanswered.jsonl"
    assert list(bank_findings(files, questions, unanswered)) == []
    assert list(unanswered_findings(files, unanswered)) == []


def test_few_questions(told: Told) -> None:
    assert told({**GOOD, "questions": ["What?", "Who?"]}) == [
        (1, "warning", "a has 2 of the 3 questions that it needs.")
    ]


def test_no_questions_are_told_by_the_reader_of_the_file_alone(told: Told) -> None:
    assert told({**GOOD, "questions": []}, {**GOOD, "questions": "Who?", "evidence": None}) == []


@pytest.mark.parametrize(
    ("kind", "most"), [("factoid", LONG), ("comparison", LONG_OF_SEVERAL), ("list", 5_000)]
)
def test_long_evidence(kind: str, most: int, told: Told) -> None:
    entry = {**GOOD, "type": kind, "evidence": ["word " * (most - 1), "end"]}
    assert told(entry) == []
    expected = f"the evidence of a has {most + 1} words, more than {most}."
    longer = told({**entry, "evidence": [*entry["evidence"], "more"]})
    assert longer == ([] if kind == "list" else [(1, "warning", expected)])


def test_evidence_given_twice(told: Told) -> None:
    assert told({**GOOD, "evidence": ["One.", "Two.", "One."]}) == [
        (1, "warning", "a gives the same evidence twice.")
    ]


def test_a_question_is_the_same_in_any_writing(told: Told) -> None:
    other = {**GOOD, "id": "b", "questions": ["what IS it", "Where?", "Wherefore?", "“Where”…"]}
    assert told(GOOD, other) == [
        (2, "warning", "“what IS it” is asked twice (line 1)."),
        (2, "warning", "““Where”…” is asked twice (line 2)."),
    ]


def test_answered_and_unanswered_at_once_is_an_error(told: Told) -> None:
    assert told(GOOD, unanswered=({**OPEN, "question": "WHO"},)) == [
        (1, "error", "“Who?” is also among the unanswered questions.")
    ]


def test_unanswered_entries_are_complete_and_once(told: Told) -> None:
    found = told(
        GOOD,
        unanswered=(OPEN, {**OPEN, "question": "when"}, {**OPEN, "question": "Who else?", "why": " "}),
    )
    assert found == [
        (2, "warning", "“when” is asked twice (line 1)."),
        (3, "warning", "“Who else?” has no “why”."),
    ]


def test_what_is_asked_for_is_one_of_the_known(tmp_path: Path) -> None:
    (tmp_path / "u.jsonl").write_text(json.dumps({**OPEN, "asks_for": "year"}), encoding="utf-8")
    (finding,) = unanswered_findings(CorpusFiles(tmp_path), "u.jsonl")
    assert finding.problem == "“asks_for” is 'year'."
    assert finding.remedy.startswith("Use one of number, date, person, ")


def test_without_a_file_of_unanswered_questions(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(json.dumps(GOOD), encoding="utf-8")
    files = CorpusFiles(tmp_path)
    assert list(bank_findings(files, "q.jsonl", None)) == []
    assert list(bank_findings(files, "q.jsonl", "u.jsonl")) == []


def test_a_torn_line_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(json.dumps(GOOD) + '\n{"id": "b', encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        list(bank_findings(CorpusFiles(tmp_path), "q.jsonl", None))
    assert caught.value.line == 2


# ---------------------------------------------------------------- the handbook's bank


def test_every_sentence_of_the_body_answers_something(handbook: Document) -> None:
    answering = sorted(span for entry in handbook.questions for span in entry.spans)
    aside = {"imprint", "pull-quote"}  # a pull quote repeats a sentence
    left = [
        handbook.text[s.start : s.end]
        for s in handbook.sentences
        if handbook.blocks[s.block].kind not in aside
        and not any(start < s.end and s.start < end for start, end in answering)
    ]
    assert left == []


def test_every_conflict_has_an_entry_with_all_its_sides(handbook: Document) -> None:
    def holds(entry: ReaderQuestion, side: Span) -> bool:
        return any(start < side[1] and side[0] < end for start, end in entry.spans)

    left = [
        conflict.note
        for conflict in handbook.conflicts
        if not any(all(holds(e, side) for side in conflict.spans) for e in handbook.questions)
    ]
    assert left == []


def test_no_two_entries_have_the_same_evidence(handbook: Document) -> None:
    seen: dict[frozenset[Span], str] = {}
    twins = [
        (seen[key], entry.id)
        for entry in handbook.questions
        if seen.setdefault(key := frozenset(entry.spans), entry.id) != entry.id
    ]
    assert twins == []


def test_a_marker_in_the_evidence_is_among_the_notes(handbook: Document) -> None:
    markers = [(m.start, note.number) for note in handbook.notes for m in note.markers]
    left = [
        (entry.id, number)
        for entry in handbook.questions
        for at, number in markers
        if number not in entry.notes and any(start <= at < end for start, end in entry.spans)
    ]
    assert left == []


def test_the_figures_of_the_docs_are_those_of_the_bank(handbook: Document) -> None:
    docs = (ROOT / "docs" / "CORPUS.md").read_text(encoding="utf-8")
    kinds = {"list": "list", "comparison": "comparison", "multi": "several sections (multi)"}
    kinds |= {"conflict": "conflict", "source": "source"}
    sizes: dict[str, list[int]] = {}
    for entry in handbook.questions:
        sizes.setdefault(entry.type if entry.type in kinds else "one thing", []).append(len(entry.questions))
    for kind, found in sizes.items():
        name = kinds.get(kind, "one thing (")
        row = next(line for line in docs.splitlines() if line.startswith(f"| {name}"))
        assert row.endswith(f"| {len(found):,} | {sum(found):,} |")
    total = sum(map(sum, sizes.values()))
    assert f"| **answered** | **{len(handbook.questions):,}** | **{total:,}** |" in docs
    of_the_file = [entry for entry in handbook.unanswered if not entry.subtype.startswith("care:")]
    assert f"| **unanswered** | | **{len(of_the_file):,}** |" in docs
