"""Later turns as questions that stand alone: exact wordings, and what carries nothing over.

`tests/data/conversations.jsonl` holds conversations on the handbook: of each turn what its standalone
question has and has not (spellings split by "|"), and sections that answer it.
"""

import json
import time
from pathlib import Path

import pytest

from assistant.answer.conversation import FollowUp, resolve
from assistant.answer.topics import Topics, topics_of
from assistant.read.corpus import load_corpus
from assistant.search.language import Language, load_language
from assistant.types import Document, Turn

ROOT = Path(__file__).resolve().parents[2]
TALKS = [
    json.loads(line)
    for line in (ROOT / "tests" / "data" / "conversations.jsonl").read_text(encoding="utf-8").splitlines()
]
ENGLISH = load_language("en")


@pytest.fixture(scope="module")
def handbook() -> Document:
    return load_corpus(ROOT / "corpus").documents[0]


@pytest.fixture(scope="module")
def topics(handbook: Document) -> Topics:
    return topics_of([handbook], "en")


def turn(question: str, answer: str = "", *sections: str) -> Turn:
    return Turn(question, question, answer, sections or ("1.1",))


def after(question: str, text: str, topics: Topics, answer: str = "", *sections: str) -> FollowUp:
    return resolve(text, [turn(question, answer, *sections)], topics, ENGLISH)


@pytest.mark.parametrize(
    ("earlier", "later", "standalone"),
    [
        # one thing for its like
        ("What did Liberia do?", "and in Rwanda?", "What did Rwanda do?"),
        ("What did Kenya do?", "what about the Philippines?", "What did the Philippines do?"),
        ("What did the Philippines do?", "Kenya?", "What did Kenya do?"),
        ("What is Ghana's plan?", "the Philippines'?", "What is the Philippines' plan?"),
        ("What does Cambodian law say?", "and Nepal?", "What does Nepal's law say?"),
        ("What does resolution 1820 say?", "and 2122?", "What does resolution 2122 say?"),
        ("How many were served in 2022?", "and in 2021?", "How many were served in 2021?"),
        ("How many peacekeepers serve?", "and women peacekeepers?", "How many women peacekeepers serve?"),
        ("What does WILPF do?", "and the NGO Working Group?", "What does the NGO Working Group do?"),
        ("How are survivors helped?", "and in Nepal?", "How are survivors helped in Nepal?"),
        # counted
        (
            "What is the first pillar about?",
            "And the third?",
            "What is the third pillar (Relief & Recovery) about?",
        ),
        ("list the pillars", "explain the second one", "explain the second pillar (Protection)"),
        # words that point back
        ("What is Testimonial Therapy?", "Who leads it?", "Who leads Testimonial Therapy?"),
        ("What does CENTRAL do?", "Do they train women?", "Do CENTRAL train women?"),
        ("What does the EU plan?", "What are its weak points?", "What are the EU's weak points?"),
        ("What happened in Aceh?", "Who helped there?", "Who helped in Aceh?"),
        ("What of Cham women?", "What became of them?", "What became of Cham women?"),
        (
            "What does CENTRAL do for women who migrate?",
            "Where do these women go?",
            "Where do women who migrate go? (about: CENTRAL)",
        ),
        (
            "Is there a regional plan for the Pacific?",
            "Is it still valid?",
            "Is a regional plan for the Pacific still valid?",
        ),
        ("Who is Christine Arab?", "What did she say?", "What did Christine Arab say?"),
        # two things
        (
            "What is the difference between peacemaking and peacekeeping?",
            "which of the two is by soldiers?",
            "which of peacemaking and peacekeeping is by soldiers?",
        ),
        # left out
        ("What does SILAKA do?", "Since when?", "Since when? (about: SILAKA)"),
        ("What does SILAKA do?", "how many women took part", "how many women took part (about: SILAKA)"),
        (
            "Why does BCV train villagers?",
            "Why?",
            "Why? (about: Why does BCV train villagers)",
        ),
        # corrections
        ("What does ASEAN say?", "no, I mean the European Union", "What does the European Union say?"),
        (
            "What is the target for women in politics?",
            "no, I meant demining, how many do they want?",
            "What is the target for women in demining? How many do they want?",
        ),
        ("How many women did SILAKA train?", "sorry, I meant men", "How many men did SILAKA train?"),
    ],
)
def test_a_follow_up_is_filled(earlier: str, later: str, standalone: str, topics: Topics) -> None:
    assert after(earlier, later, topics).standalone == standalone


