"""The main job in the page as readers have it: from a question to the source at the end of its note."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.steps import ask, go

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser
QUESTION = "How many peacekeepers has Cambodia deployed?"


def test_a_newcomer_reads_answer_section_words_note_and_source(
    real_context: BrowserContext, real_server: str
) -> None:
    page = real_context.new_page()
    go(page, real_server, ".start")
    ask(page, QUESTION)
    answer = page.locator("section.answer")
    assert "deploying over 9,197 personnel" in answer.inner_text()
    page.locator("a.chip").first.click()
    evidence = page.locator("#evidence-0-1")
    assert "Cambodia's Leadership in Global Peacekeeping 3.1.2" in evidence.inner_text()
    marked = evidence.locator("mark").all_inner_texts()
    assert "deploying over 9,197 personnel, of which 8% were women, to 11 mission" in "".join(marked)
    assert "Note 65" in evidence.inner_text()
    assert "Som, S. (2025, January 23). Woman officer to lead Blue Helmets" in evidence.inner_text()
    links = evidence.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert any(link.startswith("https://www.khmertimeskh.com/501627935/") for link in links)
