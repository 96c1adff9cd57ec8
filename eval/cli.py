"""`python -m eval`: score, run, compare, check, gate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from assistant import AssistantError, load_settings
from eval import files
from eval.answers import load_answers
from eval.check import check_set
from eval.compare import compare_runs, load_run
from eval.console import render, render_comparison
from eval.corpus import load_view, matching_view
from eval.formats.export import FORMS, export_answers
from eval.formats.trec import read_run
from eval.judge import Endpoint, agreement, judge_answers
from eval.outputs import score_system, write_comparison, write_outputs
from eval.provenance import provenance_of
from eval.rank import load_judgements, rank_scores
from eval.sets import load_sets, unasked_ids

__all__ = ["main"]

UNCHECKED = (
    "not checked, because not all answers say that they were made from this corpus; name it by --corpus."
)
_FILE = click.Path(path_type=Path)
_CORPUS = click.option(
    "--corpus", type=_FILE, help="Corpus folder or exported JSON; else that of the settings."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Scores answers against question sets, compares systems, checks sets."""


@cli.command()
@click.argument("sets", type=_FILE, nargs=-1, required=True)
@click.option("--composer", type=click.Choice(["extractive", "llm"]), help="Else that of the settings.")
@click.option("--out", type=_FILE, default=Path("out/eval"), show_default=True, help="Folder for all files.")
@click.option("-k", type=click.IntRange(1, 100), default=10, show_default=True, help="Passages an answer.")
@click.option("--baselines/--no-baselines", default=True, show_default=True, help="Run plain systems too.")
def run(sets: tuple[Path, ...], composer: str | None, out: Path, k: int, baselines: bool) -> None:
    """Answer question SETS with the assistant, score, and write a report. Interrupted runs go on."""
    from eval.commands import RunOptions, run_sets

    made = run_sets(sets, out, RunOptions(composer, k, baselines))
    click.echo(render(made.scored.summary))
    click.echo(f"Report: {out / files.REPORT}")


@cli.command()
@click.option("--update", is_flag=True, help="Measure the floors anew; they only rise.")
@click.option("--lower", is_flag=True, help="With --update: let floors fall.")
def gate(update: bool, lower: bool) -> None:
    """Fail when a score on the development sets has fallen below its floor (eval/floors.json)."""
    from eval.commands import run_gate

    for line in run_gate(update, lower):
        click.echo(line)


@cli.command()
@click.argument("answers", type=_FILE)
@click.argument("sets", type=_FILE, nargs=-1, required=True)
@click.option("--out", type=_FILE, help="Folder for questions.jsonl, summary.json and report.html.")
@_CORPUS
def score(answers: Path, sets: tuple[Path, ...], out: Path | None, corpus: Path | None) -> None:
    """Score any system's ANSWERS (contract's form, with ids) on question SETS.

    Quotes are checked against the corpus named, or that of the settings where the answers were made
    from it; else that measure is left out.
    """
    items = load_sets(sets)
    given = load_answers(answers, items, unasked_ids(sets))
    view = load_view(corpus) if corpus is not None else matching_view(given.values())
    scored = score_system(answers.stem, items, given, view.texts if view is not None else None)
    if out is not None:
        provenance = provenance_of({"answers": [answers], "question sets": sets}, given.values())
        provenance["quotes"] = "checked against the corpus" if view is not None else UNCHECKED
        write_outputs(out, f"Scores of {answers.name}", items, [scored], provenance)
    click.echo(render(scored.summary))
    if view is None and any(answer.get("citations") for answer in given.values()):
        click.echo(f"Quotes: {UNCHECKED}")


@cli.command()
@click.argument("run_a", type=_FILE)
@click.argument("run_b", type=_FILE)
@click.option("--out", type=_FILE, help="Folder for compare.json and compare.html.")
def compare(run_a: Path, run_b: Path, out: Path | None) -> None:
    """Compare RUN_B with RUN_A (folders that `run` or `score --out` wrote), with significance."""
    comparison = compare_runs(load_run(run_a), load_run(run_b))
    if out is not None:
        write_comparison(out, run_a.name, run_b.name, comparison)
    click.echo(render_comparison(comparison))


