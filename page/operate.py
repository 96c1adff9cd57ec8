"""The operator's page: what readers agreed to tell, and the state of index and sources."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

import streamlit as st

from assistant import Settings
from page.engine import Engine, forget
from page.feedback import FeedbackStore, Rating, draft_questions
from page.shell import show
from page.state import Session
from page.texts import gettext as _

__all__ = ["draw", "same_password"]

_AFTER_A_WRONG_ONE = 1.0  # seconds: guessing is slow


def draw(held: Session, settings: Settings, open_it: Callable[[Session, Settings], Engine | None]) -> None:
    """The page behind the password; `open_it` gives the assistant, or None where there is none."""
    show("title", title=_("Operator"), text="")
    password = settings.secret("operator_password")
    if not password:
        show(
            "quiet",
            text=_("No operator password is set, so this page is closed: see the setting operator_password."),
        )
        return
    if not held.operator and not _sign_in(held, password):
        return
    st.button(_("Sign out"), key="sign_out", on_click=_sign_out, args=(held,))
    store = FeedbackStore(settings.feedback) if settings.feedback else None
    ratings = store.all() if store else ()
    _ratings(ratings, store)
    opened = open_it(held, settings)
    if opened is not None:
        _state(opened)


def same_password(given: str, wanted: str) -> bool:
    """Whether they are the same, in a time that tells nothing of either, its length included."""
    return hmac.compare_digest(*(hashlib.sha256(text.encode()).digest() for text in (given, wanted)))


def _sign_in(held: Session, password: str) -> bool:
    with st.form("sign_in"):
        given = st.text_input(_("Password"), type="password", key="password", autocomplete="current-password")
        sent = st.form_submit_button(_("Sign in"), key="enter")
    if not sent:
        return False
    if same_password(given, password):
        held.operator = True
        st.rerun()
    time.sleep(_AFTER_A_WRONG_ONE)
    show("notice", title=_("That is not the password"), text=_("Try again."), kind="caution", detail=None)
    return False


def _sign_out(held: Session) -> None:
    held.operator = False


def _ratings(ratings: tuple[Rating, ...], store: FeedbackStore | None) -> None:
    if store is None:
        show("quiet", text=_("Readers are not asked for feedback: the setting feedback names no file."))
        return
    open_ones = [r for r in ratings if r.status != "answered"]
    show(
        "operator",
        figures=[
            (_("ratings"), len(ratings)),
            (_("useful"), sum(r.useful for r in ratings)),
            (_("not useful"), sum(not r.useful for r in ratings)),
            (_("without full answer"), len(open_ones)),
        ],
        unanswered=open_ones,
        others=[r for r in ratings if r.status == "answered"],
    )
    if not ratings:
        return
    with st.container(horizontal=True):
        st.download_button(
            _("Draft question set"), data=lambda: draft_questions(ratings).encode(), file_name="draft.jsonl",
            mime="application/x-ndjson", key="draft", on_click="ignore",
        )  # fmt: skip
    chosen = st.selectbox(
        _("Forget a rating"), [r.id for r in ratings], index=None, key="forget_which",
        format_func={r.id: f"{r.day} · {r.question[:60]}" for r in ratings}.__getitem__,
    )  # fmt: skip
    if chosen is not None and st.button(_("Forget it for good"), key="forget"):
        store.remove(chosen)
        st.rerun()


def _state(opened: Engine) -> None:
    manifest = opened.assistant.manifest
    library = opened.library
    references = library.first.references
    held = [r for r in references if library.own(r)]
    addressed = sum(bool(r.url) for r in references.values())
    doubted = [r for r in references.values() if r.doubt]
    show(
        "state",
        index=[
            (_("Made"), manifest.created[:16].replace("T", " ")), (_("Passages"), manifest.passages),
            (_("Model"), manifest.model),
            (_("Identity"), manifest.id), (_("Corpus"), manifest.corpus_sha256[:12]),
        ],
        sources=[
            (_("Texts"), len(library.books)), (_("Sources cited"), len(references)),
            (_("of them held here"), len(held)), (_("with an address"), addressed),
            (_("to be checked"), len(doubted)),
        ],
        doubted=[(r.number, r.doubt) for r in doubted],
    )  # fmt: skip
    st.button(_("Open the index anew"), key="reopen", on_click=forget)
