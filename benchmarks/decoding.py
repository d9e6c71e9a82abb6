"""Decoding: accounting rows beside csv.reader, list pages beside json.loads, in one run.

    python -m benchmarks.decoding

Prints medians of several runs in turn (A B A B ...) and their ratio: absolute times on a shared
machine say little.
"""

import csv
import io
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from pmtatop.analysis.providers import isp_of
from pmtatop.analysis.reasons import classify
from pmtatop.analysis.windows import RowWindow
from pmtatop.parsing.acct_csv import AcctReader
from pmtatop.parsing.lists import parse_queues
from pmtatop.simulator import SimulationOptions, Simulator

RUNS = 7
START = datetime(2025, 4, 1, 14, tzinfo=UTC)


def rows_of_a_day() -> bytes:
    """Accounting rows of a simulated night, one file."""
    with TemporaryDirectory() as folder:
        options = SimulationOptions(
            Path(folder), scenario="night", speed=0, start=START, history_s=12 * 3600.0
        )
        simulator = Simulator(options)
        simulator.start()
        simulator.stop()
        return b"".join(file.read_bytes() for file in sorted(Path(folder).glob("acct-*.csv"))[:1])


def queue_page(count: int) -> bytes:
    """A `/queues` reply of `count` queues, each with two errors."""
    error = {"type": "error", "time": "2025-04-01 14:00:00", "text": "421 4.1.0 Throttled"}
    queues = [
        {"name": f"d{i}.example/v{i % 12}", "rcp": i, "kb": i * 1.5, "conn": i % 20,
         "paused": False, "mode": "normal", "errors": [error, error]}
        for i in range(count)
    ]  # fmt: skip
    return json.dumps({"data": {"queues": queues}, "status": "success"}).encode()


def compared(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Median seconds of both, run in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for work, kept in zip((ours, theirs), times, strict=True):
            begun = time.perf_counter()
            work()
            kept.append(time.perf_counter() - begun)
    return statistics.median(times[0]), statistics.median(times[1])


def read_rows(header: bytes, body: bytes) -> int:
    """Rows made by the reader."""
    return sum(1 for _ in AcctReader(header).rows(body, "acct", 0))


def count_rows(header: bytes, body: bytes) -> RowWindow:
    """Rows made, classified and counted, as the engine does."""
    window = RowWindow()
    for row in AcctReader(header).rows(body, "acct", 0):
        verdict = classify(row.diagnostic, status=row.status, record_type=row.type_)
        window.add(row, verdict, isp_of(row.domain, row.mx))
    return window


def csv_rows(body: bytes) -> int:
    """The floor: csv.reader alone."""
    return sum(1 for _ in csv.reader(io.StringIO(body.decode())))


def main() -> None:
    """Print the table."""
    header, _, body = rows_of_a_day().partition(b"\r\n")
    rows = body.count(b"\n")
    floor = partial(csv_rows, body)
    lines = [
        ("rows read / csv.reader", *compared(partial(read_rows, header, body), floor)),
        ("rows counted / csv.reader", *compared(partial(count_rows, header, body), floor)),
    ]
    for count in (2_000, 20_000):
        page = queue_page(count)
        pair = compared(partial(parse_queues, page), partial(json.loads, page))
        lines.append((f"{count:,} queues / json.loads", *pair))
    print(f"{'what':28} {'ours ms':>9} {'floor ms':>9} {'ratio':>6}   ({rows:,} rows)")
    for what, ours, theirs in lines:
        print(f"{what:28} {ours * 1e3:9.1f} {theirs * 1e3:9.1f} {ours / theirs:6.1f}")


if __name__ == "__main__":
    main()
