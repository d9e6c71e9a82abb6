"""ProcessReading: what the kernel's books say of the pmtad process."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProcessReading:
    """One look at `/proc/PID` and `/proc/meminfo`; None for what could not be read."""

    pid: int | None
    resident_bytes: float | None
    """`Rss` of `smaps_rollup`, else `VmRSS` of `status`."""
    virtual_bytes: float | None
    """`VmSize` of `status`."""
    host_bytes: float | None
    """`MemTotal` of `/proc/meminfo`."""
    descriptors: int | None
    """Open descriptors, entries of `/proc/PID/fd`."""
    descriptors_max: int | None
    """Soft limit `Max open files` of `/proc/PID/limits`."""
