"""Times and durations as the screen writes them; every time names its zone."""

from datetime import UTC, datetime, tzinfo

from pmtatop.model.instant import Instant
from pmtatop.model.rows import Age
from pmtatop.wording.numbers import UNKNOWN

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def duration(seconds: float | None) -> str:
    """Seconds in at most five columns: `45s`, `13m`, `2h05`, `41d`."""
    if seconds is None:
        return UNKNOWN
    whole = int(max(0.0, seconds))
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m"
    if whole < _DAY:
        return f"{whole // _HOUR}h{whole % _HOUR // _MINUTE:02d}"
    return f"{whole // _DAY}d"


def age_bracket(age: Age) -> str:
    """A queue age as far as it is proven, in at most seven columns.

    `>45m`: at least that; `15m-1h`: between; `<15m`: at most; `50m`: exactly. By accounting the
    age is that of fresh recipients; in parentheses where only full mailboxes and the like wait.
    """
    if age.min_s is None:
        return UNKNOWN
    if age.method == "last-attempt":
        return f"(>{_brief(age.min_s)})" if age.fresh_s is None else f">{_brief(age.fresh_s)}"
    if age.max_s is None:
        return f">{_brief(age.min_s)}"
    if age.min_s == 0.0:
        return f"<{_brief(age.max_s)}"
    if age.min_s == age.max_s:
        return _brief(age.min_s)
    return f"{_brief(age.min_s)}-{_brief(age.max_s)}"


def age_rank(age: Age) -> float | None:
    """What a table sorts ages by: the same number that `age_bracket` shows first."""
    if age.method == "last-attempt":
        return -1.0 / (age.min_s or 1.0) if age.fresh_s is None else age.fresh_s
    return age.min_s


def _brief(seconds: float) -> str:
    """`4h` for a whole `4h00`."""
    words = duration(seconds)
    return words[:-2] if words.endswith("h00") else words


def as_datetime(at: Instant, zone: tzinfo = UTC) -> datetime:
    """An aware datetime in `zone`."""
    return datetime.fromtimestamp(at, zone)


def clock_time(at: Instant, zone: tzinfo = UTC) -> str:
    """`03:04:11` in `zone`; the caller shows the zone's name once beside it."""
    return as_datetime(at, zone).strftime("%H:%M:%S")


def zone_name(zone: tzinfo, at: Instant) -> str:
    """The zone's short name at that time: `UTC`, `CEST`."""
    return as_datetime(at, zone).tzname() or "local"


def rfc3339(at: Instant) -> str:
    """`2025-04-01T14:32:10Z`, with milliseconds only where there are any."""
    moment = as_datetime(at)
    spec = "milliseconds" if moment.microsecond >= 1000 else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")
