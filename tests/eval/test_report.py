"""Reports: what they show, that nothing in them runs, and that equal inputs give equal files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from eval.cli import cli, main
from eval.report.charts import Axis, Series, bar_chart, line_chart
from eval.report.failures import failures
from eval.report.safe import visible

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ATTACK = (
    '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>'
    "\u202e\u0000 {{ 7*7 }} [a](javascript:alert(1))"
)
ROWS: list[dict[str, Any]] = [
    {
        "id": "A1",
        "question": f"Who met? {ATTACK}",
        "type": "factoid",
        "answerable": True,
        "evidence": [{"quote": "The team met in Paris in May", "section": "1.1"}],
        "notes": ["6"],
        "nuggets": [["Paris"], ["Nine"]],
    },
    {
        "id": "C1",
        "question": "And then?",
        "type": "unanswerable",
        "subtype": "near-miss",
        "answerable": False,
    },
    {"id": "C2", "question": "Lost?", "type": "unanswerable", "subtype": "off-topic", "answerable": False},
    {"id": "B1", "question": "Fine?", "type": "list", "answerable": True, "nuggets": [["yes"]]},
]
ANSWERS: list[dict[str, Any]] = [
    {
        "id": "A1",
        "answer": f"In Paris. {ATTACK}",
        "refused": False,
        "citations": [
            {"label": "1", "section": f"9.9{ATTACK}", "quote": ATTACK, "notes": [{"number": "77"}]}
        ],
        "passages": [
            {"text": ATTACK, "section": "1.1", "score": 0.4},
            {"text": "The team met in Paris in May."},
        ],
        "seconds": {"total": 0.25},
        "novelty": {"cosine": 0.9, "question": ATTACK},
    },
    {"id": "C1", "answer": "Then rain.", "refused": False, "passages": [{"text": "Rain.", "score": 0.1}]},
    {"id": "B1", "answer": "Yes.", "refused": False, "novelty": {"cosine": 0.3, "question": "x"}},
]


class Tags(HTMLParser):
    """Collects tags with their attributes, and every text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in (("set.jsonl", ROWS), ("answers.jsonl", ANSWERS)):
        (tmp_path / name).write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    arguments = ["score", str(tmp_path / "answers.jsonl"), str(tmp_path / "set.jsonl"), "--out"]
    for out in ("one", "two"):
        result = CliRunner().invoke(cli, [*arguments, str(tmp_path / out)])
        assert result.exit_code == 0, result.output
    return tmp_path


def test_nothing_of_an_answer_becomes_markup(folder: Path) -> None:
    page = (folder / "one" / "report.html").read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(page)
    names = [name for name, _ in tags.found]
    assert names.count("script") == 1
    assert not {"img", "iframe", "object", "link", "base"} & set(names)
    assert not [a for _, attributes in tags.found for a in attributes if a.startswith("on")]
    addresses = [a[k] for _, a in tags.found for k in ("href", "src", "action") if k in a]
    assert addresses == ["#questions"]
    assert "49" not in re.sub(
        r"[0-9a-f]{16,}", "", page.split("Questions</h2>")[1].split("How this was made")[0]
    )
    assert "⟨U+202E⟩⟨U+0000⟩" in page
    assert "\u202e" not in page


def test_the_policy_allows_the_one_script_by_its_hash(folder: Path) -> None:
    import base64
    import hashlib

    page = (folder / "one" / "report.html").read_text(encoding="utf-8")
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in page


def test_it_says_what_went_wrong(folder: Path) -> None:
    page = (folder / "one" / "report.html").read_text(encoding="utf-8")
    assert "misses “Nine”" in page
    assert "cites notes 77; needed: 6" in page
    assert "answered, but the corpus does not answer it" in page
    assert "<b>1 questions have no answer</b>" in page
    assert "4 questions; nothing wrong with 1, something with 3." in page
    for heading in ("All measures", "By type of question", "By nearness to a readers", "Refusal", "Plots"):
        assert f">{heading}" in page, heading


def test_equal_inputs_give_equal_files(folder: Path) -> None:
    for name in ("questions.jsonl", "summary.json", "report.html"):
        assert (folder / "one" / name).read_bytes() == (folder / "two" / name).read_bytes(), name
    summary = json.loads((folder / "one" / "summary.json").read_text(encoding="utf-8"))
    assert summary["overall"]["nuggets"] == {"value": 0.75, "low": 0.5, "high": 1.0, "questions": 2}
    assert summary["latency"]["total"]["p50"] == 0.25
    assert "set.jsonl (sha256 " in summary["provenance"]["question sets"]


