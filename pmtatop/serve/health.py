"""Health: whether a View shows a node that answers; exit codes and `/healthz` agree."""

from dataclasses import dataclass

from pmtatop.model.view import View


@dataclass(frozen=True, slots=True)
class Health:
    """The answer, and one line for the person who asks."""

    ok: bool
    text: str


def health_of(view: View) -> Health:
    """Healthy is: the node answers. A PMTA that shuts down answers, and says so."""
    node = view.node
    if node.state in ("running", "shutting-down"):
        return Health(True, f"{node.name}: {node.state}")
    why = f": {node.detail}" if node.detail else ""
    return Health(False, f"{node.name}: {node.state}{why}")
