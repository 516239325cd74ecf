"""Reports and samples of tables that come in many batches say what a reading of the whole table would say."""

from collections import Counter
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from jobs.lake import arrow
from jobs.quality import report, samples
from jobs.quality.report import Refusal
from transformations.contracts import contract
from transformations.quality import sampling

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


@pytest.mark.parametrize("tones", [("positive", "neutral", None), ("positive",)])
def test_a_sample_is_what_sorting_the_whole_table_would_draw(quiet, tmp_path, tones):
    table = contract("silver.post_enrichments")
    schema = arrow.schema_of(table)
    every = []
    for part in range(4):
        rows = [
            {"channel": "forum" if n % 3 else "blog", "post_id": f"{part}-{n}", "tone": tones[n % len(tones)]}
            for n in range(50)
        ]
        every += rows
        quiet.append_arrow(table.name, pa.Table.from_pylist(rows, schema))
    drawn = samples.draw(quiet, table, "tone", 12, 7, tmp_path / "a.csv")
    valued = [row for row in every if row["tone"] is not None]
    sizes = Counter(f"{row['channel']} / {row['tone']}" for row in valued)
    wanted = sampling.allocation(sizes, 12, 5)
    assert drawn.strata == {name: (sizes[name], wanted[name]) for name in sorted(sizes)}
    assert drawn.without_value == len(every) - len(valued)
    expected = set()
    for name in sizes:
        keys = [samples.key_of(table, row) for row in valued if f"{row['channel']} / {row['tone']}" == name]
        expected |= set(sorted(keys, key=lambda key: sampling.place(7, key))[: wanted[name]])
    written = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert {
        key for key in map(lambda row: samples.key_of(table, row), valued) if key.replace('"', '""') in written
    } == expected
