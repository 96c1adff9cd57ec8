"""The Markdown dialect: what each form becomes, and what is told of a mistake."""

from collections.abc import Callable

import pytest

from assistant.read.inline import read_inline, superscript
from assistant.read.markdown import read_markdown
from assistant.types import Document

LayOut = Callable[[str], Document]


def blocks(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start : b.end]) for b in document.blocks]


def problems(markdown: str) -> list[tuple[str, str]]:
    return [(f.where, f.problem) for f in read_markdown(markdown, "t.md").findings]


def test_a_heading_says_id_page_and_more() -> None:
    reading = read_markdown(
        '# One {#1}\n\n## Two {#1.1/a-b page=12 kicker="PILLAR 1" pillar="X y"}\n', "t.md"
    )
    section = reading.sections[1]
    assert (section.id, section.title, section.level, section.page) == ("1.1/a-b", "Two", 2, 12)
    assert (section.parent, section.path) == ("1", ("One", "Two"))
    assert section.attributes == {"kicker": "PILLAR 1", "pillar": "X y"}
    assert [b.inline.text for b in reading.blocks] == ["One", "PILLAR 1", "Two"]


def test_a_title_that_is_not_printed_is_no_text(laid_out: LayOut) -> None:
    document = laid_out("# Cover {#cover .unprinted}\n\nWords.\n")
    assert document.text == "Words."
    assert (document.sections[0].title, document.sections[0].start, document.sections[0].end) == (
        "Cover",
        0,
        6,
    )


def test_markup_is_left_out_and_bold_is_kept_by_span() -> None:
    inline = read_inline("A **bold** and *slanted* [word](https://a.org/b_c) at <https://a.org/%20x>.")
    assert inline.text == "A bold and slanted word at https://a.org/%20x."
    assert [inline.text[a:b] for a, b in inline.bold] == ["bold"]
    assert inline.links == ("https://a.org/b_c", "https://a.org/%20x")


def test_an_address_in_printed_angle_brackets_keeps_them() -> None:
    assert read_inline("Who, <<https://a.org/x>>.").text == "Who, <https://a.org/x>."


@pytest.mark.parametrize(
    ("label", "shown"), [("65", "⁶⁵"), ("1.6/fn1", "¹"), ("10", "¹⁰"), ("star", "[star]")]
)
def test_markers_are_shown_as_printed(label: str, shown: str) -> None:
    assert superscript(label) == shown


def test_each_marker_has_a_span_of_its_own_digits() -> None:
    inline = read_inline("law[^18], [^19] and[^3].")
    assert inline.text == "law¹⁸, ¹⁹ and³."
    assert [(m.label, inline.text[m.start : m.end]) for m in inline.markers] == [
        ("18", "¹⁸"),
        ("19", "¹⁹"),
        ("3", "³"),
    ]


def test_lists_keep_their_bullets_and_numbers_and_one_group(laid_out: LayOut) -> None:
    document = laid_out("# A {#a}\n\nThree:\n\n- one,\n- two\n\n1. First\n2. Second\n")
    assert blocks(document) == [
        ("heading", "A"),
        ("paragraph", "Three:"),
        ("list-item", "- one,"),
        ("list-item", "- two"),
        ("list-item", "1. First"),
        ("list-item", "2. Second"),
    ]
    groups = [b.group for b in document.blocks]
    assert groups[2] == groups[3] is not None
    assert groups[4] == groups[5] not in (None, groups[3])
    assert document.text == "A\n\nThree:\n\n- one,\n- two\n\n1. First\n2. Second"
    sentences = [document.text[s.start : s.end] for s in document.sentences]
    assert sentences == ["Three:", "one,", "two", "1. First", "2. Second"]


def test_a_quotation_and_its_attribution_belong_together(laid_out: LayOut) -> None:
    document = laid_out("# A {#a}\n\n> “One.\n>\n> Two.”\n>\n> {.attribution}\n> A. Person\n\nAfter.\n")
    assert blocks(document)[1:] == [
        ("quotation", "“One."),
        ("quotation", "Two.”"),
        ("attribution", "A. Person"),
        ("paragraph", "After."),
    ]
    assert len({b.group for b in document.blocks[1:4]}) == 1
    assert document.blocks[4].group is None


