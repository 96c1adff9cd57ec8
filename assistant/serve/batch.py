"""`assistant ask --batch`: a question set in, one answer a line out; resumable."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

import assistant as api
from assistant import AssistantError, BadQuestion, Settings
from assistant.serve.options import tell
from assistant.serve.text import many

if TYPE_CHECKING:
    from assistant import Answer, Assistant, Turn

__all__ = ["BatchItem", "read_answered", "read_items", "run"]

_BEGINNING = b'{"id": "'  # of every line that is written: a rest that begins otherwise is not ours to cut


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One question, or the questions of one conversation, with the ids of their answers."""

    ids: tuple[str, ...]
    questions: tuple[str, ...]


def run(settings: Settings, questions: Path, out: Path) -> None:
    """Answer what `out` does not hold yet, in order; each answer is written as soon as it is there.

    Raises AssistantError for a broken question file, OSError for one that cannot be read or written.
    """
    items, left_out = read_items(questions)
    if out.exists() and out.samefile(questions):
        raise AssistantError(f"{out} is the question file. Name another file for the answers.")
    done = read_answered(out)
    due = [item for item in items if not set(item.ids) <= done]
    total = sum(len(item.ids) for item in items)
    if done:
        tell(f"{total - sum(len(i.ids) for i in due)} of {total} are answered in {out} already.")
    if left_out:
        tell(f"{many(left_out, 'record')} without a question left out.")
    with out.open("a", encoding="utf-8") as file:  # first of all: a file that cannot be written costs nothing
        if due:
            _answer(settings, due, done, file)
    tell(f"{many(total, 'answer')} in {out}.")


def _answer(settings: Settings, due: Sequence[BatchItem], done: set[str], file: Any) -> None:
    assistant = api.Assistant.open(settings)
    count = sum(len(item.ids) for item in due)
    with tqdm(total=count, desc="Answering", unit="question", disable=not sys.stderr.isatty()) as bar:
        for item in due:
            turns: list[Turn] = []
            for identifier, question in zip(item.ids, item.questions, strict=True):
                # An interrupted conversation is asked again from its start: its later turns need the earlier.
                answer = _ask(assistant, question, tuple(turns), settings.k)
                turns.append(answer.as_turn())
                if identifier not in done:
                    line = json.dumps({"id": identifier, **answer.to_dict()}, ensure_ascii=True)
                    file.write(line + "\n")
                    file.flush()
                bar.update()


def _ask(assistant: Assistant, question: str, turns: tuple[Turn, ...], k: int) -> Answer:
    """The answer; a question that cannot be read is refused as `bad-input` and does not end the batch."""
    try:
        return assistant.ask(question, turns=turns, k=k)
    except BadQuestion as error:
        return api.Answer(
            question=question, standalone=question, status="refused", reason="bad-input", answer=str(error),
            statements=(), citations=(), signposts=(), conflicts=(), passages=(),
            seconds={"retrieval": 0.0, "answer": 0.0, "total": 0.0}, provenance={},
        )  # fmt: skip


def read_items(path: Path) -> tuple[tuple[BatchItem, ...], int]:
    """The questions of a set in order, and how many records hold none (`input_py`, ...).

    Raises AssistantError with the line of the first record that cannot be used.
    """
    items: list[BatchItem] = []
    left_out = 0
    seen: dict[str, int] = {}
    for number, record in _records(path):
        identifier = record.get("id")
        if not isinstance(identifier, str) or not identifier:
            raise _broken(path, number, 'has no "id". Give every record an id of its own.')
        if identifier in seen:
            raise _broken(
                path, number, f"has the id {identifier} of line {seen[identifier]}. Give it its own."
            )
        seen[identifier] = number
        item = _item(identifier, record, path, number)
        if item is None:
            left_out += 1
        else:
            items.append(item)
    if not items:
        raise AssistantError(
            f"{path} holds no question. It takes one JSON object a line, as docs/COMMANDS.md says."
        )
    return tuple(items), left_out


def read_answered(path: Path) -> set[str]:
    """The ids of the answers that a file holds; its end is mended: a last answer that was cut off goes.

    Raises AssistantError for a file that holds something else, and leaves it as it is.
    """
    if not path.exists():
        return set()
    *lines, last = path.read_bytes().split(b"\n")
    ids = {_answer_id(path, number, line) for number, line in enumerate(lines, 1)}
    if last and _is_json(last):  # only the end of its line is lacking
        ids.add(_answer_id(path, len(lines) + 1, last))
        with path.open("ab") as file:
            file.write(b"\n")
    elif last:
        if not (last.startswith(_BEGINNING) or _BEGINNING.startswith(last)):
            raise _foreign(path, len(lines) + 1)
        with path.open("r+b") as file:
            file.truncate(sum(len(line) + 1 for line in lines))
    return ids


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _answer_id(path: Path, number: int, line: bytes) -> str:
    try:
        record = json.loads(line)
        if isinstance(record["id"], str) and isinstance(record["answer"], str):
            return str(record["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise _foreign(path, number)


def _foreign(path: Path, number: int) -> AssistantError:
    return _broken(path, number, "is no answer of ours. Name another file for the answers.")


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            except UnicodeDecodeError:
                raise _broken(path, number, "is not UTF-8 text. Save the file as UTF-8.") from None
            except (ValueError, RecursionError) as error:
                raise _broken(path, number, f"is not valid JSON ({error}). Mend that line.") from None
            if not isinstance(record, dict):
                raise _broken(path, number, "is not a JSON object. Mend that line.")
            yield number, record


def _item(identifier: str, record: dict[str, Any], path: Path, number: int) -> BatchItem | None:
    turns = record.get("turns")
    if turns is None:
        question = record.get("question", record.get("input"))
        return None if question is None else BatchItem((identifier,), (_text(question, path, number),))
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, dict) for turn in turns):
        raise _broken(path, number, 'has "turns" that are not a list of objects. Mend that line.')
    return BatchItem(
        tuple(f"{identifier}#{n}" for n in range(1, len(turns) + 1)),
        tuple(_text(turn.get("question"), path, number) for turn in turns),
    )


def _text(value: Any, path: Path, number: int) -> str:
    if not isinstance(value, str):
        raise _broken(path, number, 'has a "question" that is not text. Mend that line.')
    return value


def _broken(path: Path, number: int, problem: str) -> AssistantError:
    return AssistantError(f"{path}:{number} {problem}")
