"""Focus: what the screen looks at, the one thing that travels down from a face to the engine."""

from dataclasses import dataclass
from enum import StrEnum


class Subject(StrEnum):
    """Kinds of objects that a key can name."""

    ISP = "isp"
    DOMAIN = "domain"
    QUEUE = "queue"
    VMTA = "vmta"
    JOB = "job"
    SOURCE_IP = "source-ip"
    SENDER_DOMAIN = "sender-domain"


@dataclass(frozen=True, slots=True)
class Key:
    """An object by kind and name; a selection is a key, never a row number."""

    subject: Subject
    name: str


@dataclass(frozen=True, slots=True)
class Focus:
    """What is on screen; the answer comes in the next View's `detail`."""

    node: str = ""
    """Name of the node shown; empty: the first."""
    keys: tuple[Key, ...] = ()
    """Objects whose detail is wanted (drill-down)."""
    range_s: float = 1800.0
    """Seconds of history that the charts show."""
