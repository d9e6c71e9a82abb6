"""The View's sections about PMTA's host: memory, the inbound probe."""

from pmtatop.analysis.memory import LIMIT_5_0, Point, eta_s
from pmtatop.engine.knowledge import Knowledge
from pmtatop.model.frame import Frame
from pmtatop.model.instant import Instant
from pmtatop.model.totals import Memory
from pmtatop.parsing.disk_page import parse_disks
from pmtatop.parsing.probe_page import parse_probes
from pmtatop.parsing.proc_files import parse_process


def take_process(known: Knowledge, frame: Frame) -> None:
    """Learn from one look at pmtad's books. Raises ParseError."""
    known.process = reading = parse_process(frame.payload)
    queued = known.status.queue_recipients if known.status else None
    if reading.resident_bytes is not None and queued is not None:
        now = known.now(frame.monotonic, frame.at)
        known.memory.add(Point(now, reading.resident_bytes, float(queued)))


def take_probe(known: Knowledge, frame: Frame) -> None:
    """Learn from one probe of PMTA's own SMTP port. Raises ParseError."""
    known.inbound = parse_probes(frame.payload)


def take_disks(known: Knowledge, frame: Frame) -> None:
    """Learn from one look at the file systems. Raises ParseError."""
    known.disks = parse_disks(frame.payload)


def memory_section(known: Knowledge, now: Instant) -> Memory:
    """The process's size against RAM times `max-memory-usage-percent`; by HTTP alone only RAM."""
    status, process = known.status, known.process
    host = status.host_ram_bytes if status else None
    if process is None:
        return Memory(host_bytes=host)
    host = host if host is not None else process.host_bytes
    limit_ratio = _limit_ratio(known)
    limit = host * limit_ratio if host and limit_ratio else None
    resident = process.resident_bytes
    slope = known.memory.slope_per_hour(now)
    return Memory(
        resident_bytes=resident,
        virtual_bytes=process.virtual_bytes,
        host_bytes=host,
        limit_ratio=limit_ratio,
        used_ratio=resident / limit if resident is not None and limit else None,
        slope_per_hour=slope,
        eta_s=eta_s(resident, limit, slope) if resident is not None else None,
        unexplained_ratio=known.memory.unexplained_ratio(now),
    )


def _limit_ratio(known: Knowledge) -> float | None:
    """What the settings say, else 5.0's documented default; older versions have no such limit."""
    if known.setup.memory_limit_ratio is not None:
        return known.setup.memory_limit_ratio
    version = str(known.status.version or "").lstrip("v") if known.status else ""
    return LIMIT_5_0 if version[:1] >= "5" else None
