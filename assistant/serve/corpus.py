"""`assistant build`, `check`, `show` and `export`: the corpus and its index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import assistant as api
from assistant import AssistantError, Settings, UnknownId
from assistant.serve.options import build_bar, print_json, printable, with_settings, working
from assistant.serve.text import many, render_findings, render_report

if TYPE_CHECKING:
    from assistant import Corpus, ExpansionPlan, ExpansionReport

__all__ = ["COMMANDS"]


@click.command()
@click.option("--full", is_flag=True, help="Embed everything again, also what has not changed.")
@click.option(
    "--expand",
    is_flag=True,
    help="First let the language model of the settings write readers' questions for documents without.",
)
@with_settings()
def build(settings: Settings, full: bool, expand: bool) -> None:
    """Build the index from the corpus; only what changed is embedded."""
    if expand:
        _expand(settings)
    with build_bar() as progress:
        report = api.build_index(settings, full=full, progress=progress)
    click.echo(render_report(report))


def _expand(settings: Settings) -> None:
    """Say what is sent and where to, send it, say what came of it."""
    plan = api.plan_expansion(settings)
    click.echo(printable(_planned(plan)))
    with build_bar() as progress:
        report = api.expand_corpus(plan, progress)
    if plan.passages:
        click.echo(printable(_came(report)))


def _planned(plan: ExpansionPlan) -> str:
    before = f" ({many(plan.done, 'passage')} sent before)" if plan.done else ""
    if not plan.passages:
        return f"Nothing is sent: every document has its readers' questions{before}."
    return (
        f"Sending {many(plan.passages, 'passage')} ({many(plan.words, 'word')}) of "
        f"{many(len(plan.documents), 'document')} to {plan.address}, model {plan.model}{before}."
    )


def _came(report: ExpansionReport) -> str:
    lines = [
        f"{many(report.questions, 'question')} to {many(report.answers, 'answer')} from "
        f"{many(report.passages, 'passage')}; {report.dropped:,} more did not hold and were dropped."
    ]
    lines += [f"No usable answer: {failed}" for failed in report.failed]
    if report.failed:
        lines.append("Run it again to ask about what has no answer.")
    if report.files:
        lines.append(f"A model wrote them: read them before you rely on them ({', '.join(report.files)}).")
    return "\n".join(lines)


@click.command()
@with_settings()
def check(settings: Settings) -> None:
    """Say what is wrong with the corpus, where, and how to mend it."""
    with working("Checking"):
        findings = api.check_corpus(settings.corpus, max_bytes=_max_bytes(settings))
    if findings:
        click.echo(printable(render_findings(findings)))
    errors = sum(finding.level == "error" for finding in findings)
    warnings = sum(finding.level == "warning" for finding in findings)
    if errors:
        raise AssistantError(
            f"{many(errors, 'error')} and {many(warnings, 'warning')} in {settings.corpus}. "
            f"Mend the {'error' if errors == 1 else 'errors'}."
        )
    click.echo(f"No errors, {many(warnings, 'warning')} in {settings.corpus}.")


@click.command()
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@with_settings()
def show(settings: Settings, id: str, as_json: bool) -> None:
    """Show a section (3.1.2), note (87, 1.1/fn1) or reference (ref-85)."""
    documents = _read(settings).documents
    unknown = UnknownId(f"The corpus {settings.corpus} holds no document. Name one in corpus.toml.")
    for document in documents:
        try:
            shown = api.show(document, printable(id))
        except UnknownId as error:
            unknown = error
            continue
        if as_json:
            print_json(shown)
        else:
            click.echo(printable(api.render_shown(shown)), nl=False)
        return
    raise unknown


@click.command()
@with_settings()
def export(settings: Settings) -> None:
    """Print the whole corpus as one JSON object."""
    print_json(api.export_corpus(_read(settings)))


def _read(settings: Settings) -> Corpus:
    with working("Reading"):
        return api.load_corpus(settings.corpus, max_bytes=_max_bytes(settings))


def _max_bytes(settings: Settings) -> int:
    return round(settings.max_file_mb * 1_000_000)


COMMANDS = (build, check, show, export)
