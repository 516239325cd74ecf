import random
from datetime import datetime

import pyarrow as pa
from hypothesis import given
from recounted import FEW, SEEDS, Group, assert_agree, collected, recounted, some

from transformations.indicators.comparisons import COMPARED, compared_groups, comparison_indicators


def test_purchases_of_those_who_were_touched_and_of_the_others(frame, by_group, at) -> None:
    campaigns = frame(
        "silver.campaigns",
        {"campaign_id": "spring", "begins_at": at(2), "ends_at": at(10)},
        {"campaign_id": "summer", "begins_at": at(2, month=6), "ends_at": at(9, month=6)},
        {"campaign_id": "open", "begins_at": at(2)},
        {"campaign_id": "running", "begins_at": at(2), "ends_at": at(2, month=7)},
        {"campaign_id": "planned", "begins_at": at(2, month=8), "ends_at": at(3, month=8)},
    )
    touched = [
        ("spring", "a", "sent"),
        ("spring", "a", "clicked"),
        ("spring", "b", "sent"),
        ("spring", "c", "sent"),
        ("spring", "c", "bounced"),
    ]
    touched += [("spring", "h", "held_out"), ("spring", "u", "sent")]
    touched += [("summer", "d", "sent"), ("spring", "late", "sent"), ("open", "e", "sent")]
    touches = frame(
        "silver.campaign_touches",
        *(
            {
                "campaign_id": campaign,
                "touch_id": str(place),
                "customer_id": who,
                "kind": kind,
                "created_at": at(2, month=7 if who == "u" else 3),
            }
            for place, (campaign, who, kind) in enumerate(touched)
        ),
    )
    customers = [{"customer_id": who, "created_at": at(1)} for who in "abc"]
    customers += [
        {"customer_id": "d"},
        {"customer_id": "h"},
        {"customer_id": "u"},
        {"customer_id": "late", "created_at": at(5)},
    ]
    bought = [("1", "a", at(3), {}), ("2", "a", at(4), {}), ("3", "b", at(10), {}), ("4", "c", at(5), {})]
    bought += [("5", "d", at(6), {"is_return": True}), ("6", "d", at(6), {"is_voided": True}), ("7", "late", at(6), {})]
    bought += [("8", "h", at(6), {})]
    orders = [{"order_id": number, "customer_id": who, "ordered_at": when} | more for number, who, when, more in bought]
    found = compared_groups(
        campaigns, touches, frame("silver.customers", *customers), frame("silver.orders", *orders), at(1, month=7)
    )
    rows = by_group(comparison_indicators(pa.table(found.toArrow()).select(COMPARED.names).cast(COMPARED)))

    def parts(indicator: str, campaign: str) -> tuple:
        row = rows[indicator, "all", None, "all" if campaign == "all" else "campaign", campaign]
        return row["numerator"], row["denominator"], row["persons_count"]

    assert parts("touched_purchase_ratio", "spring") == (1, 2, 2)  # b bought when it had ended
    assert parts("untouched_purchase_ratio", "spring") == (
        2,
        4,
        2,
    )  # c, who got nothing, d, h, who was held out, and u, later
    assert parts("touched_purchase_ratio", "summer") == (0, 1, 1)
    assert parts("untouched_purchase_ratio", "summer") == (0, 6, 1)
    assert parts("untouched_purchase_ratio", "all") == (2, 10, 3)
    assert not {("campaign", its) for its in ("open", "running", "planned")} & {key[3:] for key in rows}


def test_without_a_campaign_that_says_when_it_runs_there_is_a_reason() -> None:
    rows = comparison_indicators(COMPARED.empty_table()).to_pylist()
    assert {row["missing_reason"] for row in rows} == {"no campaign that says when it begins and ends is over"}
    assert [row["value"] for row in rows] == [None, None]


def _instant(draw: random.Random, at) -> datetime:
    return at(draw.choice((1, 8, 15, 22)), draw.choice((0, 12)), draw.choice((2, 3, 4)))


@FEW
@given(SEEDS)
def test_random_comparisons_agree_with_a_second_count(frame, at, seed: int) -> None:
    """Campaigns of two sources, touches that bounced or came too late, and orders at the very times of begin and end."""
    draw = random.Random(seed)
    before = at(15, month=4)
    sources = ("erp", "shop")
    campaigns = [
        {"source": source, "campaign_id": name, "begins_at": some(draw, _instant(draw, at))}
        | {"ends_at": some(draw, _instant(draw, at))}
        for source in sources
        for name in ("letter", "call", "spring", "summer")
    ]
    customers = [
        {"source": source, "customer_id": str(number), "created_at": some(draw, _instant(draw, at), nulls=0.6)}
        for source in sources
        for number in range(25)
    ]
    kinds = ("sent", "sent", "delivered", "clicked", "bounced", "held_out")
    touches = [
        {"source": draw.choice(sources), "campaign_id": draw.choice(("letter", "call", "spring", "summer"))}
        | {"touch_id": str(number), "customer_id": some(draw, *map(str, range(27))), "kind": draw.choice(kinds)}
        | {"created_at": _instant(draw, at)}
        for number in range(150)
    ]
    orders = [
        {"source": draw.choice(sources), "order_id": str(number), "customer_id": some(draw, *map(str, range(25)))}
        | {"ordered_at": _instant(draw, at), "is_return": some(draw, True, False), "is_voided": some(draw, True, False)}
        for number in range(150)
    ]
    groups = compared_groups(
        frame("silver.campaigns", *campaigns),
        frame("silver.campaign_touches", *touches),
        frame("silver.customers", *customers),
        frame("silver.orders", *orders),
        before,
    )
    found = comparison_indicators(collected(groups, COMPARED))

    rows = []
    for campaign in campaigns:
        begins, ends = campaign["begins_at"], campaign["ends_at"]
        if begins is None or ends is None or not begins < ends <= before:
            continue
        for customer in customers:
            is_there = customer["created_at"] is None or customer["created_at"] < begins
            if customer["source"] != campaign["source"] or not is_there:
                continue
            who = customer["source"], customer["customer_id"]
            kinds_of = {
                row["kind"]
                for row in touches
                if (row["source"], row["customer_id"]) == who
                and row["campaign_id"] == campaign["campaign_id"]
                and row["created_at"] < before
            }
            rows.append(
                {"day": None, "campaign": campaign["campaign_id"], "person": who}
                | {"is_touched": _is_touched(kinds_of), "has_bought": _has_bought(orders, who, begins, ends)}
            )
    assert_agree(
        found,
        recounted("touched_purchase_ratio", rows, lambda of: _buyers(of, is_touched=True)),
        recounted("untouched_purchase_ratio", rows, lambda of: _buyers(of, is_touched=False)),
    )


def _is_touched(kinds: set[str]) -> bool:
    """What was sent and bounced has touched nobody."""
    return bool(kinds & {"delivered", "clicked"}) or ("sent" in kinds and "bounced" not in kinds)


def _has_bought(orders: list[dict], who: tuple, begins: datetime, ends: datetime) -> bool:
    return any(
        (row["source"], row["customer_id"]) == who
        and begins <= row["ordered_at"] < ends
        and not row["is_return"]
        and not row["is_voided"]
        for row in orders
    )


def _buyers(group: Group, *, is_touched: bool) -> dict:
    of = [row for row in group.rows if row["is_touched"] == is_touched]
    touched, others = (len({row["person"] for row in group.rows if row["is_touched"] == its}) for its in (True, False))
    return {
        "numerator": sum(row["has_bought"] for row in of),
        "denominator": len(of),
        "observations_count": len(of),
        "persons_count": min(touched, others) or max(touched, others),
    }
