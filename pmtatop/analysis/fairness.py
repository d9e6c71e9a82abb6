"""Whether a VMTA gets its share of connections; says `unknown` where it cannot know."""

from collections.abc import Sequence

from pmtatop.model.rows import Fairness, Vmta

BINDING = 0.95
"""A shared limit used to this ratio binds."""
STARVED_SHARE = 0.60
"""Below this part of its even share, with a backlog, a VMTA starves."""


def fairness_of(
    vmta: Vmta, others: Sequence[Vmta], total: int | None, total_max: int | None
) -> Fairness:
    """The fairness of `vmta` beside `others`; `total`, `total_max`: the node's connections out.

    Idle: it holds no mail. Starved: it holds mail, the node's limit binds, and it has under 60% of
    an even share while another VMTA holds most connections. Unknown where a figure is missing.
    """
    if vmta.stream == "warm-up":
        return Fairness("warming")
    if vmta.recipients == 0:
        return Fairness("idle")
    if vmta.recipients is None or vmta.connections is None or total is None or not total_max:
        return Fairness("unknown")
    if total < BINDING * total_max:
        return Fairness("fair")
    return _under_a_binding_limit(vmta, vmta.connections, others, total, total_max)


def _under_a_binding_limit(
    vmta: Vmta, connections: int, others: Sequence[Vmta], total: int, total_max: int
) -> Fairness:
    busy = [other for other in others if other.recipients and other.name != vmta.name]
    even = total / (len(busy) + 1)
    largest = max(busy, key=lambda other: other.connections or 0, default=None)
    if largest is None or connections >= STARVED_SHARE * even:
        return Fairness("fair")
    if (largest.connections or 0) <= total / 2:
        return Fairness("fair")
    return Fairness("starved", str(largest.name), f"connections out: {total} of {total_max}")
