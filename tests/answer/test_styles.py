# ruff: noqa: E501 (expected strings stand as they are)
"""References in citation styles: exact strings, and never an exception."""

import subprocess
import sys
from pathlib import Path

import pytest

from assistant.answer.styles import STYLES, format_reference
from assistant.errors import SettingsError
from assistant.read.references import load_references
from assistant.types import Reference

FILE = Path(__file__).resolve().parents[2] / "corpus" / "handbook" / "references.json"
REFERENCES = {r.number: r for r in load_references(FILE)}


@pytest.mark.parametrize(
    ("number", "style", "text"),
    [
        (
            "43",
            "apa",
            "Gordon, E. (2022). Peacebuilding practitioners with caring responsibilities: Navigating COVID-19 "
            "challenges and opportunities to advance an ethics of care in peacebuilding. Global Change, Peace & "
            "Security, 34(2-3), 143–164.",
        ),
        (
            "43",
            "chicago",
            "Gordon, E. “Peacebuilding Practitioners with Caring Responsibilities: Navigating COVID-19 Challenges "
            "and Opportunities to Advance an Ethics of Care in Peacebuilding.” Global Change, Peace & Security 34, "
            "nos. 2-3 (2022): 143–64.",
        ),
        (
            "8",
            "apa",
            "Crespo-Sancho, C. (2018, March 28). Can gender equality prevent violent conflict? World Bank Blogs. "
            "https://blogs.worldbank.org/en/dev4peace/can-gender-equality-prevent-violent-conflict",
        ),
        (
            "16",
            "apa",
            "GPPAC. (n.d.). Developing National Action Plans on WPS: What role can civil society play? "
            "https://www.gppac.net/news/developing-national-action-plans-wps-what-role-can-civil-society-play",
        ),
        (
            "26",
            "apa",
            "Bacon, L. (2017). Liberia's gender-sensitive police reform: Improving representation and "
            "responsiveness in a post-conflict setting. In Development Assistance for Peacebuilding (pp. 90–115). "
            "Routledge.",
        ),
        (
            "82",
            "chicago",
            "Chea, S. “CENTRAL Advises Migrant Workers of Rights.” The Phnom Penh Post, March 20, 2023. "
            "https://www.phnompenhpost.com/national/central-advises-migrant-workers-rights.",
        ),
        (
            "89",
            "apa",
            "Ministry of Women's Affairs, & Australian Embassy Cambodia. (2024). Neary Rattanak VI Strategic Plan "
            "launches to bolster gender equality and empower women and girls [Joint press release]. "
            "https://cambodia.embassy.gov.au/files/PENH/"
            "10042024-Joint-PR-Neary-Rattanak-VI-Strategic-Plan-MoWA-and-DFAT-English.pdf",
        ),
        ("1", "apa", "Peace Women. (n.d.). https://www.peacewomen.org/why-WPS/solutions/resolutions"),
        ("86", "apa", "Ministry of Women's Affairs, ibid."),
        ("56", "plain", "Asia-Pacific Forum on Women, Law and Development (APWLD), <https://apwld.org/>."),
        (
            "3",
            "bibtex",
            "@article{ref-3,\n"
            "  author = {Hudson, H. and Madsen, D. H.},\n"
            "  title = {{The Politics of Space and Relationality: Localization and the Women, Peace and Security "
            "Agenda in Uganda}},\n"
            "  journal = {Journal of Intervention and Statebuilding},\n"
            "  volume = {18},\n"
            "  number = {3},\n"
            "  pages = {346--366},\n"
            "  year = {2024},\n"
            "}",
        ),
        (
            "65",
            "bibtex",
            "@article{ref-65,\n"
            "  author = {Som, S.},\n"
            "  title = {{Woman officer to lead Blue Helmets to S Sudan}},\n"
            "  journal = {Khmer Times},\n"
            "  year = {2025},\n"
            "  url = {https://www.khmertimeskh.com/501627935/woman-officer-to-lead-blue-helmets-to-s-sudan/},\n"
            "  month = jan,\n"
            "}",
        ),
    ],
)
def test_references_of_the_handbook(number: str, style: str, text: str) -> None:
    assert format_reference(REFERENCES[number], style) == text


@pytest.mark.parametrize("style", STYLES)
def test_all_references_in_every_style(style: str) -> None:
    for reference in REFERENCES.values():
        text = format_reference(reference, style)
        words = text.replace(reference.url or "\0", "").replace("\\&", "&").lower()
        assert style == "plain" or not set("<>*") & set(words), text
        assert "None" not in text
        assert "Retrieved" not in text
        assert "Edition." not in text
        assert "?." not in text
        assert ". . " not in text
        if style == "plain" or reference.points_to:
            assert text == reference.printed
            continue
        if reference.url:
            assert text.rstrip(".},\n").endswith(reference.url) or style == "bibtex"
            assert text.count(reference.url) == 1
        if title := reference.csl.get("title"):
            assert words.count(title.lower()) == 1


def test_an_item_that_cannot_be_set_is_given_as_printed() -> None:
    odd = {"id": "x", "type": "book", "issued": {"date-parts": [["soon"]]}, "author": [{"nobody": 1}]}
    assert format_reference(Reference("x", "1", "As printed.", odd, None, None), "apa") == "As printed."
    bare = Reference("x", "1", "", {**odd, "title": "A title"}, "https://example.org/", None)
    assert format_reference(bare, "chicago") == "A title. https://example.org/"


def test_an_unknown_style_is_told() -> None:
    with pytest.raises(SettingsError, match="'harvard'; choose one of apa, chicago, bibtex, plain"):
        format_reference(REFERENCES["1"], "harvard")


def test_importing_loads_no_style_processor() -> None:
    code = "import sys, assistant.answer.styles; sys.exit('citeproc' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
