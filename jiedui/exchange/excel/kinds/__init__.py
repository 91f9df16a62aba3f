"""The kinds of sheets that can be imported, by their code."""

from __future__ import annotations

from jiedui.exchange.excel.declare import ImportKind, unknown_kind
from jiedui.exchange.excel.kinds.accounts import ACCOUNTS
from jiedui.exchange.excel.kinds.candidates import CANDIDATES
from jiedui.exchange.excel.kinds.directory import DIRECTORY
from jiedui.exchange.excel.kinds.history import HISTORY
from jiedui.exchange.excel.kinds.ledger import LEDGER
from jiedui.exchange.excel.kinds.programmes import NOMINATIONS

KINDS: dict[str, ImportKind] = {
    kind.code: kind for kind in (LEDGER, NOMINATIONS, CANDIDATES, HISTORY, *DIRECTORY, ACCOUNTS)
}


def kind_named(code: str) -> ImportKind:
    """A kind by its code; InvalidInput ``import-kind-unknown``."""
    if code not in KINDS:
        raise unknown_kind(code)
    return KINDS[code]
