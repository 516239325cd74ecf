from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.indicators.posts import (
    GROUPS,
    Monitored,
    accounts_by_channel,
    authority_classes,
    post_facts,
    post_groups,
    post_indicators,
)

BEGINNING = date(1970, 1, 1)
DAY_1, DAY_2 = (datetime(2025, 3, day, 12, tzinfo=UTC) for day in (3, 4))
BRANDS = {"1": ["Alder", "Kestrel"], "2": ["Kestrel"], "3": ["Alder"], "5": ["Alder"], "8": ["Alder"]}  # by post
TONES = {"+": "positive", "-": "negative", "0": "neutral", "?": None}
#  post, author, day, tone, topics, is relevant (None: not enriched)
POSTS = [
    ("1", "ada", DAY_1, "+", ["coffee", "price"], True),
    ("2", "ada", DAY_1, "-", ["coffee"], True),
    ("3", "bob", DAY_1, "+", [], True),
    ("4", "cyd", DAY_1, "?", ["price"], True),
    ("5", "dan", DAY_1, "0", ["coffee"], False),
    ("6", "bob", DAY_2, "+", ["coffee"], True),
    ("7", None, DAY_2, "?", None, None),
    ("8", "company", DAY_1, "+", ["coffee"], True),
    ("9", "robot", DAY_1, "+", ["coffee"], True),
]


