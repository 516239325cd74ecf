from datetime import UTC, datetime, timedelta

import pytest

from jobs.engine import sessions
from transformations.identity import touchpoints
from transformations.social.social_customers import TABLES, contact_preferences, social_customers

AS_OF = datetime(2025, 3, 31, tzinfo=UTC)


def ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


@pytest.fixture(scope="module")
def found(spark, frames, link):
    """Rows of a small company by person: one per case."""
    who = (
        "Fit",
        "Quiet",
        "Silent",
        "Refuses",
        "Left",
        "Unknown",
        "Staff",
        "Robot",
        "Spammer",
        "Unlinked",
        "Social",
        "Partner",
        "Former",
    )
    persons = {name: name.lower() for name in who}
    rows: dict[str, list[dict]] = {
        "silver.person_links": [link("customer", f"c-{key}", name) for name, key in persons.items()]
        + [link("profile", key, name) for name, key in persons.items() if name != "Unlinked"]
        + [link("profile", "nobody", "Nobody")],
        "silver.customers": [
            {
                "customer_id": f"c-{key}",
                "has_email_consent": {"Refuses": False, "Unknown": None, "Social": False}.get(name, True),
                "has_social_consent": True if name == "Social" else None,
            }
            for name, key in persons.items()
        ],
        "silver.campaign_touches": [
            {"campaign_id": "1", "touch_id": "1", "customer_id": "c-left", "kind": "unsubscribed", "created_at": ago(9)}
        ],
        "silver.person_roles": [
            {"person_id": person, "role": role, "role_ordinal": 1, "valid_from": begins, "valid_to": ends}
            for person, role, begins, ends in (
                ("Fit", "external_customer", None, None),
                ("Staff", "internal_customer", ago(50), None),
                ("Staff", "external_customer", None, None),
                ("Partner", "partner", None, None),
                ("Former", "internal_customer", None, ago(20)),
                ("Former", "supplier", ago(-1), None),
            )
        ],
        "silver.posts": [],
        "silver.post_enrichments": [],
        "silver.interactions": [],
    }
    for name, key in persons.items():
        if name in ("Quiet", "Silent", "Unlinked"):
            continue
        for number in range(8):
            post = {"post_id": f"{key}{number}", "profile_id": key, "created_at": ago(number + 1)}
            rows["silver.posts"].append(post)
            spam = name == "Spammer" and number < 4
            rows["silver.post_enrichments"].append({**post, "is_relevant": number < 4, "is_spam": spam})
    rows["silver.posts"] += [
        {"post_id": "q", "profile_id": "quiet", "created_at": ago(60)},
        {"post_id": "old", "profile_id": "silent", "created_at": ago(91)},
    ]
    for number in range(12):
        ends = {"actor_profile_id": "fit", "target_profile_id": "nobody"}
        act = {"interaction_id": f"i{number}", "kind": "reply", "created_at": ago(1)}
        rows["silver.interactions"].append(act | ends)
    rows["silver.interactions"].append(
        {
            "interaction_id": "self",
            "kind": "reply",
            "created_at": ago(1),
            "actor_profile_id": "quiet",
            "target_profile_id": "quiet",
        }
    )
    links = frames(rows, {"silver.person_links": touchpoints.LINK_COLUMNS})["silver.person_links"]
    touched = touchpoints.touchpoints(frames(rows, touchpoints.TABLES), links)
    bots = sessions.frame(spark, [("x", "robot")], "channel string, profile_id string")
    scored = social_customers(frames(rows, TABLES), links, bots, touched, as_of=AS_OF, window_days=90, least_score=0.3)
    return {row["person_id"]: row for row in scored.toArrow().to_pylist()}


def test_the_score_is_the_mean_of_its_parts(found) -> None:
    # 8 days, within 30 days, 10 of 10 acts given and none received, 4 of 8 posts about the company
    assert found["Fit"]["fitness_score"] == (1 + 1 + 0.5 + 0.5) / 4
    assert found["Fit"]["fitness_reasons"] == ["active_often", "active_recently", "exchanges", "about_us"]
    assert (found["Fit"]["is_social_customer"], found["Fit"]["social_exclusions"]) == (True, [])
    # one day of 8, more than 30 days ago; a reply to oneself is no exchange
    assert found["Quiet"]["fitness_score"] == (1 / 8 + 0.5) / 4
    assert found["Quiet"]["fitness_reasons"] == ["active_recently"]
    assert found["Silent"]["fitness_score"] == 0  # the post lies before the window
    assert (found["Silent"]["active_days"], found["Silent"]["last_active_at"]) == (0, None)
    assert "Nobody" not in found  # no customer


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ("Quiet", ["low_score"]),
        ("Refuses", ["consent_refused"]),
        ("Left", ["consent_refused"]),
        ("Unknown", ["consent_unknown"]),
        ("Staff", ["staff"]),
        ("Partner", ["partner"]),
        ("Former", []),  # left the staff, and will be a supplier tomorrow
        ("Robot", ["bot"]),
        ("Spammer", ["spam"]),
        ("Unlinked", ["not_linked", "low_score"]),
        ("Social", []),  # refuses e-mail, and agrees to this
    ],
)
def test_what_excludes_a_customer(found, person: str, why: list[str]) -> None:
    assert found[person]["social_exclusions"] == why
    assert found[person]["is_social_customer"] == (not why)


def test_consent_by_purpose(found) -> None:
    consent = {name: (row["email_consent"], row["social_consent"]) for name, row in found.items()}
    assert consent["Fit"] == (True, None)
    assert consent["Left"] == (False, None)
    assert consent["Social"] == (False, True)
    assert consent["Unknown"] == (None, None)


def test_preferred_channel_and_time(spark) -> None:
    monday = datetime(2025, 3, 24, 5, 30, tzinfo=UTC)  # 6:30 in Berlin
    rows = [
        ("Ada", "post", "x", "x", "1", monday),
        ("Ada", "post", "x", "x", "2", monday + timedelta(days=1)),
        ("Ada", "order", None, "erp", "3", monday),
        ("Bo", "order", None, "erp", "4", monday + timedelta(hours=17)),
        ("Bo", "ticket", "care", "care", "5", monday + timedelta(days=1, hours=17)),
        ("Cy", "campaign", "campaign", "erp", "6", monday + timedelta(days=6, hours=18)),
        ("Dee", "post", "x", "x", "7", ago(91)),
    ]
    schema = (
        "person_id string, touchpoint string, channel string, place string, record_id string, occurred_at timestamp"
    )
    found = contact_preferences(sessions.frame(spark, rows, schema), "Europe/Berlin", AS_OF, 90)
    assert sorted(tuple(row) for row in found.collect()) == [
        ("Ada", "x", "morning", "monday", 3),
        ("Bo", "care", "evening", "monday", 2),  # ties: the first by name
        ("Cy", None, "night", "monday", 1),  # 1:30 on Monday in summer time
    ]
