"""`pmtatop demo`: the full screen on a simulated PMTA that has already lived a day."""

import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from pmtatop.cli.live import banners_of, live_settings
from pmtatop.cli.options import common_options, live_options
from pmtatop.cli.screen import require_terminal, show

if TYPE_CHECKING:
    from pmtatop.engine.handover import Handover
    from pmtatop.settings.schema import Settings

POLL_EVERY_S = 10.0
"""Simulated seconds between two polls: what PMTA would see with the default interval."""

SHORTEST_INTERVAL_S = 1.0

LIST_ITEMS = 500
"""The demo's PMTA has `http-default-max-items` raised, as a site that is watched should."""


@click.command()
@common_options
@live_options
@click.option("--scenario", default="night", help="What happens; --list names them.")
@click.option("--speed", type=click.FloatRange(min=0.1), default=10.0, help="Simulated s per s.")
@click.option("--seed", default=1, help="Another seed is another world.")
@click.option("--list", "listing", is_flag=True, help="Name the scenarios and leave.")
def demo(
    scenario: str,
    speed: float,
    seed: int,
    listing: bool,
    record: Path | None,
    **flags: object,
) -> int:
    """Show the full screen on a simulated server in mid-incident; leaves nothing behind."""
    from pmtatop.simulator import SCENARIOS

    if listing:
        for each in SCENARIOS.values():
            click.echo(f"{each.name:24} {each.summary}")
        return 0
    if scenario not in SCENARIOS:
        raise click.BadParameter(f"{scenario!r}; there are: {', '.join(SCENARIOS)}")
    require_terminal()
    with _simulation(scenario, speed, seed) as child:
        # The simulator lives its day while this process imports what it needs for a screen.
        settings = _paced(live_settings(flags), flags["interval"] is not None, speed)
        return show(lambda handover: _watch(child, speed, settings, handover, record), settings)


def _paced(settings: "Settings", told: bool, speed: float) -> "Settings":
    """The interval in the simulation's time, unless somebody told one."""
    if told:
        return settings
    paced = max(SHORTEST_INTERVAL_S, POLL_EVERY_S / speed)
    return settings.model_copy(update={"interval_s": paced})


@contextlib.contextmanager
def _simulation(scenario: str, speed: float, seed: int) -> Iterator["subprocess.Popen[str]"]:
    """A simulator in a process of its own, with a core of its own; it dies with its stdin."""
    with tempfile.TemporaryDirectory(prefix="pmtatop-demo-") as folder:
        command = (
            *(sys.executable, "-m", "pmtatop", "simulate", "--dir", folder, "--history", "24h"),
            *("--scenario", scenario, "--speed", str(speed), "--seed", str(seed)),
            *("--max-items", str(LIST_ITEMS), "--until-stdin-closes"),
        )
        with subprocess.Popen(  # noqa: S603 - our own program, an argument list, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            try:
                yield child
            finally:
                child.terminate()


async def _watch(
    child: "subprocess.Popen[str]",
    speed: float,
    settings: "Settings",
    handover: "Handover",
    record: Path | None,
) -> None:
    """Wait for the simulator's line, then run the engine on what it names."""
    from pmtatop.cli.compose import LiveOptions, engine_for
    from pmtatop.settings.schema import NodeTable, VmtaTable

    assert child.stdout is not None
    line = await asyncio.to_thread(_first_line, child.stdout)
    ready = json.loads(line)
    node = NodeTable(
        name="demo",
        url=ready["url"],
        acct=(ready["acct"],),
        log=(ready["log"],),
        proc_root=ready["proc_root"],
    )
    limits = tuple(VmtaTable.model_validate(each) for each in ready["vmtas"])
    banners = banners_of(settings, "DEMO")
    known = settings.model_copy(update={"vmta": limits})
    options = LiveOptions(rate=speed, banners=banners, record=record)
    await engine_for(node, known, options, handover).run()


def _first_line(stream: IO[str]) -> str:
    line = stream.readline()
    if not line:
        raise RuntimeError("the simulator ended before it was ready")
    return line
