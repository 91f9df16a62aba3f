"""What a figure made of published statements means: which one stands, what stands beside it.

The rules are those of docs/adr on statements: within one scope (measure, unit
class, kind, item, givers, receivers) statements are never added; parts are added
only where nothing can be counted twice.
"""

from jiedui.indicators.domain.statements.bodies import Bodies
from jiedui.indicators.domain.statements.standing import Aside, Standing, known, stand

__all__ = ["Aside", "Bodies", "Standing", "known", "stand"]
