"""A language model behind an OpenAI-compatible service: one request, one answer, and what can go wrong.

The only module of the library that opens a connection. It is imported where a user has asked for one, and
httpx only when the first request is made.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.errors import EndpointError, SettingsError
from assistant.settings import Settings

if TYPE_CHECKING:
    import httpx

__all__ = ["Endpoint", "NoAnswer", "ask", "endpoint_of"]

ATTEMPTS = 3
WAITS = (1.0, 4.0)  # seconds before the second and the third attempt
LONGEST_WAIT = 60.0  # seconds; what a service may ask for
MAX_BYTES = 2_000_000  # of an answer
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_REMEDIES = {
    401: "The key is missing or not accepted: set ASSISTANT_LLM_API_KEY or llm_api_key_file.",
    403: "The key may not be used for this model: check it and the setting llm_model.",
    404: "There is no such address or model: check the settings llm_base_url and llm_model.",
    405: "This is no chat service: check the setting llm_base_url.",
}

Messages = Sequence[Mapping[str, str]]


class NoAnswer(Exception):
    """One request was not answered in a way that can be used; another one may be.

    `again`: whether the same request may fare better a little later, after at least `after` seconds;
    `status`: the HTTP status with which the service refused it.
    """

    def __init__(
        self, problem: str, *, again: bool = True, after: float = 0.0, status: int | None = None
    ) -> None:
        self.again, self.after, self.status = again, after, status
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, and whom. `key` is sent as a bearer token where there is one, and never shown."""

    base_url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout: float = 60.0  # seconds for a whole answer

    @property
    def url(self) -> str:
        return self.base_url.rstrip("/") + "/chat/completions"


def endpoint_of(settings: Settings) -> Endpoint:
    """The service that the settings name.

    Raises SettingsError where `llm_base_url` or `llm_model` is not set, or cannot be used.
    """
    missing = [name for name in ("llm_base_url", "llm_model") if not getattr(settings, name).strip()]
    if missing:
        raise SettingsError(
            f"No language model is set up: {' and '.join(missing)} not set. Name an OpenAI-compatible "
            "service and its model; docs/SETTINGS.md says how."
        )
    url = settings.llm_base_url.strip()
    try:
        parts = urlsplit(url)
        wrong = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
        wrong = wrong or bool(parts.query or parts.fragment)
    except ValueError:
        raise SettingsError("The setting llm_base_url is wrong: it is no address.") from None
    if parts.username is not None:
        raise SettingsError(
            "The setting llm_base_url holds a name or password. Take it out; a key belongs in "
            "ASSISTANT_LLM_API_KEY or the file that llm_api_key_file names."
        )
    if wrong:
        raise SettingsError(
            f"The setting llm_base_url is wrong: {url!r}. Write it as http://127.0.0.1:8000/v1."
        )
    key = settings.secret("llm_api_key")
    if key is not None and not (key.isascii() and key.isprintable() and " " not in key):
        raise SettingsError("The key of the language model holds blanks or odd characters. Copy it again.")
    return Endpoint(url, settings.llm_model.strip(), key, settings.llm_timeout)


def ask(
    client: httpx.Client, endpoint: Endpoint, messages: Messages, *, temperature: float = 0.0,
    wait: Callable[[float], None] = time.sleep,
) -> str:  # fmt: skip
    """What the model says to `messages`; a service that is busy, away or confused is asked three times.

    Some models take no temperature: after HTTP status 400 the rest is asked without.

    Raises NoAnswer where this one request is not answered, EndpointError where no other would be either:
    a key that is not accepted, a wrong address, a redirection.
    """
    body: dict[str, Any] = {"model": endpoint.model, "messages": list(messages), "temperature": temperature}
    problem = NoAnswer("it was not asked")
    for attempt in range(ATTEMPTS):
        if attempt:
            wait(max(WAITS[attempt - 1], problem.after))
        try:
            return _once(client, endpoint, body)
        except NoAnswer as error:
            refused = not error.again
            if refused and not (
                error.status == HTTPStatus.BAD_REQUEST and body.pop("temperature", None) is not None
            ):
                raise
            problem = error
    raise problem


def _once(client: httpx.Client, endpoint: Endpoint, body: Mapping[str, Any]) -> str:
    import httpx

    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    ends = time.monotonic() + endpoint.timeout
    try:
        # Redirections are not followed: the text would go where nobody has said.
        with client.stream(
            "POST", endpoint.url, json=body, headers=headers, timeout=endpoint.timeout, follow_redirects=False
        ) as reply:
            _look_at(reply.status_code, reply.headers, endpoint)
            return _said(_read(reply, ends))
    except httpx.TimeoutException:
        raise NoAnswer(f"no answer within {endpoint.timeout:g} s") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoAnswer(f"it cannot be reached ({type(error).__name__})") from None


def _look_at(status: int, headers: Mapping[str, str], endpoint: Endpoint) -> None:
    """Raises unless the service has answered; only its status is repeated, never its words."""
    if status == HTTPStatus.OK:
        return
    said = f"HTTP status {status}"
    if status in _LATER:
        after = headers.get("retry-after", "")
        numeric = after.isascii() and after.isdigit()
        raise NoAnswer(said, after=min(LONGEST_WAIT, float(after)) if numeric else 0.0)
    if status in _REMEDIES:
        raise EndpointError(f"The language model at {endpoint.url} refuses ({said}). {_REMEDIES[status]}")
    if 300 <= status < 400:
        raise EndpointError(
            f"The language model at {endpoint.url} sends elsewhere ({said}), which is not followed. "
            "Set llm_base_url to the final address."
        )
    raise NoAnswer(said, again=False, status=status)


def _read(reply: httpx.Response, ends: float) -> bytes:
    """The whole answer, of bounded size and time."""
    held = bytearray()
    for chunk in reply.iter_bytes():
        held += chunk
        if len(held) > MAX_BYTES:
            raise NoAnswer(f"the answer has more than {MAX_BYTES / 1e6:g} MB", again=False)
        if time.monotonic() > ends:
            raise NoAnswer("the answer did not end in time")
    return bytes(held)


def _said(body: bytes) -> str:
    """The text of the first choice."""
    try:
        content: Any = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise NoAnswer("the answer is not that of a chat service") from None
    if not isinstance(content, str):
        raise NoAnswer("the answer holds no text")
    return content
