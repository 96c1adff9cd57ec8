"""Settings: the order of their sources, and errors that name the setting."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant import settings as module
from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings, project_folder


@pytest.fixture
def toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path of an assistant.toml that is in force as soon as it is written."""
    path = tmp_path / "assistant.toml"
    path.write_text("")
    monkeypatch.setenv("ASSISTANT_CONFIG", str(path))
    return path


def test_later_sources_win(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().port == 8501  # the default
    toml.write_text("port = 1111\nk = 3\n")
    assert load_settings().port == 1111
    monkeypatch.setenv("ASSISTANT_PORT", "2222")
    assert load_settings().port == 2222
    assert load_settings(port=3333).port == 3333
    assert load_settings(port=None).port == 2222  # None is "not given"
    assert load_settings().k == 3


def test_relative_paths_of_the_file_are_relative_to_it(toml: Path) -> None:
    toml.write_text('corpus = "books"\nindex = "/var/index"\n')
    loaded = load_settings()
    assert loaded.corpus == toml.parent / "books"
    assert loaded.index == Path("/var/index")


def test_it_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", "abc"), ("port", 0), ("port", 65536), ("k", 0), ("k", 10**9), ("composer", "magic"),
     ("max_question_chars", -1), ("model", ""), ("log_level", "LOUD"), ("max_file_mb", 0)],
)  # fmt: skip
def test_a_wrong_value_names_its_setting(name: str, value: object) -> None:
    with pytest.raises(SettingsError, match=rf"The setting {name} is wrong: .*docs/SETTINGS\.md"):
        load_settings(**{name: value})


def test_an_unknown_setting_is_told_with_its_likely_name(toml: Path) -> None:
    toml.write_text("prot = 1\n")
    with pytest.raises(SettingsError, match=r"There is no setting prot\. Did you mean port\?"):
        load_settings()


def test_an_unknown_variable_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("ASSISTANT_PROT", "1")
    with caplog.at_level(logging.WARNING, logger="assistant"):
        load_settings()
    assert "ASSISTANT_PROT is set but is no setting" in caplog.text


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", b"port = 1\nport = 2\n"])
def test_a_broken_file_is_named(toml: Path, content: bytes) -> None:
    toml.write_bytes(content)
    with pytest.raises(SettingsError, match=r"assistant\.toml"):
        load_settings()


def test_a_named_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSISTANT_CONFIG", str(tmp_path / "absent.toml"))
    with pytest.raises(SettingsError, match="ASSISTANT_CONFIG names .*absent.toml, which is not a file"):
        load_settings()


def test_secrets_are_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LLM_API_KEY", "sk-very-secret")
    loaded = load_settings()
    assert loaded.secret("llm_api_key") == "sk-very-secret"
    for shown in (repr(loaded), str(loaded), str(loaded.model_dump()), loaded.model_dump_json()):
        assert "very-secret" not in shown


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("sk-from-file\n")
    assert load_settings(llm_api_key_file=path).secret("llm_api_key") == "sk-from-file"
    assert load_settings().secret("llm_api_key") is None
    with pytest.raises(SettingsError, match="llm_api_key_file"):
        load_settings(llm_api_key_file=tmp_path / "absent").secret("llm_api_key")


def test_a_secret_in_the_settings_file_is_refused_without_showing_it(toml: Path) -> None:
    toml.write_text('llm_api_key = "sk-very-secret"\n')
    with pytest.raises(SettingsError, match="ASSISTANT_LLM_API_KEY") as caught:
        load_settings()
    assert "very-secret" not in str(caught.value)


def test_a_wrong_secret_is_not_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(operator_password=["very-secret"])
    assert "very-secret" not in str(caught.value)


def test_the_project_folder_holds_the_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert project_folder() == root  # the checkout, from anywhere
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "corpus.toml").write_text("")
    assert project_folder() == tmp_path  # but the corpus at hand goes first
    assert Settings().corpus == tmp_path / "corpus"


def test_the_file_beside_the_corpus_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "CONFIG_NAME", "assistant.toml")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "corpus.toml").write_text("")
    (tmp_path / "assistant.toml").write_text("k = 7\n")
    assert load_settings().k == 7
