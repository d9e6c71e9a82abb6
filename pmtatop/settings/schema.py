"""The settings file's schema: every table and key, with its unit, default and meaning."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0)]
Ratio = Annotated[float, Field(ge=0, le=1)]


def _literal_name(name: str) -> str:
    if not name.strip() or "*" in name:
        raise ValueError("must be a literal name: not empty, no `*`")
    return name


Name = Annotated[str, AfterValidator(_literal_name)]


class Table(BaseModel):
    """A TOML table: unknown keys are errors, values never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NodeTable(Table):
    """`[[node]]`: one PowerMTA."""

    name: Name
    """How the screen calls it."""
    url: str
    """`host`, `host:port`, `http(s)://host:port`, `local` (the `pmta` command), `ssh://host`."""
    group: str | None = None
    """Nodes of one group are compared with each other."""
    fingerprint: str | None = None
    """SHA-256 of the server's certificate, hex: pins a self-signed one."""
    ca_file: Path | None = None
    insecure: bool = False
    """Accept any certificate: only where the network itself is trusted."""
    api_key_file: Path | None = None
    """File of mode 0600 that holds PMTA's API key; a key gives full admin rights."""
    format: Literal["json", "xml", "dom"] | None = None
    """Ask in this format; without it the best that PMTA speaks is found."""
    pmta: str = "pmta"
    """`local` and `ssh://`: the command, with its path where PATH does not have it."""
    sudo: bool = False
    """`local` and `ssh://`: run it by `sudo -n`, which must need no password."""
    proc_root: Path | None = None
    """Where pmtad's books are; without it /proc, where PMTA runs here or is reached by ssh."""
    max_memory_usage_percent: Annotated[float, Field(gt=0, le=100)] | None = None
    """PMTA's directive of that name; without it 5.0's default of 90."""
    disk: tuple[Path, ...] = ()
    """Folders on this host, or on that of `ssh://`, that PMTA fills: spool, logs, accounting."""
    acct: tuple[str, ...] = ()
    """Globs of accounting files, live and archive folder."""
    log: tuple[str, ...] = ()
    """Log files to follow."""
    timezone: str | None = None
    """PMTA's zone, where the web monitor's `Date` header does not tell it."""


class VmtaTable(Table):
    """`[[vmta]]`: what PMTA's lists do not say of a virtual MTA."""

    name: Name
    pool: str | None = None
    stream: Literal["transactional", "marketing", "warm-up"] | None = None
    max_smtp_out: int | None = Field(default=None, gt=0)
    """The VMTA's `max-smtp-out`, until it is read from PMTA."""


class Matcher(Table):
    """What a quiet rule applies to; an absent key matches everything."""

    isp: str | None = None
    domain: str | None = None
    class_: str | None = Field(default=None, alias="class")
    enhanced: str | None = None


class WindowTable(Matcher):
    """`[[window]]`: a known burst; alerts inside it are held, not lost."""

    name: Name
    minutes: tuple[Annotated[int, Field(ge=0, le=59)], Annotated[int, Field(ge=0, le=59)]]
    """First and last minute of the hour, both included."""
    hours: tuple[Annotated[int, Field(ge=0, le=23)], ...] = ()
    """Hours of the day (UTC) it applies to; empty: each."""
    override_backlog: int = Field(default=50_000, gt=0)
    """A backlog above this fires inside the window."""


class IgnoreTable(Matcher):
    """`[[ignore]]`: replies that do not count; they are counted where they can be seen."""

    name: Name
    reason: str


class SilenceTable(Matcher):
    """`[[silence]]`: alerts that somebody does not want to hear, until a time."""

    name: Name
    author: str
    reason: str
    until: datetime


class MaintenanceTable(Table):
    """`[[maintenance]]`: announced work, with its end."""

    name: Name
    begin: datetime
    end: datetime
    node: str | None = None


class InboundTable(Table):
    """`[inbound]`: the probe of PMTA's own SMTP port; off unless hosts are named."""

    hosts: tuple[str, ...] = ()
    port: int = Field(default=25, ge=1, le=65535)
    interval_s: Seconds = 60.0
    mail_from: bool = False
    """Go as far as MAIL FROM:<> and RSET, where policy allows."""


class ActionsTable(Table):
    """`[actions]`: what may be changed at all."""

    enabled: bool = False
    allow_delete: bool = False
    default_for_s: Seconds = 1800.0
    """An act that can end ends after this."""


class NotifyTable(Table):
    """`[notify]`: what leaves the screen."""

    bell: bool = False
    """Ring once for each alert that begins to fire."""


class Settings(Table):
    """Everything a person can set, checked; flags are laid over it by the command line."""

    interval_s: Seconds = 10.0
    """Seconds between two polls."""
    deadline_s: Seconds = 8.0
    """One HTTP call, from request to last byte."""
    read_only: bool = False
    ascii: bool = False
    theme: Literal["dark", "light", "terminal", "contrast", "colour-blind"] = "dark"
    tz: str = "UTC"
    node: tuple[NodeTable, ...] = ()
    vmta: tuple[VmtaTable, ...] = ()
    window: tuple[WindowTable, ...] = ()
    ignore: tuple[IgnoreTable, ...] = ()
    silence: tuple[SilenceTable, ...] = ()
    maintenance: tuple[MaintenanceTable, ...] = ()
    providers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Operator name to domain and MX suffixes, over the built-in table."""
    inbound: InboundTable = InboundTable()
    actions: ActionsTable = ActionsTable()
    notify: NotifyTable = NotifyTable()
