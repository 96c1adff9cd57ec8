"""What a reader gets for an id, and the whole corpus as plain data."""

import json
import re

import pytest

from assistant.errors import UnknownId
from assistant.read.export import export
from assistant.read.show import render_shown, show
from assistant.types import Corpus, Document


def test_a_section_with_its_parts_notes_and_disagreements(handbook: Document) -> None:
    shown = show(handbook, "3.1.2")
    assert (shown["kind"], shown["title"]) == ("section", "Cambodia's Leadership in Global Peacekeeping")
    assert shown["path"] == ["National Pathways", "The significance of WPS in Cambodia", shown["title"]]
    assert handbook.text[shown["start"] : shown["end"]] == shown["text"]
    assert [n["number"] for n in shown["notes"]] == ["65", "66", "67", "68", "69", "70", "71"]
    assert {n["number"]: n["chain"] for n in shown["notes"]}["69"] == ["69", "43"]
    assert any("11 missions" in note and "12 missions" in note for note in shown["conflicts"])
    children = [c["id"] for c in show(handbook, "3.1.4")["children"]]
    assert children == ["3.1.4/why-wps", "3.1.4/gender-responsive-mediation", "3.1.4/mediation-role"]


def test_a_note_with_its_chain_source_and_place(handbook: Document) -> None:
    shown = show(handbook, "87")
    assert (shown["kind"], shown["note_kind"], shown["chain"]) == ("note", "endnote", ["87", "86", "85"])
    assert shown["source"]["id"] == shown["reference"] == "ref-85"
    assert shown["source"]["url"].endswith("/b30_report_cambodia_en.pdf")
    (use,) = shown["used"]
    assert use["section"] == "3.2.4/peacekeeping"
    assert use["sentence"].endswith("leadership and participation in peacekeeping roles.⁸⁷")
    assert handbook.text[use["start"] : use["end"]] == use["sentence"]


def test_page_footnotes(handbook: Document) -> None:
    unmarked, marked = show(handbook, "1.1/fn1"), show(handbook, "1.6/FN1")
    assert (unmarked["note_kind"], unmarked["used"], unmarked["source"]) == ("page-footnote", [], None)
    assert marked["used"][0]["section"] == "1.6/caregiving"


def test_a_reference_with_all_notes_that_lead_to_it(handbook: Document) -> None:
    shown = show(handbook, "ref-85")
    assert (shown["kind"], shown["cited_by"]) == ("reference", ["85", "86", "87"])
    assert [u["note"] for u in shown["used"]] == ["85", "86", "87"]
    assert shown["csl"]["id"] == "ref-85"
    assert show(handbook, " REF-85 ") == shown


def test_a_doubt_is_told_along_the_chain(handbook: Document) -> None:
    assert show(handbook, "66")["doubt"]
    assert show(handbook, "69")["doubt"] is not None
    assert show(handbook, "69")["doubt"] in (show(handbook, "3.1.2")["notes"][4]["doubt"],)


def test_a_number_of_a_section_and_of_a_note(handbook: Document) -> None:
    assert (show(handbook, "2")["kind"], show(handbook, "2")["also"]) == ("section", ["n2"])
    assert show(handbook, "n2")["number"] == show(handbook, "n. 2")["number"] == "2"
    assert show(handbook, "2.1")["also"] == []


@pytest.mark.parametrize("id", ["3.9.2", "93", "ref-93", "", "nonsense"])
def test_an_unknown_id_says_what_ids_look_like(id: str, handbook: Document) -> None:
    with pytest.raises(UnknownId) as caught:
        show(handbook, id)
    assert "Did you mean" in str(caught.value) or "Ids look like" in str(caught.value)


def test_near_ids_are_named(handbook: Document) -> None:
    with pytest.raises(UnknownId, match=r"Did you mean 3\.2\.2"):
        show(handbook, "3.9.2")


