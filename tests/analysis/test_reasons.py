import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmtatop.analysis.reasons import classify, fingerprint
from pmtatop.analysis.remedies import REMEDIES, WHOSE
from pmtatop.model.reason import Confidence, Level, ReasonClass, Stage, Whose

C = ReasonClass


@pytest.mark.parametrize(
    ("reply", "class_", "provider"),
    [
        ("421 4.7.28 [192.0.2.9] Gmail has detected an unusual rate of email - gsmtp", C.RATE,
         "Gmail"),
        ("550-5.7.26 This mail is unauthenticated, gmail wants SPF or DKIM", C.AUTHENTICATION,
         "Gmail"),
        ("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume"
         " or user complaints", C.REPUTATION, "Yahoo"),
        ("451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP"
         " reputation (S775)", C.REPUTATION, "Microsoft"),
        ("451 4.7.500 Access denied, please try again later", C.RATE, "Microsoft"),
        ("421 too many concurrent SMTP connections; please try again later", C.CONNECTION_LIMIT,
         None),
        ("451 4.7.1 Greylisting in action, please come back in 00:05:00", C.GREYLISTING, None),
        ("554 mail dropped, OFR_506 [506]", C.CONTENT, "Orange"),
        ("554 IP=192.0.2.4 - A problem occurred. (BL)", C.REPUTATION, "T-Online"),
        ("550 Domain frequency limited. qq.com", C.RATE, "QQ"),
        ("454 4.7.0 TLS not available due to local problem", C.TLS, None),
        ("450 4.7.1 Client host rejected: cannot find your reverse hostname", C.PTR_HELO, None),
        ("552 5.3.4 Message size exceeds fixed limit", C.SIZE, None),
        ("554 5.7.1 <a@b.example>: Relay access denied", C.RELAYING, None),
        ("550 5.1.1 <a@b.example> no such user here", C.UNKNOWN_USER, None),
        ("452 4.2.2 mailbox over quota", C.MAILBOX_FULL, None),
        ("450 4.7.1 This host has used up its sending quota for today", C.RATE, None),
        ("421 Excessive number of messages from your side", C.RATE, None),
        ("421 4.7.0 Refusing further connections, your limit is reached", C.CONNECTION_LIMIT, None),
        ("450 4.7.1 Triplet unknown, come again", C.GREYLISTING, None),
        ("451 4.7.5 We could not verify the DKIM signature", C.AUTHENTICATION, None),
        ("421 4.7.0 TLS alert received", C.TLS, None),
        ("552 The inbox size has reached its end", C.MAILBOX_FULL, None),
        ("450 4.1.8 Sender address refused: domain does not exist", C.DNS_MX, None),
        ("452 4.3.1 Insufficient system resources", C.REMOTE_FAULT, None),
        ("550 5.7.1 This list is for subscribers only", C.POLICY, None),
        ("ETIMEDOUT connecting to mx.example (192.0.2.3)", C.TIMEOUT, None),
        ("message rate limit reached (based on backoff-max-msg-rate in configuration)",
         C.OWN_LIMIT, None),
    ],
)  # fmt: skip
def test_each_meaning_has_its_class(reply: str, class_: ReasonClass, provider: str | None) -> None:
    found = classify(reply)
    assert (found.class_, found.provider) == (class_, provider)


def test_text_beats_code_beats_category() -> None:
    text = "550 5.1.1 rejected because of a listing at zen.spamhaus.org"
    assert classify(text, category="bad-mailbox").class_ is C.REPUTATION
    assert classify("550 5.1.1 no", category="spam-related").class_ is C.UNKNOWN_USER
    assert classify("550 no", category="spam-related").class_ is C.CONTENT


def test_a_code_alone_is_never_highly_sure() -> None:
    assert classify("550 5.1.1 xyzzy").confidence is not Confidence.HIGH
    assert classify("451 xyzzy").confidence is Confidence.LOW


def test_a_bare_450_is_a_vague_slow_down_that_blames_nobody() -> None:
    found = classify("450 please try later")
    assert (found.class_, found.confidence) == (C.RATE, Confidence.LOW)
    assert found.whose is Whose.UNKNOWN


def test_gmails_limit_of_one_mailbox_is_the_recipients() -> None:
    found = classify("450 4.2.1 The user you are trying to contact is receiving mail too quickly")
    assert (found.class_, found.whose) == (C.RATE, Whose.RECIPIENT)


def test_a_list_that_refused_the_query_is_their_fault() -> None:
    found = classify("554 rejected: multi.uribl.com: Query refused, see uribl.com/refused")
    assert (found.class_, found.whose) == (C.REMOTE_FAULT, Whose.THEIRS)


def test_unknown_text_stays_unclassified() -> None:
    assert classify("554 plugh xyzzy").class_ is C.UNCLASSIFIED


def test_an_accepting_reply_is_no_refusal() -> None:
    assert classify("250 2.0.0 queued, not spam").class_ is C.UNCLASSIFIED


def test_pmtas_wrappers_are_taken_off() -> None:
    inner = "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred"
    for outer in (
        f'skip of MX requested: "{inner}" received from mta5.example (192.0.2.7)',
        f'Error: "{inner}" while connected from a.example to b.example',
        f"smtp;{inner}",
    ):
        assert classify(outer).class_ is C.REPUTATION, outer
        assert classify(outer).code == "421"


def test_replies_of_several_lines_are_joined() -> None:
    found = classify("550-5.7.1 your message is likely␍␊550-5.7.1 unsolicited mail␍␊550 5.7.1 bye")
    assert (found.class_, found.code, found.enhanced) == (C.CONTENT, "550", "5.7.1")


def test_level_is_queue_for_tq_rows_and_connection_texts() -> None:
    assert classify("421 busy", record_type="tq").level is Level.QUEUE
    assert classify("421 busy", record_type="tq").stage is Stage.GREETING
    assert classify("421 EHLO not now", record_type="tq").stage is Stage.EHLO
    assert classify("ECONNREFUSED connecting to a.example (192.0.2.1)").level is Level.QUEUE
    assert classify("450 4.7.1 try later", record_type="t").level is Level.RECIPIENT


def test_an_empty_reply_is_judged_by_its_status() -> None:
    found = classify("", status="4.4.1 (no answer from host)", record_type="tq")
    assert (found.class_, found.stage, found.enhanced) == (C.TIMEOUT, Stage.CONNECT, "4.4.1")


def test_equal_fingerprints_give_one_object() -> None:
    first = classify("550 5.1.1 <anna@one.example> unknown user [192.0.2.1] id 183746152")
    second = classify("550 5.1.1 <bert@two.example> unknown user [198.51.100.7] id 937461524")
    assert first is second


def test_fingerprints_keep_what_rules_need() -> None:
    kept = "421 4.7.28 (s775) #rl000003 ofr_104 [tss04]"
    assert fingerprint(kept) == kept


def test_every_class_has_a_remedy_and_an_owner() -> None:
    assert set(REMEDIES) == set(WHOSE) == set(ReasonClass)


@given(st.text(max_size=300), st.sampled_from(["", "t", "tq", "b"]))
def test_no_text_of_a_stranger_breaks_it(reply: str, type_: str) -> None:
    found = classify(reply, record_type=type_)
    assert found.class_ in ReasonClass
    assert classify(fingerprint(reply), record_type=type_).class_ is found.class_
