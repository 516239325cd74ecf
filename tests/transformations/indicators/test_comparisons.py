import pyarrow as pa

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
    touched = [("spring", "a", "sent"), ("spring", "a", "clicked"), ("spring", "b", "sent"), ("spring", "c", "bounced")]
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
