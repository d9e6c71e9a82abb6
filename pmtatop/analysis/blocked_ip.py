"""One source IP that an operator refuses for good, beside its peers that it takes."""

from collections.abc import Sequence

from pmtatop.model.rows import SourceIp
from pmtatop.model.text import SafeText

LOST = 10
"""Recipients lost in 15 minutes, fewer than the rule for a whole operator asks for."""

MOSTLY = 0.5
"""Share of the address's attempts that must be lost."""

PEERS_ATTEMPTS = 20
PEERS_LOST = 0.05
"""The others must have tried so often, and lost at most this share."""


def blocked_ip(rows: Sequence[SourceIp], isp: str) -> SafeText | None:
    """The address that is refused while the others are not; None: there is none."""
    here = [(row.ip, each) for row in rows for each in row.isps if each.name == isp]
    attempts = sum(each.attempts for _, each in here)
    lost = sum(each.lost for _, each in here)
    for ip, each in here:
        others, others_lost = attempts - each.attempts, lost - each.lost
        if (
            each.lost >= max(LOST, MOSTLY * each.attempts)
            and others >= PEERS_ATTEMPTS
            and others_lost <= PEERS_LOST * others
        ):
            return ip
    return None
