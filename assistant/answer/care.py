"""Care rules: what a reader's words call for before any search (`care.toml` of a corpus).

A rule knows a kind of message (someone tells of violence; someone asks for a forged quotation; someone says
hello) and says what to reply and which organisations, named by the corpus, to point to. The rules are data;
this module only reads and matches them. It looks nothing up and keeps nothing.

By its words (`match_care`): the first rule of the file wins of which one pattern matches; how patterns are
written is told in `assistant.answer.phrases`. One slip in one of the `slips` does not matter, and forms that
mean the same ("do not", "dont") stand under `[spelling]`.

By its meaning (`near_care`): words miss about half of what people say in such need, so whoever has embeddings
also compares a message with the examples of the rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from assistant.answer.phrases import Pattern, any_of, compile_pattern, matches, mend, visible, words_of
from assistant.errors import CorpusError
from assistant.types import UnansweredMatch

__all__ = [
    "Action",
    "CareMatch",
    "CareRules",
    "CareSignpost",
    "is_ordinary",
    "load_care",
    "match_care",
    "near_care",
]

# refuse: say `before`, the signposts, `after`, and nothing else; note: answer as ever, after saying `before`;
# reply: `before` is the answer.
Action = Literal["refuse", "note", "reply"]

CARE = "care:"  # subtype of an unanswered question that is a rule's example

_FILE = "care.toml"
_LONGEST = 2_000  # characters of a message that are looked at: what it is shows early
_SLIP_LENGTH = 7  # letters: in shorter words one slip makes another word


@dataclass(frozen=True, slots=True)
class CareSignpost:
    """An organisation that the corpus names for help, with the words in which it does."""

    id: str
    name: str
    what: str
    section: str
    quote: str
    url: str | None


OVERRULED = ("harmful", "attack")  # kinds of rules whose words ordinary questions may use, too
ORDINARY = 0.85  # cosine of a readers' question from which a message may mean the same
APART = 0.1  # by how much that must exceed the cosine of the nearest unanswered one


@dataclass(frozen=True, slots=True)
class CareMatch:
    """What to reply. `reason` is the contract's reason for a refusal, None where nothing is refused."""

    rule: str
    kind: str
    action: Action
    reason: str | None
    before: str
    signposts: tuple[CareSignpost, ...]
    after: str


@dataclass(frozen=True, slots=True)
class _Rule:
    patterns: tuple[Pattern, ...]
    match: CareMatch
    near: bool
    example_yes: tuple[str, ...]
    example_near: tuple[str, ...]
    example_no: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CareRules:
    """All rules of a corpus, ready to match."""

    rules: tuple[_Rule, ...] = ()
    slips: frozenset[str] = frozenset()
    spelling: tuple[tuple[re.Pattern[str], str], ...] = ()
    ordinary: tuple[str, ...] = ()
    least: float = 1.0  # cosine to an example from which on it may count
    margin: float = 0.0  # by how much it must exceed the cosine to anything ordinary

    @property
    def examples(self) -> Iterator[tuple[str, str, bool]]:
        """(rule id, message, whether its words must match that rule; if not, they match none)."""
        for rule in self.rules:
            yield from ((rule.match.rule, text, True) for text in rule.example_yes)
            yield from ((rule.match.rule, text, False) for text in rule.example_no)
        yield from (("ordinary", text, False) for text in self.ordinary)

    @property
    def signposts(self) -> tuple[CareSignpost, ...]:
        """Every signpost that some rule uses, each once."""
        return tuple({s.id: s for rule in self.rules for s in rule.match.signposts}.values())


def match_care(rules: CareRules, text: str) -> CareMatch | None:
    """The reply that `text` calls for, or None: an ordinary question. Pure; well under a millisecond."""
    raw = visible(text[:_LONGEST])
    said = words_of(raw)
    if not said.strip():
        return None
    said = f" {' '.join(mend(word, rules.slips) for word in said.split())} "
    for forms, canonical in rules.spelling:
        said = forms.sub(f" {canonical}", said)
    for rule in rules.rules:
        if any(matches(pattern, said, raw) for pattern in rule.patterns):
            return rule.match
    return None


