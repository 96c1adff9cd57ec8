"""The page's logic without a browser (Streamlit's AppTest): routes, states, errors, choices, building."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import page.engine as engine
from assistant import AssistantError, IndexMissing, Settings
from tests.app.fakes import FakeAssistant

ROOT = Path(__file__).resolve().parents[2]


def script() -> None:
    from page.main import main

    main()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The page on the computable assistant, in this process."""
    st.cache_resource.clear()
    monkeypatch.setattr(engine, "Assistant", FakeAssistant)
    yield monkeypatch
    st.cache_resource.clear()


def run(**query: str) -> AppTest:
    app = AppTest.from_function(script, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def html(app: AppTest) -> str:
    """All markup of the page, in order."""
    return "\n".join(_bodies(app.main))


def _bodies(node: Any) -> Iterator[str]:
    for child in getattr(node, "children", {}).values():
        proto = getattr(child, "proto", None)
        if proto is not None and type(proto).__name__ == "Html":
            yield proto.body
        yield from _bodies(child)


def button(app: AppTest, key: str) -> Any:
    return app.button(key=key)


def test_the_start_screen_says_what_is_kept(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "They are not stored" in html(run())
    opened.setenv("ASSISTANT_FEEDBACK", str(tmp_path / "none.sqlite"))
    st.cache_resource.clear()
    assert "stored only if you agree" in html(run())


def test_with_a_language_model_the_page_says_that_questions_leave(opened: pytest.MonkeyPatch) -> None:
    opened.setenv("ASSISTANT_COMPOSER", "llm")
    opened.setenv("ASSISTANT_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    opened.setenv("ASSISTANT_LLM_MODEL", "m")
    text = html(run())
    assert "sent to the language model" in text
    assert "sent nowhere" not in text


def test_a_question_is_answered_and_the_next_leans_on_it(opened: pytest.MonkeyPatch) -> None:
    app = run()
    app.chat_input[0].set_value("What did Resolution 1325 call for?").run()
    assert 'data-evidence="evidence-0-1"' in html(app)
    app.chat_input[0].set_value("And then?").run()
    assert "Understood as</span> What did Resolution 1325 call for? And then?" in html(app)
    assert html(app).count('class="question"') == 2


def test_beginning_anew_forgets_the_conversation(opened: pytest.MonkeyPatch) -> None:
    app = run(q="What is peace?")
    assert html(app).count('class="question"') == 1
    button(app, "anew").click().run()
    assert html(app).count('class="question"') == 0
    assert "Ask the handbook" in html(app)


def test_a_question_of_the_address_is_asked_once(opened: pytest.MonkeyPatch) -> None:
    app = run(q="What is peace?")
    app.run()
    assert html(app).count('class="question"') == 1
    assert "q" not in app.query_params


@pytest.mark.parametrize("text", ["\u2800 \u200b", "   "])
def test_an_unseen_question_is_told(opened: pytest.MonkeyPatch, text: str) -> None:
    app = run()
    app.chat_input[0].set_value(text).run()
    assert "There is nothing to read in that" in html(app)


def test_a_failure_is_told_and_the_conversation_stays(opened: pytest.MonkeyPatch) -> None:
    app = run(q="What is peace?")
    app.chat_input[0].set_value("break: it").run()
    text = html(app)
    assert "The assistant could not answer: The model cannot be loaded." in text
    assert text.count('class="answer answered"') == 1


def test_a_fault_shows_no_traceback(opened: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("inner secret")

    opened.setattr("page.ask.draw", broken)
    text = html(run())
    assert "Something went wrong here" in text
    assert "secret" not in text


def test_a_wrong_setting_is_told(opened: pytest.MonkeyPatch) -> None:
    opened.setenv("ASSISTANT_K", "many")
    assert "The setting k is wrong" in html(run())


# ---------------------------------------------------------------- choices


def test_choices_hold_for_the_visit(opened: pytest.MonkeyPatch) -> None:
    app = run(page="settings")
    app.radio(key="style").set_value("chicago").run()
    app.slider(key="passages").set_value(4).run()
    app.radio(key="scale").set_value(150).run()
    choices = app.session_state["session"].choices
    assert (choices.style, choices.k, choices.scale) == ("chicago", 4, 150)
    del app.query_params["page"]
    app.query_params["q"] = "deployed peacekeepers missions countries forces women comprising"
    app.run()
    assert "chicago: Ministry of Women" in html(app)
    assert len(app.session_state["session"].exchanges[0].answer.passages) == 4


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9/v1"])
def test_without_a_composer_that_asks_one_there_is_no_language_model_to_choose(
    opened: pytest.MonkeyPatch, address: str
) -> None:
    opened.setenv("ASSISTANT_LLM_BASE_URL", address)  # may be there for `assistant build --expand`
    app = run(page="settings")
    assert app.radio(key="composer").options == ["The text's own sentences, on this machine"]
    assert "nothing leaves this machine" in html(app)


# ---------------------------------------------------------------- no index


class Missing:
    @classmethod
    def open(cls, settings: Settings) -> None:
        raise IndexMissing("There is no index yet. Run `assistant build`.")


def test_a_missing_index_can_be_built_from_the_page(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened.setattr(engine, "Assistant", Missing)
    opened.setenv("ASSISTANT_INDEX", str(tmp_path))
    let_go = threading.Event()

    def build(settings: Settings, progress: Any) -> None:
        progress("embedding", 3, 12)
        let_go.wait(20)
        opened.setattr(engine, "Assistant", FakeAssistant)

    opened.setattr("page.main.start_build", lambda settings: engine.start_build(settings, build))
    app = run()
    assert "There is no index yet" in html(app)
    button(app, "build").click().run()
    assert "The index is being built" in html(app)
    bar = app.get("progress")[0].proto
    assert (bar.value, bar.text) == (25, "Making the text searchable by meaning · 3 / 12")
    let_go.set()
    thread = engine.the_build().thread
    assert thread is not None
    thread.join(20)
    app.run()
    assert "Ask the handbook" in html(app)


def test_a_build_that_fails_says_why(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened.setattr(engine, "Assistant", Missing)
    opened.setenv("ASSISTANT_INDEX", str(tmp_path))

    def build(settings: Settings, progress: Any) -> None:
        raise AssistantError("The disk is full.")

    started = engine.start_build(Settings(index=tmp_path), build)
    assert started.thread is not None
    started.thread.join(20)
    (tmp_path / ".building-1234").mkdir()  # what a build that failed leaves behind
    assert "The disk is full." in html(run())


def test_a_build_of_another_process_says_how_far_it_is(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened.setattr(engine, "Assistant", Missing)
    opened.setenv("ASSISTANT_INDEX", str(tmp_path))
    folder = tmp_path / ".building-1234"
    folder.mkdir()
    said = {"step": "embedding", "done": 600, "total": 2400, "began": time.time() - 65}
    (folder / "progress.json").write_text(json.dumps(said))
    app = run()
    assert "Another process has been building it for" in html(app)
    bar = app.get("progress")[0].proto
    assert (bar.value, bar.text) == (25, "Making the text searchable by meaning · 600 / 2400")


# ---------------------------------------------------------------- beginning


def test_the_field_is_there_before_the_assistant_is_and_stands_once(opened: pytest.MonkeyPatch) -> None:
    """Drawn first while the server opens the index, else last; the page is the same."""
    late = run()
    opened.setattr("page.main.is_opening", lambda: True)
    early = run()
    assert [field.max_chars for field in early.chat_input] == [2000]
    assert [field.max_chars for field in late.chat_input] == [2000]
    assert html(early) == html(late)
    early.chat_input[0].set_value("What is peace?").run()
    assert html(early).count('class="question"') == 1


def test_no_field_stays_where_the_opening_fails(opened: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened.setattr(engine, "Assistant", Missing)
    opened.setenv("ASSISTANT_INDEX", str(tmp_path))
    states = iter([True, False])  # it ended while this page waited for it
    opened.setattr("page.main.is_opening", lambda: next(states))
    app = run()
    assert "There is no index yet" in html(app)
    assert not app.chat_input


def test_a_page_that_was_drawn_lets_the_model_be_loaded(opened: pytest.MonkeyPatch) -> None:
    opened.setattr(engine, "_NOBODY_CAME", 60)
    opened.setattr(engine, "_FIRST_PAGE", 0)
    engine._drawn.clear()
    assistant = engine.engine()
    assert not assistant.ready.is_set()
    run()
    assert assistant.ready.wait(20)


# ---------------------------------------------------------------- operator


def test_the_operators_page_is_closed_without_a_password(opened: pytest.MonkeyPatch) -> None:
    app = run(page="operator")
    assert "No operator password is set" in html(app)
    assert not app.text_input


def test_the_operators_page_opens_with_the_password_alone(opened: pytest.MonkeyPatch) -> None:
    opened.setenv("ASSISTANT_OPERATOR_PASSWORD", "correct horse")
    opened.setattr("page.operate._AFTER_A_WRONG_ONE", 0)
    app = run(page="operator")
    app.text_input(key="password").set_value("wrong")
    button(app, "enter").click().run()
    assert "That is not the password" in html(app)
    assert "Passages" not in html(app)
    app.text_input(key="password").set_value("correct horse")
    button(app, "enter").click().run()
    assert "word-count" in html(app)  # the model of the index
    button(app, "sign_out").click().run()
    assert "word-count" not in html(app)


# ---------------------------------------------------------------- configuration


def test_nothing_is_counted_and_no_traceback_is_shown() -> None:
    import tomllib

    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["browser"]["gatherUsageStats"] is False
    assert config["server"]["headless"] is True
    assert config["client"]["showErrorDetails"] == "none"


def test_an_installed_package_carries_all_of_the_page() -> None:
    import fnmatch
    import tomllib

    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = tools["package-data"]["*"] + ["*.py", "*.pyc", "page.pot"]  # the last is for translators
    names = [path.name for path in (ROOT / "page").rglob("*") if path.is_file()]
    assert [name for name in names if not any(fnmatch.fnmatch(name, p) for p in patterns)] == []
    assert "page*" in tools["packages"]["find"]["include"]
    brought = [file for files in tools["data-files"].values() for file in files]
    assert brought == ["app.py", ".streamlit/config.toml"]
    assert all((ROOT / file).is_file() for file in brought)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_and_style_sheet_have_the_same_colours(theme: str) -> None:
    import re
    import tomllib

    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][theme]
    css = (ROOT / "page" / "assets" / "style.css").read_text(encoding="utf-8")
    block = css[css.index(":root {" if theme == "light" else ':root[data-theme="dark"] {') :].split("}")[0]
    colours = dict(re.findall(r"--([\w-]+): (#\w+)", block))
    assert (colours["paper"], colours["sheet"], colours["ink"], colours["accent"], colours["edge"]) == (
        config["backgroundColor"], config["secondaryBackgroundColor"], config["textColor"],
        config["primaryColor"], config["borderColor"],
    )  # fmt: skip


def test_no_style_or_script_names_another_host() -> None:
    for path in (ROOT / "page" / "assets").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "http:" not in text
        assert "https:" not in text
        assert "@import" not in text
        assert "innerHTML" not in text
