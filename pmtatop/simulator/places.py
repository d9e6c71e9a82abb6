"""The other side as data: operators with their domains, MX hosts, limits and ways of replying."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Manner:
    """A reply that an operator gives on an ordinary day to some of our attempts."""

    share: float
    """Probability per attempted recipient."""
    kind: str
    """`t`: deferred this once; `b`: refused for good; `full`: deferred whenever it is tried."""
    reply: str
    """`{ip}` stands for our source address."""


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """A mailbox operator (ISP). Its MX addresses are from the range 203.0.113.0/24 (RFC 5737)."""

    name: str
    share: float
    """Part of all recipients, relative to the other operators."""
    domains: tuple[str, ...]
    """Recipient domains, the largest first: each has about a third of the one before."""
    mx: tuple[tuple[str, str], ...]
    """(host, address)."""
    ok: str
    """The reply to a message that is taken."""
    manners: tuple[Manner, ...]
    session_s: float
    """Seconds for a message; four more recipients take as long again."""
    max_smtp_out: int = 20
    """Our limit per queue: PMTA's default."""
    max_msg_rate: int | None = None
    """Our limit per queue, attempted recipients a minute."""
    tls: int = 0
    """Which of `TLS` it speaks."""
    greylist: str = ""
    """The reply to a first attempt, where it greylists."""
    unreachable: float = 0.0
    """Probability that a connection times out."""


