"""Panes: what each part of the screen can show, and the one line that would light what it cannot.

`doctor` prints them, the screen says them where a pane is dark. The directives are PMTA's own
(shared by 4.x and 5.0 unless said otherwise).
"""

from collections.abc import Callable, Iterator

from pmtatop.engine.knowledge import Knowledge
from pmtatop.engine.node_sections import missing_types
from pmtatop.model.frame import Fault, FaultKind, SourceName
from pmtatop.model.pane import Pane
from pmtatop.model.text import SafeText

_WANTED_COLUMNS = ("timeQueued", "dsnDiag", "dsnMta", "dlvSourceIp", "vmta", "jobId", "queue")
"""Columns without which a pane says less: reasons, operators by MX, source IPs, ages."""


def panes_section(known: Knowledge) -> tuple[Pane, ...]:
    """Every pane, in the order of the screen."""
    return tuple(_pane(known, name, look) for name, look in _PANES)


def _pane(known: Knowledge, name: str, look: Callable[[Knowledge], "Looks"]) -> Pane:
    found = next(look(known), None)
    if found is None:
        return Pane(name, True, SafeText(""), SafeText(""))
    return Pane(name, False, SafeText(found[0]), SafeText(found[1]))


Looks = Iterator[tuple[str, str]]
"""(what is missing, what would light it), worst first; nothing: the pane is lit."""


def _fault(known: Knowledge, source: SourceName) -> Fault | None:
    record = known.sources.get(source)
    return record.fault if record else None


def _page(source: SourceName, what: str) -> Callable[[Knowledge], Looks]:
    def look(known: Knowledge) -> Looks:
        status = _fault(known, SourceName.STATUS)
        for fault in (status, _fault(known, source)):
            if fault is not None:
                yield fault.text, light_of(fault)
        record = known.sources.get(source)
        if record is None or record.good_monotonic is None:
            yield f"no {what} yet", "one poll must succeed first"

    return look


_LIGHTS = {
    FaultKind.DENIED: "http-access ADDRESS monitor  (PMTA's configuration, then reload)",
    FaultKind.UNREACHABLE: "http-mgmt-port 8080  (PMTA's configuration; does pmtahttp run?)",
    FaultKind.TIMEOUT: "a larger deadline_s, or ask why PMTA answers so slowly",
    FaultKind.MISSING: "a path that exists, readable by this user",
    FaultKind.INVALID: "the URL of PMTA's web monitor",
}


def light_of(fault: Fault) -> str:
    """What to do about a fault: the line it brings along, else what its kind suggests."""
    return fault.light or _LIGHTS[fault.kind]


def _queues(known: Knowledge) -> Looks:
    yield from _page(SourceName.QUEUES, "list of queues")(known)
    page = known.queues
    if page is not None and page.total is not None and page.total > len(page.rows):
        text = f"top {len(page.rows):,} of {page.total:,} queues"
        yield text, f"http-default-max-items {_round_up(page.total)}, or an API key"


def _round_up(count: int) -> int:
    return max(100, -(-count // 100) * 100)


def _accounting(known: Knowledge) -> Looks:
    fault = _fault(known, SourceName.ACCT)
    if fault is not None:
        lit = "world-readable yes  (in the <acct-file>), or membership in the file's group"
        yield fault.text, lit
    if SourceName.ACCT not in known.setup.expected:
        yield "no accounting files are named", "--acct '/var/log/pmta/acct-*.csv'"
    if not known.window.types_seen():
        yield "no accounting row was read", "a glob that matches PMTA's <acct-file>"


def _reasons(known: Knowledge) -> Looks:
    yield from _accounting(known)
    missing = missing_types(known)
    if missing:
        yield (
            f"no records of type {', '.join(missing)}",
            f"<acct-file> of its own with `records {','.join(missing)}`",
        )
    absent = [name for name in _WANTED_COLUMNS if name not in known.columns]
    if absent:
        names = ",".join(absent)
        yield f"no column {names}", f"record-fields d {names}  (the same for b, t)"


def _log(known: Knowledge) -> Looks:
    fault = _fault(known, SourceName.LOG)
    if fault is not None:
        yield fault.text, "log-file-world-readable true, or membership in the file's group"
    if SourceName.LOG not in known.setup.expected:
        yield "no log is named", "--log /var/log/pmta/pmta.log"


def _ages(known: Knowledge) -> Looks:
    if known.access is None or known.answers.ladders.newest() is not None:
        return
    if known.unfinished.is_empty():
        yield from _reasons(known)
    refused = known.answers.refused.newest()
    if refused is not None:
        yield refused.text, refused.light or KEY
    if known.access.way in ("http", "https") and not known.access.has_key:
        yield "no list tells an age, and /command needs a key", KEY


KEY = "http-api-key KEY  (PMTA 5.0), its file as api_key_file here; or TARGET local, ssh://HOST"


def _limits(known: Knowledge) -> Looks:
    if known.answers.vmta_settings.newest() is not None:
        return
    if known.access is not None and not known.access.has_key and known.access.way[:4] == "http":
        yield "limits in force are told by commands alone", f"{KEY}; or [[vmta]] max_smtp_out"


def _vmtas(known: Knowledge) -> Looks:
    yield from _page(SourceName.VMTAS, "list of VMTAs")(known)
    yield from _limits(known)


def _events(known: Knowledge) -> Looks:
    """Recipient events of a queue's own page are off by default."""
    for _, effective in known.answers.settings.items():
        tracked = effective.values.get(SafeText("track-recipient-events"), "")
        if tracked in ("no", "false", "0"):
            yield "recipient events are not tracked", "track-recipient-events true  (<domain>)"
    if known.answers.settings.newest() is None:
        yield "whether recipient events are tracked is not known", KEY


def _memory(known: Knowledge) -> Looks:
    fault = _fault(known, SourceName.MEMORY)
    if fault is not None:
        yield fault.text, light_of(fault)
    if SourceName.MEMORY not in known.setup.expected:
        text = "PMTA tells no memory of its process: spool recipients / max is the nearest"
        yield text, "run pmtatop on PMTA's host"


def _disk(known: Knowledge) -> Looks:
    if SourceName.DISK not in known.setup.expected:
        light = 'disk = ["/var/spool/pmta", "/var/log/pmta"]  (settings, on PMTA\'s host)'
        yield "no file system is named", light
    for disk in known.disks:
        if disk.detail:
            yield f"{disk.path}: {disk.detail}", "a path that exists, readable by this user"


def _inbound(known: Knowledge) -> Looks:
    fault = _fault(known, SourceName.INBOUND)
    if fault is not None:
        yield fault.text, light_of(fault)
    if SourceName.INBOUND not in known.setup.expected:
        yield "whether PMTA accepts mail is not probed", '[inbound] hosts = ["HOST"]  (settings)'
    elif known.inbound.state in ("refusing", "silent"):
        yield f"{known.inbound.state} at {known.inbound.stage}: {known.inbound.text}", _MAIL_IN


_MAIL_IN = "max-memory-usage-percent and total-max-smtp-in are the limits that refuse mail"


_PANES: tuple[tuple[str, Callable[[Knowledge], Looks]], ...] = (
    ("overview", _page(SourceName.STATUS, "status")),
    ("isps", _reasons),
    ("queues", _queues),
    ("vmtas", _vmtas),
    ("reasons", _reasons),
    ("age", _ages),
    ("limits", _limits),
    ("memory", _memory),
    ("disk", _disk),
    ("inbound", _inbound),
    ("events", _events),
    ("log", _log),
)
