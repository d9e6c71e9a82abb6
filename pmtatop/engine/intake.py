"""Intake: one frame into Knowledge; what cannot be read becomes a fault, not an exception."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import PurePath

from pmtatop.analysis.log_signs import sign_of
from pmtatop.analysis.providers import isp_of
from pmtatop.analysis.rates import flow_rates
from pmtatop.analysis.reasons import classify
from pmtatop.engine.host_sections import take_disks, take_probe, take_process
from pmtatop.engine.intake_details import forget_settings, note_refusal, take_answer
from pmtatop.engine.knowledge import Hint, Knowledge, SourceRecord
from pmtatop.model.event import AccountingRow
from pmtatop.model.frame import Fault, FaultKind, Frame, SourceName
from pmtatop.model.instant import Clock, Instant
from pmtatop.model.polls import QueuePoll, StatusPage
from pmtatop.model.reason import Classification, ReasonClass, Whose
from pmtatop.model.text import SafeText
from pmtatop.model.view import Change, LogLine
from pmtatop.parsing.acct_csv import AcctReader
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.lists import parse_domains, parse_jobs, parse_queues, parse_vmtas
from pmtatop.parsing.log_line import parse_log_line
from pmtatop.parsing.safe_text import safe_text
from pmtatop.parsing.status import parse_status

ZONE_STEP_S = 900.0
"""All zones in use are whole quarters of an hour ahead of or behind UTC."""

FUTURE_S = 3600.0
"""Rows further ahead of PMTA's clock than this have a damaged date."""

UNREAD = frozenset({"r"})
"""Receipts: half of all rows, and the in-rate is in PMTA's own counters."""

_RELOADED = re.compile(r"\bconfiguration (?:was |has been )?reloaded\b", re.I)
"""The command's reply is documented, the log's wording is not: the same words are looked for."""

LONGEST_LINE = 400

HINT_S = 1800.0
"""A queue's error tells of rows that are at most so far from it."""

_HINTED = frozenset({ReasonClass.TLS, ReasonClass.DNS_MX, ReasonClass.TIMEOUT})

_REFUSALS = frozenset({"t", "tq", "b"})


def take(known: Knowledge, frame: Frame) -> None:
    """Learn from one frame."""
    record = known.record(frame.source)
    known.changed = known.changed or bool(frame.payload) or frame.fault != record.fault
    if frame.fault is None:
        try:
            _INTAKES[frame.source](known, frame)
        except ParseError as error:
            _note_fault(known, frame, record, Fault(FaultKind.INVALID, str(error)))
        else:
            _note_good(frame, record)
    else:
        _note_fault(known, frame, record, frame.fault)


def _note_good(frame: Frame, record: SourceRecord) -> None:
    record.good_monotonic, record.fault = frame.monotonic, None
    record.cost_s, record.lag_bytes = frame.cost_s, frame.lag_bytes
    record.caught_up = record.caught_up or not frame.lag_bytes


def _note_fault(known: Knowledge, frame: Frame, record: SourceRecord, fault: Fault) -> None:
    record.fault = fault
    if frame.source is SourceName.DETAILS:
        note_refusal(known, frame, fault)
    if frame.source is SourceName.STATUS:
        known.rates = None
        now = known.now(frame.monotonic, frame.at)
        for name in ("out", "in", "queue"):
            known.series.add(name, now, None)


def _take_status(known: Knowledge, frame: Frame) -> None:
    page = parse_status(frame.payload)
    old, known.status = known.status, page
    if page.local_now is not None:
        _set_clock(known, frame, page.local_now)
    if old is not None:
        _take_rates(known, frame, old, page)
    now = known.now(frame.monotonic, frame.at)
    known.series.add("out", now, known.rates.out.rcp_per_min if known.rates else None)
    known.series.add("in", now, known.rates.in_.rcp_per_min if known.rates else None)
    known.series.add("queue", now, page.queue_recipients)


def _set_clock(known: Knowledge, frame: Frame, local_now: Instant) -> None:
    known.zone_offset_s = _zone_offset(known, frame, local_now)
    now = Instant(local_now - known.zone_offset_s)
    known.clock = Clock(now, frame.monotonic, known.setup.rate)
    known.window.horizon = now + FUTURE_S
    known.skew_s = now - frame.at if known.setup.rate == 1.0 else None


def _zone_offset(known: Knowledge, frame: Frame, local_now: Instant) -> float:
    """PMTA writes local time with no zone; the `Date` header of the same reply is UTC."""
    if known.setup.zone is not None:
        local = datetime.fromtimestamp(local_now, UTC).replace(tzinfo=None)
        offset = known.setup.zone.utcoffset(local)
        return offset.total_seconds() if offset is not None else 0.0
    reference = frame.server_date if frame.server_date is not None else frame.at
    return round((local_now - reference) / ZONE_STEP_S) * ZONE_STEP_S


