"""A look at file systems: ratios of what is free."""

import json

from pmtatop.model.totals import Disk
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import elements, number, text
from pmtatop.parsing.safe_text import safe_text


def parse_disks(payload: bytes) -> tuple[Disk, ...]:
    """A row per path; one that could not be looked at has no numbers. Raises ParseError."""
    try:
        rows = elements(json.loads(payload))
    except (ValueError, RecursionError):
        raise ParseError("the look at the file systems is damaged") from None
    return tuple(
        Disk(
            path=text(row.get("path")) or safe_text("?"),
            free_ratio=_ratio(row.get("available"), row.get("blocks")),
            free_inodes_ratio=_ratio(row.get("inodes_available"), row.get("inodes")),
            detail=safe_text(str(row.get("error") or ""), 200),
        )
        for row in rows
    )


def _ratio(part: object, whole: object) -> float | None:
    """Some file systems have no fixed number of inodes and say 0: that is unknown."""
    have, total = number(part), number(whole)
    return have / total if have is not None and total else None
