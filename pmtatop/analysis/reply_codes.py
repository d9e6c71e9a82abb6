"""What a status means where no wording decided: enhanced codes, reply codes, PMTA's categories.

Sources: RFC 3463 and RFC 7372 (enhanced codes), RFC 5321 4.2 (reply codes), and the list of
`bounceCat` names in PMTA's user guide. A code alone is weak: the same x.7.1 is used for most
classes, so these rows are of medium confidence at best.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pmtatop.model.reason import Confidence, ReasonClass

_M, _L = Confidence.MEDIUM, Confidence.LOW
_C = ReasonClass

ENHANCED: Mapping[str, tuple[ReasonClass, Confidence]] = MappingProxyType(
    {
        "1.0": (_C.UNKNOWN_USER, _L),
        "1.1": (_C.UNKNOWN_USER, _M),
        "1.2": (_C.DNS_MX, _M),
        "1.3": (_C.UNKNOWN_USER, _L),
        "1.4": (_C.UNKNOWN_USER, _L),
        "1.6": (_C.INACTIVE, _M),
        "1.7": (_C.POLICY, _L),
        "1.8": (_C.DNS_MX, _M),
        "1.10": (_C.DNS_MX, _M),
        "2.0": (_C.UNKNOWN_USER, _L),
        "2.1": (_C.INACTIVE, _M),
        "2.2": (_C.MAILBOX_FULL, _M),
        "2.3": (_C.SIZE, _M),
        "2.4": (_C.UNKNOWN_USER, _L),
        "3.0": (_C.REMOTE_FAULT, _L),
        "3.1": (_C.REMOTE_FAULT, _M),
        "3.2": (_C.REMOTE_FAULT, _M),
        "3.3": (_C.PROTOCOL, _L),
        "3.4": (_C.SIZE, _M),
        "3.5": (_C.REMOTE_FAULT, _L),
        "4.1": (_C.TIMEOUT, _M),
        "4.2": (_C.TIMEOUT, _M),
        "4.3": (_C.REMOTE_FAULT, _M),
        "4.4": (_C.DNS_MX, _M),
        "4.5": (_C.REMOTE_FAULT, _M),
        "4.6": (_C.DNS_MX, _M),
        "4.7": (_C.EXPIRED, _M),
        "5.0": (_C.PROTOCOL, _L),
        "5.1": (_C.PROTOCOL, _L),
        "5.2": (_C.PROTOCOL, _L),
        "5.3": (_C.RATE, _L),
        "5.4": (_C.PROTOCOL, _L),
        "6.0": (_C.CONTENT, _L),
        "6.1": (_C.CONTENT, _L),
        "6.3": (_C.PROTOCOL, _L),
        "7.2": (_C.POLICY, _L),
        "7.5": (_C.TLS, _M),
        "7.8": (_C.AUTHENTICATION, _M),
        "7.9": (_C.AUTHENTICATION, _L),
        "7.10": (_C.TLS, _M),
        "7.11": (_C.TLS, _M),
        "7.20": (_C.AUTHENTICATION, _M),
        "7.21": (_C.AUTHENTICATION, _M),
        "7.22": (_C.AUTHENTICATION, _M),
        "7.23": (_C.AUTHENTICATION, _M),
        "7.24": (_C.AUTHENTICATION, _M),
        "7.25": (_C.PTR_HELO, _M),
        "7.26": (_C.AUTHENTICATION, _M),
        "7.27": (_C.DNS_MX, _M),
        "7.28": (_C.RATE, _M),
        "7.29": (_C.TLS, _L),
        "7.30": (_C.AUTHENTICATION, _L),
        "7.32": (_C.AUTHENTICATION, _L),
        "7.40": (_C.AUTHENTICATION, _L),
    }
)
"""Subject and detail of an enhanced status code -> class, whatever its first digit."""

REPLY: Mapping[str, tuple[ReasonClass, Confidence]] = MappingProxyType(
    {
        "421": (_C.REMOTE_FAULT, _L),
        "431": (_C.REMOTE_FAULT, _L),
        "432": (_C.REMOTE_FAULT, _L),
        "441": (_C.TIMEOUT, _L),
        "442": (_C.TIMEOUT, _L),
        "447": (_C.EXPIRED, _L),
        "451": (_C.REMOTE_FAULT, _L),
        "452": (_C.REMOTE_FAULT, _L),
        "454": (_C.TLS, _L),
        "500": (_C.PROTOCOL, _L),
        "501": (_C.PROTOCOL, _L),
        "502": (_C.PROTOCOL, _L),
        "503": (_C.PROTOCOL, _L),
        "504": (_C.PROTOCOL, _L),
        "521": (_C.POLICY, _L),
        "530": (_C.AUTHENTICATION, _L),
        "535": (_C.AUTHENTICATION, _L),
        "551": (_C.RELAYING, _L),
        "552": (_C.MAILBOX_FULL, _L),
        "556": (_C.DNS_MX, _L),
    }
)
"""Three-digit code -> class, only where the code says more than yes or no (450, 550 do not)."""

CATEGORY: Mapping[str, tuple[ReasonClass, Confidence]] = MappingProxyType(
    {
        "bad-configuration": (_C.REMOTE_FAULT, _L),
        "bad-connection": (_C.TIMEOUT, _L),
        "bad-domain": (_C.DNS_MX, _M),
        "bad-mailbox": (_C.UNKNOWN_USER, _M),
        "content-related": (_C.CONTENT, _L),
        "inactive-mailbox": (_C.INACTIVE, _M),
        "invalid-sender": (_C.DNS_MX, _L),
        "message-expired": (_C.EXPIRED, _M),
        "no-answer-from-host": (_C.TIMEOUT, _M),
        "policy-related": (_C.POLICY, _L),
        "protocol-errors": (_C.PROTOCOL, _L),
        "quota-issues": (_C.MAILBOX_FULL, _M),
        "relaying-issues": (_C.RELAYING, _L),
        "routing-errors": (_C.DNS_MX, _L),
        "spam-related": (_C.CONTENT, _L),
        "virus-related": (_C.VIRUS, _L),
    }
)
"""PMTA's `bounceCat` -> class; it cannot tell a block from content, nor rate from connections."""
