import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median
from xml.etree.ElementTree import parse

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from pyspark.sql import functions as F
from recounted import (
    FEW,
    HALF,
    SEEDS,
    ZONES,
    Group,
    assert_adds_up,
    assert_agree,
    business_clock,
    collected,
    lasting,
    local_day,
    moment,
    recounted,
    some,
)

from jobs.engine import sessions
from jobs.lake import arrow
from transformations.contracts import contract
from transformations.identity.accounts import OWN_TYPES
from transformations.indicators import grouping, waiting
from transformations.indicators.durations import COUNTED
from transformations.indicators.waiting import REPLY_DIMENSIONS, SUBJECTS, Cost
from transformations.social import response
from transformations.social.business_hours import SPAN_TYPES, Calendar, open_spans, with_business_seconds
from transformations.social.replies import STAFF_TYPES, company_replies

BEGINNING = date(1970, 1, 1)
NOBODY = pa.table(
    {
        "channel": pa.array([], pa.string()),
        "profile_id": pa.array([], pa.string()),
        "is_company": pa.array([], pa.bool_()),
        "is_bot": pa.array([], pa.bool_()),
    }
)
KINDS = {"1": "question", "2": "answer"}


AS_OF = datetime(2021, 6, 30, tzinfo=UTC)
MAY, JUNE = (datetime(2021, *day, tzinfo=UTC) for day in ((5, 31), (6, 1)))


def _post(post_id: str, kind: str, author: str, at: datetime, **more: object) -> dict:
    shared = {"channel": "a", "service_type": "forum", "post_id": post_id, "kind": kind, "profile_id": author}
    return shared | {"created_at": at} | more


def _asked(post_id: str, at: datetime, seconds: float | None, answerer: str = "bob", **more: object) -> list[dict]:
    """A question by ada, and its answer after so many seconds."""
    question = _post(post_id, "question", "ada", at, root_post_id=post_id, **more)
    if seconds is None:
        return [question]
    answered_at = at + timedelta(seconds=seconds)
    return [question, _post(f"{post_id}-a", "answer", answerer, answered_at, parent_post_id=post_id, **more)]


def _table(posts: list[dict]) -> pa.Table:
    return pa.Table.from_pylist(posts, arrow.schema_of(contract("silver.posts")))


@pytest.fixture(scope="module")
def computed(spark):
    """computed(posts): the indicators of waiting for posts, as the engine adds them up."""

    def of(
        posts: list[dict],
        accounts: pa.Table = NOBODY,
        *,
        as_of: datetime = AS_OF,
        subjects: tuple[dict, ...] = (),
        calendar: Calendar | None = None,
        cost: Cost | None = None,
        zone: str = "UTC",
    ) -> pa.Table:
        written = sessions.frame(spark, _table(posts), contract("silver.posts").ddl)
        read = contract("silver.post_enrichments")
        enrichments = pa.Table.from_pylist(list(subjects), arrow.schema_of(read))
        own = sessions.frame(spark, accounts, OWN_TYPES)
        answers = response.answers(written, own, as_of)
        awaiting = response.first_response(written, own, as_of, sessions.frame(spark, enrichments, read.ddl))
        counted = {
            "answer": collected(waiting.waits(answers, "answer", zone), COUNTED),
            "response": collected(waiting.waits(awaiting, "response", zone, subjects=True), COUNTED),
        }
        if calendar:
            spans = sessions.frame(
                spark, open_spans(calendar, min(post["created_at"] for post in posts), as_of), SPAN_TYPES
            )
            ends = awaiting.withColumn("until", F.coalesce("first_response_at", "censored_at"))
            timed = with_business_seconds(ends, spans, ("channel", "post_id"), "created_at", "until", zone)
            business = waiting.waits(timed, "response", zone, subjects=True, seconds="business_seconds")
            counted["business"] = collected(business, COUNTED)
        heard = response.heard(written, own, as_of)
        return waiting.wait_indicators(
            counted,
            collected(waiting.answer_groups(answers, zone), waiting.ANSWERED),
            collected(waiting.awaited_groups(heard, awaiting, zone), waiting.AWAITED),
            cost,
        )

    return of


