"""Real data that nobody here made, with known results, through the shipped example confs.

The tests of one example share its lake, and so a process; those of others go to another one.
"""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from engines import AS_IF_LARGE, by_embedded

from bench.engines import differing, hashes_of
from jobs import settings as conf
from jobs.lake import row_accounts
from jobs.lake.tables import Lake
from jobs.runner.execution import Choice, execute

NOW = datetime.now(UTC)  # when all of them land: deletions without a time hold from then on
EXAMPLES = Path(__file__).resolve().parents[2] / "conf" / "examples"


@pytest.fixture(scope="module")
def ran(shared_data, spark, tmp_path_factory):
    """Runs example confs from land to gold, one after the other on one lake, once: ran(name, …) -> lake."""
    lakes: dict[tuple[str, ...], Lake] = {}

    def run(*names: str) -> Lake:
        if names not in lakes:
            patch = pytest.MonkeyPatch()
            patch.setenv("SCRM_DATA", str(shared_data))
            patch.setenv("SCRM_LAKE", str(tmp_path_factory.mktemp(names[0])))
            for name in names:
                settings = conf.load(EXAMPLES / name)
                lake = Lake(settings.base.lake.root, lambda: spark)
                report = execute(settings, Choice(), clock=lambda: NOW, lake=lake)
                assert (report.exit_code, report.message) == (0, "")
            patch.undo()
            lakes[names] = lake
        return lakes[names]

    return run


def indicator(lake: Lake, name: str, dimension_value: str = "all") -> dict:
    (row,) = lake.rows(
        "gold.indicator_values",
        f"indicator_id = '{name}' and grain = 'all' and dimension_value = '{dimension_value}' and known_to is null",
    )
    return row


@pytest.mark.xdist_group("online_retail")
def test_online_retail_adds_up_to_what_is_known_of_it(ran):
    lake = ran("online_retail")
    rows = lake.rows("ops.row_accounts")
    assert sum(row["landed"] or 0 for row in rows) == 541_909
    assert row_accounts.mistakes(lake) == []
    accepted = {
        name: lake.arrow(name, [], with_deleted=True).num_rows or _count(lake, name)
        for name in ("silver.orders", "silver.order_lines", "silver.customers")
    }
    assert accepted == {"silver.orders": 25_900, "silver.order_lines": 541_909, "silver.customers": 4_372}
    revenue = indicator(lake, "revenue")
    assert (revenue["numerator"], revenue["observations_count"]) == (Decimal("8911407.9040"), 397_884)
    assert indicator(lake, "active_customers")["value"] == 4_338
    assert round(indicator(lake, "all_lines_total")["value"], 2) == 9_747_747.93
    flagged = lake.rows("silver.order_lines", "array_length(flags) > 0")
    assert [row["flags"] for row in flagged] == [["unit_price.not_negative"]] * 2
    assert lake.names("quarantine") == []


def _count(lake: Lake, name: str) -> int:
    return lake.sql("select count(*) as n from t", t=name).to_pylist()[0]["n"]


@pytest.mark.xdist_group("stackexchange_cardano")
def test_the_forum_answers_as_soon_as_is_known_of_it(ran):
    lake = ran("stackexchange_cardano")
    kinds = lake.sql("select kind, count(*) as n from t group by kind", t="silver.posts").to_pylist()
    counted = {row["kind"]: row["n"] for row in kinds}
    assert counted == {"question": 1_042, "answer": 1_496, "wiki_edit": 86, "article": 6, "comment": 1_829}
    assert sum(counted.values()) - counted["comment"] == 2_630
    assert _count(lake, "silver.profiles") == 3_988
    answered, waiting = indicator(lake, "first_answer_seconds_answered"), indicator(lake, "first_answer_seconds")
    assert round(answered["value"] / 3600, 2) == 4.22
    assert round(waiting["value"] / 3600, 2) == 5.22
    assert indicator(lake, "first_response_seconds")["value"] is None
    assert row_accounts.mistakes(lake) == []


@pytest.mark.xdist_group("stackexchange_cardano")
def test_every_post_of_the_forum_is_in_one_conversation(ran):
    lake = ran("stackexchange_cardano")
    rows = lake.rows("silver.conversations")
    assert len(rows) == 1_042 + 86 + 6  # questions, wiki pages and articles begin one; answers and comments join them
    assert sum(row["turns_count"] + row["bot_turns_count"] for row in rows) == 4_459
    for row in rows:
        turns = row["company_turns_count"] + row["customer_turns_count"] + row["other_turns_count"]
        assert row["turns_count"] == turns == row["other_turns_count"]  # the company is not there, nor is an ERP
        assert row["direction"] == ("customer_to_customer" if turns else None)
        assert row["participants_count"] <= turns
        assert row["started_at"] <= row["last_turn_at"]
    begun = {row["conversation_id"]: row["started_at"] for row in rows}
    questions = lake.rows("silver.posts", "kind = 'question'")
    assert all(begun[row["post_id"]] <= row["created_at"] for row in questions)
    tagged = lake.arrow("silver.posts", ["tags"]).to_pylist()
    assert _count(lake, "silver.taggings") == sum(len(set(row["tags"] or ())) for row in tagged) == 2_408


@pytest.mark.xdist_group("jaffle_shop")
def test_jaffle_shop_keeps_cents_keys_and_the_given_persons(ran):
    lake = ran("jaffle_shop")
    counts = {name: _count(lake, f"silver.{name}") for name in ("customers", "orders", "order_lines", "costs", "posts")}
    assert counts == {"customers": 930, "orders": 73_259, "order_lines": 107_284, "costs": 65, "posts": 21_611}
    import pandas as pd

    paths = {Path(row["path"]).name: Path(row["path"]) for row in lake.rows("ops.batches")}
    total = pd.read_csv(paths["raw_orders.csv"])["order_total"].sum()
    assert indicator(lake, "revenue")["numerator"] == Decimal(int(total)) / 100
    tweeters = pd.read_csv(paths["raw_tweets.csv"])["user_id"].nunique()
    linked = indicator(lake, "linked_customer_ratio")
    assert (int(linked["numerator"]), int(linked["denominator"])) == (tweeters, 930)
    assert row_accounts.mistakes(lake) == []


@pytest.mark.usefixtures("jvm")
@pytest.mark.parametrize(
    ("names", "as_if"),
    [
        pytest.param(names, as_if, marks=pytest.mark.xdist_group(names[0]), id="-".join([*names, as_if]))
        for names, as_if in (
            (("online_retail",), "small"),
            (("jaffle_shop",), "small"),
            (("stackexchange_cardano",), "small"),
            (("stackexchange_cardano",), "large"),
            (("snowplow_web",), "small"),
            (("snowplow_web",), "large"),
            (("platforms",), "small"),
            (("platforms",), "large"),
            (("snb", "snb_updated"), "small"),
            (("snb", "snb_updated"), "large"),
        )
    ],
)
def test_the_embedded_engine_ends_in_the_same_content(ran, shared_data, tmp_path, names, as_if):
    """large: nothing is held in memory, and every table is handled as a large one. The two largest are tried as they are."""
    about = {"SCRM_DATA": str(shared_data)} | (AS_IF_LARGE if as_if == "large" else {})
    for name in names:
        made = by_embedded(EXAMPLES / name, tmp_path / "lake", NOW, **about)
    found, expected = hashes_of(made), hashes_of(ran(*names))
    assert len(expected) > 20
    assert differing(found, expected) == []
