"""Effective limits from `show settings` and `show vmta-settings`, and which of them binds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from pmtatop.model.limits import Limits
from pmtatop.model.text import SafeText

_NONE = frozenset({"unlimited", "never", ""})
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_INTERVAL = re.compile(r"(\d+)([smhd])", re.ASCII)
_RATE = re.compile(r"(\d+)/(\d*)([smhd])\w*", re.ASCII)
_TRUE, _FALSE = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})

BINDING = 0.95
"""A limit that is used to this ratio binds."""


def limits_of(values: Mapping[SafeText, SafeText]) -> Limits:
    """The limits among PMTA's directives; a directive that is absent or unreadable is None.

    A limit that PMTA calls `unlimited` is infinite. In backoff an unset `backoff-*` is the normal
    one: nothing gets slower (PMTA 5.0's guide, `<domain>` directives).
    """
    text = {str(name).lower(): str(value).strip() for name, value in values.items()}
    connections, rate = _count(text.get("max-smtp-out")), _per_min(text.get("max-msg-rate"))
    backoff_connections = _count(text.get("backoff-max-smtp-out"))
    backoff_rate = _per_min(text.get("backoff-max-msg-rate"))
    return Limits(
        connections=connections,
        backoff_connections=connections if backoff_connections is None else backoff_connections,
        msg_per_min=rate,
        backoff_msg_per_min=rate if backoff_rate is None else backoff_rate,
        source_ip_connections=_count(_last_word(text.get("source-ip-max-smtp-out"))),
        vmta_msg_per_min=_per_min(text.get("max-smtp-msg-rate")),
        retry_after_s=_seconds(_first_word(text.get("retry-after"))),
        bounce_after_s=_seconds(text.get("bounce-after")),
        use_starttls=_flag(text.get("use-starttls")),
        require_starttls=_flag(text.get("require-starttls")),
        pattern_list=SafeText(text["smtp-pattern-list"]) if text.get("smtp-pattern-list") else None,
        bounce_upon_5xx_greeting=_flag(text.get("bounce-upon-5xx-greeting")),
    )


def _first_word(value: str | None) -> str | None:
    """Of a list of intervals (`10m,20m` or `10m 20m`) the first."""
    return None if value is None else re.split(r"[,\s]", value.strip(), maxsplit=1)[0]


def _last_word(value: str | None) -> str | None:
    """`source-ip-max-smtp-out CIDR N`: the number stands last."""
    return value.split()[-1] if value else None


def _count(value: str | None) -> float | None:
    if value is None:
        return None
    if value.lower() == "unlimited":
        return inf
    return float(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None


def _per_min(value: str | None) -> float | None:
    """`N/[M]unit`, attempted recipients per interval, as recipients a minute."""
    if value is None:
        return None
    if value.lower() == "unlimited":
        return inf
    found = _RATE.fullmatch(value)
    if found is None:
        return None
    span = _UNITS[found[3]] * float(found[2] or 1)
    return float(found[1]) * 60.0 / span if span else None


def _seconds(value: str | None) -> float | None:
    """An interval such as `4d12h`; `never` is infinite."""
    if value is None:
        return None
    if value.lower() == "never":
        return inf
    parts = _INTERVAL.findall(value)
    if not parts or "".join(number + unit for number, unit in parts) != value:
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _flag(value: str | None) -> bool | None:
    word = (value or "").lower()
    return True if word in _TRUE else False if word in _FALSE else None


@dataclass(frozen=True, slots=True)
class Used:
    """One limit on connections that a queue runs under, and how much of it is in use."""

    scope: str
    """`queue|source-ip|vmta|total|licence`."""
    cur: int | None
    limit: float | None


def binding(uses: tuple[Used, ...]) -> Used | None:
    """The limit that is used most, if it binds at all; None: none does, or none is known."""
    known = [u for u in uses if u.cur is not None and u.limit and u.limit != inf]
    top = max(known, key=_ratio, default=None)
    return top if top is not None and _ratio(top) >= BINDING else None


def _ratio(used: Used) -> float:
    return (used.cur or 0) / (used.limit or inf)
