import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa
import pytest
from hypothesis import given
from recounted import FEW, SEEDS, ZONES, Group, assert_agree, collected, local_day, moment, recounted, some

from transformations.indicators.reactions import METRICS, daily_metrics, reaction_indicators


@pytest.fixture(scope="module")
def rows(frame, at, by_group):
    observed = [
        {"post_id": "1", "observed_at": at(3), "impressions": 10, "reactions": 9, "shares": 9},
        {
            "post_id": "1",
            "observed_at": at(5),
            "impressions": 100,
            "reactions": 4,
            "comments": 2,
            "shares": 1,
            "reach": 50,
        },
        {"post_id": "2", "observed_at": at(5), "reactions": 7, "clicks": 3},  # its platform reports no impressions
        {"post_id": "3", "observed_at": at(5), "impressions": 0, "reactions": 1},
        {"post_id": "unknown", "observed_at": at(5), "impressions": 1000},
    ]
    posts = [{"post_id": post, "kind": "post", "created_at": at(2), "service_type": "blog"} for post in "123"]
    found = daily_metrics(frame("silver.post_metrics", *observed), frame("silver.posts", *posts), "UTC")
    return by_group(reaction_indicators(pa.table(found.toArrow()).select(METRICS.names).cast(METRICS)))


def test_the_latest_observation_counts_on_the_day_of_the_post(rows) -> None:
    assert {key[2] for key in rows if key[1] == "day"} == {"03-02"}
    total = {key[0]: row for key, row in rows.items() if key[1] == key[3] == "all"}
    assert (total["impressions"]["value"], total["impressions"]["coverage_ratio"]) == (100, pytest.approx(2 / 3))
    assert total["reach"]["value"] == 50
    assert total["post_clicks"]["value"] == 3


def test_shares_of_impressions_and_of_reach(rows) -> None:
    engagement = rows["engagement_ratio", "all", None, "service_type", "blog"]
    assert (engagement["numerator"], engagement["denominator"], engagement["value"]) == (7, 100, 0.07)
    virality = rows["virality", "all", None, "channel", "forum"]
    assert (virality["numerator"], virality["denominator"], virality["value"]) == (1, 50, 0.02)


def test_what_no_platform_reports_is_unknown_not_0(frame, at, by_group) -> None:
    found = daily_metrics(
        frame("silver.post_metrics", {"post_id": "1", "observed_at": at(3), "reactions": 2}),
        frame("silver.posts", {"post_id": "1", "kind": "post", "created_at": at(2)}),
        "UTC",
    )
    rows = by_group(reaction_indicators(pa.table(found.toArrow()).select(METRICS.names).cast(METRICS)))
    total = {key[0]: (row["value"], row["missing_reason"]) for key, row in rows.items() if key[1] == key[3] == "all"}
    assert total == {
        "impressions": (None, "no platform reports impressions"),
        "reach": (None, "no platform reports reach"),
        "post_clicks": (None, "no platform reports clicks"),
        "engagement_ratio": (None, "no platform reports impressions"),
        "virality": (None, "no platform reports both shares and reach"),
    }


NUMBERS = ("impressions", "reach", "clicks", "reactions", "comments", "shares")


def _observed(draw: random.Random, post: dict, number: int) -> dict:
    """What a platform reports of a post; a post has several observations, in no order, and each leaves numbers out."""
    counts = {name: some(draw, 0, *range(1, 50), nulls=0.3) for name in NUMBERS}
    seen_at = post["created_at"] + timedelta(hours=(number * 37) % 101)
    return {"channel": post["channel"], "post_id": post["post_id"], "observed_at": seen_at} | counts


def _total(name: str) -> Callable[[Group], dict]:
    def count(group: Group) -> dict:
        known = group.count(lambda row: row[name] is not None)
        return {
            "numerator": group.sums(name) if known else None,
            "denominator": None,
            "observations_count": known,
            "coverage_ratio": known / len(group.rows),
        }

    return count


def _per(group: Group, above: tuple[str, ...], below: str, is_in: Callable[[dict], bool]) -> dict:
    within = replace(group, rows=[row for row in group.rows if is_in(row)])
    return {
        "numerator": sum(within.sums(name) for name in above) if within.rows else None,
        "denominator": within.sums(below),
        "observations_count": len(within.rows),
        "coverage_ratio": len(within.rows) / len(group.rows),
    }


@FEW
@given(SEEDS)
def test_random_reactions_agree_with_a_second_count(frame, seed: int) -> None:
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    posts = [
        {"post_id": str(number), "channel": draw.choice(("x", "forum")), "kind": "post", "created_at": moment(draw)}
        | {"service_type": some(draw, "blog", "microblog")}
        for number in range(100)
    ]
    observed = [_observed(draw, post, number) for post in posts for number in range(draw.randrange(4))]
    draw.shuffle(observed)
    held = posts[:90]  # the others are not held: nobody knows their day
    found = reaction_indicators(
        collected(daily_metrics(frame("silver.post_metrics", *observed), frame("silver.posts", *held), zone), METRICS)
    )
    latest = {}
    for one in sorted(observed, key=lambda row: row["observed_at"]):
        latest[one["post_id"]] = one
    rows = [
        latest[post["post_id"]] | {"day": local_day(post["created_at"], zone), "service_type": post["service_type"]}
        for post in held
        if post["post_id"] in latest
    ]
    engaged = ("reactions", "clicks", "comments", "shares")
    assert_agree(
        found,
        *(
            recounted(name, rows, _total(column))
            for name, column in (("impressions", "impressions"), ("reach", "reach"), ("post_clicks", "clicks"))
        ),
        recounted(
            "engagement_ratio", rows, lambda of: _per(of, engaged, "impressions", lambda row: row["impressions"])
        ),
        recounted(
            "virality",
            rows,
            lambda of: _per(of, ("shares",), "reach", lambda row: None not in (row["shares"], row["reach"])),
        ),
    )
