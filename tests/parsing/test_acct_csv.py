"""AcctReader: every row once, by column names, in three time formats; damage never raises."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.model.event import AccountingRow
from pmtatop.parsing.acct_csv import AcctReader
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.safe_text import safe_text

HEADER = (
    b"type,timeLogged,timeQueued,orig,rcpt,orcpt,dsnAction,dsnStatus,dsnDiag,dsnMta,bounceCat,"
    b"srcType,srcMta,dlvType,dlvSourceIp,dlvDestinationIp,dlvEsmtpAvailable,dlvSize,vmta,jobId,"
    b"envId,queue,vmtaPool"
)
DELIVERED = (
    b"d,2019-02-08 21:54:05+0000,2019-02-08 21:54:00+0000,s@News.Example,D@Mail.Example,,relayed,"
    b"2.0.0 (success),smtp;250 DATA ok,mx.mail.example (192.0.2.3),,api,local (127.0.0.1),smtp,"
    b'192.0.2.9,192.0.2.3,"ENHANCEDSTATUSCODES,8BITMIME",41159,vmta48,job1,,mail.rollup/vmta48,p\r\n'
)
AT = 1549662845.0
"""2019-02-08 21:54:05 UTC."""


def rows(payload: bytes, header: bytes = HEADER, offset: int = 0) -> list[AccountingRow]:
    return list(AcctReader(header).rows(payload, "acct.csv", offset))


def one(payload: bytes, header: bytes = HEADER) -> AccountingRow:
    (row,) = rows(payload, header)
    return row


def test_a_delivery_column_by_column() -> None:
    row = one(DELIVERED)
    expected = AccountingRow(
        type_="d",
        logged=AT,  # type: ignore[arg-type]
        queued=AT - 5,  # type: ignore[arg-type]
        first_attempt=None,
        sender=safe_text("s@News.Example"),
        recipient=safe_text("D@Mail.Example"),
        status=safe_text("2.0.0 (success)"),
        diagnostic=safe_text("250 DATA ok"),
        mx=safe_text("mx.mail.example"),
        category=safe_text(""),
        source_ip=safe_text("192.0.2.9"),
        size=41159,
        vmta=safe_text("vmta48"),
        pool=safe_text("p"),
        job=safe_text("job1"),
        queue=safe_text("mail.rollup/vmta48"),
        domain=safe_text("mail.example"),
        sender_domain=safe_text("news.example"),
        tls_protocol=safe_text(""),
        tls_cipher=safe_text(""),
        action=safe_text("relayed"),
        from_domain=safe_text(""),
        smtp_user=safe_text(""),
        position="acct.csv:0",
        columns=frozenset(HEADER.decode().split(",")),
    )
    assert row == expected


def test_a_row_is_frozen_and_of_the_model() -> None:
    row = one(DELIVERED)
    assert type(row) is AccountingRow
    with pytest.raises(AttributeError):
        row.size = 1  # type: ignore[misc]


def test_positions_are_byte_offsets_of_rows() -> None:
    second = DELIVERED.replace(b"DATA ok", "grüß".encode())
    quoted = DELIVERED.replace(b"smtp;250 DATA ok", b'"smtp;250-a\r\n250 b"')
    found = rows(second + quoted + b"\r\n" + DELIVERED, offset=100)
    blank = 100 + len(second) + len(quoted)
    assert [row.position for row in found] == [
        "acct.csv:100",
        f"acct.csv:{100 + len(second)}",
        f"acct.csv:{blank + 2}",
    ]
    assert found[1].diagnostic == "250-a␍␊250 b"


@pytest.mark.parametrize(
    "stamp",
    [
        "2019-02-08 21:54:05+0000",
        "2019-02-08 22:54:05+0100",
        "2019-02-08 16:24:05-05:30",
        "2019-02-08T21:54:05Z",
        "1549662845",
        "02/08/2019 21:54:05+0000",
        "02/08/2019 20:54:05-01:00",
    ],
)
def test_every_form_of_time(stamp: str) -> None:
    row = one(f"tq,{stamp},a/b\n".encode(), b"type,timeLogged,queue")
    assert row.logged == AT


@pytest.mark.parametrize(
    "stamp", ["", "yesterday", "2019-13-40 00:00:00+0000", "9" * 30, "13/13/2019 00:00:00", "٣"]
)
def test_a_row_without_a_time_is_malformed(stamp: str) -> None:
    reader = AcctReader(b"type,timeLogged,queue")
    assert not list(reader.rows(f"tq,{stamp},a/b\n".encode(), "x", 0))
    assert reader.malformed == 1


def test_a_queue_event_has_its_queues_domain() -> None:
    header = (
        b"type,timeLogged,dsnStatus,dsnDiag,dsnMta,dlvType,dlvSourceIp,dlvDestinationIp,vmta,queue"
    )
    row = one(
        "tq,2019-02-08 21:54:05+0000,4.4.1 (no answer from host),,mx.example (192.0.2.1),smtp,"
        "0.0.0.0,192.0.2.1,vmta29,bücher.de/vmta29\r\n".encode(),
        header,
    )
    assert row.domain == "xn--bcher-kva.de"
    assert row.queue == "bücher.de/vmta29"
    assert (row.recipient, row.status) == ("", "4.4.1 (no answer from host)")


def test_columns_are_found_by_name_and_the_first_of_two_counts() -> None:
    row = one(b"d,a@b.example,1549662845,first,second\n", b"type,rcpt,timeLogged,vmta,vmta")
    assert (row.recipient, row.logged, row.vmta) == ("a@b.example", AT, "first")
    assert "dsnDiag" not in row.columns


def test_a_complaint_without_recipient_has_it_in_its_header_column() -> None:
    header = b"type,timeLogged,rcpt,header_X-HmXmrOriginalRecipient"
    assert one(b"f,1549662845,,who@live.example\n", header).domain == "live.example"


def test_a_cell_too_few_or_too_many_at_the_end_is_accepted() -> None:
    assert one(DELIVERED.replace(b",p\r\n", b"\r\n")).pool == ""
    assert one(DELIVERED.replace(b"\r\n", b",,\r\n")).pool == "p"


def test_torn_rows_are_counted_not_guessed() -> None:
    reader = AcctReader(HEADER)
    torn = DELIVERED[:120] + b"\r\n"
    assert len(list(reader.rows(torn + DELIVERED, "x", 0))) == 1
    assert reader.malformed == 1


def test_unknown_types_are_counted_and_skipped() -> None:
    reader = AcctReader(b"type,timeLogged,rcpt")
    other = b"".join(b"x%d,1549662845,a@b\n" % n for n in range(200))
    found = list(reader.rows(b"p,1549662845,a@b\n" + other + b"d,1549662845,a@b\n", "x", 0))
    assert [row.type_ for row in found] == ["d"]
    assert reader.skipped["p"] == 1
    assert sum(reader.skipped.values()) == 201
    assert len(reader.skipped) <= 65


@pytest.mark.parametrize(
    "header", [b"", b"\r\n", b"timeLogged,type", b"<html>", b"type,rcpt", b"\x00", b'"type']
)
def test_what_is_no_header_says_so(header: bytes) -> None:
    with pytest.raises(ParseError, match="header"):
        AcctReader(header)


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert one(DELIVERED, b"\xef\xbb\xbf" + HEADER + b"\r\n").type_ == "d"


def test_strangers_text_is_safe_in_every_column() -> None:
    evil = DELIVERED.replace(b"DATA ok", b"\x1b]0;x\x07\xff").replace(b"vmta48", b"\xc2\x9bv")
    row = one(evil)
    assert row.diagnostic == "250 ␛]0;x␇‹FF›"
    assert row.vmta == "‹009B›v"


@given(
    st.binary(max_size=400)
    | st.lists(
        st.sampled_from([DELIVERED, b'"', b"d,", b"\r", b"\n", b"\0", b"\xff", b"1549662845"]),
        max_size=20,
    ).map(b"".join)
)
def test_no_bytes_raise(payload: bytes) -> None:
    rows(payload)
    rows(payload, b"type,timeLogged")


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), max_size=20))
def test_what_the_csv_module_writes_comes_back(replies: list[str]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for reply in replies:
        writer.writerow(["t", "1549662845", "a@b.example", reply])
    found = rows(out.getvalue().encode(), b"type,timeLogged,rcpt,dsnDiag")
    # A bare CR ends a line for the csv module, quoted or not; it is still the same row.
    assert [row.diagnostic for row in found] == [
        safe_text(r.removeprefix("smtp;")) for r in replies
    ]
    payload = out.getvalue().encode()
    for row in found:
        assert payload[int(row.position.rpartition(":")[2]) :].startswith(b"t,1549662845")
