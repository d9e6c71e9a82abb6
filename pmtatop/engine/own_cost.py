"""OwnCost: what pmtatop itself costs this host, from the kernel's own books."""

import resource
import time
from pathlib import Path

from pmtatop.engine.knowledge import Knowledge
from pmtatop.model.frame import SourceName
from pmtatop.model.view import Own

_STATM = Path("/proc/self/statm")
_PAGE = resource.getpagesize()


class OwnCost:
    """Remembers the last reading, since a share of a core needs two."""

    def __init__(self) -> None:
        self._cpu_s, self._wall_s = time.process_time(), time.monotonic()
        self._ratio: float | None = None

    def measured(self, known: Knowledge) -> Own:
        """CPU since the last reading at least half a second ago, memory, poll time, log lag."""
        cpu_s, wall_s = time.process_time(), time.monotonic()
        if wall_s - self._wall_s >= 0.5:
            self._ratio = (cpu_s - self._cpu_s) / (wall_s - self._wall_s)
            self._cpu_s, self._wall_s = cpu_s, wall_s
        status = known.sources.get(SourceName.STATUS)
        acct = known.sources.get(SourceName.ACCT)
        return Own(
            cpu_ratio=self._ratio,
            resident_bytes=_resident_bytes(),
            poll_ms=status.cost_s * 1000 if status and status.cost_s is not None else None,
            log_lag_bytes=acct.lag_bytes if acct else None,
        )


def _resident_bytes() -> float | None:
    """Second field of /proc/self/statm, in pages; unknown where there is no /proc."""
    try:
        return float(int(_STATM.read_text().split()[1]) * _PAGE)
    except OSError:
        return None
