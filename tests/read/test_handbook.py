"""The handbook itself: what was counted by hand in the printed book and its extraction."""

import hashlib
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.types import Document, Marker

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = json.loads((Path(__file__).parent / "data" / "sections.json").read_text(encoding="utf-8"))


def markers(document: Document) -> list[tuple[str, Marker]]:
    """(note, marker) in reading order."""
    found = [(note.number, marker) for note in document.notes for marker in note.markers]
    return sorted(found, key=lambda item: item[1].start)


def sentence_of(document: Document, note: str) -> str:
    ((_, marker),) = [item for item in markers(document) if item[0] == note]
    return document.text[slice(*marker.sentence)]


def test_all_100_sections_with_ids_titles_levels_parents_pages(handbook: Document) -> None:
    assert len(handbook.sections) == 100
    found = [(s.id, s.title, s.level, s.parent, s.page) for s in handbook.sections]
    assert found == [(s["id"], s["title"], s["level"], s["parent"], s["page"]) for s in SECTIONS]
    for section, given in zip(handbook.sections, SECTIONS, strict=True):
        for key in ("pillar", "organisation", "illustrates"):
            assert section.attributes.get(key) == given.get(key)


def test_a_section_begins_with_its_printed_heading(handbook: Document) -> None:
    for section in handbook.sections:
        heading = section.attributes.get("kicker") or section.title
        printed = section.id not in ("front-matter", "back-cover")
        assert handbook.text.startswith(heading, section.start) == printed


def test_blocks_by_kind(handbook: Document) -> None:
    assert Counter(b.kind for b in handbook.blocks) == {
        "paragraph": 452,
        "heading": 133,  # 98 printed titles, 18 kickers, 9 taglines, 8 graphic labels
        "reference": 92,
        "list-item": 46,
        "imprint": 43,
        "quotation": 17,  # paragraphs of 7 block quotations
        "prompt": 4,
        "attribution": 3,
        "footnote": 2,
        "takeaway": 1,
        "pull-quote": 1,
    }
    groups = {b.group for b in handbook.blocks if b.kind == "quotation"}
    assert len(groups) == 7


def test_90_markers_93_notes_named_by_them(handbook: Document) -> None:
    found = markers(handbook)
    assert len(found) == 93
    between = [handbook.text[a.end : b.start] for (_, a), (_, b) in pairwise(found)]
    assert Counter(gap for gap in between if len(gap) < 10) == {", ": 2, " citing ": 1}  # 93 - 3 = 90 places
    numbers = [number for number, _ in found if "/" not in number]
    assert sorted(numbers, key=int) == [str(n) for n in range(1, 93)]
    moved = ["28", "31", "32", "33", "29", "30", "34"]  # paragraphs of Relief & Recovery moved to their place
    assert numbers[27:34] == moved
    assert numbers == sorted(numbers[:27], key=int) + moved + sorted(numbers[34:], key=int)


def test_markers_are_shown_with_the_digits_of_their_note(handbook: Document) -> None:
    plain = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    for number, marker in markers(handbook):
        assert handbook.text[marker.start : marker.end].translate(plain) == number.rpartition("fn")[2]


