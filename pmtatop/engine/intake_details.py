"""Answers to single questions, into Knowledge."""

from collections.abc import Callable, Mapping

from pmtatop.analysis.ladder import Answer, Ladder
from pmtatop.analysis.limits import limits_of
from pmtatop.engine.answers import Effective, name_of
from pmtatop.engine.knowledge import Knowledge
from pmtatop.engine.wants import LISTABLE
from pmtatop.model.frame import Fault, Frame
from pmtatop.model.instant import Instant
from pmtatop.model.page import Ask, Page
from pmtatop.model.rows import Age
from pmtatop.parsing.details import (
    parse_disabled_sources,
    parse_domain_detail,
    parse_job_detail,
    parse_queue_detail,
)
from pmtatop.parsing.license_page import parse_license
from pmtatop.parsing.list_queue import parse_list_queue
from pmtatop.parsing.settings_page import parse_settings


def take_answer(known: Knowledge, frame: Frame) -> None:
    """Learn from one answer. Raises ParseError."""
    ask = frame.ask
    take = _TAKES.get(ask.page) if ask is not None else None
    if ask is not None and take is not None:
        take(known, ask, frame.payload, known.now(frame.monotonic, frame.at))


def note_refusal(known: Knowledge, frame: Frame, fault: Fault) -> None:
    """Remember that a question was not answered: it is not repeated at once."""
    if frame.ask is not None:
        now = known.now(frame.monotonic, frame.at)
        known.answers.refused.put(name_of(frame.ask), now, fault)


def _take_detail(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    known.answers.details.put(ask.about, now, parse_queue_detail(payload))


def _take_list(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    listed = parse_list_queue(payload)
    times = [known.utc(row.local_queued_at) for row in listed.rows]
    ages = [now - at for at in times if at is not None]
    age = Age()
    if ages:
        # Beyond what a list gives, or behind a busy queue, there may be older ones.
        whole = len(times) < LISTABLE and not listed.busy
        oldest = max(0.0, *ages)
        age = Age(oldest, oldest if whole else None, "listqueue")
    known.answers.listed.put(ask.about, now, age)


def _take_rung(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    listed = parse_list_queue(payload)
    old = known.answers.ladders.get(ask.about) or Ladder()
    answer = Answer(now, bool(listed.rows), listed.busy)
    known.answers.ladders.put(ask.about, now, old.answered(ask.older_than, answer))


def _take_settings(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    known.answers.settings.put(ask.about, now, _effective(payload))


def _take_vmta_settings(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    known.answers.vmta_settings.put(ask.about, now, _effective(payload))


def _effective(payload: bytes) -> Effective:
    values = parse_settings(payload).values
    return Effective(limits_of(values), values)


def _take_disabled(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    known.answers.disabled.put(ask.about, now, parse_disabled_sources(payload))


def _take_license(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    known.answers.license_until.put("", now, known.utc(parse_license(payload)))


def _take_domain(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    known.answers.domains.put(ask.about, now, parse_domain_detail(payload))


def _take_job(known: Knowledge, ask: Ask, payload: bytes, now: Instant) -> None:
    known.answers.jobs.put(ask.about, now, parse_job_detail(payload))


_TAKES: Mapping[Page, Callable[[Knowledge, Ask, bytes, Instant], None]] = {
    Page.QUEUE_DETAIL: _take_detail,
    Page.DOMAIN_DETAIL: _take_domain,
    Page.JOB_DETAIL: _take_job,
    Page.LIST_QUEUE: _take_list,
    Page.OLDER_THAN: _take_rung,
    Page.SETTINGS: _take_settings,
    Page.VMTA_SETTINGS: _take_vmta_settings,
    Page.DISABLED_SOURCES: _take_disabled,
    Page.LICENSE: _take_license,
}


def forget_settings(known: Knowledge) -> None:
    """PMTA has started anew, perhaps with another configuration: its limits are asked again."""
    known.answers.settings.forget()
    known.answers.vmta_settings.forget()
