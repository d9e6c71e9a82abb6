"""The finding about a wording that is new: it names a text, and judges nobody."""

from hashlib import blake2b

from pmtatop.analysis.advice import advice_for
from pmtatop.analysis.finding import Finding
from pmtatop.analysis.new_replies import Seen
from pmtatop.analysis.reasons import classify
from pmtatop.model.alert import AlertReason, Evidence
from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText

NEW_REPLY = "new-reply"


def new_reply_key(fingerprint: str, seen: Seen) -> str:
    """The operator and a short name of the text: the alert's key."""
    return f"{seen.isp} {blake2b(fingerprint.encode(), digest_size=3).hexdigest()}"


def new_reply(key: str, seen: Seen, at: Instant) -> Finding:
    """The text, since when, how often, on how many source IPs."""
    told = classify(seen.sample)
    where = f"{len(seen.source_ips)} source IPs"
    return Finding(
        rule=NEW_REPLY,
        key=key,
        at=at,
        hot=True,
        hot_minutes=(at - seen.first) / 60,
        observed=float(seen.count),
        usual=0.0,
        unit="count",
        n=seen.count,
        excess=float(seen.count),
        reason=AlertReason(told.class_, told.enhanced, told.stage, None, seen.sample),
        whose=told.whose,
        confidence=told.confidence,
        confidence_why=f"{seen.count} times on {where}; by {told.matched or 'nothing known'}",
        advice=advice_for(told.class_, told.provider),
        evidence=(
            Evidence(seen.first, SafeText(f"first met; {where} by now")),
            Evidence(seen.last, seen.sample),
        ),
        isp=SafeText(seen.isp),
    )


def no_longer_new(key: str, at: Instant) -> Finding:
    """After an hour it is one of the known ones."""
    return Finding(rule=NEW_REPLY, key=key, at=at, hot=False, calm=True, unit="count")
