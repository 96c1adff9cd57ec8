"""`assistant build --expand` as a user sees it; and that nothing connects anywhere without it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.expand.conftest import FakeModel, answers
from tests.fakes import WordCountEmbedder
from tests.serve.conftest import Run


@pytest.fixture(autouse=True)
def _quick_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.search.build.SentenceTransformerEmbedder", lambda *_: WordCountEmbedder())


def good(number: int, material: dict[str, Any]) -> str:
    title = material["titles"][-1]
    return answers({"sentences": [1], "type": "factoid", "questions": [f"What of {title}?", "<b>no</b>"]})


@pytest.fixture
def arguments(books: Path, tmp_path: Path, model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    monkeypatch.setenv("ASSISTANT_LLM_BASE_URL", model.address)
    monkeypatch.setenv("ASSISTANT_LLM_MODEL", "tiny")
    monkeypatch.setenv("ASSISTANT_LLM_API_KEY", "s3cret-key")
    return ["build", "--corpus", books, "--index", tmp_path / "index"]


def test_it_says_what_it_sends_and_where_to(
    run: Run, arguments: list[object], model: FakeModel, books: Path
) -> None:
    model.script = good
    result = run(*arguments, "--expand")
    assert result.status == 0, result
    lines = result.out.splitlines()
    assert lines[:5] == [
        f"Sending 3 passages (29 words) of 2 documents to {model.address}, model tiny.",
        "Asking for readers' questions (3)",
        "3 questions to 3 answers from 3 passages; 3 more did not hold and were dropped.",
        "A model wrote them: read them before you rely on them "
        f"({books / 'boats.questions.jsonl'}, {books / 'trains.questions.jsonl'}).",
        "Reading the corpus",
    ]
    assert "s3cret" not in result.out + result.err
    assert run("check", "--corpus", books).status == 0
    again = run(*arguments, "--expand")
    assert again.out.startswith(
        "Nothing is sent: every document has its readers' questions (3 passages sent before)"
    )
    assert len(model.requests) == 3


def test_a_failure_is_named_and_the_build_goes_on(
    run: Run, arguments: list[object], model: FakeModel
) -> None:
    model.script = lambda n, m: "no" if m["titles"][-1] == "Trains" else good(n, m)
    result = run(*arguments, "--expand")
    assert result.status == 0, result
    assert "No usable answer: trains 1 “The green train is slow.”: the answer is not the JSON" in result.out
    assert "Run it again to ask about what has no answer." in result.out
    assert "Index " in result.out


def test_without_the_option_nothing_is_sent(run: Run, arguments: list[object], model: FakeModel) -> None:
    assert run(*arguments).status == 0
    assert model.requests == []


def test_without_a_model_one_line_says_which_settings(run: Run, corpus: Path, tmp_path: Path) -> None:
    told = run("build", "--expand", "--corpus", corpus, "--index", tmp_path / "index").only_error
    assert "llm_base_url and llm_model not set" in told
    assert not (tmp_path / "index").exists()


def test_without_the_option_no_code_that_connects_is_loaded(corpus: Path, tmp_path: Path) -> None:
    """A real process: the whole command line is imported and a command is run."""
    code = """if True:
        import sys
        from assistant.serve.cli import main
        status = main(sys.argv[1:])
        print(status, sorted({"httpx", "requests", "assistant.endpoint"} & set(sys.modules)))
    """
    said = subprocess.run(
        [sys.executable, "-c", code, "check", "--corpus", str(corpus)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines()[-1] == "0 []"


def test_only_one_module_connects_and_only_when_it_is_used(root: Path) -> None:
    """Imports of HTTP libraries in the library: `assistant.endpoint` and `expand.run`, inside functions."""
    found = {}
    for path in sorted((root / "assistant").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] in {"httpx", "requests", "aiohttp"} for name in names):
                found[str(path.relative_to(root))] = found.get(str(path.relative_to(root)), 0) + 1
    assert set(found) <= {"assistant/endpoint.py", "assistant/expand/run.py"}
