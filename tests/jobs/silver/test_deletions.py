"""What goes with a deleted account, whether the driver or Spark joins it."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.lake.arrow import schema_of
from jobs.lake.tables import Lake
from jobs.settings.sources import Source
from jobs.silver import deletions
from transformations.contracts import contract

GONE_AT = datetime(2025, 3, 5, tzinfo=UTC)
TABLES = ("silver.posts", "silver.profiles")


def source(channel: str, format_: str = "twitter") -> Source:
    return Source(
        name=channel,
        kind="social",
        format=format_,
        path=("x",),
        file=Path("x.yaml"),
        channel=channel,
        service_type="forum",
    )


def post(post_id: str, author: str, day: int, channel: str = "x") -> dict:
    at = datetime(2025, 3, day, tzinfo=UTC)
    return {
        "channel": channel,
        "post_id": post_id,
        "profile_id": author,
        "text": "hello",
        "created_at": at,
        "valid_from": at,
        "source": channel,
        "batch_id": "b1",
    }


def written(lake: Lake, name: str, *rows: dict) -> None:
    lake.write(name, pa.Table.from_pylist(list(rows), schema_of(contract(name))))


@pytest.mark.parametrize("is_small", [True, False], ids=["small", "large"])
def test_posts_go_with_their_account_but_for_later_ones(lake, monkeypatch, is_small):
    posts = [post("1", "gone", 1), post("2", "here", 1), post("3", "gone", 9), post("4", "gone", 1, "y")]
    written(lake, "silver.posts", *posts)
    profile = {"channel": "x", "source": "x", "batch_id": "b1"}
    written(
        lake,
        "silver.profiles",
        {**profile, "profile_id": "gone", "deleted_at": GONE_AT, "valid_from": GONE_AT},
        {**profile, "profile_id": "here", "valid_from": GONE_AT},
    )
    monkeypatch.setattr(Lake, "is_small", lambda self, name: is_small)
    deletions.apply_along(lake, [source("x"), source("y", "csv")], TABLES)
    found = {row["post_id"]: row for row in lake.rows("silver.posts")}
    assert {key: row["deleted_at"] for key, row in found.items()} == {"1": GONE_AT, "2": None, "3": None, "4": None}
    assert {key: row["text"] for key, row in found.items()} == {"1": None, "2": "hello", "3": "hello", "4": "hello"}