@pytest.mark.parametrize(
    ("box", "kind"),
    [
        ("pull-quote", "pull-quote"),
        ("takeaway", "takeaway"),
        ("prompt", "prompt"),
        ("imprint", "imprint"),
        ("tagline", "heading"),
        ("labels", "heading"),
    ],
)
def test_boxes(box: str, kind: str, laid_out: LayOut) -> None:
    document = laid_out(f"# A {{#a}}\n\n::: {box}\nOne.\n\nTwo.\n:::\n\nAfter.\n")
    assert blocks(document)[1:] == [(kind, "One."), (kind, "Two."), ("paragraph", "After.")]
    assert document.blocks[1].group == document.blocks[2].group is not None


def test_notes_stand_where_they_are_written(laid_out: LayOut) -> None:
    document = laid_out("# A {#a}\n\nText[^7].[^a/fn1]\n\n[^a/fn1]: Below.\n\n# B {#b}\n\n[^7]: A *book*.\n")
    assert blocks(document) == [
        ("heading", "A"),
        ("paragraph", "Text⁷.¹"),
        ("footnote", "¹ Below."),
        ("heading", "B"),
        ("reference", "7. A book."),
    ]
    foot, end = document.notes
    assert (foot.number, foot.kind, foot.text) == ("a/fn1", "page-footnote", "Below.")
    assert (end.number, end.kind, end.text) == ("7", "endnote", "A book.")
    assert [document.text[m.start : m.end] for n in (foot, end) for m in n.markers] == ["¹", "⁷"]
    assert {document.text[slice(*m.sentence)] for n in (foot, end) for m in n.markers} == {"Text⁷.¹"}


def test_hard_breaks_are_lines_and_soft_ones_are_spaces() -> None:
    assert read_inline("one\\\ntwo\nthree").text == "one\ntwo three"


def test_html_and_indentation_are_text(laid_out: LayOut) -> None:
    document = laid_out("# A {#a}\n\n<b>x</b> & y\n\n      far in\n")
    assert blocks(document)[1:] == [("paragraph", "<b>x</b> & y"), ("paragraph", "far in")]


@pytest.mark.parametrize(
    ("markdown", "place", "problem"),
    [
        ("# A {#a}\n\n# B {#a}\n", "t.md:3", "the id a is used twice."),
        ("# A {#a}\n\n### B {#b}\n", "t.md:3", "the heading “B” jumps from level 1 to level 3."),
        ("## A {#a}\n", "t.md:1", "the heading “A” jumps from level 0 to level 2."),
        ("# A\n", "t.md:1", "the heading “A” has no id."),
        ("# A {#a page=x}\n", "t.md:1", "the page “x” is no number."),
        ("Text.\n\n# A {#a}\n", "t.md:1", "text stands before the first heading."),
        ("# A {#a}\n\none\ntwo[^9]\n", "t.md:4", "the marker [^9] has no note."),
        ("# A {#a}\n\nx[^1]\n\n[^1]: One.\n\n[^1]: Two.\n", "t.md:7", "note 1 is given twice."),
        ("# A {#a}\n\nx[^1]\n\n[^1]:\n", "t.md:5", "note 1 is empty."),
        ("# A {#a}\n\n::: sidebar\nx\n:::\n", "t.md:3", "unknown box “sidebar”."),
        ("# A {#a}\n\n> # B {#b}\n", "t.md:3", "the heading “B” stands inside a box, list or quotation."),
    ],
)
def test_a_mistake_is_told_with_its_line(markdown: str, place: str, problem: str) -> None:
    assert (place, problem) in problems(markdown)


def test_attributes_that_cannot_be_read_are_told() -> None:
    ((place, problem),) = problems("# A {#a page=}\n")
    assert place == "t.md:1"
    assert problem.startswith("the attributes {#a page=} cannot be read")


def test_every_finding_says_how_to_mend_it() -> None:
    reading = read_markdown("## A\n\nx[^1]\n\n::: y\n:::\n", "t.md")
    assert len(reading.findings) == 4
    assert all(f.remedy and f.level == "error" for f in reading.findings)
