from datetime import UTC, datetime

from transformations.identity.organisations import MEMBER_COLUMNS, ORGANISATION_COLUMNS, organisation_customers
from transformations.identity.touchpoints import LINK_COLUMNS


def day(number: int) -> datetime:
    return datetime(2025, 1, number, tzinfo=UTC)


def test_an_organisation_is_a_customer_while_a_member_is_one(frames, link) -> None:
    def member(organisation: str, kind: str, record: str, joined: int, left: int | None = None) -> dict:
        times = {"joined_at": day(joined), "left_at": day(left) if left else None}
        return {"organisation_id": organisation, "member_kind": kind, "member_id": record, **times}

    rows = {
        "silver.organisations": [
            {"organisation_id": name, "name": name.lower(), "kind": "company", "country": "ES"}
            for name in ("A", "B", "C", "D")
        ],
        "silver.organisation_members": [
            member("A", "customer", "c1", 5),
            member("A", "profile", "p1", 6),  # the same person
            member("A", "profile", "p2", 7, 9),
            member("B", "customer", "c1", 1, 2),  # left before buying
            member("B", "profile", "p2", 3),
            member("C", "customer", "c2", 4),  # when they became a customer is not known
            member("C", "customer", "gone", 4),
        ],
        "silver.person_links": [
            link("customer", "c1", "Ada"),
            link("profile", "p1", "Ada"),
            link("profile", "p2", "Bo"),
            link("customer", "c2", "Cy"),
        ],
        "silver.person_roles": [
            {"person_id": "Ada", "role": "external_customer", "role_ordinal": 1, "valid_from": day(3)},
            {"person_id": "Bo", "role": "consumer", "role_ordinal": 1, "valid_from": day(1)},
            {"person_id": "Cy", "role": "external_customer", "role_ordinal": 1},
        ],
    }
    made = frames(
        rows,
        {
            "silver.organisations": ORGANISATION_COLUMNS,
            "silver.organisation_members": MEMBER_COLUMNS,
            "silver.person_links": LINK_COLUMNS,
            "silver.person_roles": ("person_id", "role", "valid_from"),
        },
    )
    found = organisation_customers(*made.values()).toArrow().to_pylist()
    names = (
        "organisation_id",
        "is_customer",
        "customer_from",
        "members_count",
        "former_members_count",
        "customers_count",
    )
    assert sorted(tuple(row[name] for name in names) for row in found) == [
        ("A", True, day(5), 1, 1, 1),
        ("B", False, None, 1, 1, 0),
        ("C", True, day(4), 1, 0, 1),
        ("D", False, None, 0, 0, 0),
    ]
