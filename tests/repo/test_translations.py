"""Every string is translated, and no template says a word outside a translate tag."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from jiedui.planning.domain.counted import ONE
from tools import messages


def test_everything_is_translated() -> None:
    assert not messages.check(), "run tools/messages.py collect, then translate"


def test_sentences_of_one_belong_to_sentences_that_are_said() -> None:
    folder = messages.ROOMS / "planning"
    said = {each.msgid for path in folder.rglob("*.py") for each in messages.of_python(path)}
    assert set(ONE) <= said


@pytest.mark.parametrize(
    "said",
    [
        "<p>Hello</p>",
        "<p>你好</p>",
        '<img alt="Hello">',
        "<a title='你好'></a>",
        '<input placeholder="Name">',
        '<nav aria-label="{% if x %}Main{% endif %}">',
    ],
)
def test_hard_coded_words_are_found(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "REPO", tmp_path)
    page = tmp_path / "page.html"
    page.write_text(said, "utf-8")

    assert list(messages.written_in(page))


@pytest.mark.parametrize(
    "said",
    [
        '<p>{% translate "Hello" %}</p>',
        "<p>{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}</p>",
        '<svg><path d="M0 0"/></svg> · {{ value }} % ≥',
        '<input aria-label="{% translate "Name" %}" name="name">',
        "{# a comment #}<code>not-visible</code>",
    ],
)
def test_marked_words_are_left_in_peace(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "REPO", tmp_path)
    page = tmp_path / "page.html"
    page.write_text(said, "utf-8")

    assert not list(messages.written_in(page))


def test_what_python_says_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "REPO", tmp_path)
    code = tmp_path / "code.py"
    code.write_text(
        "from django.utils.translation import gettext as say, ngettext\n"
        "_ = str\n"
        "class Odd(InvalidInput): ...\n"
        "say('one'); _('two'); ngettext('three', 'threes', 3)\n"
        "raise NotVisible('code', 'four ' 'five')\n"
        "raise Odd('code', message='six', field='x')\n"
        "raise helped(2, 'no-way', 'Seven is no way.'); put('not-this'); put('no-way', 'eight')\n"
        "say(name)\n",
        "utf-8",
    )

    found = {message.msgid: message.plural for message in messages.of_python(code)}

    assert found == {
        "one": "",
        "two": "",
        "three": "threes",
        "four five": "",
        "six": "",
        "Seven is no way.": "",
    }


@pytest.mark.parametrize("room", ["ledger", "indicators", "home", "mentoring"])
def test_the_two_sides_have_one_name_in_english(room: str) -> None:
    """Supporter and recipient, as the domain calls them; the fields of a fact keep their names."""
    old = re.compile(r"\b(giver|receiver)s?\b", re.IGNORECASE)
    named = re.compile(r"%\(\w+\)s")
    said = [each.msgid for each in polib.pofile(str(messages.catalogue(messages.ROOMS / room)))]
    assert not [each for each in said if old.search(named.sub("", each))]
