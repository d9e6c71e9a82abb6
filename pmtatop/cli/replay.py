"""`pmtatop replay`: a recording through the same parsers, to the same Views."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmtatop.cli.options import common_options
from pmtatop.cli.units import MOMENT

if TYPE_CHECKING:
    from pmtatop.engine.handover import Handover
    from pmtatop.engine.knowledge import Knowledge
    from pmtatop.model.view import View
    from pmtatop.settings.schema import Settings
    from pmtatop.sources.tape import Tape


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@common_options
@click.option("--at", type=MOMENT, help="Begin at this time.")
@click.option("--speed", type=click.FloatRange(min=0.01), default=1.0, help="Times as fast.")
@click.option("--json", "as_json", is_flag=True, help="Each View that was seen, a line each.")
def replay(file: Path, at: datetime | None, speed: float, as_json: bool, **_common: object) -> int:
    """Play FILE, made with --record: the full screen as it was, or its Views as JSON."""
    from pmtatop.cli.screen import require_terminal, show
    from pmtatop.sources.tape import Tape, TapeError
    from pmtatop.wording.view_json import view_json

    try:
        tape = Tape(file)
    except TapeError as error:
        raise click.ClickException(str(error)) from error
    begin = at.timestamp() if at else None
    if as_json:
        for view in views_of(tape, begin):
            click.echo(view_json(view))
        if tape.lost:
            click.echo(f"{file}: {tape.lost}", err=True)
        return 0
    require_terminal()
    settings = _settings_of(tape)
    return show(lambda handover: _play(tape, speed, begin, handover), settings)


def views_of(tape: "Tape", begin: float | None = None) -> "Iterator[View]":
    """The Views that were made while recording, from `begin` (Unix time) on."""
    from pmtatop.engine.handover import Handover
    from pmtatop.engine.loop import Engine
    from pmtatop.model.frame import Frame
    from pmtatop.model.view import Own
    from pmtatop.sources.host_clock import SystemClock
    from pmtatop.sources.tape import Tick

    engine = Engine(_knowledge_of(tape), [], Handover(), SystemClock())
    for record in tape.records():
        if isinstance(record, Frame):
            engine.digest(record)
        elif isinstance(record, Tick):
            engine.reached_by(record.access)
            if begin is None or record.now >= begin:
                yield engine.view_at(record.monotonic, record.now, Own())


async def _play(tape: "Tape", speed: float, begin: float | None, handover: "Handover") -> None:
    """The engine on the recording, paced, for the screen."""
    from pmtatop.engine.loop import Engine
    from pmtatop.model.instant import Instant
    from pmtatop.sources.tape import TapeClock, TapeSource

    clock = TapeClock(speed)
    source = TapeSource(tape, clock, Instant(begin) if begin is not None else None)
    await Engine(_knowledge_of(tape), [source], handover, clock).run()


def _settings_of(tape: "Tape") -> "Settings":
    from pmtatop.settings.schema import Settings

    return Settings.model_validate(tape.setup["settings"])


def _knowledge_of(tape: "Tape") -> "Knowledge":
    """What was known before the first frame was recorded."""
    from pmtatop.cli.compose import LiveOptions, knowledge_for
    from pmtatop.model.frame import SourceName
    from pmtatop.settings.schema import NodeTable

    setup = tape.setup
    options = LiveOptions(
        rate=setup["rate"],
        since=setup["since"],
        banners=(*setup["banners"], "REPLAY"),
    )
    node = NodeTable.model_validate(setup["node"])
    expected = tuple(SourceName(name) for name in setup["expected"])
    return knowledge_for(node, _settings_of(tape), options, expected)
