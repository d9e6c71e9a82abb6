"""Reply: what came back over any wire."""

from dataclasses import dataclass

from pmtatop.model.instant import Instant


@dataclass(frozen=True, slots=True)
class Reply:
    """One successful reply."""

    body: bytes
    """HTTP: the body; a command: its standard output."""
    date: Instant | None
    """The `Date` header, UTC; None for a command."""
    cost_s: float
    """Seconds from request to last byte."""
    origin: str = ""
    """The URL's path or the command line, for people; without keys."""
