"""`events` and `classify`: lines in, JSON lines out, and nothing lost at a kill."""

import gzip
import json
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import run
from tests.faults.following import HEADER, row, rows
from tests.pty.terminal import PMTATOP

pytestmark = pytest.mark.slow

HEAD = (
    b"type,timeLogged,timeQueued,orig,rcpt,dsnStatus,dsnDiag,dsnMta,bounceCat,dlvSourceIp,vmta,"
    b"jobId,queue,vmtaPool,dlvTlsProtocol,dlvTlsCipher,rcvSmtpUser,header_From\r\n"
)
BOUNCE = (
    b"b,2025-04-01 16:32:10+0200,2025-04-01 14:30:10+0000,b-ann=gmail.com@news.example,"
    b"ann.b@gmail.com,5.7.1 (x),smtp;550-5.7.26 ann.b@gmail.com: ann.b must authenticate gsmtp,"
    b"mx.google.com (1.2.3.4),policy-related,192.0.2.1,v1,j1,gmail.com/v1,pool,TLSv1.3,AES,"
    b"feeder,News <hello@Brand.Example>\r\n"
)

KEYS = (
    *("timestamp", "type", "vmta", "pool", "domain", "isp", "action", "dsn", "code", "enhanced"),
    *("enhanced_code", "class", "stage", "whose", "message", "queue", "source_ip", "mx", "job"),
    *("sender_domain", "from_domain", "smtp_user", "age_s", "first_attempt", "tls", "row"),
)


def lines(*words: str, **env: str) -> list[dict[str, Any]]:
    result = run("events", *words, **env)
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "acct-2025-04-01-0000.csv"
    path.write_bytes(HEAD + BOUNCE + BOUNCE.replace(b"b,", b"zz,", 1))
    return path


def test_a_row_has_every_key_of_the_contract_and_no_address(file: Path) -> None:
    (event,) = lines(str(file))
    assert tuple(event) == KEYS
    assert "ann" not in json.dumps(event)
    expected = {
        "timestamp": "2025-04-01T14:32:10Z",
        "isp": "Gmail",
        "action": "perm-fail",
        "dsn": "5.7.1",
        "code": "550",
        "enhanced": "5.7.26",
        "enhanced_code": "550-5.7.26",
        "class": "authentication",
        "whose": "ours",
        "from_domain": "brand.example",
        "smtp_user": "feeder",
        "age_s": 120.0,
        "tls": {"protocol": "TLSv1.3", "cipher": "AES"},
    }
    expected |= {"message": "550-5.7.26 ***@gmail.com: *** must authenticate gsmtp"}
    assert {key: event[key] for key in expected} == expected
    (whole,) = lines(str(file), "--addresses")
    assert whole["recipient"] == "ann.b@gmail.com"
    assert "ann.b must" in whole["message"]


def test_what_is_left_out_is_told(file: Path) -> None:
    result = run("events", str(file))
    assert "1 rows of the unknown type zz were skipped" in result.stderr


def test_a_packed_and_a_renamed_file_have_the_same_rows(file: Path) -> None:
    packed = file.with_suffix(".csv.gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    moved = file.with_name("acct-other.csv")
    moved.write_bytes(file.read_bytes())
    ids = {lines(str(path))[0]["row"] for path in (file, packed, moved)}
    assert len(ids) == 1


def test_filters(file: Path) -> None:
    assert lines(str(file), "--type", "d,t") == []
    assert len(lines(str(file), "--domain", "GMAIL.com", "--type", "b")) == 1
    assert lines(str(file), "--since", "2025-04-01T15:00:00Z") == []
    assert run("events", str(file), "--type", "x").returncode == 3
    assert run("events", str(file) + ".none").returncode == 1


def test_standard_input_and_raw_rows(file: Path) -> None:
    with file.open("rb") as stream:
        done = subprocess.run([PMTATOP, "events", "--raw", "-"], stdin=stream, capture_output=True)
    assert done.stdout == BOUNCE


def test_a_damaged_archive_costs_its_own_rows_alone(file: Path) -> None:
    packed = file.with_name("acct-0.csv.gz")
    packed.write_bytes(gzip.compress(file.read_bytes())[:-40])
    result = run("events", str(packed), str(file))
    assert result.returncode == 1
    assert str(packed) in result.stderr
    assert len(result.stdout.splitlines()) >= 1


class Follower:
    """`events --follow --raw`, its output read as it comes."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.words = (PMTATOP, "events", str(folder / "acct*.csv"), "--follow", "--raw", *words)
        self.said = b""
        self.again()

    def again(self) -> None:
        self.process = subprocess.Popen(
            self.words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )

    def wait_for(self, data: bytes, seconds: float = 20.0) -> None:
        assert self.process.stdout is not None
        while data not in self.said:
            ready, _, _ = select.select([self.process.stdout], [], [], seconds)
            block = self.process.stdout.read(65536) if ready else b""
            assert block, self.said
            self.said += block

    def kill(self, number: int = signal.SIGKILL) -> int:
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=20)
        self.said += rest
        return self.process.returncode


@pytest.fixture
def follow(tmp_path: Path) -> Iterator[Follower]:
    (tmp_path / "acct-1.csv").write_bytes(HEADER + rows(0))
    follower = Follower(tmp_path, "--state", str(tmp_path / "state"), "--from-start")
    yield follower
    if follower.process.poll() is None:
        follower.kill()


def test_a_kill_a_rotation_and_a_start_lose_nothing(follow: Follower, tmp_path: Path) -> None:
    follow.wait_for(row(0))
    follow.kill()
    with (tmp_path / "acct-1.csv").open("ab") as file:
        file.write(rows(1, 2))
    (tmp_path / "acct-1.csv").rename(tmp_path / "acct-0.csv")
    (tmp_path / "acct-1.csv").write_bytes(HEADER + rows(3))
    follow.again()
    follow.wait_for(row(3))
    with (tmp_path / "acct-1.csv").open("ab") as file:
        file.write(rows(4))
    follow.wait_for(row(4))
    assert follow.kill(signal.SIGTERM) == 0
    # The kill may have come before the first checkpoint: only that row may stand there twice.
    assert follow.said in (rows(0, 1, 2, 3, 4), rows(0, 0, 1, 2, 3, 4))


def test_a_second_follower_in_one_folder_is_refused(follow: Follower, tmp_path: Path) -> None:
    follow.wait_for(row(0))
    result = run("events", "x*.csv", "--follow", "--state", str(tmp_path / "state"))
    assert result.returncode == 1
    assert "another follower" in result.stderr


def test_damaged_state_is_said(tmp_path: Path) -> None:
    (tmp_path / "follower.json").write_text("{")
    result = run("events", "x*.csv", "--follow", "--state", str(tmp_path))
    assert result.returncode == 1
    assert "damaged" in result.stderr


def test_classify_gives_a_line_for_each_line() -> None:
    said = b"smtp;421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred\n\n\xff\x1b[2J\n"
    done = subprocess.run([PMTATOP, "classify", "--json"], input=said, capture_output=True)
    first, empty, hostile = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["class"], first["provider"], first["whose"]) == (
        "reputation-blocklist",
        "Yahoo",
        "ours",
    )
    assert first["remedy"]["not"]
    assert empty["class"] == hostile["class"] == "unclassified"
    assert "\x1b" not in hostile["text"]
    words = subprocess.run([PMTATOP, "classify"], input=said, capture_output=True).stdout
    assert words.splitlines()[0].startswith(b"reputation-blocklist")
    assert len(words.splitlines()) == 3
