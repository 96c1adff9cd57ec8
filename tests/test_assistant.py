"""The facade, from a folder with Markdown to an answer, with an embedder that counts words and calls."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.errors import BadQuestion, IndexMissing, IndexStale, SettingsError, UnknownId
from assistant.search.build import build_index
from assistant.search.embedder import Matrix, Progress
from assistant.search.retrieve import Searcher
from assistant.settings import Settings
from assistant.types import Turn
from tests.fakes import WordCountEmbedder

BOOK = """\
# Islands {#1}

Herons nest on Low Island.[^1] They leave in autumn when the reed is cut.

## Ferries {#1.1}

The Gull carries 40 passengers. The Tern carries 20 passengers and six goats.

# Winter {#2}

Storms stop the Tern for many weeks.

# Sources {#sources}

[^1]: Field, B. (2001). Herons.
"""
SETTINGS = '[[document]]\nid = "book"\ntitle = "Islands"\npath = "book.md"\n'
QUESTIONS = [
    {
        "id": "q1", "section": "1", "type": "factoid", "notes": ["1"],
        "questions": ["Where do herons nest?", "On which island do herons nest?"],
        "evidence": ["Herons nest on Low Island."],
    },
    {
        "id": "q2", "section": "1.1", "type": "number", "notes": [],
        "questions": ["How many passengers does the Gull carry?", "How many people fit on the Gull?"],
        "evidence": ["The Gull carries 40 passengers."],
    },
]  # fmt: skip


class Counting(WordCountEmbedder):
    """Remembers the texts of every call for questions."""

    def __init__(self) -> None:
        super().__init__(dimension=256)
        self.calls: list[list[str]] = []

    def embed_queries(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        self.calls.append(list(texts))
        return super().embed_queries(texts, progress)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        self.calls.append(["passages", *texts])
        return super().embed_passages(texts, progress)


def opened(folder: Path, questions: Sequence[dict[str, object]] = ()) -> Assistant:
    """An assistant on the book in `folder`, with these readers' questions."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    (corpus / "book.md").write_text(BOOK, encoding="utf-8")
    listed = 'questions = "questions.jsonl"\n' if questions else ""
    (corpus / "corpus.toml").write_text(SETTINGS + listed, encoding="utf-8")
    lines = "".join(json.dumps(q) + "\n" for q in questions)
    (corpus / "questions.jsonl").write_text(lines, encoding="utf-8")
    settings = Settings(corpus=corpus, index=folder / "index")
    build_index(settings, embedder=Counting())
    return Assistant.open(settings, Counting())


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """One Markdown document and nothing else."""
    return opened(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def asked_for(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The same with readers' questions."""
    return opened(tmp_path_factory.mktemp("asked"), QUESTIONS)


def calls(assistant: Assistant) -> list[list[str]]:
    embedder = assistant.embedder
    assert isinstance(embedder, Counting)
    return embedder.calls


# ---------------------------------------------------------------- a document alone


@pytest.mark.parametrize(
    ("question", "sentence", "section"),
    [
        ("Where do herons nest?", "Herons nest on Low Island.", "1"),
        ("What stops the Tern for many weeks?", "Storms stop the Tern for many weeks.", "2"),
        ("How many goats and passengers does the Tern carry?", "The Tern carries 20 passengers", "1.1"),
    ],
)
def test_a_document_alone_is_answered_by_its_nearest_sentences(
    plain: Assistant, question: str, sentence: str, section: str
) -> None:
    answer = plain.ask(question)
    assert answer.status == "answered"
    assert sentence in " ".join(s.text for s in answer.statements)
    assert section in {c.section for c in answer.citations}
    for citation in answer.citations:
        text = plain.document("book").text
        assert citation.quote == text[citation.start : citation.end]


@pytest.mark.parametrize(
    "question",
    [
        "Best pizza dough?",
        "Who won the football world cup in 1998?",
        "Write me a sonnet about Jupiter's moons",
    ],
)
def test_a_document_alone_refuses_what_it_does_not_speak_of(plain: Assistant, question: str) -> None:
    answer = plain.ask(question)
    assert (answer.status, answer.citations, answer.statements) == ("refused", (), ())
    assert answer.reason in ("off-topic", "not-in-corpus")


def test_its_notes_can_be_looked_up(plain: Assistant) -> None:
    answer = plain.ask("What is note 1?")
    assert [c.quote for c in answer.citations] == [
        "1. Field, B. (2001). Herons.",
        "Herons nest on Low Island.¹",
    ]
    assert plain.ask("What is note 250?").answer == "The text has no note 250."


def test_a_composer_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Told, not replaced in silence by another."""
    settings = Settings(corpus=tmp_path, index=tmp_path / "index", composer="llm")
    with pytest.raises(SettingsError, match="no composer llm. Set composer to extractive"):
        Assistant.open(settings, Counting())


# ---------------------------------------------------------------- one embedding a question


@pytest.mark.parametrize(
    "question",
    [
        "Where do herons nest?",
        "What is the difference between the Gull and the Tern?",  # two parts
        "Where do herons nest? How many passengers does the Gull carry?",
        "What is note 1?",
        "Best pizza dough?",
        "Hello",
    ],
)
def test_one_call_of_the_model_for_a_question(asked_for: Assistant, question: str) -> None:
    before = len(calls(asked_for))
    asked_for.ask(question)
    (texts,) = calls(asked_for)[before:]
    assert texts[0] == question


def test_parts_of_a_question_are_embedded_in_the_same_call(asked_for: Assistant) -> None:
    asked_for.ask("What is the difference between the Gull and the Tern?")
    assert [part.lower() for part in calls(asked_for)[-1][1:]] == ["the gull", "the tern"]


def test_a_follow_up_too(asked_for: Assistant) -> None:
    turn = asked_for.ask("Where do herons nest?").as_turn()
    for question in ("And the Gull?", "Which source says that?", "Shorter, please"):
        before = len(calls(asked_for))
        asked_for.ask(question, [turn])
        assert len(calls(asked_for)) == before + 1


def test_a_bad_question_costs_no_call(asked_for: Assistant) -> None:
    before = len(calls(asked_for))
    for text in ("", "\u200b", "x" * 5000):
        with pytest.raises(BadQuestion):
            asked_for.ask(text)
    assert len(calls(asked_for)) == before


# ---------------------------------------------------------------- readers' questions


def test_a_readers_question_leads_to_its_sentence(asked_for: Assistant) -> None:
    answer = asked_for.ask("On which island do the herons nest?")
    assert answer.statements[0].text == "Herons nest on Low Island."
    assert [n.number for n in answer.citations[0].notes] == ["1"]
    assert answer.provenance["composer"] == "extractive"
    assert answer.provenance["index_id"] == asked_for.manifest.id


def test_seconds_add_up(asked_for: Assistant) -> None:
    seconds = asked_for.ask("Where do herons nest?").seconds
    assert seconds["total"] == pytest.approx(seconds["retrieval"] + seconds["answer"])


def test_many_threads_get_what_one_gets(asked_for: Assistant) -> None:
    turn = asked_for.ask("Where do herons nest?").as_turn()
    asked: list[tuple[str, tuple[Turn, ...]]] = [
        ("Where do herons nest?", ()),
        ("And the Gull?", (turn,)),
        ("How many passengers does the Gull carry?", ()),
        ("Best pizza dough?", ()),
        ("What is note 1?", ()),
    ]
    alone = [asked_for.ask(*question).answer for question in asked]
    assert len(set(alone)) > 3
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda question: asked_for.ask(*question).answer, asked * 20))
    assert answers == alone * 20


def test_opening_makes_no_tables_and_the_first_questions_make_them_once(
    asked_for: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page shows what was read at once; what search needs is made when somebody asks."""
    made: list[object] = []
    make = Searcher.__init__

    def counted(self: Searcher, *parts: Any, **more: Any) -> None:
        made.append(self)
        make(self, *parts, **more)

    monkeypatch.setattr(Searcher, "__init__", counted)
    again = Assistant.open(asked_for.settings, Counting())
    assert [document.id for document in again.documents] == ["book"]
    assert again.show("1.1")["title"] == "Ferries"
    assert made == []
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: again.ask("Where do herons nest?").answer, range(16)))
    assert set(answers) == {asked_for.ask("Where do herons nest?").answer}
    assert len(made) == 1


