"""PMTA's traffic counters: since start, the last hour, the last minute, and the best of each."""

STEP_S = 5
"""The vendor's help says of the windows that they roll in steps of five seconds."""

MINUTE_STEPS, HOUR_STEPS = 12, 720


class Window:
    """A sliding sum over a number of steps, and the best sum so far."""

    def __init__(self, steps: int) -> None:
        self._slots = [0] * steps
        self._last = 0
        self.sum = 0
        self.top = 0

    def add(self, step: int, amount: int) -> None:
        """Count `amount` in this step; what has left the window no longer counts."""
        slots = self._slots
        size = len(slots)
        for passed in range(max(self._last, step - size) + 1, step + 1):
            self.sum -= slots[passed % size]
            slots[passed % size] = 0
        self._last = step
        slots[step % size] += amount
        self.sum += amount
        self.top = max(self.top, self.sum)


class Counter:
    """One documented counter (recipients or bytes) in all five windows."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.minute = Window(MINUTE_STEPS)
        self.hour = Window(HOUR_STEPS)

    def add(self, step: int, amount: int) -> None:
        """Count `amount` in this step."""
        self.total += amount
        self.minute.add(step, amount)
        self.hour.add(step, amount)

    def windows(self) -> dict[str, int]:
        """`traffic.{total,lastHr,lastMin,topPerHr,topPerMin}` as of the last step."""
        return {
            "total": self.total,
            "lastHr": self.hour.sum,
            "lastMin": self.minute.sum,
            "topPerHr": self.hour.top,
            "topPerMin": self.minute.top,
        }


class Flow:
    """One direction, `in` or `out`. Each recipient is a message here, so `msg` equals `rcp`."""

    def __init__(self, recipients: int, bytes_each: int) -> None:
        """`recipients` passed before the simulation began, of `bytes_each`."""
        self._recipients = Counter(recipients)
        self._bytes = Counter(recipients * bytes_each)
        self._step = 0
        self._new = 0
        self._new_bytes = 0

    def add(self, second: int, recipients: int, size: int) -> None:
        """Recipients that passed in this second, of `size` bytes each."""
        step = second // STEP_S
        if step != self._step:
            self._settle(step)
        self._new += recipients
        self._new_bytes += recipients * size

    @property
    def total(self) -> int:
        """Recipients since the server's start: `traffic.total.*.rcp`."""
        return self._recipients.total + self._new

    def recipients(self, second: int) -> dict[str, int]:
        """Recipients by window as of this second."""
        self._settle(second // STEP_S)
        return self._recipients.windows()

    def bytes(self, second: int) -> dict[str, int]:
        """Bytes by window as of this second."""
        self._settle(second // STEP_S)
        return self._bytes.windows()

    def _settle(self, step: int) -> None:
        # Counted once a step, not once an event: a lived day has a hundred thousand events.
        for now in (self._step, step):
            self._recipients.add(now, self._new)
            self._bytes.add(now, self._new_bytes)
            self._new = self._new_bytes = 0
        self._step = step


def kilobytes(size: int) -> float:
    """PMTA's `kb`: a whole number where it is one, else one decimal."""
    kb = round(size / 1024, 1)
    return int(kb) if kb.is_integer() else kb
