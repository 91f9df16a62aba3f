"""Fields that name a place or an organisation."""

from __future__ import annotations

from typing import Any

from jiedui.web.fields import NamedField


def place_field(**more: Any) -> NamedField:
    """A place by code or name."""
    return NamedField(by=("code", "name", "name_en"), **more)


def organisation_field(**more: Any) -> NamedField:
    """An organisation by any of its names."""
    return NamedField(by=("name", "other_names__name", "name_en"), **more)