@pytest.fixture(scope="module")
def indicators(computed):
    """As computed, by indicator, grain, beginning of the period, dimension and its value."""

    def of(*arguments: object, **more: object) -> dict[tuple, dict]:
        names = ("indicator_id", "grain", "period_start", "dimension", "dimension_value")
        return {tuple(row[name] for name in names): row for row in computed(*arguments, **more).to_pylist()}

    return of


def test_medians_with_and_without_what_is_open(indicators) -> None:
    rows = indicators(
        [
            *_asked("1", MAY, 10),
            *_asked("2", MAY, 20),
            *_asked("3", JUNE, None),
            *_asked("4", JUNE, 40, channel="b", service_type=None),
            _post("5", "comment", "cyd", JUNE + timedelta(seconds=30)),  # until here the channel was watched
        ]
    )
    censored = rows["first_answer_seconds", "all", BEGINNING, "all", "all"]
    assert (censored["numerator"], censored["denominator"]) == (70, 3)
    assert (censored["value"], censored["observations_count"], censored["coverage_ratio"]) == (20.0, 4, 0.75)
    answered = rows["first_answer_seconds_answered", "all", BEGINNING, "all", "all"]
    assert (answered["value"], answered["observations_count"]) == (20.0, 3)
    assert rows["first_answer_seconds", "week", date(2021, 5, 31), "all", "all"]["observations_count"] == 4
    assert rows["first_answer_seconds", "month", date(2021, 6, 1), "channel", "a"]["value"] is None  # all open
    assert rows["first_answer_seconds", "month", date(2021, 6, 1), "channel", "b"]["value"] == 40.0
    assert {key[3:] for key in rows if key[3] == "service_type"} == {("service_type", "forum")}
    assert not [key for key in rows if key[0] == "first_response_seconds"]
    assert {key[1] for key in rows if key[0] == "first_answer_seconds"} == {"all", "month", "week"}


def test_the_companys_responses_are_waited_for_too(indicators) -> None:
    company = pa.table({"channel": ["a"], "profile_id": ["care"], "is_company": [True], "is_bot": [False]})
    rows = indicators([*_asked("1", MAY, 10, "care"), *_asked("2", MAY, None)], company)
    response = rows["first_response_seconds", "all", BEGINNING, "channel", "a"]
    assert (response["value"], response["observations_count"], response["coverage_ratio"]) == (10.0, 2, 0.5)


def test_peers_are_counted_among_answered_questions(indicators) -> None:
    rows = indicators(
        [*_asked("1", MAY, 10), *_asked("2", MAY, 10, "ada"), *_asked("3", MAY, None), *_asked("4", MAY, 10, None)]
    )
    row = rows["peer_answer_ratio", "day", MAY.date(), "all", "all"]
    assert (row["numerator"], row["denominator"], row["value"]) == (1, 3, pytest.approx(1 / 3))
    assert row["coverage_ratio"] == pytest.approx(2 / 3)
    assert 0 < row["confidence_low"] < 1 / 3 < row["confidence_high"] < 1


def test_accepted_answers_are_of_answered_questions_where_answers_are_accepted(indicators) -> None:
    accepted = _asked("1", MAY, 10)
    accepted[0]["accepted_answer_id"] = "1-a"
    marked = _asked("2", MAY, 10)
    marked[1]["is_accepted_answer"] = True
    elsewhere = _asked("4", MAY, 10, channel="b")
    rows = indicators([*accepted, *marked, *_asked("3", MAY, 10), *_asked("5", MAY, None), *elsewhere])
    row = rows["answer_accuracy", "all", BEGINNING, "all", "all"]
    assert (row["numerator"], row["denominator"], row["coverage_ratio"]) == (2, 3, 0.75)
    unknown = rows["answer_accuracy", "all", BEGINNING, "channel", "b"]
    assert (unknown["value"], unknown["missing_reason"]) == (None, "no channel reports which answers are accepted")


def test_nine_in_ten_wait_no_longer_than(indicators) -> None:
    company = pa.table({"channel": ["a"], "profile_id": ["care"], "is_company": [True], "is_bot": [False]})
    asked = [post for number in range(1, 11) for post in _asked(str(number), MAY, 10 * number, "care")]
    rows = indicators(asked, company)
    row = rows["first_response_p90_seconds", "all", BEGINNING, "all", "all"]
    assert (row["value"], row["denominator"]) == (90.0, 10)
    assert rows["first_response_seconds", "all", BEGINNING, "all", "all"]["value"] == 50.0


