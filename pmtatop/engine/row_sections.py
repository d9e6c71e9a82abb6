"""The View's lists: ISPs, domains, queues, VMTAs, source IPs, jobs, each from its own sources."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pmtatop.analysis.fairness import fairness_of
from pmtatop.analysis.reasons import classify
from pmtatop.analysis.verdict import Spoken, spoken_of, verdict_for
from pmtatop.engine.knowledge import Judgement, Knowledge
from pmtatop.engine.object_sections import (
    age_of_domain,
    age_of_isp,
    age_of_queue,
    binding_of,
    connections_max_of,
    mode_since,
    vmta_limit,
)
from pmtatop.model.focus import Subject
from pmtatop.model.instant import Instant
from pmtatop.model.polls import ConnectionCount, DomainPoll, QueueError, QueuePoll, VmtaPoll
from pmtatop.model.rows import (
    Counts,
    Domain,
    Fairness,
    Isp,
    Job,
    LastError,
    Queue,
    SenderDomain,
    SourceIp,
    Vmta,
)
from pmtatop.model.text import SafeText

_LOUDNESS = {"firing": 0, "quiet": 1, "pending": 2}
"""What stands above the rest, before unusualness is compared."""


def isps_section(known: Knowledge, now: Instant) -> tuple[Isp, ...]:
    """Every ISP that has rows in the window or mail in a listed domain; most unusual first."""
    polled = _domains_by_isp(known)
    names = set(known.window.names(Subject.ISP)) | set(polled)
    isps = [_isp(known, name, polled.get(name, []), now) for name in names]
    return tuple(sorted(isps, key=lambda isp: _unusual_first(known, isp)))


def _unusual_first(known: Knowledge, isp: Isp) -> tuple[int, float, int, str]:
    judged = known.judgements.get(isp.name)
    excess = judged.excess if judged else 0.0
    return _LOUDNESS.get(isp.state, 3), -round(excess), -(isp.queued or 0), isp.name


def _domains_by_isp(known: Knowledge) -> dict[SafeText, list[DomainPoll]]:
    grouped: dict[SafeText, list[DomainPoll]] = {}
    for poll in known.domains.rows if known.domains else ():
        grouped.setdefault(known.isp_of(poll.name), []).append(poll)
    return grouped


def _isp(known: Knowledge, name: SafeText, polls: list[DomainPoll], now: Instant) -> Isp:
    judged = known.judgements.get(name, Judgement())
    window = known.window
    seen = set(window.domains_of(name)) | {poll.name for poll in polls}
    return Isp(
        name=name,
        domains=tuple(sorted(seen)),
        queued=_total(poll.recipients for poll in polls),
        counts=window.counts(Subject.ISP, name),
        age=age_of_isp(known, name, polls, now),
        tls=window.tls(name),
        usual=judged.usual,
        state=judged.state,
        reasons=window.reasons(name),
        connections=_total(poll.connections for poll in polls),
        trend=window.trend(name),
    )


def _total(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; unknown when nothing is."""
    present = [value for value in values if value is not None]
    return sum(present) if present else None


def domains_section(known: Knowledge, now: Instant) -> tuple[Domain, ...]:
    """Every domain that is listed or has rows in the window, by mail queued."""
    polls = {poll.name: poll for poll in known.domains.rows} if known.domains else {}
    names = set(known.window.names(Subject.DOMAIN)) | set(polls)
    domains = [_domain(known, name, polls.get(name), now) for name in names]
    return tuple(sorted(domains, key=lambda d: (-(d.queued or 0), d.name)))


def _domain(known: Knowledge, name: SafeText, poll: DomainPoll | None, now: Instant) -> Domain:
    return Domain(
        name=name,
        isp=known.isp_of(name),
        queued=poll.recipients if poll else None,
        counts=known.window.counts(Subject.DOMAIN, name),
        age=age_of_domain(known, name, now),
        reasons=known.window.reasons(name, Subject.DOMAIN),
        connections=poll.connections if poll else None,
    )


def queues_section(known: Knowledge, now: Instant) -> tuple[Queue, ...]:
    """The listed queues, in PMTA's order (most recipients first)."""
    rows = known.queues.rows if known.queues else ()
    spoken: dict[str, Spoken | None] = {}
    for poll in rows:
        domain = poll.name.rpartition("/")[0]
        if domain not in spoken:
            spoken[domain] = _spoken(known, domain)
    return tuple(_queue(known, poll, spoken, now) for poll in rows)


