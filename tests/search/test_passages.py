"""Passages: exact spans of one section, whole sentences, even lengths."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.search.passages import TARGET_WORDS, cut_passages, title_path
from assistant.types import Block, BlockKind, Document, Passage, Section, Sentence

# section, kind, group, number of words of each sentence
Spec = tuple[str, BlockKind, int | None, Sequence[int]]
SKIPPED = ("heading", "prompt")


def book(blocks: Sequence[Spec]) -> Document:
    """A document of these blocks; a sentence of n words is "word ... word.", of -n words "word ... word:"."""
    text = ""
    made: list[Block] = []
    sentences: list[Sentence] = []
    for number, (section, kind, group, lengths) in enumerate(blocks):
        start = len(text)
        for length in lengths:
            words = " ".join(["word"] * abs(length)) + (":" if length < 0 else ".")
            sentences.append(Sentence(section, number, len(text), len(text) + len(words)))
            text += words + " "
        text = text.rstrip(" ")
        made.append(Block(kind, section, start, len(text), group))
        text += "\n\n"
    names = list(dict.fromkeys(section for section, *_ in blocks))
    sections = tuple(
        Section(name, f"T{name}", 1, None, ("Top", f"T{name}"), None, 0, len(text)) for name in names
    )
    return Document("book", "A book", text, sections, tuple(made), tuple(sentences))


def count(text: str) -> int:
    """Words and the model's two marks: a token a word."""
    return len(text.split()) + 2


def lengths(passages: Sequence[Passage]) -> list[int]:
    return [len(passage.text.split()) for passage in passages]


def test_a_title_path_runs_from_the_top_down() -> None:
    assert title_path(book([("1", "paragraph", None, (3,))]).sections[0]) == "Top > T1"


def test_a_passage_knows_its_place() -> None:
    document = book(
        [("1", "heading", None, (2,)), ("1", "paragraph", None, (3, 4)), ("2", "paragraph", None, (5,))]
    )
    first, second = cut_passages(document, count)
    assert (first.id, first.section, first.title, first.text) == (
        0,
        "1",
        "Top > T1",
        "word word word. word word word word.",
    )
    assert (second.id, second.section, second.tokens) == (1, "2", 5 + 2)


def test_lengths_are_even_and_near_the_target() -> None:
    # 240 words in paragraphs of 60: a passage of 60 or 120 words costs 0.1 + (30 / 90)² = 0.21, so two of
    # 120 (0.42) beat four of 60 (0.84); 60 and 180 would cost 0.21 + 0.1 + (90 / 90)² = 1.31
    document = book([("1", "paragraph", None, (30, 30))] * 4)
    assert TARGET_WORDS == 90
    assert lengths(cut_passages(document, count)) == [120, 120]


def test_a_list_stays_whole_with_the_line_that_leads_it_in() -> None:
    items: list[Spec] = [("1", "list-item", 7, (10,))] * 4
    document = book([("1", "paragraph", None, (90,)), ("1", "paragraph", None, (-20,)), *items])
    # 90 and 20 + 40 words cost 0.1 + 0.1 + (30 / 90)² = 0.31, all 150 words 0.1 + (60 / 90)² = 0.54
    assert lengths(cut_passages(document, count)) == [90, 60]


def test_a_list_too_long_for_the_model_is_cut_between_items() -> None:
    document = book([("1", "list-item", 7, (50,))] * 4)
    passages = cut_passages(document, count, limit=120)
    assert lengths(passages) == [100, 100]


def test_a_paragraph_too_long_for_the_model_is_cut_between_sentences() -> None:
    document = book([("1", "paragraph", None, (40, 40, 40, 40))])
    passages = cut_passages(document, count, limit=100)
    assert lengths(passages) == [80, 80]
    assert all(passage.text.endswith(".") for passage in passages)


def test_one_sentence_too_long_for_the_model_stays_whole() -> None:
    assert lengths(cut_passages(book([("1", "paragraph", None, (400,))]), count, limit=50)) == [400]


@pytest.mark.parametrize("kind", ["reference", "footnote", "pull-quote"])
def test_notes_and_repeated_lines_stand_alone(kind: BlockKind) -> None:
    document = book(
        [
            ("1", "paragraph", None, (10,)),
            ("1", kind, None, (5,)),
            ("1", kind, None, (6,)),
            ("1", "paragraph", None, (7,)),
        ]
    )
    assert lengths(cut_passages(document, count)) == [10, 5, 6, 7]


def test_titles_and_prompts_are_in_no_passage() -> None:
    document = book(
        [
            ("1", "heading", None, (2,)),
            ("1", "paragraph", None, (10,)),
            ("1", "prompt", None, (9,)),
            ("1", "paragraph", None, (11,)),
        ]
    )
    assert lengths(cut_passages(document, count)) == [10, 11]


def test_a_section_that_goes_on_after_another_one_does_not_swallow_it() -> None:
    document = book(
        [
            ("1", "paragraph", None, (10,)),
            ("1/box", "paragraph", None, (20,)),
            ("1", "paragraph", None, (11,)),
        ]
    )
    assert [(p.section, len(p.text.split())) for p in cut_passages(document, count)] == [
        ("1", 10),
        ("1", 11),
        ("1/box", 20),
    ]


def test_an_empty_document_has_no_passages() -> None:
    assert cut_passages(book([]), count) == ()


KINDS: list[BlockKind] = [
    "heading",
    "paragraph",
    "list-item",
    "quotation",
    "pull-quote",
    "prompt",
    "footnote",
    "reference",
]
BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["1", "1.1", "2"]),
        st.sampled_from(KINDS),
        st.sampled_from([None, 1, 2]),
        st.lists(st.integers(-70, 70).filter(bool), min_size=1, max_size=5),
    ),
    max_size=12,
)


@given(blocks=BLOCKS, limit=st.integers(20, 256))
def test_the_laws_of_passages(blocks: list[Spec], limit: int) -> None:
    document = book(blocks)
    passages = cut_passages(document, count, limit)
    assert [p.id for p in passages] == list(range(len(passages)))
    for p in passages:
        assert p.text == document.text[p.start : p.end]
        touched = [b for b in document.blocks if b.start < p.end and p.start < b.end]
        assert {b.section for b in touched} == {p.section}  # one section
        assert not any(b.kind in SKIPPED for b in touched)
        inside = [s for s in document.sentences if s.start < p.end and p.start < s.end]
        assert (inside[0].start, inside[-1].end) == (p.start, p.end)  # whole sentences
        # the joiner and the model's marks are part of what the model reads
        assert count(p.title) + count(p.text) <= limit or len(inside) == 1
    searched = [s for s in document.sentences if document.blocks[s.block].kind not in SKIPPED]
    held = [sum(p.start <= s.start and s.end <= p.end for p in passages) for s in searched]
    assert held == [1] * len(searched)  # every sentence once
