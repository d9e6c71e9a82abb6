"""`/status`: PMTA's counters since start, its connections, queue depth and spool."""

from collections.abc import Mapping

from pmtatop.model.polls import ConnectionCount, Flow, StatusPage
from pmtatop.parsing.errors import ParseError
from pmtatop.parsing.fields import flag, integer, kilobytes, local_time, mapping, text
from pmtatop.parsing.tree import tree_of


def parse_status(payload: bytes) -> StatusPage:
    """The page, with None for every leaf it lacks. Raises ParseError."""
    data = tree_of(payload)
    mta = mapping(data.get("mta"))
    status = mapping(data.get("status")) or mapping(mta.get("status"))
    if not status:
        raise ParseError("the reply has no `status`: is this PMTA's /status page?")
    return _page(mta, status)


def _page(mta: Mapping[str, object], status: Mapping[str, object]) -> StatusPage:
    total = _at(status, "traffic", "total")
    resolver, queue = _at(status, "resolver"), _at(status, "queue", "smtp")
    spool = _at(status, "spool")
    return StatusPage(
        local_now=local_time(status.get("timeNow")),
        local_startup=local_time(status.get("startupTime")),
        state=text(status.get("status")),
        shutting_down=flag(status.get("shuttingDown")),
        version=text(_at(mta, "product").get("version")),
        host=text(mta.get("fullHostName")),
        host_ram_bytes=kilobytes(_at(mta, "ram").get("real")),
        total_in=_flow(_at(total, "in")),
        total_out=_flow(_at(total, "out")),
        connections_in=_connections(_at(status, "conn", "smtpIn")),
        connections_out=_connections(_at(status, "conn", "smtpOut")),
        names_cached=integer(resolver.get("namesCached")),
        queries_pending=integer(resolver.get("queriesPending")),
        queries_active=integer(resolver.get("queriesActive")),
        queue_recipients=integer(queue.get("rcp")),
        queue_domains=integer(queue.get("dom")),
        queue_bytes=kilobytes(queue.get("kb")),
        spool_recipients=integer(spool.get("totalRcp")),
        spool_max=integer(spool.get("maxRcp")),
    )


def _at(source: Mapping[str, object], *path: str) -> Mapping[str, object]:
    for key in path:
        source = mapping(source.get(key))
    return source


def _flow(source: Mapping[str, object]) -> Flow:
    return Flow(integer(source.get("rcp")), integer(source.get("msg")), kilobytes(source.get("kb")))


def _connections(source: Mapping[str, object]) -> ConnectionCount:
    return ConnectionCount(
        integer(source.get("cur")), integer(source.get("max")), integer(source.get("top"))
    )
