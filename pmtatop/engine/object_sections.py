"""What single questions add to the rows: ages with their method, limits in force."""

from math import inf

from pmtatop.analysis.ladder import Ladder
from pmtatop.analysis.limits import Used, binding
from pmtatop.analysis.unfinished import older, stuck_age
from pmtatop.engine.ages import proven
from pmtatop.engine.knowledge import Knowledge
from pmtatop.model.details import QueueDetail
from pmtatop.model.instant import Instant
from pmtatop.model.polls import DomainPoll, QueuePoll
from pmtatop.model.rows import Age

_NONE = Age()


def _ladder_age(known: Knowledge, pattern: str, now: Instant) -> Age:
    ladder = known.answers.ladders.get(pattern)
    return ladder.age(now) if isinstance(ladder, Ladder) else _NONE


def age_of_queue(
    known: Knowledge,
    poll: QueuePoll,
    error_at: Instant | None,
    retry_at: Instant | None,
    now: Instant,
) -> Age:
    """Its oldest message: listed, laddered, by accounting, or how long it has been stuck."""
    if not poll.recipients:
        return _NONE
    name = poll.name
    listed = known.answers.listed.get(name) or _NONE
    rows = known.ages.queues.get(name, _NONE)
    stuck = _NONE if poll.connections else stuck_age(error_at, retry_at, now)
    return proven(listed, _ladder_age(known, name, now), rows, stuck)


def age_of_domain(known: Knowledge, domain: str, now: Instant) -> Age:
    """Its oldest message in any queue."""
    rows = known.ages.domains.get(domain, _NONE)
    return proven(_ladder_age(known, f"{domain}/*", now), rows)


def age_of_isp(known: Knowledge, isp: str, polls: list[DomainPoll], now: Instant) -> Age:
    """Its oldest message: a ladder speaks for its domain alone, so it bounds nothing here."""
    ladder = _NONE
    for poll in polls:
        ladder = older(ladder, _ladder_age(known, f"{poll.name}/*", now))
    alone = len(polls) == 1
    upper = ladder.max_s if alone else None
    return proven(
        Age(ladder.min_s, upper, ladder.method),
        known.ages.isps.get(isp, _NONE),
    )


def _whole(limit: float | None) -> int | None:
    """A limit as a number; unlimited is none."""
    return None if limit is None or limit == inf else int(limit)


def connections_max_of(known: Knowledge, poll: QueuePoll) -> int | None:
    """`max-smtp-out` in force, in backoff its own."""
    effective = known.answers.settings.get(poll.name)
    if effective is None:
        return None
    limits = effective.limits
    backoff = poll.mode == "backoff"
    return _whole(limits.backoff_connections if backoff else limits.connections)


def vmta_limit(known: Knowledge, vmta: str) -> int | None:
    """The VMTA's `max-smtp-out`, as PMTA says it."""
    effective = known.answers.vmta_settings.get(vmta)
    return _whole(effective.limits.connections) if effective else None


def binding_of(known: Knowledge, poll: QueuePoll, limit: int | None) -> Used | None:
    """Which limit on connections is used up for this queue."""
    vmta = poll.name.rpartition("/")[2]
    row = next((v for v in known.vmtas.rows if v.name == vmta), None) if known.vmtas else None
    total = known.status.connections_out if known.status else None
    table = known.setup.vmtas.get(vmta)
    of_vmta = vmta_limit(known, vmta) or (table.max_smtp_out if table else None)
    return binding(
        (
            Used("queue", poll.connections, limit),
            _of_source_ip(known, poll, vmta),
            Used("vmta", row.connections if row else None, of_vmta),
            Used("total", total.cur if total else None, total.max_ if total else None),
        )
    )


def _of_source_ip(known: Knowledge, poll: QueuePoll, vmta: str) -> Used:
    """`source-ip-max-smtp-out` holds per address: told only of a VMTA that sends from one."""
    effective = known.answers.settings.get(poll.name)
    limit = effective.limits.source_ip_connections if effective else None
    if limit is None or limit == inf:
        return Used("source-ip", None, None)
    addresses = sum(row.vmta == vmta for row in known.window.source_ips())
    return Used("source-ip", poll.connections if addresses == 1 else None, limit)


def mode_since(known: Knowledge, detail: QueueDetail | None) -> Instant | None:
    """When the queue's mode last changed, as its own page tells."""
    if detail is None or not detail.mode_changes:
        return None
    return known.utc(detail.mode_changes[0].local_at)
