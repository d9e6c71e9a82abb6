"""The `pmtatop` command: which subcommand is meant, and what each exit code says."""

import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from pmtatop import __version__

EXIT_FAILED = 1
EXIT_USAGE = 3
"""Not click's 2, which is CRITICAL to Nagios."""
EXIT_INTERRUPTED = 130


COMMANDS = {
    "live": ("pmtatop.cli.live", ""),
    "demo": ("pmtatop.cli.demo", "The full screen on a simulated server in mid-incident."),
    "snapshot": ("pmtatop.cli.snapshot", "One View as text or JSON."),
    "why": ("pmtatop.cli.why", "The verdict on an ISP, domain or queue in ten lines."),
    "events": ("pmtatop.cli.events", "Accounting rows as JSON lines, once or for ever."),
    "classify": ("pmtatop.cli.classify", "Replies on standard input to class and remedy."),
    "replay": ("pmtatop.cli.replay", "A recording (--record) in the full screen, or as JSON."),
    "simulate": ("pmtatop.cli.simulate", "Serve a simulated PMTA."),
    "doctor": ("pmtatop.cli.doctor", "What each pane lacks, and the line that would light it."),
    "capture": ("pmtatop.cli.capture", "Real replies, scrubbed, in one archive to give away."),
    "config": ("pmtatop.cli.config", "Show, check or exemplify the settings file."),
}
"""Module and summary by name; a module is imported when its command is meant."""


class TargetGroup(click.Group):
    """A group whose first word may be a TARGET: `pmtatop mta1` is the full screen on mta1."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the hidden command `live` in front of what is neither a command nor help."""
        known = {*COMMANDS, "-h", "--help", "--version"}
        if not args or args[0] not in known:
            args = ["live", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All but the hidden one."""
        return [name for name, (_, summary) in COMMANDS.items() if summary]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The summaries of the table: help imports no command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


@click.group(cls=TargetGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pmtatop")
def pmtatop() -> None:
    """Show what a PowerMTA fails to deliver, to whom, why, since when, and what to do.

    `pmtatop [TARGET]` is the full screen on a live server (`pmtatop live -h` for its options),
    `pmtatop demo` the same on a simulated one. A TARGET is a node's name from the settings, a
    host, host:port, a URL, `local` (the pmta command here) or ssh://host; without one, the
    settings' nodes or localhost:8080.
    """


def main() -> NoReturn:
    """Run the command line and exit: 0 fine, 1 failed, 3 wrong usage."""
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        result = pmtatop.main(standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.UsageError as error:
        error.show()
        return EXIT_USAGE
    except click.ClickException as error:
        error.show()
        return EXIT_FAILED
    except (click.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone, which is its right; Python's own flush at exit must not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
