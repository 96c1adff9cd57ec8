"""One run of the page: frame, route, view; and what is shown when something cannot be had."""

from __future__ import annotations

import logging
import time

import streamlit as st

from assistant import (
    AssistantError,
    IndexBusy,
    IndexProblem,
    Settings,
    SettingsError,
    build_state,
    load_settings,
)
from page import ask, links, operate, preferences, read, texts
from page.engine import Engine, drawn, engine, forget, start_build, the_build
from page.server import is_opening
from page.shell import draw_shell, show
from page.state import Session, session
from page.texts import gettext as _

__all__ = ["begin", "main"]

_log = logging.getLogger(__name__)


def begin() -> None:
    """Open the assistant before anybody asks for the page. Raises AssistantError."""
    engine()


def main() -> None:
    """Draw the page for one reader, once."""
    route = links.parse(st.query_params.to_dict())
    # A neutral name: it stands in the browser's history.
    st.set_page_config("Handbook", layout="wide" if route.page == "read" else "centered",
                       initial_sidebar_state="collapsed")  # fmt: skip
    try:
        settings = load_settings()
    except SettingsError as error:
        _problem(_("A setting is wrong"), str(error))
        return
    held = session(settings)
    texts.use(held.choices.language or st.context.locale)
    draw_shell(held, route, settings.exit_url)
    try:
        _view(route, held, settings)
    except AssistantError as error:
        _problem(_("This cannot be shown"), str(error))
    except Exception:
        _log.exception("A page could not be drawn.")
        _problem(
            _("Something went wrong here"),
            _("The fault is the assistant's. Load the page again; if it stays, tell the operator."),
        )
    finally:
        drawn()


def _view(route: links.Route, held: Session, settings: Settings) -> None:
    if route.page == "operator":
        operate.draw(held, settings, _opened)
        return
    early = route.page == "ask" and is_opening()
    if early:  # the browser fetches what the field needs while the index is opened
        ask.field(held, settings)
    opened = _opened(held, settings)
    if opened is None:
        if early:
            st.rerun()  # without the field: there is nothing to ask
    elif route.page == "settings":
        preferences.draw(held, opened)
    elif route.page == "read":
        read.draw(route, held, opened)
    else:
        ask.draw(route, held, opened)
        if not early:
            ask.field(held, settings)


def _opened(held: Session, settings: Settings) -> Engine | None:
    """The assistant; None when the page shows instead why there is none."""
    if the_build().running:
        _progress()
        return None
    try:
        return engine(held.choices.composer)
    except IndexProblem as error:
        _no_index(error, settings)
        return None


def _no_index(error: IndexProblem, settings: Settings) -> None:
    elsewhere = build_state(settings.index)
    if elsewhere is not None or isinstance(error, IndexBusy):
        show("notice", title=_("The index is being built"), kind="wait", detail=None, text=_(
            "Another process has been building it for {n} seconds. This page looks again by itself."
        ).format(n=round(elsewhere.seconds) if elsewhere else 0))  # fmt: skip
        if elsewhere is not None:
            _how_far(elsewhere.step, elsewhere.done, elsewhere.total)
        _look_again(time.time())
        return
    failed = the_build().error
    show("notice", title=_("The index is not ready"), kind="caution", detail=failed or str(error), text=_(
        "The assistant reads an index that is made once from the text. It can be made here and now; "
        "that takes some minutes, and this page says how far it is."
    ))  # fmt: skip
    if st.button(_("Build the index now"), type="primary", key="build"):
        start_build(settings)
        st.rerun()


@st.fragment(run_every=1.0)
def _progress() -> None:
    """How far the build of this server is; the whole page runs again when it ends."""
    build = the_build()
    if not build.running:
        forget()
        st.rerun()
    show("notice", title=_("The index is being built"), kind="wait", detail=None,
         text=_("You can leave the page open: it goes on by itself."))  # fmt: skip
    _how_far(build.step, build.done, build.total)


def _how_far(step: str, done: int, total: int) -> None:
    """One step of a build, and how much of it is done."""
    steps = {
        "reading the corpus": _("Reading the text"),
        "embedding": _("Making the text searchable by meaning"),
        "fitting to the readers' questions": _("Learning from readers' questions"),
        "calibrating refusal": _("Learning what the text does not answer"),
        "writing the index": _("Writing the index"),
    }
    counted = f" · {done} / {total}" if total > 1 else ""
    share = min(1.0, done / total) if total > 0 else 0.0
    st.progress(share, text=f"{steps.get(step, _('Getting ready'))}{counted}")


@st.fragment(run_every=2.0)
def _look_again(since: float) -> None:
    if time.time() - since > 1.0:
        st.rerun()


def _problem(title: str, text: str) -> None:
    show("notice", title=title, text=text, kind="caution", detail=None)