TLS = (
    ("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
    ("TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256"),
    ("", ""),
)
"""(`dlvTlsProtocol`, `dlvTlsCipher`); the last is plain text."""


def _t(share: float, reply: str) -> Manner:
    return Manner(share, "t", reply)


def _b(share: float, reply: str) -> Manner:
    return Manner(share, "b", reply)


def _full(reply: str) -> Manner:
    return Manner(0.0006, "full", reply)


OPERATORS = (
    Operator(
        "Gmail",
        0.26,
        (
            *("gmail.com", "googlemail.com", "wolfe-dental.example", "northfield.example"),
            "maple-studio.example",
        ),
        (
            ("gmail-smtp-in.l.google.com", "203.0.113.26"),
            ("alt1.gmail-smtp-in.l.google.com", "203.0.113.27"),
        ),
        "250 2.0.0 OK  1743517930 a640c23a62f3a-ac7b3a2c0d5si51 - gsmtp",
        (
            _t(
                0.003,
                "450 4.2.1 The user you are trying to contact is receiving email at a rate "
                "that prevents additional messages from being delivered. - gsmtp",
            ),
            _t(
                0.002,
                "421 4.7.28 Gmail has detected an unusual rate of email originating from "
                "your IP address [{ip}]. To protect our users from spam, email has been "
                "temporarily rate limited. - gsmtp",
            ),
            _b(
                0.006,
                "550 5.1.1 The email account that you tried to reach does not exist. "
                "Please try double-checking the recipient's email address. - gsmtp",
            ),
            _b(
                0.0005,
                "550 5.7.1 Our system has detected that this message is likely "
                "unsolicited mail. To reduce the amount of spam, it has been blocked. - gsmtp",
            ),
            _full("452 4.2.2 The recipient's inbox is out of storage space. - gsmtp"),
        ),
        7.2,
    ),
    Operator(
        "Microsoft",
        0.19,
        (
            *("hotmail.com", "outlook.com", "live.com", "msn.com", "outlook.fr"),
            *("brightwell.example", "cedar-law.example"),
        ),
        (
            ("outlook-com.olc.protection.outlook.com", "203.0.113.40"),
            ("hotmail-com.olc.protection.outlook.com", "203.0.113.41"),
        ),
        "250 2.6.0 <m@meadow-mail.example> Queued mail for delivery -> 250 2.1.5",
        (
            _t(0.008, "451 4.7.500 Server busy. Please try again later from [{ip}]. (AS77712344)"),
            _t(
                0.003,
                "421 4.3.2 The maximum number of concurrent connections has exceeded a "
                "limit, closing transmission channel",
            ),
            _b(0.008, "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."),
            _full("452 4.2.2 The email account that you tried to reach is over quota."),
        ),
        10.8,
        max_smtp_out=12,
    ),
    Operator(
        "Yahoo",
        0.17,
        ("yahoo.com", "aol.com", "ymail.com", "yahoo.fr", "yahoo.co.uk", "rocketmail.com"),
        (
            ("mta5.am0.yahoodns.net", "203.0.113.73"),
            ("mta6.am0.yahoodns.net", "203.0.113.74"),
            ("mta7.am0.yahoodns.net", "203.0.113.75"),
        ),
        "250 ok dirdel",
        (
            _t(0.006, "451 Resources temporarily unavailable. Please try again later [#4.16.1]."),
            _t(0.002, "421 Max message per connection reached, closing transmission channel"),
            _b(
                0.008,
                "554 delivery error: dd This user doesn't have a yahoo.com account "
                "(u@yahoo.com) [0] - mta4107.mail.bf1.yahoo.com",
            ),
            _b(
                0.001,
                "554 30 Sorry, your message cannot be delivered. This mailbox is disabled "
                "(554.30). - mta4107.mail.bf1.yahoo.com",
            ),
            _full("452 4.2.2 Mailbox over quota. Please try again later."),
        ),
        9.0,
        max_smtp_out=10,
    ),
    Operator(
        "Comcast",
        0.20,
        ("comcast.net", "xfinity.com"),
        (("mx1.comcast.net", "203.0.113.96"), ("mx2.comcast.net", "203.0.113.97")),
        "250 2.0.0 8vXt2b00D0Qmail accepted for delivery",
        (
            _t(0.006, "452 4.1.1 Recipient has received too many recent messages from {ip}"),
            _t(
                0.003,
                "451 4.2.0 Throttled - try again later. Please see "
                "http://postmaster.comcast.net/smtp-error-codes.php#RL000010",
            ),
            _b(0.006, "550 5.1.1 Not our Customer"),
            _full("452 4.2.2 Mailbox full. Please try again later"),
        ),
        9.6,
        max_smtp_out=8,
    ),
    Operator(
        "AT&T",
        0.06,
        ("att.net", "sbcglobal.net", "bellsouth.net", "pacbell.net"),
        (
            ("al-ip4-mx-vip1.prodigy.net", "203.0.113.130"),
            ("ff-ip4-mx-vip2.prodigy.net", "203.0.113.131"),
        ),
        "250 2.0.0 57H2pQ012345 Message accepted for delivery",
        (
            _t(0.008, "451 4.3.0 Temporary system problem, try again later"),
            _b(0.008, "550 5.1.1 Recipient address rejected: no such user"),
            _full("452 4.2.2 Mailbox full"),
        ),
        12.0,
        max_smtp_out=10,
        tls=1,
    ),
    Operator(
        "Apple",
        0.06,
        ("icloud.com", "me.com", "mac.com"),
        (
            ("mx01.mail.icloud.com", "203.0.113.150"),
            ("mx02.mail.icloud.com", "203.0.113.151"),
        ),
        "250 2.0.0 Ok: queued as 4XyzAb1cJzq",
        (
            _t(0.006, "451 4.7.1 Service unavailable - try again later"),
            _b(0.004, "550 5.1.1 <u@icloud.com>: user does not exist"),
            _full("452 4.2.2 <u@icloud.com>: user is over quota"),
        ),
        8.4,
    ),
    Operator(
        "GMX",
        0.05,
        ("web.de", "gmx.de", "gmx.net", "mail.com"),
        (("mx00.emig.gmx.net", "203.0.113.170"), ("mx-ha02.web.de", "203.0.113.171")),
        "250 Requested mail action okay, completed: id=0M1abc-1tqXYZ0Abc",
        (
            _t(0.005, "450 Requested mail action not taken: mailbox unavailable"),
            _b(0.006, "550 Requested action not taken: mailbox unavailable"),
            _full(
                "452 4.2.2 Requested mail action aborted: exceeded storage allocation. "
                "Quota exceeded"
            ),
        ),
        9.0,
        max_smtp_out=10,
    ),
    Operator(
        "Orange",
        0.03,
        ("orange.fr", "wanadoo.fr"),
        (("smtp-in.orange.fr", "203.0.113.190"),),
        "250 2.0.0 1tqX2a mail accepted for delivery",
        (
            _t(
                0.008,
                "421 Service refuse. Veuillez essayer plus tard. Service refused, please "
                "try later. OFR_104 [104]",
            ),
            _b(
                0.006,
                "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid "
                "recipient. OFR_416 [416]",
            ),
            _full("452 4.2.2 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]"),
        ),
        13.2,
        max_smtp_out=6,
    ),
    Operator(
        "T-Online",
        0.03,
        ("t-online.de", "magenta.de"),
        (("mx00.t-online.de", "203.0.113.210"), ("mx01.t-online.de", "203.0.113.211")),
        "250 2.0.0 Message accepted.",
        (
            _t(0.004, "451 4.3.0 Temporary local problem, please try later"),
            _b(0.004, "550 5.1.1 user unknown"),
            _full("452 4.2.2 mailbox full"),
        ),
        10.2,
        max_smtp_out=10,
    ),
    Operator(
        "Mail.ru",
        0.02,
        ("mail.ru", "inbox.ru"),
        (("mxs.mail.ru", "203.0.113.230"),),
        "250 OK id=1tAbCd-0001Xy-2Z",
        (
            _t(0.006, "451 4.7.1 Try again later"),
            _b(
                0.008,
                "550 Message was not accepted -- invalid mailbox. Local mailbox "
                "u@mail.ru is unavailable: user not found",
            ),
        ),
        11.4,
        tls=1,
    ),
    Operator(
        "Own server",
        0.015,
        (
            *("harbour-books.example", "kiln-and-clay.example", "oakridge-clinic.example"),
            *("papyrus.example", "riverbank.example", "tern-travel.example"),
        ),
        (("mail.hosting-north.example", "203.0.113.240"),),
        "250 2.0.0 Ok: queued as 9C1B22F0A3",
        (
            _t(0.004, "450 4.7.1 Error: too much mail from {ip}"),
            _b(
                0.01,
                "550 5.1.1 <u>: Recipient address rejected: User unknown in virtual mailbox table",
            ),
            _full("452 4.2.2 <u>: Recipient address rejected: mailbox full"),
        ),
        15.0,
        tls=1,
        unreachable=0.004,
    ),
    Operator(
        "Greylisting server",
        0.01,
        ("lindenhof.example", "quarry-tools.example", "saltmarsh.example", "vineyard.example"),
        (("mx.hosting-south.example", "203.0.113.245"),),
        "250 2.0.0 Ok: queued as 4F7D01A",
        (_b(0.01, "550 5.1.1 <u>: Recipient address rejected: User unknown"),),
        15.0,
        tls=2,
        greylist="450 4.2.0 <u>: Recipient address rejected: Greylisted, see "
        "http://postgrey.schweikert.ch/help/",
    ),
)

PARKED = Operator(
    "Parked domains",
    0.0,
    (),
    (("mx.parked.example", "203.0.113.250"),),
    "250 2.0.0 Ok: queued",
    (_full("452 4.2.2 mailbox full, try again later"),),
    2.0,
)
"""Whose domains only fill the lists when many queues are asked for."""
