"""``jiedui figures show | list | contradictions | compact`` and ``jiedui bench figures``."""

from jiedui.indicators.commands.figures import contradictions, show
from jiedui.indicators.commands.figures import list_ as figures_list
from jiedui.indicators.commands.store import bench_figures, compact, figures_cards

COMMANDS = [show, figures_list, contradictions, compact, bench_figures, figures_cards]
