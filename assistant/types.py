"""The nouns that every layer shares: frozen, slotted values, tuples and never lists.

They hold data and say what it means. They do not read files, embed, search, compose or print;
`to_dict` methods give the JSON forms of the contract and nothing else.

Every span is a pair of character offsets `[start, end)` into one document's `text`, as a Python
slice takes them. `text[start:end]` is always the exact words: nothing is found again by search.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "Answer",
    "AskedFor",
    "Block",
    "BlockKind",
    "Citation",
    "Conflict",
    "ConflictKind",
    "ConflictNote",
    "Corpus",
    "Document",
    "Entity",
    "GlossaryEntry",
    "Hit",
    "IndexManifest",
    "Marker",
    "Match",
    "Note",
    "NoteCitation",
    "Passage",
    "Question",
    "QuestionKind",
    "ReaderQuestion",
    "Reference",
    "Retrieval",
    "Section",
    "Sentence",
    "Signpost",
    "Span",
    "Statement",
    "Status",
    "Turn",
    "UnansweredMatch",
    "UnansweredQuestion",
]

Span = tuple[int, int]

BlockKind = Literal[
    "heading",  # a section's title line (also printed kickers and taglines)
    "paragraph",
    "list-item",  # one item of a list, or one row of a flattened table
    "quotation",  # a paragraph of a block quotation
    "attribution",  # who said the quotation before it
    "pull-quote",  # a sentence printed again for decoration: never a second source
    "takeaway",  # a key-takeaway box
    "prompt",  # a question to the reader: never an answer
    "footnote",  # the body of a page footnote
    "reference",  # one entry of the reference list
    "imprint",  # title page, contents list, back matter
]
Status = Literal["answered", "partial", "refused"]
ConflictKind = Literal[
    "different-figures",  # two figures for one thing
    "different-measures",  # figures that look alike but measure different things
    "different-dates",  # two dates for one thing, or dates of neighbouring things
    "different-names",  # two names of one thing, or one name for two things
    "different-statements",  # two accounts, neither of which is the whole
    "count-mismatch",  # a count and what is counted
]
AskedFor = Literal[
    "number",
    "date",
    "person",
    "organisation",
    "place",
    "list",
    "definition",
    "reason",
    "source",
    "yes-no",
    "comparison",
    "summary",
    "other",
]
QuestionKind = Literal["ask", "lookup", "compare", "summary", "follow-up", "small-talk", "empty"]


# ---------------------------------------------------------------- documents (made by `read`)


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered or titled part of a document; `text[start:end]` holds it with its children."""

    id: str
    title: str
    level: int
    parent: str | None
    path: tuple[str, ...]  # titles from the top down to this section's own
    page: int | None  # page on which it begins, where the contents list gives one
    start: int
    end: int
    attributes: Mapping[str, str] = field(default_factory=dict)  # e.g. pillar, organisation


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item, quotation paragraph, box paragraph or heading line.

    `group` joins blocks that belong together (all items of one list, all paragraphs of one
    quotation with its attribution, all blocks of one box); it is unique within the document.
    """

    kind: BlockKind
    section: str
    start: int
    end: int
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `block` is the index of its block in `Document.blocks`."""

    section: str
    block: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Marker:
    """A note marker where it stands: `text[start:end]` is the marker as shown (a superscript)."""

    start: int
    end: int
    section: str
    sentence: Span  # the sentence that it belongs to, marker included


@dataclass(frozen=True, slots=True)
class Note:
    """An endnote ("65") or a page footnote ("1.1/fn1").

    `chain` runs from this note's number to the note that gives the reference in full
    ("87", "86", "85"); `reference` is that reference's id ("ref-85"), None where there is none.
    """

    number: str
    kind: Literal["endnote", "page-footnote"]
    text: str  # as printed
    markers: tuple[Marker, ...]
    chain: tuple[str, ...]
    reference: str | None
    start: int  # span of the note's own text in the document
    end: int
    unmarked: str | None = None  # why it has no marker in the text


@dataclass(frozen=True, slots=True)
class Reference:
    """A cited source in full, named by the endnote that gives it (`ref-85`)."""

    id: str
    number: str
    printed: str  # as the document prints it
    csl: Mapping[str, Any]  # a CSL-JSON item
    url: str | None  # mended; None where none is printed
    doubt: str | None  # what a reader should know before relying on it
    same_as: tuple[str, ...] = ()  # ids of other references to the same document
    points_to: str | None = None  # number of the note that it only points at ("ibid.", "above n. 86")


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    acronym: str
    expansions: tuple[str, ...]  # as the document itself gives them
    section: str | None  # of the first definition


