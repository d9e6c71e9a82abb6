"""Finds, reads and checks the settings file; every error is one line with file and line number."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pmtatop.settings.schema import Settings

SYSTEM_FILE = Path("/etc/pmtatop/config.toml")


class SettingsError(ValueError):
    """One or more lines `file:line: what is wrong, what to do`."""


def settings_file(explicit: Path | None, environment: Mapping[str, str]) -> Path | None:
    """The file that counts: `--config`, `$PMTATOP_CONFIG`, XDG, /etc; None when there is none."""
    if explicit is not None:
        return explicit
    if named := environment.get("PMTATOP_CONFIG"):
        return Path(named)
    base = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "/")) / ".config")
    candidates = (Path(base) / "pmtatop" / "config.toml", SYSTEM_FILE)
    return next((path for path in candidates if path.is_file()), None)


def load_settings(path: Path | None) -> Settings:
    """The settings of `path`, or the defaults. Raises SettingsError."""
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from error
    return parse_settings(text, str(path))


def parse_settings(text: str, file: str) -> Settings:
    """Settings from TOML text; `file` is the name that errors carry. Raises SettingsError."""
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_syntax_line(file, str(error))) from error
    except ValidationError as error:
        lines = [_finding_line(file, text, dict(found)) for found in error.errors()]
        raise SettingsError("\n".join(lines)) from error


def _syntax_line(file: str, message: str) -> str:
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    where = f"{file}:{found[1]}" if found else file
    return f"{where}: not TOML: {message.split(' (at')[0]}"


def _finding_line(file: str, text: str, found: dict[str, Any]) -> str:
    location: Sequence[str | int] = found["loc"]
    dotted = ".".join(str(part) for part in location)
    hint = "unknown key; `pmtatop config --example` shows all" if _is_extra(found) else found["msg"]
    return f"{file}:{line_of(text, location)}: {dotted}: {hint}"


def _is_extra(found: Mapping[str, Any]) -> bool:
    return bool(found["type"] == "extra_forbidden")


def line_of(text: str, location: Sequence[str | int]) -> int:
    """The 1-based line of a key given as pydantic's location, such as `("node", 0, "url")`.

    A missing key is placed at its table's header; a place that cannot be found is line 1.
    """
    lines = text.splitlines()
    start = _table_line(lines, location)
    key = next((part for part in reversed(location) if isinstance(part, str)), "")
    pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[.=]")
    for number in range(start, len(lines)):
        if number > start and lines[number].lstrip().startswith("["):
            break
        if pattern.match(lines[number]):
            return number + 1
    return start + 1


def _table_line(lines: Sequence[str], location: Sequence[str | int]) -> int:
    """The 0-based line of the `[table]` or n-th `[[table]]` header that holds `location`."""
    if not location:
        return 0
    nth = location[1] if len(location) > 1 and isinstance(location[1], int) else 0
    header = re.compile(rf"\s*\[\[?\s*[\"']?{re.escape(str(location[0]))}[\"']?\s*[\].]")
    found = [number for number, line in enumerate(lines) if header.match(line)]
    return found[min(nth, len(found) - 1)] if found else 0
