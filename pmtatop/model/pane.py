"""Pane: whether a part of the screen has what it needs, and what would give it that."""

from dataclasses import dataclass

from pmtatop.model.text import SafeText


@dataclass(frozen=True, slots=True)
class Pane:
    """One part of the screen."""

    name: str
    """`overview|isps|queues|vmtas|reasons|age|limits|memory|disk|inbound|events|log`."""
    lit: bool
    """Whether it shows all that it can."""
    missing: SafeText
    """What it lacks."""
    light: SafeText
    """The one line of PMTA's configuration, the right or the option that would light it."""
