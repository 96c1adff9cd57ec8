"""Documents cut into passages along their structure.

A passage lies inside one section, never cuts a sentence, and keeps lists, quotations with their
attribution, and boxes whole where they fit. Passages of a section are cut to even lengths, because
a short rest at the end of a section is found badly and reads badly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

from assistant.types import Block, Document, Passage, Section, Sentence, Span

__all__ = ["CHUNKER", "cut_passages", "title_path"]

CHUNKER = "structure-2"  # part of the manifest: change it when the cut changes
TARGET_WORDS = 90  # chosen in docs/LOG.md; small passages win within a budget of words read

_SKIPPED = frozenset(
    {"heading", "prompt"}
)  # a title is in every passage's title path; a prompt answers nothing
_ALONE = frozenset({"reference", "footnote", "pull-quote"})  # each is a passage of its own


@dataclass(frozen=True, slots=True)
class _Unit:
    """A run of text that should not be cut: a paragraph, a list with its items, a quotation."""

    start: int
    end: int
    words: int
    alone: bool
    leads: bool  # ends with a colon: belongs to what follows


def title_path(section: Section) -> str:
    """The titles from the top down, as embedded before a passage's text."""
    return " > ".join(section.path)


def cut_passages(
    document: Document, count_tokens: Callable[[str], int], limit: int = 256
) -> tuple[Passage, ...]:
    """Cut a document into passages of about `TARGET_WORDS` words.

    `count_tokens` counts as the embedding model does; a passage with its title path holds at most
    `limit` tokens, unless one single sentence is longer. Passages are numbered from 0 in reading order.
    """
    by_section = _runs_by_section(document.blocks)
    sentences = _sentences_by_block(document.sentences)
    passages: list[Passage] = []
    for section in document.sections:
        title = title_path(section)
        room = limit - count_tokens(title) - 4  # the joiner and the model's own two marks

        def fits(span: Span, room: int = room) -> bool:
            return count_tokens(document.text[span[0] : span[1]]) <= room

        runs = by_section.get(section.id, ())
        cut = (_cut(list(_units(document.text, run, sentences, fits)), fits) for run in runs)
        for start, end in chain.from_iterable(cut):
            text = document.text[start:end]
            tokens = count_tokens(text)
            passages.append(Passage(len(passages), document.id, section.id, start, end, text, title, tokens))
    return tuple(passages)


def _runs_by_section(blocks: Sequence[Block]) -> dict[str, list[list[tuple[int, Block]]]]:
    """Blocks with their index by section, in runs that nothing else (a title, another section) breaks."""
    by_section: dict[str, list[list[tuple[int, Block]]]] = {}
    before: tuple[int, str] | None = None
    for index, block in enumerate(blocks):
        if block.kind in _SKIPPED:
            continue
        runs = by_section.setdefault(block.section, [])
        if before != (index - 1, block.section):
            runs.append([])
        runs[-1].append((index, block))
        before = (index, block.section)
    return by_section


def _sentences_by_block(sentences: Sequence[Sentence]) -> dict[int, list[Sentence]]:
    return {block: list(run) for block, run in groupby(sentences, key=lambda s: s.block)}


def _units(
    text: str,
    blocks: Sequence[tuple[int, Block]],
    sentences: dict[int, list[Sentence]],
    fits: Callable[[Span], bool],
) -> Iterator[_Unit]:
    """Uncuttable runs in order; what does not fit whole is taken by its parts."""
    for _, run in groupby(blocks, key=lambda item: (item[1].group, item[0] if item[1].group is None else -1)):
        members = list(run)
        spans = [(members[0][1].start, members[-1][1].end)]
        if not fits(spans[0]) or _words(text, spans[0]) > 2 * TARGET_WORDS:
            spans = [(block.start, block.end) for _, block in members]
        for span, (index, block) in zip(spans, members, strict=False):
            whole = [(s.start, s.end) for s in sentences.get(index, ())]
            parts = [span] if fits(span) or not whole else whole
            for start, end in parts:
                yield _Unit(
                    start,
                    end,
                    _words(text, (start, end)),
                    block.kind in _ALONE,
                    text[start:end].rstrip().endswith(":"),
                )


def _words(text: str, span: Span) -> int:
    return len(text[span[0] : span[1]].split())


def _cut(units: Sequence[_Unit], fits: Callable[[Span], bool]) -> Iterator[Span]:
    """Spans over runs of units; units that stand alone break the runs."""
    for alone, run in groupby(units, key=lambda unit: unit.alone):
        members = list(run)
        if alone:
            yield from ((unit.start, unit.end) for unit in members)
        else:
            yield from _even(members, fits)


def _even(units: Sequence[_Unit], fits: Callable[[Span], bool]) -> list[Span]:
    """Split a run of units where the squared distance of each piece to the target is least.

    Dynamic programming over the break points: `best[i]` is the least cost of the first i units.
    """
    if not units:
        return []
    best = [0.0] + [float("inf")] * len(units)
    back = [0] * (len(units) + 1)
    for end in range(1, len(units) + 1):
        words = 0
        for start in range(end - 1, -1, -1):
            words += units[start].words
            if start < end - 1 and not fits((units[start].start, units[end - 1].end)):
                break
            broken_lead = units[end - 1].leads and end < len(units)
            cost = best[start] + (words - TARGET_WORDS) ** 2 / TARGET_WORDS**2 + 0.1
            cost += 1.0 if broken_lead else 0.0
            if cost < best[end]:
                best[end], back[end] = cost, start
    spans: list[Span] = []
    end = len(units)
    while end > 0:
        spans.append((units[back[end]].start, units[end - 1].end))
        end = back[end]
    return spans[::-1]
