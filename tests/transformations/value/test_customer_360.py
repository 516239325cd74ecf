from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from jobs.lake import arrow
from transformations.contracts import contract
from transformations.value.customer_360 import SOURCES, customer_360

T1, T2, T3 = (datetime(2025, 1, day, tzinfo=UTC) for day in (1, 2, 3))
TABLES = {
    "persons": [
        {"person_id": "A", "name": "Ada", "email": "ada@example.org", "role": "external_customer"},
        {"person_id": "B", "name": "Bob", "role": "consumer"},
    ],
    "person_links": [
        {"record_kind": kind, "record_place": place, "linked_record_id": record, "person_id": person, "valid_to": end}
        for kind, place, record, person, end in (
            ("customer", "erp", "2", "A", None),
            ("customer", "erp", "1", "A", None),
            ("customer", "erp", "9", "A", T1),
            ("profile", "forum", "ada", "A", None),
            ("profile", "forum", "bob", "B", None),
            ("ticket", "mail", "t1", "A", None),
            *(("ticket", "mail", f"t{number}", "A", None) for number in range(2, 7)),
        )
    ],
    "person_attributes": [
        {"person_id": "A", "attribute": "country", "value": "Spain"},
        {"person_id": "A", "attribute": "city", "value": "Vigo"},
    ],
    "orders": [
        {"source": "erp", "order_id": "1", "customer_id": "1", "ordered_at": T1, "is_return": False},
        {"source": "erp", "order_id": "2", "customer_id": "2", "ordered_at": T2},
        {"source": "erp", "order_id": "3", "customer_id": "1", "ordered_at": T3, "is_return": True},
        {"source": "erp", "order_id": "4", "customer_id": "2", "ordered_at": T3},  # all of its lines are returns
        {"source": "erp", "order_id": "5", "customer_id": "2", "ordered_at": T3, "voided_at": T3},
    ],
    "posts": [
        {"channel": "forum", "post_id": "1", "kind": "question", "profile_id": "ada", "created_at": T1}
        | {"accepted_answer_id": "3"},
        {"channel": "forum", "post_id": "2", "kind": "answer", "profile_id": "ada", "created_at": T3}
        | {"is_accepted_answer": True},
        {"channel": "forum", "post_id": "3", "kind": "answer", "profile_id": "ada", "created_at": T2},
        {"channel": "forum", "post_id": "4", "kind": "post", "profile_id": "bob", "created_at": T2},
    ],
    "post_enrichments": [
        {"channel": "forum", "post_id": "1", "tone": "positive", "relevance_ratio": 1.0, "intent": "idea"},
        {"channel": "forum", "post_id": "2", "tone": "neutral", "relevance_ratio": 1.0},
    ],
    "profiles": [
        {"channel": "forum", "profile_id": "ada", "handle": "ada_l", "followers_count": 7},
        {"channel": "forum", "profile_id": "bob"},
    ],
    "web_sessions": [
        {"source": "web", "session_id": "1", "user_id": "1", "started_at": T1},
        {"source": "web", "session_id": "2", "user_id": "2", "started_at": T3},
        {"source": "web", "session_id": "3", "started_at": T3},
    ],
    "survey_responses": [
        {"source": "erp", "response_id": "r", "question": question, "customer_id": "1", "answered_at": T1}
        for question in "ab"
    ],
    "conversations": [
        {"channel": "forum", "conversation_id": "1", "began_by_profile_id": "ada", "direction": "unanswered"},
        {"channel": "forum", "conversation_id": "2", "began_by_profile_id": "bob", "direction": "two_way"},
    ],
    "social_customers": [
        {
            "person_id": "A",
            "is_social_customer": False,
            "fitness_score": 0.75,
            "fitness_reasons": ["exchanges"],
            "social_exclusions": ["consent_refused"],
            "email_consent": False,
            "social_consent": True,
        }
    ],
    "contact_preferences": [
        {"person_id": "A", "preferred_channel": "forum", "preferred_daypart": "evening", "preferred_weekday": "friday"}
    ],
    "tickets": [
        {"channel": "mail", "ticket_id": "t1", "opened_at": T1, "solved_at": T2},
        {"channel": "mail", "ticket_id": "t2", "opened_at": T1},
        {"channel": "mail", "ticket_id": "t3", "opened_at": T1, "status": "Closed"},
        {"channel": "mail", "ticket_id": "t4", "opened_at": T1, "status": "pending", "solved_at": T2},
        {"channel": "mail", "ticket_id": "t5", "opened_at": T1, "status": "7"},
        {"channel": "mail", "ticket_id": "t6", "opened_at": T1, "status": "7", "solved_at": T2},
    ],
    "customer_value": [
        {
            "person_id": "A",
            "as_of_date": date(2025, 1, 5),
            "recency_days": 3.0,
            "frequency_count": 2,
            "monetary": Decimal(30),
            "currency": "EUR",
        }
    ],
    "segment_members": [{"person_id": "A", "model_version": "1", "segment_id": "value_loyal", "level": 3}],
    "community_members": [
        {"person_id": "A", "period": "all", "community_id": "c1"},
        {"person_id": "A", "period": "2025-01"},
    ],
    "network_measures": [{"person_id": "B", "period": "all", "pagerank": 0.25}],
    "influencers": [{"person_id": "B", "period": "all", "authority_class": "A"}],
}


