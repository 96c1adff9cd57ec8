"""Useful or not: asked below an answer, stored only when the reader agrees to it."""

from __future__ import annotations

import streamlit as st

from page.engine import Engine
from page.feedback import REASONS, FeedbackStore, Rating
from page.shell import show
from page.state import Exchange, Session
from page.texts import gettext as _

__all__ = ["draw"]


def draw(held: Session, opened: Engine, number: int, exchange: Exchange) -> None:
    """The rating of one answer; nothing where the operator keeps no feedback."""
    path = opened.settings.feedback
    if path is None:
        return
    if exchange.rated:
        show("thanks", text=_("Thank you. It is stored, as you agreed."))
        return
    choice = f"useful_{number}"
    st.segmented_control(
        _("Was this useful?"), ["yes", "no"], key=choice,
        format_func=lambda value: _("Yes") if value == "yes" else _("No"),
    )  # fmt: skip
    if st.session_state.get(choice):
        _form(number, exchange, st.session_state[choice] == "yes", FeedbackStore(path), opened)


def _form(number: int, exchange: Exchange, useful: bool, store: FeedbackStore, opened: Engine) -> None:
    names = {
        "right": _("It answered my question"), "evidence": _("The evidence convinced me"),
        "wrong": _("It is wrong"), "beside": _("It answers another question"),
        "missing": _("Something is missing"), "refused": _("It should have answered"),
        "unclear": _("It is hard to read"), "other": _("Another reason"),
    }  # fmt: skip
    with st.form(f"rating_{number}"):
        why = st.selectbox(_("Why?"), REASONS[useful], format_func=lambda r: names[r], key=f"why_{number}")
        comment = st.text_input(
            _("Anything else (without names, please)"), max_chars=500, key=f"say_{number}"
        )
        agreed = st.checkbox(
            _("I agree that my question, what was answered and this rating are stored for those who look "
              "after the assistant."), key=f"agree_{number}",
        )  # fmt: skip
        if not st.form_submit_button(_("Send"), key=f"send_{number}"):
            return
        if not agreed:
            show("thanks", text=_("Nothing was stored: tick the box to agree, or leave it."))
            return
        store.add(Rating.of(exchange.answer, useful=useful, why=why, comment=comment))
        exchange.rated = True
    st.rerun()
