"""Forms of other tools: what is written is read again, and what is broken is named."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval.answers import load_answers
from eval.cli import cli
from eval.errors import EvalError, FieldError, InputError
from eval.formats.beir import BeirSet, beir_items, read_beir, write_beir
from eval.formats.export import export_answers, judged
from eval.formats.ragas import from_ragas
from eval.formats.trec import read_qrels, read_run, write_qrels, write_run
from eval.formats.trec_rag import from_trec_rag, to_trec_rag
from eval.items import Evidence, Item
from eval.rank import rank_scores
from eval.sets import load_set

ITEM = Item(
    "A1",
    "When did they meet?",
    "factoid",
    evidence=(Evidence("they met in May 2020", ("1.1",)), Evidence("and again in June 2021", ("1.2",))),
    raw={"answer": "In May 2020 and June 2021."},
)
ANSWER: dict[str, Any] = {
    "id": "A1",
    "answer": "They met in May [1]. And in June [1][2].",
    "refused": False,
    "statements": [
        {"text": "They met in May.", "citations": ["1"]},
        {"text": "And in June.", "citations": ["1", "2"]},
    ],
    "citations": [
        {"label": "1", "document": "book", "section": "1.1"},
        {"label": "2", "document": "book", "section": "1.2"},
    ],
    "passages": [
        {
            "id": 7,
            "document": "book",
            "section": "1.1",
            "text": "They met in May 2020, and again in June 2021.",
        },
        {"text": "Nothing of it."},
    ],
}


def test_trec_files_round_trip(tmp_path: Path) -> None:
    qrels = {"q1": {"d1": 2, "d2": 0}, "q2": {"d3": 1}}
    run = {"q1": {"d2": 0.5, "d1": 1.25}, "q2": {"d3": -1.0}}
    (tmp_path / "qrels").write_text(write_qrels(qrels))
    (tmp_path / "run").write_text(write_run(run, "mine"))
    assert read_qrels(tmp_path / "qrels") == qrels
    assert read_run(tmp_path / "run") == run
    assert (tmp_path / "run").read_text().splitlines()[0] == "q1 Q0 d1 1 1.250000 mine"
    with pytest.raises(EvalError, match="has blanks. Rename it"):
        write_run({"q 1": {"d": 1.0}}, "mine")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("q1 Q0 d1 1 0.5", "5 fields instead of 6. A line is: topic Q0 document"),
        ("q1 Q0 d1 1 best mine", '"best" is no finite score'),
        ("q1 Q0 d1 1 nan mine", '"nan" is no finite score'),
        ("q1 Q0 d0 2 0.1 mine", '"d0" stands twice'),
    ],
)
def test_broken_runs_are_named_with_their_line(tmp_path: Path, line: str, expected: str) -> None:
    path = tmp_path / "run"
    path.write_text(f"q1 Q0 d0 1 0.9 mine\n{line}\n")
    with pytest.raises(InputError) as error:
        read_run(path)
    assert "run:2: " in str(error.value)
    assert expected in str(error.value)


def test_figures_of_a_run_by_hand() -> None:
    qrels = {"q1": {"a": 1, "b": 1}, "q2": {"c": 1}, "q3": {"d": 1}}
    run = {"q1": {"x": 3.0, "a": 2.0, "b": 1.0}, "q2": {"c": 1.0}, "unjudged": {"a": 1.0}}
    scores = rank_scores(qrels, run)
    ideal = 1 + 1 / math.log2(3)
    first = (1 / math.log2(3) + 1 / math.log2(4)) / ideal
    assert scores["nDCG@10"] == pytest.approx((first + 1 + 0) / 3)
    assert scores["RR@10"] == pytest.approx((1 / 2 + 1 + 0) / 3)
    assert scores["R@5"] == pytest.approx((1 + 1 + 0) / 3)


def test_beir_round_trip_and_as_questions(tmp_path: Path) -> None:
    data = BeirSet(
        {"d1": ("Title", "one two three four"), "d2": ("", "five six")},
        {"q1": "which?", "q2": "none?"},
        {"q1": {"d1": 1, "d2": 0}, "q2": {"d2": 0}},
    )
    write_beir(tmp_path / "set", data)
    assert read_beir(tmp_path / "set") == data
    (item,) = load_set(tmp_path / "set")
    assert (item.id, item.question, item.set) == ("q1", "which?", "set")
    assert item.evidence == (Evidence("Title one two three four", ("d1",)),)
    assert beir_items(tmp_path / "set") == (item,)
    with pytest.raises(InputError, match="Name another split"):
        read_beir(tmp_path / "set", "train")
    with (tmp_path / "set" / "qrels" / "test.tsv").open("a") as stream:
        stream.write("q9\td1\t1\n")
    with pytest.raises(InputError, match=r'test.tsv:5: the id "q9" is not in queries.jsonl'):
        read_beir(tmp_path / "set")


def test_trec_rag_answers_in_both_formats() -> None:
    row = to_trec_rag(ANSWER, ITEM.question, "team", "run")
    assert row["references"] == ["book#1.1", "book#1.2"]
    assert [s["citations"] for s in row["answer"]] == [[0], [0, 1]]
    assert row["metadata"]["narrative_id"] == "A1"
    back = from_trec_rag(row)
    assert back["id"] == "A1"
    assert back["answer"] == "They met in May. [1] And in June. [1] [2]"
    assert back["citations"] == [
        {"label": "1", "document": "book", "section": "1.1"},
        {"label": "2", "document": "book", "section": "1.2"},
    ]
    second = {**row, "answer": [{"text": "x", "citations": ["book#1.2", "book#9"]}]}
    read = from_trec_rag(second)
    assert [c["section"] for c in read["citations"]] == ["1.2"]
    assert read["dropped"] == [{"what": "book#9", "why": "not in references"}]


@pytest.mark.parametrize(
    "row",
    [
        {"metadata": {}, "references": [], "answer": []},
        {"metadata": {"narrative_id": 1}, "references": "x", "answer": []},
        {"metadata": {"narrative_id": 1}, "references": [], "answer": "text"},
        {"metadata": {"narrative_id": 1}, "references": [], "answer": [{"citations": []}]},
    ],
)
def test_broken_trec_rag_answers(row: dict[str, Any]) -> None:
    with pytest.raises(FieldError):
        from_trec_rag(row)


def test_ragas_samples_as_questions_and_answers(tmp_path: Path) -> None:
    path = tmp_path / "samples.jsonl"
    export_answers("ragas", [ITEM], {"A1": ANSWER}, path, "mine")
    sample = json.loads(path.read_text())
    assert sample["retrieved_contexts"] == [p["text"] for p in ANSWER["passages"]]
    assert sample["reference"] == "In May 2020 and June 2021."
    (item,) = load_set(path)
    assert [e.quote for e in item.evidence] == [e.quote for e in ITEM.evidence]
    assert load_answers(path, [item])["A1"]["answer"] == ANSWER["answer"]
    export_answers("ragas", [ITEM], {"A1": {**ANSWER, "refused": True}}, path, "mine")
    assert load_answers(path, [item])["A1"]["refused"] is True
    with pytest.raises(FieldError, match="is in no question set"):
        from_ragas({"user_input": "other?", "response": ""}, {})
    with pytest.raises(FieldError, match="asked 2 times"):
        from_ragas({"user_input": "q", "response": ""}, {"q": ["a", "b"]})


def test_passages_are_judged_by_the_evidence(tmp_path: Path) -> None:
    corpus, qrels = judged([ITEM], {"A1": ANSWER})
    assert len(corpus) == 2
    useless = next(key for key in corpus if key != "book:7")
    assert qrels == {"A1": {"book:7": 2, useless: 0}}  # the first passage holds both pieces
    nothing = {**ANSWER, "passages": ANSWER["passages"][1:]}
    assert judged([ITEM], {"A1": nothing})[1] == {"A1": {useless: 0}}  # found nothing: judged, not left out
    assert rank_scores({"A1": {useless: 0}}, {"A1": {useless: 1.0}})["nDCG@10"] == 0.0
    for form in ("trec-run", "trec-qrels", "trec-rag", "beir"):
        export_answers(form, [ITEM], {"A1": ANSWER}, tmp_path / "new" / form, "mine")
    tmp_path /= "new"
    assert read_run(tmp_path / "trec-run")["A1"]["book:7"] == 2.0
    assert read_qrels(tmp_path / "trec-qrels") == qrels
    assert read_beir(tmp_path / "beir").qrels == qrels
    result = CliRunner().invoke(cli, ["rank", str(tmp_path / "trec-run"), str(tmp_path / "beir")])
    assert result.exit_code == 0
    assert "nDCG@10   1.0000" in result.output
