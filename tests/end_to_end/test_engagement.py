"""Roles, social customers, leads, journeys and expertise of the simulated company, held against each other and the truth."""

import csv
from collections import defaultdict

import pytest


@pytest.fixture(scope="module")
def roles(simulated) -> dict[str, dict[str, dict]]:
    """person -> role -> its first row."""
    found: dict[str, dict[str, dict]] = defaultdict(dict)
    for row in sorted(simulated.lake.rows("silver.person_roles"), key=lambda row: -row["role_ordinal"]):
        found[row["person_id"]][row["role"]] = row
    return found


def test_every_person_has_a_role_and_consumers_were_before_they_were_customers(simulated, roles) -> None:
    links = simulated.lake.rows("silver.person_links")
    with_customer = {row["person_id"] for row in links if row["record_kind"] == "customer"}
    bots = {f"{row['channel']}:{row['profile_id']}" for row in simulated.lake.rows("silver.profiles") if row["is_bot"]}
    others = {
        row["person_id"]
        for row in links
        if f"{row['record_place']}:{row['linked_record_id']}" not in {*bots, "forum:-1"}
    }
    assert others <= set(roles)
    assert {person for person, of in roles.items() if "external_customer" in of} == with_customer
    converted = [of for of in roles.values() if {"consumer", "external_customer"} <= set(of)]
    assert converted
    for of in converted:
        assert of["consumer"]["valid_from"] < of["consumer"]["valid_to"] == of["external_customer"]["valid_from"]
    (ratio,) = (
        row
        for row in simulated.lake.rows("gold.indicator_values")
        if row["indicator_id"] == "consumer_conversion_ratio" and row["known_to"] is None
    )
    consumers = sum("consumer" in of for of in roles.values())
    assert (ratio["numerator"], ratio["denominator"]) == (len(converted), consumers)


def test_accounts_of_staff_have_the_department_of_the_personnel_list(simulated, roles) -> None:
    with (simulated.data / "company/staff.csv").open() as file:
        departments = {row["staff_id"]: row["department"] for row in csv.DictReader(file)}
    person_of = {
        (row["record_place"], row["linked_record_id"]): row["person_id"]
        for row in simulated.lake.rows("silver.person_links")
    }
    with (simulated.data / "truth/staff.csv").open() as file:
        planted = [row for row in csv.DictReader(file) if row["forum_profile_id"]]
    assert planted
    for row in planted:
        of = roles[person_of["forum", row["forum_profile_id"]]]["internal_customer"]
        assert of["department"] == departments[row["staff_id"]]


def test_social_customers_are_linked_and_consent(simulated) -> None:
    rows = {row["person_id"]: row for row in simulated.lake.rows("gold.social_customers")}
    whole = {row["person_id"]: row for row in simulated.lake.rows("gold.customer_360")}
    assert any(row["is_social_customer"] for row in rows.values())
    for person, row in rows.items():
        assert row["is_social_customer"] == (row["social_exclusions"] == [])
        if row["is_social_customer"]:
            assert row["fitness_score"] >= 0.3
            assert row["email_consent"]
            assert whole[person]["is_linked"]
        assert whole[person]["fitness_score"] == row["fitness_score"]
    assert {person for person, row in whole.items() if row["is_social_customer"] is not None} == set(rows)


def test_leads_are_no_customers_and_stand_in_order(simulated, roles) -> None:
    leads = sorted(simulated.lake.rows("gold.leads"), key=lambda row: row["lead_rank"])
    assert [row["lead_rank"] for row in leads] == list(range(1, len(leads) + 1))
    assert len(leads) > 5
    scores = [row["lead_score"] for row in leads]
    assert scores == sorted(scores, reverse=True)
    for row in leads:
        of = roles[row["person_id"]]
        assert "consumer" in of
        assert of["consumer"]["valid_to"] is None
        if row["path_steps"] == 1:
            assert all("external_customer" in roles[person] for person in row["path"])
            assert row["customers_met_count"] > 0


def test_journeys_are_in_order_and_hold_every_order(simulated) -> None:
    steps = sorted(
        simulated.lake.rows("gold.experience_maps"), key=lambda row: (row["person_id"], row["journey"], row["step"])
    )
    before: dict = {}
    for row in steps:
        if before.get("person_id") == row["person_id"]:
            assert before["occurred_at"] <= row["occurred_at"]
            again = row["journey"] == before["journey"]
            assert row["step"] == (before["step"] + 1 if again else 1)
            assert again == ((row["occurred_at"] - before["occurred_at"]).total_seconds() <= 30 * 86_400)
        else:
            assert (row["journey"], row["step"]) == (1, 1)
        before = row
    bought = sum(row["touchpoint"] == "order" for row in steps)
    assert bought == sum(row["orders_count"] or 0 for row in simulated.lake.rows("gold.customer_360"))


def test_who_answers_knows_something_and_groups_of_customers_are_customers(simulated) -> None:
    rows = simulated.lake.rows("gold.expertise")
    assert rows
    for row in rows:
        assert row["accepted_answers_count"] <= row["answers_count"]
        assert row["expertise_score"] > 0
        assert row["evidence"]
    organisations = simulated.lake.rows("gold.organisation_customers")
    assert any(row["is_customer"] for row in organisations)
    assert all(row["customers_count"] <= row["members_count"] for row in organisations)