@pytest.mark.parametrize(
    "text",
    [
        "What is holistic peace?",
        "How many countries have adopted a National Action Plan?",
        "What does CCHR do?",
        "And what does the International Criminal Court do about sexual violence?",
        "Does CENTRAL train women before they leave?",
        "What evidence shows that peacekeeping works for women?",
        "Which organisations that help survivors of violence run a shelter?",
        "Is there a plan for the Americas?",
        "What is the wifi password?",
    ],
)
def test_what_stands_alone_carries_nothing(text: str, topics: Topics) -> None:
    found = after("What does SILAKA do?", text, topics)
    assert found.standalone == text
    assert found.sections == ()


def test_an_announced_topic_carries_nothing(topics: Topics) -> None:
    found = after("What does SILAKA do?", "ok, other question: who leads it?", topics)
    assert found == FollowUp("new", "who leads it?")


@pytest.mark.parametrize(
    ("text", "kind", "standalone"),
    [
        ("What is your source?", "source", "What is the source for this: When was SILAKA founded?"),
        ("which source is that from", "source", "What is the source for this: When was SILAKA founded?"),
        (
            "where does this figure come from?",
            "source",
            "What is the source for this: When was SILAKA founded?",
        ),
        ("shorter please", "shorter", "When was SILAKA founded?"),
        ("in one sentence", "shorter", "When was SILAKA founded?"),
        ("tell me more", "longer", "What else is said about SILAKA?"),
        ("are you certain? I read it was 2004", "pushback", "When was SILAKA founded?"),
        ("really?", "pushback", "When was SILAKA founded?"),
    ],
)
def test_turns_about_the_answer(text: str, kind: str, standalone: str, topics: Topics) -> None:
    found = after("When was SILAKA founded?", text, topics, "", "3.2.4/case-study-silaka")
    assert (found.kind, found.standalone) == (kind, standalone)
    assert found.sections == ("3.2.4/case-study-silaka",)


@pytest.mark.parametrize(
    "text",
    [
        "Who published that survey?",
        "Whose words are these?",
        "which news agency reported it",
        "your first answer, which report it come from",
        "what report does that come from?",
    ],
)
def test_more_ways_to_ask_for_the_source(text: str, topics: Topics) -> None:
    assert resolve(
        text, [Turn("When was SILAKA founded?", "When was SILAKA founded?", "")], topics, ENGLISH
    ).kind == ("source")


@pytest.mark.parametrize("text", ["Who could give their views?", "What have NGOs done on their own?"])
def test_a_word_that_points_within_the_question_points_to_nothing_before(text: str, topics: Topics) -> None:
    turn = Turn("What does SILAKA do?", "What does SILAKA do?", "SILAKA trains women.")
    assert "SILAKA" not in resolve(text, [turn], topics, ENGLISH).standalone.removesuffix("(about: SILAKA)")


def test_a_source_that_is_named_is_a_question_of_its_own(topics: Topics) -> None:
    text = "Which source says that peacekeepers from India served in Liberia?"
    assert after("What does SILAKA do?", text, topics) == FollowUp("new", text)


def test_after_a_source_a_fragment_asks_for_a_source(topics: Topics) -> None:
    first = turn("How many women did Banteay Srei serve?")
    second = resolve("What is your source?", [first], topics, ENGLISH)
    turns = [first, Turn("What is your source?", second.standalone, "", ("references",), ("81",))]
    found = resolve("and for the 20% rise?", turns, topics, ENGLISH)
    assert found == FollowUp("follow", "What is the source for the 20% rise?")


