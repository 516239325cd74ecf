"""Surveys, campaigns, contacts, newsletter, staff, organisations, use and competitors: references and planted structure."""

from __future__ import annotations

import pandas as pd

TABLES = {
    "survey_responses": "surveys/responses.csv",
    "contacts": "campaigns/contacts.csv",
    "campaigns": "campaigns/campaigns.csv",
    "campaign_touches": "campaigns/touches.csv",
    "content_reads": "newsletter/reads.jsonl",
    "staff": "company/staff.csv",
    "organisations": "company/organisations.csv",
    "organisation_members": "company/organisation_members.csv",
    "product_usage": "usage/usage.csv",
    "competitor_prices": "market/prices.csv",
    "competitor_releases": "market/releases.jsonl",
}
KEYS = {
    "survey_responses": ["response_id", "question"],
    "contacts": ["contact_id"],
    "campaigns": ["campaign_id"],
    "campaign_touches": ["touch_id"],
    "content_reads": ["issue", "reader"],
    "staff": ["staff_id"],
    "organisations": ["organisation_id"],
    "organisation_members": ["organisation_id", "member_kind", "member_id"],
    "product_usage": ["usage_id"],
    "competitor_prices": ["product", "seen_at"],
    "competitor_releases": ["product"],
}
END = "2025-05-01T00:00:00Z"  # 120 days


def read(made, table: str) -> pd.DataFrame:
    name = TABLES[table]
    return made.jsonl(name) if name.endswith(".jsonl") else made.csv(name)


def test_keys_are_unique_and_totals_say_how_many(clean):
    rows = clean.totals["corporate"]["rows"]
    for table, key in KEYS.items():
        found = read(clean, table)
        assert len(found) == rows[table] > 0, table
        assert not found.duplicated(key).any(), table
    assert clean.summary.corporate == sum(rows.values())


def test_references_resolve(clean):
    customers = set(clean.csv("erp/customers.csv")["customer_id"])
    products = set(clean.csv("erp/products.csv")["product_id"])
    orders = clean.csv("erp/orders").set_index("order_id")
    surveys, touches = read(clean, "survey_responses"), read(clean, "campaign_touches")
    contacts, usage = read(clean, "contacts"), read(clean, "product_usage")
    assert set(surveys["customer_id"]) - {""} <= customers
    assert set(surveys["product_id"]) - {""} <= products
    assert set(touches["customer_id"]) - {""} <= customers
    assert set(touches["contact_id"]) - {""} <= set(contacts["contact_id"])
    assert ((touches["customer_id"] == "") != (touches["contact_id"] == "")).all()
    campaigns = set(read(clean, "campaigns")["campaign_id"])
    assert set(touches["campaign_id"]) <= campaigns
    assert campaigns == set(clean.csv("erp/costs.csv")["campaign_id"]) - {""}
    sold = touches[touches["order_id"] != ""]
    assert set(sold["kind"]) == {"converted"}
    assert (orders.loc[sold["order_id"], "customer_id"].to_numpy() == sold["customer_id"].to_numpy()).all()
    assert set(read(clean, "content_reads")["reader"]) <= set(contacts.loc[contacts["consent"] == "true", "contact_id"])
    members = read(clean, "organisation_members")
    assert set(members["organisation_id"]) == set(read(clean, "organisations")["organisation_id"])
    assert set(members.loc[members["member_kind"] == "customer", "member_id"]) <= customers
    profiles = set(clean.jsonl("microblog/profiles.jsonl")["profile_id"])
    assert set(members.loc[members["member_kind"] == "profile", "member_id"]) <= profiles
    assert set(usage["customer_id"]) <= customers
    assert set(usage["product_id"]) <= products
    assert set(read(clean, "competitor_prices")["own_product_id"]) <= products


def test_nothing_happens_after_the_last_day_or_ends_before_it_begins(clean):
    for table, column in (
        ("survey_responses", "answered_at"),
        ("campaign_touches", "created_at"),
        ("content_reads", "at"),
        ("product_usage", "used_at"),
        ("competitor_prices", "seen_at"),
        ("competitor_releases", "seen_at"),
    ):
        assert read(clean, table)[column].max() < END, table
    for table in ("staff", "organisation_members"):
        found = read(clean, table)
        ended = found[found["left_at"] != ""]
        assert len(ended) > 0
        assert (ended["left_at"] > ended["joined_at"]).all(), table


def test_who_bought_the_faulty_product_is_less_satisfied(clean):
    surveys = read(clean, "survey_responses")
    assert set(clean.csv("truth/surveys.csv")["response_id"]) == set(surveys["response_id"])
    score, goal = surveys["score"].astype(int), surveys["goal"].astype(int)
    above = (score > goal).groupby(surveys["about"]).sum().to_dict()
    assert clean.totals["corporate"]["surveys"]["above_goal"] == above
    of_product = surveys[surveys["about"] == "product"]
    is_faulty = of_product["product_id"] == clean.totals["erp"]["faulty_product"]
    mean = of_product["score"].astype(int).groupby(is_faulty).mean()
    assert mean[True] < mean[False] - 1
    assert 0.05 < (surveys["customer_id"] == "").mean() < 0.3


