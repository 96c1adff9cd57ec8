"""People, organisations, countries and numbered things with the sections that name them.

What to look for is data of the corpus (`names.toml`: names by kind with their other forms, and series such as
numbered resolutions); where it stands is found in the text. The result, `entities.json`, is checked in, and a
test makes it again. `python -m assistant.read.entities CORPUS` writes it, and the glossary, anew.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.errors import CorpusError
from assistant.read.files import json_entries
from assistant.types import Document, Entity, Reference

__all__ = ["entities_json", "find_entities", "load_entities", "load_names"]

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
    try:
        names = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise CorpusError(
            f"Not TOML: {error}.", path, int(line[1]) if line else None, "Mend it there."
        ) from None
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"Not UTF-8 at byte {error.start}.", path, None, "Save the file as UTF-8."
        ) from None
    for kind, table in names.items():
        if kind not in ("skip", "series") and not isinstance(table, dict):
            raise CorpusError(
                f"'{kind}' is no table of names.", path, None, 'Write [kind] and "Name" = ["form"].'
            )
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


def _write(root: Path) -> None:
    """Write `glossary.json` and `entities.json` beside every document that has a `names.toml`."""
    from assistant.read.corpus import load_corpus
    from assistant.read.glossary import find_glossary, glossary_json

    for document in load_corpus(root).documents:
        folder = (root / document.origin).parent
        if (folder / "names.toml").is_file():
            names = load_names(folder / "names.toml")
            (folder / "glossary.json").write_text(glossary_json(find_glossary(document)), encoding="utf-8")
            (folder / "entities.json").write_text(
                entities_json(find_entities(document, names)), encoding="utf-8"
            )


if __name__ == "__main__":
    import sys

    _write(Path(sys.argv[1] if len(sys.argv) > 1 else "corpus"))
