"""What to consider for a class of refusals: a read-only check first, and what not to do."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from pmtatop.analysis.remedies import HELP, REMEDIES
from pmtatop.model.alert import Advice
from pmtatop.model.reason import ReasonClass as C


class _Step(NamedTuple):
    consider: str
    """Short enough for the alert's line."""
    action: str | None = None
    risk: str | None = None
    undo: str | None = None


STEPS: Mapping[C, _Step] = MappingProxyType(
    {
        C.RATE: _Step("fewer connections, lower max-msg-rate", None,
                      "mail to this operator takes longer", "restore the old limit"),
        C.CONNECTION_LIMIT: _Step("lower max-smtp-out", None,
                                  "mail to this operator takes longer", "restore the old limit"),
        C.GREYLISTING: _Step("wait for the next retry"),
        C.REPUTATION: _Step("rest the refused IP", "pause-queue",
                            "the paused mail waits and can expire", "resume the queue"),
        C.AUTHENTICATION: _Step("check SPF, DKIM and DMARC", "pause-job",
                                "the paused mail waits and can expire", "resume the job"),
        C.TLS: _Step("check their certificate, wait", None,
                     "without verification an attacker can read the mail",
                     "turn verification on again"),
        C.CONTENT: _Step("find and pause the job", "pause-job",
                         "the paused mail waits and can expire", "resume the job"),
        C.MAILBOX_FULL: _Step("nothing now; suppress full mailboxes later"),
        C.UNKNOWN_USER: _Step("check the list, pause the job", "pause-job",
                              "the paused mail waits and can expire", "resume the job"),
        C.DNS_MX: _Step("check the resolvers"),
        C.REMOTE_FAULT: _Step("wait for retry"),
        C.TIMEOUT: _Step("check the path; wait"),
        C.PTR_HELO: _Step("make PTR, A and HELO agree", "pause-queue",
                          "the paused mail waits and can expire", "resume the queue"),
        C.INACTIVE: _Step("suppress the addresses"),
        C.POLICY: _Step("read the reply, pause the job", "pause-job",
                        "the paused mail waits and can expire", "resume the job"),
        C.OWN_LIMIT: _Step("wait; our own limit"),
    }
)  # fmt: skip
"""By class: the short form, the catalogue's action, its risk and how to undo it."""

_READ = _Step("read the reply")


def consider(class_: C) -> str:
    """The advice in a few words, for the alert's line."""
    return STEPS.get(class_, _READ).consider


def advice_for(class_: C, provider: str | None = None) -> tuple[Advice, ...]:
    """The advice for a class; `provider` adds its own page for senders. Never an order."""
    remedy, step = REMEDIES[class_], STEPS.get(class_, _READ)
    return (
        Advice(
            text=remedy.text,
            check=remedy.check,
            action=step.action,
            directive=remedy.directive,
            risk=step.risk,
            undo=step.undo,
            not_=remedy.not_,
            url=HELP.get(provider or ""),
        ),
    )
