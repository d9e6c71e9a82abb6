"""`capture`: what PMTA said, in an archive that names nobody."""

import json
import stat
import tarfile
from pathlib import Path

import pytest

from pmtatop.parsing.lists import parse_queues
from tests.cli.test_commands import run
from tests.cli.test_doctor import KEY, keyed
from tests.engine.conftest import Make, simulate

__all__ = ["simulate"]
pytestmark = pytest.mark.slow


def members(archive: Path) -> dict[str, bytes]:
    with tarfile.open(archive) as tar:
        return {m.name: f.read() for m in tar.getmembers() if (f := tar.extractfile(m)) is not None}


def test_replies_in_every_format_without_names(simulate: Make, tmp_path: Path) -> None:
    simulator, ready = simulate(scenario="night", api_key=KEY, access="none", history_s=1800.0)
    out = tmp_path / "replies.tgz"
    words = ("capture", "mx", "--out", str(out), "--config", keyed(tmp_path, ready["url"], KEY))
    result = run(*words)
    assert result.returncode == 0, result.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    found = members(out)
    index = json.loads(found["capture.json"])
    for name in {page["page"] for page in index["asked"]} - {"logs", "jobs", "job-detail"}:
        assert any(page["page"] == name and page.get("file") for page in index["asked"]), name
    everything = b"".join(found.values())
    for secret in (KEY.encode(), b"meadow-mail", b"mta1", b"203.0.113.", b"news-a"):
        assert secret not in everything
    listed = next(page["file"] for page in index["asked"] if page["page"] == "queues")
    rows = parse_queues(found[listed]).rows
    held = sorted((q.recipients for q in simulator.world.book.backlog()), reverse=True)
    assert [row.recipients for row in rows] == held[: len(rows)]


def test_nobody_there_leaves_no_file(tmp_path: Path) -> None:
    out = tmp_path / "replies.tgz"
    result = run("capture", "127.0.0.1:1", "--out", str(out))
    assert result.returncode == 1
    assert "nothing to capture" in result.stderr
    assert list(tmp_path.iterdir()) == []