def test_asking_is_the_end_of_streaming(asked_for: Assistant) -> None:
    *_, done = asked_for.stream("Where do herons nest?")
    answer = asked_for.ask("Where do herons nest?")
    told, asked = done.answer.to_dict(), answer.to_dict()  # type: ignore[union-attr]
    assert {**told, "seconds": 0} == {**asked, "seconds": 0}


@pytest.mark.parametrize("k", [0, 1, 3, 1000, -5])
def test_k_is_held_to_what_there_is(asked_for: Assistant, k: int) -> None:
    passages = asked_for.ask("Where do herons nest?", k=k).passages
    assert len(passages) == max(0, min(k, asked_for.manifest.passages))
    assert passages == asked_for.search("Where do herons nest?", k)


# ---------------------------------------------------------------- what is read


def test_what_is_not_there_is_told(asked_for: Assistant) -> None:
    with pytest.raises(UnknownId, match="There is: book"):
        asked_for.document("atlas")
    with pytest.raises(UnknownId):
        asked_for.show("9.9")
    with pytest.raises(UnknownId, match="ref-1, ref-2"):
        asked_for.reference("ref-250")


def test_questions_of_sections_in_turn(asked_for: Assistant) -> None:
    near = asked_for.questions_near
    assert near(["1", "1.1"]) == ("Where do herons nest?", "How many passengers does the Gull carry?")
    assert near(["1.1"], limit=0) == ()
    assert near(["1.1"], limit=-1) == ()
    assert near(["no such"]) == ()


def test_opening_says_what_to_do(tmp_path: Path, asked_for: Assistant) -> None:
    settings = asked_for.settings.model_copy(update={"index": tmp_path})
    with pytest.raises(IndexMissing, match="assistant build"):
        Assistant.open(settings, Counting())
    with pytest.raises(IndexStale, match="assistant build"):
        Assistant.open(asked_for.settings, WordCountEmbedder(256, "another"))
