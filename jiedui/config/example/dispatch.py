"""Loads who was sent, agreed, planned and wished in the example: once, and whole or not at all."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiedui.config.example.agreements import Frame
from jiedui.config.example.dispatching import (
    Days,
    Dispatch,
    load_credentials,
    load_more_people,
    posting_id,
)
from jiedui.config.example.events import DAYS
from jiedui.config.example.load import Loaded
from jiedui.programmes.models import Posting


@transaction.atomic
def load_dispatch(loaded: Loaded, last_day: date) -> bool:
    """Load it unless it is there; whether it was loaded.

    The steps of a posting cannot be taken twice as a creation can. All of them are
    one transaction, so that the first posting is there only with all the rest.
    """
    load_more_people(loaded)
    if Posting.objects.filter(pk=posting_id(1)).exists():
        return False
    days = Days(last_day, 1 - DAYS)
    frame, dispatch = Frame(loaded, days), Dispatch(loaded, days)
    frame.note()
    dispatch.note()
    days.act()
    load_credentials(loaded, dispatch.courses, last_day)
    return True
