"""Letters filled from templates, and templates that are refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from django.utils import translation
from docx import Document

from jiedui.core.errors import InvalidInput
from jiedui.core.letters import check, fill
from jiedui.web.forms import sentence


def made(*lines: str, head: str = "") -> bytes:
    """A template with these lines."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if head:
        document.sections[0].header.paragraphs[0].text = head
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def text_of(letter: bytes) -> str:
    document = Document(io.BytesIO(letter))
    parts = [*document.sections[0].header.paragraphs, *document.paragraphs]
    return "\n".join(part.text for part in parts)


def repacked(template: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The template with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_fields_are_filled_as_plain_text_in_the_head_too() -> None:
    template = made("{{ person }}同志", "共{{ months }}个月", head="{{ issuer }}")
    fields = {"person": "<甲> & {{ issuer }} {% x %}", "months": "6", "issuer": "示例医院"}
    assert text_of(fill(template, fields)) == ("示例医院\n<甲> & {{ issuer }} {% x %}同志\n共6个月")


def test_a_field_that_word_has_cut_into_runs_is_one() -> None:
    document = Document()
    line = document.add_paragraph()
    for part in ("{", "{ per", "son }", "}"):
        line.add_run(part)
    out = io.BytesIO()
    document.save(out)
    assert text_of(fill(out.getvalue(), {"person": "甲一"})).strip() == "甲一"


@pytest.mark.parametrize(
    "line",
    [
        "{{ secret }}", "{{ person.name }}", "{{ person|upper }}", "{{ person() }}",
        "{{ ''.__class__ }}", "{% if person %}x{% endif %}", "{# note #}", "{{ 7 * 7 }}",
        "{% for x in person %}{{ x }}{% endfor %}", "{% set person = 1 %}", "{{ person", "{%",
        "{{r person }}", "{% include 'x' %}", "{{ [person] }}", "{{ 'text' }}",
    ],
)  # fmt: skip
def test_nothing_but_fields_is_taken(line: str) -> None:
    for template in (made(line), made("x", head=line)):
        with pytest.raises(InvalidInput) as refused:
            fill(template, {"person": "甲一"})
        assert refused.value.code == "letter-template-refused"


def _macro(parts: dict[str, bytes]) -> None:
    parts["word/vbaProject.bin"] = b"x"


def _remote(parts: dict[str, bytes]) -> None:
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(
        b"</Relationships>",
        b'<Relationship Id="x" Type="http://x/attachedTemplate" Target="http://x/y.dotm"'
        b' TargetMode="External"/></Relationships>',
    )


def _entity(parts: dict[str, bytes]) -> None:
    parts["word/document.xml"] = b'<!DOCTYPE x [<!ENTITY a "b">]>' + parts["word/document.xml"]


def _headless(parts: dict[str, bytes]) -> None:
    del parts["word/document.xml"]


def _large(parts: dict[str, bytes]) -> None:
    parts["word/media/x.png"] = b"\0" * 60_000_000


@pytest.mark.parametrize("change", [_macro, _remote, _entity, _headless, _large])
def test_what_runs_fetches_or_swells_is_refused(change: Callable[[dict[str, bytes]], None]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check(repacked(made("{{ person }}"), change), {"person"})
    assert refused.value.code == "letter-template-refused"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4", "甲".encode()])
def test_what_is_no_word_file_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="not a Word file"):
        check(content, {"person"})


def test_each_fault_is_told_in_the_language_of_the_reader() -> None:
    with pytest.raises(InvalidInput) as refused:
        check(made("{{ secret }}"), {"person"})
    assert "secret" in str(refused.value)
    with translation.override("zh-hans"):
        assert sentence(refused.value) == "该模板使用了“secret”，本函件没有这一字段。"


def test_a_link_to_be_followed_by_people_is_no_harm() -> None:
    def link(parts: dict[str, bytes]) -> None:
        name = "word/_rels/document.xml.rels"
        parts[name] = parts[name].replace(
            b"</Relationships>",
            b'<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            b'relationships/hyperlink" Target="http://x/" TargetMode="External"/></Relationships>',
        )

    check(repacked(made("{{ person }}"), link), {"person"})
