from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from jobs.job import Run
from jobs.lake import arrow
from jobs.lake.tables import Lake
from jobs.models.profitability import profitability
from jobs.settings import Settings
from jobs.settings.base import Base, LakeSettings
from jobs.settings.company import Company
from transformations.contracts import contract

AS_OF = datetime(2025, 3, 1, tzinfo=UTC)


def _write(lake: Lake, name: str, *rows: dict) -> None:
    shared = {"source": "erp"} if "source" in contract(name).names else {}
    lake.write(name, pa.Table.from_pylist([shared | row for row in rows], arrow.schema_of(contract(name))))


def _run(tmp_path: Path) -> Run:
    company = Company(name="Acme", currency="EUR", company_profiles={"forum": ("acme",)})
    settings = Settings(folder=tmp_path, base=Base(lake=LakeSettings(root=tmp_path)), company=company, sources=())
    return Run("r1", AS_OF, settings, AS_OF)


def _order(order_id: str, customer_id: str, day: datetime, **more: object) -> dict:
    return {"order_id": order_id, "customer_id": customer_id, "ordered_at": day} | more


def _line(order_id: str, quantity: int, price: str, cost: str | None = None, discount: str = "0") -> dict:
    amount = quantity * Decimal(price) - Decimal(discount)
    return {
        "order_id": order_id,
        "line_number": 1,
        "product_id": "p",
        "quantity": Decimal(quantity),
        "unit_price": Decimal(price),
        "unit_cost": Decimal(cost) if cost else None,
        "discount": Decimal(discount),
        "amount": amount,
        "is_return": quantity < 0,
    }


def _post(post_id: str, profile_id: str, kind: str, parent: str | None = None, day: int = 1, **more: object) -> dict:
    at = datetime(2025, 2, day, tzinfo=UTC)
    return {
        "channel": "forum",
        "post_id": post_id,
        "profile_id": profile_id,
        "kind": kind,
        "parent_post_id": parent,
        "created_at": at,
    } | more


def _filled(lake: Lake) -> None:
    january, february = datetime(2025, 1, 10, tzinfo=UTC), datetime(2025, 2, 10, tzinfo=UTC)
    _write(
        lake,
        "silver.orders",
        _order("1", "a", january, discount_amount=Decimal(1)),
        _order("2", "a", february),
        _order("3", "a", february, is_return=True),
        _order("4", "b", february, currency="CHF"),
        _order("5", "a", datetime(2025, 3, 2, tzinfo=UTC)),  # after as_of
        _order("6", "a", february, currency="CHF"),
    )
    _write(
        lake,
        "silver.order_lines",
        _line("1", 2, "10", "4", "3"),
        _line("2", 1, "30", None),
        _line("3", -1, "10", "4"),
        _line("4", 1, "100", "40"),
        _line("5", 9, "99", "1"),
        _line("6", 1, "7", "1"),
    )
    _write(
        lake,
        "silver.costs",
        {
            "cost_id": "1",
            "kind": "service",
            "customer_id": "a",
            "amount": Decimal("1.5"),
            "cost_date": date(2025, 2, 1),
        },
        {"cost_id": "2", "kind": "campaign", "campaign_id": "X", "amount": Decimal(1), "cost_date": date(2025, 1, 1)},
        {"cost_id": "3", "kind": "service", "customer_id": "a", "amount": Decimal(9), "cost_date": date(2025, 3, 1)},
    )
    _write(
        lake,
        "silver.campaign_touches",
        *(
            {"campaign_id": "X", "touch_id": f"{its}{n}", "kind": "sent", "created_at": january, of: its}
            for n, (of, its) in enumerate(
                [("customer_id", "a"), ("customer_id", "a"), ("customer_id", "b"), ("contact_id", "z")]
            )
        ),
    )
    _write(
        lake,
        "silver.posts",
        _post("q1", "ben", "question"),
        _post("a1", "eve", "answer", "q1", 2),
        _post("a2", "ann", "answer", "q1", 3, is_accepted_answer=True),
        _post("q2", "ben", "question", day=4),
        _post("a3", "ann", "answer", "q2", 5),
        _post("a4", "acme", "answer", "q2", 6),  # the company answered too
        _post("q3", "ann", "question", day=7),
        _post("a5", "ann", "answer", "q3", 8),  # her own question
        _post("p1", "ann", "post", day=9),
        _post("p2", "ann", "post", day=9),
        _post("p3", "acme", "post", day=9),
    )
    _write(
        lake,
        "silver.post_enrichments",
        *(
            {
                "channel": "forum",
                "post_id": post_id,
                "tone": tone,
                "intent": intent,
                "is_relevant": True,
                "relevance_ratio": 1.0,
                "has_private_data": False,
            }
            for post_id, tone, intent in [
                ("p1", "positive", "idea"),
                ("p2", "negative", "other"),
                ("p3", "positive", "idea"),
            ]
        ),
    )
    _write(lake, "silver.post_metrics", {"channel": "forum", "post_id": "p1", "observed_at": january, "reach": 500})
    _write(
        lake,
        "silver.profiles",
        *({"channel": "forum", "profile_id": its, "followers_count": 20} for its in ("ann", "ben", "eve", "acme")),
    )
    _write(
        lake,
        "silver.person_links",
        *(
            {"record_kind": kind, "record_place": place, "linked_record_id": record, "person_id": person}
            for kind, place, record, person in [
                ("customer", "erp", "a", "A"),
                ("profile", "forum", "ann", "A"),
                ("customer", "erp", "b", "B"),
                ("profile", "forum", "eve", "E"),
            ]
        ),
    )
    _write(
        lake,
        "gold.community_members",
        *({"person_id": its, "period": "all", "community_id": "c1"} for its in ("A", "B", "E")),
    )


