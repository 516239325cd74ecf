"""Accounts that posts and acts name and no source describes."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pyarrow as pa
import pytest

from jobs.lake import arrow
from jobs.silver import minimal_rows
from transformations.contracts import contract

T1, T2, T3 = (datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2, 3))
SOCIAL = ("silver.profiles", "silver.posts", "silver.interactions")


def _rows(name: str, *rows: dict) -> pa.Table:
    schema = arrow.schema_of(contract(name))
    return pa.Table.from_pylist([{"source": "s", "channel": "x", "batch_id": "b", **row} for row in rows], schema)


@pytest.fixture
def lake(quiet):
    quiet.write(
        "silver.posts",
        _rows(
            "silver.posts",
            {"post_id": "1", "profile_id": "ann", "created_at": T2},
            {"post_id": "2", "profile_id": "ann", "created_at": T1},
            {"post_id": "3", "profile_id": "bob", "created_at": T3},
            {"post_id": "4", "profile_id": "gone", "created_at": T3},
            {"post_id": "5", "profile_id": "eve", "created_at": T3, "deleted_at": T3},
            {"post_id": "6", "created_at": T3},
        ),
    )
    quiet.write(
        "silver.interactions",
        _rows(
            "silver.interactions",
            {"interaction_id": "f", "actor_profile_id": "ann", "target_profile_id": "cho", "created_at": T3},
        ),
    )
    quiet.write(
        "silver.profiles",
        _rows(
            "silver.profiles",
            {"profile_id": "bob", "handle": "bob", "is_seen_only": False},
            {"profile_id": "gone", "deleted_at": T2},
        ),
    )
    return quiet


def _seen(lake) -> list[tuple]:
    rows = lake.rows("silver.profiles", "is_seen_only")
    return sorted((row["channel"], row["profile_id"], row["first_seen_at"], row["last_seen_at"]) for row in rows)


def test_who_posts_acts_or_is_acted_upon_has_a_minimal_row(lake):
    minimal_rows.complete(lake, SOCIAL)
    assert _seen(lake) == [("x", "ann", T1, T3), ("x", "cho", T3, T3)]
    version = lake.version("silver.profiles")
    minimal_rows.complete(lake, SOCIAL)
    assert lake.version("silver.profiles") == version


def test_an_account_that_nothing_names_any_more_is_gone(lake):
    minimal_rows.complete(lake, SOCIAL)
    lake.delete("silver.interactions", "true")
    minimal_rows.complete(lake, SOCIAL)
    assert _seen(lake) == [("x", "ann", T1, T2)]


def test_the_row_of_a_source_takes_the_place_of_the_minimal_one(lake):
    minimal_rows.complete(lake, SOCIAL)
    profile = _rows("silver.profiles", {"profile_id": "ann", "handle": "ann", "is_seen_only": False})
    candidates = SimpleNamespace(where=lambda condition, columns: profile.select(columns))
    minimal_rows.make_way(lake, contract("silver.profiles"), candidates)
    assert _seen(lake) == [("x", "cho", T3, T3)]
    lake.append("silver.profiles", profile)
    minimal_rows.complete(lake, SOCIAL)
    assert _seen(lake) == [("x", "cho", T3, T3)]


def test_tables_of_other_families_are_left_alone(quiet):
    minimal_rows.complete(quiet, ("silver.tickets",))
    minimal_rows.complete(quiet, SOCIAL)
    assert not quiet.exists("silver.profiles")


def test_who_orders_is_a_customer_of_that_source(quiet):
    def orders(*rows: dict) -> pa.Table:
        schema = arrow.schema_of(contract("silver.orders"))
        return pa.Table.from_pylist(
            [{"source": "till", "batch_id": "b", "ordered_at": T2, **row} for row in rows], schema
        )

    quiet.write(
        "silver.orders",
        orders(
            {"order_id": "1", "customer_id": "7"},
            {"order_id": "2", "customer_id": "7", "ordered_at": T1},
            {"order_id": "3", "customer_id": "8"},
            {"order_id": "4"},
            {"order_id": "5", "customer_id": "9", "source": "web"},
            {"order_id": "6", "customer_id": "gone"},
        ),
    )
    customers = [
        {"customer_id": "8", "source": "till", "name": "Eva"},
        {"customer_id": "gone", "source": "till", "deleted_at": T1},
    ]
    quiet.write("silver.customers", pa.Table.from_pylist(customers, arrow.schema_of(contract("silver.customers"))))
    tables = ("silver.customers", "silver.orders")
    minimal_rows.complete(quiet, tables)
    rows = quiet.rows("silver.customers", "is_seen_only")
    assert sorted((row["source"], row["customer_id"], row["valid_from"], row["last_seen_at"]) for row in rows) == [
        ("till", "7", T1, T2),
        ("web", "9", T2, T2),
    ]
    assert {row["customer_id"]: row["name"] for row in quiet.rows("silver.customers", "source = 'till'")}["8"] == "Eva"
    version = quiet.version("silver.customers")
    minimal_rows.complete(quiet, tables)
    assert quiet.version("silver.customers") == version
