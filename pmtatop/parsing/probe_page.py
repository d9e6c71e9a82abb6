"""The conversations of the inbound probe, and when a certificate ends."""

import json
from collections.abc import Mapping
from datetime import datetime

from pmtatop.model.instant import Instant
from pmtatop.model.totals import Inbound
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import elements, integer, number
from pmtatop.parsing.safe_text import safe_text

_TIMES = {0x17: len("YYMMDDHHMMSSZ"), 0x18: len("YYYYMMDDHHMMSSZ")}
"""ASN.1 tags of the two forms of a time, and their lengths."""


def parse_probes(payload: bytes) -> Inbound:
    """The worst of all hosts. Raises ParseError."""
    try:
        rows = elements(json.loads(payload))
    except (ValueError, RecursionError):
        raise ParseError("the probe's result is damaged") from None
    if not rows:
        raise ParseError("the probe has no host: name them in [inbound] hosts")
    return min((_inbound(row) for row in rows), key=lambda one: _BADNESS[one.state])


_BADNESS = {"silent": 0, "refusing": 1, "accepting": 2}


def _inbound(row: Mapping[str, object]) -> Inbound:
    stage, code = str(row.get("stage")), integer(row.get("code"))
    return Inbound(
        state=_state(stage, code),
        stage=None if stage == "done" else stage,
        banner_ms=number(row.get("banner_ms")),
        certificate_expires_at=expiry_of(str(row.get("certificate") or "")),
        text=safe_text(f"{row.get('host')}: {code or ''} {row.get('text') or ''}", 300),
    )


def _state(stage: str, code: int | None) -> str:
    """A reply that refuses is not silence; no connection at all is a refusal as well."""
    if stage == "done":
        return "accepting"
    if code is not None or stage == "connect":
        return "refusing"
    return "silent"


def expiry_of(der_hex: str) -> Instant | None:
    """`notAfter` of a certificate (hex DER): the second time in it; None for what is none.

    X.509 (RFC 5280 4.1): `validity` is the first pair of times in the certificate.
    """
    try:
        der = bytes.fromhex(der_hex)
    except ValueError:
        return None
    times = [found for at in range(len(der)) if (found := _time_at(der, at)) is not None]
    return times[1] if len(times) > 1 else None


def _time_at(der: bytes, at: int) -> Instant | None:
    """A UTCTime (`YYMMDDHHMMSSZ`) or GeneralizedTime (`YYYY...`) whose tag stands at `at`."""
    length = _TIMES.get(der[at], 0)
    if not length or der[at + 1 : at + 2] != bytes([length]):
        return None
    digits = der[at + 2 : at + 2 + length].decode("ascii", "replace")
    # RFC 5280 4.1.2.5.1: two-digit years from 50 on are of the last century.
    year = "" if length == len("YYYYMMDDHHMMSSZ") else "19" if digits[:2] >= "50" else "20"
    try:
        moment = datetime.strptime(year + digits, "%Y%m%d%H%M%S%z")
    except ValueError:
        return None
    return Instant(moment.timestamp())