@pytest.fixture(scope="module")
def rows() -> dict[str, dict]:
    tables = {
        name: pa.Table.from_pylist(TABLES[name.split(".")[1]], arrow.schema_of(contract(name))).select(columns)
        for name, columns in SOURCES.items()
    }
    found = customer_360(tables, pa.table({"source": ["erp"], "order_id": ["4"]}))
    assert sorted(found.column_names) == sorted(contract("gold.customer_360").names)
    return {row["person_id"]: row for row in found.to_pylist()}


def _without_zone(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def test_everything_in_one_row(rows: dict[str, dict]) -> None:
    assert {name: value for name, value in rows["A"].items() if not isinstance(value, datetime)} == {
        "person_id": "A",
        "name": "Ada",
        "email": "ada@example.org",
        "country": "Spain",
        "role": "external_customer",
        "customer_ids": ["1", "2"],
        "profile_ids": ["forum:ada"],
        "is_linked": True,
        "has_email_consent": False,
        "orders_count": 2,
        "returns_count": 2,
        "revenue": Decimal(30),
        "currency": "EUR",
        "recency_days": 3.0,
        "frequency_count": 2,
        "posts_count": 3,
        "net_tone": 0.5,
        "consented_purposes": ["social"],
        "refused_purposes": ["email"],
        "preferred_channel": "forum",
        "preferred_daypart": "evening",
        "preferred_weekday": "friday",
        "open_items": ["forum: 1", "mail: 3"],
        "open_items_count": 4,
        "handles": ["forum:ada_l"],
        "followers_count": 7,
        "visits_count": 2,
        "is_social_customer": False,
        "fitness_score": 0.75,
        "fitness_reasons": ["exchanges"],
        "social_exclusions": ["consent_refused"],
        "questions_count": 1,
        "answers_given_count": 2,
        "accepted_answers_count": 2,  # one as the answer says, one as the question does
        "ideas_count": 1,
        "reviews_count": 0,
        "surveys_count": 1,
        "tickets_count": 6,
        "open_tickets_count": 3,
        "segment_id": "value_loyal",
        "community_id": "c1",
        "authority_class": None,
        "pagerank": None,
    }
    instants = [rows["A"][name] for name in ("first_order_at", "last_order_at", "last_post_at", "last_visit_at")]
    assert instants == [_without_zone(at) for at in (T1, T2, T3, T3)]


def test_what_no_source_tells_is_null_and_what_there_is_none_of_is_0(rows: dict[str, dict]) -> None:
    bob = rows["B"]
    assert (bob["posts_count"], bob["orders_count"], bob["tickets_count"]) == (1, 0, 0)
    assert (bob["customer_ids"], bob["profile_ids"], bob["is_linked"]) == ([], ["forum:bob"], False)
    assert (bob["open_items"], bob["open_items_count"], bob["visits_count"], bob["surveys_count"]) == ([], 0, 0, 0)
    assert [bob[name] for name in ("is_social_customer", "fitness_score", "preferred_channel", "followers_count")] == [
        None
    ] * 4
    assert (bob["pagerank"], bob["authority_class"]) == (0.25, "A")
    assert [bob[name] for name in ("revenue", "country", "has_email_consent", "net_tone", "segment_id")] == [None] * 5


def _of(persons: dict[str, str], declared: tuple[str, ...] = (), **tables: list[dict]) -> dict[str, dict]:
    """Rows of persons with one customer record each. declared: sources that say what is a return."""
    links = [
        {"record_kind": "customer", "record_place": "erp", "linked_record_id": customer, "person_id": person}
        for person, customer in persons.items()
    ]
    given = {"persons": [{"person_id": person} for person in persons], "person_links": links, **tables}
    arrows = {
        name: pa.Table.from_pylist(given.get(name.split(".")[1], []), arrow.schema_of(contract(name))).select(columns)
        for name, columns in SOURCES.items()
    }
    nothing = pa.table({"source": pa.array([], pa.string()), "order_id": pa.array([], pa.string())})
    return {row["person_id"]: row for row in customer_360(arrows, nothing, declared).to_pylist()}


def test_counts_of_what_no_source_tells_are_null() -> None:
    counts = ("orders_count", "returns_count", "posts_count", "tickets_count", "open_tickets_count", "open_items_count")
    anonymous = [{"source": "erp", "order_id": "1", "ordered_at": T1}]
    assert [_of({"A": "1"}, orders=anonymous)["A"][name] for name in counts] == [None] * 6


def test_returns_that_name_no_customer_are_nobodys() -> None:
    orders = [
        {"source": "erp", "order_id": "1", "customer_id": "1", "ordered_at": T1},
        {"source": "erp", "order_id": "2", "ordered_at": T1, "is_return": True},
    ]
    row = _of({"A": "1"}, orders=orders)["A"]
    assert (row["orders_count"], row["returns_count"]) == (1, None)


def test_no_sign_of_a_return_is_no_count_of_0_unless_the_source_says_what_is_one() -> None:
    orders = [{"source": "erp", "order_id": "1", "customer_id": "1", "ordered_at": T1, "is_return": False}]
    assert _of({"A": "1"}, orders=orders)["A"]["returns_count"] is None
    assert _of({"A": "1"}, ("erp",), orders=orders)["A"]["returns_count"] == 0
    back = {"source": "erp", "order_id": "2", "customer_id": "2", "ordered_at": T1, "is_return": True}
    assert _of({"A": "1"}, orders=[*orders, back])["A"]["returns_count"] == 0