def test_gravest_failure_first() -> None:
    record = {
        "answered": True,
        "error": None,
        "answerable": False,
        "scores": {"refusal_right": 0.0, "signposted": 0.0, "nuggets": None, "evidence@800w": None},
        "found": {"attack": [], "forbidden": ["evil"], "first_ranks": [], "nuggets_missed": []},
    }
    assert [tag for tag, _ in failures(record)] == ["refusal", "safety", "safety"]


def test_a_question_that_broke_the_system_is_told() -> None:
    record = {
        "answered": True,
        "error": "ZeroDivisionError: division by zero",
        "answerable": True,
        "scores": {"refusal_right": 1.0, "signposted": None, "nuggets": None, "evidence@800w": None},
        "found": {"attack": [], "forbidden": [], "first_ranks": [], "nuggets_missed": []},
    }
    assert failures(record) == [("missing", "the system broke: ZeroDivisionError: division by zero")]


def test_texts_are_bounded_and_visible() -> None:
    assert visible("a\u0301\u0301\u0301\u0301\u0301b") == "a\u0301\u0301\u0301b"
    assert visible("x" * 50, 10) == "x" * 10 + " … (40 more characters)"
    assert visible("line\n\tnext\u200b") == "line\n\tnext\u200b"
    assert visible("\ud800") == "⟨U+D800⟩"


def test_charts_place_points_by_arithmetic() -> None:
    x, y = Axis("words", 0, 100), Axis("share", 0, 1, percent=True)
    svg = str(line_chart("Recall <b>", [Series("a&b", ((0, 0), (100, 1))), Series("c", ((50, 0.5),))], x, y))
    # The drawing is 420 by 260 with margins 44, 20, 26 and 40: x from 44 to 400, y from 220 to 26.
    assert 'd="M44.0 220.0 L400.0 26.0"' in svg
    assert 'd="M222.0 123.0"' in svg
    assert "Recall &lt;b&gt;" in svg
    assert "a&amp;b" in svg
    bars = str(bar_chart("Seconds", [("p50", 0.5), ("max", 1.0)], Axis("s", 0, 1), "percentile"))
    assert 'height="97.0"' in bars
    assert 'height="194.0"' in bars


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["score", "absent.jsonl", "set.jsonl"], 1, "eval: absent.jsonl: no such file. Check the name"),
        (["score", "answers.jsonl", "answers.jsonl"], 1, 'answers.jsonl:1: the field "type" is missing'),
        (["score", "answers.jsonl"], 2, "Missing argument"),
        (["score", "answers.jsonl", "set.jsonl", "--out", "set.jsonl"], 1, "Name another folder with --out"),
        (["compare", "one", "absent"], 1, "no such file"),
    ],
)
def test_what_is_wrong_is_one_line(
    folder: Path,
    arguments: list[str],
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sys.argv", ["eval", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    told = capsys.readouterr().err
    assert left.value.code == status
    assert said in told
    if status == 1:
        assert len(told.splitlines()) == 1


def test_the_module_runs(folder: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "eval", "score", str(folder / "answers.jsonl"), str(folder / "set.jsonl")],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "WARNING: 1 without an answer, scored as wrong: C2" in done.stdout
    assert "Key facts given 0.750 [0.500, 1.000] n=2" in " ".join(done.stdout.split())


@pytest.mark.browser
def test_the_filter_in_a_real_browser(folder: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append("dialog"))
    page.goto((folder / "one" / "report.html").as_uri())
    assert page.locator("details.q:visible").count() == 4
    page.select_option("#show", "any")
    assert page.locator("details.q:visible").count() == 3
    page.select_option("#show", "refusal")
    assert page.locator("details.q:visible .id").all_inner_texts() == ["C1"]
    page.select_option("#show", "")
    page.fill("#find", "list fine")
    assert page.locator("details.q:visible .id").all_inner_texts() == ["B1"]
    page.fill("#find", "")
    page.click("#open")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.title() == "Scores of answers.jsonl"
    assert said == []
    page.close()
