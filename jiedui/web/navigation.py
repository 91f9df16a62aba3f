"""The main navigation: each room offers its entries as data, the shell shows what may be seen.

A room's ``navigation.py`` holds ``ITEMS``, a list of NavItem. Entries of one
code form one section; the sections stand in the order of the work, not of the
tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext_lazy

# Sections in the order of the work.
SECTIONS: dict[str, Any] = {
    "today": pgettext_lazy("navigation", "Today"),
    "needs": pgettext_lazy("navigation", "Needs"),
    "plan": pgettext_lazy("navigation", "Plan"),
    "people": pgettext_lazy("navigation", "People"),
    "ledger": pgettext_lazy("navigation", "Ledger"),
    "learning": pgettext_lazy("navigation", "Learning"),
    "care": pgettext_lazy("navigation", "Care"),
    "money": pgettext_lazy("navigation", "Money"),
    "figures": pgettext_lazy("navigation", "Figures"),
    "reports": pgettext_lazy("navigation", "Reports"),
    "administration": pgettext_lazy("navigation", "Administration"),
}


@dataclass(frozen=True)
class NavItem:
    """One entry: the section's code, the message id, the URL name, who may see it.

    ``permission`` blank means every user; a tuple means any one of them. Pages under the lists
    ``also`` belong to the entry as those under its own do.
    """

    code: str
    msgid: str
    url_name: str
    permission: str | tuple[str, ...] = ""
    also: tuple[str, ...] = ()

    def shown_to(self, viewer: Any) -> bool:
        """Whether the viewer (accounts.permissions.Viewer, or None) may see it."""
        if not self.permission:
            return True
        wanted = (self.permission,) if isinstance(self.permission, str) else self.permission
        return viewer is not None and any(viewer.may(permission) for permission in wanted)


@dataclass(frozen=True)
class NavLink:
    """An entry as the page shows it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class NavSection:
    """A section as the page shows it; ``links`` are its entries."""

    code: str
    label: Any
    url: str
    current: bool
    links: tuple[NavLink, ...]


@cache
def items() -> tuple[NavItem, ...]:
    """All rooms' entries, in the order of the sections and of the rooms."""
    found: list[NavItem] = []
    for config in apps.get_app_configs():
        if not config.name.startswith("jiedui."):
            continue
        name = f"{config.name}.navigation"
        try:
            module = import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
            continue
        found.extend(item for item in getattr(module, "ITEMS", ()) if isinstance(item, NavItem))
    order = list(SECTIONS)
    return tuple(sorted(found, key=lambda item: order.index(item.code)))


def sections(
    request: HttpRequest, offered: Iterable[NavItem] | None = None
) -> tuple[NavSection, ...]:
    """What this request's viewer is shown; nothing without a log-in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ()
    viewer = getattr(request, "viewer", None)
    match = request.resolver_match
    here = match.namespace if match else ""
    grouped: dict[str, list[tuple[NavItem, str]]] = {}
    for item in items() if offered is None else offered:
        if not item.shown_to(viewer):
            continue
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue
        grouped.setdefault(item.code, []).append((item, url))
    shown = []
    for code, entries in grouped.items():
        known = [
            (prefix, url) for item, url in entries for prefix in (url, *map(reverse, item.also))
        ]
        exact = [url for prefix, url in known if request.path == prefix]
        below = [pair for pair in known if pair[0] != "/" and request.path.startswith(pair[0])]
        nearest = exact or [
            url for _prefix, url in sorted(below, key=lambda pair: len(pair[0]))[-1:]
        ]
        links = tuple(
            NavLink(item.msgid, url, current=[url] == nearest[:1]) for item, url in entries
        )
        namespaces = {item.url_name.partition(":")[0] for item, _url in entries}
        shown.append(
            NavSection(
                code,
                SECTIONS[code],
                entries[0][1],
                current=here in namespaces,
                links=links if len(links) > 1 else (),
            )
        )
    return tuple(shown)
