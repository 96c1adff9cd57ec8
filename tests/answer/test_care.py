"""Care rules: every example of the corpus, ordinary questions left alone, and the pattern language."""

import json
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.care import CareMatch, CareRules, is_ordinary, load_care, match_care, near_care
from assistant.answer.phrases import any_of, visible, words_of
from assistant.errors import CorpusError
from assistant.read.corpus import load_corpus
from assistant.read.quotes import QuoteResolver
from assistant.types import UnansweredMatch, UnansweredQuestion

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "corpus" / "care.toml"
DEVELOPMENT = ROOT.parent / "shared" / "questions"
TABLE = tomllib.loads(FILE.read_text("utf-8"))
RULES = load_care(TABLE)
IMPORTANT = [rule for rule in TABLE["rule"] if rule["kind"] in ("disclosure", "advice", "harmful", "attack")]


def rule_of(text: str, rules: CareRules = RULES) -> str | None:
    match = match_care(rules, text)
    return match.rule if match else None


@pytest.mark.parametrize("rule", [rule["id"] for rule in TABLE["rule"]] + ["ordinary"])
def test_every_example(rule: str) -> None:
    wrong = []
    for name, text, wanted in RULES.examples:
        if name == rule and rule_of(text) != (rule if wanted else None):
            wrong.append((text, rule_of(text)))
    assert wrong == []


def test_important_kinds_have_many_examples_each_once() -> None:
    for rule in IMPORTANT:
        if rule["id"].startswith("khmer-danger"):
            continue
        assert len(rule["example_yes"]) >= 15, rule["id"]
        assert len(rule["example_no"]) >= 15, rule["id"]
    texts = [text for _, text, _ in RULES.examples]
    assert len(texts) == len(set(texts)) > 800


def test_signposts_say_what_the_corpus_says() -> None:
    handbook = load_corpus(ROOT / "corpus").documents[0]
    resolver = QuoteResolver(handbook)
    sections = {s.id: s for s in handbook.sections}
    assert {s.id for s in RULES.signposts} == {"cwcc", "banteay-srei", "central", "tpo", "bcv"}
    for signpost in RULES.signposts:
        start, end = resolver.resolve(signpost.quote, signpost.section)
        assert sections[signpost.section].start <= start < end <= sections[signpost.section].end
        assert signpost.name.split(" (")[0].split(" Cambodia")[0] in handbook.text.replace(
            "The Centre", "Centre"
        )
        assert signpost.url is None or signpost.url in handbook.text


def test_replies_hold_no_number_and_no_address() -> None:
    for rule in RULES.rules:
        said = f"{rule.match.before} {rule.match.after}".replace("printed in 2025", "")
        assert not any(c.isdigit() for c in said), rule.match.rule
        assert "http" not in said
        assert "@" not in said


def test_reasons_are_the_contract_s() -> None:
    reasons = {rule.match.rule: (rule.match.action, rule.match.reason) for rule in RULES.rules}
    assert reasons["despair"] == ("refuse", "personal-advice")
    assert reasons["hate"] == ("refuse", "harmful")
    assert reasons["prompt-attack"] == ("refuse", "off-topic")
    assert reasons["live-information"] == ("refuse", "live-information")
    assert reasons["dated-information"] == ("note", "live-information")
    assert reasons["language-khmer"] == ("refuse", "unclear")
    assert reasons["greeting"] == ("reply", None)


def test_a_disclosure_leads_to_the_organisations_that_help() -> None:
    match = match_care(RULES, "my husbend beats me every night")
    assert match is not None
    assert [s.name for s in match.signposts] == ["Cambodian Women's Crisis Center (CWCC)", "Banteay Srei"]
    assert match.signposts[0].section == "3.2.2"
    assert match.before.startswith("I am sorry")


