"""`pmtatop doctor`: what can be reached and read, and the one line that would light the rest."""

import asyncio
import json

import click

from pmtatop.cli.compose import LiveOptions, existing, nodes_of, rounds_for
from pmtatop.cli.live import live_settings
from pmtatop.cli.options import common_options, live_options
from pmtatop.engine.handover import Handover
from pmtatop.model.focus import Focus, Key, Subject
from pmtatop.model.view import View
from pmtatop.serve.health import health_of
from pmtatop.settings.schema import NodeTable, Settings
from pmtatop.wording.view_json import record_dict

QUESTIONS_S = 10.0
"""Seconds for one question of each kind about the largest queue."""


@click.command()
@click.argument("target", required=False)
@common_options
@live_options
@click.option("--json", "as_json", is_flag=True, help="One object with every pane.")
def doctor(
    target: str | None, acct: tuple[str, ...], log: tuple[str, ...], as_json: bool, **flags: object
) -> int:
    """Say per pane what is missing and what would light it; exit 0 when the screen can work."""
    settings = live_settings(flags)
    node = nodes_of((target,) if target else (), settings)[0]
    options = LiveOptions(existing(acct), existing(log))
    view = asyncio.run(_examined(node, settings, options))
    click.echo(_as_json(view) if as_json else _as_text(view))
    return 0 if health_of(view).ok else 1


async def _examined(node: NodeTable, settings: Settings, options: LiveOptions) -> View:
    """The View after a poll and one question of each kind about the largest queue."""
    handover = Handover()
    rounds = rounds_for(*(node, settings, options, 1), handover=handover, questions_s=QUESTIONS_S)
    async for view in rounds.views():
        if view.queues:
            largest = view.queues[0]
            domain = Key(Subject.DOMAIN, largest.domain)
            handover.look_at(Focus(keys=(domain, Key(Subject.QUEUE, largest.name))))
    return view


def _as_json(view: View) -> str:
    found = {
        "node": view.node.name,
        "state": view.node.state,
        "way": view.node.way,
        "format": view.node.format,
        "version": view.node.version,
        "ok": health_of(view).ok,
        "panes": [record_dict(pane) for pane in view.panes],
    }
    return json.dumps(found, ensure_ascii=False)


def _as_text(view: View) -> str:
    node = view.node
    reached = f"{node.way or 'nowhere'} {node.format or ''}".strip()
    lines = [f"{node.name}: {node.state}, PMTA {node.version or '–'} over {reached}"]
    for pane in view.panes:
        lines.append(f"{'ok  ' if pane.lit else 'dark'}  {pane.name:9} {pane.missing}".rstrip())
        if pane.light:
            lines.append(f"                -> {pane.light}")
    return "\n".join(lines)
