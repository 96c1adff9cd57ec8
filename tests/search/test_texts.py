"""What is embedded, and that each row leads back to its place."""

from __future__ import annotations

from dataclasses import replace

from assistant.search.texts import collect_texts, cut_all, text_key, without_markers
from assistant.types import Marker, Note
from tests.documents import make_document


def words(text: str) -> int:
    return len(text.split())


DOCUMENT = make_document(
    questions=[("How quick is the boat?", "The red boat is fast.")], unanswered=["Who painted the boat?"]
)


def test_rows_lead_back_to_their_texts() -> None:
    documents = (DOCUMENT, replace(make_document(), id="other"))
    passages = cut_all(documents, words, 256, words)
    texts = collect_texts(documents, passages)
    assert [p.id for p in passages] == [0, 1, 2, 3]
    assert texts.passages[1] == "Trains\nThe green train is slow. It stops in every town."
    assert [p.tokens for p in passages] == [10, 10, 10, 10]  # ten words each, without the title
    assert texts.sentences[:2] == ("The red boat is fast.", "It was built in 1999.")
    for (d, s, p), text in zip(texts.sentence_rows.tolist(), texts.sentences, strict=True):
        sentence = documents[d].sentences[s]
        assert documents[d].text[sentence.start : sentence.end] == text
        assert passages[p].document == documents[d].id
        assert text in passages[p].text
    assert texts.questions == ("How quick is the boat?",)
    assert texts.question_rows.tolist() == [[0, 0, 0]]
    assert texts.unanswered == ("Who painted the boat?",)
    assert texts.unanswered_rows.tolist() == [[0, 0]]


def test_nothing_gives_empty_tables() -> None:
    texts = collect_texts((), ())
    assert texts.passages == ()
    assert texts.sentence_rows.shape == (0, 3)
    assert texts.unanswered_rows.shape == (0, 2)


def test_markers_are_left_out_of_what_is_embedded() -> None:
    text = "Fast.¹² Slow,³ too."
    markers = [Marker(5, 7, "1", (0, 7)), Marker(13, 14, "1", (8, 19))]
    assert [text[m.start : m.end] for m in markers] == ["¹²", "³"]
    assert without_markers(text, 0, markers) == "Fast. Slow, too."
    assert without_markers(text[8:], 8, markers) == "Slow, too."
    assert without_markers(text[:5], 0, markers) == "Fast."


def test_a_passage_with_a_note_is_embedded_without_its_marker() -> None:
    document = make_document([("1", "Boats", ("It sails.⁷ Yes.",))])
    at = document.text.index("⁷")
    marker = Marker(at, at + 1, "1", (at - 9, at + 1))
    document = replace(document, notes=(Note("7", "endnote", "A log.", (marker,), ("7",), None, 0, 0),))
    passages = cut_all((document,), words, 256, words)
    assert passages[0].text == "It sails.⁷ Yes."
    assert collect_texts((document,), passages).passages == ("Boats\nIt sails. Yes.",)


def test_keys_tell_models_roles_and_texts_apart() -> None:
    keys = {text_key(m, r, t) for m in ("a", "b") for r in ("query", "passage") for t in ("x", "y")}
    assert len(keys) == 8
    assert all(len(key) == 32 for key in keys)
    assert len(text_key("a", "query", "lone \ud800 surrogate")) == 32
