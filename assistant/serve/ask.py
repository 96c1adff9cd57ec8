"""`assistant ask` and `assistant search`."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path

import click

import assistant as api
from assistant import BadQuestion, Settings
from assistant.serve import batch
from assistant.serve.options import print_json, printable, with_settings, working
from assistant.serve.text import render_answer, render_hits

__all__ = ["COMMANDS"]

_K = click.option(
    "-k", "k", type=click.IntRange(1, 100), help="Passages to find, 1 to 100 (setting k).", metavar="N"
)
# A file that cannot be read is a failure, which we tell in one line, not wrong usage.
_FILE = click.Path(path_type=Path, readable=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.command()
@click.argument("question", required=False)
@_JSON
@click.option(
    "--composer", type=click.Choice(["extractive", "llm"]), help="Who writes the answer (setting composer)."
)
@_K
@click.option(
    "--batch", "questions", type=_FILE, metavar="FILE",
    help="Answer every question of a JSON Lines file.",
)  # fmt: skip
@click.option(
    "--out", type=_FILE, metavar="FILE",
    help="Where the answers of --batch go; questions answered there already are skipped.",
)  # fmt: skip
@with_settings("composer", "k")
def ask(
    settings: Settings, question: str | None, as_json: bool, questions: Path | None, out: Path | None
) -> None:
    """Answer QUESTION with citations; "-" is standard input."""
    if questions is not None or out is not None:
        if question is not None or questions is None or out is None:
            raise click.UsageError("Give either a QUESTION, or both --batch FILE and --out FILE.")
        batch.run(settings, questions, out)
        return
    if question is None:
        raise click.UsageError('Give a QUESTION, "-" for standard input, or --batch FILE --out FILE.')
    text = _read_question(question, settings.max_question_chars)
    with working("Searching"):
        answer = api.Assistant.open(settings).ask(text, k=settings.k)
    if as_json:
        print_json(answer.to_dict())
    else:
        click.echo(printable(render_answer(answer)))


@click.command()
@click.argument("query")
@_JSON
@_K
@click.option("--explain", is_flag=True, help="Show which ways found each passage, and their scores.")
@with_settings("k")
def search(settings: Settings, query: str, as_json: bool, explain: bool) -> None:
    """Find passages for QUERY, best first; "-" is standard input."""
    text = _read_question(query, settings.max_question_chars)
    with working("Searching"):
        hits = api.Assistant.open(settings).search(text, k=settings.k)
    if as_json:
        print_json([api.hit_dict(hit) for hit in hits])
    else:
        click.echo(printable(render_hits(hits, explain=explain)))


def _read_question(argument: str, limit: int) -> str:
    """The question from the argument or from standard input; refuses what is no text before any work.

    Raises BadQuestion when it is not UTF-8, blank, or longer than `limit` characters.
    """
    if argument == "-":
        if sys.stdin is None:
            raise BadQuestion("Standard input is closed. Give the question as an argument.")
        # Four bytes are the most that UTF-8 spends on a character: no need to read on.
        raw = sys.stdin.buffer.read(4 * limit + 1024)
    else:
        raw = argument.encode("utf-8", "surrogateescape")
    try:
        # A text cut off by the limit may end within a character; it is too long anyway.
        text = codecs.getincrementaldecoder("utf-8")().decode(raw, final=len(raw) <= 4 * limit).strip()
    except UnicodeDecodeError:
        raise BadQuestion("The question is not valid UTF-8 text. Send it as UTF-8.") from None
    if len(text) > limit:
        raise BadQuestion(
            f"The question has more than {limit:,} characters. Ask it in fewer words, "
            "or raise the setting max_question_chars."
        )
    if not any(character.isalnum() for character in text):
        raise BadQuestion("The question is empty. Ask something in words.")
    return text


COMMANDS = (ask, search)
