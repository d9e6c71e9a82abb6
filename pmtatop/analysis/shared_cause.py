"""One class of refusals at several operators at once: then the cause is probably ours.

DNS, TLS and the network are shared by all of our mail; a receiver's own trouble is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pmtatop.analysis.advice import advice_for
from pmtatop.analysis.diagnosis import spoken_class
from pmtatop.analysis.finding import CALM_MINUTES, Finding
from pmtatop.model.alert import AlertReason, Evidence
from pmtatop.model.instant import Instant
from pmtatop.model.reason import Confidence, Level, ReasonClass, Stage, Whose
from pmtatop.model.rows import Reason
from pmtatop.model.text import SafeText

RULE = "many-domains"

OPERATORS = 3
"""At fewer it may be theirs."""

REFUSED = 8
"""Refused sessions of 15 minutes that count for an operator."""

MOSTLY = 0.5
"""Share of an operator's refused sessions that one class must have."""

CLASSES = (ReasonClass.DNS_MX, ReasonClass.TLS, ReasonClass.TIMEOUT)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the rule remembers of one class."""

    hot_since: Instant
    last_hot: Instant


def shared_findings(
    reasons: Mapping[str, Sequence[Reason]], old: Mapping[ReasonClass, Shared], at: Instant
) -> tuple[dict[ReasonClass, Shared], tuple[Finding, ...]]:
    """The new memory and a finding per class that is or was hot.

    `reasons`: those of the operators whose refused sessions are above their usual.
    """
    memory: dict[ReasonClass, Shared] = {}
    findings = []
    for class_ in CLASSES:
        met = {isp: r for isp, found in reasons.items() if (r := _mostly(class_, found))}
        known = old.get(class_)
        if len(met) >= OPERATORS:
            known = Shared(known.hot_since if known else at, at)
            findings.append(_hot(class_, met, known, at))
        elif known is not None:
            findings.append(_cool(class_, known, at))
        if known is not None and at - known.last_hot <= 2 * CALM_MINUTES * 60:
            memory[class_] = known
    return memory, tuple(findings)


def _mostly(class_: ReasonClass, reasons: Sequence[Reason]) -> Reason | None:
    queue = [reason for reason in reasons if reason.level is Level.QUEUE]
    total = sum(reason.count for reason in queue)
    mine = [reason for reason in queue if reason.class_ is class_]
    count = sum(reason.count for reason in mine)
    if count < REFUSED or count < MOSTLY * total:
        return None
    return replace(mine[0], count=count)


def _hot(class_: ReasonClass, met: Mapping[str, Reason], known: Shared, at: Instant) -> Finding:
    total = sum(reason.count for reason in met.values())
    sample = next(iter(met.values())).sample
    lines = [f"{reason.count} x {isp}: {reason.sample}" for isp, reason in met.items()]
    sure = len(met) > OPERATORS
    return Finding(
        rule=RULE,
        key=class_.value,
        at=at,
        hot=True,
        hot_minutes=(at - known.hot_since) / 60,
        observed=float(len(met)),
        usual=0.0,
        unit="count",
        n=total,
        excess=float(len(met)),
        reason=AlertReason(class_, None, Stage.UNKNOWN, 1.0, sample),
        whose=Whose.OURS,
        scope="node",
        confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
        confidence_why=f"{len(met)} operators at once, {total} sessions",
        advice=advice_for(class_),
        evidence=tuple(Evidence(at, SafeText(line)) for line in lines[:6]),
        text=spoken_class(class_),
    )


def _cool(class_: ReasonClass, known: Shared, at: Instant) -> Finding:
    calm = at - known.last_hot >= CALM_MINUTES * 60
    return Finding(
        rule=RULE, key=class_.value, at=at, hot=False, calm=calm, unit="count", scope="node",
        whose=Whose.OURS, observed=0.0, usual=0.0, text=spoken_class(class_),
        reason=AlertReason(class_, None, Stage.UNKNOWN, None, None),
    )  # fmt: skip
