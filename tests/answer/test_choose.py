"""The vote of readers' questions, with numbers that can be worked out by hand.

The constants are set here: scores that differ by 0.1 differ in weight by a factor of two.
"""

from __future__ import annotations

import math

import pytest

from assistant.answer import choose
from assistant.answer.choose import choose_runs
from assistant.answer.cite import Citer
from assistant.types import Match, Question, Retrieval
from tests.answer.book import BOOK, found, lay_out, match, sentences

CITER = Citer([BOOK])
NEST, LEAVE, KNOWS = (
    "Herons nest on Low Island.¹",
    "They leave in autumn.",
    "Nobody knows why², and nobody asks.",
)
FORTY, TWENTY = "The Gull carries 40 passengers.", "The Tern carries 20."
WINTER, STORMS = "The Gull carries 44 passengers in winter.⁴", "Storms stop the Tern."
SOURCE = "4. Harbour office (2010). Winter lines."


@pytest.fixture(autouse=True)
def _constants(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"TEMPERATURE": 0.1 / math.log(2), "THRESHOLD": 0.3, "VOTERS": 4, "PARTS": 0.5, "WORDS": 100}
    for name, value in {
        **values,
        "UNASKED_SOURCE": 0.5,
        "LIST_WORDS": 100,
        "ELSEWHERE": 0.0,
        "NEARBY": 0.0,
        "SURE": 0.6,
    }.items():
        monkeypatch.setattr(choose, name, value)


def said(retrieval: Retrieval, citer: Citer = CITER, text: str = BOOK.text, length: str = "") -> list[str]:
    return [text[run.start : run.end] for run in choose_runs(retrieval, citer, length).runs]


def asking(what: str) -> Question:
    return Question("?", "?", asked_for=what)  # type: ignore[arg-type]


# ---------------------------------------------------------------- the vote


def test_one_question_says_its_own_sentences() -> None:
    assert said(found([match(0, 1.0, [NEST])])) == [NEST]


def test_the_second_is_heard_from_the_threshold_on() -> None:
    # weights 1 and 1/2, so 2/3 and 1/3: above 0.3
    assert said(found([match(0, 1.0, [NEST]), match(1, 0.9, [STORMS])])) == [NEST, STORMS]
    # weights 1 and 1/4, so 4/5 and 1/5: below
    assert said(found([match(0, 1.0, [NEST]), match(1, 0.8, [STORMS])])) == [NEST]


def test_votes_for_one_sentence_add_up() -> None:
    # weights 1, 1/4, 1/4: 2/3, 1/6, 1/6. Each below 0.3, together 1/3.
    votes = [match(0, 1.0, [NEST]), match(1, 0.8, [STORMS]), match(2, 0.8, [STORMS])]
    assert said(found(votes)) == [NEST, STORMS]
    assert said(found([*votes[:2], match(2, 0.8, [WINTER])])) == [NEST]


def test_what_most_agree_on_is_said_and_what_the_nearest_alone_says_is_not() -> None:
    # weights 1, 1, 1, 1: STORMS 4/4, NEST only 1/4
    votes = [match(0, 1.0, [NEST, STORMS]), *(match(i, 1.0, [STORMS]) for i in (1, 2, 3))]
    assert said(found(votes)) == [STORMS]


def test_something_is_always_said() -> None:
    # five places with 1/4 at most, all below the threshold: the most probable one
    votes = [match(i, 1.0, [words]) for i, words in enumerate((WINTER, FORTY, KNOWS, LEAVE))]
    assert said(found(votes)) == [LEAVE]  # of equals the first of the text


def test_voters_are_counted() -> None:
    votes = [
        match(0, 1.0, [NEST]),
        *(match(i, 1.0, [words]) for i, words in enumerate((FORTY, KNOWS, LEAVE))),
    ]
    late = [match(i, 1.0, [STORMS]) for i in range(5)]  # of four votes none is left to them
    assert STORMS not in said(found([*votes, *late]))


def test_the_questions_behind_the_answer_are_named() -> None:
    votes = [match(0, 1.0, [NEST]), match(1, 0.9, [STORMS]), match(2, 0.6, [FORTY])]
    # weights 1, 1/2, 1/16: 0.64, 0.32, 0.04
    assert [m.entry.id for m in choose_runs(found(votes), CITER).matches] == ["q0", "q1"]


# ---------------------------------------------------------------- other sections


def test_another_section_must_be_nearly_as_probable_as_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "ELSEWHERE", 0.6)
    # weights 1 and 1/2, so 2/3 and 1/3: half of the best, above the threshold of 0.3
    assert said(found([match(0, 1.0, [NEST]), match(1, 0.9, [STORMS])])) == [NEST]
    # the same within the section
    assert said(found([match(0, 1.0, [NEST]), match(1, 0.9, [KNOWS])])) == [NEST, KNOWS]
    # weights 1 and 0.707: seven tenths of the best
    assert said(found([match(0, 1.0, [NEST]), match(1, 0.95, [STORMS])])) == [NEST, STORMS]


