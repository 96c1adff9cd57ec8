"""Ratings that readers agreed to give, in one SQLite file; and a draft question set made of them.

The day is kept, not the hour; no address, no session, nothing that joins two questions of one reader.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant import Answer, NotWritable

__all__ = ["REASONS", "FeedbackStore", "Rating", "draft_questions"]

REASONS = {
    True: ("right", "evidence", "other"),
    False: ("wrong", "beside", "missing", "refused", "unclear", "other"),
}

_TABLE = """
create table if not exists rating (
    id integer primary key, day text not null, question text not null, standalone text not null,
    status text not null, reason text, useful integer not null, why text not null, comment text not null,
    evidence text not null, notes text not null, index_id text not null
)
"""


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating. `evidence` is `[{quote, section}]` and `notes` `[number]` of the answer, as JSON."""

    day: str
    question: str
    standalone: str
    status: str
    reason: str | None
    useful: bool
    why: str
    comment: str
    evidence: str
    notes: str
    index_id: str
    id: int | None = None

    @classmethod
    def of(cls, answer: Answer, *, useful: bool, why: str, comment: str) -> Rating:
        evidence = [{"quote": c.quote, "section": c.section} for c in answer.citations]
        notes = list(dict.fromkeys(n.number for c in answer.citations for n in c.notes))
        return cls(
            day=datetime.now(UTC).date().isoformat(),
            question=answer.question,
            standalone=answer.standalone,
            status=answer.status,
            reason=answer.reason,
            useful=useful,
            why=why if why in REASONS[useful] else "other",
            comment=comment.strip()[:500],
            evidence=json.dumps(evidence, ensure_ascii=False),
            notes=json.dumps(notes),
            index_id=str(answer.provenance.get("index", answer.provenance.get("index_id", ""))),
        )


class FeedbackStore:
    """The file of ratings. Every call opens and closes it: any number of readers, no state."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, rating: Rating) -> None:
        """Store one rating. Raises NotWritable when the file cannot be written."""
        values = {name: value for name, value in asdict(rating).items() if name != "id"}
        marks = ", ".join(f":{name}" for name in values)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as connection:
                connection.execute(f"insert into rating ({', '.join(values)}) values ({marks})", values)
        except (OSError, sqlite3.Error) as error:
            raise NotWritable(
                f"Nothing was stored: {self.path} cannot be written ({error}). Mend the setting feedback."
            ) from error

    def all(self) -> tuple[Rating, ...]:
        """All ratings, newest first; none where there is no file yet."""
        if not self.path.is_file():
            return ()
        with self._open() as connection:
            rows = connection.execute("select * from rating order by id desc").fetchall()
        return tuple(Rating(**{**dict(row), "useful": bool(row["useful"])}) for row in rows)

    def remove(self, id: int) -> None:
        """Forget one rating."""
        with self._open() as connection:
            connection.execute("delete from rating where id = ?", (id,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=5)) as connection, connection:
            connection.row_factory = sqlite3.Row
            connection.execute("pragma secure_delete = on")  # what is removed is gone from the file
            connection.execute(_TABLE)
            yield connection


def draft_questions(ratings: tuple[Rating, ...]) -> str:
    """A question set in the contract's form, one object a line, for a person to finish.

    Answers that readers found useful bring their evidence; refusals that they found right become
    unanswerable questions; the rest has no evidence yet, and `todo` says what is missing.
    """
    return "".join(
        json.dumps(_draft(number, rating), ensure_ascii=False) + "\n"
        for number, rating in enumerate(_without_repeats(ratings), 1)
    )


def _without_repeats(ratings: tuple[Rating, ...]) -> list[Rating]:
    kept: dict[str, Rating] = {}
    for rating in ratings:
        kept.setdefault(" ".join(rating.standalone.casefold().split()), rating)
    return list(kept.values())


def _draft(number: int, rating: Rating) -> dict[str, object]:
    answered = rating.status == "answered"
    right = rating.useful
    item: dict[str, object] = {
        "id": f"F{number:03d}",
        "question": rating.standalone or rating.question,
        "type": "factoid" if answered or not right else "unanswerable",
        "answerable": answered or not right,
        "evidence": json.loads(rating.evidence) if answered and right else [],
        "notes": json.loads(rating.notes) if answered and right else [],
        "draft": True,
    }
    if not right:
        said = f"The reader said: {rating.why}. {rating.comment}".strip()
        item["todo"] = f"Find the evidence, or make it unanswerable. {said}"
    return item
