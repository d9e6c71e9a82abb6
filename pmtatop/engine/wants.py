"""Wants: which single questions are worth a request now; only for Focus, alerts and limits.

One node gets one request at a time, so the order says what matters: what a person looks at, then
what is alerting, then limits that bars need, then the licence.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from pmtatop.analysis.ladder import Ladder
from pmtatop.engine.answers import name_of
from pmtatop.engine.knowledge import Knowledge
from pmtatop.model.alert import AlertState
from pmtatop.model.focus import Focus, Subject
from pmtatop.model.instant import Instant
from pmtatop.model.page import Ask, Page
from pmtatop.model.polls import QueuePoll

LISTABLE = 100
"""Recipients up to which a queue is listed whole: `list` gives so many by default."""

DETAIL_S = 30.0
LISTED_S = 60.0
SETTINGS_S = 3600.0
LICENSE_S = 6 * 3600.0
REFUSED_S = 300.0
"""A question that PMTA refused is not repeated for so long."""

DOMAINS_EACH = 3
"""Domains of an operator that are asked about: the ones with the most mail."""

MOST = 24
"""Questions at once; the rest has its turn when these are answered."""

_OPEN = frozenset({AlertState.PENDING, AlertState.FIRING, AlertState.QUIET, AlertState.HELD})


def wants(known: Knowledge, focus: Focus, now: Instant) -> tuple[Ask, ...]:
    """The questions of this moment, most useful first."""
    if known.status is None:
        return ()
    asks = dict.fromkeys(_all(known, focus, now))
    refused = known.answers.refused
    asked = (ask for ask in asks if refused.is_older(name_of(ask), REFUSED_S, now))
    return tuple(islice(asked, MOST))


def _all(known: Knowledge, focus: Focus, now: Instant) -> Iterator[Ask]:
    for key in focus.keys:
        if key.subject in _ABOUT:
            yield from _ABOUT[key.subject](known, key.name, now)
    for alert in known.book.alerts():
        if alert.state in _OPEN and alert.isp is not None:
            yield from _about_isp(known, alert.isp, now)
    yield from _limits_of_vmtas(known, now)
    if known.answers.license_until.is_older("", LICENSE_S, now):
        yield Ask(Page.LICENSE)


def _about_queue(known: Knowledge, name: str, now: Instant) -> Iterator[Ask]:
    answers = known.answers
    if answers.details.is_older(name, DETAIL_S, now):
        yield Ask(Page.QUEUE_DETAIL, name)
    yield from _age_of(known, name, now)
    if answers.settings.is_older(name, SETTINGS_S, now):
        yield Ask(Page.SETTINGS, name)
    if answers.disabled.is_older(name, LISTED_S, now):
        yield Ask(Page.DISABLED_SOURCES, name)


def _age_of(known: Knowledge, name: str, now: Instant) -> Iterator[Ask]:
    poll = next((q for q in _queues(known) if q.name == name), None)
    small = poll is not None and 0 < (poll.recipients or 0) <= LISTABLE
    if small and known.answers.listed.is_older(name, LISTED_S, now):
        yield Ask(Page.LIST_QUEUE, name, most=LISTABLE)
    elif not small:
        yield from _rung(known, name, now)


def _rung(known: Knowledge, pattern: str, now: Instant) -> Iterator[Ask]:
    rung = (known.answers.ladders.get(pattern) or Ladder()).next_rung(now)
    if rung is not None:
        yield Ask(Page.OLDER_THAN, pattern, older_than=rung, most=1)


def _about_domain(known: Knowledge, domain: str, now: Instant) -> Iterator[Ask]:
    yield from _rung(known, f"{domain}/*", now)
    largest = next((q for q in _queues(known) if q.name.rpartition("/")[0] == domain), None)
    if largest is not None and known.answers.settings.is_older(largest.name, SETTINGS_S, now):
        yield Ask(Page.SETTINGS, largest.name)


def _about_shown_domain(known: Knowledge, domain: str, now: Instant) -> Iterator[Ask]:
    """What an alert needs, and the page that only a reader looks at."""
    yield from _about_domain(known, domain, now)
    if known.answers.domains.is_older(domain, DETAIL_S, now):
        yield Ask(Page.DOMAIN_DETAIL, domain)


def _about_job(known: Knowledge, job: str, now: Instant) -> Iterator[Ask]:
    if known.answers.jobs.is_older(job, DETAIL_S, now):
        yield Ask(Page.JOB_DETAIL, job)


def _about_isp(known: Knowledge, isp: str, now: Instant) -> Iterator[Ask]:
    polls = known.domains.rows if known.domains else ()
    held = [poll for poll in polls if poll.recipients and known.isp_of(poll.name) == isp]
    for poll in sorted(held, key=lambda p: -(p.recipients or 0))[:DOMAINS_EACH]:
        yield from _about_domain(known, poll.name, now)


_ABOUT = {
    Subject.QUEUE: _about_queue,
    Subject.DOMAIN: _about_shown_domain,
    Subject.ISP: _about_isp,
    Subject.JOB: _about_job,
}
"""What is asked about the objects on screen."""


def _limits_of_vmtas(known: Knowledge, now: Instant) -> Iterator[Ask]:
    for vmta in known.vmtas.rows if known.vmtas else ():
        if known.answers.vmta_settings.is_older(vmta.name, SETTINGS_S, now):
            yield Ask(Page.VMTA_SETTINGS, vmta.name)


def _queues(known: Knowledge) -> Iterable[QueuePoll]:
    """PMTA lists them by recipients, most first."""
    return known.queues.rows if known.queues else ()
