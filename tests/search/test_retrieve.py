"""One question against a small index, with scores by hand; and questions that are no questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Assistant
from assistant.search import build
from assistant.search.build import build_index
from assistant.search.index import open_index
from assistant.search.passages import CHUNKER
from assistant.search.retrieve import CONTEXT, LED, NAMED, PART, WHOLE, WITHIN, Searcher
from assistant.search.scores import BY_QUESTION, MATCHES, PASSAGE_MEANING, PASSAGE_WORDS, SENTENCE_MEANING
from assistant.search.understand import understand
from assistant.settings import Settings
from assistant.types import Document, Marker, Note, Question, Retrieval
from tests.documents import SECTIONS, make_corpus, make_document
from tests.fakes import WordCountEmbedder

Make = Callable[..., Searcher]
SLOW = "The green train is slow."
DIMENSION = 1021  # so many places that no two words of these tests meet


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A searcher over documents, built and opened as every index is."""

    def made(*documents: Document, exact_up_to: int = 1000, **options: object) -> Searcher:
        corpus = replace(make_corpus(), documents=documents)
        monkeypatch.setattr(build, "load_corpus", lambda *_, **__: corpus)
        embedder = WordCountEmbedder(DIMENSION)
        settings = Settings(index=tmp_path / "index", corpus=tmp_path)
        build_index(settings, embedder=embedder)
        index = open_index(settings.index, model_id="word-count", chunker=CHUNKER)
        return Searcher(index, embedder, exact_up_to=exact_up_to, **options)  # type: ignore[arg-type]

    return made


def find(searcher: Searcher, text: str, k: int = 10, **fields: object) -> Retrieval:
    return searcher.retrieve(Question(text, text, **fields), k)  # type: ignore[arg-type]


def sections(found: Retrieval) -> list[str]:
    return [hit.passage.section for hit in found.hits]


# ---------------------------------------------------------------- scores by hand


def test_the_ways_and_their_sum_by_hand(make: Make) -> None:
    found = find(make(make_document()), "red boat")
    first, second = found.hits
    # "Boats / The red boat is fast. It was built in 1999.": 11 different words, red and boat among them
    assert first.via["dense"] == pytest.approx(2 / sqrt(2 * 11))
    assert first.via["sentence"] == pytest.approx(2 / sqrt(2 * 5))  # "The red boat is fast."
    # stemmed, without stop words: boat red boat fast built 1999, and train green train slow stop everi town
    length = 1 - 0.5 + 0.5 * 6 / 6.5  # 6 words, 6.5 in the mean
    red, boat = 1 / (1 + 1.2 * length), 2 / (2 + 1.2 * length)
    assert first.via["words"] == pytest.approx((red + boat) / 2)
    assert first.via["questions"] == 0
    by_hand = PASSAGE_MEANING * first.via["dense"] + SENTENCE_MEANING * first.via["sentence"]
    assert first.score == pytest.approx(by_hand + PASSAGE_WORDS * first.via["words"])
    assert (first.rank, second.rank) == (1, 2)
    assert (second.via, second.score) == ({"dense": 0, "sentence": 0, "words": 0, "questions": 0}, 0)


def test_a_readers_question_leads_to_the_passage_of_its_answer(make: Make) -> None:
    searcher = make(make_document(questions=[("Where can one get off?", "It stops in every town.")]))
    found = find(searcher, "Where can one get off?")
    assert sections(found) == ["2", "1"]
    match = found.matches[0]
    assert (match.question, match.document) == ("Where can one get off?", "book")
    assert match.cosine == pytest.approx(1)
    # its own cosine, and of its words 1 / (1 + 1.2): each occurs once, in a text of mean length
    assert match.score == pytest.approx(1 + 0.4 * (1 / 2.2))
    assert found.hits[0].via["questions"] == pytest.approx(match.score)
    assert found.hits[0].score >= BY_QUESTION * match.score


def test_a_passage_with_less_of_the_answer_gets_less(make: Make) -> None:
    document = make_document(questions=[("Where?", "It stops in every town.")])
    entry = document.questions[0]
    (start, end), short = entry.spans[0], document.text.index("1999")
    both = replace(document, questions=(replace(entry, spans=((start, end), (short, short + 4))),))
    found = find(make(both), "Where?")
    assert sections(found) == ["2", "1"]
    ratio = found.hits[1].via["questions"] / found.hits[0].via["questions"]
    assert ratio == pytest.approx(0.6 + 0.4 * 4 / (end - start))


