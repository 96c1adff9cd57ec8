"""Acronyms are found as the document explains them; the checked-in glossary is what the text gives."""

from pathlib import Path

import pytest

from assistant.errors import CorpusError
from assistant.read.corpus import load_corpus
from assistant.read.glossary import find_glossary, glossary_json, load_glossary, long_form
from assistant.types import Block, Document, GlossaryEntry, Section

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "corpus" / "handbook" / "glossary.json"


def document(*paragraphs: str, bold: str = "") -> Document:
    """One section for each paragraph, "1", "2", ...; every occurrence of `bold` is emphasis."""
    text, sections, blocks = "", [], []
    for number, paragraph in enumerate(paragraphs, 1):
        start, name = len(text), str(number)
        text += paragraph + "\n\n"
        sections.append(Section(name, name, 1, None, (name,), None, start, len(text)))
        blocks.append(Block("paragraph", name, start, start + len(paragraph)))
    at = text.find(bold) if bold else -1
    emphasis = ((at, at + len(bold)),) if at >= 0 else ()
    return Document("small", "Small", text, tuple(sections), tuple(blocks), (), emphasis=emphasis)


@pytest.mark.parametrize(
    ("acronym", "before", "expansion"),
    [
        ("HMM", "trained with a hidden Markov model", "hidden Markov model"),
        ("HSF", "of a heat shock transcription factor", "heat shock transcription factor"),
        ("GBV", "protection from gender-based violence", "gender-based violence"),
        (
            "CEDAW",
            "The Convention on the Elimination of All Forms of Discrimination Against Women",
            "Convention on",
        ),
        ("OAS", "The Organization of American States", "Organization of American States"),
        ("ICC", "seen by the International Criminal Court", "International Criminal Court"),
        ("XYZ", "nothing that fits", None),
        ("GBV", "GBV and very", None),
        ("AB", "a one two three four five six seven eight nine b", None),
    ],
)
def test_expansions_stand_before_the_parenthesis(acronym: str, before: str, expansion: str | None) -> None:
    found = long_form(acronym, before)
    assert found is None if expansion is None else (found or "").startswith(expansion)


def test_plurals_name_the_singular_and_repeats_count_once() -> None:
    doc = document(
        "Two National Action Plans (NAPs).", "A National Action Plan (NAP), the national action plan (NAP)."
    )
    assert find_glossary(doc) == (GlossaryEntry("NAP", ("National Action Plan",), "1"),)


def test_words_after_the_term_are_no_part_of_it() -> None:
    doc = document(
        "Alternative dispute resolution practices (ADR) exist.", "Alternative dispute resolution (ADR)."
    )
    assert find_glossary(doc) == (GlossaryEntry("ADR", ("Alternative dispute resolution",), "1"),)


def test_a_bold_name_is_taken_whole() -> None:
    name = "Inter-American Commission of Women (CIM)"
    doc = document(f"Through its {name}, it works.", bold=name)
    assert find_glossary(doc) == (GlossaryEntry("CIM", ("Inter-American Commission of Women",), "1"),)


def test_an_acronym_of_another_language_is_explained_by_the_bold_name() -> None:
    name = "Latin American Committee for Rights (CLADEM)"
    assert find_glossary(document(f"So the {name} works.", bold=name))[0].expansions == (
        "Latin American Committee for Rights",
    )
    assert find_glossary(document(f"So the {name} works.")) == ()


def test_initials_explain_an_acronym_that_never_stands_in_parentheses() -> None:
    doc = document("The Sustainable Development Goals help. SDGs matter.", "Some Dull Girls wrote. UN.")
    assert find_glossary(doc) == (GlossaryEntry("SDG", ("Sustainable Development Goals",), "1"),)


def test_words_in_small_letters_explain_it_only_when_they_recur() -> None:
    twice = "It is sexual and gender-based violence. We fight sexual and gender-based violence."
    assert find_glossary(document(twice, "SGBV is known."))[0].expansions == (
        "sexual and gender-based violence",
    )
    assert find_glossary(document("It is sexual and gender-based violence.", "SGBV is known.")) == ()


def test_years_and_remarks_in_parentheses_are_no_acronyms() -> None:
    assert (
        find_glossary(document("The regime (1975-1979) fell (see case study). Goal 5 (Gender Equality)."))
        == ()
    )


def test_the_handbook_s_glossary_is_what_its_text_gives() -> None:
    handbook = load_corpus(ROOT / "corpus").documents[0]
    found = find_glossary(handbook)
    assert glossary_json(found) == FILE.read_text("utf-8"), "run: python -m assistant.read.entities corpus"
    entries = {e.acronym: e for e in load_glossary(FILE)}
    assert len(entries) == 87
    assert entries["UNSCR"].expansions == (
        "United Nations Security Council Resolution",
        "UN Security Council Resolution",
    )
    assert entries["CENTRAL"].expansions == ("Centre for Alliance of Labour & Human Rights",)
    assert entries["GRM"] == GlossaryEntry(
        "GRM", ("Gender-responsive mediation",), "3.1.4/gender-responsive-mediation"
    )
    assert "CCWC" not in entries  # used, but never explained
    sections = {s.id for s in handbook.sections}
    for entry in entries.values():
        assert entry.section in sections
        assert all(expansion in handbook.text for expansion in entry.expansions), entry


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "glossary.json"
    path.write_text('[\n{"acronym": "A",}\n]', "utf-8")
    with pytest.raises(CorpusError, match=r"glossary\.json:2: not JSON"):
        load_glossary(path)
    path.write_text('[{"acronym": "A"}]', "utf-8")
    with pytest.raises(CorpusError, match="an entry has no 'expansions'"):
        load_glossary(path)
    path.write_bytes(b"\xff")
    with pytest.raises(CorpusError, match="Not UTF-8"):
        load_glossary(path)