def _take_rates(known: Knowledge, frame: Frame, old: StatusPage, new: StatusPage) -> None:
    rates = flow_rates(old, new)
    if rates.frozen:
        if known.frozen_since is None:
            known.frozen_since = frame.monotonic
        return
    known.frozen_since = None
    known.rates = rates
    if rates.reset:
        restarted = old.local_startup != new.local_startup
        if restarted:
            forget_settings(known)
        text = "PMTA has restarted" if restarted else "PMTA's counters were reset"
        kind = "restart" if restarted else "reset"
        at = known.now(frame.monotonic, frame.at)
        known.changes.append(Change(at, kind, SafeText(text)))


def _take_queues(known: Knowledge, frame: Frame) -> None:
    known.queues = parse_queues(frame.payload)
    for queue in known.queues.rows:
        _take_hint(known, queue)


def _take_hint(known: Knowledge, queue: QueuePoll) -> None:
    """What the queue's newest error says of its connections."""
    newest = max(queue.errors, key=lambda error: error.local_at or 0.0, default=None)
    if newest is None or newest.local_at is None:
        return
    verdict = classify(newest.text, record_type="tq")
    if verdict.class_ in _HINTED and not verdict.code:
        known.hints[queue.name] = Hint(newest.local_at, verdict)
    else:
        known.hints.pop(queue.name, None)


def _take_domains(known: Knowledge, frame: Frame) -> None:
    known.domains = parse_domains(frame.payload)


def _take_vmtas(known: Knowledge, frame: Frame) -> None:
    known.vmtas = parse_vmtas(frame.payload)


def _take_jobs(known: Knowledge, frame: Frame) -> None:
    known.jobs = parse_jobs(frame.payload)


def _take_rows(known: Knowledge, frame: Frame) -> None:
    if not frame.payload:
        return
    reader = known.readers.get(frame.header)
    if reader is None:
        reader = known.readers[frame.header] = AcctReader(frame.header, UNREAD)
        known.columns |= reader.columns
    prefix = frame.identity or PurePath(frame.origin).name
    since = known.setup.since
    for row in reader.rows(frame.payload, prefix, frame.offset):
        if since is None or row.logged >= since:
            _take_row(known, row)


def _take_row(known: Knowledge, row: AccountingRow) -> None:
    verdict = classify(
        row.diagnostic, status=row.status, record_type=row.type_, category=row.category
    )
    if row.type_ == "tq" and not row.diagnostic:
        verdict = _hinted(known, row, verdict)
    isp = isp_of(row.domain, row.mx, known.setup.providers)
    known.window.add(row, verdict, isp)
    known.unfinished.add(row, verdict.whose is Whose.RECIPIENT)
    if row.mx:
        known.mx_of[row.domain] = row.mx
    if row.type_ in _REFUSALS:
        known.refusals.append(row)
        known.replies.add(row, isp)


def _hinted(known: Knowledge, row: AccountingRow, verdict: Classification) -> Classification:
    """A refused session without a text: its queue's own error may tell more than the code."""
    hint = known.hints.get(row.queue)
    at = known.utc(hint.local_at) if hint else None
    if hint is None or at is None or abs(row.logged - at) > HINT_S:
        return verdict
    return hint.verdict


def _take_log(known: Knowledge, frame: Frame) -> None:
    for raw in frame.payload.splitlines():
        local, text = parse_log_line(raw)
        sign = sign_of(text, kernel=False)
        known.lines.append(
            LogLine(known.utc(local), "log", text, sign.means if sign is not None else "")
        )
        if _RELOADED.search(text):
            forget_settings(known)
            at = known.utc(local) or known.now(frame.monotonic, frame.at)
            words = SafeText("PMTA has read its configuration anew")
            known.changes.append(Change(at, "reload", words))


def _take_kernel(known: Knowledge, frame: Frame) -> None:
    """Followed live, so a line's time is that of its arrival."""
    now = known.now(frame.monotonic, frame.at)
    for raw in frame.payload.splitlines():
        text = safe_text(raw.decode("utf-8", "surrogateescape"), LONGEST_LINE)
        sign = sign_of(text, kernel=True)
        known.lines.append(LogLine(now, "kernel", text, sign.means if sign is not None else ""))


_INTAKES: Mapping[SourceName, Callable[[Knowledge, Frame], None]] = {
    SourceName.STATUS: _take_status,
    SourceName.QUEUES: _take_queues,
    SourceName.DOMAINS: _take_domains,
    SourceName.VMTAS: _take_vmtas,
    SourceName.JOBS: _take_jobs,
    SourceName.ACCT: _take_rows,
    SourceName.LOG: _take_log,
    SourceName.KERNEL: _take_kernel,
    SourceName.DETAILS: take_answer,
    SourceName.MEMORY: take_process,
    SourceName.INBOUND: take_probe,
    SourceName.DISK: take_disks,
}
