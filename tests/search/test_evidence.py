"""What answers each readers' question: sentences, their mean vector, and the passages that hold them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from assistant.search.evidence import covering_passages, entries, evidence_texts, evidence_vectors, owners
from assistant.search.passages import cut_passages
from assistant.search.texts import collect_texts
from assistant.types import Document, Passage
from tests.documents import make_document

BOATS = make_document(
    id="boats",
    questions=[("How quick is it?", "The red boat is fast."), ("How old is it?", "It was built in 1999.")],
)
TRAINS = make_document(id="trains", questions=[("Does it stop?", "It stops in every town.")])
BOTH = (BOATS, TRAINS)


def cut(*documents: Document) -> tuple[Passage, ...]:
    passages = [p for d in documents for p in cut_passages(d, lambda text: len(text.split()))]
    return tuple(replace(p, id=row) for row, p in enumerate(passages))


def test_entries_are_numbered_through_all_documents() -> None:
    assert [(d, entry.questions[0]) for d, entry in entries(BOTH)] == [
        (0, "How quick is it?"),
        (0, "How old is it?"),
        (1, "Does it stop?"),
    ]
    rows = np.array([[0, 0, 0], [0, 1, 0], [0, 1, 1], [1, 0, 0]], np.int32)
    assert owners(BOTH, rows).tolist() == [0, 1, 1, 2]


def test_nothing_has_no_owner() -> None:
    assert owners((), np.zeros((0, 3), np.int32)).tolist() == []
    assert entries(()) == []
    assert covering_passages((), ()) == []


def test_the_answering_sentences_are_taken_in_their_order() -> None:
    first, second = BOATS.questions
    both = replace(first, spans=(second.spans[0], first.spans[0]))
    document = replace(BOATS, questions=(both,))
    assert evidence_texts([document]) == ["It was built in 1999. The red boat is fast."]


def test_the_vector_of_an_answer_is_the_mean_of_its_sentences() -> None:
    first, second = BOATS.questions
    whole = replace(first, spans=((first.spans[0][0], second.spans[0][1]),))  # one span over two sentences
    nowhere = replace(first, spans=((0, 5),))  # the title: no sentence is there
    document = replace(BOATS, questions=(first, whole, nowhere))
    texts = collect_texts([document], cut(document))
    assert len(texts.sentences) == 4
    vectors = evidence_vectors([document], texts.sentence_rows, np.eye(4, dtype=np.float32))
    assert vectors.tolist() == [[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0, 0]]


def test_passages_that_hold_an_answer_share_it_by_its_characters() -> None:
    document = TRAINS
    start = document.text.index("It was built in 1999.")
    end = document.text.index("The green train is slow.") + len("The green train is slow.")
    entry = replace(document.questions[0], spans=((start, start + 21), (end - 24, end)))
    passages = cut(replace(document, questions=(entry,)))
    # 24 characters in the second passage, 21 in the first
    assert covering_passages([replace(document, questions=(entry,))], passages) == [
        ((1, 1.0), (0, pytest.approx(21 / 24)))
    ]


def test_passages_of_the_other_document_hold_nothing() -> None:
    passages = cut(*BOTH)
    held = covering_passages(BOTH, passages)
    assert held == [((0, 1.0),), ((0, 1.0),), ((3, 1.0),)]
    assert covering_passages(BOTH, passages[:2])[2] == ()
