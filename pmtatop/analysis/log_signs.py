"""Lines that an engineer must not miss: what the kernel or PMTA's log says when something breaks.

The kernel's wordings are its own, stable for years; of PMTA's only the documented ones are looked
for. Patterns are data: a line is matched in lower case, the first sign that is found counts.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple


class Sign(NamedTuple):
    """One kind of line."""

    name: str
    pattern: str
    means: str
    """What it means for mail, in a few words."""


KERNEL: Sequence[Sign] = (
    Sign("oom-pmtad", r"out of memory: killed process \d+ \(pmta|oom-kill:.*task=pmta",
         "the kernel has killed PMTA: no memory was left"),
    Sign("oom", r"out of memory: killed process|invoked oom-killer", "no memory is left here"),
    Sign("segfault", r"pmta\w*\[\d+\]: segfault", "PMTA has crashed"),
    Sign("hung", r"task pmta\w*:\d+ blocked for more than", "PMTA waits for a disk"),
    Sign("conntrack-full", r"nf_conntrack: table full", "the firewall drops connections"),
    Sign("syn-flood", r"possible syn flooding", "more connections come than are accepted"),
    Sign("tcp-memory", r"tcp: out of memory", "no memory for sockets: connections break"),
    Sign("orphans", r"tcp: too many orphaned sockets", "too many half-closed connections"),
    Sign("neighbours", r"neighbo(u)?r table overflow", "addresses of the own network are lost"),
    Sign("file-max", r"vfs: file-max limit", "no more files can be opened on this host"),
    Sign("io-error", r"i/o error, dev|buffer i/o error|ext4-fs error|xfs .*corruption",
         "a disk fails: the spool may be damaged"),
    Sign("read-only", r"remounting filesystem read-only", "a file system takes no more writes"),
)  # fmt: skip

PMTA_LOG: Sequence[Sign] = (
    Sign("startup-error", r"startup error:", "PMTA does not start"),
    Sign("acct-pipe", r"error (starting|writing to|executing) \"", "an accounting pipe fails"),
)


@lru_cache(maxsize=4096)
def sign_of(text: str, *, kernel: bool) -> Sign | None:
    """The sign in one line; None: an ordinary line."""
    lower = text.lower()
    return next((sign for sign in (KERNEL if kernel else PMTA_LOG) if _found(sign, lower)), None)


def _found(sign: Sign, lower: str) -> bool:
    return re.search(sign.pattern, lower) is not None
