"""What readers do, for tests of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

DONE = "section.answer:not(.coming), .notice"
QUESTION = "What did Resolution 1325 call for?"


def ask(page: Page, question: str = QUESTION) -> None:
    """Type a question, send it, wait until its answer or a notice stands."""
    page.evaluate(f"document.querySelectorAll('{DONE}').forEach(e => e.setAttribute('data-seen', ''))")
    field = page.locator("textarea[data-testid=stChatInputTextArea]")
    field.fill(question)
    field.press("Enter")
    page.wait_for_function(
        f"[...document.querySelectorAll('{DONE}')].some(e => !e.hasAttribute('data-seen'))"
    )
    settle(page)


def settle(page: Page) -> None:
    """Wait until the browser's side listens and the server has nothing more to draw."""
    page.wait_for_selector('html[data-shell="ready"]', state="attached")
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')


def go(page: Page, address: str, wait: str) -> None:
    page.goto(address)
    page.wait_for_selector(wait)
    settle(page)


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds against WCAG 2.0 to 2.2, A and AA."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    found = Axe().run(page, options=options).response["violations"]
    return [
        {
            "id": v["id"],
            "nodes": [n["target"] for n in v["nodes"]],
            "html": [n["html"][:200] for n in v["nodes"]],
        }
        for v in found
    ]
