"""Asking: a question put into the session, by typing it or by a button that shows it."""

from __future__ import annotations

import streamlit as st

from page.markup import clean, is_blank
from page.state import Session
from page.texts import gettext as _

__all__ = ["ask_button", "plain", "put"]


def put(held: Session, question: str) -> None:
    """Have a question answered in the next run; one that nobody can see is none."""
    held.problem = None
    if is_blank(question):
        held.problem = _("There is nothing to read in that. Ask in words, in a sentence or a few.")
    else:
        held.pending = question


def ask_button(held: Session, question: str, key: str) -> None:
    """A button that asks what it says."""
    st.button(plain(question), key=key, on_click=_asked, args=(held, question), width="stretch")


def plain(text: str) -> str:
    """A label without Streamlit's Markdown: a button shows the words as they are."""
    return "".join("\\" + c if c in r"\`*_{}[]()#+-.!:$<>~|" else c for c in clean(text))


def _asked(held: Session, question: str) -> None:
    put(held, question)
    st.query_params.clear()  # to the page of the conversation, wherever the button stood
