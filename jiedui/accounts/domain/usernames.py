"""What a user name may look like."""

from __future__ import annotations

import re
import unicodedata

from jiedui.core.errors import InvalidInput

# The audit log writes this name for what the house does by itself.
HOUSE = "jiedui"
_SHAPE = re.compile(r"[\w.@+-]{2,64}")


def read_username(text: str) -> str:
    """The user name as it is stored: NFKC, trimmed, lower case.

    Letters (Chinese ones too), digits and ``. @ + - _``. Raises InvalidInput
    ``username-unreadable``, ``username-reserved``.
    """
    name = unicodedata.normalize("NFKC", text).strip().lower()
    if not _SHAPE.fullmatch(name):
        raise InvalidInput(
            "username-unreadable",
            "A user name has 2 to 64 letters, digits or . @ + - _ and no spaces.",
            field="username",
        )
    if name == HOUSE:
        raise InvalidInput(
            "username-reserved", "This user name belongs to the house itself.", field="username"
        )
    return name
