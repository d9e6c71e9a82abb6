"""Fields of strangers' payloads, read tolerantly: a value that makes no sense is unknown."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache

from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText
from pmtatop.parsing.safe_text import cached_safe_text

MOST = 1e15
"""No counter of PMTA comes near; a larger number is damage, not data."""

_FLAGS = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}

KIB = 1024.0
"""PMTA's `kb`."""


def number(value: object) -> float | None:
    """A number >= 0, also from text; NaN, infinity, negatives, booleans, 1e30 are unknown."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    # Exact types: bool is an int. A comparison with NaN is false.
    if type(value) is float or type(value) is int:
        return float(value) if 0 <= value <= MOST else None
    return None


def integer(value: object) -> int | None:
    """A whole number >= 0; a fraction is unknown."""
    if type(value) is int and 0 <= value <= MOST:
        return value
    read = number(value)
    return int(read) if read is not None and read.is_integer() else None


def kilobytes(value: object) -> float | None:
    """PMTA's `kb`, an int or a float, in bytes."""
    read = number(value)
    return None if read is None else read * KIB


def flag(value: object) -> bool | None:
    """A boolean as true/false, 0/1, yes/no."""
    if isinstance(value, str):
        return _FLAGS.get(value.strip().lower())
    return bool(value) if isinstance(value, int) and value in (0, 1) else None


def text(value: object) -> SafeText | None:
    """A string; an empty one is unknown."""
    return cached_safe_text(value) if isinstance(value, str) and value else None


def label(value: object) -> SafeText | None:
    """A name; JSON may have a job's as a number."""
    return text(str(value) if type(value) is int else value)


def mode(value: object) -> SafeText | None:
    """A queue's mode, in lower case."""
    return text(value.strip().lower() if isinstance(value, str) else value)


def local_time(value: object) -> Instant | None:
    """`YYYY-MM-DD HH:MM:SS`, server-local with no zone, as if it were UTC."""
    return _local_time(value) if isinstance(value, str) and value else None


@lru_cache(maxsize=16384)
def _local_time(value: str) -> Instant | None:
    try:
        return Instant(datetime.fromisoformat(value.strip()).replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        return None


def mapping(value: object) -> Mapping[str, object]:
    """An object, or an empty one in its place."""
    return value if isinstance(value, dict) else {}


def elements(value: object) -> list[Mapping[str, object]]:
    """The objects of a list; one element alone counts as a list of one."""
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)]
    return [value] if isinstance(value, dict) else []


def first_of(source: Mapping[str, object], *keys: str) -> object:
    """The first of several keys that is there: what is unproven has aliases."""
    for key in keys:
        if key in source:
            return source[key]
    return None
