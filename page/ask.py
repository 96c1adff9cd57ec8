"""The page where questions are asked: start screen, conversation, what can be done with it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from assistant import AssistantError, BadQuestion, Done, Retrieved, Said, Settings
from page import rating
from page.engine import Engine
from page.evidence import answer_html
from page.links import Route
from page.markup import clean, markdown, render
from page.questions import ask_button, put
from page.shell import show
from page.state import Exchange, Session
from page.takeaway import FORMATS, write
from page.texts import gettext as _
from page.texts import ngettext

__all__ = ["draw", "field"]


def draw(route: Route, held: Session, opened: Engine) -> None:
    """The conversation of this session, or the way into one; a question that waits is answered."""
    if route.question and route.question != held.asked_by_link:
        held.asked_by_link, held.pending = route.question, route.question
        del st.query_params["q"]  # asked once, and not left in the address
    if not held.exchanges and held.pending is None and held.problem is None:
        _start(held, opened)
    for number, exchange in enumerate(held.exchanges):
        _exchange(held, opened, number, exchange)
    if held.pending is not None:
        question, held.pending = held.pending, None
        _answer(held, opened, question)
    if held.problem:
        show("notice", title=_("That could not be answered"), text=held.problem, kind="caution", detail=None)
    if held.exchanges:
        _next(held, opened)


def field(held: Session, settings: Settings) -> None:
    """Where a question is typed; it keeps to the foot of the page wherever it is drawn."""
    st.chat_input(
        _("Ask about the text"),
        key="question",
        max_chars=settings.max_question_chars,
        on_submit=_submitted,
        args=(held,),
    )


def _submitted(held: Session) -> None:
    put(held, st.session_state.question or "")


# ---------------------------------------------------------------- start


def _start(held: Session, opened: Engine) -> None:
    sent = opened.settings.composer == "llm"
    show(
        "start",
        title=opened.library.first.document.title,
        sent=sent,
        stored=opened.settings.feedback is not None,
    )
    starters = opened.assistant.starters
    if not starters:
        return
    audiences = [clean(name) for name, _questions in starters]
    chosen = st.pills(
        _("Questions to begin with"), audiences, default=audiences[0], key="audience", required=True
    )
    questions = dict(zip(audiences, (q for _name, q in starters), strict=True))[chosen or audiences[0]]
    with st.container(key="starters"):
        for number, question in enumerate(questions):
            ask_button(held, question, f"starter_{audiences.index(chosen or audiences[0])}_{number}")


# ---------------------------------------------------------------- conversation


def _exchange(held: Session, opened: Engine, number: int, exchange: Exchange) -> None:
    with st.container(key=f"turn_{number}"):
        show("question", question=exchange.answer.question, number=number)
        st.empty().html(_markup(held, opened, number, exchange))
        rating.draw(held, opened, number, exchange)


def _markup(held: Session, opened: Engine, number: int, exchange: Exchange) -> str:
    style = held.choices.style
    if style not in exchange.markup:
        exchange.markup[style] = answer_html(exchange.answer, opened.library, style, number)
    return exchange.markup[style]


def _answer(held: Session, opened: Engine, question: str) -> None:
    """Answer, drawing what is known as soon as it is; a failure leaves the conversation as it was."""
    number = len(held.exchanges)
    with st.container(key=f"turn_{number}"):
        show("question", question=question, number=number)
        slot = st.empty()
        slot.html(_waiting(opened, number))
        said: list[str] = []
        try:
            for event in opened.assistant.stream(question, held.turns(), held.choices.k):
                if isinstance(event, Retrieved):
                    slot.html(render("waiting", text=_found(len(event.hits)), number=number))
                elif isinstance(event, Said):
                    said.append(event.statement.text)
                    slot.html(render("partial", body=markdown("\n\n".join(said), {})))
                elif isinstance(event, Done):
                    exchange = Exchange(event.answer)
                    held.exchanges.append(exchange)
                    slot.html(_markup(held, opened, number, exchange))
                    rating.draw(held, opened, number, exchange)
        except BadQuestion as error:
            slot.empty()
            held.problem = str(error)
        except AssistantError as error:
            slot.empty()
            held.problem = _("The assistant could not answer: {why}").format(why=error)


def _waiting(opened: Engine, number: int) -> str:
    ready = opened.ready.is_set()
    text = _("Looking it up …") if ready else _("Getting ready: the first question takes some seconds …")
    return render("waiting", text=text, number=number)


def _found(count: int) -> str:
    return ngettext("Reading {n} passage …", "Reading {n} passages …", count).format(n=count)


# ---------------------------------------------------------------- afterwards


def _next(held: Session, opened: Engine) -> None:
    """Questions that may follow, and what can be done with the conversation."""
    last = held.exchanges[-1].answer
    asked = {e.answer.question.casefold() for e in held.exchanges}
    suggestions = [q for q in last.suggestions if q.casefold() not in asked][:4]
    if suggestions:
        refused = last.status == "refused"
        show("label", text=_("You could ask instead") if refused else _("You could ask next"))
        with st.container(key="suggestions"):
            for number, question in enumerate(suggestions):
                ask_button(held, question, f"next_{len(held.exchanges)}_{number}")
    with st.container(key="takeaway"):
        show("label", text=_("Take the conversation away"))
        with st.container(horizontal=True, key="takeaway_files"):
            answers = tuple(e.answer for e in held.exchanges)
            for name, form in FORMATS.items():
                st.download_button(
                    form.label,
                    data=partial(write, name, answers, opened.library, held.choices.style),
                    file_name=f"conversation.{form.ending}",
                    mime=form.mime,
                    key=f"take_{name}",
                    on_click="ignore",
                )
            st.button(_("Begin anew"), key="anew", on_click=_forget, args=(held,))


def _forget(held: Session) -> None:
    held.exchanges.clear()
    held.problem = None
