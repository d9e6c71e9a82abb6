"""The ledger: what was received, delivered, bounced and is left, by queue, job and in all."""

from pmtatop.simulator.counters import Flow
from pmtatop.simulator.mail import Batch, Queue

BEFORE = 31_400_000
"""Recipients of the 41 days before the simulation: counters since start do not begin at zero."""

BYTES_BEFORE = 40_960
"""Bytes of each of those."""


class Ledger:
    """Balances at any second: `carried + received == delivered + bounced + queued`."""

    def __init__(self) -> None:
        self.carried = 0
        """Recipients that already waited when the simulation began."""
        self.received = 0
        self.delivered = 0
        self.bounced = 0
        self.queued = 0
        self.queued_bytes = 0
        self.jobs: dict[str, dict[Queue, int]] = {}
        """Recipients left, by job and queue."""
        self.flow_in = Flow(BEFORE, BYTES_BEFORE)
        self.flow_out = Flow(BEFORE, BYTES_BEFORE)

    def carry(self, queue: Queue, batch: Batch) -> None:
        """Recipients that were received before the simulation."""
        self.carried += len(batch.ids)
        self._enter(queue, batch, 1)

    def receive(self, second: int, queue: Queue, batch: Batch) -> None:
        """Recipients that are accepted for injection now."""
        self.received += len(batch.ids)
        self.flow_in.add(second, len(batch.ids), batch.size)
        self._enter(queue, batch, 1)

    def deliver(self, second: int, queue: Queue, batch: Batch) -> None:
        """Recipients that the other side has taken."""
        self.delivered += len(batch.ids)
        self.flow_out.add(second, len(batch.ids), batch.size)
        self._enter(queue, batch, -1)

    def bounce(self, queue: Queue, batch: Batch) -> None:
        """Recipients that are given up."""
        self.bounced += len(batch.ids)
        self._enter(queue, batch, -1)

    def reset_counters(self) -> None:
        """The totals since the server's start begin at zero."""
        self.flow_in, self.flow_out = Flow(0, 0), Flow(0, 0)

    def _enter(self, queue: Queue, batch: Batch, sign: int) -> None:
        count = sign * len(batch.ids)
        queue.recipients += count
        queue.bytes += count * batch.size
        self.queued += count
        self.queued_bytes += count * batch.size
        job = self.jobs.get(batch.job)
        if job is None:
            job = self.jobs[batch.job] = {}
        job[queue] = job.get(queue, 0) + count
        if not job[queue]:
            del job[queue]
            if not job:
                del self.jobs[batch.job]
