from datetime import UTC, datetime

import pytest

from jobs.engine import sessions
from transformations.identity import roles, touchpoints
from transformations.identity.accounts import OWN_TYPES
from transformations.identity.roles import Party, person_roles


def day(number: int, month: int = 1) -> datetime:
    return datetime(2025, month, number, tzinfo=UTC)


PEOPLE = {
    "silver.person_links": [
        ("profile", "ada", "Ada"),
        ("customer", "c1", "Ada"),
        ("profile", "bo", "Bo"),
        ("customer", "c2", "Cy"),
        ("profile", "dee", "Dee"),
        ("customer", "c3", "Dee"),
        ("profile", "eve", "Eve"),
        ("customer", "c4", "Ida"),
        ("profile", "pia", "Pia"),
        ("profile", "same", "Same"),
        ("profile", "odran", "Odran"),
        ("profile", "brand", "Brand"),
        ("profile", "robot", "Robot"),
        ("profile", "rival", "Rival"),
        ("profile", "roaster", "Roaster"),
        ("ticket", "t1", "Mailer"),
        ("customer", "c5", "Member"),
    ],
    "silver.customers": [
        {"customer_id": "c1", "created_at": day(20)},
        {"customer_id": "c2"},
        {"customer_id": "c3", "created_at": day(3)},
        {"customer_id": "c4", "email": "ida@alder.example", "created_at": day(4)},
        {"customer_id": "c5", "created_at": day(5)},
    ],
    "silver.orders": [
        {"order_id": "o1", "customer_id": "c1", "ordered_at": day(12)},
        {"order_id": "o0", "customer_id": "c1", "ordered_at": day(2), "is_return": True},
    ],
    "silver.posts": [
        {"post_id": "1", "profile_id": "ada", "created_at": day(9)},
        {"post_id": "2", "profile_id": "ada", "created_at": day(5)},
        {"post_id": "3", "profile_id": "dee", "created_at": day(8)},
        {"post_id": "4", "profile_id": "brand", "created_at": day(7)},
    ],
    "silver.interactions": [
        {"interaction_id": "f", "kind": "follow", "actor_profile_id": "ada", "created_at": day(4)},
        {"interaction_id": "m", "kind": "mention", "actor_profile_id": "bo", "created_at": day(4)},
    ],
    "silver.profiles": [
        {"profile_id": "pia", "display_name": "Pia Lund "},
        {"profile_id": "same", "display_name": "Same Name"},
        {"profile_id": "odran", "display_name": "Odran (Alder)"},
        {"profile_id": "brand", "handle": "alder"},
        {"profile_id": "robot", "handle": "robot"},
        {"profile_id": "rival", "handle": "Kestrel_Brew"},
        {"profile_id": "roaster", "handle": "roaster"},
    ],
    "silver.tickets": [{"ticket_id": "t1", "email": "x@mill.example", "opened_at": day(6)}],
    "silver.staff": [
        {"staff_id": "s1", "name": "Ida Berg", "email": "IDA@alder.example", "department": "care"}
        | {"joined_at": day(2), "left_at": day(9)},
        {"staff_id": "s2", "name": "Ida B.", "email": "ida@alder.example", "department": "sales", "joined_at": day(11)},
        {"staff_id": "s3", "name": "Pia Lund", "department": "press", "joined_at": day(3)},
        {"staff_id": "s6", "name": "Odran Lund", "department": "workshop", "joined_at": day(4)},
        {"staff_id": "s4", "name": "Same Name", "department": "care"},
        {"staff_id": "s5", "name": "same name", "department": "sales"},
    ],
    "silver.organisation_members": [
        {"organisation_id": "G1", "member_kind": "customer", "member_id": "c5", "joined_at": day(7), "left_at": day(8)},
        {"organisation_id": "G2", "member_kind": "customer", "member_id": "c5", "joined_at": day(1)},
    ],
}
OWN = [("x", name, True, False) for name in ("pia", "same", "odran", "brand")] + [("x", "robot", False, True)]
PARTIES = (
    Party("supplier", email_domains=("Mill.example",), handles=("@Roaster",)),
    Party("partner", organisations=("G1",)),
)


@pytest.fixture(scope="module")
def found(spark, frames, link) -> dict[str, list[tuple]]:
    """Roles by person: role, ordinal, department, from and to, as days of January 2025."""
    rows = PEOPLE | {"silver.person_links": [link(*record) for record in PEOPLE["silver.person_links"]]}
    links = frames(rows, {"silver.person_links": touchpoints.LINK_COLUMNS})["silver.person_links"]
    touched = touchpoints.touchpoints(frames(rows, touchpoints.TABLES), links)
    tables = frames(rows, roles.TABLES)
    accounts = roles.accounts_of(tables["silver.profiles"], links, sessions.frame(spark, OWN, OWN_TYPES))
    resolved = person_roles(
        tables,
        links,
        accounts,
        roles.addresses_of(tables, links),
        touched,
        rival_handles=["@kestrel_brew"],
        parties=PARTIES,
    )
    by_person: dict[str, list[tuple]] = {}
    for row in resolved.toArrow().sort_by([("role", "ascending"), ("role_ordinal", "ascending")]).to_pylist():
        times = (None if row[name] is None else row[name].day for name in ("valid_from", "valid_to"))
        of = (row["role"], row["role_ordinal"], row["department"], *times)
        by_person.setdefault(row["person_id"], []).append(of)
    return by_person


def test_a_consumer_becomes_a_customer(found) -> None:
    # the first act, until the first order that is no return
    assert found["Ada"] == [("consumer", 1, None, 4, 12), ("external_customer", 1, None, 12, None)]
    assert found["Bo"] == [("consumer", 1, None, None, None)]  # a mention stands in a post, which no source gives
    assert found["Cy"] == [("external_customer", 1, None, None, None)]
    assert found["Dee"] == [("external_customer", 1, None, 3, None)]  # wrote only later
    assert found["Eve"] == [("consumer", 1, None, None, None)]


def test_staff_have_their_department_and_time(found) -> None:
    assert found["Ida"] == [
        ("external_customer", 1, None, 4, None),  # staff buy, too
        ("internal_customer", 1, "care", 2, 9),
        ("internal_customer", 2, "sales", 11, None),
    ]
    assert found["Pia"] == [("internal_customer", 1, "press", 3, None)]
    assert found["Odran"] == [("internal_customer", 1, "workshop", 4, None)]
    assert found["Same"] == [("internal_customer", 1, None, None, None)]  # two of the staff have that name
    assert found["Brand"] == [("internal_customer", 1, None, 7, None)]
    assert "Robot" not in found


def test_partners_suppliers_and_competitors_of_conf(found) -> None:
    assert found["Mailer"] == [("supplier", 1, None, 6, None)]
    assert found["Roaster"] == [("supplier", 1, None, None, None)]
    assert found["Member"] == [("external_customer", 1, None, 5, None), ("partner", 1, None, 7, 8)]
    assert found["Rival"] == [("competitor", 1, None, None, None)]
