"""The log tail and the drill-down's events: refusals as lines, newest where a reader looks."""

from collections.abc import Iterable
from itertools import islice

from pmtatop.analysis.providers import isp_of
from pmtatop.engine.knowledge import Knowledge
from pmtatop.model.event import AccountingRow
from pmtatop.model.focus import Focus, Key, Subject
from pmtatop.model.text import SafeText
from pmtatop.model.view import Detail, LogLine

TAIL_LINES = 200
DETAIL_EVENTS = 50


def log_section(known: Knowledge) -> tuple[LogLine, ...]:
    """PMTA's log and the newest refusals merged by time, newest last."""
    refusals = [event_line(row) for row in islice(reversed(known.refusals), TAIL_LINES)]
    merged = sorted((*known.lines, *refusals), key=lambda line: line.at or 0.0)
    return tuple(merged[-TAIL_LINES:])


def event_line(row: AccountingRow) -> LogLine:
    """One accounting row as a line without addresses: type, domain, VMTA, reply."""
    reply = row.diagnostic or row.status
    return LogLine(row.logged, "acct", SafeText(f"{row.type_:2} {row.domain} {row.vmta} {reply}"))


def details_section(known: Knowledge, focus: Focus) -> tuple[Detail, ...]:
    """The answer to each key of the Focus."""
    return tuple(_detail(known, key) for key in focus.keys)


def _detail(known: Knowledge, key: Key) -> Detail:
    effective = known.answers.settings.get(key.name) if key.subject is Subject.QUEUE else None
    settings = tuple(effective.values.items()) if effective else ()
    return Detail(key, tuple(_events(known, key)), settings)


def _events(known: Knowledge, key: Key) -> Iterable[LogLine]:
    rows = (row for row in reversed(known.refusals) if _concerns(known, row, key))
    return islice((*_own_errors(known, key), *map(event_line, rows)), DETAIL_EVENTS)


def _own_errors(known: Knowledge, key: Key) -> list[LogLine]:
    """What the object's own page lists, where no accounting row tells more."""
    if key.subject is Subject.QUEUE:
        queue = known.answers.details.get(key.name)
        errors = queue.poll.errors if queue else ()
    elif key.subject is Subject.DOMAIN:
        domain = known.answers.domains.get(key.name)
        errors = domain.errors if domain else ()
    else:
        errors = ()
    return [LogLine(known.utc(error.local_at), "page", error.text) for error in errors]


def _concerns(known: Knowledge, row: AccountingRow, key: Key) -> bool:
    if key.subject is Subject.ISP:
        return isp_of(row.domain, row.mx, known.setup.providers) == key.name
    value = {
        Subject.DOMAIN: row.domain,
        Subject.QUEUE: row.queue,
        Subject.VMTA: row.vmta,
        Subject.JOB: row.job,
        Subject.SOURCE_IP: row.source_ip,
        Subject.SENDER_DOMAIN: row.sender_domain,
    }[key.subject]
    return value == key.name
