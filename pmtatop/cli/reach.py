"""Reach: a node's address to the way on which it is asked: web monitor, command here, ssh."""

import os
import shlex
import stat
import tempfile
from pathlib import Path

import click
from pydantic import SecretStr

from pmtatop.settings.schema import NodeTable, Settings
from pmtatop.sources.command_interface import CommandInterface
from pmtatop.sources.http_interface import HttpInterface
from pmtatop.sources.interface import Interface
from pmtatop.transports.command import CommandOptions, CommandTransport, local_argv, ssh_login
from pmtatop.transports.http import HttpOptions, HttpTransport


def interface_for(node: NodeTable, settings: Settings) -> Interface:
    """The way to one node. Raises ClickException where it cannot even be tried."""
    if node.url == "local":
        argv = local_argv(node.pmta, node.sudo)
        return _by_command(CommandOptions(argv, settings.deadline_s), "local command", node)
    if node.url.startswith("ssh://"):
        argv = (*_login(node), shlex.join(local_argv(node.pmta, node.sudo)))
        return _by_command(CommandOptions(argv, settings.deadline_s, remote=True), "ssh", node)
    key = _api_key(node)
    transport = HttpTransport(
        HttpOptions(
            url=node.url,
            deadline_s=settings.deadline_s,
            fingerprint=node.fingerprint,
            ca_file=node.ca_file,
            insecure=node.insecure,
            api_key=key,
        )
    )
    return HttpInterface(transport, has_key=key is not None, format_=node.format)


def shell_for(node: NodeTable, settings: Settings) -> CommandTransport | None:
    """A shell on the host of an `ssh://` node, beside its `pmta`; None for every other node."""
    if not node.url.startswith("ssh://"):
        return None
    return CommandTransport(CommandOptions(_login(node), settings.deadline_s, remote=True))


def _login(node: NodeTable) -> tuple[str, ...]:
    try:
        return ssh_login(node.url, str(_control_folder()))
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _by_command(options: CommandOptions, way: str, node: NodeTable) -> CommandInterface:
    return CommandInterface(CommandTransport(options), way, node.format)


def _api_key(node: NodeTable) -> SecretStr | None:
    """The key of the node's file, which nobody else may read. Raises ClickException."""
    path = node.api_key_file
    if path is None:
        return None
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            text = f"{path}: others may read this API key; chmod 600 {path}"
            raise click.ClickException(text)
        return SecretStr(path.read_text().strip())
    except OSError as error:
        text = f"{path}: the API key cannot be read: {error.strerror}"
        raise click.ClickException(text) from error


def _control_folder() -> Path:
    """Where ssh keeps its connections: this user's own folder, closed to others."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(base or tempfile.gettempdir()) / f"pmtatop-ssh-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.stat()
    if found.st_uid != os.getuid() or found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise click.ClickException(f"{folder} belongs to somebody else: remove it")
    return folder
