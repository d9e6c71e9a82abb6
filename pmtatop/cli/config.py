"""`pmtatop config`: shows, checks and exemplifies the settings file."""

import os
from importlib import resources
from pathlib import Path

import click

from pmtatop.cli.options import common_options, settings_from
from pmtatop.settings.load import settings_file
from pmtatop.settings.show import settings_toml


@click.command()
@common_options
@click.option("--show", "what", flag_value="show", help="The settings in force, as TOML.")
@click.option("--check", "what", flag_value="check", help="Errors with file and line, or ok.")
@click.option("--example", "what", flag_value="example", help="A commented settings file.")
def config(config: Path | None, what: str | None, **_common: object) -> None:
    """Show, check or exemplify the settings file."""
    if what is None:
        raise click.UsageError("one of --show, --check, --example is needed")
    if what == "example":
        example = resources.files("pmtatop.settings").joinpath("example.toml")
        click.echo(example.read_text(encoding="utf-8"), nl=False)
        return
    settings = settings_from(config)
    file = settings_file(config, os.environ)
    if what == "check":
        click.echo(f"{file}: ok" if file else "no settings file; the defaults are in force")
    else:
        click.echo(settings_toml(settings), nl=False)
