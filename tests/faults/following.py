"""A mail server's hand on its files, and a follower that is driven by hand."""

import os
import shutil
from pathlib import Path

from pmtatop.model.frame import Fault, Frame, SourceName
from pmtatop.sources.follow import FileFollower
from tests.sources.clocks import FrozenClock

HEADER = b"type,timeLogged,rcpt,dsnDiag\r\n"


def row(number: int) -> bytes:
    """A row unlike every other; some hold commas, quotes and line ends."""
    diagnostic = (b"250 ok", b'"250 a, b"', b'"421-""x""\r\n421 y"', "421 grüß".encode())[
        number % 4
    ]
    return b"d,1549662845,r%d@x.example,%s\r\n" % (number, diagnostic)


def rows(*numbers: int) -> bytes:
    return b"".join(row(number) for number in numbers)


class Written:
    """Files in a live and an archive folder."""

    def __init__(self, folder: Path) -> None:
        self.live = folder / "live"
        self.archive = folder / "archive"
        self.live.mkdir()
        self.archive.mkdir()
        self.patterns = (str(self.live / "acct*.csv"), str(self.archive / "acct*.csv"))

    def append(self, name: str, data: bytes) -> Path:
        """Append to a live file, with a header if it is new or empty."""
        path = self.live / name
        if not path.exists() or not path.stat().st_size:
            data = HEADER + data
        with path.open("ab") as file:
            file.write(data)
        return path

    def move(self, name: str) -> Path:
        return (self.live / name).rename(self.archive / name)

    def copy_and_truncate(self, name: str, to: str) -> None:
        shutil.copy(self.live / name, self.archive / to)
        os.truncate(self.live / name, 0)


class Reading:
    """A follower that reads all there is whenever it is told to."""

    def __init__(self, patterns: tuple[str, ...], clock: FrozenClock, **options: object) -> None:
        self.clock = clock
        self.frames: list[Frame] = []
        self.faults: list[Fault] = []
        self.follower = FileFollower(
            patterns,
            SourceName.ACCT,
            clock,
            **({"has_header": True, "follow": False} | options),  # type: ignore[arg-type]
        )

    async def go(self, after_s: float = 0.3) -> bytes:
        """Look again; the new rows."""
        self.clock.seconds += after_s
        new = [frame async for frame in self.follower.frames()]
        self.faults += [frame.fault for frame in new if frame.fault]
        self.frames += new
        return b"".join(frame.payload for frame in new)

    @property
    def all(self) -> bytes:
        return b"".join(frame.payload for frame in self.frames)
