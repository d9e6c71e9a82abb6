"""`pmtatop [TARGET]`: the full screen on a live server."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmtatop.cli.options import Common, common_options, live_options, overlaid, settings_from
from pmtatop.cli.screen import require_terminal, show

if TYPE_CHECKING:
    from pmtatop.settings.schema import Settings


@click.command(hidden=True)
@click.argument("targets", nargs=-1, metavar="[TARGET]")
@common_options
@live_options
def live(
    targets: tuple[str, ...],
    acct: tuple[str, ...],
    log: tuple[str, ...],
    record: Path | None,
    **flags: object,
) -> int:
    """Show the full screen on TARGET: a node's name, host, host:port or URL."""
    from pmtatop.cli.compose import LiveOptions, engine_for, existing, nodes_of

    settings = live_settings(flags)
    nodes = nodes_of(targets, settings)
    if len(targets) > 1:
        raise click.UsageError("the full screen shows one node; give one TARGET")
    require_terminal()
    options = LiveOptions(
        existing(acct), existing(log), banners=banners_of(settings), record=record
    )
    return show(lambda handover: engine_for(nodes[0], settings, options, handover).run(), settings)


def live_settings(flags: dict[str, object]) -> "Settings":
    """The settings of the file with the live commands' flags laid over them."""
    common = Common.from_flags(flags)
    return overlaid(
        settings_from(common.config),
        interval_s=flags.get("interval"),
        read_only=flags.get("read_only"),
        ascii=flags.get("ascii_only"),
        theme=flags.get("theme"),
        tz=common.tz,
    )


def banners_of(settings: "Settings", *more: str) -> tuple[str, ...]:
    """What the screen must say at all times."""
    return (*more, "READ-ONLY") if settings.read_only else more
