"""The language that a command was asked to speak: of what it prints and of what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from django.utils import translation

Command = TypeVar("Command", bound=Callable[..., Any])
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def _speak(context: click.Context, _option: click.Parameter, asked: str) -> None:
    """Speak it until the programme ends: a refusal is printed when its command is over."""
    context.find_root().with_resource(translation.override(LANGUAGES.get(asked, asked)))


def spoken(command: Command) -> Command:
    """The option ``--lang``."""
    option: Callable[[Command], Command] = click.option(
        "--lang",
        type=click.Choice(list(LANGUAGES)),
        default="zh",
        is_eager=True,
        expose_value=False,
        callback=_speak,
    )
    return option(command)


def spoken_code(command: Command) -> Command:
    """The option ``--language``, which names the language by its code."""
    option: Callable[[Command], Command] = click.option(
        "--language",
        type=click.Choice(list(LANGUAGES.values())),
        default="zh-hans",
        show_default=True,
        is_eager=True,
        expose_value=False,
        callback=_speak,
        help="Language of the messages.",
    )
    return option(command)
