"""What a bank of readers' questions should be, beyond that it can be read.

`questions.py` tells what cannot be read: quotations that the text does not hold, ids used twice, notes and
sections that do not exist. This module compares the entries with one another and with the unanswered ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from assistant.read.files import CorpusFiles
from assistant.read.problems import Finding, where
from assistant.read.quotes import fold_words
from assistant.types import AskedFor

__all__ = ["LONG", "LONG_OF_SEVERAL", "WORDINGS", "bank_findings", "unanswered_findings"]

WORDINGS = 3  # readers ask in many ways; with fewer an entry is hardly found
LONG = 110  # words that answer one thing
LONG_OF_SEVERAL = 220  # words that compare or bring together; a list is as long as it is
_SEVERAL = frozenset({"multi", "comparison", "conflict", "source"})
_BEST = "Leave it where it is answered best."

Lines = Iterable[tuple[int, Mapping[str, Any]]]


def bank_findings(files: CorpusFiles, name: str, unanswered: str | None) -> Iterator[Finding]:
    """Findings about the file `name` of readers' questions: each entry by itself, then each question.

    `unanswered` names the file of unanswered questions, if there is one: none may stand in both.
    Raises `CorpusError` for a file that is not JSON Lines.
    """
    path = str(files.path(name))
    open_questions: set[str] = set()
    if unanswered is not None and files.has(unanswered):
        open_questions = {_folded(value.get("question")) for _, value in files.json_lines(unanswered)}
    asked: dict[str, int] = {}
    for line, value in files.json_lines(name):
        place = where(path, line)
        yield from (Finding("warning", place, *told) for told in _entry(value))
        for question in _texts(value.get("questions")):
            folded = _folded(question)
            if folded in asked:
                yield Finding("warning", place, f"“{question}” is asked twice (line {asked[folded]}).", _BEST)
            if folded in open_questions:
                problem = f"“{question}” is also among the unanswered questions."
                yield Finding("error", place, problem, "Take it out of one of the two files.")
            asked.setdefault(folded, line)


def unanswered_findings(files: CorpusFiles, name: str) -> Iterator[Finding]:
    """Findings about the file `name` of unanswered questions, entry by entry.

    Raises `CorpusError` for a file that is not JSON Lines.
    """
    path = str(files.path(name))
    kinds = get_args(AskedFor)
    asked: dict[str, int] = {}
    for line, value in files.json_lines(name):
        place = where(path, line)
        question, folded = value.get("question"), _folded(value.get("question"))
        if folded in asked:
            problem = f"“{question}” is asked twice (line {asked[folded]})."
            yield Finding("warning", place, problem, "Leave one of them.")
        asked.setdefault(folded, line)
        if not str(value.get("why") or "").strip():
            yield Finding("warning", place, f"“{question}” has no “why”.", "Say what the text does not give.")
        if value.get("asks_for") not in kinds:
            problem = f"“asks_for” is {value.get('asks_for')!r}."
            yield Finding("warning", place, problem, f"Use one of {', '.join(kinds)}.")


def _entry(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(problem, remedy) of one entry."""
    questions, evidence = _texts(value.get("questions")), _texts(value.get("evidence"))
    name = value.get("id")
    if 0 < len(questions) < WORDINGS:
        yield (
            f"{name} has {len(questions)} of the {WORDINGS} questions that it needs.",
            "Ask it in other words.",
        )
    words = sum(len(quote.split()) for quote in evidence)
    most = LONG_OF_SEVERAL if str(value.get("type")) in _SEVERAL else LONG
    if words > most and value.get("type") != "list":
        problem = f"the evidence of {name} has {words} words, more than {most}."
        yield problem, "Keep what answers, or split it."
    if len(set(evidence)) < len(evidence):
        yield f"{name} gives the same evidence twice.", "Leave one of them."


def _texts(value: object) -> list[str]:
    """The texts of a list; what is none was told by the reader of the file."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _folded(question: object) -> str:
    return fold_words(str(question)).casefold()
