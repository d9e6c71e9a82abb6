"""`pmtatop snapshot`: one View as text or JSON, and an exit code that says whether it was had."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

from pmtatop.cli.compose import LiveOptions, existing, nodes_of, rounds_for
from pmtatop.cli.live import banners_of, live_settings
from pmtatop.cli.options import common_options, live_options, zone_of
from pmtatop.cli.units import MOMENT
from pmtatop.model.instant import Instant
from pmtatop.model.view import View
from pmtatop.serve.health import health_of
from pmtatop.settings.schema import NodeTable, Settings
from pmtatop.wording.view_json import view_json
from pmtatop.wording.view_text import view_text


@click.command()
@click.argument("targets", nargs=-1, metavar="[TARGET]...")
@common_options
@live_options
@click.option("--json", "as_json", is_flag=True, help="The View as one line of JSON per node.")
@click.option("--polls", type=click.IntRange(min=1), default=2, help="Polls (2: rates exist).")
@click.option("--since", type=MOMENT, help="Read accounting rows from this time on.")
@click.option("--top", type=click.IntRange(min=1), default=10, help="Rows of each table of text.")
@click.option("--each", is_flag=True, help="A View after each poll.")
def snapshot(
    targets: tuple[str, ...],
    as_json: bool,
    polls: int,
    since: datetime | None,
    top: int,
    each: bool,
    record: Path | None,
    **flags: object,
) -> int:
    """Print one View after N polls; exit 1 when a node cannot be seen."""
    settings = live_settings(flags)
    zone = zone_of(settings.tz)
    write = view_json if as_json else lambda view: view_text(view, top, zone).rstrip("\n")
    options = LiveOptions(
        existing(_globs(flags["acct"])),
        existing(_globs(flags["log"])),
        since=Instant(since.timestamp()) if since else None,
        banners=banners_of(settings),
        record=record,
    )
    nodes = nodes_of(targets, settings)
    if record is not None and len(nodes) > 1:
        raise click.UsageError("a recording is of one node; give one TARGET")
    views = asyncio.run(_snapshots(nodes, settings, options, polls, write if each else None))
    if not each:
        for view in views:
            click.echo(write(view))
    return _exit_code(views)


def _globs(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


async def _snapshots(
    nodes: list[NodeTable],
    settings: Settings,
    options: LiveOptions,
    polls: int,
    write: Callable[[View], str] | None,
) -> list[View]:
    """The last View of each node; `write` prints every poll's View as it comes."""
    tasks = [_snapshot(node, settings, options, polls, write) for node in nodes]
    return await asyncio.gather(*tasks)


async def _snapshot(
    node: NodeTable,
    settings: Settings,
    options: LiveOptions,
    polls: int,
    write: Callable[[View], str] | None,
) -> View:
    rounds = rounds_for(node, settings, options, polls)
    async for view in rounds.views():
        if write is not None:
            click.echo(write(view))
    return view


def _exit_code(views: list[View]) -> int:
    answers = [health_of(view) for view in views]
    for answer in answers:
        if not answer.ok:
            click.echo(answer.text, err=True)
    return 0 if all(answer.ok for answer in answers) else 1
