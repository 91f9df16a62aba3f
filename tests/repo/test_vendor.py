"""The front end's third-party files are those that were fetched, and are named with licence."""

from __future__ import annotations

from tools import vendor


def test_vendored_files_are_what_was_fetched() -> None:
    assert not vendor.faults()


def test_nothing_lies_there_unnamed() -> None:
    record = vendor.RECORD.read_text("utf-8")
    for folder in (vendor.RECORD.parent, vendor.REPO / "tests" / "browser" / "vendor"):
        for path in folder.iterdir():
            assert path == vendor.RECORD or path.relative_to(vendor.REPO).as_posix() in record
