"""The reference list: what is printed, what it means, and where each note leads."""

import json
import re
from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.read.references import (
    is_web_address,
    load_references,
    note_chains,
    note_doubt,
    read_pointer,
    reference_problems,
)

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "corpus" / "handbook" / "references.json"
DEVELOPMENT = ROOT.parent / "shared" / "handbook" / "handbook.txt"


def entry(number: str, /, **changes: object) -> dict[str, object]:
    base = {"id": f"ref-{number}", "number": number, "printed": f"Source {number}.", "csl": {"type": "book"}}
    return {key: value for key, value in {**base, **changes}.items() if value is not ...}


def write(folder: Path, *entries: object) -> Path:
    path = folder / "references.json"
    path.write_text(json.dumps(entries, indent=1), encoding="utf-8")
    return path


def test_the_list_has_every_entry_in_order() -> None:
    references = load_references(FILE)
    assert [r.number for r in references] == [str(n) for n in range(1, 93)]
    assert [r.id for r in references] == [f"ref-{n}" for n in range(1, 93)]


def test_cross_references_keep_their_whole_chain() -> None:
    references = load_references(FILE)
    chains = note_chains(references)
    assert {n: c for n, c in chains.items() if len(c) > 1} == {
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
    assert all(chains[r.number] == (r.number,) for r in references if r.points_to is None)


def test_what_is_printed_says_the_same_as_the_pointers() -> None:
    references = load_references(FILE)
    for before, r in zip((None, *references), references, strict=False):
        assert r.points_to == read_pointer(r.printed, before.number if before else None), r.id


def test_an_article_is_an_item_with_its_parts_as_printed() -> None:
    gordon = load_references(FILE)[42]
    assert gordon.csl == {
        "id": "ref-43",
        "type": "article-journal",
        "author": [{"family": "Gordon", "given": "E."}],
        "title": "Peacebuilding practitioners with caring responsibilities: Navigating COVID-19 challenges "
        "and opportunities to advance an ethics of care in peacebuilding",
        "container-title": "Global Change, Peace & Security",
        "volume": "34",
        "issue": "2-3",
        "page": "143-164",
        "issued": {"date-parts": [[2022]]},
    }
    assert gordon.url is None


def test_every_field_is_printed() -> None:
    """Nothing comes from outside the list: each author, title and container stands in the printed entry."""
    for r in load_references(FILE):
        said = letters(r.printed)
        names = [a.get("literal") or a["family"] for a in r.csl.get("author", [])]
        fields = [
            r.csl.get(key) for key in ("title", "container-title", "publisher", "publisher-place", "page")
        ]
        for value in (*names, *filter(None, fields)):
            assert letters(value) in said, (r.id, value)
        for part in r.csl.get("issued", {}).get("date-parts", []):
            assert str(part[0]) in r.printed, r.id


def test_addresses_are_mended() -> None:
    by_number = {r.number: r for r in load_references(FILE)}
    assert all(is_web_address(r.url) for r in by_number.values() if r.url)
    assert by_number["12"].url == "https://wpshacompact.org/"
    assert by_number["15"].url == (
        "https://www.securitycouncilreport.org/un_documents_type/secretary-generals-reports/"
        "?ctype=Women%2C%20Peace%20and%20Security&cbtype=women-peace-and-security"
    )
    assert by_number["29"].url == "https://novaukraine.org/project/educational-projects/"
    assert by_number["52"].url == "https://www.asiapacific4d.com"
    assert by_number["79"].url == "https://www.cchrcambodia.org/en/publications/general-reports/116"
    without = sorted(int(n) for n, r in by_number.items() if r.url is None)
    assert without == [3, 7, 10, 25, 26, 30, 43, 49, 57, 59, 69, 76, 86, 87]


def test_one_document_under_two_numbers_is_linked() -> None:
    same = {r.number: r.same_as for r in load_references(FILE) if r.same_as}
    assert same == {"67": ("ref-71",), "71": ("ref-67",), "53": ("ref-73",), "73": ("ref-53",)}


def test_doubts_are_told_along_the_chain() -> None:
    by_number = {r.number: r for r in load_references(FILE)}
    assert "June 2024" in (by_number["66"].doubt or "")
    assert "January 31, 2025" in (by_number["66"].doubt or "")
    assert by_number["43"].doubt is None
    assert "caring responsibilities" in (note_doubt(by_number, ("69", "43")) or "")
    assert "n. 16" in (note_doubt(by_number, ("15",)) or "")
    both = note_doubt(by_number, ("57", "27"))
    assert both == by_number["27"].doubt
    assert note_doubt(by_number, ("85",)) is None


@pytest.mark.skipif(
    not DEVELOPMENT.exists(), reason="development data lies beside the checkout; users have none"
)
def test_the_printed_words_are_those_of_the_supplied_text() -> None:
    text = DEVELOPMENT.read_text(encoding="utf-8")
    supplied = re.sub(
        r"\]\([^)]*\)", "", text[text.rindex("\nReferences\n") : text.rindex("How can a global vision")]
    )
    listed = "".join(f"{r.number}. {r.printed} " for r in load_references(FILE))
    assert letters(listed) == letters(supplied.replace("References", "", 1))


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def test_forms_of_pointing() -> None:
    assert read_pointer("JASS, above n., 27.", "56") == "27"
    assert read_pointer("Smith, supra note 4, p. 3", "8") == "4"
    assert read_pointer("Ibid.", "8") == "8"
    assert read_pointer("Ibid.", None) is None
    assert read_pointer("Above the clouds (2020).", "8") is None


def test_a_pointer_may_be_read_from_the_print_alone(tmp_path: Path) -> None:
    path = write(
        tmp_path, entry("1"), entry("2", csl=..., printed="Ibid."), entry("3", csl=..., printed="Above n. 2.")
    )
    assert note_chains(load_references(path)) == {"1": ("1",), "2": ("2", "1"), "3": ("3", "2", "1")}


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ([entry("1", number=...)], "'number' is missing"),
        ([entry("1"), entry("1")], "occurs twice"),
        (
            [entry("1", points_to="2", csl=...), entry("2", points_to="1", csl=...)],
            r"leads nowhere \(1 -> 2 -> 1\)",
        ),
        ([entry("1", points_to="9", csl=...)], r"leads nowhere \(1 -> 9\)"),
        ([entry("1", csl={"title": "no type"})], "no CSL-JSON item"),
        ([entry("1", url="www.example.org")], "no complete web address"),
        ([entry("1", url="https://exa mple.org")], "no complete web address"),
        ([entry("1", url="https://a.org", csl={"type": "book", "URL": "https://b.org"})], "differ"),
        ([entry("1", dout="a slip")], "unknown key 'dout'"),
        ([entry("1", same_as=["ref-2"]), entry("2")], "does not name it back"),
        ([entry("1", doubt=3)], "'doubt' is not text"),
        (["ref-1"], "not an object"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, entries: list[object], problem: str) -> None:
    path = write(tmp_path, *entries)
    with pytest.raises(CorpusError, match=problem):
        load_references(path)


def test_the_line_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, entry("1"), entry("2", url="nowhere"), entry("3", url="nowhere"))
    assert [p.line for p in reference_problems(path)] == [11, 20]
    path.write_text('[\n{"id": "ref-1",\n}]', encoding="utf-8")
    assert [p.line for p in reference_problems(path)] == [3]
    path.write_text("{}", encoding="utf-8")
    assert "Not a list" in str(reference_problems(path)[0])
    path.write_bytes(b"[\xff]")
    assert "Not UTF-8 at byte 1" in str(reference_problems(path)[0])
