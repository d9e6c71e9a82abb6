"""Counts from accounting files with the csv module alone, sharing no code with the program."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

COLUMNS = {"d": "delivered", "t": "deferred", "b": "bounced"}


def outcomes(files: Iterable[Path], begin: datetime, end: datetime) -> dict[str, Counter[str]]:
    """Per recipient domain: attempts, delivered, deferred, bounced of begin <= timeLogged < end."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for file in sorted(files):
        with file.open(newline="", encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                logged = datetime.strptime(row["timeLogged"], "%Y-%m-%d %H:%M:%S%z")
                if row["type"] in COLUMNS and begin <= logged < end:
                    domain = row["rcpt"].rpartition("@")[2]
                    counts[domain]["attempts"] += 1
                    counts[domain][COLUMNS[row["type"]]] += 1
    return counts
