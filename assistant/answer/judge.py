"""Is it answered, half answered, or not? Read from the probability that search gives, and from why.

`Retrieval.answerable` weighs nearness to answered and to unanswered questions, known words, names and
numbers, and the type of fact asked for (`search.answerability`). Below the threshold the question is not
answered as asked; whether the corpus at least speaks to it decides between `partial` and `refused`.
Whatever the probability, a question none of whose words the corpus holds is not of it, and what a name
means that it does not hold it does not say.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types import Retrieval, Status

__all__ = ["ANSWERED", "BY_SENTENCES", "FOLLOWED", "Verdict", "judge"]

ANSWERED = 0.2  # probability from which a question counts as answered; docs/LOG.md has the curve
FOLLOWED = 0.11  # the same for a question put together from several turns: its wording is less sure
BY_SENTENCES = 0.18  # the same for a corpus without readers' questions (benchmarks/refusal.py)
ASKED = 0.9  # cosine of a readers' question from which this one is the same, in other words,
NEARER = 0.05  # unless a question that is not answered is nearly as near
SAME = 0.8  # cosine of a readers' question from which it hardly matters that no word of a question is known
NEAR = 0.55  # cosine of a readers' question from which the corpus speaks to a question
LIVE = 0.8  # cosine to an unanswered question about the present from which this is one
KNOWN = 0.35  # share of known words below which a question is about something else
FAMILIAR = 0.5  # share from which it is close enough to be spoken to, strange names or not
FAR = 0.5  # cosine below which it is


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do, why, and the names that the corpus does not hold."""

    status: Status
    reason: str | None = None
    unknown: tuple[str, ...] = ()


def judge(retrieval: Retrieval, followed: bool = False) -> Verdict:
    """The verdict on a question from what was found for it; `followed`: earlier turns filled it in."""
    least = (FOLLOWED if followed else ANSWERED) if retrieval.matches else BY_SENTENCES
    nearest = max(
        [m.cosine for m in retrieval.matches[:1]] + [score for *_, score in retrieval.sentences[:1]],
        default=-1.0,
    )
    if not retrieval.known_share and nearest < SAME:
        return Verdict("refused", "off-topic", retrieval.unknown)
    if retrieval.unknown and retrieval.question.asked_for == "definition":
        return Verdict("refused", "not-in-corpus", retrieval.unknown)
    sure = retrieval.answerable >= least or _was_asked(retrieval)
    if sure and (retrieval.matches or retrieval.sentences):
        return Verdict("answered")
    missed = retrieval.unanswered[0] if retrieval.unanswered else None
    if missed and missed.cosine >= LIVE and missed.entry.subtype == "live-information":
        return Verdict("refused", "live-information")
    if nearest < FAR and retrieval.known_share < KNOWN:
        return Verdict("refused", "off-topic", retrieval.unknown)
    if nearest >= NEAR and (not retrieval.unknown or retrieval.known_share >= FAMILIAR):
        return Verdict("partial", "not-in-corpus", retrieval.unknown)
    return Verdict("refused", "not-in-corpus", retrieval.unknown)


def _was_asked(retrieval: Retrieval) -> bool:
    """Whether a readers' question asks the same: calibration, which holds such out, has seen none so near."""
    missed = max((match.cosine for match in retrieval.unanswered), default=-1.0)
    return retrieval.nearest >= ASKED and retrieval.nearest - missed >= NEARER and not retrieval.unknown
