"""Option types: a duration such as `24h`, a moment such as `2025-04-01T12:00:00Z`."""

import re
from datetime import UTC, datetime
from typing import Any

import click

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd]?)")


class DurationType(click.ParamType[float]):
    """`90`, `90s`, `15m`, `24h`, `7d` to seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Seconds; a usage error for anything else."""
        if isinstance(value, float | int):
            return float(value)
        found = _DURATION.fullmatch(str(value).strip())
        if not found:
            self.fail(f"{value!r} is no duration; try 90s, 15m, 24h or 7d", param, ctx)
        return float(found[1]) * _UNITS[found[2] or "s"]


class MomentType(click.ParamType[datetime]):
    """An RFC 3339 time; without a zone it is UTC."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """An aware datetime; a usage error for anything else."""
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"{value!r} is no time; try 2025-04-01T12:00:00Z", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


DURATION = DurationType()
MOMENT = MomentType()
