"""What a reader may choose for this visit: size of text, style of references, passages, composer."""

from __future__ import annotations

import streamlit as st

from assistant import Assistant, load_settings
from page import texts
from page.engine import Engine
from page.evidence import STYLES
from page.shell import show
from page.state import Session
from page.texts import gettext as _

__all__ = ["SCALES", "draw"]

SCALES = (100, 125, 150, 200)


def draw(held: Session, opened: Engine) -> None:
    """The choices; each holds at once, for this visit only."""
    choices = held.choices
    show("title", title=_("Settings"), text=_("They hold at once, and for this visit only."))
    choices.scale = st.radio(
        _("Size of text"), SCALES, index=_index(SCALES, choices.scale), horizontal=True, key="scale",
        format_func=lambda value: f"{value} %", on_change=lambda: _keep(held),
    )  # fmt: skip
    names = tuple(STYLES)
    choices.style = st.radio(
        _("Style of references"), names, index=_index(names, choices.style), horizontal=True, key="style",
        format_func=lambda name: _("As printed") if name == "plain" else STYLES[name],
    )  # fmt: skip
    choices.k = st.slider(_("Passages read for an answer"), 3, 30, min(max(choices.k, 3), 30), key="passages")
    _composer(held, opened)
    if len(texts.available()) > 1:
        languages = texts.available()
        choices.language = st.radio(
            _("Language of this page"), languages, index=_index(languages, texts.language()), key="language"
        )


def _composer(held: Session, opened: Engine) -> None:
    settings = opened.settings
    names = {
        "extractive": _("The text's own sentences, on this machine"),
        "llm": _("A language model writes, and every sentence is checked against the text"),
    }
    able = "llm" in Assistant.composers and bool(settings.llm_base_url)
    options = tuple(names) if able else ("extractive",)
    now = held.choices.composer or settings.composer
    chosen = st.radio(
        _("How answers are made"),
        options,
        index=_index(options, now),
        key="composer",
        format_func=names.__getitem__,
    )
    held.choices.composer = chosen if chosen != load_settings().composer else None
    if able:
        show(
            "quiet",
            text=_("With a language model, questions are sent to the address that the operator has set."),
        )
    else:
        show("quiet", text=_("No language model is set up here; nothing leaves this machine."))


def _keep(held: Session) -> None:
    held.choices.scale = st.session_state.scale


def _index(options: tuple[object, ...], value: object) -> int:
    return options.index(value) if value in options else 0
