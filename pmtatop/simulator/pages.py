"""PMTA 5.0's pages as JSON documents, with the documented leaves and nothing else."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from pmtatop.simulator.clockwork import stamp
from pmtatop.simulator.counters import Flow, kilobytes
from pmtatop.simulator.log_lines import VERSION
from pmtatop.simulator.mail import KEPT_ERRORS, Queue
from pmtatop.simulator.world import World

TOTAL_MAX_SMTP_OUT = 1200
"""`total-max-smtp-out` of the enterprise licence."""

TOTAL_MAX_SMTP_IN = 100
HOST_RAM_KB = 16_777_216

OTHER_QUEUES = ("pipe", "discard", "file", "alias", "bounceProcessor", "feedbackLoopProcessor")

Page = dict[str, Any]
Key = Callable[[Queue], str]


def status_page(world: World, most: int, query: Mapping[str, str]) -> Page:
    """`/status`: the 101 leaves that are documented for 5.0."""
    return {
        "mta": _mta(),
        "status": {
            "timeNow": stamp(world.now),
            "startupTime": stamp(world.startup),
            "shuttingDown": False,
            "status": "running",
            "traffic": _traffic(world),
            "conn": _connections(world),
            "resolver": {"namesCached": 412, "queriesPending": 0, "queriesActive": 0},
            "queue": _queue_totals(world),
            "spool": _spool(world),
        },
    }


def _mta() -> Page:
    return {
        "product": {
            "name": "PowerMTA",
            "version": VERSION,
            "buildDate": "2021-03-02 10:11:12",
            "revision": "simulated",
            "bits": 64,
        },
        "lak": {"serial": "simulated", "instances": 1},
        "os": {"name": "Linux", "version": "5.10", "build": "simulated"},
        "cpu": {"type": "x86_64", "count": 8},
        "ram": {"real": HOST_RAM_KB},
        "fullHostName": "mta1.meadow-mail.example",
        "userString": "",
        "hostId": "",
    }


def _traffic(world: World) -> Page:
    ways = {
        "in": _windows(world.ledger.flow_in, world.now),
        "out": _windows(world.ledger.flow_out, world.now),
    }
    idle = {"bounceProcessed": 0, "feedbackLoopProcessed": 0}
    traffic: Page = {
        window: {way: windows[window] for way, windows in ways.items()} | idle
        for window in ways["in"]
    }
    count = ways["in"]["lastMin"]["rcp"]
    perf = {"count": count, "mailFromTime": 1.2, "dataTime": 8.5, "totalTime": 11.3}
    return traffic | {"perf": {"lastMin": {"in": perf}}}


def _windows(flow: Flow, now: int) -> dict[str, Page]:
    """`{window: {rcp, msg, kb}}` of one direction."""
    sizes = flow.bytes(now)
    return {
        window: {"rcp": count, "msg": count, "kb": kilobytes(sizes[window])}
        for window, count in flow.recipients(now).items()
    }


def _connections(world: World) -> Page:
    # A feeder needs about a second for a message: as many connections as messages a second.
    messages = world.ledger.flow_in.recipients(world.now)
    feeding = min(TOTAL_MAX_SMTP_IN, 1 + messages["lastMin"] // 60)
    top = min(TOTAL_MAX_SMTP_IN, 1 + messages["topPerMin"] // 60)
    out = {"cur": world.sessions.open, "max": TOTAL_MAX_SMTP_OUT, "top": world.sessions.top}
    return {"smtpIn": {"cur": feeding, "max": TOTAL_MAX_SMTP_IN, "top": top}, "smtpOut": out}


def _queue_totals(world: World) -> Page:
    smtp = {
        "rcp": world.ledger.queued,
        "dom": len({queue.domain for queue in world.book.backlog()}),
        "kb": kilobytes(world.ledger.queued_bytes),
    }
    return {"smtp": smtp} | {name: {"rcp": 0, "dom": 0, "kb": 0} for name in OTHER_QUEUES}


def _spool(world: World) -> Page:
    held = world.ledger.queued
    files = {"inUse": held, "recycled": 1000, "total": held + 1000}
    return {"initPct": 100, "dirs": 1, "totalRcp": held, "maxRcp": world.spool_max, "files": files}


def queues_page(world: World, most: int, query: Mapping[str, str]) -> Page:
    """`/queues`: the top queues by recipients; `queue=DOMAIN/VMTA` with wildcards selects."""
    pattern = query.get("queue", "*/*")
    held = world.book.backlog()
    chosen = held if pattern == "*/*" else [q for q in held if fnmatchcase(q.name, pattern)]
    top = heapq.nsmallest(most, chosen, key=lambda queue: (-queue.recipients, queue.name))
    return {
        "title": f"Top {most} queues by number of recipients",
        "queues": [queue_row(queue) for queue in top],
        "totalRcp": sum(queue.recipients for queue in chosen),
        "totalQueuesWithRcp": len(chosen),
    }


def queue_row(queue: Queue) -> Page:
    """One queue as its page and its list have it."""
    return {
        "name": queue.name,
        "rcp": queue.recipients,
        "kb": kilobytes(queue.bytes),
        "conn": queue.sessions,
        "paused": False,
        "mode": queue.mode,
        "retryTime": stamp(queue.retry_at) if queue.retry_at else "",
        "errors": error_events([queue]),
    }


def error_events(queues: Iterable[Queue]) -> list[Page]:
    """Error events, newest first."""
    found = sorted((error for queue in queues for error in queue.errors), reverse=True)
    return [{"type": "error", "time": stamp(at), "text": text} for at, text in found[:KEPT_ERRORS]]


def domains_page(world: World, most: int, query: Mapping[str, str]) -> Page:
    """`/domains`: the top domains over all their queues; they have no mode."""
    grouped = _grouped(world, lambda queue: queue.domain)
    rows = [_row(name, each) | {"errors": error_events(each)} for name, each in _top(grouped, most)]
    return {
        "title": f"Top {most} domains by number of recipients",
        "domains": rows,
        "totalRcp": world.ledger.queued,
        "totalDomainsWithRcp": len(grouped),
    }


def vmtas_page(world: World, most: int, query: Mapping[str, str]) -> Page:
    """`/vmtas`: only those that hold mail, all of them (`show vmtas` has no limit either)."""
    grouped = _grouped(world, lambda queue: queue.vmta.place.name)
    total = world.ledger.queued or 1
    rows = [_vmta(name, queues, total) for name, queues in _top(grouped, len(grouped))]
    return {"title": "Virtual MTAs", "vmtas": rows, "totalVmtasWithRcp": len(grouped)}


def _vmta(name: str, queues: list[Queue], total: int) -> Page:
    row = _row(name, queues)
    row["conn"] = queues[0].vmta.sessions
    return row | {
        "pctOfTotal": round(100 * row["rcp"] / total),
        "dom": len({queue.domain for queue in queues}),
    }


def jobs_page(world: World, most: int, query: Mapping[str, str]) -> Page:
    """`/jobs`: jobs that have recipients left."""
    left = {job: sum(queues.values()) for job, queues in world.ledger.jobs.items()}
    top = heapq.nsmallest(most, left.items(), key=lambda job: (-job[1], job[0]))
    rows = [_job(name, count, world.ledger.jobs[name]) for name, count in top]
    total = sum(left.values())
    return {"title": "Jobs", "jobs": rows, "totalJobsWithRcp": len(left), "totalRcp": total}


def _job(name: str, recipients: int, queues: Mapping[Queue, int]) -> Page:
    size = sum(q.bytes * count // q.recipients for q, count in queues.items())
    return {
        "name": name,
        "rcp": recipients,
        "kb": kilobytes(size),
        # Sessions are not kept by job: those of a queue count for the job that has most of it.
        "conn": sum(q.sessions for q, count in queues.items() if 2 * count > q.recipients),
        "dom": len({queue.domain for queue in queues}),
        "paused": False,
    }


def _grouped(world: World, key: Key) -> dict[str, list[Queue]]:
    groups: dict[str, list[Queue]] = {}
    for queue in world.book.backlog():
        groups.setdefault(key(queue), []).append(queue)
    return groups


def _top(groups: dict[str, list[Queue]], most: int) -> list[tuple[str, list[Queue]]]:
    return heapq.nsmallest(most, groups.items(), key=lambda item: (-_rcp(item[1]), item[0]))


def _rcp(queues: Iterable[Queue]) -> int:
    return sum(queue.recipients for queue in queues)


def _row(name: str, queues: list[Queue]) -> Page:
    return {
        "name": name,
        "rcp": _rcp(queues),
        "kb": kilobytes(sum(queue.bytes for queue in queues)),
        "conn": sum(queue.sessions for queue in queues),
    }


PAGES: Mapping[str, Callable[[World, int, Mapping[str, str]], Page]] = {
    "/status": status_page,
    "/queues": queues_page,
    "/domains": domains_page,
    "/vmtas": vmtas_page,
    "/jobs": jobs_page,
}
"""Every page that is served: path -> (world, http-default-max-items, query) -> data."""
