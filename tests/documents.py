"""Small documents made by hand, with spans that a reader can check."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import Block, Corpus, Document, ReaderQuestion, Section, Sentence, UnansweredQuestion

SECTIONS = (
    ("1", "Boats", ("The red boat is fast.", "It was built in 1999.")),
    ("2", "Trains", ("The green train is slow.", "It stops in every town.")),
)


def make_document(
    sections: Sequence[tuple[str, str, Sequence[str]]] = SECTIONS,
    *,
    id: str = "book",
    questions: Sequence[tuple[str, str]] = (),
    unanswered: Sequence[str] = (),
) -> Document:
    """A document of flat sections, each a title and one paragraph; sentences are joined by one space.

    `questions` are pairs of a question and the sentence (verbatim) that answers it.
    """
    text = ""
    made: list[Section] = []
    blocks: list[Block] = []
    sentences: list[Sentence] = []
    for number, title, parts in sections:
        start = len(text)
        blocks.append(Block("heading", number, start, start + len(title)))
        text += title + "\n\n"
        at = len(text)
        for part in parts:
            sentences.append(Sentence(number, len(blocks), len(text), len(text) + len(part)))
            text += part + " "
        text = text.rstrip(" ")
        blocks.append(Block("paragraph", number, at, len(text)))
        made.append(Section(number, title, 1, None, (title,), None, start, len(text)))
        text += "\n\n"
    return Document(
        id=id,
        title="A book",
        text=text,
        sections=tuple(made),
        blocks=tuple(blocks),
        sentences=tuple(sentences),
        questions=tuple(_entry(i, q, text, quote) for i, (q, quote) in enumerate(questions)),
        unanswered=tuple(UnansweredQuestion(q, None, "it does not say", "other") for q in unanswered),
    )


def _entry(number: int, question: str, text: str, quote: str) -> ReaderQuestion:
    start = text.index(quote)
    return ReaderQuestion(f"q{number}", "1", "factoid", (question,), ((start, start + len(quote)),), ())


def make_corpus(*documents: Document, checksum: str = "c0") -> Corpus:
    """A corpus of these documents; the two-section book where none is given."""
    return Corpus(documents or (make_document(),), "en", "", checksum)