CARE = pa.table({"channel": ["a"], "profile_id": ["care"], "is_company": [True], "is_bot": [False]})


def test_business_hours_alone_count_where_conf_names_them(indicators) -> None:
    """31 May 2021 is a Monday; the second question is asked at its midnight, and answered on Tuesday at ten."""
    open_at_nine = Calendar({"monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"]})
    posts = [*_asked("1", MAY.replace(hour=10), 600, "care"), *_asked("2", MAY, 34 * 3600, "care")]
    row = indicators(posts, CARE, calendar=open_at_nine)[
        "first_response_business_seconds", "all", BEGINNING, "channel", "a"
    ]
    assert (row["value"], row["numerator"], row["denominator"]) == (600.0, 600 + 9 * 3600, 2)
    holiday = Calendar(open_at_nine.hours, [MAY.date()])
    row = indicators(posts, CARE, calendar=holiday)["first_response_business_seconds", "all", BEGINNING, "all", "all"]
    assert row["numerator"] == 3600
    unknown = indicators(posts, CARE)["first_response_business_seconds", "all", BEGINNING, "all", "all"]
    assert (unknown["value"], unknown["missing_reason"]) == (None, "company.yaml names no business_hours")


def test_open_ones_wait_in_business_hours_until_the_end_of_the_data(indicators) -> None:
    calendar = Calendar({"tuesday": ["09:00-17:00"]})
    posts = [*_asked("1", MAY, None), _post("2", "comment", "cyd", JUNE.replace(hour=11))]
    row = indicators(posts, CARE, calendar=calendar)["first_response_business_seconds", "all", BEGINNING, "all", "all"]
    assert (row["value"], row["observations_count"], row["coverage_ratio"]) == (None, 1, 0.0)


def test_responses_by_what_the_posts_are_about(indicators) -> None:
    subjects = ({"channel": "a", "post_id": "1", "topics": ["tea", "pots"], "brands": ["Acme"]},)
    rows = indicators([*_asked("1", MAY, 10, "care"), *_asked("2", MAY, 30, "care")], CARE, subjects=subjects)
    of = {key[3:]: row["value"] for key, row in rows.items() if key[:2] == ("first_response_seconds", "all")}
    assert of == {
        ("all", "all"): 10.0,
        ("channel", "a"): 10.0,
        ("service_type", "forum"): 10.0,
        ("topic", "tea"): 10.0,
        ("topic", "pots"): 10.0,
        ("brand", "Acme"): 10.0,
    }


def test_posts_that_await_nothing_are_counted_beside(indicators) -> None:
    posts = [*_asked("1", MAY, 10, "care"), _post("2", "post", "cyd", MAY), _post("3", "post", "cyd", MAY, channel="b")]
    row = indicators(posts, CARE)["awaited_response_ratio", "all", BEGINNING, "all", "all"]
    assert (row["numerator"], row["denominator"]) == (1, 2)


def test_replies_saved_are_those_of_questions_that_only_peers_answered(indicators) -> None:
    both = [*_asked("2", MAY, 10), _post("2-b", "answer", "care", JUNE, parent_post_id="2")]
    posts = [*_asked("1", MAY, 10), *both, *_asked("3", MAY, 10, "care"), *_asked("4", MAY, None)]
    row = indicators(posts, CARE, cost=Cost(Decimal("4.50"), "EUR"))["replies_saved", "all", BEGINNING, "all", "all"]
    assert (row["value"], row["unit"], row["observations_count"]) == (4.5, "EUR", 3)
    unknown = indicators(posts, CARE)["replies_saved", "all", BEGINNING, "all", "all"]
    assert (unknown["value"], unknown["missing_reason"]) == (None, "company.yaml gives no reply_cost")


