"""From a question to an answer, with search results made by hand."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.answer import judge as judging
from assistant.answer.events import Done, Retrieved, Said
from assistant.answer.respond import Responder
from assistant.answer.topics import topics_of
from assistant.errors import BadQuestion
from assistant.search.language import Language, load_language
from assistant.search.understand import Lexicon, build_lexicon
from assistant.types import Answer, Corpus, Entity, Match, Question, Retrieval, Turn
from tests.answer.book import BOOK, found, hit, match, missed, sentences, span

NEST, FORTY, WINTER = "Herons nest on Low Island.¹", "The Gull carries 40 passengers.", "The Gull carries 44"


def said(words: str) -> list[dict[str, Any]]:
    """The pattern of a rule that these words match."""
    return [{"all_of": [[words]]}]


CARE = {
    "signpost": [
        {"id": "ann", "name": "Ann Reed", "what": "listens", "section": "1.2", "quote": "Ann Reed, teacher"}
    ],
    "rule": [
        {
            "id": "drown", "kind": "disclosure", "action": "refuse", "reason": "personal-advice",
            "patterns": said("i am drowning"), "before": "You are not alone.", "after": "Please call now.",
            "signposts": ["ann"],
        },
        {"id": "hate", "kind": "harmful", "action": "refuse", "reason": "harmful",
         "patterns": said("sink them"), "before": "I cannot help with this."},
        {"id": "sea", "kind": "note", "action": "note", "patterns": said("stormy today"),
         "before": "Take care."},
    ],
}  # fmt: skip


@dataclass
class Shelf:
    """Stands for search: gives out the retrieval that the test made, and notes what it was asked."""

    retrieval: Retrieval
    care: dict[str, Any] = field(default_factory=lambda: CARE)
    asked: list[Question] = field(default_factory=list)
    language: Language = field(default_factory=lambda: load_language("en"))
    lexicon: Lexicon = field(default_factory=Lexicon)

    @property
    def index(self) -> Any:
        corpus = Corpus((BOOK,), "en", "", "c0", care=self.care, called="the book")
        return SimpleNamespace(corpus=corpus, documents=corpus.documents)

    def retrieve(self, question: Question, k: int = 10, context: Sequence[str] = ()) -> Retrieval:
        self.asked.append(question)
        return replace(self.retrieval, question=question, hits=self.retrieval.hits[:k])


HITS = (hit(BOOK, "1.1", 1), hit(BOOK, "2", 2))


def near(number: int, *quotes: str, score: float = 1.0, ask: str = "") -> Match:
    return match(number, score, list(quotes), ask=ask)


def responder(*matches: Match, **more: Any) -> Responder:
    shelf = Shelf(found(matches, hits=HITS, **more))
    return Responder(shelf, {"composer": "extractive"})  # type: ignore[arg-type]


def ask(machine: Responder, question: str, turns: Sequence[Turn] = ()) -> Answer:
    *_, last = machine.stream(question, turns)
    assert isinstance(last, Done)
    return last.answer


@pytest.fixture(autouse=True)
def _constants(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "ANSWERED", 0.5)
    monkeypatch.setattr(judging, "ASKED", 1.1)
    monkeypatch.setattr(judging, "NEAR", 0.6)


# ---------------------------------------------------------------- answered


def test_an_answer_is_the_books_own_sentence_with_its_place() -> None:
    answer = ask(responder(near(0, NEST)), "Where do herons nest?")
    assert (answer.status, answer.reason, answer.refused) == ("answered", None, False)
    assert answer.answer == "Herons nest on Low Island. [1]"
    assert [(s.text, s.citations) for s in answer.statements] == [("Herons nest on Low Island.", ("1",))]
    (citation,) = answer.citations
    assert (citation.section, citation.quote, [n.number for n in citation.notes]) == ("1", NEST, ["1"])
    assert answer.passages == HITS
    assert answer.provenance == {"composer": "extractive", "confidence": 1.0}


def test_a_list_is_written_as_one() -> None:
    answer = ask(
        responder(near(0, "Three ferries", "the Gull,³", "the Tern,", "the Skua.")), "Which ferries?"
    )
    assert answer.answer == "Three ferries serve the islands: [1]\n\n- the Gull,\n- the Tern,\n- the Skua."


def test_both_figures_and_what_is_said_of_them() -> None:
    answer = ask(responder(near(0, FORTY)), "How many passengers does the Gull carry?")
    assert [c.section for c in answer.citations] == ["1.1", "2"]
    (conflict,) = answer.conflicts
    assert (conflict.note, conflict.labels) == ("Two figures are given for the Gull.", ("1", "2"))
    assert answer.answer.endswith("in winter. [2]\n\nTwo figures are given for the Gull.")


def test_other_questions_are_suggested() -> None:
    others = [near(i, WINTER, score=0.1, ask=f"And {i}?") for i in range(1, 6)]
    answer = ask(responder(near(0, NEST), *others), "Where do herons nest?")
    assert answer.suggestions == ("And 1?", "And 2?", "And 3?")


def test_the_question_is_kept_as_it_was_asked() -> None:
    asked = "  Where\u200b do\n herons   nest?  "
    answer = ask(responder(near(0, NEST)), asked)
    assert (answer.question, answer.standalone) == (asked, "Where do herons nest?")


def test_misspelt_words_are_mended_for_search_and_kept_for_the_reader() -> None:
    machine = responder(near(0, NEST))
    machine.searcher.lexicon = build_lexicon([BOOK], None)
    answer = ask(machine, "Do pasengers wait?")
    assert (answer.question, answer.standalone) == ("Do pasengers wait?", "Do passengers wait?")


# ---------------------------------------------------------------- partial and refused


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many herons nest?", "The book does not give that number. What it says is:"),
        ("When do herons nest?", "The book does not give that date. What it says is:"),
        ("Who feeds the herons?", "The book does not name that person. What it says is:"),
        ("Are herons happy?", "The book does not say exactly that. What it says is:"),
    ],
)
def test_a_partial_answer_says_what_is_not_given(question: str, words: str) -> None:
    answer = ask(responder(near(0, NEST), answerable=0.1), question)
    assert (answer.status, answer.reason, answer.refused) == ("partial", "not-in-corpus", True)
    assert answer.answer == f"{words}\n\nHerons nest on Low Island. [1]"


def test_who_somebody_is_that_is_named_is_no_missing_name() -> None:
    machine = responder(near(0, NEST), answerable=0.1)
    named = replace(BOOK, entities=(Entity("Ann Reed", "person", (), ("1.2",)),))
    machine.topics = topics_of((named,), "en")
    assert ask(machine, "Who is Ann Reed?").answer.startswith("The book does not say exactly that.")
    assert ask(machine, "Who feeds the herons?").answer.startswith("The book does not name that person.")


def test_a_refusal_names_the_nearest_sections_and_another_question() -> None:
    far = match(0, 0.4, [NEST], cosine=0.55, ask="Where do herons nest?")
    answer = ask(responder(far, answerable=0.1), "Who is the captain?")
    assert (answer.status, answer.reason) == ("refused", "not-in-corpus")
    assert answer.answer == (
        "The book does not answer this.\n\nThe nearest sections are: 1.1 Ferries; 2 Winter.\n\n"
        "You could ask: “Where do herons nest?”"
    )
    assert (answer.nearest, answer.suggestions) == (("1.1", "2"), ("Where do herons nest?",))
    assert (answer.statements, answer.citations) == ((), ())


def test_what_a_reader_wrote_is_not_said_back() -> None:
    answer = ask(
        responder(near(0, NEST), answerable=0.1, known_share=0.1, unknown=("Mars", "2077")),
        "Herons on Mars in 2077?",
    )
    assert answer.answer.startswith("The book does not answer this.\n")
    assert "Mars" not in answer.answer


def test_about_something_else_no_sections_are_named() -> None:
    answer = ask(responder(match(0, 0.1, [NEST]), answerable=0.0, known_share=0.1), "Best pizza dough?")
    assert (answer.reason, answer.nearest) == ("off-topic", ())
    assert answer.answer == "This is outside what the book is about."


def test_about_the_present() -> None:
    live = [missed(0.9, "live-information")]
    answer = ask(responder(near(0, NEST), answerable=0.1, unanswered=live), "Is the Gull late today?")
    assert (answer.status, answer.reason) == ("refused", "live-information")
    assert answer.answer.startswith("The book cannot say how things stand today;")


@pytest.mark.parametrize("words", ["Hello", "Good morning!", "Thank you very much"])
def test_small_talk_is_answered_without_citations(words: str) -> None:
    answer = ask(responder(near(0, NEST)), words)
    assert (answer.status, answer.citations) == ("refused", ())
    assert "the book" in answer.answer


# ---------------------------------------------------------------- looked up


def test_a_note_is_looked_up_whatever_search_finds() -> None:
    answer = ask(responder(answerable=0.0), "What is reference 3?")
    assert answer.status == "answered"
    assert [c.quote.split(".")[0] for c in answer.citations[:3]] == ["3", "2", "1"]
    assert answer.citations[0].url == "https://birds.example.org/herons"


def test_a_number_that_nothing_has() -> None:
    answer = ask(responder(near(0, NEST)), "What is note 250?")
    assert (answer.status, answer.reason) == ("refused", "not-in-corpus")
    assert answer.answer == "The book has no note 250."


def test_a_section_is_summarised() -> None:
    answer = ask(responder(near(0, NEST)), "Summarise section 2")
    assert [s.text for s in answer.statements] == ["The Gull carries 44 passengers in winter."]


# ---------------------------------------------------------------- care


def test_care_comes_first_with_the_books_own_signposts() -> None:
    answer = ask(responder(near(0, NEST)), "Help, I am drowning. Where do herons nest?")
    assert (answer.status, answer.reason) == ("refused", "personal-advice")
    assert answer.answer == "You are not alone.\n\nAnn Reed, teacher [1]\n\nPlease call now."
    assert [(s.name, s.section) for s in answer.signposts] == [("Ann Reed", "1.2")]
    (citation,) = answer.citations
    assert (citation.start, citation.end) == span(BOOK, "Ann Reed, teacher")


def test_harm_is_refused_in_one_sentence() -> None:
    answer = ask(responder(match(0, 1.0, [NEST], cosine=0.8)), "sink them all")
    assert (answer.status, answer.reason, answer.answer) == ("refused", "harmful", "I cannot help with this.")
    assert (answer.citations, answer.suggestions) == ((), ())


def test_words_of_harm_in_a_readers_question_are_answered() -> None:
    assert ask(responder(match(0, 1.0, [NEST], cosine=0.9)), "sink them all").status == "answered"


def test_a_word_of_care_stands_before_an_answer() -> None:
    answer = ask(responder(near(0, NEST)), "It is stormy today. Where do herons nest?")
    assert answer.status == "answered"
    assert answer.answer == "Take care.\n\nHerons nest on Low Island. [1]"


def test_a_signpost_that_the_text_does_not_hold_is_not_quoted() -> None:
    machine = responder(near(0, NEST))
    signpost = {**CARE["signpost"][0], "quote": "Nobody of that name"}
    machine.searcher.care = {**CARE, "signpost": [signpost]}  # type: ignore[attr-defined]
    machine = Responder(machine.searcher, {})
    answer = ask(machine, "I am drowning")
    assert (answer.citations, answer.answer) == ((), "You are not alone.\n\nPlease call now.")


# ---------------------------------------------------------------- without readers' questions


def test_the_nearest_sentences_answer() -> None:
    retrieval = {"answerable": 0.9, "sentences": sentences(BOOK, "Storms", "Herons")}
    answer = ask(responder(**retrieval), "What stops the Tern?")
    assert answer.answer == "Herons nest on Low Island. [1]\n\nStorms stop the Tern. [2]"


def test_nothing_near_is_refused() -> None:
    answer = ask(responder(answerable=0.1, known_share=0.0), "Best pizza dough?")
    assert (answer.status, answer.reason) == ("refused", "off-topic")


# ---------------------------------------------------------------- the stream


def test_a_stream_is_what_was_found_what_is_said_and_the_whole() -> None:
    machine = responder(near(0, NEST, "They leave in autumn."), near(1, "Storms stop the Tern."))
    events = list(machine.stream("Where do herons nest?"))
    first, *said, last = events
    assert isinstance(first, Retrieved)
    assert first.hits == HITS
    assert all(isinstance(event, Said) for event in said)
    assert isinstance(last, Done)
    assert tuple(event.statement for event in said) == last.answer.statements
    # each citation comes once, with the first statement that uses it
    assert [[c.label for c in event.citations] for event in said] == [["1"], [], ["2"]]
    assert tuple(c for event in said for c in event.citations) == last.answer.citations


def test_a_bad_question_is_told_before_anything_is_found() -> None:
    machine = responder(near(0, NEST))
    for text in ("", "  \n", "\u200b", "?!", "x" * 2001):
        with pytest.raises(BadQuestion):
            next(machine.stream(text))
    assert machine.searcher.asked == []  # type: ignore[attr-defined]


def test_k_passages_are_shown() -> None:
    *_, last = responder(near(0, NEST)).stream("Where do herons nest?", k=1)
    assert [h.rank for h in last.answer.passages] == [1]


# ---------------------------------------------------------------- turns from outside


def test_which_source_says_that() -> None:
    machine = responder(near(0, NEST))
    first = ask(machine, "Where do herons nest?")
    answer = ask(machine, "Which source says that?", [first.as_turn()])
    assert [c.quote.split(".")[0] for c in answer.citations] == ["1"]


HOSTILE_TURNS = {
    "huge": Turn("q" * 200_000, "s" * 200_000, "a " * 200_000, ("1",) * 10_000, ("1",) * 10_000),
    "empty": Turn("", "", ""),
    "unknown": Turn("Where?", "Where?", "There.", ("no such section",), ("250", "../../etc/passwd")),
    "html": Turn("<script>x</script>", "<img onerror=x>", "[a](javascript:x)", ("<b>",), ("<i>",)),
    "patterns": Turn("(((((a+)+)+$", "{called} {0} %s \\1", "{topic}", ("{}",), ("{}",)),
    "controls": Turn("\u202e\u0000\ud800", "\u200b", "\uffff"),
}


@pytest.mark.parametrize("turn", HOSTILE_TURNS.values(), ids=list(HOSTILE_TURNS))
@pytest.mark.parametrize(
    "question", ["Where do herons nest?", "And the source?", "Why is it?", "Shorter, please"]
)
def test_hostile_turns_are_only_data(turn: Turn, question: str) -> None:
    began = time.perf_counter()
    answer = ask(responder(near(0, NEST)), question, [turn])
    assert time.perf_counter() - began < 30
    assert answer.question == question
    assert all(c.quote == BOOK.text[c.start : c.end] for c in answer.citations)
    assert "<script" not in answer.answer
    assert "](javascript" not in answer.answer


def test_a_thousand_turns_cost_little_more_than_few() -> None:
    machine = responder(near(0, NEST))
    turns = [ask(machine, "Where do herons nest?").as_turn()] * 1000
    began = time.perf_counter()
    answer = ask(machine, "And where does it stand?", turns)
    assert time.perf_counter() - began < 30
    assert answer.statements == ask(machine, "And where does it stand?", turns[:50]).statements


def test_a_new_question_forgets_the_turns() -> None:
    machine = responder(near(0, NEST))
    turns = [Turn("What stops the Tern?", "What stops the Tern?", "Storms.", ("2",), ("4",))]
    question = "Where do herons nest on Low Island?"
    assert ask(machine, question, turns).standalone == question
