"""Whose figures a viewer may ask for.

Published statements are public to everybody who reads figures. Of the daily
entries a figure counts those whose giver or receiver lies within the viewer's
reach, so that two viewers may get two numbers for one question; each page says
when a figure is cut down so.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import reach

PERMISSION = "figures.read"


@dataclass(frozen=True)
class Sight:
    """The bodies whose entries count for a viewer; None counts all of them."""

    organisation_ids: frozenset[UUID] | None = None

    @property
    def everything(self) -> bool:
        """Whether no entry is hidden from the viewer."""
        return self.organisation_ids is None


def sight(viewer: Viewer | None) -> Sight:
    """What a viewer's figures may count; None is the house itself (the command line).

    Raises NotAllowed ``permission-missing`` for who may not read figures.
    """
    if viewer is None:
        return Sight()
    viewer.must(PERMISSION)
    # The own side of every pairing: what programmes.access.reach calls ``own``.
    held = reach(viewer, PERMISSION)
    return Sight(None if held.everything else held.organisation_ids)
