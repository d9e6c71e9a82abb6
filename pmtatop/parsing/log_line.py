"""A line of PMTA's log: a server-local time and free text."""

import re

from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText
from pmtatop.parsing.fields import local_time
from pmtatop.parsing.safe_text import safe_text

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ?(.*)", re.DOTALL)


def parse_log_line(raw: bytes) -> tuple[Instant | None, SafeText]:
    """Time (local, as if UTC; None where the line has none) and text of one line."""
    line = raw.decode("utf-8", "surrogateescape")
    found = _STAMP.match(line)
    if found is None:
        return None, safe_text(line)
    return local_time(found[1]), safe_text(found[2])
