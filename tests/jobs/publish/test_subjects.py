"""Whose objectives are not published."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from jobs.lake.arrow import schema_of
from jobs.publish.groups import small_groups
from jobs.publish.subjects import PERSONS, subjects
from jobs.publish.suppression import shown
from transformations.canonical.instants import without_zones
from transformations.contracts import contract

TABLES = ("gold.objectives", "gold.objective_fulfilment")
NAMES = ("communities", "community_members", "segments", "segment_migration")


def rows(name: str, *given: dict) -> pa.Table:
    return pa.Table.from_pylist(list(given), schema_of(contract(f"gold.{name}")))


NONE = small_groups(rows(NAMES[0]), rows(NAMES[1]), rows(NAMES[2]), rows(NAMES[3]), 5)


def published(objectives: list[tuple[str, str, str]], **given: list[dict]) -> list[list[str]]:
    """Ids of the subjects that objectives are shown of, in both tables. Args: objectives: kind, subject and measure."""
    names = ("community_profitability", "customer_profitability", "segment_members", "indicator_values")
    of_communities, persons, members, values = (rows(name, *given.get(name, ())) for name in names)
    written = [
        {"objective_id": f"{its} {measure}", "subject_kind": kind, "subject_id": its, "horizon": "short"}
        | {"measure": measure, "members_count": 40, "actual": 99.0}
        for kind, its, measure in objectives
    ]
    of_all = [
        pa.Table.from_pylist(
            [{key: value for key, value in row.items() if key in contract(name).names} for row in written],
            schema_of(contract(name)),
        )
        for name in TABLES
    ]
    few = subjects(of_communities, persons.select(PERSONS), members, of_all[0], without_zones(values), NONE, 5)
    hidden = replace(NONE, subjects=few)
    return [
        [row["objective_id"] for row in shown(name, without_zones(table), hidden, 5).to_pylist()]
        for name, table in zip(TABLES, of_all, strict=True)
    ]


def test_objectives_do_not_tell_a_month_that_is_left_out_of_community_profitability():
    def months(community: str, *counts: int) -> list[dict]:
        return [
            {"community_id": community, "period": period, "members_count": n, "buyers_count": n, "left_out_count": 0}
            for period, n in zip(("all", "2025-06", "2025-07"), counts, strict=True)
        ]

    asked = [("community", its, "revenue") for its in "CDE"]
    found = published(asked, community_profitability=months("C", 40, 30, 1) + months("D", 40, 30, 6))
    assert found == [["D revenue", "E revenue"]] * 2


def test_objectives_of_segments_tell_no_month_of_few_persons():
    def bought(month: str, segment: str, count: int, buyers: int | None = None) -> list[dict]:
        return [
            {
                "person_id": f"{segment}{n}",
                "period": month,
                "orders_count": int(n < (count if buyers is None else buyers)),
            }
            for n in range(count)
        ]

    members = [{"person_id": f"{its}{n}", "segment_id": its} for its in "abcd" for n in range(9)]
    asked = [("segment", its, "revenue") for its in "abcd"]
    others = bought("2025-06", "b", 9) + bought("2025-06", "c", 8) + bought("2025-06", "d", 7, buyers=0)
    few = bought("2025-06", "a", 9) + bought("2025-07", "a", 9, buyers=1)
    assert (
        published(asked, segment_members=members, customer_profitability=others + bought("2025-06", "a", 9))
        == [["a revenue", "b revenue", "c revenue", "d revenue"]] * 2
    )
    # what all customers brought less the other segments would be what the one buyer of July brought
    assert published(asked, segment_members=members, customer_profitability=others + few) == [[]] * 2


def test_objectives_of_the_company_do_not_tell_a_month_of_few_buyers():
    def month(number: int, customers: int) -> list[dict]:
        key = {"grain": "month", "period_start": date(2025, number, 1), "dimension": "all", "dimension_value": "all"}
        key |= {"known_from": datetime(2025, 9, 1), "persons_count": customers}
        amounts = {"revenue": 99, "active_customers": customers, "volume": 5}
        return [key | {"indicator_id": name, "numerator": Decimal(of)} for name, of in amounts.items()]

    asked = [("company", "company", measure) for measure in ("revenue", "volume")]
    both = [["company revenue", "company volume"]] * 2
    assert published(asked, indicator_values=month(6, 40) + month(7, 9)) == both
    assert published(asked, indicator_values=month(6, 40) + month(7, 1)) == [["company volume"]] * 2
    assert published(asked) == both
