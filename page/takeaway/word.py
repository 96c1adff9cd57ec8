"""A conversation as a Word file, with real headings, quotations and a language for spelling."""

from __future__ import annotations

import re
from io import BytesIO

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from page.takeaway.paper import Paper, Part
from page.texts import gettext as _

__all__ = ["to_docx"]

_INK = RGBColor(0x1D, 0x25, 0x28)
_ACCENT = RGBColor(0x0B, 0x5F, 0x63)
# XML 1.0 cannot hold these at all.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def to_docx(paper: Paper) -> bytes:
    """`paper` as the bytes of a .docx file."""
    document = new_document()
    _dress(document, paper)
    document.add_heading(_xml(paper.title), 0)
    document.add_paragraph(_xml(f"{_('From')}: {paper.made_from}"))
    for part in paper.parts:
        _part(document, part)
    if paper.sources:
        document.add_heading(_xml(_("Sources")), 1)
        for source in paper.sources:
            document.add_paragraph(_xml(f"{source.number}. {source.text}"))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _dress(document: WordDocument, paper: Paper) -> None:
    document.core_properties.title = _xml(paper.title)
    document.core_properties.author = ""  # nobody's name travels with the file
    document.core_properties.language = paper.language
    normal = document.styles["Normal"]
    normal.font.size = Pt(11)
    normal.font.color.rgb = _INK
    normal.paragraph_format.space_after = Pt(6)
    for name in ("Title", "Heading 1", "Heading 2"):
        document.styles[name].font.color.rgb = _ACCENT
    # Khmer and other complex scripts take their font from here; Word has one of this name, others fall back.
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:cs"), "Khmer UI")


def _part(document: WordDocument, part: Part) -> None:
    document.add_heading(_xml(part.question), 1)
    if part.understood:
        document.add_paragraph().add_run(_xml(f"{_('Understood as')}: {part.understood}")).italic = True
    if part.status:
        document.add_paragraph().add_run(_xml(part.status)).bold = True
    for item, words in part.lines:
        document.add_paragraph(_xml(words), style="List Bullet" if item else None)
    for remark in part.remarks:
        document.add_paragraph(_xml(remark), style="Intense Quote").alignment = WD_ALIGN_PARAGRAPH.LEFT
    if part.proofs:
        document.add_heading(_xml(_("Evidence")), 2)
    for proof in part.proofs:
        place = document.add_paragraph()
        place.add_run(f"[{proof.label}] ").bold = True
        place.add_run(_xml(proof.place))
        place.paragraph_format.keep_with_next = True
        document.add_paragraph(_xml(proof.quote), style="Quote")
        if proof.notes:
            document.add_paragraph(_xml(f"{_('Notes')}: {'; '.join(proof.notes)}"))
        for doubt in proof.doubts:
            warning = document.add_paragraph()
            warning.add_run(_xml(f"{_('Check before relying on it')}: ")).bold = True
            warning.add_run(_xml(doubt))


def _xml(text: str) -> str:
    return _FORBIDDEN.sub("", text)
