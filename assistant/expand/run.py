"""Documents without readers' questions get some from the configured language model.

Evidence is verbatim and by span: the model only names numbers of sentences that it was shown, and what does
not hold is dropped (`expand.reply`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.endpoint import Endpoint, NoAnswer, ask
from assistant.errors import EndpointError, NotWritable
from assistant.expand.draft import name_in_corpus
from assistant.expand.pieces import Piece
from assistant.expand.plan import ExpansionPlan, Work
from assistant.expand.prompt import messages
from assistant.expand.reply import Kept, Unusable, read_reply
from assistant.locks import alone
from assistant.read.corpus import CORPUS_FILE
from assistant.read.quotes import QuoteNotFound, QuoteResolver
from assistant.types import Document, Span

if TYPE_CHECKING:
    import httpx

__all__ = ["ExpansionReport", "expand_corpus"]

TEMPERATURES = (0.2, 0.5, 0.8)  # of one piece's attempts: a reply that is of no use should not come again
IN_ROW = 5  # pieces without an answer, one after another: then it is not the pieces
STEP = "asking for readers' questions"
LOCK = ".expanding"

Progress = Callable[[str, int, int], None]  # step, pieces done, in all


@dataclass(frozen=True, slots=True)
class ExpansionReport:
    """What came of it. `failed` names each piece that got no answer of use, and why."""

    passages: int  # asked about, with success
    answers: int
    questions: int
    dropped: int  # questions that did not hold
    failed: tuple[str, ...]
    files: tuple[str, ...]  # that hold the questions


def expand_corpus(plan: ExpansionPlan, progress: Progress | None = None) -> ExpansionReport:
    """Ask about every piece of the plan and write what holds beside the documents.

    A piece without a usable answer is left for another time, and the report names it. Raises EndpointError
    where the service cannot be used at all, NotWritable, IndexBusy while another expansion runs. Whatever
    ends it early, pieces that were asked about are not asked about again.
    """
    import httpx

    tell = progress or (lambda step, done, total: None)
    run = _Run(plan.endpoint, set(plan.known))
    with _alone(plan.settings.index), httpx.Client() as client:
        for item in plan.work:
            resolver = QuoteResolver(item.document)
            try:
                for piece in item.pieces:
                    tell(STEP, run.asked, plan.passages)
                    run.about(client, item, piece, resolver)
            finally:
                _transfer(item, plan.settings.corpus)
        if run.asked:
            tell(STEP, run.asked, plan.passages)
    files = tuple(str(item.draft.questions) for item in plan.work if item.draft.questions.is_file())
    good = run.asked - len(run.failed)
    return ExpansionReport(good, run.answers, run.questions, run.dropped, tuple(run.failed), files)


@dataclass(slots=True)
class _Run:
    """The counts of a run, and the questions of the corpus so far."""

    endpoint: Endpoint
    known: set[str]
    asked: int = 0
    answers: int = 0
    questions: int = 0
    dropped: int = 0
    failed: list[str] = field(default_factory=list)
    in_row: int = 0

    def about(self, client: httpx.Client, work: Work, piece: Piece, resolver: QuoteResolver) -> None:
        """Ask about one piece and keep what holds. Raises EndpointError after too many failures in a row."""
        self.asked += 1
        try:
            kept, dropped = self._answers(client, piece)
        except (NoAnswer, Unusable) as error:
            self.failed.append(f"{piece.name}: {error}")
            self.in_row += 1
            if self.in_row == IN_ROW:
                raise EndpointError(
                    f"The language model at {self.endpoint.url} gave no usable answer to {IN_ROW} passages "
                    f"in a row ({error}). What it wrote before is kept: check the service and the settings "
                    "llm_base_url, llm_model and llm_timeout, and run again."
                ) from None
            return
        self.in_row = 0
        entries = _entries(work.document, piece, kept, resolver)
        work.draft.add(piece.key, entries)
        held = sum(len(entry["questions"]) for entry in entries)
        self.answers += len(entries)
        self.questions += held
        self.dropped += dropped + sum(len(answer.questions) for answer in kept) - held

    def _answers(self, client: httpx.Client, piece: Piece) -> tuple[tuple[Kept, ...], int]:
        told = messages(piece)
        problem = Unusable("it was not asked")
        for temperature in TEMPERATURES:
            text = ask(client, self.endpoint, told, temperature=temperature)
            try:
                return read_reply(text, piece, self.known)
            except Unusable as error:
                problem = error
        raise problem


def _entries(
    document: Document, piece: Piece, kept: Sequence[Kept], resolver: QuoteResolver
) -> list[dict[str, Any]]:
    """Lines of questions.jsonl; an answer that would not be found at its place by its words is none."""
    entries: list[dict[str, Any]] = []
    for number, answer in enumerate(kept, 1):
        spans = [piece.sentences[i] for i in answer.sentences]
        quotes = [document.text[start:end] for start, end in spans]
        if all(_stands(resolver, q, piece.section, span) for q, span in zip(quotes, spans, strict=True)):
            entries.append(
                {
                    "id": f"x-{piece.key[:10]}-{number}",
                    "section": piece.section,
                    "type": answer.type,
                    "evidence": quotes,
                    "notes": _notes(document, spans),
                    "questions": list(answer.questions),
                }
            )
    return entries


def _stands(resolver: QuoteResolver, quote: str, section: str, span: Span) -> bool:
    """Whether the words of a sentence lead back to it, and not to the same words elsewhere."""
    try:
        start, end = resolver.resolve(quote, section)
    except QuoteNotFound:
        return False
    return span[0] <= start < span[1] and end <= span[1]


def _notes(document: Document, spans: Sequence[Span]) -> list[str]:
    """Notes whose markers stand in the sentences, in reading order."""
    markers = sorted(
        (marker.start, note.number)
        for note in document.notes
        for marker in note.markers
        if any(start <= marker.start < end for start, end in spans)
    )
    return list(dict.fromkeys(number for _, number in markers))


def _transfer(work: Work, corpus: Path) -> None:
    """Put what came into the document's file of questions, and name that in corpus.toml."""
    work.draft.transfer()
    if not work.named and work.draft.questions.is_file():
        name_in_corpus(corpus / CORPUS_FILE, work.number, work.name)


def _alone(index: Path) -> AbstractContextManager[None]:
    """Hold the lock of expansions: two at once would ask everything twice. Raises IndexBusy, NotWritable."""
    busy = "Another `build --expand` is under way. Wait for it to end, and run again."
    return alone(
        index,
        LOCK,
        busy,
        lambda error: NotWritable(f"{index} cannot be written ({error}). Choose another place."),
    )
