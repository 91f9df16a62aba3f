"""What a fresh server process does before anybody asks, so that the first page is not slow."""

from __future__ import annotations

import logging
import threading
from typing import Any

from django.db import connections
from django.urls import get_resolver

from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries.engine import breakdown
from jiedui.indicators.queries.figure_evidence import ALL_RECORDS

log = logging.getLogger(__name__)


def warm() -> None:
    """Load the pages' code, open the figures store and compile a first question.

    Most of a first request to the figures is the loading of the engine's
    libraries. What fails here fails again, and is told, where a page needs it.
    """
    try:
        get_resolver().url_patterns  # noqa: B018 - loads the views of all rooms
        breakdown(ALL_RECORDS, Question(), "measure")
    except Exception:
        log.exception("warming the server failed")
    finally:
        connections.close_all()


def warm_beside(_worker: Any = None) -> threading.Thread:
    """Warm in a thread, so that pages that need no figures are served meanwhile."""
    thread = threading.Thread(target=warm, name="warm", daemon=True)
    thread.start()
    return thread
