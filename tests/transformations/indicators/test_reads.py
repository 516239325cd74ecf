import random

import pyarrow as pa
from hypothesis import given
from recounted import (
    FEW,
    SEEDS,
    ZONES,
    Group,
    assert_adds_up,
    assert_agree,
    collected,
    local_day,
    moment,
    recounted,
    some,
)

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


def _read(draw: random.Random) -> dict:
    channel = draw.choice(("x", "mail", "feed"))
    return {
        "channel": channel,
        "content_id": draw.choice("12345"),
        "reader_profile_id": draw.choice(("ada", "bob", "cyd", "dan")),
        "read_at": moment(draw),
        "is_shared": some(draw, True, False, nulls=1.0 if channel == "feed" else 0.5),
    }


def _shared(group: Group) -> dict:
    told = group.count(lambda row: row["is_shared"] is not None)
    return {
        "numerator": group.count(lambda row: row["is_shared"]) if told else None,
        "denominator": None,
        "observations_count": len(group.rows),
        "coverage_ratio": told / len(group.rows),
    }


@FEW
@given(SEEDS)
def test_random_reads_agree_with_a_second_count(frame, seed: int) -> None:
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    drawn = [_read(draw) for _ in range(150)]
    key = ("channel", "content_id", "reader_profile_id", "read_at")
    rows = list({tuple(row[name] for name in key): row for row in drawn}.values())
    found = read_indicators(collected(monthly_reads(frame("silver.content_reads", *rows), zone), READS))
    dated = [row | {"day": local_day(row["read_at"], zone)} for row in rows]

    def readers(group: Group) -> int:
        return group.distinct(lambda row: (row["channel"], row["reader_profile_id"]))

    def contents(group: Group) -> int:
        return group.distinct(lambda row: (row["channel"], row["content_id"]))

    def parts(above: int, below: int | None, group: Group) -> dict:
        counted = {"numerator": above, "denominator": below, "observations_count": len(group.rows)}
        return counted | {"persons_count": readers(group)}

    assert_agree(
        found,
        recounted("reads", dated, lambda of: parts(len(of.rows), None, of)),
        recounted("readers", dated, lambda of: parts(readers(of), None, of)),
        recounted("reads_per_issue", dated, lambda of: parts(len(of.rows), contents(of), of)),
        recounted("read_shares", dated, _shared),
    )
    assert_adds_up(found, "reads", "channel")
