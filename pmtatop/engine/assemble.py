"""Assemble: Knowledge and a Focus to the one View of a tick."""

from dataclasses import replace

from pmtatop.analysis.angry import angriest
from pmtatop.engine.details import details_section, log_section
from pmtatop.engine.host_sections import memory_section
from pmtatop.engine.knowledge import Knowledge
from pmtatop.engine.node_sections import (
    connections_section,
    node_section,
    queue_section,
    resolver_section,
    sources_section,
    traffic_section,
)
from pmtatop.engine.panes import panes_section
from pmtatop.engine.row_sections import (
    domains_section,
    isps_section,
    jobs_section,
    queues_section,
    sender_domains_section,
    source_ips_section,
    vmtas_section,
)
from pmtatop.model.focus import Focus
from pmtatop.model.instant import Instant
from pmtatop.model.totals import License
from pmtatop.model.view import Own, View, Window


def view_of(known: Knowledge, focus: Focus, monotonic: float, host_now: Instant, own: Own) -> View:
    """The View at the host's `monotonic` and `host_now`; rows are rebuilt only after a frame."""
    now = known.now(monotonic, host_now)
    old = known.view
    if old is None or known.changed or focus != known.viewed_focus:
        old = known.view = _rows(known, focus, now)
        known.changed, known.viewed_focus = False, focus
    return replace(
        old,
        at=now,
        node=node_section(known, now, monotonic),
        sources=sources_section(known, monotonic),
        own=own,
    )


def _rows(known: Knowledge, focus: Focus, now: Instant) -> View:
    """Everything that only a frame or a new Focus can change."""
    known.ages.refresh(known.unfinished, known.isp_of, now)
    isps = isps_section(known, now)
    queues = queues_section(known, now)
    return View(
        at=now,
        window=known.window.window() or Window(now, now),
        node=node_section(known, now, 0.0),
        traffic=traffic_section(known, now, focus.range_s),
        connections=connections_section(known.status),
        resolver=resolver_section(known.status),
        queue=queue_section(known, queues, now, focus.range_s),
        memory=memory_section(known, now),
        disk=known.disks,
        inbound=known.inbound,
        license=License(known.answers.license_until.get("")),
        isps=isps,
        domains=domains_section(known, now),
        queues=queues,
        queues_total=known.queues.total if known.queues else None,
        vmtas=vmtas_section(known),
        source_ips=source_ips_section(known),
        jobs=jobs_section(known),
        sender_domains=sender_domains_section(known),
        alerts=known.book.alerts(),
        angry=angriest(isps, {name: j.excess for name, j in known.judgements.items()}),
        changes=tuple(known.changes),
        panes=panes_section(known),
        log=log_section(known),
        details=details_section(known, focus),
        banners=known.setup.banners,
        interval_s=known.setup.interval_s,
    )
