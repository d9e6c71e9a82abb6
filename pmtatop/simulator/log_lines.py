"""Log lines as PMTA writes them: traces with a connection number, and free text."""

from collections.abc import Callable

from pmtatop.simulator.accounting import DNS_FAILED, NO_ANSWER
from pmtatop.simulator.mail import Queue
from pmtatop.simulator.places import TLS

VERSION = "v5.0r8"

Log = Callable[[int, str], None]


def startup_line() -> str:
    """What stands at the top of the log (wording unknown: ours)."""
    return f"PowerMTA {VERSION} (simulated) starting"


def mode_line(queue: Queue, reason: str) -> str:
    """A change of mode. That it is logged is known, its wording is not public: this is ours."""
    return f"queue {queue.name} switched to {queue.mode} mode: {reason}"


def trace(log: Log, second: int, number: int, queue: Queue) -> None:
    """A session that goes well (`log-connections yes`)."""
    mx, ip = queue.operator.mx[0]
    protocol, cipher = TLS[queue.operator.tls]
    log(second, f"({number:3d})starting {queue.name}")
    log(second, f"({number:3d})connecting from {queue.vmta.place.host} to {mx} ({ip})")
    if protocol:
        log(second, f"({number:3d})tls:{protocol} connected with {cipher}")


def refused_trace(
    log: Log, second: int, number: int, queue: Queue, reply: str, mx: tuple[str, str]
) -> None:
    """A session that the other side does not want (`>>>` is what was received)."""
    if reply == DNS_FAILED:
        log(second, f"({number:3d})StatusDnsQueryFailed resolving {queue.mailbox}")
        return
    host, ip = mx
    said = f"ETIMEDOUT connecting to {host} ({ip})" if reply == NO_ANSWER else f">>> {reply}"
    log(second, f"({number:3d})connecting from {queue.vmta.place.host} to {host} ({ip})")
    log(second, f"({number:3d}){said}")
