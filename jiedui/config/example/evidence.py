"""Invented evidence for some of the invented entries: sign-in lists, forms, seating plans.

Pure: the same event gives the same bytes everywhere, so that loading again
stores nothing new. Each file says in both languages that it is invented.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from jiedui.config.example.events import BODIES, ExampleEvent

MARK = "示例数据，纯属虚构 Invented, for demonstration"
STRETCH = 90  # days


@dataclass(frozen=True)
class Paper:
    """A file as a person would have sent it."""

    name: str
    content: bytes

    def chunks(self) -> Iterable[bytes]:
        """The content as uploads give it."""
        return (self.content,)


class Papers:
    """Which events have evidence: of each form and fate the first in a stretch of days."""

    def __init__(self) -> None:
        self._given: set[tuple[str, str, int]] = set()

    def of(self, event: ExampleEvent) -> Paper | None:
        """The paper that backs the event, or None; to be asked in the order of events."""
        draw = DRAWN.get(event.kind)
        key = (draw.__name__ if draw else "", event.fate, event.day.toordinal() // STRETCH)
        if draw is None or event.fate not in ("confirmed", "submitted") or key in self._given:
            return None
        self._given.add(key)
        return draw(event)


def _count(event: ExampleEvent) -> int:
    """How many people the event's last output names, within what a page holds."""
    return max(1, min(int(event.quantities[-1].value), 60))


def sign_in_list(event: ExampleEvent) -> Paper:
    """A workbook with a line for each who came, by number and without a name."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - equal bytes
        page = book.add_worksheet("签到表")
        page.set_column(0, 0, 8)
        page.set_column(1, 2, 30)
        bold = book.add_format({"bold": True})
        rows: list[tuple[object, ...]] = [
            (MARK,),
            (f"{event.day:%Y-%m-%d}  {BODIES[event.pairing.receiver].name}",),
            ("序号", "单位", "签到"),
        ]
        rows += [
            (number, BODIES[event.pairing.receiver].name, f"学员 {number:02d}")
            for number in range(1, _count(event) + 1)
        ]
        for index, row in enumerate(rows):
            page.write_row(index, 0, row, bold if index in (0, 2) else None)
    return Paper(f"示例签到表-{event.day:%Y%m%d}.xlsx", out.getvalue())


def form_page(event: ExampleEvent) -> Paper:
    """One A4 page as PDF that names the event, with the viewer's own Chinese typeface."""
    lines = (
        MARK,
        "",
        "活动记录单 Record of an activity",
        f"日期 Date: {event.day:%Y-%m-%d}",
        f"支援方 Giver: {BODIES[event.pairing.giver].name}",
        f"受援方 Receiver: {BODIES[event.pairing.receiver].name}",
        f"数量 Number: {event.quantities[0].value}",
        "签字 Signed: （示例）",
    )
    drawn = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in lines)
    page = f"BT /F1 14 Tf 24 TL 72 760 Td\n{drawn}ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
        b" /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
        # Letters of the Latin alphabet are half as wide as Chinese ones.
        b" /DW 1000 /W [1 95 500 814 939 500] >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    )
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % at for at in places)
    body += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return Paper(f"示例记录单-{event.day:%Y%m%d}.pdf", bytes(body))


# The letters of the mark on a drawn plan: seven rows of five points each.
_LETTERS = {
    "E": (31, 16, 16, 30, 16, 16, 31),
    "X": (17, 17, 10, 4, 10, 17, 17),
    "A": (14, 17, 17, 31, 17, 17, 17),
    "M": (17, 27, 21, 21, 17, 17, 17),
    "P": (30, 17, 17, 30, 16, 16, 16),
    "L": (16, 16, 16, 16, 16, 16, 31),
}
_SEATS, _SEAT, _PAPER, _INK, _TAKEN = 10, 32, 255, 40, 120


def seating_plan(event: ExampleEvent) -> Paper:
    """A drawn plan: EXAMPLE above it, a filled square for each seat that was taken."""
    seats = _count(event)
    width, height = (_SEATS + 1) * _SEAT, 96 + ((seats - 1) // _SEATS + 1) * _SEAT
    pixels = [bytearray([_PAPER]) * width for _ in range(height)]

    def fill(left: int, top: int, size: int, shade: int) -> None:
        for row in pixels[top : top + size]:
            row[left : left + size] = bytes([shade]) * size

    for index, letter in enumerate("EXAMPLE"):
        for y, points in enumerate(_LETTERS[letter]):
            for x in range(5):
                if points >> (4 - x) & 1:
                    fill(_SEAT // 2 + (index * 6 + x) * 6, 20 + y * 6, 6, _INK)
    for number in range(seats):
        row, column = divmod(number, _SEATS)
        fill(_SEAT // 2 + column * _SEAT, 80 + row * _SEAT, _SEAT - 8, _TAKEN)
    raw = b"".join(b"\0" + bytes(row) for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    # Named in the file, so that two plans that look alike are two files.
    note = f"Comment\0Invented, for demonstration, {event.id}".encode()
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", head),
            (b"tEXt", note),
            (b"IDAT", zlib.compress(raw, 9)),
            (b"IEND", b""),
        )
    )
    return Paper(f"示例座位图-{event.day:%Y%m%d}.png", content)


# How each kind of event is backed; other kinds are not.
DRAWN: dict[str, Callable[[ExampleEvent], Paper]] = {
    "lecture": sign_in_list,
    "case_conference": sign_in_list,
    "teaching_free_clinic": sign_in_list,
    "surgery": form_page,
    "technique_introduced": form_page,
    "protocol": form_page,
    "surgical_demo": seating_plan,
    "free_clinic": seating_plan,
}