def test_the_conversation_s_sections_are_preferred(make: Make) -> None:
    document = make_document(
        questions=[("Is it good?", "The red boat is fast."), ("Is it good?", "It stops in every town.")]
    )
    first, second = document.questions
    searcher = make(replace(document, questions=(first, replace(second, section="2"))))
    question = Question("Is it good?", "Is it good?")
    assert [m.entry.id for m in searcher.retrieve(question).matches] == ["q0", "q1"]
    preferred = searcher.retrieve(question, context=["2", "2", "no such section"])
    assert [m.entry.id for m in preferred.matches] == ["q1", "q0"]
    assert preferred.matches[0].score - preferred.matches[1].score == pytest.approx(CONTEXT, abs=1e-5)


def test_readers_questions_of_a_section_that_is_named_are_nearer(make: Make) -> None:
    document = make_document(questions=[("Is it good?", "The red boat is fast."), ("Is it good?", SLOW)])
    first, second = document.questions
    searcher = make(replace(document, questions=(first, replace(second, section="2"))))
    plain = searcher.retrieve(Question("Is it good?", "Is it good?")).matches
    named = searcher.retrieve(Question("Is it good?", "Is it good?", targets=("section:2",))).matches
    assert ([m.entry.id for m in plain], [m.entry.id for m in named]) == (["q0", "q1"], ["q1", "q0"])
    assert named[0].score - plain[1].score == pytest.approx(WITHIN, abs=1e-5)


def test_a_part_is_read_in_the_light_of_the_whole(make: Make) -> None:
    asked = [("Who built the red boat?", "It was built in 1999."), ("Who built the train?", SLOW)]
    searcher = make(make_document(questions=asked))
    whole, part = "Is the train slow, and who built it?", "who built it?"

    def scores(text: str, *parts: str) -> list[dict[str, float]]:
        found = find(searcher, text, parts=parts)
        return [{m.entry.id: m.score for m in matches} for matches in (found.matches, *found.parts)]

    (alone,) = scores(part)
    of_whole, mixed = scores(whole, part)
    for entry in ("q0", "q1"):
        mean = (alone[entry] + WHOLE * of_whole[entry]) / (1 + WHOLE)
        assert mixed[entry] == pytest.approx(mean, abs=1e-5)
    assert alone["q0"] > alone["q1"]
    assert mixed["q0"] < mixed["q1"]


def test_what_is_not_answered_is_found_too(make: Make) -> None:
    found = find(make(make_document(unanswered=["Who painted it?", "What does it cost?"])), "Who painted it?")
    assert [(m.entry.question, round(m.cosine, 3)) for m in found.unanswered] == [
        ("Who painted it?", 1.0),
        ("What does it cost?", round(1 / sqrt(3 * 4), 3)),  # one word, "it", of three and of four
    ]


def test_each_part_of_a_question_is_searched(make: Make) -> None:
    searcher = make(make_document([*SECTIONS, ("3", "Planes", ("The blue plane is loud.",))]))
    whole = find(searcher, "loud", 1)
    found = find(searcher, "red boat", parts=("loud", "red boat"))
    assert sections(found)[:2] == ["1", "3"]
    assert found.hits[1].score == pytest.approx(PART * whole.hits[0].score)


@pytest.mark.parametrize(
    ("targets", "first"),
    [(("section:2",), "2"), (("section:2", "section:9"), "2"), (("note:7",), "1"), (("reference:7",), "1")],
)
def test_what_is_named_by_number_comes_first(make: Make, targets: tuple[str, ...], first: str) -> None:
    document = make_document()
    at = document.text.index("It was built")
    note = Note("7", "endnote", "It was built", (), ("7",), None, at, at + 12)
    found = find(make(replace(document, notes=(note,))), "fast slow", targets=targets)
    assert sections(found)[0] == first
    assert found.hits[0].score >= NAMED > found.hits[1].score


