"""What a fault says in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from jiedui.core.errors import Refused
from jiedui.exchange.excel.declare import Fault


def words(fault: Fault | Refused) -> str:
    """The sentence of a fault or refusal, its places filled."""
    text = gettext(fault.message)
    return text % fault.details if fault.details else text
