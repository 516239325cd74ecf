from datetime import UTC, date, datetime

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.engine import sessions
from transformations.identity.accounts import OWN_TYPES
from transformations.identity.staff import ACCOUNTS, staff_accounts
from transformations.indicators import participation
from transformations.indicators.participation import participation_indicators, staff_indicators

NOTHING = {
    "ideas": participation.IDEAS.empty_table(),
    "degrees": participation.DEGREES.empty_table(),
    "praising": participation.ADVOCATES.empty_table(),
    "referred": participation.REFERRALS.empty_table(),
}


def _indicators(**groups: object) -> pa.Table:
    """Of groups as the engine gives them."""
    schemas = {name: rows.schema for name, rows in NOTHING.items()}
    tables = {
        name: pa.table(rows.toArrow()).select(schemas[name].names).cast(schemas[name]) for name, rows in groups.items()
    }
    return participation_indicators(**(NOTHING | tables))


def test_ideas_by_the_day_on_which_they_were_raised(frame, by_group, at) -> None:
    def idea(number: int, state: str, topics: list[str] | None = None, day: int = 2) -> dict:
        return {"post_id": str(number), "raised_at": at(day), "state": state, "topics": topics}

    found = [
        idea(1, "raised", ["tea", "pots"]),
        idea(2, "supported", ["tea"]),
        idea(3, "taken_up"),
        idea(4, "launched", day=3),
        idea(5, "declined"),
    ]
    rows = by_group(_indicators(ideas=participation.idea_groups(frame("gold.ideas", *found), "UTC")))
    of = {key: row["value"] for key, row in rows.items()}
    assert of["ideas_raised", "all", None, "all", "all"] == 5
    assert of["ideas_supported", "all", None, "all", "all"] == 3
    assert of["ideas_taken_up", "all", None, "all", "all"] == 2
    assert of["ideas_raised", "day", "03-02", "topic", "tea"] == 2
    assert of["ideas_taken_up", "day", "03-03", "channel", "forum"] == 1
    untold = by_group(_indicators(ideas=participation.idea_groups(frame("gold.ideas", idea(1, "supported")), "UTC")))
    row = untold["ideas_taken_up", "all", None, "all", "all"]
    assert (row["value"], row["coverage_ratio"]) == (None, 0.0)
    assert row["missing_reason"].startswith("no tag of an idea says what became of it")


def test_degrees_are_means_over_persons(frame, by_group) -> None:
    degrees = [
        {"person_id": "A", "community_id": "x", "interaction": 3, "collaboration": 1}
        | {"active_months_count": 2, "possible_months_count": 4},
        {"person_id": "B", "interaction": 0, "collaboration": 0, "active_months_count": 1, "possible_months_count": 1},
    ]
    rows = by_group(_indicators(degrees=participation.degree_groups(frame("gold.participation_degrees", *degrees))))

    def parts(*key: object) -> tuple:
        return rows[key]["numerator"], rows[key]["denominator"], rows[key]["persons_count"]

    assert parts("interaction", "all", None, "all", "all") == (3, 2, 2)
    assert parts("collaboration", "all", None, "community", "x") == (1, 1, 1)
    assert parts("commitment", "all", None, "all", "all") == (3, 5, 2)
    assert parts("commitment", "all", None, "community", "(none)") == (1, 1, 1)


def test_an_advocate_praises_twice_and_never_complains(frame, spark, by_group, at) -> None:
    def said(number: int, who: str, tone: str, brands: list[str] | None = None, **more: object) -> tuple[dict, dict]:
        read = {"post_id": str(number), "tone": tone, "is_relevant": True, "brands": brands or ["Acme"]}
        return {"post_id": str(number), "profile_id": who, "created_at": at(2)} | more, read

    posts, read = zip(
        said(1, "ada", "positive"),
        said(2, "ada2", "positive"),  # the same person
        said(3, "bob", "positive"),
        said(4, "cyd", "positive"),
        said(5, "cyd", "positive"),
        said(6, "cyd", "negative", created_at=at(3, month=4)),
        said(7, "dan", "positive", ["Rival"]),
        said(8, "dan", "positive", ["Rival"]),
        said(9, "care", "positive"),
        said(10, "care", "positive"),
        strict=True,
    )
    people = pa.table({"channel": ["forum"] * 2, "profile_id": ["ada", "ada2"], "person_id": ["A", "A"]})
    own = pa.table({"channel": ["forum"], "profile_id": ["care"], "is_company": [True], "is_bot": [False]})
    found = participation.advocate_groups(
        frame("silver.posts", *posts),
        frame("silver.post_enrichments", *read),
        sessions.frame(spark, people, "channel string, profile_id string, person_id string"),
        sessions.frame(spark, own, OWN_TYPES),
        ["Acme"],
        "UTC",
    )
    rows = by_group(_indicators(praising=found))
    total = rows["advocates", "all", None, "all", "all"]
    assert (total["value"], total["observations_count"]) == (1, 3)
    assert rows["advocates", "month", "03-01", "channel", "forum"]["value"] == 2  # cyd complained in April


