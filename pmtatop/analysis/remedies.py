"""What a class of refusals usually means: whose it is, where it is said, what to check and do."""

from collections.abc import Mapping
from types import MappingProxyType

from pmtatop.model.reason import ReasonClass as C
from pmtatop.model.reason import Remedy, Stage, Whose

WHOSE: Mapping[C, Whose] = MappingProxyType(
    {
        C.RATE: Whose.THEIRS,
        C.CONNECTION_LIMIT: Whose.THEIRS,
        C.GREYLISTING: Whose.THEIRS,
        C.REPUTATION: Whose.OURS,
        C.AUTHENTICATION: Whose.OURS,
        C.TLS: Whose.UNKNOWN,
        C.CONTENT: Whose.OURS,
        C.MAILBOX_FULL: Whose.RECIPIENT,
        C.UNKNOWN_USER: Whose.RECIPIENT,
        C.DNS_MX: Whose.UNKNOWN,
        C.REMOTE_FAULT: Whose.THEIRS,
        C.TIMEOUT: Whose.UNKNOWN,
        C.PTR_HELO: Whose.OURS,
        C.INACTIVE: Whose.RECIPIENT,
        C.POLICY: Whose.UNKNOWN,
        C.OWN_LIMIT: Whose.OURS,
        C.SIZE: Whose.OURS,
        C.RELAYING: Whose.UNKNOWN,
        C.PROTOCOL: Whose.UNKNOWN,
        C.VIRUS: Whose.OURS,
        C.EXPIRED: Whose.UNKNOWN,
        C.UNCLASSIFIED: Whose.UNKNOWN,
    }
)
"""Whose problem a class is, where the reply itself does not say."""

STAGES: Mapping[C, Stage] = MappingProxyType(
    {
        C.MAILBOX_FULL: Stage.RCPT,
        C.UNKNOWN_USER: Stage.RCPT,
        C.INACTIVE: Stage.RCPT,
        C.RELAYING: Stage.RCPT,
        C.GREYLISTING: Stage.RCPT,
        C.SIZE: Stage.MAIL,
        C.AUTHENTICATION: Stage.DATA,
        C.CONTENT: Stage.DATA,
        C.VIRUS: Stage.DATA,
        C.TLS: Stage.STARTTLS,
    }
)
"""Where a recipient-level reply of a class is usually given."""

