"""The development attacks through the page in a real browser: text stays text, nothing leaves."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import BrowserContext

from tests.app.steps import ask, go
from tests.app.test_markup import ATTACKS

pytestmark = pytest.mark.browser


def chat_attacks() -> list[dict[str, Any]]:
    lines = ATTACKS.read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [item for item in map(json.loads, lines) if item.get("surface") == "chat"]


def words_of(item: dict[str, Any]) -> str:
    """What is typed; an attack given as code stacks accents on every letter."""
    if "input" in item:
        return str(item["input"])
    return "What is " + "".join(c + "\u0301\u0336\u0489" * 60 for c in "prevent") + "?"


def test_no_attack_becomes_more_than_text(context: BrowserContext, server: str) -> None:
    """One conversation of all of them: no element, no script, no address, no hidden direction."""
    page = context.new_page()
    go(page, server, ".start")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for item in chat_attacks():
        ask(page, " ".join(words_of(item).split("\n")))
    assert dialogs == []
    assert page.evaluate("Object.keys(window).filter(name => /^__E\\d/.test(name))") == []
    assert page.locator("iframe[srcdoc], object, embed, meta[http-equiv=refresh], .stHtml img").count() == 0
    links = page.eval_on_selector_all(".stHtml a", "all => all.map(a => a.getAttribute('href'))")
    assert [x for x in links if not re.match(r"[?#]|https?://", x)] == []
    shown = page.locator(".stMain").inner_text()
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)
    assert _most_marks(shown) <= 4
    for sign in ("Traceback", "sqlite3.", "SQLSTATE", "syntax error"):
        assert sign not in shown


def _most_marks(text: str) -> int:
    """The longest run of marks above or below one letter (Khmer's own signs left out)."""
    run = most = 0
    for character in text:
        stacked = unicodedata.combining(character) and not "\u1780" <= character <= "\u17ff"
        run = run + 1 if stacked else 0
        most = max(most, run)
    return most


def test_an_attack_in_the_address_is_text_too(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    go(page, f"{server}?q=%3Cimg%20src%3Dx%20onerror%3D%22window.__E1%3D1%22%3E%20peace", "h2.question")
    assert page.evaluate("window.__E1") is None
    assert "<img src=x" in page.locator("h2.question").inner_text()
    go(page, f"{server}?section=%3Cscript%3Ewindow.__E2%3D1%3C/script%3E", ".top")
    assert page.evaluate("window.__E2") is None
