"""What frames every page: style, the way out, navigation, and the script of the browser's side."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from page import links, texts
from page.markup import clean, render
from page.state import Session
from page.texts import gettext as _

__all__ = ["draw_shell", "show"]

_ASSETS = Path(__file__).parent / "assets"


def show(template: str, **values: object) -> None:
    """A template on the page."""
    st.html(render(template, **values))


def draw_shell(held: Session, route: links.Route, exit_url: str) -> None:
    """The frame; must be drawn first in every run."""
    # Sent once: the browser's side keeps it (see `adopt` in shell.js), and answers weigh half.
    style = st.empty()
    if not held.styled:
        style.html(_style())
        held.styled = True
    with st.container(key="shell_holder"):
        _component()(
            key="shell",
            data={
                "exit": exit_url,
                "language": texts.language(),
                "scale": held.choices.scale / 100,
                "texts": {
                    "leave": _("Leave this page"),
                    "leaveHint": _("or press Esc twice"),
                    "escape": _("Press Escape again to leave this page at once."),
                    "copied": _("Copied"),
                    "notCopied": _("Could not copy"),
                    "ask": _("Your question"),
                    "name": _("Handbook assistant"),
                },
            },
            on_go_change=_go,
        )
    pages = [("ask", _("Ask")), ("read", _("Read")), ("settings", _("Settings"))]
    if held.operator:
        pages.append(("operator", _("Operator")))
    entries = [(name, links.address(page=name), label) for name, label in pages]
    show("header", entries=entries, current=route.page)


def _go() -> None:
    """A link of the page was followed: the address changes, the conversation stays."""
    to = getattr(st.session_state.get("shell"), "go", None)
    if isinstance(to, str) and to.startswith("?"):
        st.session_state.pop("search", None)  # what was searched gives way to what was found
        st.query_params.from_dict(links.query_of(clean(to)))


@cache
def _style() -> str:
    return '<style id="page-style">' + (_ASSETS / "style.css").read_text(encoding="utf-8") + "</style>"


@st.cache_resource(show_spinner=False)
def _component():  # type: ignore[no-untyped-def]  # Streamlit's renderer has no public type
    return st.components.v2.component(
        "assistant_shell",
        html=(_ASSETS / "shell.html").read_text(encoding="utf-8"),
        js=(_ASSETS / "shell.js").read_text(encoding="utf-8"),
        isolate_styles=False,
    )
