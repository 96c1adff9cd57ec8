"""The interface's texts: all gathered, English complete, nothing of the page outside the catalogues."""

from __future__ import annotations

import gettext
from io import BytesIO
from pathlib import Path

import pytest

pytest.importorskip("babel", reason="babel is not installed")

from babel.messages.pofile import read_po

from page import catalogues, texts

PO = texts.LOCALES / "en" / "LC_MESSAGES" / "page.po"


def test_english_is_complete_and_holds_what_the_sources_say() -> None:
    found = {m.id for m in catalogues.gather() if m.id}
    english = {m.id: m.string for m in read_po(BytesIO(PO.read_bytes()), locale="en") if m.id}
    assert set(english) == found, "run: python -m page.catalogues"
    assert all(message == said for message, said in english.items())
    assert len(found) > 100


@pytest.mark.parametrize("po", sorted(texts.LOCALES.glob("*/LC_MESSAGES/page.po")), ids=lambda p: p.parts[-3])
def test_what_is_compiled_says_what_the_catalogue_says(po: Path) -> None:
    catalog = read_po(BytesIO(po.read_bytes()), locale=po.parts[-3])
    with po.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalog:
        if message.id and message.string:
            plural = isinstance(message.id, tuple)
            said = compiled.ngettext(*message.id, 1) if plural else compiled.gettext(message.id)
            assert said == (message.string[0] if plural else message.string)


def test_the_nearest_language_is_taken() -> None:
    assert texts.use("en-GB") == "en"
    assert texts.use("km-KH") == "en"  # no catalogue yet
    assert texts.use(None) == "en"


def test_a_translation_keeps_the_names_in_braces() -> None:
    import re

    for po in texts.LOCALES.glob("*/LC_MESSAGES/page.po"):
        for message in read_po(BytesIO(po.read_bytes()), locale=po.parts[-3]):
            if message.id and isinstance(message.id, str) and message.string:
                names = re.compile(r"\{\w*\}|%\(\w+\)s")
                assert set(names.findall(message.string)) == set(names.findall(message.id))
