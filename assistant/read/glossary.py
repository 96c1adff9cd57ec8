"""Acronyms with the expansions that a document itself gives.

Definitions in parentheses, "Gross domestic product (GDP)", are found with the algorithm of A. S. Schwartz and
M. A. Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text", Pacific
Symposium on Biocomputing 8 (2003), 451-462. Four things are added, for definitions that it misses or cuts:

- words of up to three letters do not count towards its limit on the length of an expansion ("Convention on
  the Law of the Sea (LS)");
- an expansion does not begin with a short word inside a name ("Organization of American States (OAS)");
- an expansion printed bold together with its acronym is taken whole as far as its words are capitalised
  ("Inter-American Court of Justice (CJ)"), also where its letters do not fit (as in other languages);
- acronyms that are used but never stand in parentheses are looked for as runs of words with their initials
  ("The Sustainable Development Goals help. SDGs ...").
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.read.files import json_entries
from assistant.types import Block, Document, GlossaryEntry

__all__ = ["find_glossary", "glossary_json", "load_glossary", "long_form"]

_PARENTHESES = re.compile(r"\(([^()]{2,30})\)")
_ACRONYM = re.compile(r"(?<![\w-])(?=(?:[\w-]*[A-Z]){2})[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*(?![\w-])")
_TOKEN = re.compile(r"[^\W\d_][\w'’]*")
_PLURAL = re.compile(r"(?<=[A-Z])s$")
_SHORT_WORD = 3  # letters: words up to this length are skipped where initials are compared
_SENTENCE_END = re.compile(r"[.!?:;]\s")


@dataclass(frozen=True, slots=True)
class _Definition:
    acronym: str
    expansion: str
    section: str


def find_glossary(document: Document) -> tuple[GlossaryEntry, ...]:
    """The acronyms that `document` explains, in alphabetical order.

    Expansions are as printed, in reading order, each once; the section is that of the first definition.
    Cover, contents and imprint are left out: they repeat what the text defines.
    """
    blocks = [b for b in document.blocks if b.kind != "imprint"]
    found = [d for b in blocks for d in _defined_in(document, b)]
    known = {d.acronym for d in found}
    found += _unparenthesised(document, blocks, known)
    entries: dict[str, list[_Definition]] = {}
    for definition in found:
        entries.setdefault(definition.acronym, []).append(definition)
    return tuple(
        GlossaryEntry(acronym, _distinct(d.expansion for d in definitions), definitions[0].section)
        for acronym, definitions in sorted(entries.items(), key=lambda item: (item[0].lower(), item[0]))
    )


def long_form(acronym: str, before: str) -> str | None:
    """The expansion of `acronym` at the end of `before`, by Schwartz and Hearst; None where there is none.

    >>> long_form("GDP", "growth of gross domestic product")
    'gross domestic product'
    """
    at = len(before) - 1
    for place in range(len(acronym) - 1, -1, -1):
        letter = acronym[place].lower()
        if not letter.isalnum():
            continue
        while at >= 0 and not (before[at].lower() == letter and (place > 0 or _begins_name(before, at))):
            at -= 1
        if at < 0:
            return None
        at -= 1
    expansion = before[before.rfind(" ", 0, at + 1) + 1 :]
    counted = [w for w in expansion.split() if len(w) > _SHORT_WORD]
    letters = sum(c.isalnum() for c in acronym)
    if len(counted) > min(letters + 5, letters * 2) or len(expansion) <= len(acronym):
        return None
    return None if acronym in re.split(r"[\s,]+", expansion) else expansion


def _begins_name(text: str, at: int) -> bool:
    """Whether the first letter of an acronym may stand for the letter at `at`: the first of a word.

    A short word in small letters after a capitalised one is no beginning ("Organization of American States").
    """
    if at > 0 and text[at - 1].isalnum():
        return False
    word, before = re.match(r"\w*", text[at:]), text[:at].split()
    short = word is not None and word.group().islower() and len(word.group()) <= _SHORT_WORD
    return not (short and before and before[-1][0].isupper())


def load_glossary(path: Path) -> tuple[GlossaryEntry, ...]:
    """The entries of a `glossary.json`; raises `CorpusError`."""
    remedy = 'Write a list of {"acronym": "...", "expansions": ["..."], "section": "..."}.'
    return json_entries(
        path, lambda e: GlossaryEntry(e["acronym"], tuple(e["expansions"]), e["section"]), remedy
    )


def glossary_json(entries: Iterable[GlossaryEntry]) -> str:
    """The text of a `glossary.json`: one entry a line."""
    rows = [{"acronym": e.acronym, "expansions": list(e.expansions), "section": e.section} for e in entries]
    return "[\n" + ",\n".join(" " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def _defined_in(document: Document, block: Block) -> Iterator[_Definition]:
    text = document.text[block.start : block.end]
    for match in _PARENTHESES.finditer(text):
        inside = match.group(1).strip()
        if len(inside.split()) > 2 or len(inside) > 20 or not _is_acronym(inside):
            continue
        before = _SENTENCE_END.split(text[: match.start()])[-1].rstrip(" ,")
        expansion = long_form(_singular(inside), before) or long_form(inside, before)
        bold = _bold_before(document, block.start + match.start(), len(before))
        expansion = _whole_name(document, expansion, bold)
        if expansion:
            yield _Definition(_singular(inside), expansion, block.section)


def _is_acronym(text: str) -> bool:
    return all(_ACRONYM.fullmatch(word) for word in text.split())


def _singular(acronym: str) -> str:
    return _PLURAL.sub("", acronym)


def _bold_before(document: Document, at: int, length: int) -> str:
    """What is printed bold up to `at`, at most `length` characters back ("" if nothing)."""
    for start, end in document.emphasis:
        if start < at <= end:
            return document.text[max(start, at - length) : at].rstrip(" ,")
    return ""


def _whole_name(document: Document, expansion: str | None, bold: str) -> str | None:
    """`expansion`, or the longer name that is printed bold together with the acronym.

    The first word of a sentence is capitalised anyway: it is part of the name unless it is a common word.
    """
    if expansion is not None and not bold.endswith(expansion):
        return expansion
    words = bold.split()
    while words and not words[0][0].isupper():
        words.pop(0)
    if (
        words
        and len(words[0]) <= _SHORT_WORD
        and re.search(rf"\b{re.escape(words[0].lower())}\b", document.text)
    ):
        words.pop(0)
    named = " ".join(words)
    if expansion is None:
        return named if len(words) > 1 else None
    between = named[: -len(expansion)].split() if named.endswith(expansion) else []
    return named if between and all(w[0].isupper() for w in between) else expansion


def _unparenthesised(document: Document, blocks: list[Block], known: set[str]) -> Iterator[_Definition]:
    """Runs of words whose initials are an acronym that the text uses but never puts in parentheses."""
    body = [b for b in blocks if b.kind not in ("heading", "reference")]
    used = Counter(_singular(m) for b in body for m in _ACRONYM.findall(document.text[b.start : b.end]))
    wanted = {a for a in used if a not in known and a.isalpha() and a.isupper()}
    uses = {(_singular(m), b.section) for b in body for m in _ACRONYM.findall(document.text[b.start : b.end])}
    runs: dict[str, list[_Definition]] = {}
    for block in blocks:
        if block.kind == "reference":
            continue
        for acronym, start, end in _runs(document.text[block.start : block.end], wanted):
            name = _bold_name(document, block.start + start, block.start + end)
            runs.setdefault(acronym, []).append(_Definition(acronym, name, block.section))
    for acronym, definitions in runs.items():
        # A short acronym meets chance runs of initials: it must be used where the run stands.
        near = [d for d in definitions if len(acronym) > _SHORT_WORD or (acronym, d.section) in uses]
        capitalised = [d for d in near if d.expansion[0].isupper()]
        # A run of words in small letters is a term, and no chance, when it recurs.
        times = Counter(d.expansion for d in near)
        yield from capitalised or [d for d in near if times[d.expansion] > 1 and d.expansion.islower()]


def _bold_name(document: Document, start: int, end: int) -> str:
    """The words from `start` to `end`, or the whole name that is printed bold from `start` on."""
    bold = next((b for a, b in document.emphasis if a == start and b > end), end)
    return document.text[start:bold].rstrip(" ,")


def _runs(text: str, wanted: set[str]) -> Iterator[tuple[str, int, int]]:
    """(acronym, start, end) for each shortest run of words in `text` whose initials are a wanted acronym.

    Short words may be skipped; a word that is itself an acronym counts with all its letters. Acronyms of up
    to three letters need capitals throughout.
    """
    words = list(_TOKEN.finditer(text))
    for place, first in enumerate(words):
        initials = ""
        for match in words[place : place + 12]:
            word = match.group()
            if re.search(r"[.!?:;()\n]", text[first.start() : match.start()]):
                break
            if initials and len(word) <= _SHORT_WORD and word.islower():
                continue
            initials += word if word.isupper() else word[0]
            named = initials.upper()
            if named in wanted and (initials.isupper() or len(named) > _SHORT_WORD) and word.upper() != named:
                yield named, first.start(), match.end()
                break
            if not any(w.startswith(named) for w in wanted):
                break


def _distinct(expansions: Iterable[str]) -> tuple[str, ...]:
    """Each expansion once: as first printed, the singular before the plural, without words that follow it."""
    kept: dict[str, str] = {}
    for expansion in expansions:
        kept.setdefault("".join(c for c in expansion.lower() if c.isalnum()), expansion)
    longer = {a for a in kept for b in kept if a != b and a.startswith(b)}
    return tuple(expansion for folded, expansion in kept.items() if folded not in longer)
