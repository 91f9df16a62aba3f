"""The only way to programmes, pairings, posts and postings, and who may do what to them."""

from jiedui.programmes.access.reach import (
    Reach,
    get_pairing,
    get_programme,
    may_edit,
    must_edit,
    on_day,
    reach,
    visible_pairings,
    visible_programmes,
)
from jiedui.programmes.access.sides import (
    get_posting,
    is_own,
    may_act,
    must_act,
    sides,
    visible_batches,
    visible_postings,
    visible_posts,
    visible_teams,
)

__all__ = [
    "Reach",
    "get_pairing",
    "get_posting",
    "get_programme",
    "is_own",
    "may_act",
    "may_edit",
    "must_act",
    "must_edit",
    "on_day",
    "reach",
    "sides",
    "visible_batches",
    "visible_pairings",
    "visible_postings",
    "visible_posts",
    "visible_programmes",
    "visible_teams",
]
