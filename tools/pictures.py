"""Takes the pictures of the README and the guides from a running server.

``pictures.py --base http://127.0.0.1:8000 --password PASSWORD [--only today]``

The server must hold the example; its log-ins are used, and nothing but these is written.
Needs Playwright and the system's Chromium (``CHROMIUM``, else the usual places).
A picture that would be larger than 200 KB is refused: the repository carries it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs/pictures"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
LIMIT = 200_000


@dataclass(frozen=True)
class Picture:
    """One picture: whose page, at which address, on how wide a screen."""

    name: str
    user: str
    path: str
    width: int = 1280
    height: int = 800
    choose: str = ""


# The invented programme has the same id on every machine.
EXAMPLE = "/programmes/199e6665-dfe4-5f0d-8c23-5fa75e474b5d"
PICTURES = (
    Picture("programme", "coordinator", f"{EXAMPLE}/", height=1180),
    Picture("presence", "coordinator", f"{EXAMPLE}/presence/", height=1180),
    Picture("plan", "coordinator", "/planning/76d44f65-25d1-50f7-ab10-7698f85705e4/", height=900),
    Picture(
        "round",
        "coordinator",
        "/planning/rounds/b57ae592-b72d-5a90-af93-35f26416c0dc/",
        height=1100,
    ),
    Picture("today", "coordinator", "/"),
    Picture("confirm", "recipient", "/ledger/confirm/", choose="input[name=version]"),
    Picture("record", "expert", "/ledger/new/"),
    Picture(
        "figure", "coordinator", "/figures/show/?measure=surgeries&programme=example", height=1310
    ),
    Picture("contradictions", "coordinator", "/figures/contradictions/"),
    Picture(
        "posting",
        "expert",
        "/programmes/postings/17ca39d4-bd19-5237-af71-4705eec4640d/",
        height=900,
    ),
    Picture(
        "handover",
        "expert",
        "/programmes/handovers/15a6c9ad-6888-5c9d-b064-12076c886ec5/",
        height=900,
    ),
    Picture(
        "apprenticeship",
        "recipient",
        "/learning/apprenticeships/c0c018f6-0890-5ebd-a5df-74d80e9e4148/",
        height=1000,
    ),
    Picture("logbook", "clinician", "/learning/cases/new/", width=360, height=930),
    Picture("waiting", "expert", "/learning/cases/waiting/", width=360, height=1000),
    Picture("audit", "audit", "/accounts/audit/"),
    Picture("phone", "recipient", "/", width=360, height=740),
)


def chromium() -> str:
    """The system's browser; the program ends where there is none."""
    named = os.environ.get("CHROMIUM", "")
    found = named or next(filter(None, map(shutil.which, CHROMIUM)), "")
    if not found:
        sys.exit("no Chromium found; set CHROMIUM to its path")
    return found


def second_factor(user: str) -> str:
    """An administrator's current code, from the house the environment names."""
    jiedui = Path(sys.executable).with_name("jiedui")
    told = subprocess.run(
        [str(jiedui), "accounts", "code", user], check=True, capture_output=True, text=True
    ).stdout
    found = re.search(r"\d{6}", told)
    if found is None:
        sys.exit(f"no code for {user}: {told}")
    return found[0]


def log_in(page: Page, base: str, user: str, password: str) -> None:
    """Log in, with the second factor where it is asked for."""
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state()
    if "/login/code/" in page.url:
        page.fill("input[name=code]", second_factor(user))
        page.press("input[name=code]", "Enter")
        page.wait_for_load_state()
    if "/login/" in page.url:
        sys.exit(f"{user} could not log in")


def take(browser: Browser, base: str, password: str, picture: Picture) -> bytes:
    """The picture as PNG: Chinese, light, in the size of one screen."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="light",
        locale="zh-CN",
        reduced_motion="reduce",
    )
    page = context.new_page()
    log_in(page, base, picture.user, password)
    page.goto(base + picture.path)
    page.wait_for_load_state("networkidle")
    if picture.choose:
        for box in page.locator(picture.choose).all()[:3]:
            box.check()
    if picture.name == "record":
        page.locator("select[name=kind]").select_option("surgery")
        expect(page.locator("[name=line-0-measure]")).to_have_value("surgeries")
        page.fill(
            "[name=receiver]", page.locator("#bodies option").last.get_attribute("value") or ""
        )
        page.fill("[name=line-0-value]", "3")
    page.evaluate("document.activeElement.blur()")
    data = page.screenshot(animations="disabled")
    context.close()
    return data


def _chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        found.append((png[at + 4 : at + 8], png[at + 8 : at + 8 + size]))
        at += size + 12
    return found


def packed(png: bytes) -> bytes:
    """The same picture, compressed as far as zlib goes and without side notes."""
    chunks = _chunks(png)
    pixels = zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"))
    kept = [row for row in chunks if row[0] in (b"IHDR", b"PLTE", b"tRNS")]
    parts = [*kept, (b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    packed = png[:8] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return min(packed, png, key=len)


def main() -> None:
    """Take every picture, or those that were asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--password", required=True)
    parser.add_argument("--only", nargs="*", default=[], choices=[p.name for p in PICTURES])
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=["--no-sandbox", "--lang=zh-CN"],
            env={**os.environ, "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"},
        )
        for picture in PICTURES:
            if asked.only and picture.name not in asked.only:
                continue
            data = packed(take(browser, asked.base.rstrip("/"), asked.password, picture))
            if len(data) > LIMIT:
                sys.exit(f"{picture.name}.png has {len(data):,} bytes; at most {LIMIT:,}")
            (FOLDER / f"{picture.name}.png").write_bytes(data)
            print(f"{picture.name}.png {len(data):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
