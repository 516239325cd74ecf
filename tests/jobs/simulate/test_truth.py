"""What totals.json says, counted again from the files by pandas."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd


def lines(made) -> pd.DataFrame:
    found = made.csv("erp/order_lines")
    for column in ("quantity", "unit_price", "discount"):
        found[column] = found[column].map(Decimal)
    found["amount"] = found["quantity"] * found["unit_price"] - found["discount"]
    return found


def test_erp_counts_and_revenue(clean):
    totals, orders, sold = clean.totals["erp"], clean.csv("erp/orders"), lines(clean)
    assert totals["orders"] == len(orders) == orders["order_id"].nunique() == clean.summary.orders
    assert totals["returns"] == (orders["is_return"] == "true").sum()
    assert totals["order_lines"] == len(sold) == len(sold[["order_id", "line_number"]].drop_duplicates())
    assert Decimal(totals["revenue"]) == sold["amount"].sum() == Decimal(clean.summary.revenue)
    assert Decimal(totals["returns_amount"]) == sold.loc[sold["is_return"] == "true", "amount"].sum()
    assert totals["buyers"] == orders.loc[orders["is_return"] == "false", "customer_id"].nunique()


def test_an_order_is_the_sum_of_its_lines(clean):
    orders = clean.csv("erp/orders").set_index("order_id")["total_amount"].map(Decimal)
    assert lines(clean).groupby("order_id")["amount"].sum().to_dict() == orders.to_dict()


def test_the_ledger_is_the_sum_of_the_lines_of_its_day(clean):
    day = clean.csv("erp/orders").set_index("order_id")["ordered_at"].str[:10]
    sold = lines(clean)
    by_day = sold.groupby(sold["order_id"].map(day))["amount"].sum()
    ledger = clean.csv("erp/ledger.csv")
    assert set(ledger["currency"]) == {"EUR"}
    assert by_day.to_dict() == dict(zip(ledger["ledger_date"], ledger["amount"].map(Decimal)))


def test_a_return_is_negative_and_follows_a_purchase_of_its_articles(clean):
    orders, sold = clean.csv("erp/orders"), lines(clean)
    assert ((sold["quantity"] < 0) == (sold["is_return"] == "true")).all()
    assert ((sold["amount"] < 0) == (sold["is_return"] == "true")).all()
    sold = sold.merge(orders[["order_id", "customer_id", "ordered_at"]], on="order_id")
    back, bought = sold[sold["is_return"] == "true"], sold[sold["is_return"] == "false"]
    both = back.merge(bought, on=["customer_id", "product_id"], suffixes=("", "_bought"))
    earlier = both[both["ordered_at_bought"] < both["ordered_at"]]
    assert set(earlier["order_id"]) == set(back["order_id"])


def test_a_record_lies_in_the_file_of_its_day(clean):
    for file in (clean.root / "erp/orders").glob("*.csv"):
        assert set(pd.read_csv(file)["ordered_at"].str[:10]) == {file.stem}
    for part in ("posts", "interactions"):
        found = clean.jsonl(f"microblog/{part}")
        days = {file.stem for file in (clean.root / f"microblog/{part}").glob("*.jsonl")}
        assert set(found["created_at"].str[:10]) == days


def test_no_local_time_is_skipped_or_repeated_by_the_clock_change(clean):
    times = pd.to_datetime(clean.csv("erp/orders")["ordered_at"])
    assert times.dt.tz_localize("Europe/Berlin", ambiguous="raise", nonexistent="raise").notna().all()


def test_references_resolve(clean):
    customers, products = (
        set(clean.csv("erp/customers.csv")["customer_id"]),
        set(clean.csv("erp/products.csv")["product_id"]),
    )
    orders, sold = clean.csv("erp/orders"), lines(clean)
    posts, profiles = clean.jsonl("microblog/posts"), clean.jsonl("microblog/profiles.jsonl")
    acts, tickets = clean.jsonl("microblog/interactions"), clean.csv("support/tickets.csv")
    assert set(orders["customer_id"]) <= customers
    assert set(sold["order_id"]) == set(orders["order_id"])
    assert set(sold["product_id"]) <= products
    assert set(posts["profile_id"]) <= set(profiles["profile_id"])
    assert set(posts["parent_post_id"].dropna()) <= set(posts["post_id"])
    assert set(profiles["customer_id"].dropna()) <= customers
    assert set(acts["actor_profile_id"]) | set(acts["target_profile_id"]) <= set(profiles["profile_id"])
    assert set(acts["post_id"].dropna()) <= set(posts["post_id"])
    assert set(tickets["customer_id"]) - {""} <= customers
    assert set(clean.csv("support/ticket_events.csv")["ticket_id"]) == set(tickets["ticket_id"])
    assert set(clean.csv("erp/costs.csv")["customer_id"]) - {""} <= customers


def test_microblog_counts(clean):
    totals, posts, acts = (
        clean.totals["microblog"],
        clean.jsonl("microblog/posts"),
        clean.jsonl("microblog/interactions"),
    )
    assert totals["posts"] == len(posts) == posts["post_id"].nunique()
    assert totals["replies"] == posts["parent_post_id"].notna().sum()
    assert totals["interactions_by_kind"] == acts["kind"].value_counts().to_dict()
    assert totals["profiles"] == len(clean.jsonl("microblog/profiles.jsonl"))
    measured = posts[posts["impressions"].notna()].set_index("post_id")
    for column, counted in (
        ("comments", posts["parent_post_id"].value_counts()),
        ("shares", acts.loc[acts["kind"] == "share", "post_id"].value_counts()),
        ("reactions", acts.loc[acts["kind"] == "reaction", "post_id"].value_counts()),
    ):
        expected = counted.reindex(measured.index).fillna(0).astype(int)
        assert (measured[column] == expected).all(), column
    assert 0.8 < len(measured) / len(posts) < 0.9


def test_a_reply_follows_its_post_and_an_edit_its_writing(clean):
    posts = clean.jsonl("microblog/posts").set_index("post_id")
    replies = posts[posts["parent_post_id"].notna()]
    assert (replies["created_at"].to_numpy() > posts.loc[replies["parent_post_id"], "created_at"].to_numpy()).all()
    roots = posts.loc[replies["root_post_id"]]
    assert roots["parent_post_id"].isna().all()
    edited = posts[posts["edited_at"].notna()]
    assert len(edited) > 0
    assert (edited["edited_at"] > edited["created_at"]).all()


def test_median_time_to_the_companys_answer(clean):
    posts, profiles = clean.jsonl("microblog/posts"), clean.jsonl("microblog/profiles.jsonl")
    own = set(profiles.loc[profiles["is_company"], "profile_id"])
    at = pd.to_datetime(posts.set_index("post_id")["created_at"])
    answers = posts[posts["parent_post_id"].notna() & posts["profile_id"].isin(own)]
    waited = at[answers["post_id"]].to_numpy() - at[answers["parent_post_id"]].to_numpy()
    assert answers["parent_post_id"].is_unique
    assert clean.totals["microblog"]["answered_by_company"] == len(answers)
    median = pd.Series(waited).dt.total_seconds().median()
    assert clean.totals["microblog"]["first_response_seconds_median"] == median


def test_tickets(clean):
    totals, tickets = clean.totals["support"], clean.csv("support/tickets.csv")
    events = clean.csv("support/ticket_events.csv")
    events["at"] = pd.to_datetime(events["created_at"])
    assert totals["tickets"] == len(tickets)
    assert totals["events"] == len(events)
    assert totals["open_at_the_end"] == (tickets["solved_at"] == "").sum()
    assert totals["reopened"] == (events["kind"] == "reopened").sum()
    first = events[events["kind"].isin(["opened", "replied"])].groupby(["ticket_id", "kind"])["at"].min().unstack()
    waited = (first["replied"] - first["opened"]).dt.total_seconds().dropna()
    assert totals["first_reply_seconds_median"] == waited.median()
    assert events.groupby("ticket_id")["at"].is_monotonic_increasing.all()
    last = events[events["kind"].isin(["solved", "reopened"])].groupby("ticket_id").last()
    solved = last[last["kind"] == "solved"]["created_at"].to_dict()
    assert tickets[tickets["solved_at"] != ""].set_index("ticket_id")["solved_at"].to_dict() == solved
    assert ((tickets["customer_id"] != "") | (tickets["email"] != "")).all()


def test_records_by_file(clean):
    records = clean.totals["records"]
    found = {path.relative_to(clean.root).as_posix() for path in clean.root.rglob("*") if path.is_file()}
    assert set(records) == {name for name in found if not name.startswith("truth/") and name != "simulation.json"}
    assert records["erp/customers.csv"] == 300
    assert sum(n for name, n in records.items() if name.startswith("microblog/posts/")) == clean.summary.posts