def test_a_name_that_the_answer_gives_is_meant(topics: Topics) -> None:
    answer = "In Nepal's post-earthquake recovery, mobile clinics were deployed to reach rural areas. [1]"
    found = after("Which country had mobile clinics?", "What did they offer there?", topics, answer)
    assert found.standalone == "What did mobile clinics offer in Nepal?"


def test_the_companion_of_an_organisation(topics: Topics) -> None:
    found = after("What does CCHR do?", "what about the other NGO in this example?", topics)
    assert found.standalone == "What is said about Building Community Voices?"
    assert "3.2.1/case-study-tenure-security/bcv" in found.sections


def test_back_to_the_earlier_topic(topics: Topics) -> None:
    turns = [turn("What does BCV do?", "", "3.2.1"), turn("Can you sing?", "", "1.1")]
    found = resolve("ok back to my question: who pays for it?", turns, topics, ENGLISH)
    assert found == FollowUp("follow", "who pays for BCV?", ("3.2.1",))


def test_a_turn_without_an_answer_does_not_become_the_topic(topics: Topics) -> None:
    turns = [turn("What does BCV do?", "", "3.2.1"), Turn("sing me a song", "sing me a song", "", ())]
    assert resolve("who pays for it?", turns, topics, ENGLISH).standalone == "who pays for BCV?"


def test_small_talk_is_no_topic(topics: Topics) -> None:
    turns = [turn("What does BCV do?"), Turn("thanks!", "thanks!", "You are welcome.", ())]
    assert resolve("who pays for it?", turns, topics, ENGLISH).standalone == "who pays for BCV?"


def test_topics_do_not_pile_up(topics: Topics) -> None:
    turns = [turn("What does SILAKA do?")]
    for text in ("Since when?", "Where?", "how many women took part", "Who pays?"):
        found = resolve(text, turns, topics, ENGLISH)
        assert found.standalone == f"{text} (about: SILAKA)"
        turns.append(Turn(text, found.standalone, "", ("3.2.4",)))


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: f"{talk['id']}-{talk['kind']}")
def test_conversations_on_the_handbook(talk: dict, topics: Topics, handbook: Document) -> None:
    """Answers are stood for by the sections that answer, or by a sentence of them."""
    turns: list[Turn] = []
    sections = {section.id: handbook.text[section.start : section.end] for section in handbook.sections}
    for row in talk["turns"]:
        found = resolve(row["question"], turns, topics, ENGLISH)
        said = found.standalone.lower()
        missing = [h for h in row["has"] if not any(w.lower() in said for w in h.split("|"))]
        assert not missing, found.standalone
        assert not [w for w in row["hasnt"] if w.lower() in said], found.standalone
        cited = tuple(s for s in row["sections"][:2] if s in sections)
        answer = row.get("answer") or (sections[cited[0]][:1200] if cited else "")
        turns.append(Turn(row["question"], found.standalone, answer, cited))


def test_the_first_turn_stands(topics: Topics) -> None:
    assert resolve("and in Rwanda?", [], topics, ENGLISH) == FollowUp("new", "and in Rwanda?")


def test_without_a_language_nothing_is_carried(topics: Topics) -> None:
    for text in ("and in Rwanda?", "who leads it?", "What is your source?", "រួចហើយឬនៅ?", "🙂"):
        found = resolve(text, [turn("What did Liberia do?")], topics, Language("xx"))
        assert found == FollowUp("new", text)


def test_a_thousand_turns(topics: Topics) -> None:
    turns = [turn(f"What did Liberia do in {year}?", "x" * 5000) for year in range(1000)]
    began = time.perf_counter()
    found = resolve("and in Rwanda?", turns, topics, ENGLISH)
    assert found.standalone == "What did Rwanda do in 999?"
    assert time.perf_counter() - began < 30


@pytest.mark.parametrize(
    "text", ["İİİ it?", "it " * 700, "the the the", "?", "'s", "(about: it)", "2122", "and"]
)
def test_odd_turns_break_nothing(text: str, topics: Topics) -> None:
    for earlier in ("What did Liberia do?", "İ in İ it?", "", "(about: )", "and"):
        assert isinstance(after(earlier, text, topics).standalone, str)