@pytest.mark.skipif(
    not DEVELOPMENT.exists(), reason="development data lies beside the checkout; users have none"
)
def test_readers_questions_are_left_alone() -> None:
    questions = [
        question
        for path in sorted((DEVELOPMENT / "bank").glob("bank*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        for question in json.loads(line)["questions"]
    ]
    assert len(questions) > 4_000
    matched = {question: match.kind for question in questions if (match := match_care(RULES, question))}
    # Some readers of the bank tell of violence or of unpaid wages, and then ask: care comes first by design.
    assert set(matched.values()) <= {"disclosure"}
    assert len(matched) <= 6


def test_the_first_rule_wins_and_all_groups_must_occur() -> None:
    rules = load_care(
        {
            "groups": {"pet": ["my cat|dog", "@bird"], "bird": ["my parrot"]},
            "rule": [
                rule("bites", all_of=[["@pet"], ["bites|bit ~ me"]], none_of=["in the story"]),
                rule("pet", all_of=[["@pet"]]),
            ],
        }
    )
    assert rule_of("My cat bit me!", rules) == "bites"
    assert rule_of("MY PARROT, it bites the neighbours and me", rules) == "bites"
    assert rule_of("my dog bites all of the six neighbours, not me", rules) == "pet"
    assert rule_of("In the story my dog bites me", rules) == "pet"
    assert rule_of("a dog bites me", rules) is None


def test_spelling_and_slips_are_forgiven() -> None:
    rules = load_care(
        {
            "slips": ["passport", "short"],
            "spelling": {"dont": ["do not"]},
            "rule": [rule("one", all_of=[["passport"], ["dont"]]), rule("two", all_of=[["short"]])],
        }
    )
    assert rule_of("I do not have a pasport", rules) == "one"
    assert rule_of("I don’t have a pass\u200bport", rules) == "one"
    assert rule_of("I dont have passports", rules) is None  # another word, no slip
    assert rule_of("a shirt", rules) is None  # too short for slips


def test_whole_messages_and_fillers() -> None:
    rules = load_care(
        {"rule": [{**rule("hi"), "patterns": [{"whole": ["good day", "hi"], "fillers": ["please"]}]}]}
    )
    assert rule_of("Hi! Good day, please.", rules) == "hi"
    assert rule_of("please", rules) is None
    assert rule_of("hi peace", rules) is None


def test_scripts_and_languages() -> None:
    rules = load_care(
        {
            "rule": [
                {**rule("thai"), "patterns": [{"script": "THAI", "all_of": [["สวัสดี"]]}]},
                {**rule("french"), "patterns": [{"all_of": [["le|la|est"]], "share": 0.5}]},
            ]
        }
    )
    assert rule_of("สวัสดีครับ", rules) == "thai"
    assert rule_of("ครับ", rules) is None
    assert rule_of("สวัสดี means hello in Thai", rules) is None
    assert rule_of("La paix est", rules) == "french"
    assert rule_of("What is la paix?", rules) is None


def test_nearness_needs_an_example_that_is_nearer_than_anything_ordinary() -> None:
    near = {
        **rule("a", all_of=[["never said"]]),
        "near": True,
        "example_yes": ["x", "y"],
        "example_near": ["z"],
    }
    rules = load_care({"nearness": {"least": 0.4, "margin": 0.1}, "rule": [near, rule("b")]})
    assert near_care(rules, [missed("care:a", 0.7)], 0.6) == rules.rules[0].match
    assert near_care(rules, [missed("care:a", 0.7)], 0.61) is None  # nearer by less than the margin
    assert near_care(rules, [missed("care:a", 0.39)], 0.0) is None  # below the least
    assert near_care(rules, [missed("near-miss", 0.9), missed("care:a", 0.7)], 0.0) is None
    assert near_care(rules, [missed("care:gone", 0.9)], 0.0) is None
    assert near_care(load_care({}), [], 0.0) is None


def missed(subtype: str, cosine: float) -> UnansweredMatch:
    return UnansweredMatch(UnansweredQuestion("?", None, "", "other", subtype), cosine, cosine)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"rule": [{"id": "a"}]}, "rule 'a': 'action' is missing"),
        ({"rule": [{"id": "a", "action": "shout"}]}, "unknown action 'shout'"),
        ({"signpost": [{"id": "s"}]}, "signpost 's': 'name' is missing"),
    ],
)
def test_broken_rules_are_told(table: dict[str, object], problem: str) -> None:
    with pytest.raises(CorpusError, match=problem):
        load_care(table)


def test_unknown_groups_and_double_ids_are_told() -> None:
    with pytest.raises(CorpusError, match="rule 'a': 'nobody' is missing"):
        load_care({"rule": [rule("a", all_of=[["@nobody"]])]})
    with pytest.raises(CorpusError, match="two rules have the same id"):
        load_care({"rule": [rule("a"), rule("a")]})


@given(st.text(max_size=300))
def test_any_text_is_looked_at_without_fail(text: str) -> None:
    match_care(RULES, text)
    assert words_of(visible(text)).strip() == " ".join(words_of(visible(text)).split())


@pytest.mark.parametrize(
    "text", ["thanks a lot " * 9_000 + "x", "i my he she they " * 9_000, "a" * 90_000, "\u0301" * 90_000]
)
def test_long_messages_cost_little(text: str) -> None:
    began = time.process_time()
    match_care(RULES, text)
    assert time.process_time() - began < 10


def test_phrases() -> None:
    pattern = any_of(["beat|hit ~ me", "threaten*"])
    assert pattern.search(words_of("He hit her and me."))
    assert pattern.search(words_of("they threatened"))
    assert not pattern.search(words_of("hit the road with the band and me"))
    assert not pattern.search(words_of("heartbeat men"))


def rule(name: str, **pattern: object) -> dict[str, object]:
    return {
        "id": name,
        "kind": "test",
        "action": "refuse",
        "before": "No.",
        "patterns": [pattern] if pattern else [],
    }


@pytest.mark.parametrize(
    ("kind", "ordinary", "strange", "so"),
    [
        ("harmful", 0.85, 0.75, True),
        ("attack", 0.95, 0.5, True),
        ("harmful", 0.84, 0.1, False),  # not near enough to a readers' question
        ("harmful", 0.95, 0.86, False),  # as near to one that is not answered, or to an example of harm
        ("disclosure", 1.0, 0.0, False),  # care comes first
        ("advice", 1.0, 0.0, False),
    ],
)
def test_an_ordinary_question_in_the_words_of_a_rule(
    kind: str, ordinary: float, strange: float, so: bool
) -> None:
    care = CareMatch("x", kind, "refuse", "harmful", "No.", (), "")
    assert is_ordinary(care, [missed("near-miss", strange)], ordinary) is so


def test_without_anything_unanswered_nearness_alone_decides() -> None:
    care = CareMatch("x", "harmful", "refuse", "harmful", "No.", (), "")
    assert is_ordinary(care, [], 0.85)
    assert not is_ordinary(care, [], 0.84)
