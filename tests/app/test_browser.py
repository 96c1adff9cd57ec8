"""The page in a real browser: every path that a reader takes."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.app.conftest import EXIT
from tests.app.steps import QUESTION, ask, go, settle, violations

pytestmark = pytest.mark.browser


def test_a_chip_opens_its_evidence_with_the_quotation_marked(page: Page) -> None:
    ask(page)
    assert page.locator("h2.question").inner_text().endswith(QUESTION)
    first = page.locator(".answer .words p").first.inner_text()
    page.locator("a.chip").first.click()
    evidence = page.locator("details.evidence").first
    expect(evidence).to_have_attribute("open", "")
    marked = "".join(evidence.locator("mark, mark + sup a").all_inner_texts())
    assert marked[:60] == first[:60]
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_answer_is_announced_to_screen_readers(page: Page) -> None:
    region = page.locator("#spoken")
    expect(region).to_have_attribute("aria-live", "polite")
    ask(page)
    expect(region).to_have_text("Answer. 3 places in the text")


@pytest.mark.parametrize("height", [500, 900])
def test_an_answer_is_read_from_its_question_on(browser_in, server: str, height: int) -> None:  # type: ignore[no-untyped-def]
    """Streamlit would drive the page to its end; each question is at the top, and stays there."""
    page = browser_in("light", 768).new_page()
    page.set_viewport_size({"width": 768, "height": height})
    go(page, server, ".start")
    for number in range(2):
        ask(page, f"{QUESTION} What did women build in {1990 + number}?")
        page.wait_for_function(
            f"document.getElementById('question-{number}').getBoundingClientRect().top < 90"
        )
        places = page.evaluate(
            """async (number) => {
              const question = document.getElementById(`question-${number}`), places = [];
              for (let frame = 0; frame < 40; frame++) {
                await new Promise(requestAnimationFrame);
                places.push(Math.round(question.getBoundingClientRect().top));
              }
              return places;
            }""",
            number,
        )
        assert set(places) == {places[-1]}
        assert places[-1] >= 0


def test_a_follow_up_is_shown_as_understood(page: Page) -> None:
    ask(page)
    ask(page, "And then?")
    expect(page.locator(".understood")).to_have_text(f"Understood as {QUESTION} And then?")


@pytest.mark.parametrize(
    ("question", "selector", "words"),
    [
        ("refuse: the price of gold", ".verdict.refused", "No answer in the text"),
        ("partial: peace agreements", ".verdict.partial", "Answered in part"),
        ("conflict: peace agreements", ".conflict", "Two figures are given."),
        ("help: support for survivors", ".signposts", "A named organisation"),
        ("break: anything", ".notice", "could not answer"),
    ],
)
def test_each_state_has_its_own_look(page: Page, question: str, selector: str, words: str) -> None:
    ask(page, question)
    expect(page.locator(selector)).to_contain_text(words)


def test_a_question_that_nobody_can_see_is_none(page: Page) -> None:
    ask(page, "\u2800\u200b \u180e")
    expect(page.locator(".notice")).to_contain_text("There is nothing to read in that")
    assert page.locator("h2.question").count() == 0


def test_a_starter_and_a_suggestion_ask_what_they_say(page: Page) -> None:
    button = page.locator(".st-key-starters button").first
    words = button.inner_text()
    button.click()
    expect(page.locator("h2.question")).to_contain_text(words)
    settle(page)
    suggestion = page.locator(".st-key-suggestions button").first
    words = suggestion.inner_text()
    suggestion.click()
    expect(page.locator("h2.question").nth(1)).to_contain_text(words)


def test_reading_keeps_the_conversation(page: Page) -> None:
    ask(page)
    page.locator("a.chip").first.click()
    page.get_by_role("link", name="Read it in its place").first.click()
    expect(page.locator("article.text mark[data-target]")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?section=[^&]+&at=\d+-\d+$"))
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Ask").click()
    expect(page.locator("h2.question")).to_contain_text(QUESTION)


def test_the_visit_is_one_entry_of_the_history(page: Page) -> None:
    before = page.evaluate("history.length")
    ask(page)
    for name in ("Read", "Settings", "Ask"):
        page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")
    assert page.evaluate("history.length") == before
    assert QUESTION not in page.url


# ---------------------------------------------------------------- leaving


def _blank(context: BrowserContext) -> None:
    context.route(
        EXIT, lambda route: route.fulfill(body="<title>elsewhere</title>", content_type="text/html")
    )


def test_the_button_leaves_at_once_and_cannot_be_undone_by_going_back(
    context: BrowserContext, page: Page
) -> None:
    _blank(context)
    before = page.evaluate("history.length")
    ask(page)
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(EXIT)
    assert page.title() == "elsewhere"
    assert page.evaluate("history.length") == before  # replaced, not added


def test_escape_twice_leaves_and_once_does_not(context: BrowserContext, page: Page, server: str) -> None:
    _blank(context)
    noon = datetime(2025, 1, 1, 12)  # the page's clock stands still but for what is said here
    page.clock.set_fixed_time(noon)
    page.keyboard.press("Escape")
    expect(page.locator("#spoken")).to_have_text("Press Escape again to leave this page at once.")
    page.clock.set_fixed_time(noon + timedelta(milliseconds=1600))
    page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.style.display") == ""
    assert page.url == server
    page.clock.set_fixed_time(noon + timedelta(milliseconds=3000))
    page.keyboard.press("Escape")
    page.wait_for_url(EXIT)


# ---------------------------------------------------------------- reading


def test_an_address_leads_to_a_section(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    go(page, f"{server}?section=1.2/core-concepts/human-security", "article.text")
    expect(page.locator("article.text h1")).to_have_text("Core Concepts & Alignment with Global Frameworks")
    target = page.locator("[data-target]")
    expect(target).to_have_text("Human Security as the Foundation of Peace")
    expect(target).to_be_in_viewport()


def test_a_note_says_where_it_is_used_and_where_its_chain_ends(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    go(page, f"{server}?note=87", "article.text")
    assert page.locator(".chain a").all_inner_texts() == ["87", "86", "85"]
    assert page.locator(".uses > li").count() >= 1
    page.locator(".uses > li > a").first.click()
    expect(page.locator("article.text mark").first).to_be_visible()


def test_a_section_that_is_not_there(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    go(page, f"{server}?section=99.9", ".notice")
    expect(page.locator(".notice")).to_contain_text("There is no such section")


def test_search_marks_what_was_looked_for(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    go(page, f"{server}?page=read", "article.text")
    field = page.get_by_label("Search the text")
    field.fill("peacekeepers missions")
    field.press("Enter")
    expect(page.locator(".found li").first).to_contain_text("peacekeepers")
    assert page.locator(".found mark").first.inner_text().lower() in ("peacekeepers", "missions")
    page.locator(".found a").first.click()
    expect(page.locator("article.text mark[data-target]")).to_be_in_viewport()


def test_a_question_in_the_address_is_asked_and_taken_out_of_it(context: BrowserContext, server: str) -> None:
    page = context.new_page()
    go(page, f"{server}?q=What+is+positive+peace%3F", "section.answer:not(.coming)")
    expect(page.locator("h2.question")).to_contain_text("What is positive peace?")
    expect(page).not_to_have_url(re.compile("positive"))


# ---------------------------------------------------------------- taking away, feedback


@pytest.mark.parametrize(
    ("name", "ending", "magic"),
    [("Markdown", "md", b"# A conv"), ("Word", "docx", b"PK\x03\x04"), ("PDF", "pdf", b"%PDF-")],
)
def test_the_conversation_can_be_taken_away(page: Page, name: str, ending: str, magic: bytes) -> None:
    ask(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename == f"conversation.{ending}"
    assert download.value.path().read_bytes().startswith(magic)


def test_an_answer_is_copied_with_its_citations(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page)
    page.get_by_role("button", name="Copy with citations").click()
    expect(page.locator("#spoken")).to_have_text("Copied")  # the button says so for a moment only
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(QUESTION)
    assert "[1] " in copied


def test_feedback_is_stored_with_consent_alone_and_the_operator_sees_it(page: Page, server: str) -> None:
    ask(page, "refuse: something about boats")
    page.get_by_role("radio", name="Yes", exact=True).click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".thanks").filter(has_text="Nothing was stored")).to_be_visible()
    settle(page)  # a click while the page is being drawn anew is lost, for a person too
    consent = page.get_by_role("checkbox").first
    page.locator("label[data-baseweb=checkbox], .stCheckbox label").first.click()
    expect(consent).to_be_checked()
    page.get_by_role("button", name="Send", exact=True).click()
    # The line before may stand a moment longer beside it.
    expect(page.locator(".thanks").filter(has_text="It is stored")).to_be_visible()
    go(page, f"{server}?page=operator", "h1")
    page.get_by_label("Password").first.fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".notice")).to_contain_text("That is not the password")
    page.get_by_label("Password").first.fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("table")).to_contain_text("something about boats")
    settle(page)
    assert violations(page) == []


# ---------------------------------------------------------------- everyone

PLACES = [
    "",
    "?page=read",
    "?section=1.4/prevention",
    "?note=87",
    "?page=settings",
    "?page=operator",
    "?section=99",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(browser_in, server: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page = browser_in(scheme, 1280).new_page()
    found = {}
    for place in PLACES:
        go(page, server + place, ".top")
        page.wait_for_selector("h1")
        found[place] = violations(page)
    assert {place: v for place, v in found.items() if v} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state(browser_in, server: str, scheme: str) -> None:  # type: ignore[no-untyped-def]
    page = browser_in(scheme, 360).new_page()
    go(page, server, ".start")
    found = {}
    for question in (
        QUESTION,
        "refuse: gold",
        "partial: peace",
        "conflict: agreements",
        "help: survivors",
        "break: x",
    ):
        ask(page, question)
        page.evaluate("document.querySelectorAll('details').forEach(item => { item.open = true })")
        found[question] = violations(page)
    page.get_by_role("radio", name="No", exact=True).first.click()
    page.wait_for_selector("[data-testid=stForm]")
    settle(page)
    found["rating"] = violations(page)
    assert {state: v for state, v in found.items() if v} == {}


def test_the_page_without_an_index_is_kind_and_for_everyone(browser: Browser, bare_server: str) -> None:
    found = {}
    for scheme in ("light", "dark"):
        page = browser.new_context(color_scheme=scheme, viewport={"width": 360, "height": 740}).new_page()
        go(page, bare_server, ".notice")
        expect(page.get_by_role("button", name="Build the index now")).to_be_visible()
        assert "There is no index" in page.locator(".notice").inner_text()
        found[scheme] = violations(page)
        page.context.close()
    assert found == {"light": [], "dark": []}


@pytest.mark.parametrize(("width", "scale"), [(360, 100), (360, 200), (768, 100), (1440, 200)])
def test_nothing_is_wider_than_the_screen(browser_in, server: str, width: int, scale: int) -> None:  # type: ignore[no-untyped-def]
    page = browser_in("light", width).new_page()
    go(page, f"{server}?page=settings", "h1")
    page.locator(".st-key-scale label").filter(has_text=f"{scale} %").click()
    settle(page)
    page.wait_for_function(
        f"getComputedStyle(document.documentElement).fontSize === '{17 * scale / 100:g}px'"
    )
    wide = {}
    for name in ("Settings", "Read", "Ask"):
        link = page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        settle(page)
        wide[name] = _sideways(page)
    ask(page)
    page.locator("a.chip").first.click()
    wide["answer"] = _sideways(page)
    assert {k: v for k, v in wide.items() if v > 0} == {}


def _sideways(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways."""
    return int(page.evaluate(
        "Math.max(document.documentElement.scrollWidth - innerWidth,"
        " ...[...document.querySelectorAll('.stMain, .stMainBlockContainer')]"
        ".map(e => e.scrollWidth - e.clientWidth))"
    ))  # fmt: skip


def test_the_keyboard_alone_reaches_the_way_out_first_and_then_everything(page: Page) -> None:
    reached = []
    page.wait_for_selector("textarea")
    for _ in range(24):
        page.keyboard.press("Tab")
        # the scrolling frame of the page can be reached too: its words are the whole page's
        reached.append(
            page.evaluate(
                "(e => e.ariaLabel || (e.id === 'stMain' ? '' : e.innerText))(document.activeElement)"
            )
        )
    wanted = ("Leave this page", "Read", "Civil society", "Which Cambodian", "Your question")
    places = [next((i for i, r in enumerate(reached) if (r or "").startswith(w)), -1) for w in wanted]
    assert -1 not in places, reached
    assert places == sorted(places)


def test_without_motion_nothing_moves(browser_in, server: str) -> None:  # type: ignore[no-untyped-def]
    page = browser_in("light", 1280, reduced_motion="reduce").new_page()
    go(page, server, ".start")
    assert page.evaluate("getComputedStyle(document.querySelector('.start')).transitionDuration") == "0s"
    moving = page.evaluate("document.getAnimations().filter(a => a.playState === 'running').length")
    assert moving == 0
