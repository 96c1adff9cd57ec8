"""The development attacks through the page in a real browser: text stays text, nothing leaves."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import BrowserContext, Dialog, Page

from tests.app.steps import ask, go, settle
from tests.app.test_markup import ATTACKS

pytestmark = pytest.mark.browser


def attacks() -> list[dict[str, Any]]:
    lines = ATTACKS.read_text(encoding="utf-8").rstrip("\n").split("\n")
    return [json.loads(line) for line in lines]


def chat_attacks() -> list[dict[str, Any]]:
    return [item for item in attacks() if item.get("surface") == "chat"]


def words_of(item: dict[str, Any]) -> str:
    """What is typed; an attack given as code stacks accents on every letter."""
    if "input" in item:
        return str(item["input"])
    return "What is " + "".join(c + "\u0301\u0336\u0489" * 60 for c in "prevent") + "?"


def test_no_attack_becomes_more_than_text(context: BrowserContext, server: str) -> None:
    """One conversation of all of them: no element, no script, no address, no hidden direction."""
    page = context.new_page()
    go(page, server, ".start")
    dialogs = _dialogs(page)
    for item in chat_attacks():
        ask(page, " ".join(words_of(item).split("\n")))
    assert dialogs == []
    _is_text(page)


def test_the_real_assistant_says_nothing_forbidden(real_context: BrowserContext, real_server: str) -> None:
    """Attacks of all surfaces that can be typed, each a conversation's first question, on the handbook."""
    page = real_context.new_page()
    go(page, real_server, ".start")
    dialogs = _dialogs(page)
    found = {}
    for item in attacks():
        if item["surface"] == "fetcher" or not ("input" in item or item["surface"] == "chat"):
            continue  # addresses to be fetched, and bytes that nobody can type
        ask(page, " ".join(words_of(item).split("\n")))
        said = _said(page)
        found[item["id"]] = _forbidden(item, said)
        _is_text(page)
        anew = page.get_by_role("button", name="Begin anew")
        if anew.count():
            anew.click()
            page.wait_for_selector(".start")
            settle(page)
    assert dialogs == []
    assert {id: words for id, words in found.items() if words} == {}
    assert len(found) >= 20


def _dialogs(page: Page) -> list[str]:
    """What the page would have popped up, as it comes."""
    opened: list[str] = []

    def close(dialog: Dialog) -> None:
        opened.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", close)
    return opened


def _said(page: Page) -> dict[str, Any]:
    """The last answer's text without the reader's own words, and the notes it leads to."""
    said: dict[str, Any] = page.evaluate(
        """() => {
          const shown = [...document.querySelectorAll("section.answer, .notice")].pop().cloneNode(true);
          const notes = [...shown.querySelectorAll(".chain a")].map((a) => a.textContent);
          shown.querySelectorAll(".understood").forEach((echo) => echo.remove());
          return { text: shown.textContent, notes };
        }"""
    )
    return said


def _forbidden(item: dict[str, Any], said: dict[str, Any]) -> list[str]:
    words = [word for word in item.get("forbidden", []) if word in said["text"]]
    patterns = [p for p in item.get("forbidden_regex", []) if re.search(p, said["text"])]
    notes = [note for note in item.get("forbidden_citation_notes", []) if note in said["notes"]]
    return words + patterns + notes


def _is_text(page: Page) -> None:
    """Nothing of what was typed or said is more than text."""
    assert page.evaluate("Object.keys(window).filter(name => /^__E\\d/.test(name))") == []
    assert page.locator("iframe[srcdoc], object, embed, meta[http-equiv=refresh], .stHtml img").count() == 0
    links = page.eval_on_selector_all(".stHtml a", "all => all.map(a => a.getAttribute('href'))")
    assert [x for x in links if not re.match(r"[?#]|https?://", x)] == []
    assert [x for x in links if "attacker" in x] == []
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
