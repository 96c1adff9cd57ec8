"""A small book about islands, with everything that an answer is made of, and search results made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.read.corpus import with_chains
from assistant.read.document import build_document
from assistant.read.markdown import read_markdown
from assistant.types import (
    Conflict,
    Document,
    Hit,
    Match,
    Passage,
    Question,
    ReaderQuestion,
    Reference,
    Retrieval,
    Span,
    UnansweredMatch,
    UnansweredQuestion,
)

MARKDOWN = """\
# Islands {#1 page=3}

Herons nest on Low Island.[^1] They leave in autumn. Nobody knows why[^2], and nobody asks.

## Ferries {#1.1 page=4}

Three ferries serve the islands:

- the Gull,[^3]
- the Tern,
- the Skua.

The Gull carries 40 passengers. The Tern carries 20.

## Voices {#1.2}

An islander speaks:

> “We wait for the boat. It comes late.”[^3]
>
> {.attribution}
> Ann Reed, teacher

# Winter {#2 page=9}

The Gull carries 44 passengers in winter.[^4] Storms stop the Tern.

# Sources {#sources}

[^1]: Field, B. (2001). Herons. <https://birds.example.org/herons>

[^2]: Field, ibid.

[^3]: Field, above n. 2.

[^4]: Harbour office (2010). Winter lines.
"""

REFERENCES = (
    Reference(
        "ref-1", "1", "Field, B. (2001). Herons.", {"id": "ref-1", "type": "book", "title": "Herons"},
        "https://birds.example.org/herons", "The year is not printed in the book itself.",
    ),
    Reference("ref-2", "2", "Field, ibid.", {}, None, None, points_to="1"),
    Reference("ref-3", "3", "Field, above n. 2.", {}, None, None, points_to="2"),
    Reference(
        "ref-4", "4", "Harbour office (2010).", {"id": "ref-4", "type": "report", "title": "Winter lines"},
        None, None,
    ),
)  # fmt: skip


def lay_out(markdown: str, id: str = "book") -> Document:
    """The document of a piece of Markdown, without references."""
    return build_document(read_markdown(markdown, "t.md"), id=id, title="T", language="en")


def span(document: Document, words: str) -> Span:
    """Where `words` stand first."""
    start = document.text.index(words)
    return start, start + len(words)


def make_book() -> Document:
    """The book with its chains (3 -> 2 -> 1) and one conflict: the Gull carries 40, and 44 in winter."""
    document = lay_out(MARKDOWN)
    spans = tuple(span(document, words) for words in ("The Gull carries 40", "The Gull carries 44"))
    return replace(
        document,
        references=REFERENCES,
        notes=with_chains(document.notes, REFERENCES),
        conflicts=(Conflict(spans, "Two figures are given for the Gull.", "different-figures"),),
    )


BOOK = make_book()


def entry(
    number: int, quotes: Sequence[str], *, document: Document = BOOK, notes: Sequence[str] = (), ask: str = ""
) -> ReaderQuestion:
    """A readers' question that `quotes` answer, in this order."""
    spans = tuple(span(document, quote) for quote in quotes)
    return ReaderQuestion(f"q{number}", "1", "factoid", (ask or f"Question {number}?",), spans, tuple(notes))


def match(
    number: int,
    score: float,
    quotes: Sequence[str],
    *,
    cosine: float | None = None,
    document: Document = BOOK,
    notes: Sequence[str] = (),
    ask: str = "",
) -> Match:
    """A readers' question as found, with its fused score; the cosine is the same where none is given."""
    found = entry(number, quotes, document=document, notes=notes, ask=ask)
    return Match(found, document.id, found.questions[0], score if cosine is None else cosine, score)


def missed(cosine: float, subtype: str = "near-miss") -> UnansweredMatch:
    """An unanswered question as found."""
    return UnansweredMatch(UnansweredQuestion("Who?", None, "not said", "person", subtype), cosine, cosine)


def hit(document: Document, section: str, rank: int = 1) -> Hit:
    """A passage: the whole of a section."""
    found = next(s for s in document.sections if s.id == section)
    text = document.text[found.start : found.end]
    passage = Passage(rank - 1, document.id, section, found.start, found.end, text, found.title, 1)
    return Hit(passage, 1.0 / rank, rank, {"dense": 1.0 / rank})


def found(
    matches: Sequence[Match] = (), *, question: Question | None = None, hits: Sequence[Hit] = (), **more: Any
) -> Retrieval:
    """What search found, as far as it matters."""
    question = question or Question("How many?", "How many?")
    unanswered = tuple(more.pop("unanswered", ()))
    return Retrieval(question, tuple(hits), tuple(matches), unanswered, 0.0, **more)


def sentences(
    document: Document, *starts: str, score: float = 0.9
) -> tuple[tuple[str, int, int, float], ...]:
    """The sentences that begin with `starts`, as nearest ones, each a little less near than the last."""
    places = []
    for rank, words in enumerate(starts):
        at = document.text.index(words)
        s = next(s for s in document.sentences if s.start <= at < s.end)
        places.append((document.id, s.start, s.end, score - rank / 100))
    return tuple(places)
