"""`pmta` here and over ssh: real processes, one literal argument a word, nothing left running."""

import asyncio
import os
import shlex
import stat
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from pmtatop.model.frame import Fault, FaultKind
from pmtatop.model.page import Ask, Page
from pmtatop.sources.command_interface import CommandInterface
from pmtatop.sources.pages import command_words
from pmtatop.transports.command import CommandOptions, CommandTransport, local_argv, ssh_login
from pmtatop.transports.faults import TransportError


def script(path: Path, body: str) -> str:
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    path.chmod(stat.S_IRWXU)
    return str(path)


ECHO = "for word in sys.argv[1:]: print(repr(word))"


async def fault_of(options: CommandOptions, *words: str) -> Fault:
    with pytest.raises(TransportError) as caught:
        await CommandTransport(options).run(words)
    assert caught.value.fault.text.isprintable()
    return caught.value.fault


HOSTILE = [
    "--help",
    "a;touch x",
    "$(id)",
    "x y",
    "*",
    "'",
    '"',
    "`id`",
    "a\nb",
    "-o ProxyCommand=x",
]


async def test_words_arrive_as_they_are(tmp_path: Path) -> None:
    pmta = script(tmp_path / "pmta", ECHO)
    reply = await CommandTransport(CommandOptions(local_argv(pmta))).run(HOSTILE)
    assert reply.body.decode().splitlines() == [repr(word) for word in HOSTILE]
    assert reply.origin.startswith("pmta ")


async def test_over_ssh_the_remote_shell_sees_them_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pmta = script(tmp_path / "pm ta", ECHO)
    ssh = "import os\nat = sys.argv.index('--')\n"
    ssh += "os.execv('/bin/sh', ['sh', '-c', ' '.join(sys.argv[at + 2:])])"
    script(tmp_path / "ssh", ssh)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    argv = (*ssh_login("ssh://admin@mx.example:2222", str(tmp_path)), shlex.join(local_argv(pmta)))
    reply = await CommandTransport(CommandOptions(argv, remote=True)).run(HOSTILE)
    assert reply.body.decode().splitlines() == [repr(word) for word in HOSTILE]
    assert argv[:3] == ("ssh", "-o", "BatchMode=yes")
    assert argv[-3:-1] == ("--", "admin@mx.example")
    assert ("-p", "2222") in pairwise(argv)


@pytest.mark.parametrize(
    "target", ["ssh://-oProxyCommand=x", "ssh://", "http://mx", "ssh://a b", "ssh://$(id)@mx"]
)
def test_what_is_no_host_is_refused(target: str) -> None:
    with pytest.raises(ValueError, match="no ssh"):
        ssh_login(target, "/run/x")


async def test_the_deadline_ends_the_command_and_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    body = "import subprocess, time\nchild = subprocess.Popen(['sleep', '600'])\n"
    body += f"open({str(child)!r}, 'w').write(str(child.pid))\ntime.sleep(600)"
    options = CommandOptions(local_argv(script(tmp_path / "pmta", body)), deadline_s=0.7)
    fault = await fault_of(options, "show", "status")
    assert fault.kind is FaultKind.TIMEOUT
    pid = int(child.read_text())
    for _ in range(500):
        if not _runs(pid):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the command's child lives on")


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def test_an_endless_output_is_cut(tmp_path: Path) -> None:
    pmta = script(tmp_path / "pmta", "while True: print('x' * 1000)")
    fault = await fault_of(CommandOptions(local_argv(pmta), max_bytes=100_000))
    assert "larger than 100,000 bytes" in fault.text


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("sys.exit('sudo: a password is required')", FaultKind.DENIED, "NOPASSWD"),
        ("sys.exit('pmta: Permission denied')", FaultKind.DENIED, "group"),
        ("sys.exit('cannot connect to pmtad\\x1b[2J')", FaultKind.INVALID, "cannot connect"),
        ("sys.exit(3)", FaultKind.INVALID, "failed (3)"),
        ("sys.exit(127)", FaultKind.MISSING, "no such command"),
    ],
)
async def test_a_failure_is_one_line_with_a_remedy(
    tmp_path: Path, body: str, kind: FaultKind, words: str
) -> None:
    fault = await fault_of(CommandOptions(local_argv(script(tmp_path / "pmta", body))))
    assert fault.kind is kind
    assert words in fault.text


async def test_a_command_that_is_not_there_or_may_not_run(tmp_path: Path) -> None:
    assert (await fault_of(CommandOptions(("no-such-pmta",)))).kind is FaultKind.MISSING
    plain = tmp_path / "pmta"
    plain.write_text("x")
    assert (await fault_of(CommandOptions((str(plain),)))).kind is FaultKind.DENIED


ANSWERS = """
answers = {"--json": %r, "--xml": %r, "--dom": %r}
text = answers.get(sys.argv[1])
if text is None: sys.exit("unknown option " + sys.argv[1])
print(text)
"""


@pytest.mark.parametrize(
    ("json", "xml", "dom", "found"),
    [
        ('{"data":{"mta":{"product":{"version":"5.0r8"}}}}', None, None, "json"),
        (None, "<rsp><data><version>v4.5r2</version></data><succ/></rsp>", None, "xml"),
        (None, None, 'mta.product.version="4.0r16"', "dom"),
    ],
)
async def test_the_best_format_and_the_version_are_found(
    tmp_path: Path, json: str | None, xml: str | None, dom: str | None, found: str
) -> None:
    pmta = script(tmp_path / "pmta", ANSWERS % (json, xml, dom))
    interface = CommandInterface(CommandTransport(CommandOptions((pmta,))), "local command")
    await interface.ask(Ask(Page.STATUS))
    assert interface.access.format == found
    assert interface.access.version in ("5.0r8", "4.5r2", "4.0r16")


async def test_an_old_version_is_not_asked_for_what_it_does_not_know(tmp_path: Path) -> None:
    pmta = script(tmp_path / "pmta", ANSWERS % (None, None, 'mta.product.version="4.0r16"'))
    interface = CommandInterface(CommandTransport(CommandOptions((pmta,))), "local command")
    await interface.ask(Ask(Page.STATUS))
    assert interface.can_ask(Page.OLDER_THAN) == "needs PMTA 5.0: this is 4.0r16"
    assert interface.can_ask(Page.QUEUES) is None
    with pytest.raises(TransportError, match="needs PMTA"):
        await interface.ask(Ask(Page.OLDER_THAN, "a.example/*", "1h"))


def test_no_command_ever_stops_a_delivery() -> None:
    for page in Page:
        ask = Ask(page, "a.example/v", "1h")
        if page not in (Page.JOB_DETAIL, Page.LOGS):
            words = command_words(ask)
            assert words[0] in ("show", "list")
            assert not any(word.startswith("--pause") for word in words)


def test_the_ladder_alone_may_name_a_pattern() -> None:
    words = command_words(Ask(Page.OLDER_THAN, "a.example/*", "1h", 1))
    assert words == ("list", "--queue=a.example/*", "--maxitems=1", "--older-than=1h")
    for ask in (
        Ask(Page.SETTINGS, "a.example/*"),
        Ask(Page.OLDER_THAN, "*/*", "1h"),
        Ask(Page.OLDER_THAN, "a.example/v", "1h --pause"),
        Ask(Page.QUEUE_DETAIL, "--pause"),
    ):
        with pytest.raises(TransportError, match="no name"):
            command_words(ask)