@cli.command()
@click.argument("sets", type=_FILE, nargs=-1, required=True)
@click.option(
    "--corpus", type=_FILE, help="Corpus folder or `assistant export` file; the settings' by default."
)
@click.option("--form-only", is_flag=True, help="Check the form alone, without a corpus.")
@click.option("--verbose", is_flag=True, help="Tell the remarks too, not only errors and warnings.")
def check(sets: tuple[Path, ...], corpus: Path | None, form_only: bool, verbose: bool) -> None:
    """Check question SETS: form, ids, quotes, sections, notes, nuggets, near-duplicates."""
    view = None if form_only else load_view(corpus)
    ids: dict[str, str] = {}
    findings = [finding for path in sets for finding in check_set(path, view, ids)]
    for finding in findings:
        if verbose or finding.level != "info":
            click.echo(f"{finding.where}: {finding.level}: {finding.problem} {finding.remedy}".rstrip())
    counts = {level: sum(f.level == level for f in findings) for level in ("error", "warning", "info")}
    said = {"error": counts["error"], "warning": counts["warning"], "remark": counts["info"]}
    click.echo(", ".join(f"{n} {name}{'' if n == 1 else 's'}" for name, n in said.items()) + ".")
    if counts["error"]:
        raise click.exceptions.Exit(1)


@cli.command()
@click.argument("answers", type=_FILE)
@click.argument("sets", type=_FILE, nargs=-1, required=True)
@click.option("--form", type=click.Choice(FORMS), required=True)
@click.option("--out", type=_FILE, required=True, help="File to write; a folder for beir.")
@click.option("--name", default="assistant", show_default=True, help="Tag of the run, without blanks.")
def export(answers: Path, sets: tuple[Path, ...], form: str, out: Path, name: str) -> None:
    """Write ANSWERS to question SETS in the form of another tool."""
    items = load_sets(sets)
    export_answers(form, items, load_answers(answers, items, unasked_ids(sets)), out, name)
    click.echo(f"Wrote {out}.")


@cli.command()
@click.argument("run", type=_FILE)
@click.argument("judgements", type=_FILE)
@click.option("--split", default="test", show_default=True, help="Split of a BEIR folder.")
def rank(run: Path, judgements: Path, split: str) -> None:
    """Score a TREC RUN file against JUDGEMENTS: a qrels file or a BEIR folder."""
    qrels = load_judgements(judgements, split)
    for name, value in rank_scores(qrels, read_run(run)).items():
        click.echo(f"{name:<10}{value:.4f}")
    click.echo(f"{len(qrels)} topics")


@cli.command()
@click.argument("answers", type=_FILE)
@click.option("--base-url", help="OpenAI-compatible server; else llm_base_url of the settings.")
@click.option("--model", help="Model; else llm_model of the settings.")
@click.option("--repeats", type=click.IntRange(1, 20), default=3, show_default=True)
@click.option("--out", type=_FILE, required=True, help="File that keeps the verdicts.")
def judge(answers: Path, base_url: str | None, model: str | None, repeats: int, out: Path) -> None:
    """Let a language model judge whether the citations of ANSWERS support their statements."""
    settings = load_settings(llm_base_url=base_url, llm_model=model)
    if not settings.llm_base_url or not settings.llm_model:
        raise click.UsageError("Name a server and a model: --base-url and --model, or in the settings.")
    key = settings.secret("llm_api_key")
    server = Endpoint(settings.llm_base_url, settings.llm_model, key, settings.llm_timeout)
    given = list(load_answers(answers).values())
    for name, value in agreement(judge_answers(server, given, repeats, out)).items():
        click.echo(f"{name:<18}{'-' if value is None else value}")


def main() -> None:
    """Runs a command; what is wrong is one line on standard error and exit status 1 (2: wrong usage)."""
    try:
        status = cli.main(standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("stopped; what was answered is kept, run again to go on.")
    except AssistantError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename or ''}. Check the file or folder, and the disk.")


def _fail(message: str) -> NoReturn:
    line = " ".join(message.split()).encode("utf-8", "backslashreplace").decode("utf-8")
    click.echo(f"eval: {line}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
