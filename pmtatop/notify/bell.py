"""The bell: rings once for each page that begins to fire, and never again for the same alert."""

from collections.abc import Iterable

from pmtatop.model.alert import Alert, AlertState


class Bell:
    """Remembers which alerts have rung. `enabled` comes from `[notify] bell`."""

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self._rung: set[str] = set()

    def rings_for(self, alerts: Iterable[Alert]) -> bool:
        """Whether one of `alerts` is a page that fires and has not rung yet."""
        firing = {a.id for a in alerts if a.page and a.state is AlertState.FIRING}
        fresh = firing - self._rung
        self._rung |= firing
        return self._enabled and bool(fresh)
