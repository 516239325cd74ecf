"""A report of a quarantine that comes in many batches says what a reading of the whole table would say."""

from datetime import UTC, datetime

import pyarrow as pa

from jobs.lake import arrow
from jobs.quality import report
from jobs.quality.report import Refusal
from transformations.contracts import contract

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def test_refusals_are_counted_over_all_files_of_a_quarantine(quiet):
    schema = arrow.schema_of(contract("quarantine.posts"))
    codes = ("late", "blank", "odd")
    for part in range(3):
        rows = [
            {
                "source": "s",
                "batch_id": f"b{part}",
                "file": "f",
                "line": n,
                "ordinal": 0,
                "record_id": f"f#{part}{n}",
                "reasons": [
                    {"code": code, "property": "validity", "message": f"it is {code}"} for code in codes[: n % 4]
                ],
                "quarantined_at": NOW,
            }
            for n in range(10)
        ]
        quiet.append_arrow("quarantine.posts", pa.Table.from_pylist(rows, schema))
    assert report.quarantined(quiet, "silver.posts", limit=2) == [
        Refusal("quarantine.posts", "late", "validity", "it is late", 21, ("f#01", "f#02")),
        Refusal("quarantine.posts", "blank", "validity", "it is blank", 12, ("f#02", "f#03")),
        Refusal("quarantine.posts", "odd", "validity", "it is odd", 6, ("f#03", "f#07")),
    ]
    assert report.quarantined(quiet, "silver.orders") == []
    assert [of.examples for of in report.quarantined(quiet, limit=0)] == [(), (), ()]


def test_a_report_holds_no_raw_record_and_no_whole_quarantine(quiet, monkeypatch):
    """What is asked of Delta: a stream of two columns."""
    asked = []
    stream = quiet.stream
    monkeypatch.setattr(quiet, "names", lambda layer: ["quarantine.posts"])
    monkeypatch.setattr(quiet, "stream", lambda name, columns: asked.append((name, columns)) or stream(name, columns))
    monkeypatch.setattr(quiet, "arrow", None)
    assert report.quarantined(quiet) == []
    assert asked == [("quarantine.posts", ["record_id", "reasons"])]
