"""A look at file systems: ratios of what is free, from the kernel's numbers or from `df -P`."""

import json
import re

from pmtatop.model.totals import Disk
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import elements, number, text
from pmtatop.parsing.safe_text import safe_text

_SECTION = re.compile(r"^== (.*)$", re.M)
_DF = re.compile(r"\s(\d+|-)\s+(?:\d+|-)\s+(-?\d+|-)\s+(?:\d+%|-)\s+/")


def parse_disks(payload: bytes) -> tuple[Disk, ...]:
    """A row per path; one that could not be looked at has no numbers. Raises ParseError."""
    if payload.startswith(b"== "):
        return _of_df(payload.decode("utf-8", "replace"))
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


def _of_df(text: str) -> tuple[Disk, ...]:
    """A section per path: df's line of its blocks, then that of its inodes."""
    parts = _SECTION.split(text)
    return tuple(map(_df_row, parts[1::2], parts[2::2]))


def _df_row(path: str, said: str) -> Disk:
    lines = [line for line in said.splitlines() if line.strip()]
    ratios = [_df_ratio(line) for line in lines[:2]]
    known = any(ratio is not None for ratio in ratios)
    return Disk(
        path=safe_text(path),
        free_ratio=ratios[0] if ratios else None,
        free_inodes_ratio=ratios[1] if len(ratios) > 1 else None,
        detail=safe_text("" if known else " ".join(lines[:1]) or "df said nothing", 200),
    )


def _df_ratio(line: str) -> float | None:
    """Available beside all; below zero is what only root may still use: full."""
    found = _DF.search(line)
    if found is None:
        return None
    have = found[2].lstrip("-") and ("0" if found[2].startswith("-") else found[2])
    return _ratio(have, found[1])