@dataclass(frozen=True, slots=True)
class Entity:
    """A person, organisation, country or resolution with the sections that name it."""

    name: str
    kind: str
    aliases: tuple[str, ...]
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Places of a document that disagree or are easily confused, with one neutral sentence."""

    spans: tuple[Span, ...]
    note: str
    kind: ConflictKind = "different-statements"


@dataclass(frozen=True, slots=True)
class ReaderQuestion:
    """Questions that the same sentences answer (an entry of the question bank).

    `spans` are in the order in which they are to be read.
    """

    id: str
    section: str
    type: str
    questions: tuple[str, ...]
    spans: tuple[Span, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """A question that sounds answered but is not."""

    question: str
    nearest_section: str | None
    why: str
    asks_for: str
    subtype: str = "near-miss"  # or live-information, other-corpus, off-topic


@dataclass(frozen=True, slots=True)
class Document:
    """A text with everything that is known about it by span. Immutable; made by `read`."""

    id: str
    title: str
    text: str
    sections: tuple[Section, ...]  # in reading order
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    notes: tuple[Note, ...] = ()
    references: tuple[Reference, ...] = ()
    emphasis: tuple[Span, ...] = ()  # printed bold
    glossary: tuple[GlossaryEntry, ...] = ()
    entities: tuple[Entity, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    questions: tuple[ReaderQuestion, ...] = ()
    unanswered: tuple[UnansweredQuestion, ...] = ()
    language: str = "en"
    origin: str = ""  # where the text came from: a path inside the corpus, or an address
    checksum: str = ""  # sha256 of the file that it was read from
    cited_as: tuple[str, ...] = ()  # for a cited source: the reference ids that lead to it


@dataclass(frozen=True, slots=True)
class Corpus:
    """All documents that are read together, with what `corpus.toml` says of them."""

    documents: tuple[Document, ...]
    language: str
    root: str  # the folder that it was read from; empty in an index
    checksum: str  # sha256 over the names and contents of all corpus files
    starters: tuple[tuple[str, tuple[str, ...]], ...] = ()  # audience, questions to begin with
    care: Mapping[str, Any] = field(default_factory=dict)  # the rules of care.toml as read
    called: str = "the text"  # how answers speak of it


# ---------------------------------------------------------------- search


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one section: `document.text[start:end] == text`."""

    id: int  # row in the index
    document: str
    section: str
    start: int
    end: int
    text: str
    title: str  # the section's title path, embedded before the text
    tokens: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage as found; `via` gives each way's own score ("dense", "words", "questions", ...)."""

    passage: Passage
    score: float
    rank: int  # from 1
    via: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Match:
    """A readers' question near the asked one, with its answer's spans."""

    entry: ReaderQuestion
    document: str
    question: str  # the nearest wording of the entry
    cosine: float  # of that wording to the asked question
    score: float  # fused


@dataclass(frozen=True, slots=True)
class UnansweredMatch:
    entry: UnansweredQuestion
    cosine: float
    score: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood. `standalone` has what earlier turns supply filled in."""

    text: str
    standalone: str
    kind: QuestionKind = "ask"
    asked_for: AskedFor = "other"
    parts: tuple[str, ...] = ()  # standalone sub-questions of a comparison or several questions
    targets: tuple[str, ...] = ()  # ids that the reader names: sections, notes, references
    corrections: Mapping[str, str] = field(default_factory=dict)  # spelling mended

    def names_section(self, section: str) -> bool:
        """Whether the reader names this section, or one that it stands in, by its number."""
        numbers = [target.partition(":")[2] for target in self.targets if target.startswith("section:")]
        return section in numbers or section.startswith(tuple(f"{n}{sign}" for n in numbers for sign in "/."))


@dataclass(frozen=True, slots=True)
class Retrieval:
    """All that search found for one question."""

    question: Question
    hits: tuple[Hit, ...]
    matches: tuple[Match, ...]
    unanswered: tuple[UnansweredMatch, ...]
    seconds: float
    answerable: float = 1.0  # probability that the corpus answers the question
    known_share: float = 1.0  # of the question's words, by weight: what the corpus holds
    unknown: tuple[str, ...] = ()  # names and numbers that the corpus does not hold
    parts: tuple[tuple[Match, ...], ...] = ()  # matches of the question's parts, in their order
    sentences: tuple[tuple[str, int, int, float], ...] = ()  # nearest: document, start, end, cosine

    @property
    def nearest(self) -> float:
        """The cosine of the nearest readers' question; -1 without any."""
        return max((match.cosine for match in self.matches), default=-1.0)


