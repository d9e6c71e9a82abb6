"""What PMTA's pages about single objects say; None for what a page lacks."""

from collections.abc import Mapping
from dataclasses import dataclass

from pmtatop.model.instant import Instant
from pmtatop.model.polls import QueueError, QueuePoll
from pmtatop.model.text import SafeText


@dataclass(frozen=True, slots=True)
class QueueDetail:
    """`/queueDetail`. Keys beyond the list page's are in no document: aliases are accepted."""

    poll: QueuePoll
    """What the list page says of the queue."""
    backoff_reason: SafeText | None
    mode_changes: tuple[QueueError, ...]
    """Newest first."""
    recipient_events: tuple[QueueError, ...]
    """Needs `track-recipient-events true`; newest first."""
    disabled_ips: tuple[SafeText, ...]
    settings: Mapping[SafeText, SafeText]


@dataclass(frozen=True, slots=True)
class ListedRecipient:
    """One entry of `/listqueue` or `list`."""

    queue: SafeText
    recipient: SafeText
    local_queued_at: Instant | None
    """`timeQueued`, server-local read as if UTC."""


@dataclass(frozen=True, slots=True)
class ListedQueue:
    """`/listqueue` or `list`: the one place that tells when mail was queued."""

    rows: tuple[ListedRecipient, ...]
    busy: bool
    """Whether PMTA left out queues that it was delivering."""
    summary: SafeText
    """Its sentence about the list."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """One entry of `/logs`."""

    name: SafeText
    local_at: Instant | None
    bytes_: float | None


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """`show settings` or `show vmta-settings`: directive and value as PMTA prints them."""

    values: Mapping[SafeText, SafeText]
