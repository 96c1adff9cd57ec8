"""Names are found where they stand; the checked-in list is what text and names give."""

from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.read.corpus import load_corpus
from assistant.read.entities import (
    entities_json,
    find_entities,
    load_entities,
    load_names,
    write_derived,
)
from assistant.types import Block, Document, Entity, Reference, Section

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "corpus" / "handbook" / "entities.json"

NAMES = {
    "skip": ["3"],
    "organisation": {"United Nations": ["UN"], "UN Women": [], "Women's Caucus": []},
    "country": {"Cambodia": ["Cambodian"], "Mali": []},
    "series": [
        {
            "kind": "resolution",
            "name": "Resolution {number}",
            "aliases": ["UNSCR {number}"],
            "leads": ["UNSCR", "UNSCRs", "Resolutions"],
            "number": r"\d{4}",
            "joints": [",", "and"],
        }
    ],
}


def document(*paragraphs: str, references: tuple[Reference, ...] = ()) -> Document:
    text, sections, blocks = "", [], []
    for number, paragraph in enumerate(paragraphs, 1):
        start, name = len(text), str(number)
        text += paragraph + "\n\n"
        sections.append(Section(name, name, 1, None, (name,), None, start, len(text)))
        blocks.append(Block("paragraph", name, start, start + len(paragraph)))
    return Document("small", "Small", text, tuple(sections), tuple(blocks), (), references=references)


def test_the_longest_name_counts_alone() -> None:
    doc = document("UN Women works. Women’s\nCaucus.", "The UN in Cambodian Maliku.", "Mali")
    assert find_entities(doc, NAMES) == (
        Entity("Cambodia", "country", ("Cambodian",), ("2",)),
        Entity("UN Women", "organisation", (), ("1",)),
        Entity("United Nations", "organisation", ("UN",), ("2",)),
        Entity("Women's Caucus", "organisation", (), ("1",)),
    )


def test_series_are_read_in_rows_and_years_are_no_numbers() -> None:
    doc = document(
        "UNSCRs 1820, 1888, and 1960⁴.", "Resolutions 1325 (2000) and 1820 (2008). UNSCR 2250 in 2015."
    )
    assert {e.name: e.sections for e in find_entities(doc, NAMES)} == {
        "Resolution 1325": ("2",),
        "Resolution 1820": ("1", "2"),
        "Resolution 1888": ("1",),
        "Resolution 1960": ("1",),
        "Resolution 2250": ("2",),
    }
    assert find_entities(doc, NAMES)[0].aliases == ("UNSCR 1325",)


def test_authors_of_the_reference_list_are_entities() -> None:
    def reference(number: str, author: dict[str, str]) -> Reference:
        return Reference(f"ref-{number}", number, "", {"author": [author]}, None, None)

    listed = (
        reference("1", {"family": "Gordon", "given": "E."}),
        reference("2", {"literal": "Lantern House"}),
        reference("3", {"literal": "United Nations (UN)"}),
    )
    found = find_entities(document("1. Gordon, E. Care. 2. Lantern House. 3. UN.", references=listed), NAMES)
    assert found == (
        Entity("Lantern House", "organisation", (), ("1",)),
        Entity("United Nations", "organisation", ("UN",), ("1",)),
        Entity("E. Gordon", "person", ("Gordon, E.",), ("1",)),
    )


def test_the_handbook_s_entities_are_what_its_text_gives() -> None:
    handbook = load_corpus(ROOT / "corpus").documents[0]
    names = load_names(ROOT / "corpus" / "handbook" / "names.toml")
    found = find_entities(handbook, names)
    assert entities_json(found) == FILE.read_text("utf-8"), "run: python -m assistant.read.entities corpus"
    entities = {(e.kind, e.name): e for e in load_entities(FILE)}
    assert entities["person", "Pung Chhiv Kek Galabru"].sections == ("3.1.1", "references")
    assert entities["country", "Rwanda"].sections == (
        "1.4/relief-and-recovery",
        "1.4/participation",
        "1.6/accountability",
        "references",
    )
    resolutions = sorted(name.rsplit(" ", 1)[1] for kind, name in entities if kind == "resolution")
    assert resolutions == [
        "1325",
        "1820",
        "1888",
        "1889",
        "1960",
        "2106",
        "2122",
        "2242",
        "2250",
        "2467",
        "2493",
    ]
    for kind, table in names.items():
        for name, forms in table.items() if kind not in ("skip", "series") else ():
            assert entities[kind, name].aliases == tuple(forms), (
                "a name or form that the handbook does not print"
            )
    sections = {s.id for s in handbook.sections}
    assert all(sections.issuperset(e.sections) for e in entities.values())


@pytest.mark.parametrize(
    ("text", "problem"),
    [("\n[person\n", "names.toml:2: not TOML"), ("person = 3", "person: should be a table of its own")],
)
def test_broken_names_are_told(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "names.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(CorpusError, match=problem):
        load_names(path)


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "entities.json"
    for text, problem in (
        ("[\n{]", "entities.json:2: not JSON"),
        ('[{"name": "A"}]', "an entry has no 'kind'"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(CorpusError, match=problem):
            load_entities(path)


def test_glossary_and_entities_are_written_where_corpus_toml_names_them(tmp_path: Path) -> None:
    (tmp_path / "book.md").write_text("# A {#a}\n\nThe Green Party (GP) met B. Roe.\n", "utf-8")
    (tmp_path / "who.toml").write_text('[person]\n"B. Roe" = []\n', "utf-8")
    entry = '[[document]]\nid = "b"\ntitle = "B"\npath = "book.md"\nnames = "who.toml"\n'
    settings = entry + 'glossary = "gl.json"\nentities = "en.json"\n'
    (tmp_path / "corpus.toml").write_text(settings, "utf-8")
    assert write_derived(tmp_path) == (tmp_path / "gl.json", tmp_path / "en.json")
    assert load_entities(tmp_path / "en.json") == (Entity("B. Roe", "person", (), ("a",)),)
    assert '"Green Party"' in (tmp_path / "gl.json").read_text("utf-8")
    (tmp_path / "corpus.toml").write_text(entry, "utf-8")
    assert write_derived(tmp_path) == ()
