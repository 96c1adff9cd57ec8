"""The reference list of a document: `references.json`, and where each note leads.

The file is a JSON array with one entry for each note of the printed list, in its order:

    {"id": "ref-85", "number": "85", "printed": "...", "csl": {CSL-JSON item}, "url": "https://..." or null,
     "doubt": "what a reader should know before relying on it" or null,
     "same_as": ["ref-71"], "mended": "what was mended in the address, and why"}

An entry that only points at another ("ibid.", "above n., 86") has `"points_to": "86"` instead of `csl`. `csl`
holds nothing but what is printed; the address stands in `url` alone or also in `csl` as `URL`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import CorpusError
from assistant.read.files import read_json
from assistant.read.quotes import fold_words
from assistant.read.shapes import CSL, misfits
from assistant.types import Reference

__all__ = [
    "is_web_address",
    "load_references",
    "note_chains",
    "note_doubt",
    "read_pointer",
    "reference_problems",
    "unprinted",
]

_PRINTED = ("title", "container-title", "publisher", "publisher-place", "volume", "issue", "page")
_KEYS = {"id", "number", "printed", "csl", "url", "doubt", "same_as", "points_to", "mended"}

# How citation styles in Latin print that a note repeats another: the one before it, or a numbered one.
_IBID = re.compile(r"\bibid\b", re.IGNORECASE)
_ABOVE = re.compile(r"\b(?:above|supra|op\. ?cit\.?,?)\s*(?:n|note|fn)\b[\s.,]*(\d+)", re.IGNORECASE)


def load_references(path: Path) -> tuple[Reference, ...]:
    """The entries of a `references.json` in their order; raises `CorpusError` for the first problem."""
    references, problems = _read(path)
    if problems:
        raise problems[0]
    return references


def reference_problems(path: Path) -> tuple[CorpusError, ...]:
    """Everything that is wrong with a `references.json`, each with its line and how to mend it."""
    return _read(path)[1]


def note_chains(references: Iterable[Reference]) -> dict[str, tuple[str, ...]]:
    """For each note's number the way to the note that gives the source in full: ("87", "86", "85").

    Raises `ValueError` where a chain does not end; `load_references` has made sure that it does.
    """
    entries = {r.number: r for r in references}
    chains: dict[str, tuple[str, ...]] = {}
    for number in entries:
        chain = [number]
        while (following := entries[chain[-1]].points_to) is not None:
            if following in chain or following not in entries:
                raise ValueError(f"note {number} leads nowhere: {' -> '.join([*chain, following])}")
            chain.append(following)
        chains[number] = tuple(chain)
    return chains


def note_doubt(references: Mapping[str, Reference], chain: Iterable[str]) -> str | None:
    """What to know before relying on a note: the doubts of all entries of its chain (by number), in order."""
    doubts = [r.doubt for number in chain if (r := references.get(number)) is not None and r.doubt]
    return " ".join(dict.fromkeys(doubts)) or None


def read_pointer(printed: str, previous: str | None) -> str | None:
    """The number of the note that a printed entry points at; `previous` is the note before it.

    >>> read_pointer("Jansen & Roy, above n., 22.", "24")
    '22'
    >>> read_pointer("Jansen, ibid.", "75")
    '75'
    """
    if named := _ABOVE.search(printed):
        return named.group(1)
    return previous if _IBID.search(printed) else None


def unprinted(reference: Reference) -> tuple[str, ...]:
    """What the CSL item says and the printed entry does not: fields as "title", "author Gordon".

    Compared are letters and figures alone. An item holds nothing but what is printed.
    """
    printed = fold_words(reference.printed)
    csl = reference.csl
    said = {key: str(csl[key]) for key in _PRINTED if csl.get(key)}
    for person in csl.get("author", ()):
        name = str(person.get("literal") or person["family"])
        said[f"author {name}"] = name
    for part in (csl.get("issued") or {}).get("date-parts") or ():
        said[f"year {part[0]}"] = str(part[0])
    return tuple(field for field, words in said.items() if fold_words(words) not in printed)


def is_web_address(url: str) -> bool:
    """Whether `url` is a complete http(s) address without blanks."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in host.strip(".") and not re.search(r"[\s<>\"]", url)


