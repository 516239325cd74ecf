"""The planted structure can be found in the data by means that know nothing of how it was planted."""

from __future__ import annotations

import json
import re

import numpy as np
import pandas as pd
import pytest
from defusedxml.ElementTree import parse
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from jobs.simulate import simulate
from jobs.simulate.company import CATALOGUE, COMPETITORS, INTEREST_TERMS, MICROBLOG_ACCOUNTS
from jobs.simulate.posts import ANSWER_MEDIAN_SECONDS


def test_vader_agrees_with_the_planted_tone_of_english_posts(clean):
    tone = clean.csv("truth/tone.csv")
    posts = clean.jsonl("microblog/posts").merge(tone[tone["channel"] == "microblog"], on="post_id")
    posts = posts[posts["language"] != "de"]
    posts = posts[~posts["text"].str.contains("[äöüß]| der | ist | den ", regex=True)]
    analyser = SentimentIntensityAnalyzer()
    score = posts["text"].map(lambda text: analyser.polarity_scores(text)["compound"])
    found = np.select([score >= 0.05, score <= -0.05], ["positive", "negative"], "neutral")
    agreed = (found == posts["tone"]).groupby(posts["tone"]).mean()
    # Irony and plain statements of a loss are planted too, so agreement is high and not complete.
    assert 0.95 < (found == posts["tone"]).mean() < 1
    assert agreed.min() > 0.9
    assert agreed["neutral"] > 0.99


def test_vader_agrees_with_the_planted_tone_of_forum_posts(clean):
    tone = clean.csv("truth/tone.csv")
    tone = tone[tone["channel"] == "forum"].set_index("post_id")["tone"]
    analyser = SentimentIntensityAnalyzer()
    bodies = {row.get("Id"): row.get("Body") for row in parse(clean.root / "forum/Posts.xml").getroot()}
    score = pd.Series({post: analyser.polarity_scores(bodies[post])["compound"] for post in tone.index})
    found = np.select([score >= 0.05, score <= -0.05], ["positive", "negative"], "neutral")
    assert (found == tone).mean() > 0.95
    assert set(tone) == {"negative", "neutral", "positive"}


def test_a_person_has_a_tone_and_nobody_else(clean):
    posts, truth = clean.jsonl("microblog/posts"), clean.csv("truth/posts.csv")
    assert list(truth["post_id"]) == list(posts["post_id"])
    tone = clean.csv("truth/tone.csv")
    mine = set(truth.loc[truth["author"] == "person", "post_id"])
    assert set(tone.loc[tone["channel"] == "microblog", "post_id"]) == mine


def test_relevant_posts_name_what_is_monitored(clean):
    words = [product.name for product in CATALOGUE] + ["alderwick", "kestrelbrew", "harbourlightcoffee", *COMPETITORS]
    words += [term for terms in INTEREST_TERMS.values() for term in terms]
    words += [article for articles in COMPETITORS.values() for article in articles]
    names = re.compile("|".join(re.escape(word.lower()) for word in words))
    posts = clean.jsonl("microblog/posts").merge(clean.csv("truth/posts.csv"), on="post_id")
    said = posts["text"].str.replace(r"^@(?!\w*alderwick|kestrelbrew|harbourlight)\w+ ", "", regex=True).str.lower()
    own = posts["author"] != "bot"
    assert (said.str.contains(names) == (posts["is_relevant"] == "true"))[own].all()
    by_people = posts["author"] == "person"
    totals = clean.totals["microblog"]
    assert totals["posts_by_people_relevant"] == (by_people & (posts["is_relevant"] == "true")).sum()
    assert 0.7 < totals["posts_by_people_relevant"] / by_people.sum() < 0.95


def test_communities_hold_together(clean):
    community = clean.csv("truth/communities.csv")
    community = community[community["channel"] == "microblog"].set_index("profile_id")["community"]
    acts = clean.jsonl("microblog/interactions")
    sides = acts["actor_profile_id"].map(community), acts["target_profile_id"].map(community)
    known = sides[0].notna() & sides[1].notna()
    inside = (sides[0] == sides[1])[known].mean()
    by_chance = (community.value_counts(normalize=True) ** 2).sum()
    assert inside > 0.8
    assert inside > 3 * by_chance
    assert set(community) == {"espresso", "pour_over", "grinders", "latte_art", "cold_brew"}
    totals = clean.totals["microblog"]
    assert totals["interactions_inside_a_community"] == (sides[0] == sides[1])[known].sum()


def test_replies_stay_in_their_community(clean):
    community = clean.csv("truth/communities.csv")
    community = community[community["channel"] == "microblog"].set_index("profile_id")["community"]
    posts = clean.jsonl("microblog/posts").set_index("post_id")
    replies = posts[posts["parent_post_id"].notna()]
    mine = replies["profile_id"].map(community).to_numpy()
    theirs = posts.loc[replies["parent_post_id"], "profile_id"].map(community).to_numpy()
    known = pd.notna(mine) & pd.notna(theirs)
    assert (mine == theirs)[known].mean() > 0.8


def test_nobody_acts_upon_oneself_or_follows_twice(clean):
    acts = clean.jsonl("microblog/interactions")
    assert (acts["actor_profile_id"] != acts["target_profile_id"]).all()
    once = acts[acts["kind"].isin(["follow", "reaction", "share"])]
    assert not once.duplicated(["kind", "actor_profile_id", "target_profile_id", "post_id"]).any()


