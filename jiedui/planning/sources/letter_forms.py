"""Templates of letters: an office's own from the house's folder, else the form of a 函 made here.

The form follows GB/T 9704-2012 《党政机关公文格式》 10.1 信函格式 as far as a template can:
the issuer in red above a red rule, the number at the right, the title in the middle, the text
in 仿宋 three, the signature and the day at the right; number, seal and day stay blank for the
office that issues it.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

INVITATION, DISPATCH = "invitation", "dispatch"
KINDS = (INVITATION, DISPATCH)
FIELDS = (
    "issuer", "addressee", "giver", "recipient", "person", "title", "specialty", "department",
    "category", "programme", "plan", "first_day", "last_day", "months", "handover",
)  # fmt: skip

TITLES = {
    INVITATION: "关于邀请{{ person }}同志来院开展帮扶工作的函",
    DISPATCH: "关于派遣{{ person }}同志开展帮扶工作的函",
}
TEXTS = {
    INVITATION: (
        "根据{{ programme }}和《{{ plan }}》，经双方协商一致，现邀请贵单位{{ person }}同志"
        "（{{ title }}，{{ specialty }}）来我单位{{ department }}开展帮扶工作，时间为"
        "{{ first_day }}至{{ last_day }}，共{{ months }}个月{{ handover }}。",
        "派驻期间，我单位负责落实工作岗位，协助办理执业手续，并提供必要的工作和生活条件。",
        "请贵单位予以支持，并将派出安排函复我单位。",
        "专此函达。",
    ),
    DISPATCH: (
        "根据{{ programme }}和《{{ plan }}》，经研究，现派遣我单位{{ person }}同志（{{ title }}，"
        "{{ specialty }}）赴贵单位{{ department }}开展帮扶工作，时间为{{ first_day }}至"
        "{{ last_day }}，共{{ months }}个月{{ handover }}。",
        "派驻期间，{{ person }}同志的人事关系和原单位待遇不变，日常工作由贵单位安排和管理。",
        "请贵单位做好接收工作，并就执业手续和工作、生活保障予以协助。",
        "专此函达。",
    ),
}
RED = (0xC0, 0x00, 0x00)


def template(kind: str) -> bytes:
    """The template of a kind of letter."""
    own = Path(settings.HOME) / "letters" / f"{kind}.docx"
    return own.read_bytes() if own.is_file() else standard(kind)


@cache
def standard(kind: str) -> bytes:
    """The house's own form, made in code so that no file of it has to be kept."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Mm

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(30), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = ""
    about.title = {INVITATION: "邀请函", DISPATCH: "派遣函"}[kind]

    head = _line(document, "{{ issuer }}", "宋体", 26, align=ALIGN.CENTER, bold=True, colour=RED)
    _rule(head)
    _line(document, "〔　　　〕　　号", "仿宋", 16, align=ALIGN.RIGHT)
    _line(document, "", "仿宋", 16)
    _line(document, TITLES[kind], "宋体", 22, align=ALIGN.CENTER, bold=True)
    _line(document, "", "仿宋", 16)
    _line(document, "{{ addressee }}：", "仿宋", 16)
    for text in TEXTS[kind]:
        _line(document, text, "仿宋", 16, indented=True)
    _line(document, "", "仿宋", 16)
    _line(document, "", "仿宋", 16)
    _line(document, "{{ issuer }}（印章）　　", "仿宋", 16, align=ALIGN.RIGHT)
    _line(document, "　　　　年　　月　　日　　", "仿宋", 16, align=ALIGN.RIGHT)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _line(
    document: Any,
    text: str,
    font: str,
    size: int,
    *,
    align: Any = None,
    bold: bool = False,
    indented: bool = False,
    colour: tuple[int, int, int] | None = None,
) -> Any:
    from docx.enum.text import WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    line = document.add_paragraph()
    form = line.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size * 1.75)
    if align is not None:
        form.alignment = align
    if indented:
        # Two characters.
        form.first_line_indent = Pt(2 * size)
    run = line.add_run(text)
    run.font.size, run.font.name, run.font.bold = Pt(size), font, bold
    run.font.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    if colour is not None:
        run.font.color.rgb = RGBColor(*colour)
    return line


def _rule(line: Any) -> None:
    """A red double rule below a line."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:pBdr")
    below = OxmlElement("w:bottom")
    for name, value in (("val", "thickThinSmallGap"), ("sz", "18"), ("space", "6"),
                        ("color", "C00000")):  # fmt: skip
        below.set(qn(f"w:{name}"), value)
    borders.append(below)
    line._p.get_or_add_pPr().append(borders)
