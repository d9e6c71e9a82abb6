"""The command line's read commands, as `pmta` and `/command` run them.

Words may be abbreviated, as in the vendor's own examples (`show ver`, `show dom`).
"""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pmtatop.simulator import details, pages
from pmtatop.simulator.pages import Page
from pmtatop.simulator.versions import Build
from pmtatop.simulator.world import World

SHOWN = 20
"""Rows that `show queues` and `show domains` give by default."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class CommandError(Exception):
    """What `pmta` says on standard error before it exits with 1."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed: a document or text, and a sentence beside it."""

    data: Page | str
    message: str = ""


Handler = Callable[[World, Build, Mapping[str, str], Sequence[str]], Said]


def run(world: World, build: Build, words: Sequence[str]) -> Said:
    """Run one command. Raises CommandError."""
    for keys, handler in _COMMANDS.items():
        if len(words) >= len(keys) and all(map(_abbreviates, words, keys)):
            options, names = _split(words[len(keys) :])
            try:
                return handler(world, build, options, names)
            except details.UnknownObjectError as error:
                raise CommandError(str(error)) from None
    raise CommandError(f"unknown command: {shlex.join(words)}")


def _abbreviates(word: str, key: str) -> bool:
    return len(word) > 1 and key.startswith(word)


def _split(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """`--name=value` options and the rest."""
    options: dict[str, str] = {}
    names = []
    for word in words:
        if word.startswith("--"):
            name, _, value = word[2:].partition("=")
            options[name] = value
        else:
            names.append(word)
    return options, names


def _most(options: Mapping[str, str], default: int) -> int:
    value = options.get("maxitems", "")
    return int(value) if value.isdecimal() else default


def _status(world: World, build: Build, options: Mapping[str, str], names: Sequence[str]) -> Said:
    return Said(build.shaped("/status", pages.status_page(world, 0, {})))


def _lister(page: str, default: int) -> Handler:
    def handler(
        world: World, build: Build, options: Mapping[str, str], names: Sequence[str]
    ) -> Said:
        query = {"queue": _pattern(names)} if page == "/queues" else {}
        data = build.shaped(page, pages.PAGES[page](world, _most(options, default), query))
        key = page.strip("/")
        if page == "/domains" and names:
            data[key] = [row for row in data[key] if fnmatchcase(row["name"], names[0])]
        if "errors" not in options and page in ("/queues", "/domains"):
            data[key] = [{k: v for k, v in row.items() if k != "errors"} for row in data[key]]
        return Said(data)

    return handler


def _pattern(names: Sequence[str]) -> str:
    """An omitted VMTA is `*` for `show`."""
    name = names[0] if names else "*/*"
    return name if "/" in name else f"{name}/*"


def _list(world: World, build: Build, options: Mapping[str, str], names: Sequence[str]) -> Said:
    older = options.get("older-than", "")
    if older and not build.json:
        raise CommandError("unknown option: --older-than")
    rows, message = details.listed(
        world, options.get("queue", "*/*"), _seconds(older), _most(options, details.LISTED)
    )
    return Said({"msgs": rows}, message)


def _seconds(age: str) -> float:
    if not age:
        return 0.0
    found = re.fullmatch(r"(\d+)([smhd])", age)
    if found is None:
        raise CommandError(f"invalid interval: {age}")
    return float(found[1]) * _UNITS[found[2]]


def _settings(world: World, build: Build, options: Mapping[str, str], names: Sequence[str]) -> Said:
    if build.name == "4.0" or not names:
        raise CommandError("unknown command: show settings")
    queue = details.found(world, names[0])
    return Said(details.as_lines(details.settings_of(queue)))


def _vmta_settings(
    world: World, build: Build, options: Mapping[str, str], names: Sequence[str]
) -> Said:
    if not build.json or not names:
        raise CommandError("unknown command: show vmta-settings")
    return Said(details.as_lines(details.vmta_settings(world, names[0])))


def _disabled(world: World, build: Build, options: Mapping[str, str], names: Sequence[str]) -> Said:
    return Said("No sources are disabled.\n")  # nobody disables any here yet; wording ours


def _license(world: World, build: Build, options: Mapping[str, str], names: Sequence[str]) -> Said:
    return Said("Product:  PowerMTA (simulated)\nExpires:  2027-01-31\n")  # shape ours


def _version(world: World, build: Build, options: Mapping[str, str], names: Sequence[str]) -> Said:
    return Said(f"PowerMTA {build.product} (2021-03-02 10:11:12, 64-bit; simulated).\n")


_COMMANDS: Mapping[tuple[str, ...], Handler] = {
    ("show", "status"): _status,
    ("show", "queues"): _lister("/queues", SHOWN),
    ("show", "topqueues"): _lister("/queues", SHOWN),
    ("show", "domains"): _lister("/domains", SHOWN),
    ("show", "topdomains"): _lister("/domains", SHOWN),
    ("show", "vmta-settings"): _vmta_settings,
    ("show", "vmtas"): _lister("/vmtas", 1_000_000),
    ("show", "jobs"): _lister("/jobs", 1_000_000),
    ("show", "settings"): _settings,
    ("show", "disabled", "sources"): _disabled,
    ("show", "license"): _license,
    ("show", "version"): _version,
    ("list",): _list,
}
