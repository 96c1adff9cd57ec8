"""What holds of every answer, whatever it says: asked over all development questions and odd texts."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Answer, Assistant, BadQuestion, Turn

SETS = Path(__file__).resolve().parent.parent / "eval" / "questions"
LINK = re.compile(r"https?://[^\s)\]>\"]+")
STATUSES = ("answered", "partial", "refused")


def conversations() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every record of the development sets as the questions of one conversation."""
    for path in sorted(SETS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").strip().split("\n"):
            record = json.loads(line)
            turns = record.get("turns") or [record]
            asked = tuple(turn.get("question", turn.get("input")) for turn in turns)
            if all(isinstance(question, str) for question in asked):
                yield record["id"], asked


def check(answer: Answer, assistant: Assistant) -> str:
    """The promises of the contract that need no knowledge of the right answer; gives its status."""
    labels = {citation.label for citation in answer.citations}
    assert len(labels) == len(answer.citations)
    for citation in answer.citations:
        document = assistant.document(citation.document)
        assert citation.quote == document.text[citation.start : citation.end]
        assert citation.quote.strip()
        section = next(s for s in document.sections if s.id == citation.section)
        assert section.start <= citation.start < citation.end <= section.end
        assert (citation.title, citation.path, citation.page) == (section.title, section.path, section.page)
        known = {note.number: note for note in document.notes}
        for note in citation.notes:
            assert note.number in known
            assert note.chain == known[note.number].chain
    for statement in answer.statements:
        assert set(statement.citations) <= labels
    assert set(re.findall(r"\[(\d+)\]", answer.answer)) <= labels
    assert not re.search(r"<[a-zA-Z/!]", answer.answer), "HTML"
    links = {c.url for c in answer.citations} | {n.url for c in answer.citations for n in c.notes}
    links |= {post.url for post in answer.signposts}
    corpus_text = " ".join(document.text for document in assistant.documents)
    for link in LINK.findall(answer.answer):
        assert link in links or link.rstrip(".,;") in corpus_text, link
    assert answer.refused == (answer.status != "answered")
    assert (answer.reason is not None) or answer.status != "refused"
    assert json.loads(json.dumps(answer.to_dict()))["question"] == answer.question
    return answer.status


@pytest.mark.parametrize(
    ("id", "questions"), list(conversations()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_every_answer_holds(handbook: Assistant, id: str, questions: tuple[str, ...]) -> None:
    turns: list[Turn] = []
    for question in questions:
        with contextlib.suppress(BadQuestion):
            answer = handbook.ask(question, turns=turns)
            assert check(answer, handbook) in STATUSES
            turns.append(answer.as_turn())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=200))
def test_any_text_is_answered_or_refused(handbook: Assistant, question: str) -> None:
    try:
        answer = handbook.ask(question)
    except BadQuestion:
        return
    assert check(answer, handbook) in STATUSES


def test_an_answer_is_the_end_of_its_stream(handbook: Assistant) -> None:
    from assistant import Done, Retrieved, Said

    question = "What are the four pillars?"
    events = list(handbook.stream(question))
    assert isinstance(events[0], Retrieved)
    assert isinstance(events[-1], Done)
    said = [event.statement for event in events if isinstance(event, Said)]
    assert tuple(said) == events[-1].answer.statements
    again = handbook.ask(question)
    assert (again.answer, again.citations) == (events[-1].answer.answer, events[-1].answer.citations)


def test_many_readers_at_once_get_what_one_gets(handbook: Assistant) -> None:
    from concurrent.futures import ThreadPoolExecutor

    asked = [questions[0] for _, questions in conversations()][:12]

    def answers(question: str) -> str:
        try:
            return handbook.ask(question).answer
        except BadQuestion as error:
            return str(error)

    alone = [answers(question) for question in asked]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(answers, asked)) == alone


def test_no_question_with_a_false_detail_is_given_to_ask(handbook: Assistant) -> None:
    entries = [entry for document in handbook.documents for entry in document.questions]
    false = {entry.questions[0] for entry in entries if entry.type == "false-premise"}
    sections = {entry.section for entry in entries if entry.type == "false-premise"}
    assert false
    assert not false & set(handbook.questions_near(sorted(sections), limit=1000))
    for question in sorted(false):
        assert not false & set(handbook.ask(question).suggestions)
