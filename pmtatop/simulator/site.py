"""The files of the simulated site: logs and accounting files, its configuration, a fake `df`."""

import stat
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

from pmtatop.simulator.clockwork import stamp
from pmtatop.simulator.pages import Page

CONFIG_ROOT = "/etc/pmta/"
"""PMTA's own folder: nothing outside can be read or written through the web monitor."""

CONFIG = """# The configuration of a PMTA that never was.
http-mgmt-port 8080
http-access 127.0.0.1 monitor
<domain *>
    use-starttls yes
    bounce-after 4d12h
</domain>
"""

DF = """#!/bin/sh
case "$*" in
    *-Pi*) cat '{folder}/df-inodes' ;;
    *) cat '{folder}/df-blocks' ;;
esac
"""

BLOCKS = 50_000_000
INODES = 3_000_000
FREE_AT_REST = 0.4


class Site:
    """Everything lies under `folder`; `/etc/pmta` is `folder/etc`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self) -> None:
        """Write what stands from the beginning."""
        (self._folder / "etc").mkdir(parents=True, exist_ok=True)
        config = self._folder / "etc" / "config"
        if not config.exists():
            config.write_text(CONFIG)
        df = self._folder / "df"
        df.write_text(DF.format(folder=self._folder))
        df.chmod(stat.S_IRWXU)

    def update(self, since: float, fills_at: float | None) -> None:
        """The file system as of `since` seconds after the start; full at `fills_at`."""
        left = 1.0 if fills_at is None else max(0.0, 1 - max(0.0, since) / fills_at)
        for name, unit, whole in (("blocks", "1024-blocks", BLOCKS), ("inodes", "Inodes", INODES)):
            free = int(whole * FREE_AT_REST * left)
            used = f"{100 - 100 * free // whole}%"
            (self._folder / f"df-{name}").write_text(
                f"Filesystem {unit} Used Available Capacity Mounted on\n"
                f"/dev/vdb1 {whole} {whole - free} {free} {used} /var/spool/pmta\n"
            )

    def logs(self) -> Page:
        """`/logs`: names, dates and sizes; the keys are in no document."""
        return {
            "logs": [
                {
                    "name": path.name,
                    "date": stamp(int(path.stat().st_mtime)),
                    "kb": round(path.stat().st_size / 1024, 1),
                }
                for path in self._files()
            ]
        }

    def file(self, name: str) -> bytes | None:
        """`/getFile`: one of those files as it is; None: there is none."""
        found = next((path for path in self._files() if path.name == name), None)
        return None if found is None else found.read_bytes()

    def _files(self) -> list[Path]:
        return sorted([*self._folder.glob("acct-*.csv"), *self._folder.glob("pmta.log*")])

    def config_files(self) -> list[str]:
        """`op=listconfigfiles`."""
        return [f"{CONFIG_ROOT}{path.name}" for path in sorted((self._folder / "etc").iterdir())]

    def config_path(self, name: str) -> Path | None:
        """Where `/etc/pmta/NAME` really lies; None: outside, which is refused."""
        inside = name.removeprefix(CONFIG_ROOT)
        if inside == name or "/" in inside or inside in ("", ".", ".."):
            return None
        return self._folder / "etc" / inside


def form_of(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a `multipart/form-data` body, as `/configFile` takes them."""
    head = f"Content-Type: {kind}\r\n\r\n".encode("latin-1")
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    fields = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            fields[name] = content.decode("utf-8", "surrogateescape")
    return fields
