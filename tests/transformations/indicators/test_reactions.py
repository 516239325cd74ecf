import pyarrow as pa
import pytest

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
