"""Replies, good and hostile: only what holds is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.expand.pieces import Piece, cut_pieces
from assistant.expand.reply import MOST_ANSWERS, MOST_QUESTIONS, Kept, Unusable, folded, read_reply
from tests.documents import make_document

PIECE = cut_pieces(make_document())[0]  # two sentences
GOOD = "How fast is the red boat?"


def read(*items: object, piece: Piece = PIECE, asked: set[str] | None = None) -> tuple[tuple[Kept, ...], int]:
    return read_reply(json.dumps({"answers": list(items)}), piece, set() if asked is None else asked)


def item(questions: object, sentences: object = (1,), **more: Any) -> dict[str, Any]:
    return {"sentences": sentences, "questions": questions, "type": "factoid", **more}


def test_a_good_reply() -> None:
    kept, dropped = read(
        item([GOOD, "red boat speed"]),
        item(["Is the boat old?"], [2, 1], type="when"),
        item(["No type?"], [2]),
    )
    assert kept == (
        Kept((0,), "factoid", (GOOD, "red boat speed")),
        Kept((0, 1), "when", ("Is the boat old?",)),
        Kept((1,), "factoid", ("No type?",)),
    )
    assert dropped == 0


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "Here you are:\n{}\nAnything else?",
        "\ufeff{}",
        '<think>{"answers": []} or {so} {"answers": [</think> {}',
        "{} {that} is all",
    ],
)
def test_politeness_around_it_does_not_matter(around: str) -> None:
    text = around.replace("{}", json.dumps({"answers": [item([GOOD])]}))
    assert read_reply(text, PIECE, set()) == ((Kept((0,), "factoid", (GOOD,)),), 0)


@pytest.mark.parametrize(
    "text",
    ["", "I cannot help with that.", "{", "}{", "[]", '{"answers": {}}', '{"answers": "none"}', "{}", "null",
     '{"answers": [', '{"questions": []}', "{" * 100_000 + "}" * 100_000, '{"answers": [}', "{'answers': []}",
     '{"answers":' + "[" * 100_000 + "]" * 100_000 + "}"],
)  # fmt: skip
def test_what_is_not_the_form_is_unusable(text: str) -> None:
    with pytest.raises(Unusable, match="not the JSON"):
        read_reply(text, PIECE, set())


@pytest.mark.parametrize(
    "sentences",
    [[3], [0], [-1], [1, 3], [], None, "1", ["1"], [1.0], [True], [[1]], [1] * 99, 1, {"1": 1}, [10**30]],
)
def test_sentences_that_are_not_there_take_the_answer_with_them(sentences: object) -> None:
    assert read(item([GOOD, "red boat speed"], sentences)) == ((), 2)


@pytest.mark.parametrize("wrong", [None, 5, "text", [], {}, {"sentences": [1]}, item("How fast?"), item([])])
def test_what_is_no_answer_is_dropped(wrong: object) -> None:
    assert read(wrong) == ((), 1)


@pytest.mark.parametrize(
    "question",
    [
        "", "   ", "?!…", "1999", "Why", "x" * 201, "y" * 1_000_000, None, 7, ["How?"], {"q": 1},
        "See <b>this</b>: how fast?", "How fast? <script>alert(1)</script>", "How fast is < a >?",
        "Is it on https://evil.example/x?", "Is it on www.evil.example?", "[How fast?](evil.example)",
        "ftp://evil.example how fast?", "javascript://%0aalert(1) how?", "Who is {name}?",
        "How `fast` is it?", "Whom at a@b.example do I ask?", "How &lt;b&gt; fast?",
        "What does sentence 2 say?", "What do passages 1 and 2 say?", "How fast\x00 is it?",
        "How \x1b[31mfast is it?", "lone \ud800 half?", "The red boat is fast.", "the RED boat is fast",
    ],
)  # fmt: skip
def test_questions_that_nobody_asks_are_dropped(question: object) -> None:
    assert read(item([question, GOOD])) == ((Kept((0,), "factoid", (GOOD,)),), 1)


def test_invisible_characters_and_line_breaks_are_taken_out() -> None:
    (kept,), _ = read(item(["How\u202e fast\n is\u200b the  boat\ufeff?"]))
    assert kept.questions == ("How fast is the boat?",)


@pytest.mark.parametrize(
    "question", ["ទូកក្រហមលឿនប៉ុណ្ណា?", "红船有多快？", "Wie schnell ist das rote Boot?", "2 boats?"]
)
def test_questions_in_any_script_are_kept(question: str) -> None:
    assert read(item([question]))[0][0].questions == (question,)


def test_a_question_stands_once_in_the_whole_corpus() -> None:
    asked = {folded("how FAST is the red boat")}
    kept, dropped = read(item([GOOD, "red boat speed", "Red boat: speed?"]), asked=asked)
    assert kept == (Kept((0,), "factoid", ("red boat speed",)),)
    assert dropped == 2
    assert folded("red boat speed") in asked


def test_one_answer_given_twice_is_one_answer() -> None:
    kept, dropped = read(item(["One thing?"], [1, 2]), item(["Another thing?"], [2, 1]))
    assert kept == (Kept((0, 1), "factoid", ("One thing?", "Another thing?")),)
    assert dropped == 0


def test_too_many_are_too_many() -> None:
    many = [f"What about thing {'abcdefghijklmnopqrstuvwxyz'[n]}?" for n in range(20)]
    (kept,), dropped = read(item(many))
    assert (len(kept.questions), dropped) == (MOST_QUESTIONS, 20 - MOST_QUESTIONS)
    items = [item([f"Is it {n}, or what is it?"], [1 + n % 2]) for n in range(100)]
    kept_all, dropped = read(*items)
    assert sum(len(answer.questions) for answer in kept_all) == MOST_ANSWERS
    assert dropped == 100 - MOST_ANSWERS


def test_an_answer_longer_than_answers_are_is_dropped_unless_it_is_a_list() -> None:
    long = [f"Sentence {n} has {'very ' * 25}many words." for n in range(6)]  # 30 words each
    (piece,) = cut_pieces(make_document([("1", "Long", long)]))
    assert read(item(["What is it all?"], [1, 2, 3, 4]), piece=piece) == ((), 1)
    assert len(read(item(["What is it?"], [1, 2, 3]), piece=piece)[0]) == 1
    assert len(read(item(["Which are they?"], [1, 2, 3, 4], type="list"), piece=piece)[0]) == 1


@pytest.mark.parametrize("kind", [None, "nonsense", 5, ["when"], {}, "false-premise", "conflict"])
def test_an_unknown_type_is_the_plain_one(kind: object) -> None:
    assert read(item([GOOD], type=kind))[0][0].type == "factoid"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["sentences", "questions", "type", "x"]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.lists(JSON, max_size=5))
def test_whatever_comes_is_read_or_dropped(items: list[object]) -> None:
    kept, dropped = read(*items)
    assert dropped >= 0
    for answer in kept:
        assert set(answer.sentences) <= {0, 1}
        assert all("\n" not in q and "<" not in q.replace("< ", "") for q in answer.questions)
