"""The service of a language model: good, busy, away, hostile."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from assistant import endpoint as module
from assistant.endpoint import Endpoint, NoAnswer, ask, endpoint_of
from assistant.errors import EndpointError, SettingsError
from assistant.settings import Settings
from tests.expand.conftest import FakeModel, Reply, says

TOLD = ({"role": "system", "content": "Ask."}, {"role": "user", "content": "{}"})


def tried(model: FakeModel, *replies: Reply | str, timeout: float = 5, key: str | None = "k") -> str:
    """What is said when the service replies so, one reply after another."""
    model.script = lambda number, _: replies[min(number, len(replies)) - 1]
    waits: list[float] = []
    with httpx.Client() as client:
        said = ask(client, Endpoint(model.address + "/", "tiny", key, timeout), TOLD, wait=waits.append)
    assert len(waits) == len(model.requests) - 1
    return said


def test_one_request_one_answer(model: FakeModel) -> None:
    assert tried(model, "Hello.") == "Hello."
    assert model.paths == ["/v1/chat/completions"]
    assert model.keys == ["Bearer k"]
    assert model.requests == [{"model": "tiny", "temperature": 0.0, "messages": list(TOLD)}]


def test_without_a_key_none_is_sent(model: FakeModel) -> None:
    tried(model, "Hello.", key=None)
    assert model.keys == [None]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503])
def test_a_busy_service_is_asked_again(model: FakeModel, status: int) -> None:
    assert tried(model, Reply(status), Reply(status), "At last.") == "At last."
    assert len(model.requests) == 3


def test_three_times_and_no_more(model: FakeModel) -> None:
    with pytest.raises(NoAnswer, match="HTTP status 503"):
        tried(model, Reply(503))
    assert len(model.requests) == 3


@pytest.mark.parametrize(
    ("after", "waited"),
    [("7", 7.0), ("0", 1.0), ("99999", 60.0), ("-5", 1.0), ("nan", 1.0), ("Fri, 1 Jan", 1.0)],
)
def test_the_service_may_say_when(
    model: FakeModel, monkeypatch: pytest.MonkeyPatch, after: str, waited: float
) -> None:
    monkeypatch.setattr(module, "WAITS", (1.0, 4.0))
    model.script = lambda number, _: Reply(429, headers={"Retry-After": after}) if number == 1 else "Now."
    waits: list[float] = []
    with httpx.Client() as client:
        assert ask(client, Endpoint(model.address, "tiny"), TOLD, wait=waits.append) == "Now."
    assert waits == [waited]


@pytest.mark.parametrize(
    ("status", "remedy"),
    [(401, "ASSISTANT_LLM_API_KEY"), (403, "llm_model"), (404, "llm_base_url"), (405, "llm_base_url"),
     (301, "final address"), (302, "final address"), (308, "final address")],
)  # fmt: skip
def test_what_no_repetition_mends_ends_it_at_once(model: FakeModel, status: int, remedy: str) -> None:
    with pytest.raises(EndpointError, match=remedy):
        tried(model, Reply(status, headers={"Location": model.address + "/elsewhere"}), key="s3cret")
    assert len(model.requests) == 1


@pytest.mark.parametrize(("status", "requests"), [(400, 2), (413, 1), (422, 1)])
def test_a_request_that_is_refused_is_not_repeated(model: FakeModel, status: int, requests: int) -> None:
    with pytest.raises(NoAnswer, match=f"HTTP status {status}"):
        tried(model, Reply(status))
    assert len(model.requests) == requests


def test_a_model_that_takes_no_temperature_is_asked_without(model: FakeModel) -> None:
    assert tried(model, Reply(400), "Hello.") == "Hello."
    assert [request.get("temperature") for request in model.requests] == [0.0, None]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>Welcome</html>", b"{}", b"[]", b"null", b'{"choices": []}', b'{"choices": [null]}',
     b"\xff\xfe", b'{"choices": [{"message": {"content": null}}]}',
     b'{"choices": [{"message": {"content": ["a"]}}]}', b'{"choices": {"0": 1}}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_chat_answer_is_told_after_three(model: FakeModel, body: bytes) -> None:
    with pytest.raises(NoAnswer, match="answer"):
        tried(model, Reply(body=body))
    assert len(model.requests) == 3


def test_an_endless_answer_is_cut(model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    with pytest.raises(NoAnswer, match="more than"):
        tried(model, says("word " * 1000))


def test_a_slow_answer_is_not_waited_for(model: FakeModel) -> None:
    with pytest.raises(NoAnswer, match=r"no answer within 0\.2 s"):
        tried(model, Reply(body=b"{}", seconds=30), timeout=0.2)


def test_an_answer_that_drips_in_is_not_waited_for(model: FakeModel) -> None:
    with pytest.raises(NoAnswer, match="did not end in time"):
        tried(model, Reply(body=b"{" * 10_000, drip=0.05), timeout=0.2)


def test_nobody_there(model: FakeModel) -> None:
    with httpx.Client() as client, pytest.raises(NoAnswer, match="cannot be reached"):
        ask(client, Endpoint("http://127.0.0.1:9/v1", "tiny"), TOLD)


def test_the_key_and_the_services_words_are_never_told(model: FakeModel) -> None:
    reply = Reply(401, json.dumps({"error": "bad key s3cret"}).encode())
    with pytest.raises(EndpointError) as caught:
        tried(model, reply, key="s3cret")
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(Endpoint("http://x/v1", "m", "s3cret"))


# ---------------------------------------------------------------- settings


def test_the_settings_name_it(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n", encoding="utf-8")
    chosen = Settings(
        llm_base_url=" http://127.0.0.1:8000/v1 ", llm_model="tiny", llm_api_key_file=tmp_path / "key"
    )
    found = endpoint_of(chosen)
    assert found == Endpoint("http://127.0.0.1:8000/v1", "tiny", "from-a-file", 60)
    assert found.url == "http://127.0.0.1:8000/v1/chat/completions"


@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, "llm_base_url and llm_model not set"), ({"llm_model": "tiny"}, ": llm_base_url not set"),
     ({"llm_base_url": "http://x/v1"}, ": llm_model not set"),
     ({"llm_base_url": " ", "llm_model": "m"}, ": llm_base_url not set")],
)  # fmt: skip
def test_what_is_not_set_is_named(given: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        endpoint_of(Settings(**given))


@pytest.mark.parametrize(
    "url",
    ["x", "ftp://x/v1", "file:///etc/passwd", "http://", "//x/v1", "http://x:0/v1", "http://x:99999/v1",
     "http://x/v1?key=1", "http://x/v1#a", "http://[::1/v1", "javascript:alert(1)"],
)  # fmt: skip
def test_a_wrong_address_is_told(url: str) -> None:
    with pytest.raises(SettingsError, match="llm_base_url is wrong"):
        endpoint_of(Settings(llm_base_url=url, llm_model="tiny"))


def test_a_password_in_the_address_is_not_repeated() -> None:
    with pytest.raises(SettingsError, match="Take it out") as caught:
        endpoint_of(Settings(llm_base_url="http://me:s3cret@x/v1", llm_model="tiny"))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "schlüssel", "tab\tkey"])
def test_a_key_that_is_none_is_told_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="Copy it again") as caught:
        endpoint_of(Settings(llm_base_url="http://x/v1", llm_model="tiny", llm_api_key=key))
    assert key not in str(caught.value)