def _queue(
    known: Knowledge, poll: QueuePoll, spoken: Mapping[str, Spoken | None], now: Instant
) -> Queue:
    domain, _, vmta = poll.name.rpartition("/")
    error = _last_error(known, poll.errors)
    retry_at = known.utc(poll.local_retry_at)
    detail = known.answers.details.get(poll.name)
    limit = connections_max_of(known, poll)
    binds = binding_of(known, poll, limit)
    return Queue(
        name=poll.name,
        domain=SafeText(domain or poll.name),
        vmta=SafeText(vmta if domain else ""),
        recipients=poll.recipients,
        bytes_=poll.bytes_,
        connections=poll.connections,
        connections_max=limit,
        mode=poll.mode if poll.mode in ("normal", "backoff") else None,
        mode_since=mode_since(known, detail),
        backoff_reason=detail.backoff_reason if detail and poll.mode == "backoff" else None,
        paused=poll.paused,
        paused_by=None,
        retry_at=retry_at,
        age=age_of_queue(known, poll, error.at if error else None, retry_at, now),
        last_error=error,
        verdict=verdict_for(poll, error, retry_at, now, limit, spoken.get(domain)),
        binds=binds.scope if binds else None,
    )


def _spoken(known: Knowledge, domain: str) -> Spoken | None:
    counts = known.window.counts(Subject.DOMAIN, domain)
    if not (counts.deferred or counts.bounced):
        return None
    return spoken_of(counts, known.window.reasons(domain, Subject.DOMAIN))


def _last_error(known: Knowledge, errors: tuple[QueueError, ...]) -> LastError | None:
    if not errors:
        return None
    newest = max(errors, key=lambda error: error.local_at or 0.0)
    return LastError(known.utc(newest.local_at), newest.text, classify(newest.text).class_)


def vmtas_section(known: Knowledge) -> tuple[Vmta, ...]:
    """VMTAs that hold mail, have rows in the window or stand in the settings; fullest first."""
    polls = {poll.name: poll for poll in known.vmtas.rows} if known.vmtas else {}
    configured = {SafeText(name) for name in known.setup.vmtas}
    names = set(polls) | set(known.window.names(Subject.VMTA)) | configured
    vmtas = [_vmta(known, name, polls.get(name)) for name in names]
    out = known.status.connections_out if known.status else ConnectionCount(None, None, None)
    judged = [replace(v, fairness=fairness_of(v, vmtas, out.cur, out.max_)) for v in vmtas]
    return tuple(sorted(judged, key=lambda v: (-(v.used_ratio or 0.0), v.name)))


def _vmta(known: Knowledge, name: SafeText, poll: VmtaPoll | None) -> Vmta:
    table = known.setup.vmtas.get(name)
    limit = vmta_limit(known, name) or (table.max_smtp_out if table else None)
    # /vmtas lists only VMTAs that hold mail: one that a complete list leaves out holds none.
    absent = 0 if poll is None and _is_complete(known) else None
    connections = poll.connections if poll else absent
    return Vmta(
        name=name,
        pool=SafeText(table.pool) if table and table.pool else None,
        recipients=poll.recipients if poll else absent,
        domains=poll.domains if poll else absent,
        connections=connections,
        connections_max=limit,
        used_ratio=connections / limit if connections is not None and limit else None,
        delivered_per_min=known.window.counts(Subject.VMTA, name).delivered_per_min,
        stream=table.stream if table else None,
        fairness=Fairness(),
    )


def _is_complete(known: Knowledge) -> bool:
    page = known.vmtas
    return page is not None and page.total is not None and page.total <= len(page.rows)


def source_ips_section(known: Knowledge) -> tuple[SourceIp, ...]:
    """Local addresses of the window, each with how the ISPs treat it."""
    disabled: dict[SafeText, list[SafeText]] = {}
    for queue, addresses in known.answers.disabled.items():
        for address in addresses:
            disabled.setdefault(address, []).append(SafeText(queue))
    rows = known.window.source_ips()
    return tuple(replace(row, disabled_for=tuple(disabled.get(row.ip, ()))) for row in rows)


def jobs_section(known: Knowledge) -> tuple[Job, ...]:
    """The listed jobs with the outcomes of the window."""
    rows = {job.name: job for job in known.jobs.rows} if known.jobs else {}
    for name, job in known.answers.jobs.items():
        rows.setdefault(SafeText(name), job)
    return tuple(
        Job(name, job.recipients, job.paused, None, _job_counts(known, name))
        for name, job in rows.items()
    )


def _job_counts(known: Knowledge, name: SafeText) -> Counts:
    return known.window.counts(Subject.JOB, name)


def sender_domains_section(known: Knowledge) -> tuple[SenderDomain, ...]:
    """Domains of envelope senders of the window, most attempts first."""
    names = known.window.names(Subject.SENDER_DOMAIN)
    rows = [SenderDomain(n, known.window.counts(Subject.SENDER_DOMAIN, n)) for n in names]
    return tuple(sorted(rows, key=lambda row: (-(row.counts.attempts or 0), row.name)))