REMEDIES: Mapping[C, Remedy] = MappingProxyType(
    {
        C.RATE: Remedy(
            "compare the volume with its usual; see which quota the reply names (IP, netblock, "
            "DKIM, SPF, URL) and whether deliveries per minute hold",
            "fewer connections and a lower rate; hold the job that raised the volume",
            "max-msg-rate",
            600.0,
            "do not skip-mx, use another IP or force a retry",
        ),
        C.CONNECTION_LIMIT: Remedy(
            "add up the connections per source IP over every queue on that MX",
            "lower the connections of the rollup; keep about 20 messages per connection",
            "max-smtp-out",
            600.0,
            "do not skip-mx inside one operator's pool",
        ),
        C.GREYLISTING: Remedy(
            "see whether retries from the same source IP pass",
            "wait: the next ordinary retry is the cure",
            "retry-recipients-after",
            600.0,
            "do not enter backoff, reroute or rotate IPs",
        ),
        C.REPUTATION: Remedy(
            "compare this source IP with its pool; look at complaints and at recipients lost",
            "rest the refused IP (4xx: some hours; 5xx: pause its queues) and cure the cause, "
            "then ask for delisting",
            "disable source",
            7200.0,
            "do not retry, probe or move the mail to another IP",
        ),
        C.AUTHENTICATION: Remedy(
            "look up the sender domain's SPF, DKIM and DMARC from outside; one domain or all?",
            "pause that domain's jobs until its DNS is right; queued mail passes then",
            None,
            3600.0,
            "slowing down or another source host does not help",
        ),
        C.TLS: Remedy(
            "run `pmta resolve --connect` with --use-dane or --use-mta-sts for each MX",
            "wait for their certificate; turn verification off for a while only if it is known "
            "to be their fault",
            "use-dane",
            1800.0,
            "never plain text where the domain enforces TLS",
        ),
        C.CONTENT: Remedy(
            "find the job, customer and URL domain behind the refused mail",
            "pause that job and look at its content and links",
            None,
            None,
            "do not delete the queue or hide it from accounting",
        ),
        C.MAILBOX_FULL: Remedy(
            "compare with this ISP's usual share of full mailboxes",
            "nothing now; suppress addresses that stay full for days",
            None,
            None,
            "do not shorten bounce-after: it bounces the whole queue",
        ),
        C.UNKNOWN_USER: Remedy(
            "find the job and the list the addresses came from",
            "pause the job when more than about 5% are unknown",
            None,
            None,
            "do not read every 553 as a bad address: blocks would become bad addresses",
        ),
        C.DNS_MX: Remedy(
            "run `pmta resolve --server=` against each resolver",
            "repair the resolver or the domain's records; the retry follows by itself",
            "retry-after",
            60.0,
            "do not bounce-upon-no-mx nor clear the DNS cache",
        ),
        C.REMOTE_FAULT: Remedy(
            "see whether other nodes and other senders meet the same",
            "wait for the next retry, there is nothing to do here",
            None,
            1800.0,
            "do not treat their 421 as a missing MX",
        ),
        C.TIMEOUT: Remedy(
            "one ISP or all, one source IP or all? look at routes, firewall and conntrack",
            "repair the path if it is ours, else wait",
            None,
            900.0,
            "do not move warm traffic to cold IPs",
        ),
        C.PTR_HELO: Remedy(
            "compare PTR, A record and HELO name of the source IP",
            "make PTR = A = HELO; pause that VMTA until then",
            "host-name",
            3600.0,
            "a retry changes nothing",
        ),
        C.INACTIVE: Remedy(
            "find the list that holds these addresses",
            "suppress the addresses",
            None,
            None,
            "do not retry",
        ),
        C.POLICY: Remedy(
            "read the reply: one sender or all of them?",
            "pause the job it concerns and do what the text asks",
            None,
            None,
            "do not retry unchanged",
        ),
        C.OWN_LIMIT: Remedy(
            "see which directive the text names and its present value",
            "wait; raise it only after 14 days of low deferral",
            "max-msg-rate",
            None,
            "do not blame the ISP: this limit is ours",
        ),
        C.SIZE: Remedy("read the reply for the limit", "send smaller messages or links instead"),
        C.RELAYING: Remedy("check the domain's MX and the route", "correct the route or MX"),
        C.PROTOCOL: Remedy("read the reply and trace one delivery", "nothing automatic"),
        C.VIRUS: Remedy("find the job and its attachment", "pause that job and scan its content"),
        C.EXPIRED: Remedy("look at the last errors of its queue", "cure the cause of the delay"),
        C.UNCLASSIFIED: Remedy("read the reply in full", "cause unknown: nothing automatic"),
    }
)
"""What to check first, consider, and leave alone, by class."""

HELP: Mapping[str, str] = MappingProxyType(
    {
        "Gmail": "https://support.google.com/a/answer/81126",
        "Yahoo": "https://senders.yahooinc.com/smtp-error-codes/",
        "Microsoft": "https://sendersupport.olc.protection.outlook.com/pm/troubleshooting.aspx",
        "Comcast": "https://postmaster.comcast.net/",
        "Apple": "https://support.apple.com/en-us/102322",
        "GMX": "https://postmaster.gmx.net/",
        "T-Online": "https://postmaster.t-online.de/",
        "Mail.ru": "https://postmaster.mail.ru/",
        "Yandex": "https://yandex.com/support/mail/spam/honest-mailers.html",
    }
)
"""The provider's own page for senders."""