def test_a_sentence_nearby_must_be_somewhat_probable_beside_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "THRESHOLD", 0.1)
    votes = [match(0, 1.0, [NEST]), match(1, 0.8, [KNOWS])]  # 4/5 and 1/5: a quarter of the best
    for share, heard in ((0.2, [NEST, KNOWS]), (0.3, [NEST])):
        monkeypatch.setattr(choose, "NEARBY", share)
        assert said(found(votes)) == heard


def test_sections_of_one_printed_number_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "ELSEWHERE", 0.6)
    document = lay_out("# A {#1}\n\nFirst it is.\n\n## B {#1/b}\n\nThen it was.\n\n# C {#2}\n\nLast.\n")
    for words, heard in (("Then it was.", True), ("Last.", False)):
        votes = [match(0, 1.0, ["First"], document=document), match(1, 0.9, [words], document=document)]
        assert (words in said(found(votes), Citer([document]), document.text)) is heard


# ---------------------------------------------------------------- references


def test_of_references_those_are_said_that_the_sentences_lead_to() -> None:
    every = [NEST, "1. Field, B. (2001). Herons. https://birds.example.org/herons", SOURCE]
    assert said(found([match(0, 1.0, every)], question=asking("source"))) == every[:2]


def test_references_are_said_where_the_sentences_lead_to_none() -> None:
    assert said(found([match(0, 1.0, [LEAVE, SOURCE])], question=asking("source"))) == [LEAVE, SOURCE]
    assert said(found([match(0, 1.0, [SOURCE])], question=asking("source"))) == [SOURCE]


def test_unasked_a_reference_is_said_where_the_nearest_question_names_it() -> None:
    votes = [match(0, 1.0, [LEAVE]), match(1, 1.0, [SOURCE]), match(2, 1.0, [SOURCE])]
    assert said(found(votes, question=asking("person"))) == [LEAVE]
    assert said(found([match(0, 1.0, [LEAVE, SOURCE])], question=asking("person"))) == [LEAVE, SOURCE]


# ---------------------------------------------------------------- order, words, notes


def test_the_nearest_questions_sentences_come_first() -> None:
    votes = [match(0, 1.0, [WINTER]), match(1, 0.95, [NEST])]
    assert said(found(votes)) == [WINTER, NEST]


def test_across_sections_its_order_is_kept() -> None:
    assert said(found([match(0, 1.0, [WINTER, NEST])])) == [WINTER, NEST]


def test_neighbours_become_one_run() -> None:
    assert said(found([match(0, 1.0, [FORTY]), match(1, 1.0, [TWENTY])])) == [f"{FORTY} {TWENTY}"]


def test_a_sentence_is_whole_though_a_word_is_named() -> None:
    assert said(found([match(0, 1.0, ["in autumn"])])) == [LEAVE]


def test_words_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "WORDS", 8)
    votes = [match(0, 1.0, [NEST]), match(1, 0.95, [STORMS]), match(2, 0.9, [LEAVE])]
    assert len(NEST.split()) == 5  # with STORMS (4) it would be 9
    assert said(found(votes)) == [NEST]
    monkeypatch.setattr(choose, "WORDS", 9)
    assert said(found(votes)) == [NEST, STORMS]


def test_the_nearest_questions_own_sentences_have_more_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "WORDS", 5)
    assert said(found([match(0, 1.0, [NEST, LEAVE])])) == [f"{NEST} {LEAVE}"]


def test_a_longer_sentence_than_fits_is_said_where_it_is_the_only_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choose, "WORDS", 1)
    monkeypatch.setattr(choose, "LIST_WORDS", 1)
    assert said(found([match(0, 1.0, [NEST])])) == [NEST]


def test_notes_of_all_who_named_a_sentence() -> None:
    votes = [match(0, 1.0, [LEAVE], notes=["1"]), match(1, 1.0, [LEAVE], notes=["2", "1"])]
    (run,) = choose_runs(found(votes), CITER).runs
    assert run.hints == ("1", "2")


def test_notes_that_another_sentence_marks_are_not_left_to_a_paragraph() -> None:
    votes = [match(0, 1.0, [NEST, LEAVE], notes=["1", "2"])]  # NEST marks 1; 2 stands further on
    (run,) = choose_runs(found(votes), CITER).runs
    assert run.hints == ("2",)


