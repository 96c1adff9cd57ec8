"""Places that disagree: told together, and brought together where a figure was asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer.choose import Choice, choose_runs
from assistant.answer.cite import Citer
from assistant.answer.conflicts import conflict_notes, other_sides
from assistant.read.corpus import load_corpus
from assistant.types import Citation, Conflict, Question
from tests.answer.book import BOOK, found, lay_out, match, span

CITER = Citer([BOOK])
FORTY, WINTER, NEST = "The Gull carries 40", "The Gull carries 44", "Herons nest"
NOTE = "Two figures are given for the Gull."
HANDBOOK = load_corpus(Path(__file__).resolve().parents[2] / "corpus").documents[0]


def cited(*words: str) -> list[Citation]:
    """A citation for each, labelled 1, 2, ..."""
    runs = [CITER.runs("book", [span(BOOK, w)])[0] for w in words]
    return [CITER.cite(run, str(label))[0] for label, run in enumerate(runs, start=1)]


def asking(what: str) -> Question:
    return Question("?", "?", asked_for=what)  # type: ignore[arg-type]


def chosen(*words: str) -> Choice:
    return choose_runs(found([match(0, 1.0, list(words))]), CITER)


# ---------------------------------------------------------------- notes


def test_both_places_cited_are_told_with_their_labels() -> None:
    (note,) = conflict_notes([BOOK], cited(FORTY, NEST, WINTER))
    assert (note.note, note.labels) == (NOTE, ("1", "3"))


def test_one_place_alone_is_no_conflict() -> None:
    assert conflict_notes([BOOK], cited(FORTY, NEST)) == ()
    assert conflict_notes([BOOK], cited(FORTY, FORTY)) == ()
    assert conflict_notes([BOOK], []) == ()


def test_one_citation_over_both_places_is_told() -> None:
    spans = (span(BOOK, "The Gull carries 40"), span(BOOK, "The Tern carries 20"))
    book = replace(BOOK, conflicts=(Conflict(spans, "N."),))
    (run,) = CITER.runs("book", spans)
    (note,) = conflict_notes([book], [CITER.cite(run, "1")[0]])
    assert note.labels == ("1",)


def test_a_citation_of_another_document_does_not_count() -> None:
    strangers = [replace(citation, document="other") for citation in cited(FORTY, WINTER)]
    assert conflict_notes([BOOK], strangers) == ()


# ---------------------------------------------------------------- the other side


@pytest.mark.parametrize("what", ["number", "date", "list"])
def test_the_other_figure_is_brought(what: str) -> None:
    (run,) = other_sides(chosen(FORTY), asking(what), [BOOK], CITER)
    assert BOOK.text[run.start : run.end] == "The Gull carries 44 passengers in winter.⁴"


def test_not_where_no_figure_was_asked_for() -> None:
    for what in ("other", "reason", "person", "source"):
        assert other_sides(chosen(FORTY), asking(what), [BOOK], CITER) == []


def test_not_where_it_is_said_already_or_nothing_is() -> None:
    assert other_sides(chosen(FORTY, WINTER), asking("number"), [BOOK], CITER) == []
    assert other_sides(chosen(NEST), asking("number"), [BOOK], CITER) == []
    assert other_sides(Choice((), ()), asking("number"), [BOOK], CITER) == []


def test_only_figures_and_dates_have_another_side() -> None:
    (conflict,) = BOOK.conflicts
    for kind, runs in (("different-dates", 1), ("count-mismatch", 1), ("different-measures", 0)):
        book = replace(BOOK, conflicts=(replace(conflict, kind=kind),))  # type: ignore[arg-type]
        assert len(other_sides(chosen(FORTY), asking("number"), [book], CITER)) == runs


def test_conflicts_of_another_document_are_not_brought() -> None:
    other = replace(BOOK, id="other")
    citer = Citer([BOOK, other])
    assert other_sides(chosen(FORTY), asking("number"), [other], citer) == []


def test_the_handbook_gives_both_counts_of_its_deployments() -> None:
    citer = Citer([HANDBOOK])
    votes = [match(0, 1.0, ["deploying over 9,197 personnel"], document=HANDBOOK)]
    choice = choose_runs(found(votes), citer)
    others = other_sides(choice, asking("number"), [HANDBOOK], citer)
    quotes = [HANDBOOK.text[run.start : run.end] for run in (*choice.runs, *others)]
    assert ["9,197" in quotes[0], "9,200" in quotes[1], len(quotes)] == [True, True, 2]
    citations = [citer.cite(run, str(i))[0] for i, run in enumerate((*choice.runs, *others), 1)]
    notes = conflict_notes([HANDBOOK], citations)
    assert any("9,197" in n.note and "9,200" in n.note and n.labels == ("1", "2") for n in notes)


def test_every_conflict_of_the_handbook_is_told_when_its_places_are_cited() -> None:
    citer = Citer([HANDBOOK])
    for conflict in HANDBOOK.conflicts:
        runs = citer.runs("handbook", conflict.spans)
        citations = [citer.cite(run, str(i))[0] for i, run in enumerate(runs, 1)]
        assert conflict.note in [n.note for n in conflict_notes([HANDBOOK], citations)]


def test_a_document_without_conflicts() -> None:
    bare = lay_out("# A {#a}\n\nOne.\n")
    assert conflict_notes([bare], cited(FORTY)) == ()
