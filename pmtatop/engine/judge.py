"""Judge: each completed minute of record time through the detector and the alert machine."""

from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from pmtatop.alerts.machine import advance
from pmtatop.analysis.blocked_ip import LOST, blocked_ip
from pmtatop.analysis.detector import DetectorState, step
from pmtatop.analysis.detector_state import Verdict
from pmtatop.analysis.finding import Finding
from pmtatop.analysis.findings import Context, findings_of
from pmtatop.analysis.news import NEW_REPLY, new_reply, new_reply_key, no_longer_new
from pmtatop.analysis.sample import Sample
from pmtatop.analysis.shared_cause import OPERATORS, shared_findings
from pmtatop.engine.knowledge import Judgement, Knowledge
from pmtatop.model.alert import Affected, AlertState, Severity
from pmtatop.model.focus import Subject
from pmtatop.model.frame import SourceName
from pmtatop.model.instant import Instant
from pmtatop.model.rows import Usual
from pmtatop.model.text import SafeText
from pmtatop.store.recent import Point

SEEDED_MINUTES = 30

REFUSING = 2
"""Refused sessions of five minutes from which on an operator is compared with others."""

GAP_S = 3600.0
"""A restart or reset this recent lowers what can be said for sure."""

_SPEAKING = (AlertState.FIRING, AlertState.HELD, AlertState.SUPPRESSED, AlertState.QUIET)


def judge(known: Knowledge) -> None:
    """Step every operator through the minutes that have closed since the last call."""
    samples = sorted(known.window.minute_samples(), key=lambda item: item[1].at)
    for at, minute in groupby(samples, key=lambda item: item[1].at):
        findings = [f for isp, sample in minute for f in _judged(known, isp, sample)]
        findings += (*_shared(known, at), *_new_replies(known, at))
        if findings or known.book.entries:
            known.book = advance(known.book, findings, at, known.setup.name, known.rules)
    if samples:
        _note_states(known)
    acct = known.sources.get(SourceName.ACCT)
    if acct is not None and acct.caught_up and not known.seeded:
        known.seeded = True
        known.series.seed("out", _delivered_before(known))


def _delivered_before(known: Knowledge) -> list[Point]:
    """Deliveries a minute of the last half hour by record time: what the first poll comes after."""
    window = known.window.window()
    if window is None:
        return []
    trends = [known.window.delivered_trend(isp, SEEDED_MINUTES) for isp in known.judgements]
    end = window.to // 60 * 60
    sums = [_sum(minute) for minute in zip(*trends, strict=True)]
    return [(Instant(end - 60.0 * (len(sums) - i) + 30), value) for i, value in enumerate(sums)]


def _sum(values: tuple[float | None, ...]) -> float | None:
    present = [value for value in values if value is not None]
    return sum(present) if present else None


def _judged(known: Knowledge, isp: str, sample: Sample) -> tuple[Finding, ...]:
    state = known.detectors.get(isp) or DetectorState()
    known.detectors[isp], verdict = step(state, sample, known.detector)
    usual = Usual(verdict.usual, verdict.low, verdict.high, verdict.hours_learned)
    if not verdict.hours_learned:
        usual = Usual(hours_learned=0.0)
    known.judgements[isp] = Judgement(_phase(verdict), usual, max(0.0, verdict.excess))
    _note_refusing(known, isp, verdict)
    verdict = _with_blocked_ip(known, isp, verdict)
    hot = verdict.hot or verdict.sessions.hot or verdict.block.hot
    if not hot and isp not in _watched(known):
        # A calm operator of which no alert speaks says nothing to the alert machine.
        return ()
    return findings_of(verdict, _context(known, SafeText(isp), hot, verdict.at))


def _note_refusing(known: Knowledge, isp: str, verdict: Verdict) -> None:
    """Sessions refused above their usual, though others may succeed."""
    surge = verdict.sessions
    if surge.observed >= REFUSING and surge.observed > 4 * surge.usual:
        known.refusing.add(isp)
    else:
        known.refusing.discard(isp)


