"""Findings of one operator: the detector's verdict and the window's replies, put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pmtatop.analysis.advice import advice_for
from pmtatop.analysis.detector_state import Surge, Verdict
from pmtatop.analysis.diagnosis import (
    Cause,
    cause_of,
    confidence_of,
    session_throttling,
    spoken_class,
    throttling_of,
)
from pmtatop.analysis.finding import CALM_MINUTES, Finding
from pmtatop.analysis.windows import Part
from pmtatop.model.alert import Affected, AlertReason, Evidence, Loss
from pmtatop.model.instant import Instant
from pmtatop.model.reason import BLOCKS, Confidence, Level, ReasonClass, Stage, Whose
from pmtatop.model.rows import Reason
from pmtatop.model.text import SafeText

MIN_DELIVERED = 20
"""Deliveries of 15 minutes that prove that mail is accepted again; or half of the usual."""


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the operator beside the detector's verdict."""

    isp: SafeText
    reasons: tuple[Reason, ...] = ()
    """`RowWindow.reasons(isp)`."""
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    """`RowWindow.breakdown(isp)`; only looked at when something is hot."""
    affected: Affected = Affected()  # noqa: RUF009 (frozen)
    gap_recent: bool = False
    """A gap in the files or a restart in the last 60 minutes."""
    retry_at: Instant | None = None


def findings_of(verdict: Verdict, context: Context) -> tuple[Finding, ...]:
    """One finding per rule that watches an operator, hot or calm."""
    return tuple(rule(verdict, context) for rule in RULES)


def _recovered(verdict: Verdict) -> bool:
    """Mail is accepted: at least 20 deliveries in 15 minutes, or half of the usual."""
    half = verdict.usual_delivered / 2
    return verdict.delivered >= min(MIN_DELIVERED, half if half >= 1 else MIN_DELIVERED)


def deferral(verdict: Verdict, context: Context) -> Finding:
    """More deferrals than are usual here at this hour, for eight minutes."""
    share = verdict.explains
    class_ = share.class_ if share else ReasonClass.UNCLASSIFIED
    reason = _reason_of(context.reasons, class_, share.share if share else None)
    cause = _cause(context, class_, verdict.hot)
    confidence, why = confidence_of(verdict, context.gap_recent)
    excludes, ruled_out = throttling_of(verdict, share.class_ if share else None)
    return Finding(
        rule="deferral",
        key=context.isp,
        at=verdict.at,
        hot=verdict.hot,
        hot_minutes=verdict.pending_minutes,
        quiet=not verdict.hot and verdict.attempts == 0,
        calm=verdict.calm_minutes >= CALM_MINUTES and _recovered(verdict),
        observed=verdict.observed,
        usual=verdict.usual,
        low=verdict.low,
        high=verdict.high,
        n=verdict.n,
        excess=verdict.excess,
        delivered=verdict.delivered,
        reason=reason,
        whose=cause.whose,
        scope=cause.scope,
        cause=cause.name,
        not_=ruled_out,
        excludes=excludes,
        confidence=confidence,
        confidence_why=why,
        affected=context.affected,
        advice=advice_for(class_, context.isp),
        evidence=_evidence(verdict, context, cause, why),
        isp=context.isp,
        text=spoken_class(class_),
        label=verdict.label,
        retry_at=context.retry_at,
    )


def sessions(verdict: Verdict, context: Context) -> Finding:
    """Sessions refused far above their usual, and nothing delivered since."""
    surge, queue = verdict.sessions, [r for r in context.reasons if r.level is Level.QUEUE]
    excludes, ruled_out = session_throttling(context.reasons)
    excess = surge.observed - surge.usual
    first = queue[0] if queue else None
    known = first is not None and first.share >= 0.67
    known = known and first is not None and first.class_ is not ReasonClass.UNCLASSIFIED
    sure = known and excess >= 100 and not context.gap_recent
    whose = first.whose if first else Whose.UNKNOWN
    finding = _surge_finding("sessions", verdict, context, surge, first, whose)
    return replace(
        finding,
        quiet=not surge.hot and verdict.attempts == 0 and surge.observed == 0,
        calm=not surge.hot and _recovered(verdict) and verdict.sessions.delivered > 0,
        not_=ruled_out,
        excludes=excludes,
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM if known else Confidence.LOW,
        confidence_why=f"{surge.observed} refused, {surge.delivered} delivered",
        text=_session_text(first),
    )


