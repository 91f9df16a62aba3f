"""Fetch the front end's third-party files from the npm registry, and check those that lie here.

``vendor.py fetch`` packs each package of vendor.toml with the ordinary client,
copies the named files and writes VENDOR.toml (version, licence, SHA-256).
``vendor.py check`` compares the files in the tree with it; a test calls it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

REPO = Path(__file__).resolve().parents[1]
WANTED = REPO / "tools" / "vendor.toml"
RECORD = REPO / "jiedui" / "web" / "static" / "web" / "vendor" / "VENDOR.toml"


def wanted() -> list[dict[str, Any]]:
    """The packages of vendor.toml."""
    packages: list[dict[str, Any]] = tomllib.loads(WANTED.read_text("utf-8"))["package"]
    return packages


def fetch() -> None:
    """Fetch every package and write the record."""
    lines = ["# Written by tools/vendor.py; do not edit.\n"]
    for package in wanted():
        with tempfile.TemporaryDirectory() as folder:
            spec = f"{package['name']}@{package['version']}"
            packed = subprocess.run(
                ["npm", "pack", "--json", spec],
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
            )
            (said,) = json.loads(packed.stdout)
            with tarfile.open(Path(folder) / said["filename"]) as archive:
                about = json.loads(_member(archive, "package.json"))
                if about["license"] not in (package["license"], "BSD-0-Clause"):
                    raise SystemExit(f"{spec}: licence is now {about['license']}")
                for source, target in package["files"].items():
                    path = REPO / target
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(_member(archive, source))
        lines.append("[[package]]")
        lines += [f'{key} = "{package[key]}"' for key in ("name", "version", "license", "why")]
        lines.append(f'integrity = "{said["integrity"]}"')
        for target in package["files"].values():
            lines.append(f'[[package.file]]\npath = "{target}"\nsha256 = "{_hash(REPO / target)}"')
        lines.append("")
    RECORD.write_text("\n".join(lines), "utf-8")


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    found = archive.extractfile(f"package/{name}")
    if found is None:
        raise SystemExit(f"no {name} in the package")
    return found.read()


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def faults() -> list[str]:
    """What in the tree differs from the record, or the record from vendor.toml."""
    record = tomllib.loads(RECORD.read_text("utf-8"))["package"]
    found = []
    asked = [(p["name"], p["version"], sorted(p["files"].values())) for p in wanted()]
    kept = [(p["name"], p["version"], sorted(f["path"] for f in p["file"])) for p in record]
    if asked != kept:
        found.append("VENDOR.toml is not what vendor.toml asks for: run tools/vendor.py fetch")
    for package in record:
        for file in package["file"]:
            path = REPO / file["path"]
            if not path.exists():
                found.append(f"{file['path']} is missing")
            elif _hash(path) != file["sha256"]:
                found.append(f"{file['path']} was changed")
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["fetch"]:
        fetch()
    elif sys.argv[1:] == ["check"]:
        sys.exit("\n".join(faults()) or 0)
    else:
        sys.exit(__doc__)
