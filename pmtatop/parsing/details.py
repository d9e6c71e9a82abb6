"""Pages about one queue, domain or job. Their JSON keys are in no document: aliases throughout."""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from pmtatop.model.details import QueueDetail
from pmtatop.model.polls import DomainPoll, JobPoll, QueueError, QueuePoll
from pmtatop.model.text import SafeText
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import elements, first_of, local_time, mapping, text
from pmtatop.parsing.lists import read_domain, read_job, read_queue
from pmtatop.parsing.safe_text import safe_text
from pmtatop.parsing.settings_page import values_of
from pmtatop.parsing.tree import leaves, text_of, tree_of

Source = Mapping[str, object]

_WORD = re.compile(r"[0-9A-Fa-f:.]{3,45}")

MOST_EVENTS = 200


def parse_queue_detail(payload: bytes) -> QueueDetail:
    """`/queueDetail`. Raises ParseError."""
    source = _object(tree_of(payload), "queue", "queues", "queueDetail")
    reason = first_of(source, "backoffReason", "backoff_reason", "backoffreason", "reason")
    return QueueDetail(
        poll=_queue(source),
        backoff_reason=text(reason),
        mode_changes=_events(first_of(source, "modeEvents", "modeChanges", "modeChangeEvents")),
        recipient_events=_events(first_of(source, "rcptEvents", "recipientEvents", "rcptEvent")),
        disabled_ips=addresses_in(first_of(source, "disabledSources", "disabledSourceIps")),
        settings=values_of(first_of(source, "settings", "queueSettings")),
    )


def _queue(source: Source) -> QueuePoll:
    return read_queue(_name(source), source)


def parse_domain_detail(payload: bytes) -> DomainPoll:
    """`/domainDetail`. Raises ParseError."""
    source = _object(tree_of(payload), "domain", "domains", "domainDetail")
    return read_domain(_name(source), source)


def parse_job_detail(payload: bytes) -> JobPoll:
    """`/jobDetail`. Raises ParseError."""
    source = _object(tree_of(payload), "job", "jobs", "jobDetail")
    return read_job(_name(source), source)


def parse_disabled_sources(payload: bytes) -> tuple[SafeText, ...]:
    """`show disabled sources`: the addresses in it, whatever shape it has.

    Raises ParseError for a refusal: the address that it names is the caller's.
    """
    words = text_of(payload)
    try:
        return addresses_in(tree_of(payload))
    except ParseError:
        return addresses_in(words)


def addresses_in(value: object) -> tuple[SafeText, ...]:
    """The IP addresses in all leaves, each once, in order."""
    found: dict[SafeText, None] = {}
    for _, leaf in leaves(value):
        for word in _WORD.findall(str(leaf)[:10_000]):
            if _is_address(word):
                found[safe_text(word)] = None
    return tuple(found)


def _is_address(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        return False
    return True


def _object(tree: Source, *names: str) -> Source:
    """The object itself: under one of `names`, or the whole page."""
    for name in names:
        inner = elements(tree.get(name))
        if inner:
            return inner[0]
    if not tree:
        raise ParseError("the page about this object is empty: it may be gone")
    return tree


def _name(source: Source) -> SafeText:
    return text(first_of(source, "name", "id")) or SafeText("")


def _events(value: object) -> tuple[QueueError, ...]:
    return tuple(_each_event(elements(value)))


def _each_event(entries: Iterable[Source]) -> Iterable[QueueError]:
    """Texts with their times; an event without a text is told by all its leaves."""
    for entry in list(entries)[:MOST_EVENTS]:
        words = text(first_of(entry, "text", "event", "description")) or _joined(entry)
        yield QueueError(local_time(first_of(entry, "time", "at")), words)


def _joined(entry: Source) -> SafeText:
    parts = (str(value) for path, value in leaves(mapping(entry)) if path not in ("time", "at"))
    return safe_text(" ".join(part for part in parts if part))
