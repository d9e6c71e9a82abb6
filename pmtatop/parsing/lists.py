"""`/queues`, `/domains`, `/vmtas`, `/jobs`: the list pages, tolerant of every unproven key."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TypeVar

from pmtatop.model.polls import DomainPoll, JobPoll, ListPage, QueueError, QueuePoll, VmtaPoll
from pmtatop.model.text import SafeText
from pmtatop.parsing.fields import (
    elements,
    first_of,
    flag,
    integer,
    kilobytes,
    label,
    local_time,
    mode,
    number,
    text,
)
from pmtatop.parsing.tree import ROWS, told_by

_FOOTER = re.compile(r"\bof (\d{1,12}) ")

Row = TypeVar("Row")
Source = Mapping[str, object]


def parse_queues(payload: bytes) -> ListPage[QueuePoll]:
    """`data.queues[]`. Raises ParseError."""
    return _page(payload, ("queues", "queue"), "totalQueuesWithRcp", read_queue)


def parse_domains(payload: bytes) -> ListPage[DomainPoll]:
    """`data.domains[]`. Raises ParseError."""
    return _page(payload, ("domains", "domain"), "totalDomainsWithRcp", read_domain)


def parse_vmtas(payload: bytes) -> ListPage[VmtaPoll]:
    """`data.vmtas[]`. Raises ParseError."""
    return _page(payload, ("vmtas", "vmta"), "totalVmtasWithRcp", _vmta)


def parse_jobs(payload: bytes) -> ListPage[JobPoll]:
    """`data.jobs[]`. Raises ParseError."""
    return _page(payload, ("jobs", "job"), "totalJobsWithRcp", read_job)


def _page(
    payload: bytes,
    keys: tuple[str, ...],
    total: str,
    row: Callable[[SafeText, Source], Row],
) -> ListPage[Row]:
    """Rows by name; a name that comes twice counts once, the first time."""
    data, sentence = told_by(payload)
    rows: dict[SafeText, Row] = {}
    for source in elements(first_of(data, *keys, ROWS)):
        name = label(first_of(source, "name", "id"))
        if name is not None and name not in rows:
            rows[name] = row(name, source)
    return ListPage(tuple(rows.values()), _total(data.get(total), sentence))


def _total(value: object, sentence: str) -> int | None:
    """How many there are in all: the page's own count, or its sentence "2 of 23029 matching"."""
    count = integer(value)
    if count is not None:
        return count
    found = _FOOTER.search(sentence)
    return int(found[1]) if found else None


def read_queue(name: SafeText, source: Source) -> QueuePoll:
    """One queue, from its entry in a list or its own page."""
    return QueuePoll(
        name=name,
        recipients=integer(source.get("rcp")),
        bytes_=kilobytes(source.get("kb")),
        connections=integer(source.get("conn")),
        paused=flag(source.get("paused")),
        mode=mode(source.get("mode")),
        local_retry_at=local_time(source.get("retryTime")),
        errors=_errors(source),
    )


def _errors(source: Source) -> tuple[QueueError, ...]:
    found = first_of(source, "errors", "events", "event", "error")
    if not found:
        return ()
    if isinstance(found, Mapping) and found.keys() <= {"error", "event"}:
        found = first_of(found, "error", "event")
    errors = [_error(entry.get("time"), entry.get("text")) for entry in elements(found)]
    return tuple([error for error in errors if error is not None])


def _error(at: object, words: object) -> QueueError | None:
    """PMTA lists its last errors again in every reply: each is read once."""
    if not isinstance(words, str) or not words:
        return None
    return _known_error(at if isinstance(at, str) else None, words)


@lru_cache(maxsize=65536)
def _known_error(at: str | None, words: str) -> QueueError:
    return QueueError(local_time(at), text(words) or SafeText(""))


def read_domain(name: SafeText, source: Source) -> DomainPoll:
    """One domain, from its entry in a list or its own page."""
    return DomainPoll(
        name=name,
        recipients=integer(source.get("rcp")),
        bytes_=kilobytes(source.get("kb")),
        connections=integer(source.get("conn")),
        errors=_errors(source),
    )


def _vmta(name: SafeText, source: Source) -> VmtaPoll:
    percent = number(source.get("pctOfTotal"))
    return VmtaPoll(
        name=name,
        recipients=integer(source.get("rcp")),
        bytes_=kilobytes(source.get("kb")),
        connections=integer(source.get("conn")),
        domains=integer(first_of(source, "dom", "domains")),
        share=None if percent is None else percent / 100,
    )


def read_job(name: SafeText, source: Source) -> JobPoll:
    """One job, from its entry in a list or its own page."""
    return JobPoll(
        name=name,
        recipients=integer(source.get("rcp")),
        bytes_=kilobytes(source.get("kb")),
        connections=integer(source.get("conn")),
        paused=flag(source.get("paused")),
    )
