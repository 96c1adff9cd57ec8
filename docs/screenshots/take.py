"""Pictures of every state of the page: `make screenshots`. Needs Chromium and an index.

Each is taken at 360, 768 and 1440 pixels, light and dark, and kept small (256 colours).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).resolve().parent
WIDTHS = {360: 740, 768: 1024, 1440: 900}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

ANSWERED = "What happened to women under the Khmer Rouge regime?"
CONFLICT = "How many Cambodian peacekeepers have been deployed since 2006, and how many of them were women?"
PARTIAL = "How many mediators in Cambodia are women?"
REFUSED = "What will the weather be like in Siem Reap tomorrow?"
HELP = "My husband beats me. Where can I find help?"
FOLLOW_UP = ("What is gender-responsive mediation?", "When is it not to be used?")


def ask(page: Page, question: str) -> None:
    count = page.locator("section.answer:not(.coming), .notice").count()
    page.locator("textarea").first.fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"document.querySelectorAll('section.answer:not(.coming), .notice').length > {count}", timeout=90_000
    )
    settle(page)


def look(page: Page, selector: str) -> None:
    """Have the last `selector` in the picture, with what stands before it; without it there is no picture."""
    found = page.locator(selector).last
    if not found.count():
        raise SystemExit(f"No {selector} on the page: another question must be asked for this picture.")
    found.evaluate(
        """(box) => {
          document.dispatchEvent(new Event("wheel"));  // the page holds its place until its reader moves
          const end = document.querySelector("[data-testid=stBottom]").getBoundingClientRect().top;
          if (box.getBoundingClientRect().bottom < end) return;
          box.scrollIntoView({ block: "start" });
          document.getElementById("stMain").scrollBy(0, -0.14 * innerHeight);
        }"""
    )


def settle(page: Page) -> None:
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]', timeout=90_000)
    page.wait_for_timeout(300)


def start(page: Page) -> None:
    page.wait_for_selector(".start")


def answered(page: Page) -> None:
    ask(page, ANSWERED)


def evidence(page: Page) -> None:
    ask(page, CONFLICT)
    page.locator("a.chip").first.click()


def conflict(page: Page) -> None:
    ask(page, CONFLICT)
    look(page, ".conflict")


def partial(page: Page) -> None:
    ask(page, PARTIAL)
    look(page, ".verdict.partial")


def refused(page: Page) -> None:
    ask(page, REFUSED)
    look(page, ".verdict.refused")


def signposts(page: Page) -> None:
    ask(page, HELP)
    look(page, ".signposts")


def follow_up(page: Page) -> None:
    for question in FOLLOW_UP:
        ask(page, question)
    look(page, ".understood")


def search(page: Page) -> None:
    page.get_by_label("Search the text").fill("early warning")
    page.keyboard.press("Enter")
    page.wait_for_selector(".found li")


def feedback(page: Page) -> None:
    ask(page, ANSWERED)
    page.get_by_role("radio", name="No", exact=True).click()
    page.wait_for_selector("[data-testid=stForm]")
    settle(page)
    look(page, "[data-testid=stForm]")


def operator(page: Page) -> None:
    page.get_by_label("Password").first.fill("screenshots")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("dl.state div")


def nothing(page: Page) -> None:
    page.wait_for_selector("h1")


STATES = {
    "start": ("", start),
    "answer": ("", answered),
    "evidence": ("", evidence),
    "conflict": ("", conflict),
    "partial": ("", partial),
    "refused": ("", refused),
    "signposts": ("", signposts),
    "follow-up": ("", follow_up),
    "feedback": ("", feedback),
    "read": ("?section=1.4/prevention", nothing),
    "note": ("?note=87", nothing),
    "search": ("?page=read", search),
    "settings": ("?page=settings", nothing),
    "operator": ("?page=operator", operator),
    "no-such-section": ("?section=9.9", nothing),
}


def take(browser: Browser, address: str, only: set[str]) -> None:
    for scheme in ("light", "dark"):
        for width, height in WIDTHS.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            for name, (place, act) in STATES.items():
                if only and name not in only:
                    continue
                page = context.new_page()
                page.goto(address + place)
                page.wait_for_selector(".top", timeout=30_000)
                settle(page)
                act(page)
                settle(page)
                save(page.screenshot(), FOLDER / f"{name}-{width}-{scheme}.png")
                page.close()
            context.close()
            print(f"{scheme} {width} done", flush=True)


def save(picture: bytes, path: Path) -> None:
    image = Image.open(BytesIO(picture)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    image.save(path, optimize=True)


def no_index(browser: Browser, folder: Path) -> None:
    """The page of a server that has no index yet, and of one that another process builds."""
    for name, building in (("no-index", False), ("building", True)):
        if building:
            (folder / "index" / ".building-0").mkdir(parents=True)
            said = {"step": "embedding", "done": 6400, "total": 21847, "began": time.time() - 65}
            (folder / "index" / ".building-0" / "progress.json").write_text(json.dumps(said), encoding="utf-8")
        # a name without a folder: the page shows it
        with serve({"ASSISTANT_INDEX": str(folder / "index") if building else "new-index"}) as address:
            for scheme in ("light", "dark"):
                for width, height in WIDTHS.items():
                    context = browser.new_context(
                        viewport={"width": width, "height": height}, color_scheme=scheme
                    )
                    page = context.new_page()
                    page.goto(address)
                    page.wait_for_selector(".notice")
                    settle(page)
                    save(page.screenshot(), FOLDER / f"{name}-{width}-{scheme}.png")
                    context.close()


class serve:
    """The page on a free port of this machine, ended on leaving."""

    def __init__(self, settings: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.settings = settings

    def __enter__(self) -> str:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={self.port}"],
            cwd=ROOT, env={**os.environ, **self.settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return f"http://127.0.0.1:{self.port}/"
            time.sleep(0.1)
        raise SystemExit("The page did not start: run `streamlit run app.py` to see why.")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("There is no Chromium on this machine. On Debian and Ubuntu: apt-get install chromium")
    only = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        settings = {
            "ASSISTANT_FEEDBACK": str(Path(folder) / "feedback.sqlite"), "ASSISTANT_OPERATOR_PASSWORD": "screenshots"
        }
        if not only or only - {"no-index", "building"}:
            with serve(settings) as address:
                take(browser, address, only)
        if not only or only & {"no-index", "building"}:
            no_index(browser, Path(folder))
        browser.close()


if __name__ == "__main__":
    main()