@dataclass(frozen=True, slots=True)
class IndexManifest:
    """What an index was built from; a mismatch is refused with its remedy."""

    format: int
    id: str
    model: str
    dimension: int
    chunker: str
    corpus_sha256: str
    passages: int
    created: str  # ISO 8601, UTC


# ---------------------------------------------------------------- answers


@dataclass(frozen=True, slots=True)
class NoteCitation:
    """A note as an answer shows it: chain to the full reference, address and doubts."""

    number: str
    chain: tuple[str, ...]
    reference: str | None  # its id
    csl: Mapping[str, Any] | None
    url: str | None
    source_available: bool
    doubt: str | None
    printed: str | None = None  # the full reference as the document prints it


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement stands. `quote` equals the document's text from start to end."""

    label: str
    document: str
    section: str
    title: str
    path: tuple[str, ...]
    page: int | None
    quote: str
    start: int
    end: int
    url: str | None
    notes: tuple[NoteCitation, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    text: str
    citations: tuple[str, ...]  # labels


@dataclass(frozen=True, slots=True)
class Signpost:
    """An organisation that the corpus itself names for help."""

    name: str
    what: str
    section: str
    url: str | None


@dataclass(frozen=True, slots=True)
class ConflictNote:
    note: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier turn of a conversation, passed in by the caller."""

    question: str
    standalone: str
    answer: str
    sections: tuple[str, ...] = ()  # of its citations, in order
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, in the form of the contract."""

    question: str
    standalone: str
    status: Status
    reason: str | None
    answer: str  # Markdown with labels [1]; no HTML, no link that is not in `citations`
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    signposts: tuple[Signpost, ...]
    conflicts: tuple[ConflictNote, ...]
    passages: tuple[Hit, ...]
    seconds: Mapping[str, float]
    provenance: Mapping[str, Any]
    dropped: tuple[Mapping[str, str], ...] = ()
    nearest: tuple[str, ...] = ()  # sections to read when there is no answer
    suggestions: tuple[str, ...] = ()  # questions that could be asked next, or instead

    @property
    def refused(self) -> bool:
        return self.status != "answered"

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON object."""
        return {
            "question": self.question,
            "standalone": self.standalone,
            "status": self.status,
            "refused": self.refused,
            "reason": self.reason,
            "answer": self.answer,
            "statements": [{"text": s.text, "citations": list(s.citations)} for s in self.statements],
            "citations": [_citation_dict(c) for c in self.citations],
            "signposts": [
                {"name": s.name, "what": s.what, "section": s.section, "url": s.url} for s in self.signposts
            ],
            "conflicts": [{"note": c.note, "labels": list(c.labels)} for c in self.conflicts],
            "passages": [hit_dict(h) for h in self.passages],
            "seconds": dict(self.seconds),
            "provenance": dict(self.provenance),
            "dropped": [dict(d) for d in self.dropped],
            "nearest": list(self.nearest),
            "suggestions": list(self.suggestions),
        }

    def as_turn(self) -> Turn:
        """What a later question needs to know of this answer."""
        sections = tuple(dict.fromkeys(c.section for c in self.citations))
        notes = tuple(dict.fromkeys(n.number for c in self.citations for n in c.notes))
        return Turn(self.question, self.standalone, self.answer, sections, notes)


def hit_dict(hit: Hit) -> dict[str, Any]:
    """A hit as the contract's `passages` item."""
    p = hit.passage
    return {
        "rank": hit.rank,
        "id": p.id,
        "document": p.document,
        "section": p.section,
        "text": p.text,
        "score": round(hit.score, 6),
        "via": {way: round(score, 6) for way, score in hit.via.items()},
    }


def _citation_dict(c: Citation) -> dict[str, Any]:
    return {
        "label": c.label,
        "document": c.document,
        "section": c.section,
        "title": c.title,
        "path": list(c.path),
        "page": c.page,
        "quote": c.quote,
        "start": c.start,
        "end": c.end,
        "url": c.url,
        "notes": [
            {
                "number": n.number,
                "chain": list(n.chain),
                "reference": n.printed,
                "reference_id": n.reference,
                "csl": dict(n.csl) if n.csl is not None else None,
                "url": n.url,
                "source_available": n.source_available,
                "doubt": n.doubt,
            }
            for n in c.notes
        ],
    }
