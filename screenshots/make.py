"""The README's pictures: SVGs of the screen over Views that the simulator made, clock frozen.

`make.py` writes them, `make.py --check` says which one is stale and exits 1.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pmtatop.cli.compose import LiveOptions, rounds_for
from pmtatop.engine.handover import Handover
from pmtatop.engine.rounds import Rounds
from pmtatop.model.focus import Focus, Key, Subject
from pmtatop.model.instant import Instant
from pmtatop.model.view import Own, View
from pmtatop.settings.schema import NodeTable, Settings, VmtaTable
from pmtatop.simulator import SimulationOptions, Simulator
from pmtatop.ui.app import Look, PmtatopApp

FOLDER = Path(__file__).parent
START = datetime(2025, 4, 2, 2, 50, tzinfo=UTC)
DAY_S = 86400.0
POLL_S = 10
POLLS = 60
DRILLED = "Comcast"
"""The ISP of the drill-down's picture: first in the list during the night's incident."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: which View, how large, after which keys."""

    name: str
    view: str
    """Key of `views_for_pictures`."""
    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    theme: str = "dark"


PICTURES = (
    Picture("overview-80x24", "night", (80, 24)),
    Picture("overview-120x40", "night", (120, 40)),
    Picture("overview-200x50", "night", (200, 50)),
    Picture("drill-120x40", "night", (120, 40), ("enter",)),
    Picture("calm-80x24", "calm", (80, 24)),
    Picture("light-120x40", "night", (120, 40), theme="light"),
)
"""Every picture of the README."""


def views_for_pictures() -> dict[str, View]:
    """Views by scenario, the same bytes for the same seed and start."""
    return {name: asyncio.run(_lived(name)) for name in sorted({p.view for p in PICTURES})}


async def _lived(scenario: str) -> View:
    """A day lived, then a quarter of an hour watched by the real engine over real sockets."""
    with tempfile.TemporaryDirectory() as folder:
        options = SimulationOptions(
            Path(folder), scenario=scenario, speed=0, start=START, history_s=DAY_S, max_items=500
        )
        simulator = Simulator(options)
        ready = simulator.start()
        try:
            return await _watched(simulator, ready)
        finally:
            simulator.stop()


async def _watched(simulator: Simulator, ready: dict[str, Any]) -> View:
    limits = tuple(VmtaTable.model_validate(each) for each in ready["vmtas"])
    node = NodeTable(
        name="mta1",
        url=ready["url"],
        acct=(ready["acct"],),
        log=(ready["log"],),
        proc_root=ready["proc_root"],
    )
    handover = Handover()
    handover.look_at(Focus(keys=(Key(Subject.ISP, DRILLED),)))
    chosen = Settings(vmta=limits)
    rounds = rounds_for(node, chosen, LiveOptions(), POLLS, FrozenClock(), handover)
    views = [view async for view in _polled(rounds, simulator)]
    return replace(views[-1], own=Own())


async def _polled(rounds: Rounds, simulator: Simulator) -> AsyncIterator[View]:
    async for view in rounds.views():
        yield view
        simulator.advance(POLL_S)


class FrozenClock:
    """Host time stands still: ages are 0 s and skew is the same in every run."""

    def now(self) -> Instant:
        """The simulation's start."""
        return Instant(START.timestamp())

    def monotonic(self) -> float:
        """Always the same."""
        return 0.0

    async def sleep(self, seconds: float) -> None:
        """Nothing to wait for."""


async def svg_of(picture: Picture, view: View) -> str:
    """The picture, without the random ids that Rich gives its styles."""
    handover = Handover()
    handover.publish(view)
    app = PmtatopApp(handover, Look(theme=picture.theme, now=lambda: 0.0))
    async with app.run_test(size=picture.size) as pilot:
        await pilot.pause()
        await pilot.press(*picture.keys)
        await pilot.pause()
        svg = app.export_screenshot()
    return re.sub(r"terminal-\d+", f"pmtatop-{picture.name}", svg)


def drawn() -> Iterator[tuple[Path, str]]:
    """Every picture's file and what belongs into it."""
    views = views_for_pictures()
    for picture in PICTURES:
        svg = asyncio.run(svg_of(picture, views[picture.view]))
        yield FOLDER / f"{picture.name}.svg", svg


def stale() -> list[str]:
    """Names of the files that differ from what would be drawn now."""
    return [p.name for p, svg in drawn() if not p.exists() or p.read_text("utf-8") != svg]


def main(arguments: list[str]) -> int:
    """Write the pictures, or with `--check` compare them; the exit code."""
    if arguments == ["--check"]:
        if names := stale():
            print(f"stale pictures: {', '.join(names)}; run screenshots/make.py", file=sys.stderr)
        return int(bool(names))
    for path, svg in drawn():
        path.write_text(svg, "utf-8")
        print(path.name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
