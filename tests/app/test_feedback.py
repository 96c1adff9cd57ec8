"""Feedback: what is stored, what is not, and the draft question set made of it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import NotWritable, Settings
from page.feedback import FeedbackStore, Rating, draft_questions
from page.operate import same_password
from tests.app.fakes import CORPUS, FakeAssistant


@pytest.fixture(scope="module")
def fake() -> FakeAssistant:
    return FakeAssistant(Settings(corpus=CORPUS))


def test_a_rating_is_stored_and_forgotten_without_a_trace(tmp_path: Path, fake: FakeAssistant) -> None:
    path = tmp_path / "new" / "feedback.sqlite"
    store = FeedbackStore(path)
    assert store.all() == ()
    store.add(Rating.of(fake.ask("refuse: my secret words"), useful=False, why="refused", comment=" x "))
    (rating,) = store.all()
    assert (rating.question, rating.status, rating.useful, rating.why, rating.comment) == (
        "refuse: my secret words", "refused", False, "refused", "x",
    )  # fmt: skip
    assert len(rating.day) == 10  # the day, not the hour
    assert rating.id is not None
    store.remove(rating.id)
    assert store.all() == ()
    assert b"secret" not in path.read_bytes()


def test_hostile_words_are_words(tmp_path: Path, fake: FakeAssistant) -> None:
    store = FeedbackStore(tmp_path / "f.sqlite")
    evil = "Robert'); DROP TABLE rating;--"
    store.add(Rating.of(fake.ask(f"refuse: {evil}"), useful=True, why=evil, comment=evil))
    (rating,) = store.all()
    assert rating.comment == evil
    assert rating.why == "other"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, fake: FakeAssistant) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(NotWritable, match="Nothing was stored"):
        FeedbackStore(blocked / "f.sqlite").add(
            Rating.of(fake.ask("peace"), useful=True, why="right", comment="")
        )


def test_drafts_have_the_contracts_form(fake: FakeAssistant) -> None:
    good = Rating.of(fake.ask("peace agreements women"), useful=True, why="right", comment="")
    ratings = (
        good,
        replace(good, day="2024-01-01"),  # the same question again
        Rating.of(fake.ask("refuse: gold"), useful=True, why="right", comment=""),
        Rating.of(fake.ask("refuse: boats"), useful=False, why="refused", comment="see 1.1"),
    )
    drafts = [json.loads(line) for line in draft_questions(ratings).splitlines()]
    assert [(d["id"], d["type"], d["answerable"]) for d in drafts] == [
        ("F001", "factoid", True), ("F002", "unanswerable", False), ("F003", "factoid", True),
    ]  # fmt: skip
    assert drafts[0]["evidence"][0].keys() == {"quote", "section"}
    assert drafts[2]["todo"] == (
        "Find the evidence, or make it unanswerable. The reader said: refused. see 1.1"
    )


def test_passwords_are_compared_whole() -> None:
    assert same_password("naïve", "naïve")
    assert not same_password("naive", "naïve")
    assert not same_password("", "x")


def test_many_readers_write_at_once(tmp_path: Path, fake: FakeAssistant) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = FeedbackStore(tmp_path / "f.sqlite")
    rating = Rating.of(fake.ask("peace"), useful=True, why="right", comment="")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.add(rating), range(40)))
    with sqlite3.connect(store.path) as connection:
        assert connection.execute("select count(*) from rating").fetchone() == (40,)
