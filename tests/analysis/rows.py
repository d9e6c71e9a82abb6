"""Accounting rows and samples of our own making, for the tests of analysis and alerts."""

import math
import random
from collections.abc import Iterator

from pmtatop.analysis.sample import Sample
from pmtatop.model.event import AccountingRow
from pmtatop.model.instant import Instant
from pmtatop.model.reason import ReasonClass
from pmtatop.model.text import SafeText

T0 = 1_700_006_400.0
"""A whole hour."""
COLUMNS = frozenset({"dsnDiag", "dsnMta", "dlvSourceIp", "dlvTlsProtocol", "dlvTlsCipher"})


def row(type_: str = "d", at: float = T0, **changes: object) -> AccountingRow:
    """A row of `type_` logged at `at`, two seconds after it was queued, unless told otherwise."""
    values: dict[str, object] = {
        "type_": type_,
        "logged": Instant(at),
        "queued": Instant(at - 2.0),
        "first_attempt": None,
        "columns": COLUMNS,
        "size": None,
        "position": "acct:0",
        "from_domain": "",
        "smtp_user": "",
        "diagnostic": "250 2.0.0 OK" if type_ == "d" else "",
        "mx": "mx.example.net",
        "source_ip": "192.0.2.1",
        "vmta": "v1",
        "queue": "example.net/v1",
        "domain": "example.net",
        "sender_domain": "sender.example",
        "recipient": "a@example.net",
    } | changes
    for name in AccountingRow.__slots__:
        values.setdefault(name, "")
    return AccountingRow(**values)  # type: ignore[arg-type]


def text(value: str) -> SafeText:
    """A text that needs no cleaning."""
    return SafeText(value)


def minutes(
    seed: int,
    count: int,
    per_minute: float,
    usual: float,
    burst: float = 0.0,
    incident: tuple[int, int, float] | None = None,
) -> Iterator[Sample]:
    """Minutes of one operator: a daily wave, slow wobble, an hourly burst, perhaps an incident.

    `burst` is added in the first ten minutes of each hour; `incident` is (first minute, end, share
    of the accepted mail that is refused for its content).
    """
    rng = random.Random(seed)
    wobble = 0.0
    for minute in range(count):
        at = T0 + minute * 60
        wave = 1 + 0.6 * math.sin(2 * math.pi * (at / 3600 % 24 - 8) / 24)
        n = max(0, round(rng.gauss(per_minute * wave, math.sqrt(per_minute))))
        wobble = 0.95 * wobble + rng.gauss(0, 0.08)
        p = min(0.9, usual * math.exp(wobble) + (burst if at // 60 % 60 < 10 else 0))
        d = sum(rng.random() < p for _ in range(n))
        classes = {ReasonClass.GREYLISTING: d - d // 3, ReasonClass.REMOTE_FAULT: d // 3}
        if incident and incident[0] <= minute < incident[1]:
            extra = sum(rng.random() < incident[2] for _ in range(n - d))
            d, classes[ReasonClass.CONTENT] = d + extra, extra
        yield Sample(Instant(at + 60), n, d, delivered=n - d, by_class=classes)
