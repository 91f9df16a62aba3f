"""Zips of covering problems: what is not plain files of ours is refused before it is read."""

from __future__ import annotations

import io
import struct
import zipfile
from decimal import Decimal

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.planning.sources import siting_archive
from jiedui.planning.sources.siting_archive import TEMPLATE, located, packed, texts_of, unpacked


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(zipped(("demand.csv", b"x")))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.index(mark) + at, 1)
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(zipped(("demand.csv", bytes(range(256)) * 40)))
    data[60] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "zip-broken"),
        (b"place,people\na,1\n", "zip-broken"),
        (zipped(("demand.csv", b"x"))[:-30], "zip-broken"),
        (damaged(), "zip-broken"),
        (encrypted(), "zip-encrypted"),
        (zipped(("../demand.csv", b"x")), "zip-path"),
        (zipped(("/demand.csv", b"x")), "zip-path"),
        (zipped(("..\\demand.csv", b"x")), "zip-path"),
        (zipped(("c:/demand.csv", b"x")), "zip-path"),
        (zipped(("a/b/demand.csv", b"x")), "zip-path"),
        (zipped(("people.csv", b"x")), "zip-unknown"),
        (zipped(("a/demand.csv", b"x"), ("b/sites.csv", b"x")), "zip-twice"),
        (zipped(("demand.csv", b"x"), ("DEMAND.CSV", b"x")), "zip-twice"),
        (zipped(("README.md", b"x"), ("__MACOSX/._demand.csv", b"x")), "zip-empty"),
        (zipped(*((f"{n}/", b"") for n in range(2001))), "zip-bomb"),
        (zipped(("demand.csv", b"0" * (50 * 1024 * 1024 + 1))), "zip-bomb"),
    ],
    # The files bear the time at which they were made: their names must not.
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_no_plain_zip_of_the_files_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        unpacked([data])
    assert (refused.value.code, refused.value.field) == (code, "file")


def test_more_than_the_limit_is_not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siting_archive, "MOST_PACKED", 10)
    with pytest.raises(InvalidInput) as refused:
        unpacked([b"12345678", b"9012"])
    assert refused.value.code == "file-too-large"


def test_a_folder_packed_as_it_is_and_the_template_are_read() -> None:
    template = unpacked([packed(TEMPLATE)])
    inside = zipped(*((f"选址/{name}", text) for name, text in template.items()), ("选址/", b""))
    assert unpacked([inside]) == template
    texts, budget = texts_of(template, None)
    assert budget == 60000
    found = located(texts, Decimal(5))
    assert found.problem.budget == 5
    assert found.problem.places[0].name == "示例甲乡"
    assert found.sites == ((40.0, 80.0), (40.15, 80.1))
    assert unpacked([packed(texts)]).keys() == template.keys()


def test_files_from_a_chinese_excel_are_kept_as_they_read() -> None:
    files = unpacked([packed(TEMPLATE)])
    files["demand.csv"] = TEMPLATE["demand.csv"].encode("gb18030")
    texts, _ = texts_of(files, None)
    assert "示例丙村" in texts["demand.csv"]


def test_more_pairs_than_a_page_takes_are_refused_without_naming_the_machine() -> None:
    rows = "".join(f"{n},40,80,1\n" for n in range(2001))
    files = {
        "demand.csv": f"place,latitude,longitude,people\n{rows}".encode(),
        "sites.csv": f"site,latitude,longitude,kinds\n{rows.replace(',1', ',')}".encode(),
        "kinds.csv": b"kind,cost,reach_km\nk,1,2\n",
    }
    with pytest.raises(InvalidInput) as refused:
        texts_of(files, Decimal(1))
    told = str(refused.value.details["faults"])
    assert "2001" in told
    assert "/" not in told