def _read(path: Path) -> tuple[tuple[Reference, ...], tuple[CorpusError, ...]]:
    try:
        entries = read_json(path, "Mend the JSON there: most often a comma or a quotation mark is missing.")
    except CorpusError as error:
        return (), (error,)
    if not isinstance(entries, list):
        return (), (CorpusError("Not a list of references.", path, 1, "Put the entries in [ ]."),)
    problems: list[CorpusError] = []
    references: list[Reference] = []
    lines = _lines_of_ids(path.read_text(encoding="utf-8-sig"))
    for place, entry in enumerate(entries, 1):
        if found := _entry_problems(entry):
            line = lines.get(str(entry.get("id"))) if isinstance(entry, dict) else None
            problems += [CorpusError(f"Reference {place}: {p}", path, line, remedy) for p, remedy in found]
        else:
            references.append(_reference(entry, references[-1].number if references else None))
    for reference, problem, remedy in _list_problems(references) if not problems else ():
        problems.append(CorpusError(f"{reference.id}: {problem}", path, lines.get(reference.id), remedy))
    return tuple(references), tuple(problems)


def _lines_of_ids(text: str) -> dict[str, int]:
    found = re.compile(r'"id"\s*:\s*"([^"]*)"')
    lines: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if match := found.search(line):
            lines.setdefault(match.group(1), number)
    return lines


def _entry_problems(entry: Any) -> list[tuple[str, str]]:
    """(problem, remedy) of one entry by itself."""
    if not isinstance(entry, dict):
        return [("not an object.", 'Write {"id": ..., "number": ..., "printed": ...}.')]
    problems = []
    for key in ("id", "number", "printed"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            problems.append((f"{key!r} is missing or empty.", f'Give it as text: "{key}": "...".'))
    if unknown := sorted(set(entry) - _KEYS):
        problems.append((f"unknown key {unknown[0]!r}.", f"Known keys: {', '.join(sorted(_KEYS))}."))
    csl, url = entry.get("csl"), entry.get("url")
    for misfit in misfits(CSL, csl) if csl is not None else ():
        problems.append((f"'csl' is no CSL-JSON item: {misfit}", 'Give an object with at least a "type".'))
    if csl is not None and entry.get("points_to") is not None:
        problems.append(
            ("it has both 'csl' and 'points_to'.", "Leave 'csl' out if it only points at another note.")
        )
    if url is not None and not (isinstance(url, str) and is_web_address(url)):
        problems.append(
            (f"{url!r} is no complete web address.", "Write it with https:// and without blanks.")
        )
    if isinstance(csl, dict) and csl.get("URL", url) != url:
        problems.append(("'url' and the URL of 'csl' differ.", "Give the same address in both."))
    for key in ("doubt", "points_to", "mended"):
        if not isinstance(entry.get(key), str | None):
            problems.append((f"{key!r} is not text.", f'Write "{key}": "..." or leave it out.'))
    same_as = entry.get("same_as", [])
    if not isinstance(same_as, list) or not all(isinstance(i, str) for i in same_as):
        problems.append(("'same_as' is no list of ids.", 'Write "same_as": ["ref-71"].'))
    return problems


def _reference(entry: Mapping[str, Any], previous: str | None) -> Reference:
    points_to = entry.get("points_to")
    if points_to is None and entry.get("csl") is None:
        points_to = read_pointer(entry["printed"], previous)
    # An entry that only points elsewhere is still an item: its words are all that it has.
    csl = entry.get("csl") or {"type": "document", "note": entry["printed"]}
    return Reference(
        id=entry["id"],
        number=entry["number"],
        printed=entry["printed"],
        csl={**csl, "id": entry["id"]},
        url=entry.get("url"),
        doubt=entry.get("doubt"),
        same_as=tuple(entry.get("same_as", ())),
        points_to=points_to,
    )


def _list_problems(references: list[Reference]) -> Iterable[tuple[Reference, str, str]]:
    """(reference, problem, remedy) of the list as a whole."""
    by_id: dict[str, Reference] = {}
    by_number: dict[str, Reference] = {}
    for r in references:
        if r.id in by_id or r.number in by_number:
            yield r, f"the id or the number {r.number} occurs twice.", "Give every entry its own."
        by_id.setdefault(r.id, r)
        by_number.setdefault(r.number, r)
    for r in references:
        seen = [r.number]
        following = r.points_to
        while following is not None and following in by_number and following not in seen:
            seen.append(following)
            following = by_number[following].points_to
        if following is not None:
            way = " -> ".join([*seen, following])
            yield (
                r,
                f"it leads nowhere ({way}).",
                "Let 'points_to' name a note that gives the source in full.",
            )
        for other in r.same_as:
            if other not in by_id or r.id not in by_id[other].same_as:
                yield r, f"'same_as' names {other}, which does not name it back.", "Link both, or neither."
