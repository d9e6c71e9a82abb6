"""AccountingRow: one row of an accounting file, by the names of PMTA's columns."""

from dataclasses import dataclass

from pmtatop.model.instant import Instant
from pmtatop.model.text import SafeText


@dataclass(frozen=True, slots=True)
class AccountingRow:
    """One record of types d, b, t, tq, r, rb, rs or f; a column that is absent is None."""

    type_: str
    """Column `type`."""
    logged: Instant
    """Column `timeLogged`."""
    queued: Instant | None
    """Column `timeQueued`; None for tq and r."""
    first_attempt: Instant | None
    """Column `timeFirstAttempt` (needs `track-time-first-attempt`)."""
    sender: SafeText
    """Column `orig`."""
    recipient: SafeText
    """Column `rcpt`; empty for tq."""
    status: SafeText
    """Column `dsnStatus`: code and phrase, such as `4.4.1 (no answer from host)`."""
    diagnostic: SafeText
    """Column `dsnDiag` without its `smtp;` prefix: the reply in the receiver's words."""
    mx: SafeText
    """Column `dsnMta`, the host name without its address."""
    category: SafeText
    """Column `bounceCat`."""
    source_ip: SafeText
    """Column `dlvSourceIp`."""
    size: int | None
    """Column `dlvSize`, bytes."""
    vmta: SafeText
    """Column `vmta`."""
    pool: SafeText
    """Column `vmtaPool`."""
    job: SafeText
    """Column `jobId`."""
    queue: SafeText
    """Column `queue`, `domain/vmta`; its domain may be a rollup and is not the recipient's."""
    domain: SafeText
    """The recipient's domain, lower-case A-label; for tq the queue's domain."""
    sender_domain: SafeText
    """Domain of `orig`, lower-case."""
    tls_protocol: SafeText
    """Column `dlvTlsProtocol`; empty: plain text or not logged."""
    tls_cipher: SafeText
    """Column `dlvTlsCipher`."""
    action: SafeText
    """Column `dsnAction`."""
    from_domain: SafeText
    """Domain of column `header_From`, lower-case; empty where it is not logged."""
    smtp_user: SafeText
    """Column `rcvSmtpUser`: who handed the message in."""
    position: str
    """`prefix:offset`: names this row for ever (identity of its file, byte offset in it)."""
    columns: frozenset[str]
    """Names of the columns that the file has at all, so that absent is not empty."""