def test_conversions_of_referrals_or_which_source_would_say(frame, by_group, at) -> None:
    campaigns = frame(
        "silver.campaigns", {"campaign_id": "r", "medium": "Referral"}, {"campaign_id": "e", "medium": "email"}
    )
    touches = frame(
        "silver.campaign_touches",
        *(
            {"campaign_id": campaign, "touch_id": str(place), "email": who, "kind": kind, "created_at": at(2)}
            for place, (campaign, who, kind) in enumerate(
                [("r", "a@x", "sent"), ("r", "A@x", "converted"), ("r", "b@x", "clicked"), ("e", "c@x", "converted")]
            )
        ),
    )
    rows = by_group(_indicators(referred=participation.referral_groups(touches, campaigns, "UTC")))
    total = rows["referral_conversions", "all", None, "all", "all"]
    assert (total["value"], total["persons_count"]) == (1, 2)
    assert rows["referral_conversions", "month", "03-01", "campaign", "r"]["value"] == 1
    nobody = _indicators().to_pylist()
    assert [row["missing_reason"] for row in nobody] == [
        "no campaign has the medium referral: a source of the kind campaign would say so"
    ]


STAFF = pa.table(
    {
        "source": ["hr"] * 4,
        "staff_id": ["S1", "S2", "S3", "S4"],
        "email": ["mia@acme.example", None, "odo@acme.example", "odo@acme.example"],
        "department": ["Support", "Support", "Sales", None],
        "joined_at": [None, datetime(2026, 4, 1, tzinfo=UTC), None, None],
        "left_at": [None, None, datetime(2026, 4, 1, tzinfo=UTC), None],
    }
)


def test_staff_involvement_by_department_and_month(by_group) -> None:
    acts = pa.table({"day": [date(2026, 3, 1), date(2026, 5, 1)], "staff_id": ["S1", "S1"], "acts": [3, 1]})
    accounts = staff_accounts(
        STAFF, pa.table({name: [] for name in ("channel", "profile_id", "email")}), {"f": {"1": "S1"}}
    )
    rows = by_group(staff_indicators(acts.cast(participation.ACTS), STAFF, accounts, "UTC"))

    def parts(*key: object) -> tuple:
        return rows["staff_involvement", *key]["numerator"], rows["staff_involvement", *key]["denominator"]

    assert parts("all", None, "all", "all") == (1, 4)
    assert parts("month", "03-01", "all", "all") == (1, 3)  # S2 comes in April
    assert parts("month", "04-01", "all", "all") == (0, 3)  # S3 has left
    assert parts("month", "05-01", "department", "Support") == (1, 2)
    assert parts("all", None, "department", "(none)") == (0, 1)
    assert rows["staff_involvement", "all", None, "all", "all"]["coverage_ratio"] == 0.25
    unknown = by_group(staff_indicators(acts.cast(participation.ACTS), STAFF, ACCOUNTS.empty_table(), "UTC"))
    row = unknown["staff_involvement", "all", None, "all", "all"]
    assert (row["value"], row["persons_count"]) == (None, 4)
    assert row["missing_reason"].startswith("of no member of staff is an account known")


@settings(max_examples=15, deadline=None)
@given(st.sets(st.tuples(st.integers(1, 6), st.sampled_from(("S1", "S2", "S3", "S4"))), min_size=1))
def test_random_acts_of_the_staff_agree_with_pandas(acted) -> None:
    acts = pd.DataFrame([(date(2026, month, 1), who, 1) for month, who in acted], columns=participation.ACTS.names)
    accounts = pa.table({"channel": ["f"], "account": ["1"], "staff_id": ["S1"], "department": [None]}, ACCOUNTS)
    ever = STAFF.set_column(4, "joined_at", pa.nulls(4, pa.timestamp("us", "UTC")))
    ever = ever.set_column(5, "left_at", pa.nulls(4, pa.timestamp("us", "UTC")))
    table = pa.Table.from_pandas(acts, preserve_index=False).cast(participation.ACTS)
    rows = staff_indicators(table, ever, accounts, "UTC").to_pandas()
    months = rows[(rows["grain"] == "month") & (rows["dimension"] == "all")].set_index("period_start")
    counted = acts.groupby("day")["staff_id"].nunique()
    assert months.loc[counted.index, "value"].tolist() == [pytest.approx(count / 4) for count in counted]