def test_each_reply_of_the_company_counts_from_the_post_that_it_answers(frame, by_group, spark) -> None:
    own = pa.table(
        {
            "channel": ["a"] * 3,
            "profile_id": ["care", "mia", "robot"],
            "is_company": [True, True, True],
            "is_bot": [False, False, True],
        }
    )
    staff = pa.table({"channel": ["a"], "account": ["mia"], "staff_id": ["S1"], "department": ["Support"]})
    posts = [
        *_asked("1", MAY, 10, "care"),
        _post("1-b", "comment", "mia", MAY + timedelta(seconds=100), parent_post_id="1"),
        _post("2", "post", "bob", MAY),  # it asks for nothing, and has a reply all the same
        _post("2-a", "comment", "mia", MAY + timedelta(seconds=40), parent_post_id="2"),
        _post("2-b", "comment", "robot", MAY + timedelta(seconds=1), parent_post_id="2"),
        _post("2-c", "comment", "care", MAY + timedelta(seconds=50), parent_post_id="2-a"),  # to a colleague
        _post("2-d", "comment", "care", MAY - timedelta(seconds=50), parent_post_id="2"),  # older than its post
        _post("2-e", "comment", "care", AS_OF, parent_post_id="2"),  # not yet written
    ]
    subjects = {"channel": "a", "post_id": "1", "topics": ["tea"], "brands": ["Acme"]}
    found = company_replies(
        frame("silver.posts", *posts),
        sessions.frame(spark, own, OWN_TYPES),
        sessions.frame(spark, staff, STAFF_TYPES),
        frame("silver.post_enrichments", subjects),
        "UTC",
        AS_OF,
    )
    counted = grouping.durations(
        found.withColumn("ended", F.lit(True)), grains=("all", "month"), one=REPLY_DIMENSIONS, many=SUBJECTS
    )
    counts = pa.table(counted.toArrow()).select(COUNTED.names).cast(COUNTED)
    nothing = waiting.ANSWERED.empty_table(), waiting.AWAITED.empty_table()
    found = waiting.wait_indicators({"reply": counts, "business": COUNTED.empty_table()}, *nothing)
    rows = by_group(found)
    of = {key[3:]: (row["value"], row["denominator"]) for key, row in rows.items() if key[1] == "all"}
    assert of == {
        ("all", "all"): (40.0, 3),
        ("channel", "a"): (40.0, 3),
        ("service_type", "forum"): (40.0, 3),
        ("staff", "S1"): (70.0, 2),
        ("topic", "tea"): (55.0, 2),
        ("brand", "Acme"): (55.0, 2),
    }
    assert rows["reply_seconds", "month", "05-01", "all", "all"]["numerator"] == 150


def test_nothing_waited_for_gives_no_rows(indicators) -> None:
    assert {key[0] for key in indicators([])} == {"first_response_business_seconds"}


def _median_with_open_ones(seconds: np.ndarray, ended: np.ndarray) -> float:
    """Kaplan-Meier, step by step: the first time at which at most half still wait."""
    survival = 1.0
    for time in np.unique(seconds[ended]):
        survival *= 1 - ((seconds == time) & ended).sum() / (seconds >= time).sum()
        if survival <= 0.5:
            return float(time)
    raise AssertionError("the curve stays above one half")


def test_stack_exchange(computed, shared_data: Path) -> None:
    """Median time to the first answer, against an independent computation from the XML."""
    rows = [element.attrib for element in parse(shared_data / "stackexchange_cardano" / "Posts.xml").getroot()]
    frame = pd.DataFrame(rows)
    frame["at"] = pd.to_datetime(frame["CreationDate"], utc=True)
    first = frame[frame["PostTypeId"] == "2"].groupby("ParentId")["at"].min()
    asked = frame[frame["PostTypeId"] == "1"].set_index("Id")["at"]
    took = (first.reindex(asked.index) - asked).dt.total_seconds()
    watched = took.fillna((frame["at"].max() - asked).dt.total_seconds())

    posts = [
        {
            "channel": "forum",
            "service_type": "forum",
            "post_id": row["Id"],
            "kind": KINDS.get(row["PostTypeId"], "article"),
            "profile_id": row.get("OwnerUserId"),
            "parent_post_id": row.get("ParentId"),
            "created_at": datetime.fromisoformat(row["CreationDate"] + "Z"),
        }
        for row in rows
    ]
    found = computed(posts, as_of=datetime(2022, 1, 1, tzinfo=UTC)).to_pylist()
    values = {row["indicator_id"]: row for row in found if row["grain"] == "all" and row["dimension"] == "all"}

    assert values["first_answer_seconds_answered"]["value"] == pytest.approx(took.median())
    assert values["first_answer_seconds_answered"]["value"] / 3600 == pytest.approx(4.22, abs=0.005)
    assert values["first_answer_seconds"]["value"] == pytest.approx(
        _median_with_open_ones(watched.to_numpy(), took.notna().to_numpy())
    )
    assert values["first_answer_seconds"]["value"] / 3600 == pytest.approx(5.22, abs=0.005)
    assert values["first_answer_seconds"]["observations_count"] == len(asked) == 1042
    assert "first_response_seconds" not in values  # no company's account

    peers = frame[frame["PostTypeId"] == "2"].merge(frame, left_on="ParentId", right_on="Id", suffixes=("", "_q"))
    peers = peers[(peers["OwnerUserId"] != peers["OwnerUserId_q"]) & peers["OwnerUserId"].notna()]
    peers = peers[peers["OwnerUserId_q"].notna()]
    ratio = values["peer_answer_ratio"]
    assert ratio["numerator"] == peers["ParentId"].nunique()
    assert ratio["denominator"] == int(took.notna().sum())


MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)
OWN = {("x", "care"): "company", ("x", "robot"): "company's bot", ("forum", "care"): "company", ("blog", "feed"): "bot"}
HOURS = {"monday": ["09:00-17:00"], "friday": ["22:30-24:00"], "sunday": ["00:00-24:00"]}
OTHERS = ("message", "comment", "post")
Place = tuple[str, str]
"""A post: its channel, and its ID there."""


def _own_accounts() -> pa.Table:
    return pa.table(
        {
            "channel": [channel for channel, _ in OWN],
            "profile_id": [profile for _, profile in OWN],
            "is_company": ["company" in kind for kind in OWN.values()],
            "is_bot": ["bot" in kind for kind in OWN.values()],
        }
    )


def _written(draw: random.Random, number: int, before: list[dict]) -> dict:
    """A post that opens a thread or answers one of before, mostly later; the blog is of others, and accepts no answers."""
    channel = draw.choice(("x", "forum", "blog"))
    there = [post for post in before if post["channel"] == channel]
    parent = some(draw, *there[-8:], nulls=0.3) if there else None
    is_asked = parent is not None and parent["kind"] == "question"
    post = {
        "channel": channel,
        "service_type": some(draw, "forum", "microblog"),
        "post_id": str(number // 2),  # of two channels
        "kind": draw.choice(
            ("answer", "answer", "comment") if is_asked else ("question", "question", "answer", *OTHERS)
        ),
        "profile_id": some(draw, "ada", "bob", "cyd", "care", "care", "robot", "feed", nulls=0.1),
        "created_at": moment(draw),
    }
    post["root_post_id"] = some(draw, post["post_id"])
    if parent:
        post["parent_post_id"] = parent["post_id"]
        post["root_post_id"] = parent["root_post_id"] or parent["post_id"]
        post["created_at"] = parent["created_at"] + HALF * draw.randrange(-3, 100)
    elif draw.random() < 0.1:
        post["parent_post_id"] = "gone"
    if channel == "x" and post["kind"] == "answer":
        post["is_accepted_answer"] = some(draw, True, False, False)
    if channel == "forum" and is_asked and post["kind"] == "answer":
        parent["accepted_answer_id"] = some(draw, post["post_id"], nulls=0.8) or parent.get("accepted_answer_id")
    return post


def _posts_of(draw: random.Random, count: int) -> list[dict]:
    posts: dict[Place, dict] = {}
    for number in range(count):
        post = _written(draw, number, list(posts.values()))
        posts.setdefault((post["channel"], post["post_id"]), post)
    return list(posts.values())


def _is(post: dict, what: str) -> bool:
    return what in OWN.get((post["channel"], post["profile_id"]), "")


def _is_of_others(post: dict) -> bool:
    return (post["channel"], post["profile_id"]) not in OWN


class Lake:
    """Posts of before MARCH: how to find them, and when each channel was last heard of."""

    def __init__(self, posts: list[dict]) -> None:
        self.posts = [post for post in posts if post["created_at"] < MARCH]
        self.of = {(post["channel"], post["post_id"]): post for post in self.posts}
        self.children: dict[Place, list[dict]] = defaultdict(list)
        self.threads: dict[Place, list[dict]] = defaultdict(list)
        self.last: dict[str, datetime] = {}
        for post in self.posts:
            self.children[post["channel"], post.get("parent_post_id")].append(post)
            self.threads[post["channel"], post["root_post_id"]].append(post)
            self.last[post["channel"]] = max(post["created_at"], self.last.get(post["channel"], post["created_at"]))

    def replies(self, post: dict, *, in_thread: bool) -> list[dict]:
        """What answers a post and is not older: its replies, or these and all in the thread that it opened."""
        key = post["channel"], post["post_id"]
        found = self.children[key] + (self.threads[key] if in_thread else [])
        return [its for its in found if its["created_at"] >= post["created_at"]]

    def wait(self, post: dict, replies: list[dict]) -> dict:
        end = min((its["created_at"] for its in replies), default=None)
        until = end or self.last[post["channel"]]
        return {"until": until, "seconds": (until - post["created_at"]) // timedelta(seconds=1), "is_ended": bool(end)}


def _question(lake: Lake, post: dict, accepting: set[str]) -> dict:
    answers = [its for its in lake.replies(post, in_thread=False) if its["kind"] == "answer" and not _is(its, "bot")]
    known = [its for its in answers if its["profile_id"] and post["profile_id"]]
    chosen = [
        its for its in answers if its.get("is_accepted_answer") or its["post_id"] == post.get("accepted_answer_id")
    ]
    return lake.wait(post, answers) | {
        "is_known": bool(known),
        "by_peer": any(_is_of_others(its) and its["profile_id"] != post["profile_id"] for its in known),
        "by_company": any(_is(its, "company") for its in answers),
        "is_judged": bool(answers) and post["channel"] in accepting,
        "is_accepted": bool(chosen),
    }


def _awaits(lake: Lake, post: dict, intent: str | None) -> bool:
    """Whether a post of somebody else asks for something, and opens a thread or answers the company."""
    parent = lake.of.get((post["channel"], post.get("parent_post_id")))
    asks = post["kind"] in ("question", "message") or (post["kind"] != "answer" and intent in ("question", "complaint"))
    return asks and (post.get("parent_post_id") is None or (parent is not None and _is(parent, "company")))


def _of_ended(group: Group) -> dict:
    """The median of what has ended alone."""
    done = [row["seconds"] for row in group.rows if row["is_ended"]]
    numbers = {"value": median(done) if done else None, "observations_count": len(done)}
    return lasting(Fraction(1, 2))(group) | numbers


def _answered(group: Group, is_one: str, times: Decimal | None = None) -> dict:
    answered = [row for row in group.rows if row["is_ended"]]
    known = sum(row["is_known"] for row in answered)
    number = sum(row[is_one] for row in answered) * (times or 1)
    return {
        "numerator": None if answered and not known else number,
        "denominator": None if times else len(answered),
        "observations_count": len(answered),
        "coverage_ratio": known / len(answered) if answered else None,
    }


def _accuracy(group: Group) -> dict:
    answered, judged = group.count(lambda row: row["is_ended"]), group.count(lambda row: row["is_judged"])
    accepted = group.count(lambda row: row["is_judged"] and row["is_accepted"])
    return {
        "numerator": None if answered and not judged else accepted,
        "denominator": judged,
        "observations_count": judged,
        "coverage_ratio": judged / answered if answered else None,
    }


def _awaited(group: Group) -> dict:
    count = len(group.rows)
    return {"numerator": group.count(lambda row: row["awaits"]), "denominator": count, "observations_count": count}


def _placed(post: dict, zone: str, read: dict[Place, dict]) -> dict:
    """The dimensions of a post."""
    its = read.get((post["channel"], post["post_id"]), {})
    subjects = {"topic": its.get("topics") or [], "brand": its.get("brands") or []}
    day = {"day": local_day(post["created_at"], zone)}
    return {name: post[name] for name in ("channel", "service_type", "created_at")} | subjects | day


def _read(draw: random.Random, posts: list[dict]) -> dict[Place, dict]:
    """What enrichment says of most posts."""
    return {
        (post["channel"], post["post_id"]): {"channel": post["channel"], "post_id": post["post_id"]}
        | {"intent": some(draw, "question", "complaint", "praise"), "relevance_ratio": 1.0, "is_relevant": True}
        | {"topics": some(draw, ["tea"], ["tea", "pots"], ["pots", "pots"], []), "brands": some(draw, ["Acme"], [])}
        for post in posts
        if draw.random() < 0.8
    }


@settings(FEW, max_examples=2)  # business hours cost the engine seconds
@given(SEEDS)
def test_random_waits_agree_with_a_second_count(computed, seed: int) -> None:
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    posts = _posts_of(draw, 300)
    read = _read(draw, posts)
    found = computed(
        posts,
        _own_accounts(),
        as_of=MARCH,
        subjects=tuple(read.values()),
        calendar=Calendar(HOURS, (), zone),
        cost=Cost(Decimal("4.50"), "EUR"),
        zone=zone,
    )

    lake, business = Lake(posts), business_clock(HOURS, (), zone)
    accepting = {
        post["channel"] for post in lake.posts if post.get("is_accepted_answer") or post.get("accepted_answer_id")
    }
    asked = [
        _placed(post, zone, read) | _question(lake, post, accepting)
        for post in lake.posts
        if post["kind"] == "question" and not _is(post, "bot")
    ]
    for row in asked:
        row["by_peer_alone"] = row["by_peer"] and not row["by_company"]
    heard, waiting_rows = [], []
    for post in lake.posts:
        if post["channel"] != "blog" and _is_of_others(post):
            awaits = _awaits(lake, post, read.get((post["channel"], post["post_id"]), {}).get("intent"))
            heard.append(_placed(post, zone, read) | {"awaits": awaits})
            if awaits:
                replies = lake.replies(post, in_thread=True)
                wait = lake.wait(post, [its for its in replies if _is(its, "company") and not _is(its, "bot")])
                open_for = business(post["created_at"], wait["until"])
                waiting_rows.append(_placed(post, zone, read) | wait | {"business": open_for})
    half = Fraction(1, 2)
    assert_agree(
        found,
        recounted("first_answer_seconds", asked, lasting(half)),
        recounted("first_answer_seconds_answered", asked, _of_ended),
        recounted("peer_answer_ratio", asked, lambda of: _answered(of, "by_peer")),
        recounted("replies_saved", asked, lambda of: _answered(of, "by_peer_alone", Decimal("4.50"))),
        recounted("answer_accuracy", asked, _accuracy),
        recounted("first_response_seconds", waiting_rows, lasting(half)),
        recounted("first_response_p90_seconds", waiting_rows, lasting(Fraction(9, 10))),
        recounted("first_response_business_seconds", waiting_rows, lasting(half, "business")),
        recounted("awaited_response_ratio", heard, _awaited),
    )
    assert_adds_up(found, "awaited_response_ratio", "channel")


@FEW
@given(SEEDS)
def test_random_replies_agree_with_a_second_count(frame, spark, seed: int) -> None:
    draw = random.Random(seed)
    zone = draw.choice(ZONES)
    posts = _posts_of(draw, 300)
    read = _read(draw, posts)
    staff = pa.table({"channel": ["x"], "account": ["care"], "staff_id": ["S1"], "department": ["Support"]})
    replied = company_replies(
        frame("silver.posts", *posts),
        sessions.frame(spark, _own_accounts(), OWN_TYPES),
        sessions.frame(spark, staff, STAFF_TYPES),
        frame("silver.post_enrichments", *read.values()),
        zone,
        MARCH,
    )
    counted = grouping.durations(
        replied.withColumn("ended", F.lit(True)), grains=("all", "month", "week"), one=REPLY_DIMENSIONS, many=SUBJECTS
    )
    nothing = waiting.ANSWERED.empty_table(), waiting.AWAITED.empty_table()
    found = waiting.wait_indicators({"reply": collected(counted, COUNTED), "business": COUNTED.empty_table()}, *nothing)
    lake = Lake(posts)
    rows = [
        _placed(post, zone, read) | lake.wait(post, [reply]) | {"staff": "S1" if reply["channel"] == "x" else None}
        for post in lake.posts
        if _is_of_others(post)
        for reply in lake.replies(post, in_thread=False)
        if _is(reply, "company") and not _is(reply, "bot")
    ]
    assert_agree(found, recounted("reply_seconds", rows, _of_ended))
