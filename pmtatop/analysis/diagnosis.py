"""Because of what: which class explains the excess, whose it is, how sure, what is ruled out.

Attribution follows Adtributor (Bhagwan et al., NSDI 2014): a class's share of the excess is its own
excess over the sum of all classes' excesses; the counterfactual asks whether the ratio would be
inside its band without the class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pmtatop.analysis.detector_state import ClassShare, Verdict
from pmtatop.analysis.unusual import wilson_high
from pmtatop.analysis.windows import Part
from pmtatop.model.reason import THROTTLES, Confidence, Level, ReasonClass, Whose
from pmtatop.model.rows import Reason

MAIN_SHARE, MAIN_TRAFFIC = 0.80, 0.50
"""One name with more of the refusals and less of the traffic than this is the cause."""
RULE_OUT_N = 200
RULE_OUT_FACTOR = 1.5
SESSION_BOUND = 0.05
"""Refused sessions have no ratio: throttling is ruled out when at most so many can be it."""
DAY_H = 23.5
"""A day of accounting files, less the incident's own minutes."""
_SCOPES = ("source-ip", "vmta", "sender-domain", "job", "pool", "mx")


@dataclass(frozen=True, slots=True)
class Cause:
    """Where the refusals concentrate."""

    scope: str
    name: str | None
    whose: Whose
    evidence: str


def spoken_class(class_: ReasonClass) -> str:
    """The class in the words of the alert's line."""
    return _WORDS.get(class_, class_.value)


_WORDS: Mapping[ReasonClass, str] = {
    ReasonClass.RATE: "rate throttling",
    ReasonClass.CONNECTION_LIMIT: "connection limit",
    ReasonClass.REPUTATION: "reputation",
    ReasonClass.CONTENT: "content",
    ReasonClass.DNS_MX: "DNS",
    ReasonClass.REMOTE_FAULT: "their fault",
    ReasonClass.TIMEOUT: "timeouts",
    ReasonClass.TLS: "TLS",
    ReasonClass.PTR_HELO: "PTR/HELO",
    ReasonClass.UNCLASSIFIED: "a text I do not know",
}


def throttling_of(verdict: Verdict, explains: ReasonClass | None) -> tuple[str, tuple[str, ...]]:
    """What may be said of throttling beside `explains`, and the evidence when it is ruled out."""
    if explains is None or explains in THROTTLES:
        return "", ()
    high = wilson_high(verdict.throttled, verdict.n)
    bound = RULE_OUT_FACTOR * verdict.usual_throttle
    if verdict.n < RULE_OUT_N or high > bound:
        return "throttling not excluded", ()
    seen = f"{verdict.throttled} of {verdict.n} attempts, at most {high:.2%}"
    return "not throttling", (f"throttling ({seen}, usual {verdict.usual_throttle:.2%})",)


def session_throttling(reasons: Sequence[Reason]) -> tuple[str, tuple[str, ...]]:
    """The same for refused sessions, by the replies of level queue."""
    queue = [r for r in reasons if r.level is Level.QUEUE]
    if not queue or queue[0].class_ in THROTTLES:
        return "", ()
    n, seen = sum(r.count for r in queue), sum(r.count for r in queue if r.class_ in THROTTLES)
    unknown = sum(r.count for r in queue if r.class_ is ReasonClass.UNCLASSIFIED)
    high = wilson_high(seen + unknown, n)
    if n < RULE_OUT_N or high > SESSION_BOUND:
        return "throttling not excluded", ()
    return "not throttling", (f"throttling ({seen} of {n} refused sessions, at most {high:.1%})",)


def counterfactual(verdict: Verdict, share: ClassShare) -> float | None:
    """The ratio without this class's excess: (d - o_j + e_j) / n."""
    if not verdict.n or verdict.observed is None:
        return None
    deferred = verdict.observed * verdict.n
    return max(0.0, deferred - share.observed + share.expected) / verdict.n


def confidence_of(verdict: Verdict, gap_recent: bool) -> tuple[Confidence, str]:
    """The checklist with its evidence; `gap_recent`: a gap or restart in the last 60 minutes."""
    share = verdict.explains
    if share is None:
        return Confidence.LOW, "no class explains the excess"
    without = counterfactual(verdict, share)
    unknown = sum(s.share for s in verdict.classes if s.class_ is ReasonClass.UNCLASSIFIED)
    checks = (
        (verdict.excess >= 100, f"{verdict.excess:.0f} more refused than usual (100 are plenty)"),
        (share.share >= 0.67, f"{share.share:.0%} explained by one class"),
        (
            without is not None and without <= verdict.high,
            f"{without or 0:.0%} would be left without it",
        ),
        (not gap_recent, "no gap or restart in 60 min" if not gap_recent else "a gap or restart"),
        (verdict.hours_learned >= DAY_H, f"{verdict.hours_learned:.0f} h learned"),
        (unknown <= 0.20, f"{unknown:.0%} of unknown text"),
    )
    return _level(verdict, share, unknown, all(ok for ok, _ in checks)), _balance(checks)


def _balance(checks: Sequence[tuple[bool, str]]) -> str:
    """What speaks against first: `against: ...; for: ...`."""
    sides = (("against", False), ("for", True))
    told = [(name, [text for ok, text in checks if ok is side]) for name, side in sides]
    return "; ".join(f"{name}: {', '.join(texts)}" for name, texts in told if texts)


def _level(verdict: Verdict, share: ClassShare, unknown: float, all_met: bool) -> Confidence:
    if all_met:
        return Confidence.HIGH
    capped = unknown > 0.20 or verdict.hours_learned < 6
    if verdict.excess >= 25 and share.share >= 0.5 and not capped:
        return Confidence.MEDIUM
    return Confidence.LOW


def cause_of(class_: ReasonClass, whose: Whose, parts: Mapping[str, Sequence[Part]]) -> Cause:
    """One source IP, VMTA ... with most of the refusals and little traffic, else the whole ISP."""
    for scope in _SCOPES:
        found = _concentrated(class_, parts.get(scope, ()))
        if found is not None:
            name, text = found
            owner = Whose.THEIRS if scope == "mx" else Whose.OURS
            return Cause(scope, name, owner, f"{scope} {name}: {text}")
    return Cause("isp", None, whose, "spread over source IPs, VMTAs, senders and jobs")


def _concentrated(class_: ReasonClass, parts: Sequence[Part]) -> tuple[str, str] | None:
    refused = sum(p.by_class.get(class_, 0) for p in parts)
    attempts = sum(p.attempts for p in parts)
    for part in parts:
        share = part.by_class.get(class_, 0) / refused if refused else 0.0
        traffic = part.attempts / attempts if attempts else 1.0
        if share > MAIN_SHARE and traffic < MAIN_TRAFFIC:
            return part.name, f"{share:.0%} of these refusals, {traffic:.0%} of the attempts"
    return None