def _table(name: str, rows: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(rows, arrow.schema_of(contract(name)))


NOBODY = pa.table({"channel": pa.array([], pa.string()), "profile_id": pa.array([], pa.string())})


@pytest.fixture(scope="module")
def indicators(spark):
    """indicators(posts, enrichments, accounts, monitored=…): the indicators of posts, added up by the engine."""

    def of(
        posts: list[dict],
        enrichments: list[dict],
        accounts: pa.Table = NOBODY,
        classes: tuple[dict, ...] = (),
        accounts_count: dict | None = None,
        *,
        monitored: Monitored,
    ) -> pa.Table:
        def frame(name: str, rows: list[dict]):
            return sessions.frame(spark, _table(name, rows), contract(name).ddl)

        types = "channel string, profile_id string, authority_class string"
        known = pa.Table.from_pylist(list(classes), pa.schema([(name, pa.string()) for name in types.split()[::2]]))
        facts = post_facts(
            frame("silver.posts", posts),
            frame("silver.post_enrichments", enrichments),
            sessions.frame(spark, accounts, "channel string, profile_id string"),
            sessions.frame(spark, known, types),
            monitored.own_brands,
            "UTC",
        )
        groups = pa.table(post_groups(facts).toArrow()).select(GROUPS.names).cast(GROUPS)
        return post_indicators(groups, monitored=monitored, accounts_count=accounts_count)

    return of


@pytest.fixture(scope="module")
def rows(indicators) -> dict[tuple, dict]:
    posts = [
        {
            "channel": "forum",
            "service_type": "forum",
            "post_id": post,
            "kind": "post",
            "profile_id": author,
            "created_at": at,
        }
        for post, author, at, *_ in POSTS
    ]
    enrichments = [
        {
            "channel": "forum",
            "post_id": post,
            "tone": TONES[tone],
            "topics": topics,
            "brands": BRANDS.get(post, []),
            "relevance_ratio": 1.0 * relevant,
            "is_relevant": relevant,
        }
        for post, _, _, tone, topics, relevant in POSTS
        if relevant is not None
    ]
    accounts = pa.table({"channel": ["forum", "forum"], "profile_id": ["company", "robot"]})
    found = indicators(
        posts,
        enrichments,
        accounts,
        ({"channel": "forum", "profile_id": "ada", "authority_class": "A"},),
        {"forum": 8},
        monitored=Monitored(own_brands=("Alder",), has_competitors=True),
    )
    return {
        (row["indicator_id"], row["grain"], row["period_start"], row["dimension"], row["dimension_value"]): row
        for row in found.to_pylist()
    }


def _parts(row: dict) -> tuple:
    return row["numerator"], row["denominator"], row["observations_count"], row["coverage_ratio"]


def test_volume_counts_relevant_posts_of_customers(rows: dict) -> None:
    assert _parts(rows["volume", "all", BEGINNING, "all", "all"]) == (5, None, 5, pytest.approx(6 / 7))
    assert _parts(rows["volume", "day", date(2025, 3, 3), "all", "all"]) == (4, None, 4, 1.0)
    assert _parts(rows["volume", "day", date(2025, 3, 4), "channel", "forum"]) == (1, None, 1, 0.5)


def test_a_post_on_two_topics_counts_once_in_each(rows: dict) -> None:
    assert rows["volume", "all", BEGINNING, "topic", "coffee"]["value"] == 3
    assert rows["volume", "all", BEGINNING, "topic", "price"]["value"] == 2


def test_net_tone_divides_by_labelled_opinions(rows: dict) -> None:
    tone = rows["net_tone", "all", BEGINNING, "all", "all"]
    assert _parts(tone) == (2, 4, 4, pytest.approx(4 / 5))
    assert tone["value"] == 0.5
    assert -1 <= tone["confidence_low"] < 0.5 < tone["confidence_high"] <= 1
    assert rows["net_tone", "all", BEGINNING, "topic", "coffee"]["value"] == pytest.approx(1 / 3)


def test_net_tone_of_nothing_labelled_is_null(rows: dict) -> None:
    price = rows["net_tone", "day", date(2025, 3, 3), "topic", "price"]
    assert (price["numerator"], price["denominator"], price["value"]) == (Decimal(1), Decimal(1), 1.0)
    none = [row for row in rows.values() if row["indicator_id"] == "net_tone" and row["denominator"] == 0]
    assert all(row["value"] is None and row["confidence_low"] is None for row in none)


def test_coverage_is_sources_on_the_topic_of_those_active(rows: dict) -> None:
    # ada, bob, cyd, dan and the feed without authors are active
    assert _parts(rows["coverage", "all", BEGINNING, "all", "all"])[:2] == (3, 5)
    assert _parts(rows["coverage", "all", BEGINNING, "topic", "coffee"])[:2] == (2, 5)
    assert _parts(rows["coverage", "day", date(2025, 3, 4), "topic", "coffee"])[:2] == (1, 2)
    assert ("coverage", "all", BEGINNING, "service_type", "forum") not in rows


def test_without_topics_to_look_for_coverage_is_unknown_and_without_a_read_post_volume(indicators) -> None:
    posts = [{"channel": "x", "post_id": "1", "kind": "post", "profile_id": "a", "created_at": DAY_1}]
    found = indicators(posts, [], monitored=Monitored(has_topics=False)).to_pylist()
    total = {row["indicator_id"]: row for row in found if row["grain"] == "all" and row["dimension"] == "all"}
    assert (total["coverage"]["value"], total["coverage"]["denominator"]) == (None, 1)
    assert total["coverage"]["missing_reason"] == "company.yaml names no topics"
    assert total["volume"]["value"] is None


def test_days_add_up_to_months_weeks_and_all(rows: dict) -> None:
    def total(grain: str) -> Decimal:
        return sum(row["numerator"] for key, row in rows.items() if key[:2] == ("volume", grain) and key[3] == "all")

    assert total("day") == total("week") == total("month") == total("all") == 5


def _total(rows: dict, indicator: str, dimension: str = "all", value: str = "all") -> tuple:
    row = rows[indicator, "all", BEGINNING, dimension, value]
    return row["numerator"], row["denominator"]


def test_shares_of_tone_are_of_labelled_opinions_and_the_unlabelled_share_is_of_all(rows: dict) -> None:
    assert _total(rows, "tone_positive_ratio") == (3, 4)
    assert _total(rows, "tone_negative_ratio") == (1, 4)
    assert _total(rows, "tone_neutral_ratio") == (0, 4)
    assert _total(rows, "unlabelled_ratio") == (1, 5)


def test_topic_mentions_count_a_post_for_each_of_its_topics(rows: dict) -> None:
    assert _total(rows, "topic_mentions") == (5, None)  # four posts: coffee, price; coffee; price; coffee
    assert _total(rows, "topic_mentions", "topic", "coffee") == (3, None)


def test_share_of_voice_is_of_the_mentions_of_all_monitored_brands(rows: dict) -> None:
    """Posts 1 and 3 mention the company's brand, 1 and 2 the competitor's; 5 is not relevant and 8 the company's own."""
    assert _total(rows, "share_of_voice") == (2, 4)
    assert _total(rows, "share_of_voice", "brand", "Kestrel") == (2, 4)
    assert _total(rows, "share_of_voice", "topic", "coffee") == (1, 3)


def test_participants_are_new_once(rows: dict) -> None:
    assert _total(rows, "posts") == (7, None)
    assert _total(rows, "posts", "authority_class", "A") == (2, None)
    assert _total(rows, "volume", "authority_class", "A") == (2, None)
    assert _total(rows, "participants") == (4, None)
    assert _total(rows, "participation_ratio", "channel", "forum") == (4, 8)
    new = {
        key[2].day: row["value"]
        for key, row in rows.items()
        if key[:2] == ("new_participants", "day") and key[3] == "all"
    }
    assert new == {3: 4, 4: 0}
    assert rows["participants", "day", DAY_2.date(), "all", "all"]["value"] == 1  # the feed's author is not known


def test_accounts_of_people_and_their_classes(frame) -> None:
    profiles = pa.table({"channel": ["x", "x", "y"], "profile_id": ["1", "care", "2"]})
    assert accounts_by_channel(profiles, pa.table({"channel": ["x"], "profile_id": ["care"]})) == {"x": 1, "y": 1}
    classes = [("2026-01", "D"), ("all", "B")]
    influencers = [{"person_id": "A", "period": period, "authority_class": its} for period, its in classes]
    link = {"record_kind": "profile", "record_place": "x", "linked_record_id": "1", "person_id": "A"}
    links = frame("silver.person_links", link, link | {"record_kind": "ticket", "linked_record_id": "9"})
    found = authority_classes(frame("gold.influencers", *influencers), links)
    assert pa.table(found.toArrow()).to_pylist() == [{"channel": "x", "profile_id": "1", "authority_class": "B"}]


def test_without_competitors_there_is_no_share_of_voice(indicators) -> None:
    posts = [{"channel": "x", "post_id": "1", "kind": "post", "profile_id": "a", "created_at": DAY_1}]
    enriched = [{"channel": "x", "post_id": "1", "brands": ["Alder"], "relevance_ratio": 1.0, "is_relevant": True}]
    found = indicators(posts, enriched, monitored=Monitored(own_brands=("Alder",))).to_pylist()
    reasons = {row["missing_reason"] for row in found if row["indicator_id"] == "share_of_voice"}
    assert reasons == {"company.yaml names no own brand, or no competitor"}


written = st.tuples(
    st.sampled_from(("x", "forum")),
    st.sampled_from(("ada", "bob", "cyd", None)),
    st.integers(0, 40),
    st.sampled_from(("positive", "negative", "neutral", None)),
    st.sets(st.sampled_from(("coffee", "price"))),
    st.sets(st.sampled_from(("Alder", "Kestrel"))),
    st.booleans(),
)


# few and large, and not made smaller: each is a run of the engine
@settings(max_examples=3, deadline=None, phases=[Phase.generate])
@given(st.lists(written, min_size=20, max_size=60))
def test_random_posts_agree_with_pandas_and_add_up(indicators, written: list[tuple]) -> None:
    frame = pd.DataFrame(written, columns=["channel", "author", "offset", "tone", "topics", "brands", "is_relevant"])
    frame["post_id"] = [str(number) for number in range(len(frame))]
    frame["at"] = [datetime(2025, 3, 1, tzinfo=UTC) + timedelta(days=days) for days in frame["offset"]]
    frame["month"] = [at.date().replace(day=1) for at in frame["at"]]
    posts = [
        {"channel": row.channel, "post_id": row.post_id, "kind": "post", "profile_id": row.author, "created_at": row.at}
        for row in frame.itertuples()
    ]
    enrichments = [
        {"channel": row.channel, "post_id": row.post_id, "tone": row.tone, "topics": sorted(row.topics)}
        | {"brands": sorted(row.brands), "is_relevant": row.is_relevant, "relevance_ratio": 1.0}
        for row in frame.itertuples()
    ]
    monitored = Monitored(own_brands=("Alder",), has_competitors=True)
    rows = indicators(posts, enrichments, monitored=monitored).to_pandas()
    total = rows[rows["dimension"] == "all"].set_index(["indicator_id", "grain", "period_start"])
    known = frame[frame["author"].notna()]
    first = known.groupby(["channel", "author"])["at"].transform("min")
    for month, of in frame.groupby("month"):
        relevant = of[of["is_relevant"]]

        def parts(indicator: str, month: date = month) -> tuple:
            row = total.loc[(indicator, "month", month)]
            return int(row["numerator"]), int(row["denominator"] or 0)

        labelled = relevant["tone"].notna().sum()
        assert parts("volume")[0] == len(relevant)
        assert parts("topic_mentions")[0] == relevant["topics"].map(len).sum()
        assert parts("tone_positive_ratio") == ((relevant["tone"] == "positive").sum(), labelled)
        assert parts("tone_neutral_ratio") == ((relevant["tone"] == "neutral").sum(), labelled)
        assert parts("unlabelled_ratio") == (len(relevant) - labelled, len(relevant))
        own = relevant["brands"].map(lambda brands: "Alder" in brands).sum()
        assert parts("share_of_voice") == (own, relevant["brands"].map(len).sum())
        authors = known[known["month"] == month]
        if len(authors):
            assert parts("participants")[0] == authors.groupby(["channel", "author"]).ngroups
            new = authors[authors["at"] == first[authors.index]]
            assert parts("new_participants")[0] == new.groupby(["channel", "author"]).ngroups
    for indicator in ("volume", "posts", "topic_mentions"):
        of = rows[rows["indicator_id"] == indicator]
        assert of[of["dimension"] == "all"].groupby("grain")["numerator"].sum().nunique() == 1
        by_dimension = of[of["grain"] == "all"].groupby("dimension")["numerator"].sum()
        assert by_dimension["channel"] == by_dimension["all"]
    mentions = rows[(rows["indicator_id"] == "topic_mentions") & (rows["grain"] == "all")]
    by_topic = mentions[mentions["dimension"] == "topic"]["numerator"].sum()
    assert int(by_topic) == int(mentions[mentions["dimension"] == "all"]["numerator"].sum())
