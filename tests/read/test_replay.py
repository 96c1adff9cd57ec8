"""The supplied text plus declared edits gives the words of the Markdown; an undeclared change does not."""

import random
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.read.document import build_document
from assistant.read.markdown import read_markdown
from assistant.read.replay import (
    EditsBroken,
    document_words,
    line_of_words,
    replay,
    supplied_words,
    word_differences,
)
from assistant.types import Document

FOLDER = Path(__file__).resolve().parents[2] / "corpus" / "handbook"
ANOMALIES = FOLDER.parents[2] / "shared" / "handbook" / "anomalies.md"
ORIGINAL = (FOLDER / "original.txt").read_text(encoding="utf-8")
EDITS = tomllib.loads((FOLDER / "edits.toml").read_text(encoding="utf-8"))
EXPECTED = supplied_words(replay(ORIGINAL, EDITS))
MARKDOWN = (FOLDER / "handbook.md").read_text(encoding="utf-8")

# Printed words of the Markdown: on lines that are no heading, box or attribute.
_LINE = re.compile(r"^(?!#|:::|> \{|\[\^).+$", re.MULTILINE)
WORDS = [
    (line.start() + word.start(), line.start() + word.end())
    for line in _LINE.finditer(MARKDOWN)
    for word in re.finditer(r"(?<!\S)[A-Za-z]{2,}(?!\S)", line.group())
]


def read(markdown: str) -> Document:
    return build_document(read_markdown(markdown, "h.md"), id="h", title="H", language="en")


def differences(markdown: str) -> list[tuple[str, str]]:
    found = word_differences(EXPECTED, document_words(read(markdown)))
    return [(d.expected, d.found) for d in found]


def test_the_handbook_is_the_original_with_its_declared_edits() -> None:
    assert len(EXPECTED) == 20017
    assert differences(MARKDOWN) == []


@settings(max_examples=12, deadline=None)  # each reads the whole handbook
@given(st.integers(0, len(WORDS) - 1), st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9))
def test_an_undeclared_change_of_one_word_is_found(place: int, word: str) -> None:
    start, end = WORDS[place]
    old = MARKDOWN[start:end]
    found = differences(MARKDOWN[:start] + word + MARKDOWN[end:])
    assert (len(found) == 1 and found[0][1].strip("*") == word) if word != old else found == []


@settings(max_examples=6, deadline=None)
@given(st.integers(0, len(WORDS) - 2))
def test_an_undeclared_loss_or_doubling_of_one_word_is_found(place: int) -> None:
    start, end = WORDS[place]
    assert len(differences(MARKDOWN[:start] + MARKDOWN[end:].lstrip(" "))) == 1
    assert len(differences(f"{MARKDOWN[:end]} {MARKDOWN[start:]}")) == 1


