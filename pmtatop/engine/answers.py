"""Answers: what was asked about single objects: effective limits, age ladders, short lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pmtatop.analysis.ladder import Ladder
from pmtatop.model.details import QueueDetail
from pmtatop.model.frame import Fault
from pmtatop.model.instant import Instant
from pmtatop.model.limits import Limits
from pmtatop.model.page import Ask
from pmtatop.model.polls import DomainPoll, JobPoll
from pmtatop.model.rows import Age
from pmtatop.model.text import SafeText

Answer = TypeVar("Answer")

MOST_OBJECTS = 2000
"""Objects of one kind that are remembered; those asked about longest ago go first."""


class Known(Generic[Answer]):
    """The newest answer by object, with the time at which it came. Bounded."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[Instant, Answer]] = {}

    def put(self, name: str, at: Instant, answer: Answer) -> None:
        """Keep an answer in place of the last one."""
        self._answers.pop(name, None)
        self._answers[name] = (at, answer)
        if len(self._answers) > MOST_OBJECTS:
            del self._answers[next(iter(self._answers))]

    def get(self, name: str) -> Answer | None:
        """The answer about `name`."""
        found = self._answers.get(name)
        return found[1] if found else None

    def is_older(self, name: str, seconds: float, now: Instant) -> bool:
        """Whether nothing is known of `name`, or nothing so young."""
        found = self._answers.get(name)
        return found is None or now - found[0] > seconds

    def newest(self) -> Answer | None:
        """The answer that came last."""
        return self._answers[next(reversed(self._answers))][1] if self._answers else None

    def items(self) -> Iterator[tuple[str, Answer]]:
        """Every object with its answer."""
        return ((name, answer) for name, (_, answer) in self._answers.items())

    def forget(self) -> None:
        """Forget all: PMTA has read its configuration anew."""
        self._answers.clear()


@dataclass(frozen=True, slots=True)
class Effective:
    """One answer of `show settings` or `show vmta-settings`."""

    limits: Limits
    values: Mapping[SafeText, SafeText]
    """Every directive as PMTA prints it."""


@dataclass(slots=True)
class Answers:
    """All of them for one node."""

    settings: Known[Effective] = field(default_factory=Known)
    """By queue, `domain/vmta`."""
    vmta_settings: Known[Effective] = field(default_factory=Known)
    ladders: Known[Ladder] = field(default_factory=Known)
    """By what the question named: `domain/*` or `domain/vmta`."""
    listed: Known[Age] = field(default_factory=Known)
    """By queue: its oldest recipient, where the whole list was read."""
    details: Known[QueueDetail] = field(default_factory=Known)
    domains: Known[DomainPoll] = field(default_factory=Known)
    """By domain: its own page, with more errors than its entry in the list."""
    jobs: Known[JobPoll] = field(default_factory=Known)
    """By job: its own page, also where the list leaves it out."""
    disabled: Known[tuple[SafeText, ...]] = field(default_factory=Known)
    """By queue: source IPs that PMTA has disabled for it."""
    license_until: Known[Instant | None] = field(default_factory=Known)
    """Under the empty name: when the licence ends."""
    refused: Known[Fault] = field(default_factory=Known)
    """By question: why it was not answered; it is not repeated for a while."""


def name_of(ask: Ask) -> str:
    """A question as a key."""
    return f"{ask.page} {ask.about} {ask.older_than}"
