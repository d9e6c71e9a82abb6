"""Composition: targets and settings to the sources, the knowledge and the engine of one node."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from pmtatop.alerts.machine import AlertBook
from pmtatop.analysis.detector import DetectorConfig
from pmtatop.cli.reach import interface_for, shell_for
from pmtatop.cli.rules import rules_from
from pmtatop.engine.handover import Handover
from pmtatop.engine.knowledge import Knowledge, NodeSetup
from pmtatop.engine.loop import Engine
from pmtatop.engine.rounds import Rounds
from pmtatop.model.frame import SourceName
from pmtatop.model.instant import Instant
from pmtatop.settings.schema import NodeTable, Settings
from pmtatop.sources.disk import local_disks
from pmtatop.sources.follow import FileFollower
from pmtatop.sources.host_clock import HostClock, SystemClock
from pmtatop.sources.kernel import KernelSource
from pmtatop.sources.look import Look, LookSource
from pmtatop.sources.poll import Poll
from pmtatop.sources.process import PROC, find_process, local_process
from pmtatop.sources.protocol import Source
from pmtatop.sources.recording import Recorder
from pmtatop.sources.remote import remote_disks, remote_process
from pmtatop.sources.smtp_probe import SmtpProbe

DEFAULT_TARGET = "localhost:8080"
"""`http-mgmt-port` is 8080 unless the configuration says otherwise."""


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """What the command line adds to the settings for one run."""

    acct: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    rate: float = 1.0
    """PMTA seconds per host second."""
    banners: tuple[str, ...] = ()
    since: Instant | None = None
    """Accounting rows before this do not count."""
    record: Path | None = None
    """Where every frame is recorded."""


def nodes_of(targets: Sequence[str], settings: Settings) -> list[NodeTable]:
    """The nodes that are meant: names of the settings, hosts or URLs. Raises UsageError."""
    if not targets:
        return list(settings.node) or [node_at(DEFAULT_TARGET)]
    named = {node.name: node for node in settings.node}
    return [named.get(target) or node_at(target) for target in targets]


def node_at(target: str) -> NodeTable:
    """A node that no settings name. Raises UsageError for what is no address."""
    if target == "local":
        return NodeTable(name="local", url="local")
    parts = urlsplit(target if "//" in target else f"//{target}")
    if parts.scheme not in ("", "http", "https", "ssh") or not parts.hostname or "*" in target:
        text = f"{target!r} is no node of the settings, no host, no http(s) or ssh URL, not `local`"
        raise click.UsageError(text)
    return NodeTable(name=parts.netloc.rpartition("@")[2], url=target)


def existing(patterns: Sequence[str]) -> tuple[str, ...]:
    """Globs as absolute patterns, so that a later change of folder does not matter."""
    return tuple(str(Path(pattern).expanduser().absolute()) for pattern in patterns)


def engine_for(
    node: NodeTable, settings: Settings, options: LiveOptions, handover: Handover
) -> Engine:
    """The engine of one node, following everything that was asked for without end."""
    host = SystemClock()
    poll = Poll(interface_for(node, settings), settings.interval_s, host)
    files: list[Source] = [
        *followers_for(node, options, host, follow=True),
        *host_sources(node, settings, host),
    ]
    known = knowledge_for(node, settings, options, names_of([poll, *files]))
    recorder = recorder_for(node, settings, options, known)
    return Engine(known, [poll, *files], handover, host, asker=poll, recorder=recorder)


def rounds_for(
    node: NodeTable,
    settings: Settings,
    options: LiveOptions,
    polls: int,
    host: HostClock | None = None,
    handover: Handover | None = None,
    questions_s: float = 0.0,
) -> Rounds:
    """The same as `polls` rounds: poll, then read every file to its end."""
    host = host or SystemClock()
    poll = Poll(interface_for(node, settings), settings.interval_s, host, rounds=1)
    files: list[Source] = [
        *followers_for(node, options, host, follow=False),
        *host_sources(node, settings, host, rounds=1),
    ]
    known = knowledge_for(node, settings, options, names_of([poll, *files]))
    recorder = recorder_for(node, settings, options, known)
    engine = Engine(known, [], handover or Handover(), host, asker=poll, recorder=recorder)
    return Rounds(engine, poll, files, host, polls, settings.interval_s, questions_s)


def recorder_for(
    node: NodeTable, settings: Settings, options: LiveOptions, known: Knowledge
) -> Recorder | None:
    """The recorder that was asked for. Raises ClickException where its file cannot be made."""
    if options.record is None:
        return None
    setup = {
        "node": {
            "name": node.name,
            "url": node.url,
            "timezone": node.timezone,
            "max_memory_usage_percent": node.max_memory_usage_percent,
        },
        "settings": settings.model_dump(mode="json", by_alias=True, exclude={"node"}),
        "expected": [str(name) for name in known.setup.expected],
        "rate": options.rate,
        "since": options.since,
        "banners": options.banners,
    }
    try:
        return Recorder(options.record, setup)
    except OSError as error:
        text = f"{options.record}: cannot be recorded to: {error.strerror}"
        raise click.ClickException(text) from error


def followers_for(
    node: NodeTable, options: LiveOptions, host: HostClock, *, follow: bool
) -> list[FileFollower]:
    """Followers of the node's accounting files and logs."""
    acct, log = (*node.acct, *options.acct), (*node.log, *options.log)
    followers = []
    if acct:
        followers.append(
            FileFollower(
                acct, SourceName.ACCT, host, has_header=True, since=options.since, follow=follow
            )
        )
    if log:
        start: Literal["start", "end"] = "end" if follow else "start"
        followers.append(
            FileFollower(log, SourceName.LOG, host, has_header=False, start=start, follow=follow)
        )
    return followers


