"""`pmtatop simulate`: the simulated PMTA alone, until SIGTERM."""

import json
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pmtatop.cli.options import common_options
from pmtatop.cli.units import DURATION, MOMENT

if TYPE_CHECKING:
    from pmtatop.simulator import SimulationOptions


@click.command()
@common_options
@click.option(
    "--dir",
    "directory",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where accounting files and logs are written.",
)
@click.option("--port", default=0, help="HTTP port on 127.0.0.1 (0: any free one).")
@click.option("--scenario", default="calm", help="What happens; `demo --list` names them.")
@click.option("--speed", type=click.FloatRange(min=0), default=1.0, help="Simulated s per s.")
@click.option("--seed", default=1, help="The same seed and start give the same bytes.")
@click.option("--start", type=MOMENT, help="Simulated time at which it begins (default: now).")
@click.option("--history", type=DURATION, default="0s", help="Time already lived, as 24h.")
@click.option("--queues", type=click.IntRange(min=1), help="At least so many queues.")
@click.option("--domains", type=click.IntRange(min=1), help="So many recipient domains.")
@click.option("--max-items", type=click.IntRange(min=1), default=10, help="Rows of a list page.")
@click.option("--pmta-version", default="5.0", type=click.Choice(["5.0", "4.5", "4.0"]))
@click.option("--https/--http", default=False, help="https with a self-signed certificate.")
@click.option("--api-key", metavar="KEY", help="Opens /command (5.0).")
@click.option(
    "--access",
    default="monitor",
    type=click.Choice(["monitor", "operator", "admin", "none"]),
    help="What http-access gives to loopback.",
)
@click.option("--until-stdin-closes", is_flag=True, hidden=True)
def simulate(scenario: str, until_stdin_closes: bool, **flags: Any) -> None:
    """Serve a simulated PMTA; print one JSON line when it is ready."""
    from pmtatop.simulator import SCENARIOS, Simulator

    if scenario not in SCENARIOS:
        raise click.BadParameter(f"{scenario!r}; there are: {', '.join(SCENARIOS)}")
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: done.set())
    simulator = Simulator(_options(scenario, flags))
    try:
        ready = simulator.start()
    except OSError as error:
        raise click.ClickException(f"cannot start: {error}") from error
    click.echo(json.dumps(ready))
    if until_stdin_closes:
        # Whoever started us holds the other end: however it dies, we see it.
        threading.Thread(target=_set_at_eof, args=(done,), daemon=True).start()
    done.wait()
    simulator.stop()


def _options(scenario: str, flags: Mapping[str, Any]) -> "SimulationOptions":
    """The command's options under the simulator's names."""
    from pmtatop.simulator import SimulationOptions

    start: datetime | None = flags["start"]
    same = ("port", "speed", "seed", "queues", "domains", "max_items", "https", "api_key", "access")
    return SimulationOptions(
        directory=flags["directory"],
        scenario=scenario,
        start=start.astimezone(UTC) if start else None,
        history_s=flags["history"],
        version=flags["pmta_version"],
        **{name: flags[name] for name in same},
    )


def _set_at_eof(done: threading.Event) -> None:
    sys.stdin.read()
    done.set()