def _shared(known: Knowledge, at: Instant) -> tuple[Finding, ...]:
    """One class at several operators at once."""
    if len(known.refusing) < OPERATORS and not known.shared:
        return ()
    reasons = {isp: known.window.reasons(isp) for isp in sorted(known.refusing)}
    known.shared, findings = shared_findings(reasons, known.shared, at)
    return findings


def _new_replies(known: Knowledge, at: Instant) -> list[Finding]:
    """A finding for each wording that is new, and for each that an alert still speaks of.

    Where another alert speaks of the operator, the text stands there already.
    """
    entries = known.book.entries.items()
    told = {entry.alert.isp for (rule, _, _), entry in entries if rule != NEW_REPLY}
    found = known.replies.news(at)
    news = {new_reply_key(key, seen): seen for key, seen in found if seen.isp not in told}
    open_ = {key for rule, _, key in known.book.entries if rule == NEW_REPLY}
    return [new_reply(key, seen, at) for key, seen in news.items()] + [
        no_longer_new(key, at) for key in sorted(open_ - news.keys())
    ]


def _with_blocked_ip(known: Knowledge, isp: str, verdict: Verdict) -> Verdict:
    """The verdict, with the block that only one source IP meets."""
    surge = verdict.block
    lost = known.window.counts(Subject.ISP, isp).lost or 0
    if surge.hot or lost < LOST or blocked_ip(known.window.source_ips(), isp) is None:
        known.blocked_since.pop(isp, None)
        return verdict
    since = known.blocked_since.setdefault(isp, verdict.at)
    minutes = int((verdict.at - since) / 60) + 1
    return replace(verdict, block=replace(surge, hot=True, minutes=minutes, observed=lost))


def _watched(known: Knowledge) -> set[str]:
    return {key for _, _, key in known.book.entries}


def _phase(verdict: Verdict) -> str:
    if verdict.phase != "normal":
        return verdict.phase
    return "learning" if verdict.label else "normal"


def _context(known: Knowledge, isp: SafeText, hot: bool, at: Instant) -> Context:
    """What stands beside the verdict; the costly parts only when something is hot."""
    if not hot:
        return Context(isp)
    return Context(
        isp=isp,
        reasons=known.window.reasons(isp),
        parts=known.window.breakdown(isp),
        affected=Affected(queued=_queued(known, isp)),
        gap_recent=_gap_recent(known, at),
        retry_at=_next_retry(known, isp),
    )


def _queued(known: Knowledge, isp: str) -> int | None:
    if known.domains is None:
        return None
    counts = [d.recipients for d in known.domains.rows if known.isp_of(d.name) == isp]
    return sum(count or 0 for count in counts) if counts else None


def _next_retry(known: Knowledge, isp: str) -> Instant | None:
    """The first retry of the operator's listed queues."""
    if known.queues is None:
        return None
    domains = ((q.name.rpartition("/")[0], q.local_retry_at) for q in known.queues.rows)
    times = [at for domain, at in domains if at is not None and known.isp_of(domain) == isp]
    return known.utc(min(times)) if times else None


def _gap_recent(known: Knowledge, at: Instant) -> bool:
    gaps = ("restart", "reset")
    return any(c.kind in gaps and 0 <= at - c.at < GAP_S for c in known.changes)


def _note_states(known: Knowledge) -> None:
    """An ISP's row says what its alerts say: firing and quiet stand over the detector's phase."""
    open_alerts = sorted(
        (a.isp, a.state is AlertState.QUIET)
        for a in known.book.alerts()
        if a.isp is not None and a.state in _SPEAKING and a.severity is not Severity.INFO
    )
    for isp, alerts in groupby(open_alerts, key=itemgetter(0)):
        state = "quiet" if all(quiet for _, quiet in alerts) else "firing"
        old = known.judgements.get(isp, Judgement())
        known.judgements[isp] = Judgement(state, old.usual, old.excess)
