"""Ratios of one object's totals, by the definitions of the View."""

from collections.abc import Collection, Mapping

from pmtatop.analysis.attempts import (
    ATTEMPTS,
    BOUNCED,
    DEFERRED,
    DELIVERED,
    FIRST,
    FIRST_DEFERRED,
    LOST,
    REFUSED,
    THROTTLED,
    UNSURE_FIRST,
)
from pmtatop.analysis.cells import ReasonKey, Totals, most_first
from pmtatop.analysis.latency import quantile
from pmtatop.model.reason import Level
from pmtatop.model.rows import Counts, Reason, SourceIp, SourceIpIsp, Tls
from pmtatop.model.text import SafeText

MIN_ATTEMPTS = 10
"""A ratio of fewer attempts is None."""


def ratio(part: int, whole: int) -> float | None:
    """`part / whole`; None under 10."""
    return part / whole if whole >= MIN_ATTEMPTS else None


def counts_of(totals: Totals, types: Collection[str], span_s: float) -> Counts:
    """Counts and ratios of the window; what the files do not log is None.

    deferral_ratio = t / (d + t + b), by attempt; first_try_ratio the same over first attempts;
    throttle_ratio = attempts of class rate-throttling or connection-limit whose problem is not the
    recipient's, over attempts. Sessions (`tq`) never enter the ratios.
    """
    c = totals.counters
    deferrals, attempts = "t" in types, c[ATTEMPTS]
    return Counts(
        attempts=attempts if not {"d", "t", "b"}.isdisjoint(types) else None,
        delivered=c[DELIVERED] if "d" in types else None,
        deferred=c[DEFERRED] if deferrals else None,
        bounced=c[BOUNCED] if "b" in types else None,
        lost=c[LOST] if "b" in types else None,
        sessions_refused=c[REFUSED] if "tq" in types else None,
        deferral_ratio=ratio(c[DEFERRED], attempts) if deferrals else None,
        first_try_ratio=_first_try_ratio(c) if deferrals else None,
        throttle_ratio=ratio(c[THROTTLED], attempts) if deferrals else None,
        bounce_ratio=ratio(c[BOUNCED], attempts) if "b" in types else None,
        delivered_per_min=c[DELIVERED] * 60.0 / span_s if "d" in types else None,
        latency_p50_s=quantile(totals.latency, 0.50),
        latency_p95_s=quantile(totals.latency, 0.95),
    )


def _first_try_ratio(counters: list[int]) -> float | None:
    return None if counters[UNSURE_FIRST] else ratio(counters[FIRST_DEFERRED], counters[FIRST])


def reasons_of(totals: Totals) -> tuple[Reason, ...]:
    """Reasons with their share: of deferrals and bounces, or (level queue) of refused sessions."""
    sums = dict.fromkeys(Level, 0)
    for key, count in totals.reasons.items():
        sums[key.level] += count
    return tuple(
        _reason(key, count, sums[key.level], totals.samples[key])
        for key, count in most_first(totals.reasons.items())
    )


def _reason(key: ReasonKey, count: int, whole: int, sample: SafeText) -> Reason:
    return Reason(
        class_=key.class_,
        code=key.code,
        enhanced=key.enhanced,
        stage=key.stage,
        level=key.level,
        whose=key.whose,
        share=count / whole,
        count=count,
        sample=sample,
    )


def tls_of(totals: Totals) -> Tls:
    """Protocols and ciphers of deliveries; unknown where the columns are not logged."""
    protocols: dict[SafeText, int] = {}
    ciphers: dict[SafeText, int] = {}
    for (protocol, cipher), count in totals.tls.items():
        protocols[protocol] = protocols.get(protocol, 0) + count
        ciphers[cipher] = ciphers.get(cipher, 0) + count
    whole = sum(protocols.values())
    plain = protocols.pop(SafeText(""), 0)
    ciphers.pop(SafeText(""), None)
    return Tls(
        plain / whole if whole else None,
        tuple(most_first(protocols.items())),
        tuple(most_first(ciphers.items())),
    )


def source_ips_of(totals: Mapping[object, Totals], types: Collection[str]) -> tuple[SourceIp, ...]:
    """Rows by (source IP, VMTA, ISP) as one entry per address and VMTA."""
    grouped: dict[tuple[SafeText, SafeText], list[SourceIpIsp]] = {}
    for key, sums in totals.items():
        assert isinstance(key, tuple)
        ip, vmta, isp = key
        grouped.setdefault((ip, vmta), []).append(_source_ip_isp(isp, sums, "t" in types))
    return tuple(
        SourceIp(ip, vmta, tuple(sorted(isps, key=lambda i: (-i.attempts, i.name))))
        for (ip, vmta), isps in sorted(grouped.items())
    )


def _source_ip_isp(name: SafeText, sums: Totals, deferrals: bool) -> SourceIpIsp:
    c = sums.counters
    deferral = ratio(c[DEFERRED], c[ATTEMPTS]) if deferrals else None
    return SourceIpIsp(name, c[ATTEMPTS], deferral, ratio(c[BOUNCED], c[ATTEMPTS]), c[LOST])
