"""The kernel's books on one process, as the process source gathers them.

A payload has a section per file, `== NAME` and its content; `fd` has the number of entries alone.
"""

import re

from pmtatop.model.process import ProcessReading
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import integer, kilobytes

_SECTION = re.compile(r"^== (\w+)$", re.M)


def parse_process(payload: bytes) -> ProcessReading:
    """One reading. Raises ParseError where even the process's status is missing."""
    text = payload.decode("utf-8", "replace")
    parts = _SECTION.split(text)
    files = dict(zip(parts[1::2], parts[2::2], strict=False))
    if "status" not in files:
        raise ParseError("no /proc/PID/status in the reading: has pmtad ended?")
    status = files["status"]
    rss = _kb(files.get("smaps_rollup", ""), "Rss")
    return ProcessReading(
        pid=integer(_value(status, "Pid")),
        resident_bytes=_kb(status, "VmRSS") if rss is None else rss,
        virtual_bytes=_kb(status, "VmSize"),
        host_bytes=_kb(files.get("meminfo", ""), "MemTotal"),
        descriptors=integer(files.get("fd", "").strip()),
        descriptors_max=_open_files(files.get("limits", "")),
    )


def _value(text: str, name: str) -> str:
    found = re.search(rf"^{name}:\s*(\d+)", text, re.M)
    return found[1] if found else ""


def _kb(text: str, name: str) -> float | None:
    return kilobytes(_value(text, name))


def _open_files(limits: str) -> int | None:
    found = re.search(r"^Max open files\s+(\d+)", limits, re.M)
    return int(found[1]) if found else None
