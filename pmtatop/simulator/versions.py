"""What the versions of PMTA lack or have of their own, from clients of their time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Page = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Build:
    """One version."""

    name: str
    """As `--pmta-version` has it."""
    product: str
    """`mta.product.version`."""
    json: bool
    """5.0: JSON on the web and on the command line, `/command`, `--older-than`."""

    def shaped(self, path: str, data: Page) -> Page:
        """A page of 5.0 as this version gives it."""
        if path == "/status":
            return self._status(data)
        if path == "/jobs" and self.name == "4.0":
            return data | {"jobs": [_with_id(job) for job in data["jobs"]]}
        if path == "/queues" and self.name == "4.0":
            return data | {"queues": [_without(q, "backoffReason") for q in data["queues"]]}
        return data

    def _status(self, data: Page) -> Page:
        product = data["mta"]["product"] | {"version": self.product}
        page = data | {"mta": data["mta"] | {"product": product}}
        if self.json:
            return page
        status = page["status"]
        traffic = {name: value for name, value in status["traffic"].items() if name != "perf"}
        resolver = _without(status["resolver"], "queriesActive")
        queue = status["queue"]
        if self.name == "4.0":
            queue = _without(queue, "bounceProcessor", "feedbackLoopProcessor")
            queue = queue | {"gmImprinter": {"rcp": 0, "dom": 0, "kb": 0}}
        changed = {"traffic": traffic, "resolver": resolver, "queue": queue}
        return page | {"status": status | changed}


def _with_id(job: Mapping[str, Any]) -> Page:
    """Clients of 3.5 and 4.0 read `id` where later ones read `name`."""
    return {"id" if name == "name" else name: value for name, value in job.items()}


def _without(page: Mapping[str, Any], *names: str) -> Page:
    return {name: value for name, value in page.items() if name not in names}


BUILDS: Mapping[str, Build] = {
    build.name: build
    for build in (
        Build("5.0", "v5.0r8", json=True),
        Build("4.5", "v4.5r8", json=False),
        Build("4.0", "v4.0r16", json=False),
    )
}
"""Every version that is simulated."""
