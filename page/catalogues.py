"""The message catalogues: gathered from the sources, merged into each language, compiled.

    python -m page.catalogues          update page/locale/page.pot and every language's .po and .mo
    python -m page.catalogues km       begin a language

A translator edits `page/locale/<language>/LC_MESSAGES/page.po` and runs the first command. English is
complete by construction: each message says itself.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from page.texts import DOMAIN, LOCALES

__all__ = ["compiled", "gather", "main", "merged"]

_METHODS = [("**.py", "python"), ("**.html.j2", "jinja2")]
_HEADER = "# The texts of the chat page; gathered by python -m page.catalogues."
_OPTIONS = {"**.html.j2": {"silent": "false", "trimmed": "false"}}


def gather() -> Catalog:
    """All messages of the page's modules and templates."""
    catalog = Catalog(project="handbook-assistant", charset="utf-8", fuzzy=False, header_comment=_HEADER)
    page = Path(__file__).parent
    for name, line, message, comments, context in extract_from_dir(str(page), _METHODS, _OPTIONS):
        catalog.add(message, None, [(f"page/{name}", line)], auto_comments=comments, context=context)
    return catalog


def merged(language: str, found: Catalog) -> Catalog:
    """The catalogue of a language with the messages found; what was translated is kept."""
    path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if path.is_file():
        catalog = read_po(BytesIO(path.read_bytes()), locale=language, domain=DOMAIN)
    else:
        catalog = Catalog(
            locale=language, domain=DOMAIN, charset="utf-8", fuzzy=False, header_comment=_HEADER
        )
    catalog.update(found, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    if language == "en":
        for message in catalog:
            if message.id:
                message.string = message.id
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main(begin: list[str]) -> None:
    """Write the template and every language's catalogue."""
    found = gather()
    _write(LOCALES / f"{DOMAIN}.pot", found)
    languages = {path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")} | {
        "en",
        *begin,
    }
    for language in sorted(languages):
        catalog = merged(language, found)
        path = LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, catalog)
        path.with_suffix(".mo").write_bytes(compiled(catalog))


def _write(path: Path, catalog: Catalog) -> None:
    out = BytesIO()
    # Without line numbers and dates: a catalogue changes when a message does.
    write_po(out, catalog, width=100, sort_output=True, omit_header=False, include_lineno=False)
    lines = out.getvalue().decode().splitlines(keepends=True)
    dated = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Generated-By',
        '"Project-Id',
        '"Report-Msgid',
        '"Language-Team',
    )
    path.write_text("".join(x for x in lines if not x.startswith(dated)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
