"""Writing this room's stream of facts."""

from functools import partial

from jiedui.mentoring.models import LearningFact
from jiedui.programmes.actions.facts import Said
from jiedui.programmes.actions.facts import tell as _tell

__all__ = ["Said", "tell"]

tell = partial(_tell, stream=LearningFact)
