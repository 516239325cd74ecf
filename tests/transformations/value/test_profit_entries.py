from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from transformations.value import profit_entries

BEFORE = datetime(2025, 3, 1, tzinfo=UTC)
MARCH = datetime(2025, 3, 2, tzinfo=UTC)
FEBRUARY = datetime(2025, 2, 2, tzinfo=UTC)


@pytest.fixture
def links(frame):
    """Customers and profiles a, b, h, late: persons A, B, H, LATE."""
    return frame(
        "silver.person_links",
        *(
            {"record_kind": kind, "record_place": place, "linked_record_id": its, "person_id": its.upper()}
            for kind, place in (("customer", "erp"), ("profile", "forum"))
            for its in ("a", "b", "h", "late")
        ),
    )


def _rows(entries) -> list[dict]:
    return pa.table(entries.toArrow()).to_pylist()


@pytest.mark.parametrize(
    ("amount", "of_others"), [("1", ["0.2", "0.2"]), ("-0.0004", ["-0.0001", "-0.0001"]), ("0.0003", ["0", "0"])]
)
def test_costs_of_a_campaign_are_those_of_its_recipients_and_add_up(
    frame, links, amount: str, of_others: list[str]
) -> None:
    touched: list[tuple[str, dict, datetime]] = [
        ("sent", {"customer_id": "a"}, FEBRUARY),
        ("clicked", {"customer_id": "a", "contact_id": "a"}, FEBRUARY),
        ("sent", {"customer_id": "b"}, FEBRUARY),
        ("sent", {"contact_id": "a"}, FEBRUARY),  # another one than customer a
        ("sent", {"email": "X@example.org"}, FEBRUARY),
        ("opened", {"email": "x@example.org"}, FEBRUARY),
        ("sent", {"email": "a@example.org"}, FEBRUARY),
        ("held_out", {"customer_id": "h"}, FEBRUARY),
        ("sent", {"customer_id": "late"}, MARCH),
    ]
    found = profit_entries.shared_out(
        frame(
            "silver.costs",
            {
                "cost_id": "1",
                "kind": "campaign",
                "campaign_id": "X",
                "amount": Decimal(amount),
                "cost_date": date(2025, 2, 1),
            },
        ),
        frame(
            "silver.campaign_touches",
            *(
                {"campaign_id": "X", "touch_id": str(n), "kind": kind, "created_at": at} | who
                for n, (kind, who, at) in enumerate(touched)
            ),
        ),
        profit_entries.of_customers(links),
        "EUR",
        BEFORE,
        "UTC",
    )
    # five recipients: two addresses, a contact, and the customers a and b, who come last
    assert {row["person_id"]: row["campaign_cost"] for row in _rows(found)} == dict(
        zip("AB", map(Decimal, of_others), strict=True)
    )


def test_the_accepted_answer_saves_the_reply_where_the_question_alone_names_it(frame, links) -> None:
    posts = {
        "silver.posts": frame(
            "silver.posts",
            {"post_id": "q", "kind": "question", "profile_id": "z", "created_at": FEBRUARY, "accepted_answer_id": "2"},
            {"post_id": "1", "kind": "answer", "profile_id": "a", "parent_post_id": "q", "created_at": FEBRUARY},
            {"post_id": "2", "kind": "answer", "profile_id": "b", "parent_post_id": "q", "created_at": MARCH},
        )
    }
    posts |= {name: frame(name) for name in profit_entries.POSTS if name != "silver.posts"}
    own = frame("silver.profiles").select("channel", "profile_id")
    found = profit_entries.said(posts, own, profit_entries.of_profiles(links), "UTC")
    assert [row["person_id"] for row in _rows(found) if row["replies_saved"]] == ["B"]