def host_sources(
    node: NodeTable, settings: Settings, host: HostClock, rounds: int | None = None
) -> list[Source]:
    """What this host's kernel tells of PMTA, if it runs here, and the probe that was asked for."""
    looks = {SourceName.MEMORY: _process_look(node, settings), SourceName.DISK: None}
    if node.disk:
        shell = shell_for(node, settings)
        looks[SourceName.DISK] = (
            local_disks(node.disk) if shell is None else remote_disks(shell, node.disk)
        )
    found: list[Source] = [
        LookSource(name, host, settings.interval_s, look, rounds=rounds)
        for name, look in looks.items()
        if look is not None
    ]
    if rounds is None and _is_pmtas_host(node):
        found.append(KernelSource(host))
    probe = settings.inbound
    if probe.hosts:
        found.append(
            SmtpProbe(
                *(host, probe.hosts, probe.port, probe.interval_s),
                mail_from=probe.mail_from,
                rounds=rounds,
            )
        )
    return found


def _process_look(node: NodeTable, settings: Settings) -> Look | None:
    """How pmtad is looked at; None where this host is not PMTA's."""
    shell = shell_for(node, settings)
    if shell is not None:
        return remote_process(shell, node.proc_root or PROC)
    if node.proc_root is not None:
        return local_process(node.proc_root)
    return local_process() if _is_pmtas_host(node) else None


def _is_pmtas_host(node: NodeTable) -> bool:
    return node.url == "local" or (_is_here(node) and find_process() is not None)


def _is_here(node: NodeTable) -> bool:
    parts = urlsplit(node.url if "//" in node.url else f"//{node.url}")
    return parts.scheme != "ssh" and parts.hostname in ("localhost", "127.0.0.1", "::1")


def names_of(sources: Sequence[Source]) -> tuple[SourceName, ...]:
    """What the sources deliver."""
    return tuple(name for source in sources for name in source.names)


def knowledge_for(
    node: NodeTable, settings: Settings, options: LiveOptions, expected: Sequence[SourceName]
) -> Knowledge:
    """What is known before the first frame; `expected`: the sources that were asked for."""
    setup = NodeSetup(
        name=node.name,
        url=node.url,
        interval_s=settings.interval_s,
        rate=options.rate,
        zone=ZoneInfo(node.timezone) if node.timezone else None,
        expected=tuple(expected),
        since=options.since,
        vmtas={table.name: table for table in settings.vmta},
        providers=settings.providers,
        banners=options.banners,
        memory_limit_ratio=(node.max_memory_usage_percent or 0) / 100 or None,
    )
    return Knowledge(setup, rules_from(settings), DetectorConfig(), AlertBook())