@pytest.mark.parametrize(
    ("section", "numbers"),
    [
        ("1.1", ["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
        ("1.4/protection", ["25", "26", "27", "28"]),
        ("1.4/relief-and-recovery", ["31", "32", "33", "29", "30"]),
        ("1.6/caregiving", ["43", "1.6/fn1"]),
        ("3.1.2", ["65", "66", "67", "68", "69", "70", "71"]),
    ],
)
def test_markers_of_a_section_in_reading_order(section: str, numbers: list[str], handbook: Document) -> None:
    assert [number for number, marker in markers(handbook) if marker.section == section] == numbers


@pytest.mark.parametrize(
    ("note", "begins", "ends"),
    [
        ("1", "Over the past 25 years, it has been", "has become known as the WPS agenda¹."),
        ("5", "For instance, the Philippines' 2023-2033", "gender-based violence (GBV)⁴, ⁵."),
        ("7", "Conversely, countries with", "intrastate conflict”⁷ citing ⁸."),
        ("38", "However, the numerous logistical", "are still evident”³⁸."),
        ("40", "For example, in countries like Nigeria⁴⁰", "in peace agreements."),
        ("54", "Extract from a joint statement", "Women, War, and Insecurity'⁵⁴."),
        ("58", "Globally, peace agreements are 64 per cent", "representatives participate!⁵⁸"),
        ("65", "Since 2006, Cambodia has become", "Mali, and the Central African Republic.⁶⁵"),
        ("66", "As of January 31, 2025, Cambodia deploys", "(out of 123 countries) globally.⁶⁶"),
        ("71", "Christine Arab, UN Women", "for Asia and the Pacific⁷¹."),
        ("82", "Some women find themselves coerced", "to brokers and agencies⁸²."),
        ("85", "At the local level, policies mandate", "and 3) at the village level.⁸⁵"),
        ("92", "In Cambodia, where women remain", "Sub-National Level (WLSN) program.⁹²"),
        ("1.6/fn1", "Forthcoming research from Women Peace Makers", "and security institutions.¹"),
    ],
)
def test_the_sentence_of_a_marker(note: str, begins: str, ends: str, handbook: Document) -> None:
    sentence = sentence_of(handbook, note)
    assert sentence.startswith(begins)
    assert sentence.endswith(ends)


def test_the_sentence_of_every_marker_is_a_sentence(handbook: Document) -> None:
    sentences = {(s.start, s.end) for s in handbook.sentences}
    assert all(marker.sentence in sentences for _, marker in markers(handbook))


def test_both_page_footnotes(handbook: Document) -> None:
    feet = {n.number: n for n in handbook.notes if n.kind == "page-footnote"}
    assert set(feet) == {"1.1/fn1", "1.6/fn1"}
    assert feet["1.1/fn1"].text.startswith("The follow-up resolutions of UN SCR 1325 are Resolution 1820")
    assert feet["1.1/fn1"].markers == ()  # corpus.toml says why
    assert feet["1.6/fn1"].text.startswith("WPM & Monash Global Peace & Security Centre (2025, forthcoming)")
    assert all(n.reference is None for n in feet.values())
    sections = {b.section for b in handbook.blocks if b.kind == "footnote"}
    assert sections == {"1.1", "1.6/caregiving"}


def test_92_references_and_their_10_cross_references(handbook: Document) -> None:
    assert len(handbook.references) == 92
    chains = {n.number: n.chain for n in handbook.notes if len(n.chain) > 1}
    assert chains == {
        "7": ("7", "6"),
        "10": ("10", "5"),
        "25": ("25", "22"),
        "30": ("30", "5"),
        "57": ("57", "27"),
        "59": ("59", "27"),
        "69": ("69", "43"),
        "76": ("76", "75"),
        "86": ("86", "85"),
        "87": ("87", "86", "85"),
    }
    notes = {n.number: n for n in handbook.notes}
    assert notes["87"].reference == "ref-85"
    assert notes["65"].reference == "ref-65"
    assert notes["43"].text.startswith("Gordon, E. (2022). Peacebuilding practitioners with caring")


def test_moved_paragraphs_stand_in_their_section(handbook: Document) -> None:
    relief = next(s for s in handbook.sections if s.id == "1.4/relief-and-recovery")
    text = handbook.text[relief.start : relief.end]
    rwanda, ukraine = (
        text.index("women are actively involved³³."),
        text.index("In Ukraine, temporary learning"),
    )
    assert rwanda < ukraine
    assert text.endswith("by centring women's voices and recognising their agency.")
    protection = next(s for s in handbook.sections if s.id == "1.4/protection")
    assert handbook.text[protection.start : protection.end].endswith("ownership and empowerment²⁸.")


def test_the_quotation_set_beside_the_frameworks_belongs_to_all_of_them(handbook: Document) -> None:
    block = next(b for b in handbook.blocks if "20% increase" in handbook.text[b.start : b.end])
    assert (block.kind, block.section) == ("quotation", "1.2/alignment")


def test_a_pull_quote_repeats_what_the_text_says(handbook: Document) -> None:
    (block,) = [b for b in handbook.blocks if b.kind == "pull-quote"]
    words = handbook.text[block.start + 1 : block.end - 1]
    assert block.section == "3.1"
    assert handbook.text.count(words) == 2


def test_lists_are_whole(handbook: Document) -> None:
    plans = [b for b in handbook.blocks if b.section == "2/regional-action-plans" and b.kind == "list-item"]
    assert len(plans) == 13
    assert len({b.group for b in plans}) == 1
    last = next(s for s in handbook.sentences if s.block == handbook.blocks.index(plans[-1]))
    assert handbook.text[last.start : last.end].endswith("1820 (2008). (2023-2030)")
    risks = [b for b in handbook.blocks if b.section == "3.2.2/women-migrant-workers" and b.group is not None]
    assert len(risks) == 4
    assert len({b.group for b in risks}) == 1


def test_what_the_authors_printed_stays(handbook: Document) -> None:
    for slip in (
        "everyone who believe in",
        "11 mission of conflict zones",
        "cyber-scramming",
        "Jogensen, M.",
    ):
        assert slip in handbook.text
    for mended in ("ethnicity, age, disability", "to between 28% and 36%", "measures to address impunity."):
        assert mended in handbook.text


def test_no_markup_is_left(handbook: Document) -> None:
    assert not {"**", "](", "[^", "^{", ":::", "{#"} & {
        handbook.text[i : i + 2] for i in range(len(handbook.text))
    }
    assert "[12]" not in handbook.text
    assert "\n\n\n" not in handbook.text


def test_bold_is_kept(handbook: Document) -> None:
    bold = [handbook.text[a:b] for a, b in handbook.emphasis]
    assert len(bold) == 228
    assert bold[0] == "Prevention, Protection, Relief and Recovery, and Participation"


def test_the_original_is_the_supplied_file() -> None:
    data = (ROOT / "corpus" / "handbook" / "original.txt").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    assert digest == "352f08933ebdbf6f48a7d9e16c0961114fe2666745b2917ca965e04b4b796a7a"