def test_a_named_section_brings_its_children_but_not_its_neighbours(make: Make) -> None:
    names = ["2", "2.1", "2/box", "20", "12"]
    document = make_document([(name, f"T{name}", ("The boat is red.",)) for name in names])
    found = find(make(document), "anything", targets=("section:2",))
    assert sorted(hit.passage.section for hit in found.hits if hit.score >= NAMED) == ["2", "2.1", "2/box"]


def cited() -> Document:
    """A sentence with note 2, whose chain leads to note 1; the texts of both are sections of their own."""
    parts = [
        ("1", "Boats", ("The red boat is fast.2", "It was built in 1999.")),
        ("2", "Trains", ("The green train is slow.", "A report tells of the red boat.")),
        ("3", "First", ("Reed, On vessels.",)),
        ("4", "Second", ("Reed, as before.",)),
    ]
    document = make_document(parts, questions=[("How quick is the vessel?", "The red boat is fast.2")])
    at = document.text.index("fast.2") + 5
    bodies = [(document.text.index(words), words) for words in ("Reed, On", "Reed, as")]
    sentence = document.sentences[0]
    marker = Marker(at, at + 1, "1", (sentence.start, sentence.end))
    first, second = (
        Note(n, "endnote", words, markers, chain, None, start, start + len(words))
        for n, (start, words), markers, chain in (
            ("1", bodies[0], (), ("1",)),
            ("2", bodies[1], (marker,), ("2", "1")),
        )
    )
    return replace(document, notes=(first, second))


def test_the_notes_behind_the_best_answer_follow_it_where_a_source_is_asked_for(make: Make) -> None:
    searcher = make(cited())
    text = "How quick is the vessel?"
    assert sections(find(searcher, text, asked_for="source"))[:3] == ["1", "4", "3"]  # note 2, then note 1
    assert sections(find(searcher, text))[1] == "2"
    scores = [hit.score for hit in find(searcher, text, asked_for="source").hits[:3]]
    assert scores[1:] == pytest.approx([scores[0] * LED, scores[0] * LED**2])


def test_a_named_note_brings_the_sentences_that_it_belongs_to(make: Make) -> None:
    assert sections(find(make(cited()), "green train", targets=("note:2",)))[:2] == ["4", "1"]


# ---------------------------------------------------------------- k, small corpora, odd questions


@pytest.mark.parametrize(("k", "count"), [(0, 0), (-1, 0), (-(10**9), 0), (1, 1), (2, 2), (10**9, 2)])
def test_k_is_held_to_what_there_is(make: Make, k: int, count: int) -> None:
    found = find(make(make_document()), "red boat", k)
    assert [hit.rank for hit in found.hits] == list(range(1, count + 1))


def test_an_empty_corpus_finds_nothing(make: Make) -> None:
    for searcher in (make(), make(make_document([]))):
        found = find(searcher, "red boat", parts=("red", "boat"), targets=("section:1", "note:2"))
        assert (found.hits, found.matches, found.unanswered) == ((), (), ())


def test_a_corpus_of_one_passage_finds_it(make: Make) -> None:
    searcher = make(make_document(SECTIONS[:1]))
    assert sections(find(searcher, "boat", 10**9)) == ["1"]
    assert find(searcher, "submarine").hits[0].score == 0


ODD = {
    "empty": "", "stop words": "what is the of and", "long": "red boat " * 11_111, "emoji": "😀👍🏽 🚤",
    "khmer": "ស្ត្រី និងសន្តិភាព", "thai": "ผู้หญิงกับสันติภาพ", "control": "\x00\x07\x1b",
    "zero width": "\u200b\u200d\ufeff", "surrogate": "\ud800 red", "marks": "?" * 100_000,
}  # fmt: skip


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_questions_have_finite_scores(make: Make, text: str) -> None:
    searcher = make(
        make_document(questions=[("How quick is it?", "The red boat is fast.")], unanswered=["Why?"])
    )
    found = searcher.retrieve(understand(text, searcher.lexicon, searcher.language))
    assert len(found.hits) == 2
    assert all(np.isfinite([hit.score, *hit.via.values()]).all() for hit in found.hits)
    assert found.hits[0].score >= found.hits[1].score
    assert 0 <= found.answerable <= 1


