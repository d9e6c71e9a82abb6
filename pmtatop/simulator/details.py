"""Pages about one object, the list of recipients, and settings in force."""

from collections.abc import Mapping
from typing import Any

from pmtatop.simulator.clockwork import stamp
from pmtatop.simulator.counters import kilobytes
from pmtatop.simulator.fleet import SENDERS
from pmtatop.simulator.mail import Batch, Queue
from pmtatop.simulator.pages import Page, error_events, queue_row
from pmtatop.simulator.sessions import BACKOFF_RETRY_AFTER
from pmtatop.simulator.world import World

LISTED = 100
"""Recipients that `list` gives by default."""

BUSY = "1 queue busy while listing; consider using the --pause option."
"""The documented sentence when recipients were left out because they are being delivered."""


class UnknownObjectError(LookupError):
    """There is no such object."""


def queue_detail(world: World, query: Mapping[str, str]) -> Page:
    """`/queueDetail`: the list page's facts and what only this page has."""
    queue = found(world, query.get("queue", ""))
    return queue_row(queue) | {
        "backoffReason": queue.errors[0][1] if queue.mode == "backoff" and queue.errors else "",
        "settings": settings_of(queue),
    }


def domain_detail(world: World, query: Mapping[str, str]) -> Page:
    """`/domainDetail`."""
    name = query.get("domain", "")
    queues = [queue for queue in world.book.backlog() if queue.domain == name]
    if not queues:
        raise UnknownObjectError(f"no such domain: {name}")
    return {
        "name": name,
        "rcp": sum(queue.recipients for queue in queues),
        "kb": kilobytes(sum(queue.bytes for queue in queues)),
        "conn": sum(queue.sessions for queue in queues),
        "errors": error_events(queues),
    }


def job_detail(world: World, query: Mapping[str, str]) -> Page:
    """`/jobDetail`."""
    name = query.get("jobid", "")
    queues = world.ledger.jobs.get(name)
    if not queues:
        raise UnknownObjectError(f"no such job: {name}")
    return {"name": name, "rcp": sum(queues.values()), "paused": False}


def found(world: World, name: str) -> Queue:
    """The queue of that name. Raises UnknownObjectError."""
    queue = world.book.queues.get(name)
    if queue is None:
        raise UnknownObjectError(f"no such queue: {name}")
    return queue


def listed(
    world: World, pattern: str, older_than_s: float = 0.0, most: int = LISTED
) -> tuple[list[Page], str]:
    """Recipients of the matching queues, and PMTA's sentence about those it left out."""
    domain, _, vmta = pattern.partition("/")
    queues = [
        queue
        for queue in world.book.backlog()
        if domain in ("*", queue.domain) and vmta in ("", "*", queue.vmta.place.name)
    ]
    rows: list[Page] = []
    for queue in queues:
        for batch in sorted(queue.at_rest(), key=lambda batch: batch.queued):
            if world.now - batch.queued >= older_than_s:
                rows += _messages(queue, batch, most - len(rows))
            if len(rows) >= most:
                return rows, ""
    busy = any(queue.sessions > queue.idle for queue in queues)
    return rows, BUSY if busy else ""


def _messages(queue: Queue, batch: Batch, most: int) -> list[Page]:
    sender = SENDERS[queue.vmta.place.pool].bounce
    return [
        {
            "queue": queue.name,
            "orig": sender,
            "rcpt": f"u{number}@{queue.domain}",
            "file": f"/var/spool/pmta/0/{int(number) % 2**32:08X}",
            "timeQueued": stamp(batch.queued),
            "header_subject": "",
            "priority": 50,
        }
        for number in batch.ids[: max(0, most)]
    ]


def settings_of(queue: Queue) -> dict[str, str]:
    """`show settings`: what holds for a queue, and two of its VMTA's."""
    rate = f"{queue.max_msg_rate}/m" if queue.max_msg_rate else "unlimited"
    return {
        "max-smtp-out": str(queue.max_smtp_out),
        "backoff-max-smtp-out": str(queue.max_smtp_out),
        "max-msg-rate": rate,
        "backoff-max-msg-rate": rate,
        "retry-after": f"{BACKOFF_RETRY_AFTER // 60}m",
        "backoff-retry-after": f"{BACKOFF_RETRY_AFTER // 60}m",
        "bounce-after": "4d12h",
        "use-starttls": "yes",
        "require-starttls": "no",
        "smtp-pattern-list": "",
        "bounce-upon-5xx-greeting": "no",
        "track-recipient-events": "no",
        "max-smtp-msg-rate": "unlimited",
    }


def vmta_settings(world: World, name: str) -> dict[str, str]:
    """`show vmta-settings`. Raises UnknownObjectError."""
    vmta = next((v for v in world.book.vmtas if v.place.name == name), None)
    if vmta is None:
        raise UnknownObjectError(f"no such VirtualMTA: {name}")
    return {
        "max-smtp-data-volume-rate": "unlimited",
        "max-smtp-msg-rate": "unlimited",
        "max-smtp-out": str(vmta.place.max_smtp_out),
    }


def as_lines(settings: Mapping[str, Any]) -> str:
    """A `name value` line each; an empty value is written as two quotes."""
    width = max(map(len, settings), default=0)
    return "".join(f"{name:{width}} {value or chr(34) * 2}\n" for name, value in settings.items())
