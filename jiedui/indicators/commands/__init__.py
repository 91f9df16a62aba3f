"""Commands of the figures: ``jiedui figures show | list | contradictions``."""

from jiedui.indicators.commands.figures import contradictions, show
from jiedui.indicators.commands.figures import list_ as figures_list

COMMANDS = [show, figures_list, contradictions]
