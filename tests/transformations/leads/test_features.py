from datetime import UTC, date, datetime, time, timedelta

import pytest

from jobs.engine import sessions
from transformations.identity.touchpoints import LINK_COLUMNS
from transformations.leads.contacts import lead_contacts
from transformations.leads.features import BEST, TABLES, lead_features, lead_topics

FEBRUARY, MARCH = date(2025, 2, 28), date(2025, 3, 31)


def at(month: int, day: int) -> datetime:
    return datetime(2025, month, day, 12, tzinfo=UTC)


def edge(source: str, target: str, kind: str, day: date, times: int = 1, company: str = "") -> dict:
    return {
        "source_person_id": source,
        "target_person_id": target,
        "kind": kind,
        "acted_on": day,
        "is_from_company": company == "from",
        "is_to_company": company == "to",
        "interactions_count": times,
    }


@pytest.fixture(scope="module")
def made(frames, link):
    rows = {
        "silver.person_links": [link("profile", name.lower(), name) for name in ("Ada", "Bo", "Cy")],
        "silver.person_roles": [
            {"person_id": "Ada", "role": "consumer", "role_ordinal": 1, "valid_from": at(1, 10), "valid_to": at(3, 20)},
            {"person_id": "Ada", "role": "external_customer", "role_ordinal": 1, "valid_from": at(3, 20)},
            {"person_id": "Bo", "role": "consumer", "role_ordinal": 1},
            {"person_id": "Cy", "role": "external_customer", "role_ordinal": 1, "valid_from": at(3, 5)},
            {"person_id": "Dee", "role": "external_customer", "role_ordinal": 1},
        ],
        "silver.posts": [
            {"post_id": "1", "profile_id": "ada", "created_at": at(1, 10)},
            {"post_id": "2", "profile_id": "ada", "created_at": at(2, 20)},
            {"post_id": "3", "profile_id": "bo", "created_at": at(3, 9)},
        ],
        "silver.post_enrichments": [
            {"post_id": "1", "is_relevant": True, "intent": "question"},
            {"post_id": "2", "is_relevant": False, "intent": "purchase_intent"},
        ],
        "gold.network_edges": [
            edge("Ada", "Shop", "mention", date(2025, 2, 21), 2, "to"),
            edge("Shop", "Ada", "reply", date(2025, 2, 22), 1, "from"),
            edge("Ada", "Cy", "follow", date(2025, 2, 1)),
            edge("Dee", "Ada", "reaction", date(2025, 2, 2), 3),
            edge("Bo", "Cy", "reply", date(2025, 2, 3)),
            edge("Bo", "Bo", "reply", date(2025, 2, 3)),
        ],
        "gold.person_activity": [
            {"person_id": person, "kind": kind, "subject": subject, "acted_on": day, "acts_count": acts}
            for person, kind, subject, day, acts in (
                ("Ada", "topic", "espresso", date(2025, 2, 20), 2),
                ("Ada", "topic", "milk", date(2025, 3, 20), 1),
                ("Cy", "topic", "milk", date(2025, 2, 20), 4),
                ("Cy", "purchase", "beans", date(2025, 2, 1), 9),
                ("Dee", "topic", "tea", date(2025, 2, 20), 4),
                ("Dee", "purchase", "beans", date(2025, 2, 1), 1),
            )
        ],
    }
    return frames(rows, TABLES), frames(rows, {"silver.person_links": LINK_COLUMNS})["silver.person_links"]


def test_what_consumers_had_done_by_a_day(made) -> None:
    tables, links = made
    found = lead_features(tables, links, (FEBRUARY, MARCH), "Europe/Berlin").toArrow().to_pylist()
    rows = {(row["person_id"], row["until"]): row for row in found}
    assert set(rows) == {("Ada", FEBRUARY), ("Bo", FEBRUARY), ("Bo", MARCH)}  # in March Ada is a customer
    assert rows["Ada", FEBRUARY] == {
        "person_id": "Ada",
        "until": FEBRUARY,
        "posts": 2,
        "recent_posts": 1,
        "relevant_posts": 1,
        "purchase_intents": 1,
        "questions": 1,
        "to_company": 2,
        "recent_to_company": 2,
        "from_company": 1,
        "customers_met": 1,  # Dee; Cy became a customer only in March
        "acts": 7,
        "recent_acts": 7,
        "last_act": date(2025, 2, 22),
        "became_on": date(2025, 3, 20),
    }
    bo = rows["Bo", MARCH]
    assert (bo["posts"], bo["customers_met"], bo["acts"], bo["last_act"], bo["became_on"]) == (
        1,
        1,
        1,
        date(2025, 3, 9),
        None,
    )
    assert rows["Bo", FEBRUARY]["customers_met"] == 0


def test_topics_of_leads_and_of_those_who_buy_most(made) -> None:
    found = lead_topics(made[0], (FEBRUARY,)).toArrow().to_pylist()
    assert sorted((row["person_id"], row["subject"], row["acts"]) for row in found) == [
        (BEST, "milk", 4),  # Cy's; Dee bought less
        ("Ada", "espresso", 2),
    ]


def test_whom_leads_follow_and_talk_to_and_who_of_them_is_a_customer(made, spark) -> None:
    tables = made[0]
    leads = sessions.frame(spark, [("Ada",), ("Bo",)], "person_id string")

    def found(last: date) -> list[tuple]:
        as_of = datetime.combine(last + timedelta(days=1), time(), UTC)
        of = lead_contacts(tables["gold.network_edges"], tables["silver.person_roles"], leads, as_of, last)
        return sorted(tuple(row) for row in of.collect())

    assert found(MARCH) == [
        ("follows", "Ada", "Cy", 1),
        ("path", "Ada", "Cy", 2),
        ("path", "Ada", "Dee", 1),
        ("path", "Bo", "Cy", 1),
        ("talks_to", "Ada", "Dee", 1),
        ("talks_to", "Bo", "Cy", 1),
    ]
    assert found(date(2025, 2, 2)) == [  # Cy was no customer yet, and Bo had not replied
        ("follows", "Ada", "Cy", 1),
        ("path", "Ada", "Dee", 1),
        ("talks_to", "Ada", "Dee", 1),
    ]
