"""Sweep: every question that PMTA can be asked, once, in every format that it may answer in."""

import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field

from pmtatop.model.page import Ask, Page
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import elements, mapping
from pmtatop.parsing.tree import Tree, tree_of
from pmtatop.sources.interface import Interface
from pmtatop.transports.faults import TransportError

OBJECTS = 3
"""Queues that are asked about one by one: the top ones of the list."""

ROWS = 10
"""Recipients of a queue that are listed: their shape is wanted, not they."""

NODE_PAGES = (
    *(Page.STATUS, Page.QUEUES, Page.DOMAINS, Page.VMTAS, Page.JOBS),
    *(Page.LOGS, Page.LICENSE, Page.VERSION),
)


@dataclass(frozen=True, slots=True)
class Captured:
    """One question and what came of it: a body, or the words of the refusal."""

    ask: Ask
    origin: str
    body: bytes | None
    fault: str | None
    seconds: float


@dataclass(slots=True)
class Names:
    """What the replies so far name."""

    queues: list[str] = field(default_factory=list)
    vmtas: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)

    def read(self, page: Page, body: bytes) -> None:
        """Learn from one reply; one that cannot be read names nobody."""
        try:
            tree = tree_of(body)
        except ParseError:
            return
        if page is Page.STATUS:
            self.hosts += _host(tree)
        elif page is Page.QUEUES:
            self.queues += _named(tree, "queues")
            self.vmtas += [name.rpartition("/")[2] for name in self.queues if "/" in name]
        elif page is Page.VMTAS:
            self.vmtas += _named(tree, "vmtas")
        elif page is Page.JOBS:
            self.jobs += _named(tree, "jobs")


def _host(tree: Tree) -> list[str]:
    full = str(mapping(tree.get("mta")).get("fullHostName") or "")
    return [full, full.partition(".")[0]]


def _named(tree: Tree, key: str) -> list[str]:
    rows: Iterable[Mapping[str, object]] = elements(tree.get(key))
    return [str(row.get("name") or row.get("id") or "") for row in rows]


async def sweep(interface: Interface, names: Names) -> AsyncIterator[Captured]:
    """The node's own pages, then those about its top queues; `names` grows on the way."""
    for page in NODE_PAGES:
        found = await _captured(interface, Ask(page), names)
        yield found
        if page is Page.STATUS and found.body is None:
            return  # unreachable, or no rights at all: thirty more would say the same
    for ask in _about(names):
        yield await _captured(interface, ask, names)


def _about(names: Names) -> Iterable[Ask]:
    for queue in dict.fromkeys(names.queues[:OBJECTS]):
        domain, _, vmta = queue.rpartition("/")
        yield Ask(Page.QUEUE_DETAIL, queue)
        yield Ask(Page.DOMAIN_DETAIL, domain)
        yield Ask(Page.SETTINGS, queue)
        yield Ask(Page.VMTA_SETTINGS, vmta)
        yield Ask(Page.DISABLED_SOURCES, queue)
        yield Ask(Page.OLDER_THAN, queue, older_than="1h", most=1)
    if names.queues:
        # The smallest of the list: a long list is work for PMTA.
        yield Ask(Page.LIST_QUEUE, names.queues[-1], most=ROWS)
    for job in names.jobs[:1]:
        yield Ask(Page.JOB_DETAIL, job)


async def _captured(interface: Interface, ask: Ask, names: Names) -> Captured:
    begun = time.monotonic()
    try:
        reply = await interface.ask(ask)
    except TransportError as error:
        return Captured(ask, "", None, error.fault.text, time.monotonic() - begun)
    names.read(ask.page, reply.body)
    return Captured(ask, reply.origin, reply.body, None, time.monotonic() - begun)
