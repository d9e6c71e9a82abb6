"""Traffic a minute from two readings of PMTA's status page; a reset is a gap, never a rate."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pmtatop.model.polls import Flow, StatusPage
from pmtatop.model.totals import FlowRate


@dataclass(frozen=True, slots=True)
class Rates:
    """What two polls say together."""

    in_: FlowRate = field(default_factory=FlowRate)
    out: FlowRate = field(default_factory=FlowRate)
    reset: bool = False
    """A counter fell or PMTA started anew between the polls: no rate for this tick."""
    frozen: bool = False
    """Both pages show the same `timeNow`: PMTA or a proxy repeats an old page."""
    elapsed_s: float | None = None
    """PMTA's seconds between the two pages."""


def flow_rates(old: StatusPage, new: StatusPage) -> Rates:
    """Rates between two `/status` pages: differences of `traffic.total.*` over `timeNow`.

    Rates are None when the clock stands, runs backwards or is missing, and after a reset
    (`total.*` falls, or `startupTime` changes); the totals of `new` are always kept.
    """
    elapsed = _elapsed(old, new)
    reset = _is_reset(old, new)
    if elapsed is None or elapsed <= 0 or reset:
        totals = _only_total(new.total_in), _only_total(new.total_out)
        return Rates(*totals, reset=reset, frozen=elapsed == 0 and not reset, elapsed_s=elapsed)
    return Rates(
        _flow_rate(old.total_in, new.total_in, elapsed),
        _flow_rate(old.total_out, new.total_out, elapsed),
        elapsed_s=elapsed,
    )


def _elapsed(old: StatusPage, new: StatusPage) -> float | None:
    if old.local_now is None or new.local_now is None:
        return None
    return new.local_now - old.local_now


def _is_reset(old: StatusPage, new: StatusPage) -> bool:
    known = old.local_startup is not None and new.local_startup is not None
    restarted = known and old.local_startup != new.local_startup
    flows = (old.total_in, new.total_in), (old.total_out, new.total_out)
    return restarted or any(_fell(a, b) for a, b in flows)


def _fell(old: Flow, new: Flow) -> bool:
    return any(a is not None and b is not None and b < a for a, b in _pairs(old, new))


def _pairs(old: Flow, new: Flow) -> Sequence[tuple[float | None, float | None]]:
    return (
        (old.recipients, new.recipients),
        (old.messages, new.messages),
        (old.bytes_, new.bytes_),
    )


def _only_total(flow: Flow) -> FlowRate:
    return FlowRate(rcp_total=flow.recipients)


def _flow_rate(old: Flow, new: Flow, elapsed: float) -> FlowRate:
    rcp, msg, size = (_per_minute(a, b, elapsed) for a, b in _pairs(old, new))
    return FlowRate(rcp, msg, size, new.recipients)


def _per_minute(old: float | None, new: float | None, elapsed: float) -> float | None:
    if old is None or new is None:
        return None
    return (new - old) * 60.0 / elapsed
