"""Whole answers, made perfect, empty, refused, shuffled and random: scores by arithmetic."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.cli import cli
from eval.items import Evidence, Item, units
from eval.metrics.citations import cited_notes
from eval.outputs import score_system
from eval.sets import load_sets

QUESTIONS = Path(__file__).parents[2] / "eval" / "questions"
KINDS = ("handbook", "unanswerable", "conversations")
SETS = [QUESTIONS / f"{which}{kind}.jsonl" for which in ("", "second-") for kind in KINDS]

QUALITY = (
    "evidence@400w", "evidence@800w", "evidence@5", "evidence@10", "evidence_quoted", "mrr", "ndcg@10",
    "nuggets", "nuggets_partial", "nuggets_complete", "section_precision", "section_recall",
    "note_precision", "note_recall", "statements_cited", "labels_held", "quote_fidelity", "refusal_right",
    "signposted", "forbidden_free",
)  # fmt: skip


def passages(item: Item) -> list[dict[str, str]]:
    """All evidence, the needed first, in passages of up to 200 words."""
    texts: list[str] = []
    for evidence in sorted(item.evidence, key=lambda e: e.group == "optional"):
        joined = f"{texts[-1]} {evidence.quote}" if texts else evidence.quote
        texts = [*texts[:-1], joined] if len(joined.split()) <= 200 else [*texts, evidence.quote]
    return [{"text": text} for text in texts]


def perfect(item: Item) -> tuple[dict[str, Any], str]:
    """An answer with everything that is needed, and the document that its quotes stand in."""
    if not item.answerable:
        return {
            "id": item.id,
            "answer": "",
            "refused": True,
            "signposts": [{"name": "x", "what": "help"}],
        }, ""
    text, citations = "", []
    for i, evidence in enumerate(item.evidence, 1):
        start = len(text)
        text += evidence.quote
        notes = [{"number": n} for n in item.notes + item.notes_either]
        span = {"start": start, "end": len(text), "document": item.id}
        citations.append(
            {
                "label": str(i),
                "section": evidence.sections[0],
                "quote": evidence.quote,
                "notes": notes,
                **span,
            }
        )
    facts = ". ".join(spellings[0] for spellings in item.nuggets)
    labels = [c["label"] for c in citations]
    answer = {
        "id": item.id,
        "answer": facts + "".join(f" [{label}]" for label in labels),
        "refused": False,
        "statements": [{"text": facts, "citations": labels}],
        "citations": citations,
        "passages": passages(item),
    }
    return answer, text


def test_perfect_answers_score_one_on_every_measure() -> None:
    items = load_sets(SETS)
    made = {item.id: perfect(item) for item in items}
    answers = {i: answer for i, (answer, _) in made.items()}
    scored = score_system("perfect", items, answers, {i: text for i, (_, text) in made.items()})
    overall = scored.summary["overall"]
    assert {name: overall[name]["value"] for name in QUALITY} == dict.fromkeys(QUALITY, 1.0)
    refusal = scored.summary["refusal"]["overall"]
    assert (refusal["precision"], refusal["recall"], refusal["balanced_accuracy"]) == (1.0, 1.0, 1.0)
    assert all(row["balanced_accuracy"] == 1.0 for row in scored.summary["refusal"]["by_subtype"].values())


def test_denominators_come_from_the_questions() -> None:
    items = load_sets(SETS)
    for answers in ({}, {item.id: perfect(item)[0] for item in items}):
        overall = score_system("any", items, answers, None).summary["overall"]
        assert overall["evidence@800w"]["questions"] == sum(bool(units(i)) for i in items)
        assert overall["nuggets"]["questions"] == sum(bool(i.nuggets) for i in items)
        assert overall["note_recall"]["questions"] == sum(bool(i.notes + i.notes_either) for i in items)
        assert overall["refusal_right"]["questions"] == len(items)


@pytest.mark.parametrize("refused", [False, True])
def test_empty_and_refused_answers(refused: bool) -> None:
    items = load_sets(SETS)
    answers = {i.id: {"id": i.id, "answer": "", "refused": refused} for i in items}
    summary = score_system("empty", items, answers, None).summary
    overall = summary["overall"]
    zero = set(QUALITY[:14]) | {"signposted"}
    assert {name: overall[name]["value"] for name in zero} == dict.fromkeys(zero, 0.0)
    unanswerable = sum(not i.answerable for i in items)
    right = unanswerable if refused else len(items) - unanswerable
    assert overall["refusal_right"]["value"] == pytest.approx(right / len(items), abs=1e-6)
    assert summary["refusal"]["overall"]["balanced_accuracy"] == 0.5
    assert overall["forbidden_free"]["value"] == 1.0
    assert "statements_cited" not in overall  # nothing said, nothing to divide by: absent, not NaN


def test_missing_answers_are_wrong_either_way_and_named() -> None:
    items = load_sets(SETS)
    summary = score_system("none", items, {}, None).summary
    assert summary["unanswered_ids"] == [i.id for i in items]
    assert summary["overall"]["refusal_right"]["value"] == 0.0
    assert summary["refusal"]["overall"]["balanced_accuracy"] == 0.0


def test_a_broken_answer_is_as_none_but_named_apart() -> None:
    items = small_set()
    answers = {i.id: {"id": i.id, "answer": "", "refused": False, "error": "KeyError: 'x'"} for i in items}
    summary = score_system("broken", items, answers, None).summary
    assert (summary["unanswered_ids"], summary["broken_ids"]) == ([], [i.id for i in items])
    assert summary["overall"]["refusal_right"]["value"] == 0.0
    assert "answer_words" not in summary["overall"]


def small_set() -> tuple[Item, ...]:
    """Four questions whose facts, sections and evidence share nothing."""
    names = ("alpha", "beta", "gamma", "delta")
    return tuple(
        Item(
            f"q{i}",
            name,
            "factoid",
            evidence=(Evidence(f"{name} one {name} two", (f"{i + 1}.1",)),),
            notes=(str(i + 1),),
            nuggets=((name,),),
        )
        for i, name in enumerate(names)
    )


@pytest.mark.parametrize("shift", range(4))
def test_answers_shuffled_among_questions_score_nothing(shift: int) -> None:
    items = small_set()
    answers = {item.id: perfect(items[(i + shift) % 4])[0] for i, item in enumerate(items)}
    overall = score_system("shuffled", items, answers, None).summary["overall"]
    expected = 1.0 if shift == 0 else 0.0
    for name in (
        "evidence@5",
        "mrr",
        "ndcg@10",
        "nuggets",
        "section_precision",
        "section_recall",
        "note_recall",
    ):
        assert overall[name]["value"] == expected, name
    assert overall["refusal_right"]["value"] == 1.0


def test_random_passages_score_what_chance_gives() -> None:
    """One right passage among ten in random order: recall at k is k / 10, MRR the mean of 1 / rank."""
    rng = random.Random(7)
    item = small_set()[0]
    items, answers = [], {}
    for i in range(400):
        one = Item(f"r{i}", "?", "factoid", evidence=item.evidence)
        passages = [{"text": item.evidence[0].quote}] + [{"text": f"noise {j} noise {j}"} for j in range(9)]
        rng.shuffle(passages)
        items.append(one)
        answers[one.id] = {"id": one.id, "answer": "", "refused": False, "passages": passages}
    overall = score_system("random", items, answers, None).summary["overall"]
    assert overall["evidence@5"]["value"] == pytest.approx(0.5, abs=0.06)
    assert overall["mrr"]["value"] == pytest.approx(sum(1 / r for r in range(1, 11)) / 10, abs=0.04)
    assert overall["evidence@10"]["value"] == 1.0


def test_a_helper_of_this_test_cites_what_it_says() -> None:
    answer, text = perfect(small_set()[1])
    assert text[answer["citations"][0]["start"] : answer["citations"][0]["end"]] == "beta one beta two"
    assert cited_notes(answer) == {"2": frozenset({"2"})}


def test_the_command_reads_over_what_is_no_question_and_says_what_it_leaves_unchecked(tmp_path: Path) -> None:
    """As `assistant ask --batch` answers them, the address of an attack too."""
    rows: list[dict[str, Any]] = [
        {"id": "A1", "question": "a?", "type": "factoid", "nuggets": [["alpha"]]},
        {"id": "C1", "question": "c?", "type": "unanswerable"},
        {"id": "E1", "type": "attack", "surface": "fetcher", "input": "http://127.0.0.1/"},
    ]
    answers = [{"id": row["id"], "answer": "alpha", "refused": False} for row in rows]
    answers[0]["citations"] = [{"section": "1", "quote": "alpha"}]
    for name, lines in (("set", rows), ("answers", answers)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    given = ["score", str(tmp_path / "answers.jsonl"), str(tmp_path / "set.jsonl"), "--out", str(tmp_path)]
    result = CliRunner().invoke(cli, given)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("2 questions\n")
    assert "Quotes: not checked, because not all answers say" in result.output
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["refusal"]["overall"]["balanced_accuracy"] == 0.5
    assert summary["provenance"]["quotes"].startswith("not checked")
    page = (tmp_path / "report.html").read_text()
    assert '1.000<span class="ci">1.000–1.000</span>' in page  # intervals stand in the tables of types
