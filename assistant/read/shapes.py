"""The forms that docs/CORPUS.md gives to what a corpus file holds, and what does not have its form.

Only the outside is told here: what is missing, or is a text where a list belongs. What the words mean, and
whether the document holds them, is for the readers of the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

__all__ = ["CARE", "CARE_RULES", "CSL", "EDITS", "NAMES", "Form", "misfits"]


def _must(holds: Callable[[str], bool], needed: str) -> AfterValidator:
    def check(text: str) -> str:
        if not holds(text):
            raise ValueError(needed)
        return text

    return AfterValidator(check)


def _is_pattern(text: str) -> bool:
    try:
        return re.compile(text).groups == 0
    except re.error:
        return False


def _is_template(text: str) -> bool:
    try:
        return text.format(number="1") != text
    except (IndexError, KeyError, ValueError, AttributeError):
        return False


Words = Annotated[str, _must(lambda text: bool(text.strip()), "should not be empty")]
Pattern = Annotated[Words, _must(_is_pattern, "should be a regular expression without groups")]
Template = Annotated[Words, _must(_is_template, "should hold {number} where the number stands")]


def _two(numbers: list[int]) -> list[int]:
    if len(numbers) != 2:
        raise ValueError("should be two numbers, the first and the last")
    return numbers


_PAIR = AfterValidator(_two)


class _Table(BaseModel):
    """A table or object. Further keys are no mistake; a number is not taken for a text."""

    model_config = ConfigDict(strict=True, extra="allow")


# ---------------------------------------------------------------- edits.toml


class _Move(_Table):
    lines: Annotated[list[int], _PAIR]
    before: int
    begins: str = ""


class _Edit(_Table):
    line: int
    old: Annotated[str, Field(min_length=1)]
    new: str


class _Group(_Table):
    edit: list[_Edit] = []


class _Place(_Table):
    quote: Words


class _Kept(_Table):
    place: list[_Place] = []


class _Edits(_Table):
    sha256: str | None = None
    move: list[_Move] = []
    group: list[_Group] = []
    kept: list[_Kept] = []


# ---------------------------------------------------------------- names.toml


class _Series(_Table):
    kind: Words
    name: Template
    leads: Annotated[list[Words], Field(min_length=1)]
    number: Pattern
    aliases: list[Template] = []
    joints: list[Words] = []


class _Names(_Table):
    __pydantic_extra__: dict[str, dict[Words, list[Words]]]

    skip: list[str] = []
    series: list[_Series] = []


# ---------------------------------------------------------------- care.toml


class _Examples(_Table):
    """What a corpus needs to know of a rule: the messages that are found by their meaning."""

    id: str = ""
    near: bool = False
    example_yes: list[str] = []
    example_near: list[str] = []


class _Care(_Table):
    rule: list[_Examples] = []


class _Pattern(_Table):
    all_of: list[list[str]] = []
    none_of: list[str] = []
    whole: list[str] = []
    fillers: list[str] = []
    script: str | None = None
    share: float = 0.0


class _Rule(_Examples):
    """A whole rule, as answers follow it."""

    id: Words
    kind: Words
    action: Literal["refuse", "note", "reply"]
    before: Words
    patterns: Annotated[list[_Pattern], Field(min_length=1)]
    reason: str = ""
    after: str = ""
    signposts: list[str] = []
    example_no: list[str] = []


class _Signpost(_Table):
    id: Words
    name: Words
    what: Words
    section: Words
    quote: Words
    url: str | None = None


class _Nearness(_Table):
    least: float = 1.0
    margin: float = 0.0


class _CareRules(_Table):
    rule: list[_Rule] = []
    signpost: list[_Signpost] = []
    groups: dict[str, list[str]] = {}
    spelling: dict[str, list[str]] = {}
    slips: list[str] = []
    ordinary: list[str] = []
    nearness: _Nearness = _Nearness()


# ---------------------------------------------------------------- CSL-JSON


class _Person(_Table):
    family: Words | None = None
    given: str | None = None
    literal: Words | None = None

    @model_validator(mode="after")
    def _named(self) -> _Person:
        if self.family is None and self.literal is None:
            raise ValueError('should have "family" (and "given") or "literal"')
        return self


class _Date(_Table):
    date_parts: list[Annotated[list[int | str], Field(min_length=1, max_length=3)]] | None = Field(
        None, alias="date-parts"
    )


class _Item(_Table):
    type: Words
    author: list[_Person] = []
    editor: list[_Person] = []
    issued: _Date | None = None
    accessed: _Date | None = None
    title: str | None = None
    container_title: str | None = Field(None, alias="container-title")
    publisher: str | None = None
    publisher_place: str | None = Field(None, alias="publisher-place")
    volume: str | int | None = None
    issue: str | int | None = None
    page: str | int | None = None
    URL: str | None = None


Form: TypeAlias = TypeAdapter[Any]
EDITS: Form = TypeAdapter(_Edits)
NAMES: Form = TypeAdapter(_Names)
CARE: Form = TypeAdapter(_Care)
CARE_RULES: Form = TypeAdapter(_CareRules)
CSL: Form = TypeAdapter(_Item)


def misfits(form: Form, value: object) -> list[str]:
    """What of `value` does not have the `form`, each with its place: "group 2, edit 1, new: is missing."."""
    try:
        form.validate_python(value)
    except ValidationError as error:
        told = [f"{_place(e['loc'])}{_said(e['type'], e['msg'])}." for e in error.errors(include_url=False)]
        return list(dict.fromkeys(told))
    return []


def _place(steps: tuple[int | str, ...]) -> str:
    """("group", 1, "edit", 0, "new") as people count: "group 2, edit 1, new: "."""
    place = ""
    for step in steps:
        if isinstance(step, int):
            place += f" {step + 1}" if place else f"entry {step + 1}"
        elif step not in ("str", "int", "[key]"):
            place += f", {step}" if place else step
    return f"{place}: " if place else ""


def _said(kind: str, message: str) -> str:
    if kind == "missing":
        return "is missing"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return "should be a table of its own"
    if kind in ("too_short", "string_too_short", "too_long"):
        return "holds too much" if kind == "too_long" else "should not be empty"
    return message.removeprefix("Value error, ").removeprefix("Input ")