@pytest.mark.parametrize("text", [ODD["emoji"], ODD["khmer"], ODD["thai"], ODD["long"], "\x00 \u200b ?"])
def test_odd_questions_on_the_handbook(handbook: Assistant, text: str) -> None:
    searcher = handbook._searcher
    found = searcher.retrieve(Question(text, text), 3)
    assert [hit.rank for hit in found.hits] == [1, 2, 3]
    assert all(np.isfinite([hit.score, *hit.via.values()]).all() for hit in found.hits)


# ---------------------------------------------------------------- many passages, laws


def many(count: int) -> Document:
    words = ["red", "blue", "slow", "fast", "old", "new", "boat", "train", "plane", "car"]
    made = []
    for row in range(count):
        a, b, c = words[row % 10], words[row // 10 % 10], words[(row // 100 + 3) % 10]
        made.append((str(row), f"Title {row}", (f"A {a} {b} thing.", f"It is {c} number{row}.")))
    questions = [
        (f"Which thing is number{row}?", f"It is {made[row][2][1].split()[2]} number{row}.")
        for row in range(0, count, 7)
    ]
    return make_document(made, questions=questions)


def test_candidates_find_what_the_exact_way_finds(make: Make) -> None:
    document = many(300)
    exact, coarse = make(document), make(document, exact_up_to=20)
    for text in ("red boat", "Which thing is number49?", "number120 slow", "old new", "nothing of it"):
        one, other = find(exact, text, 5), find(coarse, text, 5)
        assert [h.score for h in other.hits] == pytest.approx([h.score for h in one.hits], abs=1e-4)
        assert {h.passage.id for h in other.hits[:1]} == {h.passage.id for h in one.hits[:1]}
        assert [m.score for m in other.matches[:5]] == pytest.approx(
            [m.score for m in one.matches[:5]], abs=1e-4
        )


def test_no_more_matches_than_are_asked_of_it(make: Make) -> None:
    assert len(find(make(many(300)), "number7").matches) == MATCHES == 24


def test_the_laws_of_hits(make: Make) -> None:
    searcher = make(many(60))
    seen: list[Sequence[int]] = []

    @given(st.text("abcdeornt 0123", max_size=30), st.integers(-3, 70))
    def law(text: str, k: int) -> None:
        found = find(searcher, text, k)
        assert len(found.hits) == max(0, min(k, 60))
        scores = [hit.score for hit in found.hits]
        assert scores == sorted(scores, reverse=True)
        ids = [hit.passage.id for hit in found.hits]
        assert len(set(ids)) == len(ids)
        assert all(set(hit.via) == {"dense", "sentence", "words", "questions"} for hit in found.hits)
        assert find(searcher, text, k).hits == found.hits  # the same question, the same answer
        seen.append(ids)

    law()
    assert seen


# ---------------------------------------------------------------- a second look


class LongestFirst:
    """A reranker whose score is the length of the text."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def score(self, query: str, texts: Sequence[str]) -> np.ndarray:
        self.asked.append((query, len(texts)))
        return np.array([len(text) for text in texts], np.float32)


def test_a_reranker_orders_the_first_thirty_anew(make: Make) -> None:
    reranker = LongestFirst()
    document = many(60)
    found, plain = (
        find(make(document, reranker=reranker), "red boat", 40),
        find(make(document), "red boat", 40),
    )
    assert reranker.asked == [("red boat", 30)]
    lengths = [len(f"{hit.passage.title}\n{hit.passage.text}") for hit in found.hits[:30]]
    assert lengths == sorted(lengths, reverse=True)
    assert [hit.via["reranker"] for hit in found.hits[:30]] == lengths
    assert {hit.passage.id for hit in found.hits[:30]} == {hit.passage.id for hit in plain.hits[:30]}
    assert found.hits[30:] == plain.hits[30:]


def test_a_reranker_may_lift_what_lay_below_k(make: Make) -> None:
    searcher = make(many(60), reranker=LongestFirst())
    assert [len(find(searcher, "red boat", k).hits) for k in (-1, 0, 1, 5)] == [0, 0, 1, 5]
    assert find(searcher, "red boat", 1).hits == find(searcher, "red boat", 30).hits[:1]


def test_what_is_named_by_number_is_not_reranked(make: Make) -> None:
    reranker = LongestFirst()
    find(make(many(60), reranker=reranker), "red boat", targets=("section:2",))
    assert reranker.asked == []
