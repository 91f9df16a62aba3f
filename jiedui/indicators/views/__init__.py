"""Pages, panels and files of the figures."""

from jiedui.indicators.views.contradictions import contradictions
from jiedui.indicators.views.figure import breakdown, figure_json, records, show
from jiedui.indicators.views.fragments import band, panel, value
from jiedui.indicators.views.home import home

__all__ = [
    "band",
    "breakdown",
    "contradictions",
    "figure_json",
    "home",
    "panel",
    "records",
    "show",
    "value",
]
