"""State machines as one table each: the code asks it, the diagram is drawn from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jiedui.core.errors import InvalidState


@dataclass(frozen=True)
class Transition:
    """From one state to another by a verb; ``side`` says who may do it."""

    verb: str
    source: str
    target: str
    side: str = ""


@dataclass(frozen=True)
class StateTable:
    """All transitions of one kind of object, the first state first."""

    name: str
    initial: str
    transitions: tuple[Transition, ...]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order of first mention."""
        seen: dict[str, None] = {self.initial: None}
        for step in self.transitions:
            seen.setdefault(step.source)
            seen.setdefault(step.target)
        return tuple(seen)

    def verbs(self, state: str) -> tuple[Transition, ...]:
        """What can be done in this state."""
        return tuple(step for step in self.transitions if step.source == state)

    def after(self, state: str, verb: str) -> str:
        """The state that the verb leads to, or InvalidState ``state-forbids``."""
        return self.step(state, verb).target

    def step(self, state: str, verb: str) -> Transition:
        """What the verb does in a state and who may, or InvalidState ``state-forbids``."""
        for step in self.transitions:
            if step.source == state and step.verb == verb:
                return step
        raise InvalidState(
            "state-forbids",
            "This is not possible as things stand now, perhaps because somebody has acted"
            " meanwhile. Open the page anew.",
            verb=verb,
            state=state,
        )

    def mermaid(self) -> str:
        """The diagram, in Mermaid's stateDiagram-v2 notation."""
        lines: Iterable[str] = (
            f"    {step.source} --> {step.target}: {step.verb}"
            + (f" ({step.side})" if step.side else "")
            for step in self.transitions
        )
        return "\n".join(["stateDiagram-v2", f"    [*] --> {self.initial}", *lines]) + "\n"
