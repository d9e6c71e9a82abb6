"""Cells: rows that count alike share one cell, so that a row costs a look-up and an append."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from pmtatop.analysis.attempts import COUNTERS, DELIVERED
from pmtatop.analysis.latency import BINS
from pmtatop.model.reason import Classification, Level, ReasonClass, Stage, Whose
from pmtatop.model.text import SafeText

SOURCE_IP_ISP = "source-ip-isp"
"""The subject of totals by (source IP, VMTA, ISP)."""
ALL = "all"
"""The subject of the node's totals."""
TIMED = frozenset({"isp", "domain", "vmta"})
"""Subjects whose latency is kept."""
_KINDS = ("domain", "vmta", "source-ip", "sender-domain", "job", "mx", "pool")
K = TypeVar("K")


class ReasonKey(NamedTuple):
    """What two refusals must share to be one reason."""

    class_: ReasonClass
    code: str | None
    enhanced: str | None
    stage: Stage
    level: Level
    whose: Whose

    @classmethod
    def of(cls, verdict: Classification) -> "ReasonKey":
        """The key of a classification."""
        return cls(verdict.class_, verdict.code, verdict.enhanced, verdict.stage, verdict.level,
                   verdict.whose)  # fmt: skip


class Names(NamedTuple):
    """What a row is counted under."""

    isp: str
    domain: SafeText
    vmta: SafeText
    source_ip: SafeText
    sender_domain: SafeText
    job: SafeText
    mx: SafeText
    pool: SafeText


@dataclass(slots=True, eq=False)
class Cell:
    """Everything that the window needs to know of a row, but its time and latency."""

    names: Names
    counters: tuple[int, ...]
    reason: ReasonKey | None
    """None: not a refusal."""
    sample: SafeText
    tls: tuple[SafeText, SafeText] | None
    """Protocol and cipher of a delivery; None: not a delivery, or not logged."""
    _subjects: tuple[tuple[str, object], ...] = ()

    @property
    def isp(self) -> str:
        """The operator."""
        return self.names.isp

    @property
    def delivered(self) -> bool:
        """Whether rows of this cell are deliveries."""
        return DELIVERED in self.counters

    @property
    def subjects(self) -> tuple[tuple[str, object], ...]:
        """(kind, name) of every total that the row enters; made when somebody first asks."""
        if not self._subjects:
            self._subjects = _subjects_of(self.names)
        return self._subjects


def _subjects_of(names: Names) -> tuple[tuple[str, object], ...]:
    whole = ((ALL, ""), ("isp", names.isp))
    named = tuple((kind, name) for kind, name in zip(_KINDS, names[1:], strict=True) if name)
    if not names.source_ip:
        return whole + named
    return (*whole, *named, (SOURCE_IP_ISP, (names.source_ip, names.vmta, names.isp)))


@dataclass(slots=True, eq=False)
class Totals:
    """Sums over the window for one name."""

    rows: int = 0
    counters: list[int] = field(default_factory=lambda: [0] * COUNTERS)
    latency: list[int] = field(default_factory=lambda: [0] * BINS)
    reasons: dict[ReasonKey, int] = field(default_factory=dict)
    samples: dict[ReasonKey, SafeText] = field(default_factory=dict)
    tls: dict[tuple[SafeText, SafeText], int] = field(default_factory=dict)
    domains: dict[SafeText, int] = field(default_factory=dict)

    def add(self, cell: Cell, count: int) -> None:
        """Enter `count` rows of one cell; a negative count takes them out again."""
        self.rows += count
        for place in cell.counters:
            self.counters[place] += count
        if cell.reason is not None:
            _raise(self.reasons, cell.reason, count)
            self.samples.setdefault(cell.reason, cell.sample)

    def add_latencies(self, bins: Mapping[int, int]) -> None:
        """Enter deliveries by latency bin."""
        for bin_, count in bins.items():
            self.latency[bin_] += count

    def add_detail(self, cell: Cell, count: int) -> None:
        """The details that only an operator's totals keep: TLS and domains."""
        _raise(self.domains, cell.names.domain, count)
        if cell.tls is not None:
            _raise(self.tls, cell.tls, count)


def _raise(counts: dict[K, int], key: K, count: int) -> None:
    """Add to a counter; a counter at zero is forgotten."""
    value = counts.get(key, 0) + count
    if value:
        counts[key] = value
    else:
        counts.pop(key, None)


def most_first(counts: Iterable[tuple[K, int]]) -> list[tuple[K, int]]:
    """By count, falling; names of equal counts in their own order."""
    return sorted(counts, key=lambda item: (-item[1], str(item[0])))