def test_held_out_recipients_get_nothing_and_steps_come_in_order(clean):
    touches, truth = read(clean, "campaign_touches"), clean.csv("truth/campaigns.csv")
    key = ["campaign_id", "customer_id", "contact_id"]
    assert touches["kind"].value_counts().to_dict() == {
        kind: count for kind, count in clean.totals["corporate"]["touches"].items() if count
    }
    sent = set(map(tuple, touches.loc[touches["kind"] == "sent", key].to_numpy()))
    assert sent == set(map(tuple, truth.loc[truth["is_held_out"] == "false", key].to_numpy()))
    assert 0.2 < (truth["is_held_out"] == "true").mean() < 0.3
    steps = touches.pivot_table(index=key, columns="kind", values="created_at", aggfunc="first")
    for earlier, later in (
        ("sent", "delivered"),
        ("delivered", "opened"),
        ("opened", "clicked"),
        ("clicked", "converted"),
    ):
        both = steps[[earlier, later]].dropna(subset=[later])
        assert len(both) > 0
        assert (both[later] > both[earlier]).all(), later
    assert touches["created_at"].is_monotonic_increasing


def test_readers_prefer_issues_of_their_interest(clean):
    reads, issues = read(clean, "content_reads"), clean.csv("truth/newsletter.csv").set_index("issue")["interest"]
    contacts = clean.csv("truth/contacts.csv").set_index("contact_id")["interest"]
    shared = (reads["issue"].map(issues) == reads["reader"].map(contacts)).mean()
    assert shared > 1.5 * 0.2  # a fifth of the issues are about any interest


def test_contacts_are_who_the_truth_says(clean):
    contacts = read(clean, "contacts").set_index("contact_id")
    truth = clean.csv("truth/contacts.csv").set_index("contact_id")
    emails = clean.csv("erp/customers.csv").set_index("customer_id")["email"]
    buyers = truth[truth["customer_id"] != ""]
    assert len(buyers) > 0
    assert (contacts.loc[buyers.index, "email"] == emails[buyers["customer_id"]].to_numpy()).all()
    others = contacts.drop(buyers.index)
    assert not set(others["email"]) & set(emails)
    persons = clean.csv("truth/persons.csv").set_index("person")
    assert (persons.loc[truth.loc[truth["person"] != "", "person"], "customer_id"] == "").all()


def test_a_group_shares_an_interest(clean):
    truth = clean.csv("truth/organisations.csv").set_index("organisation_id")["interest"]
    members = read(clean, "organisation_members")
    members = members[members["organisation_id"].map(truth) != ""]
    customers = clean.csv("truth/segments.csv").set_index("customer_id")["interest"]
    accounts = clean.csv("truth/communities.csv")
    accounts = accounts[accounts["channel"] == "microblog"].set_index("profile_id")["community"]
    found = members["member_id"].map(pd.concat([customers, accounts]))
    assert (found == members["organisation_id"].map(truth)).all()


def test_use_fades_before_a_customer_leaves(clean):
    usage = read(clean, "product_usage")
    usage["uses"] = usage["uses"].astype(int)
    left = pd.to_datetime(usage["customer_id"].map(clean.csv("truth/churn.csv").set_index("customer_id")["churned_at"]))
    at = pd.to_datetime(usage["used_at"]).dt.tz_localize(None)
    before = (left - at).dt.days
    assert before.min() >= -1  # local and UTC days differ
    assert usage.loc[before < 21, "uses"].mean() < 0.6 * usage.loc[before.isna(), "uses"].mean()
    bought = clean.csv("erp/order_lines").merge(clean.csv("erp/orders"), on="order_id")
    first = bought.groupby(["customer_id", "product_id"])["ordered_at"].min()
    own = first.loc[pd.MultiIndex.from_frame(usage[["customer_id", "product_id"]])]
    assert (own.str[:10].to_numpy() <= usage["used_at"].str[:10].to_numpy()).all()


def test_staff_own_the_accounts_and_answer_the_tickets(clean):
    truth, staff = clean.csv("truth/staff.csv"), read(clean, "staff")
    persons = clean.csv("truth/persons.csv")
    pairs = ["microblog_profile_id", "forum_profile_id"]
    mine = truth.loc[truth["forum_profile_id"] != "", pairs]
    own = persons[persons["forum_profile_id"].isin(mine["forum_profile_id"])][pairs]
    assert sorted(map(tuple, mine.to_numpy())) == sorted(map(tuple, own.to_numpy()))
    events = clean.csv("support/ticket_events.csv")
    assert set(events.loc[events["actor"] == "agent", "actor_id"]) <= set(truth["agent_id"])
    department = staff.set_index("staff_id")["department"]
    assert set(department[truth.loc[truth["agent_id"] != "", "staff_id"]]) == {"Support"}


def test_competitors_prices_change_and_articles_come_as_planted(clean):
    prices, truth = read(clean, "competitor_prices"), clean.csv("truth/market.csv")
    for row in truth.itertuples():
        own = prices[prices["product"] == row.product]
        day = own["seen_at"].str[:10]
        if row.kind == "price_change":
            assert set(own.loc[day < row.day, "price"]) == {row.price_before}
            assert set(own.loc[day >= row.day, "price"]) == {row.price_after}
        else:
            assert day.min() >= row.day
    changed = set(truth.loc[truth["kind"] == "price_change", "product"])
    assert (prices.groupby("product")["price"].nunique() > 1).to_dict() == {
        product: product in changed for product in set(prices["product"])
    }
    released = truth[truth["kind"] == "release"]
    releases = read(clean, "competitor_releases")
    assert sorted(releases["product"]) == sorted(released["product"])
    assert dict(zip(releases["product"], releases["launched_on"])) == dict(zip(released["product"], released["day"]))