def test_a_source_counts_less_where_none_was_asked_for() -> None:
    # 1/2 for each; half of that for the source, 1/4
    votes = [match(0, 1.0, [WINTER]), match(1, 1.0, [SOURCE])]
    assert said(found(votes, question=asking("number"))) == [WINTER]
    assert said(found(votes, question=asking("source"))) == [WINTER, SOURCE]


# ---------------------------------------------------------------- parts, lengths, lists


def part(*matches: Match) -> tuple[Match, ...]:
    return matches


def test_each_part_votes_beside_the_whole_and_its_answer_is_read_first() -> None:
    whole = [match(0, 1.0, [NEST])]
    # every ballot's only vote is 1, times 0.5
    both = found(whole, parts=(part(match(1, 0.9, [STORMS])), part(match(2, 0.9, [FORTY]))))
    assert said(both) == [STORMS, FORTY, NEST]
    assert said(found(whole, parts=(part(),))) == [NEST]


def test_beside_parts_the_whole_weighs_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "PARTS", 0.8)  # the whole has 0.2, below the threshold
    assert said(found([match(0, 1.0, [NEST])], parts=(part(match(1, 0.9, [STORMS])),))) == [STORMS]


def test_the_sure_answer_of_a_part_need_not_be_as_probable_as_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choose, "ELSEWHERE", 0.9)
    # of the part's two votes the first has 2/3, above SURE; halved, 1/3
    votes = part(match(1, 0.9, [STORMS]), match(2, 0.8, [TWENTY]))
    asked = found([match(0, 1.0, [NEST])], parts=(votes,))
    assert said(asked) == [STORMS, NEST]
    monkeypatch.setattr(choose, "SURE", 0.7)
    assert said(asked) == [NEST]


def test_shorter_says_the_most_probable_sentence() -> None:
    retrieval = found([match(0, 1.0, [NEST, KNOWS]), match(1, 0.9, [NEST])])
    assert said(retrieval) == [NEST, KNOWS]
    assert said(retrieval, length="shorter") == [NEST]


def test_longer_says_what_is_less_probable() -> None:
    # weights 1 and 1/8: 0.89 and 0.11
    retrieval = found([match(0, 1.0, [NEST]), match(1, 0.7, [STORMS])])
    assert said(retrieval) == [NEST]
    assert said(retrieval, length="longer") == [NEST, STORMS]


def test_a_list_that_was_asked_for_is_whole_with_the_line_that_leads_in() -> None:
    """Though no readers' question names all of it."""
    most = found([match(0, 1.0, ["the Gull,³", "the Skua."])], question=asking("list"))
    assert said(most) == ["Three ferries serve the islands:\n\n- the Gull,³\n- the Tern,\n- the Skua."]


def test_of_a_long_list_one_item_may_be_meant() -> None:
    items = "\n".join(f"- item{i}" for i in range(12))
    document = lay_out(f"# A {{#a}}\n\nTwelve:\n\n{items}\n")
    one = found([match(0, 1.0, ["item7"], document=document)], question=asking("list"))
    assert said(one, Citer([document]), document.text) == ["item7"]


# ---------------------------------------------------------------- nothing to vote with


def test_without_readers_questions_the_nearest_sentences_in_the_order_of_the_text() -> None:
    nearest = sentences(BOOK, STORMS, FORTY, NEST, WINTER)
    assert said(found(sentences=nearest)) == [NEST, FORTY, STORMS]


def test_without_anything_nothing_is_said() -> None:
    assert choose_runs(found(), CITER) == choose.Choice((), ())


def test_matches_of_two_documents() -> None:
    other = lay_out("# A {#a}\n\nElsewhere it is so.\n", "other")
    votes = [match(0, 1.0, ["Elsewhere"], document=other), match(1, 0.95, [NEST])]
    runs = choose_runs(found(votes), Citer([BOOK, other])).runs
    assert [(run.document, run.start) for run in runs] == [("other", 3), ("book", 9)]


def test_sentences_outside_a_section_that_is_named_weigh_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "OUTSIDE", 0.5)
    # one half each; outside section 1 and its parts a quarter, below the threshold
    votes = [match(0, 1.0, [FORTY]), match(1, 1.0, [STORMS])]
    for named, heard in (("1", [FORTY]), ("1.1", [FORTY]), ("2", [STORMS]), ("1.2", [FORTY])):
        question = Question("?", "?", targets=(f"section:{named}",))
        assert said(found(votes, question=question)) == heard
    assert said(found(votes, question=Question("?", "?", targets=("note:1",)))) == [FORTY, STORMS]
    cited = [match(0, 1.0, [STORMS]), match(1, 1.0, [SOURCE])]
    of_source = Question("?", "?", asked_for="source", targets=("section:2",))
    assert said(found(cited, question=of_source)) == [STORMS, SOURCE]
