"""People, organisations, countries and numbered things with the sections that name them.

What to look for is data of the corpus (`names.toml`: names by kind with their other forms, and series such as
numbered resolutions); where it stands is found in the text. The result, `entities.json`, is checked in, and a
test makes it again. `python -m assistant.read.entities CORPUS` writes it, and the glossary, anew.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.errors import CorpusError
from assistant.read.files import json_entries, read_toml
from assistant.read.references import load_references
from assistant.read.shapes import NAMES, misfits
from assistant.types import Document, Entity, Reference

__all__ = ["entities_json", "find_entities", "load_entities", "load_names", "write_derived"]

_APOSTROPHES = str.maketrans("’‘", "''")
_SUPERSCRIPTS = str.maketrans(dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹", " "))


def find_entities(document: Document, names: Mapping[str, Any]) -> tuple[Entity, ...]:
    """The entities of `names` (see `load_names`) and of the reference list, by kind and then by name.

    `aliases` are the other forms that occur in the text (of a series: all its forms); `sections` those whose
    own text, not that of their children, names the entity, in reading order. What occurs nowhere is left out.
    """
    known = {**_reference_authors(document.references, names), **_listed(names)}
    forms = {form.translate(_APOSTROPHES): key for key, others in known.items() for form in (key[1], *others)}
    places: dict[tuple[str, str], dict[str, None]] = {}
    seen: dict[tuple[str, str], set[str]] = {}
    aliases = {key: list(others) for key, others in known.items()}
    any_form = _pattern(forms)
    for section, text in _texts(document, frozenset(names.get("skip", ()))):
        for match in any_form.finditer(text):
            form = " ".join(match.group().split())
            places.setdefault(forms[form], {})[section] = None
            seen.setdefault(forms[form], set()).add(form)
        for series in names.get("series", ()):
            for number in _numbers(series, text):
                key = (series["kind"], series["name"].format(number=number))
                places.setdefault(key, {})[section] = None
                aliases[key] = [alias.format(number=number) for alias in series.get("aliases", ())]
                seen.setdefault(key, set()).update(aliases[key])
    found = (
        Entity(
            name,
            kind,
            tuple(a for a in aliases[kind, name] if a.translate(_APOSTROPHES) in seen[kind, name]),
            tuple(at),
        )
        for (kind, name), at in places.items()
    )
    return tuple(sorted(found, key=lambda e: (e.kind, e.name.lower())))


def load_names(path: Path) -> dict[str, Any]:
    """A `names.toml`: `skip` (section ids), `[[series]]`, and one table of names for each kind.

    Raises `CorpusError`.
    """
    names = read_toml(path)
    for misfit in misfits(NAMES, names):
        remedy = (
            'Write [kind] with "Name" = ["other form"], or a [[series]] with kind, name, leads and number.'
        )
        raise CorpusError(misfit, path, None, remedy)
    return names


def load_entities(path: Path) -> tuple[Entity, ...]:
    """The entries of an `entities.json`; raises `CorpusError`."""
    remedy = 'Write a list of {"name": "...", "kind": "...", "aliases": [], "sections": []}.'
    return json_entries(
        path, lambda e: Entity(e["name"], e["kind"], tuple(e["aliases"]), tuple(e["sections"])), remedy
    )


def entities_json(entities: Iterable[Entity]) -> str:
    """The text of an `entities.json`: one entry a line."""
    rows = [
        {"name": e.name, "kind": e.kind, "aliases": list(e.aliases), "sections": list(e.sections)}
        for e in entities
    ]
    return "[\n" + ",\n".join(" " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"


def _listed(names: Mapping[str, Any]) -> dict[tuple[str, str], list[str]]:
    tables = {kind: table for kind, table in names.items() if kind not in ("skip", "series")}
    return {(kind, name): list(forms) for kind, table in tables.items() for name, forms in table.items()}


def _reference_authors(
    references: Iterable[Reference], names: Mapping[str, Any]
) -> dict[tuple[str, str], list[str]]:
    """Authors of the reference list that `names` does not list: people, and bodies printed as authors."""
    listed = [
        form
        for (kind, name), forms in _listed(names).items()
        if kind == "organisation"
        for form in (name, *forms)
    ]
    within = _pattern(listed)
    authors: dict[tuple[str, str], list[str]] = {}
    for reference in references:
        for author in reference.csl.get("author", ()):
            if "family" in author:
                printed = f"{author['family']}, {author.get('given', '')}"
                authors["person", f"{author.get('given', '')} {author['family']}".strip()] = [printed]
            elif not within.search(author["literal"].translate(_APOSTROPHES)):
                authors["organisation", author["literal"]] = []
    return authors


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    """Any of `forms` as whole words, the longest first; nothing where there are none."""
    longest = sorted((f.translate(_APOSTROPHES) for f in forms), key=len, reverse=True)
    alternatives = "|".join(re.escape(f).replace(r"\ ", r"\s+") for f in longest)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if longest else r"(?!)")


def _numbers(series: Mapping[str, Any], text: str) -> Iterator[str]:
    """The numbers after a lead of `series` in `text`, also several in a row."""
    leads = "|".join(
        re.escape(lead).replace(r"\ ", r"\s+") for lead in sorted(series["leads"], key=len, reverse=True)
    )
    joint = "|".join(re.escape(j) for j in series.get("joints", [","]))
    number = rf"(?:{series['number']})(?!\w)"
    row = rf"(?<!\w)(?:{leads})\s+({number}(?:(?:\s*\(\d+\))?(?:\s*(?:{joint}))+\s*{number})*)"
    for match in re.finditer(row, text):
        # A number in brackets is a year: "1325 (2000) and 1820 (2008)".
        yield from re.findall(number, re.sub(r"\(\d+\)", " ", match.group(1)))


def _texts(document: Document, skip: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(section, text) of each block, note markers blanked, apostrophes straight."""
    for block in document.blocks:
        if block.section not in skip:
            text = document.text[block.start : block.end]
            yield block.section, text.translate(_APOSTROPHES).translate(_SUPERSCRIPTS)


def write_derived(root: Path) -> tuple[Path, ...]:
    """Write the glossary and the entities of every document for which corpus.toml names `names`.

    Returns the files written; raises `CorpusError` for a corpus that cannot be read.
    """
    from assistant.read.corpus import CORPUS_FILE, document_entries, read_draft, read_settings
    from assistant.read.files import CorpusFiles
    from assistant.read.glossary import find_glossary, glossary_json

    files = CorpusFiles(root)
    written: dict[Path, str] = {}
    for entry in document_entries(read_settings(files), files.path(CORPUS_FILE)):
        if entry.names is None:
            continue
        _, document = read_draft(files, entry)
        if entry.references is not None and files.has(entry.references):
            references = files.load(entry.references, load_references)
            document = replace(document, references=references)
        if entry.glossary is not None:
            written[files.path(entry.glossary)] = glossary_json(find_glossary(document))
        if entry.entities is not None:
            found = find_entities(document, files.load(entry.names, load_names))
            written[files.path(entry.entities)] = entities_json(found)
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    return tuple(written)


def _main(arguments: list[str]) -> int:
    try:
        for path in write_derived(Path(arguments[0] if arguments else "corpus")):
            sys.stdout.write(f"written: {path}\n")
    except (CorpusError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(_main(sys.argv[1:]))
