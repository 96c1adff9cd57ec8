"""Laws of every document: spans in range, nested, and tiling what they should."""

import itertools
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from assistant.read.document import build_document
from assistant.read.markdown import read_markdown
from assistant.types import Document

_LINES = st.sampled_from(
    [
        "# Top {#%d}",
        "## Part {#%d page=3}",
        "### Deep {#%d .unprinted}",
        "Some words. More **words**[^1]. Last one?",
        "H.E. Dr. A. Person said “Yes. No.”[^2], [^3] (so).",
        "- item one",
        "- **item** two.[^1]",
        "1. numbered",
        "> quoted “text. Here”[^2]",
        "> {.attribution}",
        "::: prompt",
        ":::",
        "::: imprint",
        "[^1]: Book. Second sentence.",
        "[^2]: <<https://a.org/x_y>>.",
        "[^1/fn1]: Below.",
        "",
        "",
        "***",
        "    indented",
        "`code` ![image](a.png) <b>x</b>",
        "ខ្ញុំជា។ នេះ។",
    ]
)


def read(markdown: str) -> Document:
    return build_document(read_markdown(markdown, "t.md"), id="t", title="T", language="en")


def check_laws(document: Document) -> None:
    text = document.text
    starts = {(s.id, i): s for i, s in enumerate(document.sections)}
    for section in starts.values():
        assert 0 <= section.start <= section.end <= len(text)
    blocks = document.blocks
    assert all(0 <= b.start < b.end <= len(text) for b in blocks)
    assert all(a.end < b.start and not text[a.end : b.start].strip() for a, b in itertools.pairwise(blocks))
    assert "".join(text.split()) == "".join("".join(text[b.start : b.end].split()) for b in blocks)
    for sentence in document.sentences:
        block = blocks[sentence.block]
        assert block.start <= sentence.start < sentence.end <= block.end
        assert sentence.section == block.section
        assert not text[sentence.start].isspace()
        assert not text[sentence.end - 1].isspace()
    for i, block in enumerate(blocks):
        said = "".join(text[s.start : s.end] for s in document.sentences if s.block == i)
        words = text[block.start : block.end].removeprefix("- ")
        assert "".join(said.split()) == ("" if block.kind == "heading" else "".join(words.split()))
    assert all(0 <= a < b <= len(text) for a, b in document.emphasis)
    for note in document.notes:
        assert text[note.start : note.end] == note.text
        for marker in note.markers:
            assert marker.sentence[0] <= marker.start < marker.end <= marker.sentence[1]


@given(st.lists(_LINES, max_size=25))
def test_any_document_keeps_the_laws(lines: list[str]) -> None:
    markdown = "\n".join(line % i if "%d" in line else line for i, line in enumerate(lines))
    check_laws(read(markdown))


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    check_laws(read(text))
    check_laws(read(f"# A {{#a}}\n\n{text}"))


def test_the_handbook_keeps_the_laws(handbook: Document) -> None:
    check_laws(handbook)
    by_id = {s.id: s for s in handbook.sections}
    for section in handbook.sections:
        if section.parent is not None:
            parent = by_id[section.parent]
            assert parent.start <= section.start
            assert section.end <= parent.end
            assert section.path == (*parent.path, section.title)
    for block in handbook.blocks:
        section = by_id[block.section]
        assert section.start <= block.start
        assert block.end <= section.end


def test_a_section_holds_its_children() -> None:
    document = read("# A {#a}\n\nOne.\n\n## B {#b}\n\nTwo.\n\n# C {#c}\n\nThree.\n")
    assert {s.id: document.text[s.start : s.end] for s in document.sections} == {
        "a": "A\n\nOne.\n\nB\n\nTwo.",
        "b": "B\n\nTwo.",
        "c": "C\n\nThree.",
    }


def test_reading_is_the_same_every_time(laid_out: Callable[[str], Document]) -> None:
    markdown = "# A {#a}\n\nOne.[^1]\n\n[^1]: Two.\n"
    assert laid_out(markdown) == laid_out(markdown)
