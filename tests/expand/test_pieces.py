"""Pieces: whole sentences of one section, of even length, known again by what they say."""

from __future__ import annotations

from dataclasses import replace

from assistant.expand.pieces import PIECE_WORDS, cut_pieces
from assistant.types import Block
from tests.documents import make_document


def test_a_short_section_is_one_piece() -> None:
    boats, trains = cut_pieces(make_document())
    assert boats.title == ("A book", "Boats")
    assert boats.texts == ("The red boat is fast.", "It was built in 1999.")
    assert (boats.section, boats.words, trains.section) == ("1", 10, "2")
    assert boats.name == "book 1 “The red boat is fast.”"


def test_spans_are_those_of_the_text() -> None:
    document = make_document()
    for piece in cut_pieces(document):
        assert tuple(document.text[start:end] for start, end in piece.sentences) == piece.texts


def test_a_long_section_is_cut_evenly_and_loses_nothing() -> None:
    sentences = [
        f"Sentence number {n} has exactly seven words." for n in range(60)
    ]  # 420 words: three pieces
    pieces = cut_pieces(make_document([("1", "Long", sentences)]))
    assert [text for piece in pieces for text in piece.texts] == sentences
    assert [len(piece.texts) for piece in pieces] == [20, 20, 20]
    assert all(piece.words <= PIECE_WORDS for piece in pieces)


def test_what_answers_nothing_is_left_out() -> None:
    document = make_document()
    blocks = tuple(
        Block("reference" if b.section == "2" else b.kind, b.section, b.start, b.end) for b in document.blocks
    )
    assert [p.section for p in cut_pieces(replace(document, blocks=blocks))] == ["1"]
    endless = make_document([("1", "Noise", ["word " * 5000 + "end.", "This can be read."])])
    assert [p.texts for p in cut_pieces(endless)] == [("This can be read.",)]
    assert cut_pieces(make_document([("1", "Empty", [])])) == ()


def test_the_key_changes_with_words_and_titles_and_with_nothing_else() -> None:
    (first, second) = cut_pieces(make_document())
    (again, _) = cut_pieces(make_document())
    assert again.key == first.key != second.key
    reworded = make_document([("1", "Boats", ("The red boat is quick.", "It was built in 1999."))])
    renamed = make_document([("1", "Ships", ("The red boat is fast.", "It was built in 1999."))])
    assert len({first.key, cut_pieces(reworded)[0].key, cut_pieces(renamed)[0].key}) == 3
    later = make_document([("0", "New", ("An introduction.",)), ("1", "Boats", first.texts)])
    assert cut_pieces(later)[1].key == first.key  # it has only moved