def block(verdict: Verdict, context: Context) -> Finding:
    """5xx of block classes: mail is being lost now, and no deferral rule will show it."""
    lost = [r for r in context.reasons if r.class_ in BLOCKS and (r.code or "")[:1] == "5"]
    first = lost[0] if lost else None
    cause = _cause(context, first.class_ if first else ReasonClass.UNCLASSIFIED, verdict.block.hot)
    finding = _surge_finding("block", verdict, context, verdict.block, first, cause.whose)
    since = Instant(verdict.at - 60.0 * (verdict.block.minutes + 4))
    return replace(
        finding,
        calm=not verdict.block.hot and verdict.block.observed == 0 and _recovered(verdict),
        quiet=not verdict.block.hot and verdict.attempts == 0,
        scope=cause.scope,
        cause=cause.name,
        confidence=_block_confidence(verdict.block),
        confidence_why=f"{verdict.block.observed} recipients bounced for good; {cause.evidence}",
        reason=_alert_reason(first, first.count / sum(r.count for r in lost)) if first else None,
        loss=Loss(verdict.block.observed, since) if verdict.block.hot else None,
        text=spoken_class(first.class_) if first else "",
    )


def _block_confidence(surge: Surge) -> Confidence:
    """A refusal for good needs no baseline: the reply itself is the evidence."""
    return Confidence.HIGH if surge.observed >= MIN_DELIVERED else Confidence.MEDIUM


RULES: tuple[Callable[[Verdict, Context], Finding], ...] = (deferral, sessions, block)
"""The rules that watch one operator, in the order in which their findings come."""


def _surge_finding(
    rule: str,
    verdict: Verdict,
    context: Context,
    surge: Surge,
    first: Reason | None,
    whose: Whose,
) -> Finding:
    class_ = first.class_ if first else ReasonClass.UNCLASSIFIED
    return Finding(
        rule=rule,
        key=context.isp,
        at=verdict.at,
        hot=surge.hot,
        hot_minutes=surge.minutes,
        observed=float(surge.observed),
        usual=round(surge.usual, 1),
        unit="count",
        n=surge.observed,
        excess=surge.observed - surge.usual,
        delivered=surge.delivered,
        reason=_alert_reason(first, first.share) if first else None,
        whose=whose,
        affected=context.affected,
        advice=advice_for(class_, context.isp),
        evidence=_replies(verdict.at, context.reasons),
        isp=context.isp,
        retry_at=context.retry_at,
    )


def _session_text(reason: Reason | None) -> str:
    if reason is None:
        return ""
    if reason.stage in (Stage.GREETING, Stage.EHLO) and reason.code:
        return f"{reason.code} handshake"
    return spoken_class(reason.class_)


def _cause(context: Context, class_: ReasonClass, hot: bool) -> Cause:
    whose = next((r.whose for r in context.reasons if r.class_ is class_), Whose.UNKNOWN)
    return cause_of(class_, whose, context.parts if hot else {})


def _reason_of(
    reasons: Sequence[Reason], class_: ReasonClass, share: float | None
) -> AlertReason | None:
    first = next((r for r in reasons if r.class_ is class_), None)
    if first is None:
        return None if share is None else AlertReason(class_, None, Stage.UNKNOWN, share, None)
    return _alert_reason(first, share)


def _alert_reason(reason: Reason, share: float | None) -> AlertReason:
    return AlertReason(reason.class_, reason.enhanced, reason.stage, share, reason.sample)


def _evidence(verdict: Verdict, context: Context, cause: Cause, why: str) -> tuple[Evidence, ...]:
    if not verdict.hot:
        return ()
    z = "" if verdict.z is None else f", z {verdict.z:.1f}"
    lines = [
        f"deferral {verdict.observed or 0:.1%} of {verdict.n} attempts, usual {verdict.usual:.1%}"
        f" (band {verdict.low:.1%} to {verdict.high:.1%}){z}",
        *(f"{s.class_.value}: {s.observed:.0f} seen, {s.expected:.1f} usual, {s.share:.0%} of the "
          "excess" for s in verdict.classes[:3]),
        cause.evidence,
        f"confidence: {why}",
        *((verdict.label,) if verdict.label else ()),
    ]  # fmt: skip
    spoken = tuple(Evidence(verdict.at, SafeText(line)) for line in lines)
    return spoken + _replies(verdict.at, context.reasons)


def _replies(at: Instant, reasons: Sequence[Reason]) -> tuple[Evidence, ...]:
    return tuple(Evidence(at, SafeText(f"{r.count} x {r.sample}")) for r in reasons[:3])
