"""Limits: what PMTA's effective settings allow a queue or a VMTA."""

from dataclasses import dataclass

from pmtatop.model.text import SafeText


@dataclass(frozen=True, slots=True)
class Limits:
    """From `show settings D/V` (4.5 and later) or `show vmta-settings V` (later 5.0).

    Infinite: PMTA says `unlimited` or `never`. None: not told.
    """

    connections: float | None = None
    """`max-smtp-out`: of a queue, or of a VMTA over all its queues, by what was asked."""
    backoff_connections: float | None = None
    """`backoff-max-smtp-out`; unset it is the normal one."""
    msg_per_min: float | None = None
    """`max-msg-rate`, attempted recipients a minute."""
    backoff_msg_per_min: float | None = None
    source_ip_connections: float | None = None
    """`source-ip-max-smtp-out`."""
    vmta_msg_per_min: float | None = None
    """`max-smtp-msg-rate`."""
    retry_after_s: float | None = None
    """`retry-after`, the first where it is a list."""
    bounce_after_s: float | None = None
    """`bounce-after`: the upper bound of every age."""
    use_starttls: bool | None = None
    require_starttls: bool | None = None
    pattern_list: SafeText | None = None
    """`smtp-pattern-list`."""
    bounce_upon_5xx_greeting: bool | None = None
