"""What is done to programmes, pairings, agreements, posts, batches, teams and postings."""

from jiedui.programmes.actions.batches import (
    create_batch,
    create_team,
    edit_batch,
    edit_team,
    give_team_role,
)
from jiedui.programmes.actions.credentials import (
    add_credential,
    end_credential,
)
from jiedui.programmes.actions.menu import (
    accept_wish,
    ask_wish,
    complete_wish,
    create_offer,
    end_offer,
    refuse_wish,
    schedule_wish,
    withdraw_wish,
)
from jiedui.programmes.actions.networks import create_network, declare_duty, end_duty, end_network
from jiedui.programmes.actions.nominating import Nomination, nominate, nominate_many
from jiedui.programmes.actions.postings import (
    approve,
    arrive,
    decline,
    depart,
    extend,
    leave,
    return_early,
    return_from_leave,
    screen,
    travel,
    withdraw,
)
from jiedui.programmes.actions.posts import (
    agree_post,
    close_post,
    edit_post,
    refresh_post,
    refuse_post,
    request_post,
)
from jiedui.programmes.actions.structure import create_programme, end_pairing, pair

__all__ = [
    "Nomination",
    "accept_wish",
    "add_credential",
    "agree_post",
    "approve",
    "arrive",
    "ask_wish",
    "close_post",
    "complete_wish",
    "create_batch",
    "create_network",
    "create_offer",
    "create_programme",
    "create_team",
    "declare_duty",
    "decline",
    "depart",
    "edit_batch",
    "edit_post",
    "edit_team",
    "end_credential",
    "end_duty",
    "end_network",
    "end_offer",
    "end_pairing",
    "extend",
    "give_team_role",
    "leave",
    "nominate",
    "nominate_many",
    "pair",
    "refresh_post",
    "refuse_post",
    "refuse_wish",
    "request_post",
    "return_early",
    "return_from_leave",
    "schedule_wish",
    "screen",
    "travel",
    "withdraw",
    "withdraw_wish",
]
