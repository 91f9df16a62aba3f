"""Whatever stands in the files: a problem, or a refusal that names the place; never a crash."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.core.errors import InvalidInput
from jiedui.planning.sources.dispatch_files import read_bans, read_plan, read_problem

DATA = Path(__file__).resolve().parents[2] / "data/planning/dispatch"
FILES = {path.name: path.read_bytes() for path in DATA.iterdir()}
NAMES = sorted(set(FILES) - {"verdicts.json", "plan.csv", "broken.csv"})
SNIPPETS = [
    b"", b"\0", b"\xff\xfe", b'"', b",", b";", b"\t", b"\r", b"\n\n", b"-1", b"1e400", b"nan",
    b"9" * 30, b"0x10", "\u5341\u4e8c".encode(), "\uff11\uff12".encode(), b"=1+1", b"'", b"true",
    b"null", b"[", b"{}", b"[[[[", b"2026-01-01", b" ", "\u202e".encode(), b"1_000", b"\xe4\xb8",
]  # fmt: skip


@settings(max_examples=60)
@given(st.sampled_from([*NAMES, "plan.csv"]), st.integers(0, 10**9))
def test_a_spoilt_file_is_read_or_refused(name: str, number: int) -> None:
    draw = random.Random(number)
    data = bytearray(FILES[name])
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(data) + 1)
        data[at : at + draw.randrange(4)] = draw.choice(SNIPPETS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        for each, content in FILES.items():
            (path / each).write_bytes(bytes(data) if each == name else content)
        refusal: InvalidInput | None = None
        try:
            problem = read_problem(path)
            read_plan(path / "plan.csv", problem)
            read_bans(path / "plan.csv", problem)
        except InvalidInput as refused:
            refusal = refused
    if refusal is not None:
        assert {fault.file for fault in refusal.details["faults"].faults} <= set(FILES)
        assert str(refusal)
