"""A conversation as a PDF, with fonts of its own: Latin, superscripts, arrows and Khmer are never boxes.

The fonts are subsets of Noto Sans and Noto Sans Math and the whole of Noto Sans Khmer (`page/fonts`, SIL Open
Font License).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from page.takeaway.paper import Paper, Part, Proof
from page.texts import gettext as _

__all__ = ["to_pdf"]

_FONTS = Path(__file__).resolve().parent.parent / "fonts"
_INK, _ACCENT, _QUIET = (29, 37, 40), (11, 95, 99), (90, 98, 100)
_SHAPING = find_spec("uharfbuzz") is not None  # without it Khmer is set unshaped, all else alike


class _Sheet(FPDF):
    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("text", size=8)
        self.set_text_color(*_QUIET)
        self.cell(0, 6, f"{self.page_no()} / {{nb}}", align="C")


def to_pdf(paper: Paper) -> bytes:
    """`paper` as the bytes of an A4 PDF file."""
    sheet = _new_sheet(paper)
    _write(sheet, paper.title, 18, bold=True, colour=_ACCENT)
    _write(sheet, f"{_('From')}: {paper.made_from}", 9, colour=_QUIET, after=3)
    for part in paper.parts:
        _part(sheet, part)
    if paper.sources:
        _heading(sheet, _("Sources"))
        for source in paper.sources:
            _write(sheet, f"{source.number}. {source.text}", 9, link=source.url or "")
    return bytes(sheet.output())


def _new_sheet(paper: Paper) -> _Sheet:
    sheet = _Sheet(format="A4")
    sheet.set_margins(22, 20, 22)
    sheet.set_auto_page_break(True, 20)
    for style, name in (("", "Regular"), ("B", "Bold"), ("I", "Italic")):
        sheet.add_font("text", style, _FONTS / f"NotoSans-{name}.ttf")
    sheet.add_font("khmer", "", _FONTS / "NotoSansKhmer-Regular.ttf")
    sheet.add_font("arrows", "", _FONTS / "NotoSansMath-Regular.ttf")
    sheet.set_fallback_fonts(["khmer", "arrows"], exact_match=False)
    sheet.set_text_shaping(_SHAPING)
    sheet.set_title(paper.title)
    sheet.set_lang(paper.language)
    sheet.set_creator("")
    sheet.add_page()
    return sheet


def _part(sheet: _Sheet, part: Part) -> None:
    _heading(sheet, part.question)
    if part.understood:
        _write(sheet, f"{_('Understood as')}: {part.understood}", 9.5, italic=True, colour=_QUIET)
    if part.status:
        _write(sheet, part.status, 10.5, bold=True)
    for item, words in part.lines:
        _write(sheet, f"• {words}" if item else words, 10.5, indent=4 if item else 0)
    for remark in part.remarks:
        _write(sheet, remark, 10, indent=4, italic=True)
    if part.proofs:
        _write(sheet, _("Evidence"), 11, bold=True, colour=_ACCENT, before=2)
    for proof in part.proofs:
        _proof(sheet, proof)


def _proof(sheet: _Sheet, proof: Proof) -> None:
    _write(sheet, f"[{proof.label}] {proof.place}", 9.5, bold=True, before=1)
    _write(sheet, f"“{proof.quote}”", 9.5, indent=6, italic=True)
    if proof.notes:
        _write(sheet, f"{_('Notes')}: {'; '.join(proof.notes)}", 9, indent=6, colour=_QUIET)
    for doubt in proof.doubts:
        _write(sheet, f"{_('Check before relying on it')}: {doubt}", 9, indent=6, bold=True)


def _heading(sheet: _Sheet, text: str) -> None:
    if sheet.will_page_break(24):
        sheet.add_page()
    sheet.start_section(text)
    _write(sheet, text, 13, bold=True, before=5, after=1.5)


def _write(
    sheet: _Sheet, text: str, size: float, *, bold: bool = False, italic: bool = False, indent: float = 0,
    before: float = 0, after: float = 1.2, colour: tuple[int, int, int] = _INK, link: str = "",
) -> None:  # fmt: skip
    """One paragraph; `size` in points, `indent`, `before` and `after` in millimetres."""
    sheet.set_font("text", "B" if bold else "I" if italic else "", size)
    sheet.set_text_color(*colour)
    sheet.ln(before)
    sheet.set_x(sheet.l_margin + indent)
    # Half a point of leading for each point of size; millimetres here, 0.353 of them to the point.
    sheet.multi_cell(
        0, size * 0.353 * 1.45, text, align="L", link=link, new_x=XPos.LMARGIN, new_y=YPos.NEXT,
    )  # fmt: skip
    sheet.ln(after)
