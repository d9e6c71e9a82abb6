"""One contract over all cells: whichever wire, format and version, the same View comes of it.

http and https: XML on all versions, JSON on 5.0; local command and ssh: XML and DOM on all, JSON
on 5.0. What a version cannot say is null, and nothing else differs.
"""

import os
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pmtatop.cli.compose import LiveOptions, rounds_for
from pmtatop.settings.schema import NodeTable, Settings
from pmtatop.simulator import SimulationOptions, Simulator
from pmtatop.wording.view_json import view_dict
from tests.sources.clocks import FrozenClock

START = datetime(2025, 4, 1, 14, 0, tzinfo=UTC)

WEB = [("5.0", "http", "json"), ("5.0", "https", "json"), ("5.0", "http", "xml")]
WEB += [(version, way, "xml") for version in ("5.0", "4.5", "4.0") for way in ("http", "https")]
COMMAND = [
    (version, way, format_)
    for version in ("5.0", "4.5", "4.0")
    for way in ("local", "ssh")
    for format_ in ("json", "xml", "dom")
    if format_ != "json" or version == "5.0"
]
CELLS = list(dict.fromkeys(WEB + COMMAND))

SSH = """
import os, sys
at = sys.argv.index("--")
os.execv("/bin/sh", ["sh", "-c", " ".join(sys.argv[at + 2:])])
"""


@pytest.fixture(scope="module", autouse=True)
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An `ssh` that logs in nowhere: its words go to a shell, as those of the real one do."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "ssh").write_text(f"#!{sys.executable}\n{SSH}")
    (folder / "ssh").chmod(stat.S_IRWXU)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        yield


def node_of(cell: tuple[str, str, str], ready: dict[str, Any]) -> NodeTable:
    way = cell[1]
    format_: Any = cell[2]
    if way in ("local", "ssh"):
        url = "local" if way == "local" else "ssh://mta1.example"
        return NodeTable(
            name="mta1", url=url, pmta=ready["pmta"], format=format_, proc_root=ready["proc_root"]
        )
    pin = ready["fingerprint"]
    return NodeTable(
        name="mta1",
        url=ready["url"],
        fingerprint=pin,
        format=format_,
        proc_root=ready["proc_root"],
    )


async def seen(cell: tuple[str, str, str], folder: Path) -> dict[str, Any]:
    """The second View of a simulator that is the same for all cells of one version."""
    version, way, _ = cell
    options = SimulationOptions(
        *(folder, 0, "night", 0.0, 1, START, 1800.0),
        max_items=1000,
        version=version,
        https=way == "https",
    )
    simulator = Simulator(options)
    try:
        ready = simulator.start()
        clock = FrozenClock(START.timestamp())
        live = LiveOptions((str(ready["acct"]),))
        rounds = rounds_for(node_of(cell, ready), Settings(), live, 2, clock)
        views = rounds.views()
        await anext(views)
        simulator.advance(60.0)
        clock.seconds += 60.0
        view = view_dict(await anext(views))
        await views.aclose()
        return view
    finally:
        simulator.stop()


def without_its_way(view: dict[str, Any]) -> dict[str, Any]:
    """What must be equal: all but how it was reached, which version it is, and what that cost."""
    node = {k: v for k, v in view["node"].items() if k not in ("url", "version", "way", "format")}
    states = [(source["name"], source["state"]) for source in view["sources"]]
    return view | {"node": node, "sources": states, "own": None, "panes": None}


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS, ids="-".join)
async def test_every_cell_gives_the_same_view(cell: tuple[str, str, str], tmp_path: Path) -> None:
    want = without_its_way(await seen(("5.0", "http", "json"), tmp_path / "reference"))
    view = await seen(cell, tmp_path / "cell")
    got = without_its_way(view)
    assert view["node"]["version"].startswith(f"v{cell[0]}")
    if cell[0] != "5.0":
        assert got["resolver"]["active"] is None, "no version before 5.0 counts active queries"
        got["resolver"]["active"] = want["resolver"]["active"]
        for key in ("limit_ratio", "used_ratio"):
            assert got["memory"][key] is None, "no version before 5.0 has a limit on memory"
            got["memory"][key] = want["memory"][key]
    for key in want:
        assert got[key] == want[key], key
    assert got["queue"]["recipients"]
    assert len(got["queues"]) > 20
    assert any(queue["last_error"] for queue in got["queues"])