def test_as_text(handbook: Document) -> None:
    text = render_shown(show(handbook, "87"))
    assert text.splitlines()[:5] == [
        "Note 87  [87 → 86 → 85]",
        "  Ministry of Women's Affairs, above n., 86.",
        "",
        "Source (ref-85):",
        "  " + show(handbook, "ref-85")["printed"],
    ]
    unmarked = render_shown(show(handbook, "1.1/fn1"))
    assert "No marker of it stands in the text: Printed at the foot of 1.1" in unmarked
    assert "There is also a note of this number: n2" in render_shown(show(handbook, "2"))
    assert render_shown(show(handbook, "1.1")).startswith(
        "1.1  Global Foundations › History and Significance  (page 3)\n"
    )


def test_a_pointer_shows_where_it_leads(handbook: Document) -> None:
    shown = show(handbook, "ref-87")
    assert (shown["points_to"], shown["chain"], shown["source"]["id"]) == ("86", ["87", "86", "85"], "ref-85")
    text = render_shown(shown)
    assert text.startswith("ref-87  [87 → 86 → 85]\n  Ministry of Women's Affairs, above n., 86.\n")
    assert "\n\nSource (ref-85):\n" in text
    assert "/b30_report_cambodia_en.pdf\n" in text
    assert "Source (" not in render_shown(show(handbook, "ref-85"))


def test_a_section_names_its_page_footnotes_and_its_doubts(handbook: Document) -> None:
    shown = show(handbook, "1.1")
    assert "1.1/fn1" in [n["number"] for n in shown["notes"]]
    assert "Doubts are recorded about 66, 69: show 66 or 69." in render_shown(show(handbook, "3.1.2"))


def test_every_id_can_be_shown_and_is_json(handbook: Document) -> None:
    ids = [s.id for s in handbook.sections] + [r.id for r in handbook.references]
    ids += [f"n{n.number}" for n in handbook.notes]
    assert len(ids) == 100 + 92 + 94
    for id in ids:
        shown = show(handbook, id)
        assert json.loads(json.dumps(shown)) == shown
        assert render_shown(shown).endswith("\n")


def test_export_has_the_contract_s_fields(corpus: Corpus) -> None:
    data = json.loads(json.dumps(export(corpus)))
    (document,) = data["documents"]
    fields = ("id", "title", "text", "sections", "notes", "references", "glossary", "conflicts")
    assert set(fields) <= set(document)
    counts = {key: len(document[key]) for key in ("sections", "notes", "references")}
    assert counts == {"sections": 100, "notes": 94, "references": 92}
    assert {"id", "title", "level", "parent", "page", "start", "end"} <= set(document["sections"][0])
    assert {"number", "kind", "markers", "chain", "reference"} <= set(document["notes"][0])
    assert {"id", "number", "printed", "csl", "url", "doubt"} <= set(document["references"][0])
    assert {"acronym", "expansions", "section"} <= set(document["glossary"][0])
    assert {"spans", "note"} <= set(document["conflicts"][0])
    note = next(n for n in document["notes"] if n["number"] == "65")
    (marker,) = note["markers"]
    assert document["text"][marker["start"] : marker["end"]] == "⁶⁵"
    assert document["text"][slice(*marker["sentence"])].startswith("Since 2006, Cambodia")


def test_the_spans_of_an_export_hold_what_they_name(corpus: Corpus) -> None:
    (document,) = export(corpus)["documents"]
    text, sections = document["text"], {s["id"]: s for s in document["sections"]}
    for section in sections.values():
        parent = sections.get(section["parent"], {"start": 0, "end": len(text)})
        assert parent["start"] <= section["start"] < section["end"] <= parent["end"]
    starts = [s["start"] for s in document["sections"]]
    assert starts == sorted(starts)  # reading order
    found = set()
    for marker in (m for note in document["notes"] for m in note["markers"]):
        first, last = marker["sentence"]
        assert first <= marker["start"] < marker["end"] <= last
        around = [s for s in sections.values() if s["start"] <= marker["start"] < s["end"]]
        assert max(around, key=lambda s: s["level"])["id"] == marker["section"]
        found.add((marker["start"], marker["end"]))
    raised = [m.span() for m in re.finditer("[⁰¹²³⁴-⁹]+", text)]
    others = [text[a : b + 20] for a, b in raised if (a, b) not in found]
    assert others == ["¹ The follow-up resol", "¹ WPM & Monash Global"]  # the two footnotes' own numbers
    for conflict in document["conflicts"]:
        assert all(0 <= start < end <= len(text) for start, end in conflict["spans"])
