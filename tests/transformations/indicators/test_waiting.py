from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree.ElementTree import parse

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs import arrow
from transformations.contracts import contract
from transformations.indicators.waiting import wait_indicators, waits
from transformations.social.response import answers, first_response

BEGINNING = date(1970, 1, 1)
KINDS = {"1": "question", "2": "answer"}


SCHEMA = pa.schema(
    [
        ("waited_for", pa.string()), ("created_at", pa.timestamp("us", tz="UTC")), ("channel", pa.string()),
        ("service_type", pa.string()), ("seconds", pa.float64()), ("ended", pa.bool_()),
        ("is_answered_by_peer", pa.bool_()), ("is_answerer_known", pa.bool_()),
    ]
)  # fmt: skip


def _waits(*rows: tuple) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA)


def test_medians_with_and_without_what_is_open() -> None:
    may, june = (datetime(2021, *day, tzinfo=UTC) for day in ((5, 31), (6, 1)))
    table = wait_indicators(
        _waits(
            ("answer", may, "a", "forum", 10.0, True, True, True),
            ("answer", may, "a", "forum", 20.0, True, False, False),
            ("answer", june, "a", "forum", 30.0, False, False, False),
            ("answer", june, "b", None, 40.0, True, False, True),
        ),
        "UTC",
    )
    rows = {
        (
            row["indicator_id"],
            row["grain"],
            row["period_start"],
            row["dimension"],
            row["dimension_value"],
        ): row
        for row in table.to_pylist()
    }
    censored = rows["first_answer_seconds", "all", BEGINNING, "all", "all"]
    assert (censored["numerator"], censored["denominator"]) == (70, 3)
    assert (censored["value"], censored["observations_count"], censored["coverage_ratio"]) == (20.0, 4, 0.75)
    answered = rows["first_answer_seconds_answered", "all", BEGINNING, "all", "all"]
    assert (answered["value"], answered["observations_count"]) == (20.0, 3)
    assert rows["first_answer_seconds", "week", date(2021, 5, 31), "all", "all"]["observations_count"] == 4
    assert rows["first_answer_seconds", "month", date(2021, 6, 1), "channel", "a"]["value"] is None  # all open
    assert rows["first_answer_seconds", "month", date(2021, 6, 1), "channel", "b"]["value"] == 40.0
    assert {key[3:] for key in rows if key[3] == "service_type"} == {("service_type", "forum")}
    assert not [key for key in rows if key[0] == "first_response_seconds"]
    assert {key[1] for key in rows if key[0] == "first_answer_seconds"} == {"all", "month", "week"}


def test_peers_are_counted_among_answered_questions() -> None:
    at = datetime(2021, 5, 31, tzinfo=UTC)
    table = wait_indicators(
        _waits(
            ("answer", at, "a", "forum", 10.0, True, True, True),
            ("answer", at, "a", "forum", 10.0, True, False, False),
            ("answer", at, "a", "forum", 10.0, False, False, False),
            ("response", at, "a", "forum", 10.0, True, None, None),
        ),
        "UTC",
    )
    (row,) = [
        row for row in table.to_pylist()
        if (row["indicator_id"], row["grain"], row["dimension"]) == ("peer_answer_ratio", "day", "all")
    ]  # fmt: skip
    assert (row["numerator"], row["denominator"], row["value"], row["coverage_ratio"]) == (1, 2, 0.5, 0.5)
    assert 0 < row["confidence_low"] < 0.5 < row["confidence_high"] < 1


def test_nothing_waited_for_gives_no_rows() -> None:
    assert wait_indicators(_waits(), "UTC").num_rows == 0


def _median_with_open_ones(seconds: np.ndarray, ended: np.ndarray) -> float:
    """Kaplan-Meier, step by step: the first time at which at most half still wait."""
    survival = 1.0
    for time in np.unique(seconds[ended]):
        survival *= 1 - ((seconds == time) & ended).sum() / (seconds >= time).sum()
        if survival <= 0.5:
            return float(time)
    raise AssertionError("the curve stays above one half")


@pytest.mark.slow
def test_stack_exchange(spark: SparkSession, shared_data: Path) -> None:
    """Median time to the first answer, against an independent computation from the XML."""
    rows = [element.attrib for element in parse(shared_data / "stackexchange_cardano" / "Posts.xml").getroot()]
    frame = pd.DataFrame(rows)
    frame["at"] = pd.to_datetime(frame["CreationDate"], utc=True)
    first = frame[frame["PostTypeId"] == "2"].groupby("ParentId")["at"].min()
    asked = frame[frame["PostTypeId"] == "1"].set_index("Id")["at"]
    took = (first.reindex(asked.index) - asked).dt.total_seconds()
    watched = took.fillna((frame["at"].max() - asked).dt.total_seconds())

    posts = [
        {"channel": "forum", "service_type": "forum", "post_id": row["Id"],
         "kind": KINDS.get(row["PostTypeId"], "article"), "profile_id": row.get("OwnerUserId"),
         "parent_post_id": row.get("ParentId"), "created_at": datetime.fromisoformat(row["CreationDate"] + "Z")}
        for row in rows
    ]  # fmt: skip
    table = spark.createDataFrame(pa.Table.from_pylist(posts, arrow.schema_of(contract("silver.posts"))))
    nobody = spark.createDataFrame([], "channel string, profile_id string, is_company boolean, is_bot boolean")
    as_of = datetime(2022, 1, 1, tzinfo=UTC)
    answered, responses = answers(table, as_of, nobody), first_response(table, nobody, as_of)
    found = wait_indicators(waits(answered, responses).toArrow(), "UTC").to_pylist()
    values = {row["indicator_id"]: row for row in found if row["grain"] == "all" and row["dimension"] == "all"}

    assert values["first_answer_seconds_answered"]["value"] == pytest.approx(took.median())
    assert values["first_answer_seconds_answered"]["value"] / 3600 == pytest.approx(4.22, abs=0.005)
    assert values["first_answer_seconds"]["value"] == pytest.approx(
        _median_with_open_ones(watched.to_numpy(), took.notna().to_numpy())
    )
    assert values["first_answer_seconds"]["value"] / 3600 == pytest.approx(5.22, abs=0.005)
    assert values["first_answer_seconds"]["observations_count"] == len(asked) == 1042
    assert "first_response_seconds" not in values  # no company's account

    peers = frame[frame["PostTypeId"] == "2"].merge(frame, left_on="ParentId", right_on="Id", suffixes=("", "_q"))
    peers = peers[(peers["OwnerUserId"] != peers["OwnerUserId_q"]) & peers["OwnerUserId"].notna()]
    peers = peers[peers["OwnerUserId_q"].notna()]
    ratio = values["peer_answer_ratio"]
    assert ratio["numerator"] == peers["ParentId"].nunique()
    assert ratio["denominator"] == int(took.notna().sum())
