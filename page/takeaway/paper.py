"""A conversation as plain values, the same for every file format."""

from __future__ import annotations

from dataclasses import dataclass

from assistant import Answer, Citation
from page.evidence import Library, place_of, reason_of
from page.markup import clean, safe_url
from page.texts import gettext as _

__all__ = ["Paper", "Part", "Proof", "Source", "make_paper"]


@dataclass(frozen=True, slots=True)
class Proof:
    """One citation: its label, where it stands, the words, and the numbers of its sources."""

    label: str
    place: str
    quote: str
    notes: tuple[str, ...]  # "87 → 86 → 85: [3]"
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One question with its answer."""

    question: str
    understood: str | None
    status: str | None  # one sentence for an answer that is none, or half of one
    lines: tuple[tuple[bool, str], ...]  # whether it is an item of a list, and the words
    remarks: tuple[str, ...]  # conflicts and signposts
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A reference of the conversation, numbered from 1."""

    number: int
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    title: str
    made_from: str
    language: str
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]


def make_paper(answers: tuple[Answer, ...], library: Library, style: str) -> Paper:
    """The conversation with every source once, in the order of its first use."""
    sources: dict[str, Source] = {}
    parts = tuple(_part(answer, library, style, sources) for answer in answers)
    return Paper(
        title=_("A conversation with the handbook assistant"),
        made_from=clean(library.first.document.title),
        language=library.first.document.language,
        parts=parts,
        sources=tuple(sources.values()),
    )


def _part(answer: Answer, library: Library, style: str, sources: dict[str, Source]) -> Part:
    same = answer.standalone.casefold() == answer.question.casefold()
    remarks = [
        f"{_('Not the same everywhere in the text')}: {c.note} {''.join(f'[{x}]' for x in c.labels)}".strip()
        for c in answer.conflicts
    ]
    remarks += [" – ".join(x for x in (s.name, s.what, safe_url(s.url) or "") if x) for s in answer.signposts]
    return Part(
        question=clean(answer.question),
        understood=None if same else clean(answer.standalone),
        status=reason_of(answer) or None,
        lines=tuple(_lines(answer.answer)),
        remarks=tuple(map(clean, remarks)),
        proofs=tuple(_proof(c, library, style, sources) for c in answer.citations),
    )


def _lines(text: str) -> list[tuple[bool, str]]:
    """The answer's paragraphs and items of lists, without the marks of Markdown."""
    found = []
    for line in clean(text).replace("**", "").splitlines():
        line = line.strip()
        item = line.startswith(("- ", "* "))
        if line:
            found.append((item, line[2:].strip() if item else line))
    return found


def _proof(citation: Citation, library: Library, style: str, sources: dict[str, Source]) -> Proof:
    notes = []
    for note in citation.notes:
        chain = " → ".join(note.chain)
        if note.reference:
            source = sources.get(note.reference) or _source(note.reference, len(sources) + 1, library, style)
            sources[note.reference] = source
            chain += f" ({_('source {n}').format(n=source.number)})"
        notes.append(chain)
    path = " › ".join(citation.path) or citation.title
    return Proof(
        label=citation.label,
        place=clean(f"{path} ({place_of(citation)})"),
        quote=clean(citation.quote),
        notes=tuple(notes),
        doubts=tuple(clean(n.doubt) for n in citation.notes if n.doubt),
    )


def _source(reference: str, number: int, library: Library, style: str) -> Source:
    book = next((b for b in library.books.values() if reference in b.references), None)
    printed = book.references[reference].printed if book else reference
    url = safe_url(book.references[reference].url) if book else None
    return Source(number, clean(library.set(reference, style, printed)), url)
