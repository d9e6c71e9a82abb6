"""The options that several commands share, and the settings that come of them."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

if TYPE_CHECKING:
    from pmtatop.settings.schema import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

THEMES = ("dark", "light", "terminal", "contrast", "colour-blind")


@dataclass(frozen=True, slots=True)
class Common:
    """Values of the options that each command has."""

    config: Path | None
    color: str
    log_file: Path | None
    tz: str | None

    @classmethod
    def from_flags(cls, flags: Mapping[str, Any]) -> "Common":
        """The common part of a command's parameters."""
        return cls(flags["config"], flags["color"], flags["log_file"], flags["tz"])


def _add(options: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


common_options = _add(
    (
        click.option("--config", type=click.Path(path_type=Path), help="Settings file (TOML)."),
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            help="Colours; NO_COLOR counts as never.",
        ),
        click.option(
            "--log-file",
            type=click.Path(dir_okay=False, path_type=Path),
            help="pmtatop's own log.",
        ),
        click.option("--tz", metavar="ZONE", help="Zone of times on screen (default UTC)."),
    )
)

live_options = _add(
    (
        click.option("--read-only", is_flag=True, help="No action code at all."),
        click.option(
            "--interval",
            "--every",
            type=click.FloatRange(min=0.1),
            metavar="S",
            help="Seconds between two polls (10).",
        ),
        click.option("--acct", multiple=True, metavar="GLOB", help="Accounting files to follow."),
        click.option("--log", multiple=True, metavar="FILE", help="PMTA's log files to follow."),
        click.option(
            "--record",
            type=click.Path(dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Record everything that comes in, for `pmtatop replay`.",
        ),
        click.option("--ascii", "ascii_only", is_flag=True, help="No block glyphs."),
        click.option("--theme", type=click.Choice(THEMES), help="Colours of the screen."),
    )
)


def settings_from(config: Path | None) -> "Settings":
    """The settings that count here. Raises ClickException with file and line."""
    from pmtatop.settings.load import SettingsError, load_settings, settings_file

    try:
        return load_settings(settings_file(config, os.environ))
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def overlaid(settings: "Settings", **flags: object) -> "Settings":
    """The settings with every flag that was given laid over them."""
    given = {name: value for name, value in flags.items() if value not in (None, False, ())}
    return settings.model_copy(update=given)


def zone_of(name: str) -> ZoneInfo:
    """The time zone called `name`. Raises BadParameter."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.BadParameter(f"{name!r} is no time zone; try UTC or Europe/Berlin") from error
