"""The texts of the interface, from the catalogues in `page/locale` (gettext).

The language is that of the script's run: `use` sets it, `gettext` and `ngettext` read it. A message
that a catalogue lacks is shown in English, the language of the sources.
"""

from __future__ import annotations

import gettext as _catalogues
from contextvars import ContextVar
from functools import cache
from pathlib import Path

__all__ = ["LOCALES", "available", "gettext", "language", "ngettext", "use"]

LOCALES = Path(__file__).parent / "locale"
DOMAIN = "page"
_language: ContextVar[str] = ContextVar("language", default="en")


@cache
def available() -> tuple[str, ...]:
    """The languages that have a catalogue, English first."""
    found = {path.parent.parent.name for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return ("en", *sorted(found - {"en"}))


def use(wanted: str | None) -> str:
    """Choose the language nearest to `wanted` ("km-KH" gives "km") for this run; returns the choice."""
    tag = (wanted or "en").replace("_", "-")
    choice = next((x for x in (tag, tag.split("-")[0]) if x in available()), "en")
    _language.set(choice)
    return choice


def language() -> str:
    """The language in use."""
    return _language.get()


def gettext(message: str) -> str:
    return _catalogue(_language.get()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    return _catalogue(_language.get()).ngettext(singular, plural, n)


@cache
def _catalogue(code: str) -> _catalogues.NullTranslations:
    return _catalogues.translation(DOMAIN, LOCALES, [code], fallback=True)
