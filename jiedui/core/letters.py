"""Letters as Word files: a template with named fields, filled; nothing else may be in it.

A template is a .docx in which ``{{ name }}`` stands for a field. What an office brings is
checked before it is used: no code beyond fields, no macros, nothing fetched from elsewhere.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Mapping
from typing import Any

from jiedui.core.errors import InvalidInput

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# A letterhead with its pictures is far smaller.
MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 5_000_000, 50_000_000, 500
# What fetches from elsewhere or runs when the letter is opened.
ACTIVE = re.compile(r"vbaproject|activex|oleobject|embeddings/|\.bin$", re.IGNORECASE)
_TAG, _FIELD = re.compile(r"<[^>]*>"), re.compile(r"\{\{ ?\w+ ?\}\}")
_CODE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']", re.IGNORECASE)
_HYPERLINK = re.compile(rb"<Relationship\b[^>]*/hyperlink[\"'][^>]*>", re.IGNORECASE)


class Unfit(InvalidInput):
    """A template that is not fit for use, with the reason as one sentence of its own."""

    def __init__(self, code: str, message: str, /, **details: Any) -> None:
        super().__init__(code, message, field="template", **details)


def _parts(template: bytes) -> dict[str, bytes]:
    """The parts of a .docx, or the refusal of what is none."""
    if len(template) > MOST_BYTES:
        raise Unfit(
            "letter-template-refused",
            "This template is larger than %(most)s MB.",
            most=MOST_BYTES // 1_000_000,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            entries = archive.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > MOST_PARTS or unpacked > MOST_UNPACKED:
                raise Unfit("letter-template-refused", "Too much is packed in this template.")
            parts = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, ValueError, OSError) as broken:
        raise Unfit(
            "letter-template-refused", "This template is not a Word file (.docx)."
        ) from broken
    if "word/document.xml" not in parts:
        raise Unfit("letter-template-refused", "This template is not a Word file (.docx).")
    return parts


def check(template: bytes, fields: Collection[str]) -> None:
    """InvalidInput ``letter-template-refused`` unless the template holds only these fields."""
    for name, content in _parts(template).items():
        if ACTIVE.search(name):
            raise Unfit(
                "letter-template-refused",
                "This template holds macros or embedded files (%(part)s).",
                part=name,
            )
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise Unfit(
                "letter-template-refused",
                "This template declares document types (%(part)s).",
                part=name,
            )
        # A link that a person may follow fetches nothing by itself.
        if name.endswith(".rels") and _EXTERNAL.search(_HYPERLINK.sub(b"", content)):
            raise Unfit(
                "letter-template-refused",
                "This template fetches from elsewhere (%(part)s).",
                part=name,
            )
        if name.endswith(".xml"):
            _only_fields(name, content, fields)


def _only_fields(name: str, content: bytes, fields: Collection[str]) -> None:
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError, nodes

    try:
        text = content.decode("utf-8-sig")
        # As a person reads it, in however many runs Word has cut it.
        if _CODE.search(_FIELD.sub("", _TAG.sub("", text))):
            raise Unfit(
                "letter-template-refused",
                "This template holds code beside its fields (%(part)s).",
                part=name,
            )
        tree = _environment().parse(DocxTemplate(io.BytesIO()).patch_xml(text))
    except (UnicodeDecodeError, TemplateError) as wrong:
        raise Unfit(
            "letter-template-refused", "This template cannot be read (%(part)s).", part=name
        ) from wrong
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name):
            if node.name not in fields:
                raise Unfit(
                    "letter-template-refused",
                    "This template asks for “%(name)s”, which is no field of this letter.",
                    name=node.name,
                )  # fmt: skip
        elif not isinstance(node, nodes.Output | nodes.TemplateData):
            raise Unfit(
                "letter-template-refused",
                "This template holds code beside its fields (%(part)s).",
                part=name,
            )


def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def fill(template: bytes, fields: Mapping[str, str]) -> bytes:
    """The letter: the template with these fields filled in, as plain text.

    InvalidInput ``letter-template-refused`` where the template is not fit for use.
    """
    from docxtpl import DocxTemplate

    check(template, fields.keys())
    letter = DocxTemplate(io.BytesIO(template))
    letter.render(dict(fields), jinja_env=_environment(), autoescape=True)
    out = io.BytesIO()
    letter.save(out)
    return out.getvalue()
