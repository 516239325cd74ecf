import pyarrow as pa

from transformations.indicators.reads import READS, monthly_reads, read_indicators


def test_reads_readers_and_what_they_pass_on(frame, at, by_group) -> None:
    reads = [
        ("1", "ada", at(2), True),
        ("1", "ada", at(9), None),
        ("1", "bob", at(2), False),
        ("2", "bob", at(2, month=4), None),
    ]
    found = monthly_reads(
        frame(
            "silver.content_reads",
            *(
                {"content_id": content, "reader_profile_id": reader, "read_at": when, "is_shared": is_shared}
                for content, reader, when, is_shared in reads
            ),
        ),
        "UTC",
    )
    rows = by_group(read_indicators(pa.table(found.toArrow()).select(READS.names).cast(READS)))
    total = {key[0]: (row["numerator"], row["denominator"]) for key, row in rows.items() if key[1] == key[3] == "all"}
    assert total == {"reads": (4, None), "readers": (2, None), "reads_per_issue": (4, 2), "read_shares": (1, None)}
    assert rows["read_shares", "all", None, "channel", "forum"]["coverage_ratio"] == 0.5
    april = rows["read_shares", "month", "04-01", "all", "all"]
    assert (april["value"], april["missing_reason"]) == (None, "no source says whether a read was passed on")
    assert rows["readers", "month", "03-01", "all", "all"]["persons_count"] == 2
