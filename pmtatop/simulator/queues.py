"""The queues that exist: which domains there are, which VMTA takes what, under which limits."""

from collections.abc import Iterator
from dataclasses import dataclass

from pmtatop.simulator.fleet import DEFAULT_VMTA, VMTAS
from pmtatop.simulator.mail import Queue, Vmta
from pmtatop.simulator.places import OPERATORS, PARKED, Operator
from pmtatop.simulator.scenarios import Limit, Scenario


@dataclass(frozen=True, slots=True)
class Domain:
    """A recipient domain."""

    name: str
    operator: Operator
    share: float
    """Part of all recipients."""
    mailbox: str = ""
    """The recipients' domain where the queue bears another name."""


class QueueBook:
    """Queues by name, made when their first mail comes; VMTAs of a pool take turns."""

    def __init__(self, scenario: Scenario, domains: int | None, queues: int | None) -> None:
        """`domains`: so many instead of the table's; `queues`: there must be room for so many."""
        wanted = -(-(queues or 0) // len(VMTAS))
        self.domains = domains_of(domains, wanted)
        self.queues: dict[str, Queue] = {}
        self.vmtas = [Vmta(place) for place in VMTAS]
        if scenario.odd_names:
            self.domains += odd_domains()
            self.vmtas.append(Vmta(DEFAULT_VMTA))
        self._pools: dict[str, list[Vmta]] = {}
        for vmta in self.vmtas:
            self._pools.setdefault(vmta.place.pool, []).append(vmta)
        self._turns = dict.fromkeys(self._pools, 0)
        self._limits = {limit.operator: limit for limit in scenario.limits}

    def queue_in(self, pool: str, domain: Domain) -> Queue:
        """The queue of this domain at the pool's next VMTA (round-robin)."""
        members, turn = self._pools[pool], self._turns[pool]
        self._turns[pool] = turn + 1
        return self.queue(domain, members[turn % len(members)])

    def queue(self, domain: Domain, vmta: Vmta) -> Queue:
        """The queue `domain/vmta`."""
        name = f"{domain.name}/{vmta.place.name}"
        queue = self.queues.get(name)
        if queue is None:
            operator = domain.operator
            usual = Limit(operator.name, operator.max_smtp_out, operator.max_msg_rate)
            limit = self._limits.get(operator.name, usual)
            queue = self.queues[name] = Queue(
                *(name, domain.name, operator, vmta, limit.max_smtp_out, limit.max_msg_rate),
                domain.mailbox or domain.name,
            )
        return queue

    def all_possible(self) -> Iterator[Queue]:
        """Every domain at every VMTA, whether it has seen mail or not."""
        return (self.queue(domain, vmta) for domain in self.domains for vmta in self.vmtas)

    def backlog(self) -> list[Queue]:
        """Queues that hold mail, in the order in which they were made."""
        return [queue for queue in self.queues.values() if queue.recipients]


def domains_of(count: int | None, at_least: int = 0) -> list[Domain]:
    """The table's domains; fewer: the largest of each operator first; more: some that are parked.

    Shares are of the whole; parked domains get no new mail.
    """
    ranked = sorted(
        (
            (rank, Domain(name, operator, operator.share * weight))
            for operator in OPERATORS
            for rank, (name, weight) in enumerate(
                zip(operator.domains, _falling(len(operator.domains)), strict=True)
            )
        ),
        key=lambda pair: pair[0],
    )
    found = [domain for _, domain in ranked][:count]
    total = sum(domain.share for domain in found)
    scaled = [Domain(d.name, d.operator, d.share / total) for d in found]
    parked = max(count or 0, at_least) - len(scaled)
    return scaled + [Domain(f"parked{i:05d}.example", PARKED, 0.0) for i in range(parked)]


def odd_domains() -> list[Domain]:
    """A rollup, a `queue-to` name and an IDN: names of queues that are no domains as they stand."""
    by_name = {operator.name: operator for operator in OPERATORS}
    odd = (
        ("yahoo.rollup", "Yahoo", "yahoo.co.uk"),
        ("hotmail.queue", "Microsoft", "hotmail.fr"),
        ("öbb.example", "Own server", ""),
    )
    return [Domain(name, by_name[operator], 0.05, mailbox) for name, operator, mailbox in odd]


def _falling(count: int) -> list[float]:
    weights = [0.35**i for i in range(count)]
    return [weight / sum(weights) for weight in weights]