def test_links_between_the_erp_and_profiles_are_those_of_the_truth(clean):
    persons = clean.csv("truth/persons.csv")
    customers = clean.csv("erp/customers.csv").set_index("customer_id")
    profiles = clean.jsonl("microblog/profiles.jsonl").set_index("profile_id")
    assert persons["person"].is_unique
    assert sorted(persons.loc[persons["customer_id"] != "", "customer_id"]) == sorted(customers.index)
    people = profiles.index[~profiles["is_bot"]].difference(
        [a.profile_id for a in MICROBLOG_ACCOUNTS if a.role != "staff"]
    )
    known = set(persons["microblog_profile_id"]) - {""}
    assert set(people) - known == {"u0000002"}  # a desk's account is nobody's own
    linked = persons[(persons["customer_id"] != "") & (persons["microblog_profile_id"] != "")]
    own = profiles.loc[linked["microblog_profile_id"]]
    email = customers.loc[linked["customer_id"], "email"].to_numpy()
    by = linked["link_microblog"].to_numpy()
    assert (own["email"].str.lower().to_numpy() == email)[by == "email"].all()
    assert (own["customer_id"].to_numpy() == linked["customer_id"].to_numpy())[by == "given_id"].all()
    assert own[by == "none"][["email", "customer_id"]].isna().all().all()
    assert {"email", "given_id", "none"} == set(by)
    assert not customers["email"][customers["email"] != ""].duplicated().any()
    assert 0.25 < len(linked) / len(customers) < 0.45


def test_segments_differ_in_recency_frequency_and_money(clean):
    orders = clean.csv("erp/orders")
    orders = orders[orders["is_return"] == "false"]
    by = (
        orders.groupby("customer_id")
        .agg(
            last=("ordered_at", "max"),
            days=("ordered_at", lambda times: times.str[:10].nunique()),
            money=("total_amount", lambda amounts: amounts.astype(float).sum()),
        )
        .join(clean.csv("truth/segments.csv").set_index("customer_id"))
    )
    recency = (pd.Timestamp("2025-05-01") - pd.to_datetime(by["last"])).dt.days
    median = by.assign(recency=recency).groupby("segment")[["recency", "days", "money"]].median()
    assert median.loc["champion", "days"] > 1.5 * median.loc["loyal", "days"] > 3 * median.loc["occasional", "days"]
    assert (by.loc[by["segment"] == "one_time", "days"] == 1).all()
    assert (
        median.loc["lapsed", "recency"] > 60 > 20 > median.loc["loyal", "recency"] > median.loc["champion", "recency"]
    )
    assert median["money"].drop("lapsed").sort_values().index.tolist() == [
        "one_time",
        "occasional",
        "loyal",
        "champion",
    ]


def test_nobody_buys_after_leaving_or_before_joining(clean):
    orders = clean.csv("erp/orders")
    orders = orders[orders["is_return"] == "false"]
    left = clean.csv("truth/churn.csv").set_index("customer_id")["churned_at"]
    assert clean.totals["erp"]["churned"] == len(left)
    gone = orders[orders["customer_id"].isin(left.index)]
    assert (gone["ordered_at"].str[:10] < gone["customer_id"].map(left)).all()
    joined = clean.csv("erp/customers.csv").set_index("customer_id")["created_at"]
    assert (orders["ordered_at"] > orders["customer_id"].map(joined)).all()


def test_the_faulty_product_comes_back_and_is_complained_about(clean):
    faulty = clean.totals["erp"]["faulty_product"]
    lines = clean.csv("erp/order_lines")
    back = (lines["is_return"] == "true").groupby(lines["product_id"]).mean()
    assert back[faulty] > 3 * (lines["is_return"] == "true").mean()
    truth = clean.csv("truth/posts.csv")
    complaints = truth[(truth["intent"] == "complaint") & (truth["kind"] == "complaint")]["product_id"].value_counts()
    assert complaints.drop("").idxmax() == faulty
    tickets = clean.csv("truth/tickets.csv")
    assert tickets.loc[tickets["matter"] == "defect", "product_id"].value_counts().idxmax() == faulty


def test_the_new_product_sells_from_its_launch_on(clean):
    new = clean.totals["erp"]["new_product"]
    orders = clean.csv("erp/orders").set_index("order_id")["ordered_at"]
    lines = clean.csv("erp/order_lines")
    sold = lines.loc[lines["product_id"] == new, "order_id"].map(orders)
    assert len(sold) > 5
    launched = clean.csv("erp/products.csv").set_index("product_id").loc[new, "launched_at"]
    assert sold.min()[:10] >= launched[:10]


def test_one_post_goes_round(clean):
    acts = clean.jsonl("microblog/interactions")
    shares = acts.loc[acts["kind"] == "share", "post_id"].value_counts()
    totals = clean.totals["microblog"]
    assert shares.index[0] == totals["viral_post_id"]
    assert shares.iloc[0] == totals["viral_post_shares"] > 2 * shares.iloc[1]
    truth = clean.csv("truth/posts.csv").set_index("post_id")
    assert truth.loc[totals["viral_post_id"], "intent"] == "complaint"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_waiting_times_are_about_those_planted(tmp_path, seed):
    simulate(tmp_path / "a", customers=600, days=120, seed=seed, dirt=False)
    median = json.loads((tmp_path / "a/truth/totals.json").read_text())["microblog"]["first_response_seconds_median"]
    assert median == pytest.approx(ANSWER_MEDIAN_SECONDS, rel=0.2)
