"""The chat page: how soon it is usable, its weight, and how long an answer takes, alone and for 20 readers.

    python benchmarks/page.py

Needs Chromium and an index. Everything runs on this machine, the browser too: times are from the reader's key
to the whole answer on the screen, measured inside the page. The 20 readers ask at one moment, each another
question, in Streamlit's own protocol and without a browser each. Results go to benchmarks/results/page.json.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from assistant import load_corpus, load_settings

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "results" / "page.json"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
READERS = 20

# Counts answers as they come to stand on the page, with the time since the key that asked.
WATCH = """() => {
  window.__took = []; window.__asked = 0;
  document.addEventListener('keydown', e => { if (e.key === 'Enter') __asked = performance.now(); }, true);
  let count = document.querySelectorAll('section.answer:not(.coming)').length;
  new MutationObserver(() => {
    const now = document.querySelectorAll('section.answer:not(.coming)').length;
    if (now > count) { window.__took.push(performance.now() - window.__asked); }
    count = now;
  }).observe(document.body, {childList: true, subtree: true});
}"""


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit(
            "There is no Chromium on this machine. On Debian and Ubuntu: apt-get install chromium"
        )
    questions = list(chain.from_iterable(q for _, q in load_corpus(load_settings().corpus).starters))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        began, load = time.perf_counter(), os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            figures = measure(browser, port, server.pid, began, questions)
        finally:
            server.terminate()
            server.wait(10)
        browser.close()
    report({"load of the machine before": load, **figures})


def measure(browser: Browser, port: int, pid: int, began: float, questions: list[str]) -> dict[str, Any]:
    address = f"http://127.0.0.1:{port}/"
    while socket.socket().connect_ex(("127.0.0.1", port)):
        time.sleep(0.02)
    listening = time.perf_counter() - began
    page = browser.new_page()
    weight = Weight(page)
    page.goto(address)
    _until_usable(page)
    usable = time.perf_counter() - began
    page.wait_for_timeout(1500)
    first_load = weight.taken()
    page.evaluate(WATCH)
    cold = ask(page, questions[0])
    weight.taken()
    alone = []
    for question in questions[1:11]:
        alone.append(ask(page, question))
    per_answer = weight.taken()
    again = browser.new_page()
    opened = time.perf_counter()
    again.goto(address)
    _until_usable(again)
    second = time.perf_counter() - opened
    for open_page in browser.contexts:
        open_page.close()  # the browser rests: the readers bring their own
    used = _cpu(pid)
    with ThreadPoolExecutor(1) as apart:  # the browser's own loop runs in this thread
        together = apart.submit(asyncio.run, crowd(port, questions)).result()
    used = _cpu(pid) - used
    return {
        "seconds to listening": listening,
        "seconds to usable, from the start of the process": usable,
        "seconds to usable, a later reader": second,
        "first question ever, seconds (loads the model)": cold,
        "answer alone, median seconds": statistics.median(alone),
        "answer alone, slowest of 10": max(alone),
        f"{READERS} readers at once, median seconds": statistics.median(together),
        f"{READERS} readers at once, slowest": max(together),
        f"{READERS} readers at once, answered": len(together),
        f"{READERS} readers at once, CPU seconds of the server": used,
        "first load, requests": first_load[0],
        "first load, KB": first_load[1] / 1000,
        "an answer, KB over the line": per_answer[1] / 10 / 1000,
        "an answer, messages": per_answer[2] / 10,
    }


class Weight:
    """What a page has taken over the line: requests, bytes, messages of its socket."""

    def __init__(self, page: Page) -> None:
        self.counts = [0, 0, 0]
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.loadingFinished", lambda e: self._add(1, e["encodedDataLength"], 0))
        session.on("Network.webSocketFrameReceived", lambda e: self._add(0, _size(e), 1))
        session.on("Network.webSocketFrameSent", lambda e: self._add(0, _size(e), 1))

    def _add(self, *more: float) -> None:
        self.counts = [a + b for a, b in zip(self.counts, more, strict=True)]

    def taken(self) -> list[float]:
        """What was taken since the last call."""
        counts, self.counts = self.counts, [0, 0, 0]
        return counts


def _cpu(pid: int) -> float:
    """CPU seconds of a process so far (Linux; 0 elsewhere)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _size(event: dict[str, Any]) -> float:
    """Bytes of a frame; binary ones come in base 64."""
    payload = event["response"]["payloadData"]
    return len(payload) * 3 / 4 if event["response"]["opcode"] == 2 else len(payload)


def _until_usable(page: Page) -> None:
    """The field takes words, questions to begin with stand there, links and keys are heard."""
    page.wait_for_selector("textarea")
    page.wait_for_selector(".st-key-starters button")
    page.wait_for_selector('html[data-shell="ready"]', state="attached")


def ask(page: Page, question: str) -> float:
    """Seconds from the key to the whole answer."""
    count = page.evaluate("window.__took.length")
    field = page.locator("textarea").first
    field.fill(question)
    field.press("Enter")
    page.wait_for_function(f"window.__took.length > {count}", timeout=120_000)
    page.wait_for_selector('.stApp[data-test-script-state="notRunning"]')
    return float(page.evaluate("window.__took.at(-1)")) / 1000


async def crowd(port: int, questions: list[str]) -> list[float]:
    """Seconds that each reader waited: all connect, wait until all stand ready, then ask at once."""
    gate = asyncio.Barrier(READERS)
    asked = (questions[i % len(questions)] for i in range(READERS))
    return list(await asyncio.gather(*(_reader(port, question, gate) for question in asked)))


async def _reader(port: int, question: str, gate: asyncio.Barrier) -> float:
    """One reader in Streamlit's own protocol, without a browser: readers bring their own machines."""
    origin = Origin(f"http://127.0.0.1:{port}")
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(
        address, subprotocols=[Subprotocol("streamlit")], max_size=None, origin=origin
    ) as line:
        opening = BackMsg()
        opening.rerun_script.query_string = ""
        await line.send(opening.SerializeToString())
        field, _ = await _until_drawn(line)
        await gate.wait()
        asking = BackMsg()
        widget = asking.rerun_script.widget_states.widgets.add()
        widget.id, widget.chat_input_value.data = field, question
        began = time.perf_counter()
        await line.send(asking.SerializeToString())
        _, answered = await _until_drawn(line)
        if not answered:
            raise SystemExit(f"No answer to: {question}")
        return time.perf_counter() - began


async def _until_drawn(line: Any) -> tuple[str, bool]:
    """Read until the run ends: the id of the question field, and whether an answer was drawn."""
    field, answered = "", False
    async for raw in line:
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = message.WhichOneof("type")
        if kind == "delta":
            element = message.delta.new_element
            field = element.chat_input.id or field
            answered = answered or 'data-question="question-0"' in element.html.body
        elif kind == "script_finished":
            break
    return field, answered


def report(figures: dict[str, Any]) -> None:
    for name, value in figures.items():
        print(f"{name:52} {value:10.2f}")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    rounded = {name: round(value, 3) for name, value in figures.items()}
    RESULT.write_text(
        json.dumps({"machine": machine, "figures": rounded}, indent=1) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
