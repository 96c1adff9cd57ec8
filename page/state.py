"""What one reader's session holds: the conversation and the choices. It ends with the browser's page."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from assistant import Answer, Settings, Turn

__all__ = ["Choices", "Exchange", "Session", "session"]

TURNS = 6  # earlier turns that a follow-up question may lean on


@dataclass(slots=True)
class Exchange:
    """A question with its answer, and the answer's markup by citation style."""

    answer: Answer
    markup: dict[str, str] = field(default_factory=dict)
    rated: bool = False


@dataclass(slots=True)
class Choices:
    """What the reader has chosen on the settings page; None: as the operator set it."""

    composer: str | None = None
    style: str = "apa"
    k: int = 10
    scale: int = 100  # per cent
    language: str | None = None


@dataclass(slots=True)
class Session:
    choices: Choices
    exchanges: list[Exchange] = field(default_factory=list)
    pending: str | None = None
    problem: str | None = None  # why the last question got no answer
    asked_by_link: str | None = None  # a question of the address is asked once
    operator: bool = False
    styled: bool = False  # whether the style sheet was sent

    def turns(self) -> tuple[Turn, ...]:
        """The last turns of the conversation, as `Assistant.ask` takes them."""
        return tuple(e.answer.as_turn() for e in self.exchanges[-TURNS:])


def session(settings: Settings | None = None) -> Session:
    """This reader's session; made from the operator's settings when it begins."""
    if "session" not in st.session_state:
        choices = Choices()
        if settings is not None:
            choices.style, choices.k = settings.citation_style, settings.k
        st.session_state.session = Session(choices)
    held: Session = st.session_state.session
    return held
