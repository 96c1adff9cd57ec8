"""What a question needs: units of evidence, sections and notes."""

from __future__ import annotations

from eval.items import Evidence, Item, note_units, section_units, units


def item(**fields: object) -> Item:
    return Item(id="q", question="?", type="factoid", **fields)  # type: ignore[arg-type]


A = Evidence("alpha", ("1.1",), ("6",))
B = Evidence("beta", ("1.4/prevention", "2"), ("7",))


def test_each_item_is_a_unit_of_its_own() -> None:
    assert units(item(evidence=(A, B))) == ((A,), (B,))


def test_alternatives_are_one_unit() -> None:
    assert units(item(evidence=(A, B), alternatives=True)) == ((A, B),)
    assert units(item(alternatives=True)) == ()


def test_a_group_is_one_unit_and_optional_evidence_is_none() -> None:
    first = Evidence("one", ("1",), group="x")
    second = Evidence("two", ("2",), group="x")
    extra = Evidence("three", ("3",), group="optional")
    assert units(item(evidence=(first, A, second, extra))) == ((first, second), (A,))


def test_sections_fold_to_their_printed_number_and_aliases_are_as_good() -> None:
    assert section_units(item(evidence=(A, B))) == (frozenset({"1.1"}), frozenset({"1.4", "2"}))
    assert section_units(item(evidence=(A, A))) == (frozenset({"1.1"}),)


def test_notes_are_each_needed() -> None:
    assert note_units(item(notes=("3", "13"))) == (frozenset({"3"}), frozenset({"13"}))
    assert note_units(item()) == ()


def test_one_note_suffices_where_one_place_does() -> None:
    assert note_units(item(notes=("3", "13"), notes_any=True)) == (frozenset({"3", "13"}),)
    assert note_units(item(notes=("6", "7"), evidence=(A, B), alternatives=True)) == (frozenset({"6", "7"}),)


def test_a_list_of_which_one_suffices_is_one_need() -> None:
    assert note_units(item(notes_either=("86", "65"))) == (frozenset({"86", "65"}),)
    found = note_units(item(notes=("9", "65"), notes_either=("86", "65")))
    assert found == (frozenset({"86", "65"}), frozenset({"9"}))


def test_notes_of_interchangeable_evidence_are_one_need() -> None:
    first = Evidence("one", ("1",), ("6",), "x")
    second = Evidence("two", ("2",), ("7",), "x")
    found = note_units(item(notes=("6", "7", "9"), evidence=(first, second)))
    assert found == (frozenset({"6", "7"}), frozenset({"9"}))
