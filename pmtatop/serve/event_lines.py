"""Accounting rows as JSON objects, one a line: the stable face of `pmtatop events`."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pmtatop.analysis.providers import isp_of
from pmtatop.analysis.reasons import classify
from pmtatop.model.event import AccountingRow
from pmtatop.model.reason import Classification
from pmtatop.wording.masked import masked
from pmtatop.wording.times import rfc3339

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "d": "delivered",
        "t": "temp-fail",
        "b": "perm-fail",
        "tq": "queue-fail",
        "r": "received",
        "rb": "remote-bounce",
        "rs": "remote-status",
        "f": "complaint",
    }
)

_REFUSED = frozenset({"t", "b", "tq", "rb", "rs"})
"""Types whose reply says why not."""

_DIALOGUES = frozenset({"d", "t", "b"})
"""Types that tell of a dialogue with a receiver, hence of its TLS."""

_stamp = lru_cache(maxsize=4096)(rfc3339)

Extra = Mapping[str, Sequence[str]]


def event_line(row: AccountingRow, extra: Extra, *, addresses: bool = False) -> str:
    """One row as a line of JSON; local parts of addresses are masked unless `addresses`."""
    return json.dumps(event_dict(row, extra, addresses=addresses), ensure_ascii=False)


def event_dict(row: AccountingRow, extra: Extra, *, addresses: bool = False) -> dict[str, Any]:
    """One row by the contract's keys; what the row does not have is null.

    `extra`: the settings' `[providers]`.
    """
    told = _told(row)
    code = told.code if told else _first_code(row.diagnostic)
    enhanced = told.enhanced if told else None
    event = {
        "timestamp": _stamp(row.logged),
        "type": row.type_,
        "vmta": row.vmta or None,
        "pool": row.pool or None,
        "domain": row.domain or None,
        "isp": isp_of(row.domain, row.mx, extra) if row.domain else None,
        "action": ACTIONS[row.type_],
        "dsn": row.status.partition(" ")[0] or None,
        "code": code,
        "enhanced": enhanced,
        "enhanced_code": f"{code}-{enhanced}" if code and enhanced else None,
        "class": told.class_.value if told else None,
        "stage": told.stage.value if told else None,
        "whose": told.whose.value if told else None,
        "message": _message(row, addresses),
        "queue": row.queue or None,
        "source_ip": row.source_ip or None,
        "mx": row.mx or None,
        "job": row.job or None,
        "sender_domain": row.sender_domain or None,
        "from_domain": row.from_domain or None,
        "smtp_user": _user(row, addresses),
        "age_s": row.logged - row.queued if row.queued is not None else None,
        "first_attempt": _stamp(row.first_attempt) if row.first_attempt is not None else None,
        "tls": _tls(row),
        "row": row.position,
    }
    if addresses:
        event |= {"sender": row.sender or None, "recipient": row.recipient or None}
    return event


def _told(row: AccountingRow) -> Classification | None:
    if row.type_ not in _REFUSED:
        return None
    return classify(row.diagnostic, status=row.status, record_type=row.type_, category=row.category)


def _first_code(reply: str) -> str | None:
    return reply[:3] if reply[:3].isdecimal() and reply[:1] in "2345" else None


def _message(row: AccountingRow, addresses: bool) -> str | None:
    text = str(row.diagnostic)
    if not addresses and text:
        text = masked(text, row.recipient, row.sender)
    return text or None


def _user(row: AccountingRow, addresses: bool) -> str | None:
    """A user's name may be an address as well."""
    return (row.smtp_user if addresses else masked(row.smtp_user)) or None


def _tls(row: AccountingRow) -> dict[str, str | None] | None:
    """None: no dialogue, or the file has no such columns; null inside: plain text."""
    if "dlvTlsProtocol" not in row.columns or row.type_ not in _DIALOGUES:
        return None
    return {"protocol": row.tls_protocol or None, "cipher": row.tls_cipher or None}
