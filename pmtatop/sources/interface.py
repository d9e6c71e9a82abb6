"""Interface: PMTA as something that can be asked, whatever wire and format it speaks."""

from dataclasses import dataclass
from typing import Protocol

from pmtatop.model.page import Ask, Page
from pmtatop.transports.reply import Reply


@dataclass(frozen=True, slots=True)
class Access:
    """How PMTA is reached: shown on screen, and what `doctor` and the ladder decide by."""

    way: str
    """`https`, `http`, `local command`, `ssh`."""
    format: str | None = None
    """`json`, `xml` or `dom`, as found at connect time; None before."""
    version: str | None = None
    """`mta.product.version` of the first status page; None before."""
    has_key: bool = False
    """Whether an API key opens `/command`."""
    offered: str | None = None
    """SHA-256 of the unknown certificate on loopback that one key press may pin."""


class Interface(Protocol):
    """One PMTA over one wire; one question in flight."""

    @property
    def access(self) -> Access:
        """What is known of the way by now."""
        ...

    def can_ask(self, page: Page) -> str | None:
        """None when `page` can be had this way, else the reason in words for `–`."""
        ...

    async def ask(self, ask: Ask) -> Reply:
        """The reply. Raises TransportError with one line for every way in which it fails."""
        ...

    def trust(self, fingerprint: str) -> None:
        """Pin the certificate of `access.offered`, if it is still that one."""
        ...

    async def aclose(self) -> None:
        """Give the wire back."""
        ...
