"""Which files may be evidence: kinds told from their content, not from their name alone."""

from __future__ import annotations

from jiedui.core.errors import InvalidInput

# Ending, media type, and how such a file begins.
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
}
ACCEPT = ",".join(f".{ending}" for ending in KINDS)


def media_type(name: str, head: bytes) -> str:
    """The media type of a file by its ending and its first bytes; InvalidInput otherwise."""
    ending = name.rpartition(".")[2].lower()
    found = KINDS.get(ending)
    if found is None or not head.startswith(found[1]):
        raise InvalidInput(
            "evidence-type-refused",
            "“%(name)s” is not a file that can be evidence here; give %(kinds)s.",
            field="file",
            name=name,
            kinds=", ".join(KINDS),
        )
    return found[0]
