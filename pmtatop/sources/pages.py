"""How each page is asked for over HTTP and on the command line, and who knows it.

PMTA's list pages give ten rows by default over HTTP (`http-default-max-items`), and no parameter
for more is documented; the commands take `--maxitems`, also through `/command`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pmtatop.model.frame import FaultKind
from pmtatop.model.page import Ask, Page
from pmtatop.transports.faults import TransportError

MOST_ROWS = 2000
"""Rows of a list that are asked for where a number can be given."""

_NAME = re.compile(r"[^\s\"'`$\\;|&<>()*?\[\]\x00-\x1f\x7f-\x9f]{1,255}")
_AGE = re.compile(r"\d{1,4}[smhd]", re.ASCII)
_VERSION = re.compile(r"(\d+)\.(\d+)")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One page."""

    words: Callable[[Ask], Words] | None = None
    """The command's words behind `pmta`; None: there is no such command."""
    path: str | None = None
    """The web page; None: only `/command` has it over HTTP, which needs a key."""
    parameter: str = ""
    """The web page's parameter that names the object."""
    since: tuple[int, int] = (3, 5)
    """The first version that knows the command."""


def _rows(ask: Ask) -> str:
    return f"--maxitems={ask.most or MOST_ROWS}"


def _list(ask: Ask) -> Words:
    return ("list", f"--queue={ask.about}", _rows(ask))


PAGES: Mapping[Page, Entry] = {
    Page.STATUS: Entry(lambda a: ("show", "status"), "/status"),
    Page.QUEUES: Entry(
        lambda a: ("show", "topqueues", _rows(a), "--errors", "--no-rcpt-events"), "/queues"
    ),
    Page.DOMAINS: Entry(lambda a: ("show", "topdomains", _rows(a), "--errors"), "/domains"),
    Page.VMTAS: Entry(lambda a: ("show", "vmtas", _rows(a)), "/vmtas"),
    Page.JOBS: Entry(lambda a: ("show", "jobs", _rows(a)), "/jobs"),
    Page.QUEUE_DETAIL: Entry(
        lambda a: ("show", "queues", a.about, "--errors"), "/queueDetail", "queue"
    ),
    Page.DOMAIN_DETAIL: Entry(
        lambda a: ("show", "domains", a.about, "--errors"), "/domainDetail", "domain"
    ),
    Page.JOB_DETAIL: Entry(None, "/jobDetail", "jobid"),
    Page.LOGS: Entry(None, "/logs"),
    Page.LIST_QUEUE: Entry(_list, "/listqueue", "queue"),
    Page.OLDER_THAN: Entry(lambda a: (*_list(a), f"--older-than={a.older_than}"), since=(5, 0)),
    Page.SETTINGS: Entry(lambda a: ("show", "settings", a.about), since=(4, 5)),
    Page.VMTA_SETTINGS: Entry(lambda a: ("show", "vmta-settings", a.about), since=(5, 0)),
    Page.DISABLED_SOURCES: Entry(lambda a: ("show", "disabled", "sources", a.about)),
    Page.LICENSE: Entry(lambda a: ("show", "license")),
    Page.VERSION: Entry(lambda a: ("show", "version")),
}

LISTS = frozenset({Page.QUEUES, Page.DOMAINS, Page.VMTAS, Page.JOBS})

AS_TEXT = frozenset({Page.SETTINGS, Page.VMTA_SETTINGS, Page.LICENSE, Page.VERSION})
"""Read as text: their other forms are in no document."""


def command_words(ask: Ask) -> Words:
    """The words behind `pmta`. Raises TransportError for a name that is none."""
    _check(ask)
    entry = PAGES[ask.page]
    if entry.words is None:
        text = f"there is no pmta command for {ask.page}: only the web monitor has it"
        raise TransportError(FaultKind.MISSING, text)
    return tuple(word for word in entry.words(ask) if word)


def web_path(ask: Ask, format_: str) -> str:
    """Path and query of the web page. Raises TransportError for a name that is none."""
    _check(ask)
    entry = PAGES[ask.page]
    assert entry.path is not None
    query = {"format": format_} | ({entry.parameter: ask.about} if entry.parameter else {})
    return f"{entry.path}?{urlencode(query)}"


def _check(ask: Ask) -> None:
    """No object's name may be an option, a pattern or more than one word.

    Only the ladder's own `domain/*` carries PMTA's wildcard.
    """
    name = ask.about.removesuffix("/*") if ask.page is Page.OLDER_THAN else ask.about
    if (name and (not _NAME.fullmatch(name) or name.startswith("-"))) or (
        ask.older_than and not _AGE.fullmatch(ask.older_than)
    ):
        text = f"{ascii(ask.about)[:80]} is no name that can be asked about"
        raise TransportError(FaultKind.INVALID, text)


def version_of(text: str | None) -> tuple[int, int] | None:
    """`5.0r8` as (5, 0)."""
    found = _VERSION.search(text or "")
    return (int(found[1]), int(found[2])) if found else None


def too_old(page: Page, version: str | None) -> str | None:
    """Why this version's command line cannot be asked for `page`, in words; None: it can."""
    entry, known = PAGES[page], version_of(version)
    if known is None or known >= entry.since:
        return None
    return f"needs PMTA {entry.since[0]}.{entry.since[1]}: this is {version}"