def test_an_undeclared_move_is_found() -> None:
    paragraphs = MARKDOWN.split("\n\n")
    plain = [i for i, p in enumerate(paragraphs) if p[:1].isalpha()]
    for i in random.Random(1).sample(plain, 5):
        moved = [*paragraphs[:i], paragraphs[i + 1], paragraphs[i], *paragraphs[i + 2 :]]
        assert differences("\n\n".join(moved))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("**Colombia**, for example", "Colombia, for example", [("**Colombia**,", "Colombia,")]),
        ("agenda[^1].", "agenda.", [("agenda¹.", "agenda.")]),
        ("agenda[^1].", "agenda[^2].", [("agenda¹.", "agenda².")]),
        ("11 mission of", "11 missions in", [("mission of", "missions in")]),
        ('number="1.1."', 'number="1.2."', [("1.1.", "1.2.")]),
        ("**UNSCR**) **1325**", "**UNSCR) 1325**", [("(**UNSCR**)", "(**UNSCR)**")]),
    ],
)
def test_small_changes(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert MARKDOWN.count(old) >= 1
    assert differences(MARKDOWN.replace(old, new, 1)) == expected


def test_an_undeclared_paragraph_break_is_found() -> None:
    old = "UNSCR 1325 in 2000.\n\nWhile the YPS"
    assert old in MARKDOWN
    assert differences(MARKDOWN.replace(old, old.replace("\n\n", " "))) == [("¶ While", "… While")]
    old = "misinformation, reduce"
    assert differences(MARKDOWN.replace(old, "misinformation,\n\nreduce")) == [("… reduce", "¶ reduce")]


def test_every_known_fault_of_the_extraction_is_settled_once() -> None:
    if not ANOMALIES.is_file():
        pytest.skip("the list of faults is development data beside the checkout, absent for users")
    known = re.findall(r"^\| (an\d+) ", ANOMALIES.read_text(encoding="utf-8"), re.MULTILINE)
    settled: list[str] = [move["anomaly"] for move in EDITS["move"]]
    settled += [a for group in EDITS["group"] for e in group["edit"] for a in e.get("anomaly", "").split()]
    settled += [a for form in EDITS["form"] for a in form["anomalies"]]
    settled += [place["anomaly"] for group in EDITS["kept"] for place in group["place"]]
    assert sorted(set(settled)) == sorted(known)
    assert len(known) == 247


# ---------------------------------------------------------------- the rules, on a text of three lines

TEXT = "alpha beta\ngamma\n\ndelta eps-\n\nilon\n"


def edited(**edits: object) -> str:
    return replay(TEXT, edits)


def test_edits_are_made_on_their_line() -> None:
    edit = {"line": 4, "old": "eps-\n\nilon", "new": "epsilon"}
    assert edited(group=[{"reason": "cut", "edit": [edit]}]) == "alpha beta\ngamma\n\ndelta epsilon\n"


def test_moves_take_whole_lines_and_edits_go_along() -> None:
    move = {"lines": [1, 1], "before": 6, "begins": "alpha"}
    edit = {"line": 1, "old": "beta", "new": "BETA"}
    assert edited(move=[move], group=[{"edit": [edit]}]) == "gamma\n\ndelta eps-\n\nalpha BETA\nilon\n"


@pytest.mark.parametrize(
    ("edits", "problem"),
    [
        ({"sha256": "0"}, "another file"),
        (
            {"group": [{"edit": [{"line": 2, "old": "alpha", "new": ""}]}]},
            "line 2 of the original does not hold",
        ),
        (
            {"group": [{"edit": [{"line": 1, "old": "gamma", "new": ""}]}]},
            "line 1 of the original does not hold",
        ),
        ({"group": [{"edit": [{"line": 99, "old": "x", "new": ""}]}]}, "has no line 99"),
        ({"move": [{"lines": [1, 1], "before": 3, "begins": "beta"}]}, "does not begin with 'beta'"),
        (
            {
                "group": [
                    {
                        "edit": [
                            {"line": 1, "old": "alpha b", "new": ""},
                            {"line": 1, "old": "beta", "new": ""},
                        ]
                    }
                ]
            },
            "overlap",
        ),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(edits: dict[str, object], problem: str) -> None:
    with pytest.raises(EditsBroken, match=problem):
        replay(TEXT, edits)


def test_words_carry_their_punctuation_and_bold_letters() -> None:
    words = supplied_words("One **two three**, [four](#)\nfive.\n\n- six")
    assert [w.text for w in words] == ["One", "**two**", "**three**,", "four", "five.", "six"]
    assert [w.gap for w in words] == ["\n\n", " ", " ", " ", "\n", "\n\n"]


def test_the_line_of_words_in_the_original() -> None:
    assert line_of_words(TEXT, "delta **eps-**") == 4
    assert line_of_words(TEXT, "¶ gamma delta") == 2
    assert line_of_words(TEXT, "gamma edited") == 2
    assert line_of_words(TEXT, "omega") is None
    assert line_of_words("a b\na b\n", "a b") is None
    assert line_of_words(TEXT, "") is None


def test_an_entry_that_is_not_complete_is_refused() -> None:
    with pytest.raises(EditsBroken, match="not complete: 'old'"):
        replay(TEXT, {"group": [{"edit": [{"line": 1}]}]})
    with pytest.raises(EditsBroken, match="not complete"):
        replay(TEXT, {"move": [{"before": 1}]})