def near_care(rules: CareRules, unanswered: Sequence[UnansweredMatch], ordinary: float) -> CareMatch | None:
    """The reply for a message that means what an example of a rule says.

    `unanswered`: the nearest questions that the corpus does not answer, best first; the messages of rules
    with `near = true` are among them, with the subtype "care:" and the rule's id. `ordinary`: the cosine of
    the nearest readers' question. The message must be nearer to the example, by the rules' margin.
    """
    best = unanswered[0] if unanswered else None
    if best is None or not best.entry.subtype.startswith(CARE):
        return None
    if best.cosine < max(rules.least, ordinary + rules.margin):
        return None
    name = best.entry.subtype.removeprefix(CARE)
    return next((rule.match for rule in rules.rules if rule.match.rule == name), None)


def is_ordinary(care: CareMatch, unanswered: Sequence[UnansweredMatch], ordinary: float) -> bool:
    """Whether a message that a rule's words call harmful or an attack is an ordinary question by its meaning.

    `ordinary` is the cosine of the nearest readers' question, `unanswered` as for `near_care`. What tells of
    violence or asks for advice is never overruled.
    """
    strange = unanswered[0].cosine if unanswered else -1.0
    return care.kind in OVERRULED and ordinary >= max(ORDINARY, strange + APART)


def load_care(mapping: Mapping[str, Any]) -> CareRules:
    """The rules of a parsed `care.toml` (an empty mapping: no rules). Raises `CorpusError`."""
    groups: Mapping[str, list[str]] = mapping.get("groups", {})
    signposts = {s["id"]: _signpost(s) for s in mapping.get("signpost", ())}
    rules = []
    for table in mapping.get("rule", ()):
        try:
            rules.append(_rule(table, groups, signposts))
        except KeyError as error:
            known = f"Known groups: {', '.join(groups)}; signposts: {', '.join(signposts)}."
            raise CorpusError(
                f"rule {table.get('id', '?')!r}: {error} is missing.", _FILE, None, known
            ) from None
    if len({r.match.rule for r in rules}) < len(rules):
        raise CorpusError("two rules have the same id.", _FILE, None, "Give every rule its own.")
    slips = frozenset(word for word in mapping.get("slips", ()) if len(word) >= _SLIP_LENGTH)
    spelling = tuple((any_of(forms), canonical) for canonical, forms in mapping.get("spelling", {}).items())
    nearness = mapping.get("nearness", {})
    return CareRules(
        rules=tuple(rules),
        slips=slips,
        spelling=spelling,
        ordinary=tuple(mapping.get("ordinary", ())),
        least=float(nearness.get("least", 1.0)),
        margin=float(nearness.get("margin", 0.0)),
    )


def _signpost(table: Mapping[str, Any]) -> CareSignpost:
    try:
        return CareSignpost(
            table["id"], table["name"], table["what"], table["section"], table["quote"], table.get("url")
        )
    except KeyError as error:
        remedy = "A signpost has id, name, what, section, quote and perhaps url."
        raise CorpusError(
            f"signpost {table.get('id', '?')!r}: {error} is missing.", _FILE, None, remedy
        ) from None


def _rule(
    table: Mapping[str, Any], groups: Mapping[str, list[str]], signposts: Mapping[str, CareSignpost]
) -> _Rule:
    action = table["action"]
    if action not in get_args(Action):
        remedy = f"Actions: {', '.join(get_args(Action))}."
        raise CorpusError(f"rule {table['id']!r}: unknown action {action!r}.", _FILE, None, remedy)
    match = CareMatch(
        rule=table["id"],
        kind=table["kind"],
        action=action,
        reason=table.get("reason"),
        before=table["before"],
        signposts=tuple(signposts[name] for name in table.get("signposts", ())),
        after=table.get("after", ""),
    )
    return _Rule(
        patterns=tuple(compile_pattern(p, groups) for p in table["patterns"]),
        match=match,
        near=bool(table.get("near", False)),
        example_yes=tuple(table.get("example_yes", ())),
        example_near=tuple(table.get("example_near", ())),
        example_no=tuple(table.get("example_no", ())),
    )
