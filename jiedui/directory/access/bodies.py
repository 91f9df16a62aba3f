"""Many organisations named to the database by one parameter."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import UUIDField
from django.db.models.expressions import Expression

# So many are named one by one: a plan for few is made for these few.
FEW = 16


class Bodies(frozenset[UUID]):
    """Ids of organisations, to be used like any set of them.

    A province has hundreds, and a page names them in dozens of questions: as a parameter each,
    making the questions would take longer than answering them. In a query (``…__in=bodies``) they
    are one parameter; what is joined with others (``|``) stays so.
    """

    def __or__(self, other: Any) -> Bodies:
        # Two permissions mostly reach as far: the same ids are written down once.
        return self if self.issuperset(other) else Bodies(super().__or__(other))

    @cached_property
    def _listed(self) -> Listed:
        return Listed(json.dumps(sorted(id.hex for id in self)))

    def resolve_expression(self, *_query: Any, **_how: Any) -> Any:
        """What a query compares with: see Django's expressions."""
        return self._listed if len(self) > FEW else frozenset(self)


class Listed(Expression):
    """A list of ids, as JSON, as a column of a query."""

    output_field = UUIDField()

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def resolve_expression(self, *_query: Any, **_how: Any) -> Listed:
        """Itself: there is nothing in it to resolve."""
        return self

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """In any database: the elements of the list."""
        if connection.features.has_native_uuid_field:
            return "(SELECT value::uuid FROM json_array_elements_text(%s::json))", (self.text,)
        return "(SELECT value FROM json_each(%s))", (self.text,)
