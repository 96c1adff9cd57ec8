"""Addresses inside the page: `?section=3.1.2`, `?note=65`, `?q=...`, `?page=settings`.

A conversation never stands in the address: only what a reader may want to share does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

__all__ = ["PAGES", "Route", "address", "parse", "query_of"]

PAGES = ("ask", "read", "settings", "operator")
_ID = re.compile(r"[\w./ -]{1,120}")
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Route:
    """Where the reader is. `at` is a span of the document to be marked; `document` None is the first."""

    page: str = "ask"
    section: str | None = None
    note: str | None = None
    reference: str | None = None
    at: tuple[int, int] | None = None
    document: str | None = None
    question: str | None = None


def parse(query: Mapping[str, str]) -> Route:
    """The route that an address names; whatever is not understood is left out."""
    section, note, reference, document = (
        _id(query.get(name)) for name in ("section", "note", "reference", "document")
    )
    page = query.get("page", "")
    if page not in PAGES:
        page = "read" if section or note or reference else "ask"
    span = _SPAN.fullmatch(query.get("at", ""))
    at = (int(span[1]), int(span[2])) if span and int(span[1]) < int(span[2]) else None
    return Route(page, section, note, reference, at, document, query.get("q") or None)


def address(**named: object) -> str:
    """The address with these parameters, "?section=3.1.2"; those that are None are left out."""
    return "?" + urlencode({name: value for name, value in named.items() if value is not None}, safe="/")


def query_of(address: str) -> dict[str, str]:
    """The parameters of such an address, as `st.query_params` takes them."""
    return dict(parse_qsl(address.lstrip("?"), max_num_fields=8))


def _id(value: str | None) -> str | None:
    return value if value and _ID.fullmatch(value) else None