def test_what_persons_and_communities_bring_and_cost(lake: Lake, tmp_path: Path) -> None:
    _filled(lake)
    profitability(lake, _run(tmp_path))
    rows = {(row["person_id"], row["period"]): row for row in lake.rows("gold.customer_profitability")}
    assert set(rows) == {
        ("A", "all"),
        ("A", "2025-01"),
        ("A", "2025-02"),
        ("B", "all"),
        ("B", "2025-01"),
        ("B", "2025-02"),
    }
    ann = rows["A", "all"]
    assert (ann["revenue"], ann["returns_amount"], ann["discount_amount"]) == (47, 10, 4)
    assert (ann["costed_revenue"], ann["cost_of_goods"], ann["orders_count"]) == (17, 8, 2)
    # 1 EUR in three parts, the odd ten-thousandth to the first: the contact
    assert (ann["service_cost"], ann["campaign_cost"]) == (Decimal("1.5"), Decimal("0.3333"))
    assert ann["contribution"] == 17 - 8 - 10 - Decimal("1.5") - Decimal("0.3333") - 1  # off the first order
    assert round(ann["costed_ratio"], 6) == round(17 / 47, 6)
    assert (ann["image_reach"], ann["replies_saved"], ann["ideas_raised"]) == (500 - 20, 1, 1)
    assert (ann["new_products"], rows["A", "2025-01"]["new_products"], rows["A", "2025-02"]["new_products"]) == (
        1,
        1,
        0,
    )
    assert (ann["currency"], ann["left_out_currencies"]) == ("EUR", ["CHF"])
    assert (rows["B", "all"]["currency"], rows["B", "all"]["revenue"]) == ("CHF", 100)
    # null where no source fills it, and which would
    assert (ann["acquisition_cost"], ann["ideas_taken_up"], ann["referred_orders"]) == (None, None, None)
    assert [its.split(":")[0] for its in ann["missing_measures"]] == [
        "acquisition_cost",
        "ideas_taken_up",
        "referred_orders",
    ]
    # months add up to all time
    for name in ("revenue", "contribution", "campaign_cost", "image_reach", "replies_saved"):
        assert rows["A", "2025-01"][name] + rows["A", "2025-02"][name] == ann[name], name

    of = {row["period"]: row for row in lake.rows("gold.community_profitability")}
    assert [of["all"][name] for name in ("members_count", "left_out_count", "buyers_count")] == [2, 1, 1]
    assert (of["all"]["revenue"], of["all"]["image_reach"], of["all"]["orders_count"]) == (47, 480, 2)

    version = lake.version("gold.customer_profitability")
    profitability(lake, _run(tmp_path))
    assert lake.version("gold.customer_profitability") == version


def test_without_sources_nothing_is_zero(lake: Lake, tmp_path: Path) -> None:
    _write(lake, "silver.orders", _order("1", "a", datetime(2025, 1, 10, tzinfo=UTC)))
    _write(lake, "silver.order_lines", _line("1", 2, "10"))
    _write(
        lake,
        "silver.person_links",
        {"record_kind": "customer", "record_place": "erp", "linked_record_id": "a", "person_id": "A"},
    )
    profitability(lake, _run(tmp_path))
    (row,) = [row for row in lake.rows("gold.customer_profitability") if row["period"] == "all"]
    assert row["revenue"] == 20
    unknown = ("cost_of_goods", "contribution", "service_cost", "campaign_cost", "image_reach", "replies_saved")
    assert {row[name] for name in unknown} == {None}
    assert (
        "cost_of_goods: silver.order_lines: unit_cost (fill takes it from silver.products)" in row["missing_measures"]
    )
    assert lake.rows("gold.community_profitability") == []


def _linked(lake: Lake) -> None:
    _write(
        lake,
        "silver.person_links",
        {"record_kind": "customer", "record_place": "erp", "linked_record_id": "a", "person_id": "A"},
        {"record_kind": "profile", "record_place": "forum", "linked_record_id": "ann", "person_id": "A"},
    )


def test_whom_posts_reach_is_unknown_where_no_source_counts_readers_or_followers(lake: Lake, tmp_path: Path) -> None:
    _write(lake, "silver.posts", _post("p1", "ann", "post"))
    told = {"channel": "forum", "post_id": "p1", "tone": "positive", "intent": "idea", "is_relevant": True}
    _write(lake, "silver.post_enrichments", told | {"relevance_ratio": 1.0, "has_private_data": False})
    _write(lake, "silver.profiles", {"channel": "forum", "profile_id": "ann"})
    _linked(lake)
    profitability(lake, _run(tmp_path))
    (row,) = [row for row in lake.rows("gold.customer_profitability") if row["period"] == "all"]
    assert (row["ideas_raised"], row["image_reach"]) == (1, None)
    assert "image_reach" in {its.split(":")[0] for its in row["missing_measures"]}


def test_what_orders_say_as_a_whole_is_filled(lake: Lake, tmp_path: Path) -> None:
    day = datetime(2025, 1, 10, tzinfo=UTC)
    sold = {"total_amount": Decimal(70), "discount_amount": Decimal(5)}
    back = {"total_amount": Decimal(-20), "is_return": True}
    _write(lake, "silver.orders", _order("1", "a", day, **sold), _order("2", "a", day, **back))
    _linked(lake)
    profitability(lake, _run(tmp_path))
    (row,) = [row for row in lake.rows("gold.customer_profitability") if row["period"] == "all"]
    assert (row["revenue"], row["returns_amount"], row["discount_amount"]) == (70, 20, 5)
    assert not {"revenue", "returns_amount", "discount_amount"} & {its.split(":")[0] for its in row["missing_measures"]}
