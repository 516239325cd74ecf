from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from jobs.job import Run
from jobs.lake.tables import Lake
from jobs.models.sub_communities import sub_communities
from jobs.settings import Settings

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def _link(kind: str, place: str, record: str, person: str) -> dict:
    return {"record_kind": kind, "record_place": place, "linked_record_id": record, "person_id": person}


def _engaged(put: Callable[..., None], persons: dict[str, bool]) -> None:
    put(
        "gold.social_customers",
        *(
            {"person_id": its, "is_social_customer": is_social, "fitness_score": 0.5}
            for its, is_social in persons.items()
        ),
    )


def _fill(put: Callable[..., None]) -> None:
    social = [f"p{n:02d}" for n in range(30)]
    put("silver.person_links", *(_link("customer", "erp", f"c-{its}", its) for its in [*social, "stranger"]))
    put("silver.person_links", *(_link("profile", "forum", f"f-{its}", its) for its in [*social, "fan"]))
    _engaged(put, {its: True for its in social} | {"stranger": False})
    put(
        "silver.orders",
        *(
            {
                "source": "erp",
                "order_id": f"{its}{n}",
                "customer_id": f"c-{its}",
                "ordered_at": NOW,
                "channel": f"way {n}",
            }
            for its in social
            for n in range(2)
        ),
    )
    put(
        "gold.customer_value",
        *(
            {
                "person_id": its,
                "as_of_date": date(2025, 3, 1),
                "frequency_count": 30 + n % 3 if n < 18 else 1 + n % 2,
                "recency_days": 5.0 + n % 3 if n < 18 else 200.0 + n,
                "tenure_days": 300.0,
                "monetary": Decimal(100),
                "currency": "EUR",
            }
            for n, its in enumerate(social)
        ),
    )
    put("gold.communities", {"community_id": "a", "period": "all", "name": "espresso", "size": 31})
    put("gold.communities", {"community_id": "a", "period": "2025-02", "name": "tea", "size": 31})
    put(
        "gold.community_members",
        *({"person_id": its, "period": "all", "community_id": "a"} for its in [*social, "fan"]),
    )
    put(
        "gold.community_evolution",
        {"community_id": "a", "period": "2025-02", "previous_period": "2025-01", "event": "grown", "jaccard": 0.25},
    )
    put("gold.segments", {"segment_id": "value_champions", "model_version": "3", "level": 3, "members_count": 1})
    put("gold.segment_members", {"person_id": "p00", "model_version": "3", "segment_id": "value_champions", "level": 3})


def test_social_customers_by_community_and_by_what_they_are_like(
    quiet: Lake, put: Callable[..., None], settings: Callable[..., Settings]
) -> None:
    _fill(put)
    notes: list[str] = []
    run = Run("r1", NOW, settings(), NOW, note=notes.append)
    sub_communities(quiet, run)
    rows = {row["segment_id"]: row for row in quiet.rows("gold.segments")}
    assert {name: (row["level"], row["members_count"]) for name, row in rows.items()} == {
        "value_champions": (3, 1),  # of the model of value: left alone
        "not_social": (1, 1),
        "no_community": (1, 0),
        "community_a": (1, 30),
        "community_a_characteristics_1": (2, 18),
        "community_a_characteristics_2": (2, 12),
    }
    assert rows["community_a"]["resegmentation_reason"] == "grown from 2025-01 to 2025-02: 25% in both"
    assert notes == [
        "sub_communities: 1 communities changed so much that they ask for resegmentation: espresso (grown from 2025-01 to "
        "2025-02: 25% in both)"
    ]
    assert rows["community_a_characteristics_1"]["criteria"] == ["attitudinal", "behavioural", "demographic", "loyalty"]
    members = quiet.rows("gold.segment_members")
    assert len(members) == 1 + 30 + 30
    assert "fan" not in {row["person_id"] for row in members}  # no customer
    features = {row["feature"]: row for row in quiet.rows("gold.segment_features")}
    assert (features["channels"]["is_measured"], features["channels"]["filled_ratio"]) == (True, 1.0)
    assert (features["level_of_technology"]["is_measured"], features["level_of_technology"]["filled_ratio"]) == (
        False,
        None,
    )

    version = quiet.version("gold.segments")
    sub_communities(quiet, run)
    assert quiet.version("gold.segments") == version


def test_a_lake_without_communities_counts_its_customers(
    quiet: Lake, put: Callable[..., None], settings: Callable[..., Settings]
) -> None:
    put("silver.person_links", _link("customer", "erp", "1", "A"))
    _engaged(put, {"A": False})
    sub_communities(quiet, Run("r1", NOW, settings(), NOW))
    rows = {row["segment_id"]: row["members_count"] for row in quiet.rows("gold.segments")}
    assert rows == {"not_social": 1, "no_community": 0}
    assert quiet.rows("gold.segment_members") == []
