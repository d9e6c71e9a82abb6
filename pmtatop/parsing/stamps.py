"""The three forms in which accounting files write a time."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from pmtatop.model.instant import Instant

_AMERICAN = re.compile(
    r"(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d)(?:([+-])(\d\d):?(\d\d))?", re.ASCII
)


@lru_cache(maxsize=65536)
def instant_of(stamp: str) -> Instant | None:
    """`2019-02-08 21:54:05+0000` (also `T`, `Z`, colon), Unix seconds, `MM/DD/YYYY HH:MM:SS+0000`.

    Without an offset the time counts as UTC; None for what is no time. The first two forms are
    in the 5.0 guide's samples, the third only in its prose.
    """
    try:
        if stamp.isdecimal() and stamp.isascii():
            return Instant(float(stamp)) if len(stamp) <= 11 else None
        return _dated(stamp)
    except (ValueError, OverflowError):
        return None


def _dated(stamp: str) -> Instant | None:
    american = _AMERICAN.fullmatch(stamp)
    if american is None:
        moment = datetime.fromisoformat(stamp)
        return Instant((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    month, day, year, hour, minute, second = (int(part) for part in american.groups()[:6])
    sign, hours, minutes = american.groups()[6:]
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    zone = timezone(-offset if sign == "-" else offset)
    return Instant(datetime(year, month, day, hour, minute, second, tzinfo=zone).timestamp())
