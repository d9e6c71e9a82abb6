"""`pmtatop why`: the verdict on one ISP, domain or queue, in ten lines for the chat."""

import asyncio

import click

from pmtatop.cli.compose import LiveOptions, existing, nodes_of, rounds_for
from pmtatop.cli.live import live_settings
from pmtatop.cli.options import common_options, live_options, zone_of
from pmtatop.engine.handover import Handover
from pmtatop.model.focus import Focus, Key, Subject
from pmtatop.model.rows import Domain, Isp
from pmtatop.model.view import View
from pmtatop.serve.health import health_of
from pmtatop.settings.schema import NodeTable, Settings
from pmtatop.wording.why_text import Found, found_in, why_text

QUESTIONS_S = 5.0
"""Seconds for questions about the object itself: its age, its limits."""

POLLS = 2


@click.command()
@click.argument("object_", metavar="OBJECT")
@click.argument("target", required=False)
@common_options
@live_options
def why(
    object_: str, target: str | None, acct: tuple[str, ...], log: tuple[str, ...], **flags: object
) -> int:
    """Say why OBJECT (an ISP, a domain, or a queue DOMAIN/VMTA) is not delivering."""
    settings = live_settings(flags)
    node = nodes_of((target,) if target else (), settings)[0]
    options = LiveOptions(existing(acct), existing(log))
    view = asyncio.run(_seen(node, settings, options, object_))
    found = found_in(view, object_)
    if found is None:
        raise click.ClickException(_unknown(view, object_))
    click.echo(why_text(view, found, zone_of(settings.tz)))
    return 0 if health_of(view).ok else 1


async def _seen(node: NodeTable, settings: Settings, options: LiveOptions, name: str) -> View:
    """The View after two polls and the questions about the object."""
    handover = Handover()
    rounds = rounds_for(
        *(node, settings, options, POLLS), handover=handover, questions_s=QUESTIONS_S
    )
    async for view in rounds.views():
        found = found_in(view, name)
        if found is not None:
            handover.look_at(Focus(keys=(Key(_subject(found), found.name),)))
    return view


def _subject(found: Found) -> Subject:
    if isinstance(found, Isp):
        return Subject.ISP
    return Subject.DOMAIN if isinstance(found, Domain) else Subject.QUEUE


def _unknown(view: View, name: str) -> str:
    if view.node.state not in ("running", "stale"):
        return f"{view.node.name} is {view.node.state}: {view.node.detail}"
    known = ", ".join(isp.name for isp in view.isps[:8])
    return f"{name}: no ISP, domain or listed queue has that name; there are {known or 'none'}"
