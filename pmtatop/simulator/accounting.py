"""Accounting rows as PMTA writes them: CSV by RFC 4180, the merged columns of d, b, t, tq, r."""

from functools import lru_cache

from pmtatop.simulator.clockwork import zoned
from pmtatop.simulator.fleet import SENDERS
from pmtatop.simulator.mail import Batch, Queue
from pmtatop.simulator.places import TLS

HEADER = (
    "type,timeLogged,timeQueued,timeFirstAttempt,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,"
    "dsnMta,bounceCat,srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,"
    "dlvSize,vmta,jobId,envId,queue,vmtaPool,dlvTlsProtocol,dlvTlsCipher,rcvSmtpUser,header_From"
    "\r\n"
)

FEEDER = "feeder.meadow-mail.example (192.0.2.5)"
"""`srcMta`: the host that injects."""

ACTIONS = {"d": "relayed", "t": "delayed", "b": "failed"}
"""`dsnAction` by row type."""

PHRASES = {
    "2.0.0": "success",
    "2.6.0": "other or undefined media error",
    "4.0.0": "undefined status",
    "4.1.0": "other address status",
    "4.1.1": "bad destination mailbox address",
    "4.2.0": "other or undefined mailbox status",
    "4.2.1": "mailbox disabled, not accepting messages",
    "4.2.2": "mailbox full",
    "4.3.0": "other or undefined mail system status",
    "4.3.2": "system not accepting network messages",
    "4.4.1": "no answer from host",
    "4.4.2": "bad connection",
    "4.4.3": "directory server failure",
    "4.4.7": "delivery time expired",
    "4.7.0": "other or undefined security status",
    "4.7.5": "cryptographic failure",
    "4.7.1": "delivery not authorized, message refused",
    "5.0.0": "undefined status",
    "5.1.1": "bad destination mailbox address",
    "5.5.0": "other or undefined protocol status",
    "5.7.1": "delivery not authorized, message refused",
}
"""RFC 3463's phrases, which PMTA writes behind the code."""

CATEGORIES = {
    "4.2.2": "quota-issues",
    "4.4.1": "no-answer-from-host",
    "4.4.2": "bad-connection",
    "4.4.3": "routing-errors",
    "4.4.7": "message-expired",
    "5.0.0": "bad-mailbox",
    "5.1.1": "bad-mailbox",
    "5.5.0": "bad-mailbox",
    "5.7.1": "spam-related",
}
"""`bounceCat` by enhanced code; what is not here is policy-related (x.7.*) or other."""

NO_ANSWER = "4.4.1"
EXPIRED = "4.4.7"
DNS_FAILED = "4.4.3"
TLS_CUT = "4.4.2"
DANE_MISMATCH = "4.7.5"
"""PMTA's own findings: a status without a reply, hence an empty `dsnDiag`."""


OWN_FINDINGS = frozenset((NO_ANSWER, EXPIRED, DNS_FAILED, TLS_CUT, DANE_MISMATCH))


@lru_cache(maxsize=4096)
def enhanced(reply: str) -> str:
    """The enhanced code of a reply; without one PMTA writes x.0.0."""
    if reply in OWN_FINDINGS:
        return reply
    second = reply.split(" ", 2)[1]
    coded = second.count(".") == 2 and second.replace(".", "").isdigit()
    return second if coded else f"{reply[0]}.0.0"


@lru_cache(maxsize=4096)
def reply_cells(kind: str, reply: str) -> tuple[str, str, str]:
    """(`dsnStatus`, `dsnDiag`, `bounceCat`) of a reply in a row of this type."""
    code = "2.0.0" if kind == "d" else enhanced(reply)
    diag = "" if reply in OWN_FINDINGS else f"smtp;{reply}"
    usual = "policy-related" if code[1:4] == ".7." else "other"
    category = "" if kind == "d" else CATEGORIES.get(code, usual)
    status = f"{code} ({PHRASES.get(code, 'undefined status')})"
    return cell(status), cell(diag), category


def cell(text: str) -> str:
    """A cell by RFC 4180: quoted where it holds a comma, a quote or a line end."""
    if any(mark in text for mark in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def attempt_rows(kind: str, second: int, queue: Queue, batch: Batch, reply: str) -> str:
    """Rows d, t or b, one per recipient of the batch."""
    vmta, operator = queue.vmta.place, queue.operator
    sender = SENDERS[vmta.pool]
    mx, ip = operator.mx[second // 7 % len(operator.mx)]
    status, diag, category = reply_cells(kind, reply)
    protocol, cipher = TLS[operator.tls]
    size = batch.size if kind == "d" else ""
    first = zoned(second if batch.first is None else batch.first)
    return _per_recipient(
        batch.ids,
        f"{kind},{zoned(second)},{zoned(batch.queued)},{first},{sender.bounce},u",
        f"@{queue.mailbox},,{ACTIONS[kind]},{status},{diag},{mx} ({ip}),{category},api,{FEEDER},"
        f'smtp,{vmta.ip},{ip},"ENHANCEDSTATUSCODES,8BITMIME,SMTPUTF8",{size},{vmta.name},'
        f"{batch.job},,{queue.name},{vmta.pool},{protocol},{cipher},{sender.user},"
        f"{sender.from_}\r\n",
    )


def receipt_rows(second: int, queue: Queue, batch: Batch) -> str:
    """Rows r, one per recipient that was accepted for injection."""
    vmta = queue.vmta.place
    sender = SENDERS[vmta.pool]
    return _per_recipient(
        batch.ids,
        f"r,{zoned(second)},,,{sender.bounce},u",
        f"@{queue.mailbox},,,,,,,smtp,{FEEDER},,,,,,{vmta.name},{batch.job},,,{vmta.pool},,,"
        f"{sender.user},{sender.from_}\r\n",
    )


def session_row(second: int, queue: Queue, reply: str, mx: tuple[str, str]) -> str:
    """A row tq: a session refused before any recipient was named; no orig, rcpt or job."""
    vmta = queue.vmta.place
    status, diag, category = reply_cells("tq", reply)
    if reply == DNS_FAILED:
        return (
            f"tq,{zoned(second)},,,,,,,{status},,,{category},,,smtp,{vmta.ip},,,,{vmta.name},"
            + (f",,{queue.name},{vmta.pool},,,,\r\n")
        )
    return (
        f"tq,{zoned(second)},,,,,,,{status},{diag},{mx[0]} ({mx[1]}),{category},,,smtp,"
        f"{vmta.ip},{mx[1]},,,{vmta.name},,,{queue.name},{vmta.pool},,,,\r\n"
    )


def _per_recipient(ids: list[str], before: str, behind: str) -> str:
    # One join for the whole batch: a lived day is a quarter of a million rows.
    return before + (behind + before).join(ids) + behind
