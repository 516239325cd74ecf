"""Indicators of what people contribute: ideas, degrees of taking part, advocacy, referrals; and of the staff who take part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.grouping import grouped, in_groups
from transformations.indicators.groups import KEYS, period_end
from transformations.indicators.parts import Family, Parts, indicator_rows, rows_of_groups, without_value
from transformations.indicators.sales import NO_CHANNEL

_GROUP = [("grain", pa.string()), ("period_start", pa.date32())] + [(name, pa.string()) for name in KEYS[2:]]


def _counts(*names: str) -> pa.Schema:
    return pa.schema([*_GROUP, *((name, pa.int64()) for name in names)])


IDEAS = _counts("ideas", "supported", "taken_up", "decided")
"""Schema of the collected result of `idea_groups`; those of the others follow."""
DEGREES = _counts("persons", "turns", "contributions", "active_months", "possible_months")
ADVOCATES = _counts("authors", "advocates")
REFERRALS = _counts("recipients", "converted")
ACTS = pa.schema([("day", pa.date32()), ("staff_id", pa.string()), ("acts", pa.int64())])

LEAST_PRAISES = 2
"""So many praising posts, and no negative one, make an advocate of who wrote them."""
REFERRAL = "referral"
"""Medium of a campaign by which customers bring others."""


def idea_groups(ideas: DataFrame, timezone: str) -> DataFrame:
    """Ideas by state: the columns of IDEAS. Args: gold.ideas; timezone: of the days."""
    rows = ideas.select(
        F.to_date(F.from_utc_timestamp("raised_at", timezone)).alias("day"), "channel", "topics", "state"
    )
    sums = {
        "ideas": "count(*)",
        "supported": "count_if(state <> 'raised' and state <> 'declined')",
        "taken_up": "count_if(state in ('taken_up', 'launched'))",
        "decided": "count_if(state in ('taken_up', 'launched', 'declined'))",
    }
    its = CATALOGUE["ideas_raised"]
    return grouped(rows, sums, grains=its.grains, one=("channel",), many={"topic": "topics"})


def degree_groups(degrees: DataFrame) -> DataFrame:
    """Degrees by community: the columns of DEGREES. Args: gold.participation_degrees."""
    rows = degrees.withColumn("day", F.lit(None).cast("date")).withColumn(
        "community", F.coalesce("community_id", F.lit(NO_CHANNEL))
    )
    sums = {
        "persons": "count(*)",
        "turns": "sum(interaction)",
        "contributions": "sum(collaboration)",
        "active_months": "sum(active_months_count)",
        "possible_months": "sum(possible_months_count)",
    }
    return grouped(rows, sums, grains=CATALOGUE["interaction"].grains, one=("community",))


def advocate_groups(
    posts: DataFrame,
    enrichments: DataFrame,
    people: DataFrame,
    own: DataFrame,
    own_brands: Sequence[str],
    timezone: str,
) -> DataFrame:
    """Who writes about the company's brands and products, and who of them praises: the columns of ADVOCATES.

    Args:
        posts, enrichments: silver.posts, silver.post_enrichments. people: channel, profile_id, person_id.
        own: accounts that are left out: channel, profile_id. own_brands: of company.yaml; timezone: of the months.
    """
    is_about = reduce(or_, (F.array_contains("brands", brand) for brand in own_brands), F.size("products") > 0)
    about = enrichments.where("is_relevant").where(is_about).select("channel", "post_id", "tone")
    written = (
        posts.where("profile_id is not null")
        .select("channel", "post_id", "profile_id", "created_at")
        .join(about, ["channel", "post_id"])
        .join(F.broadcast(own.select("channel", "profile_id")), ["channel", "profile_id"], "left_anti")
        .join(people.select("channel", "profile_id", "person_id"), ["channel", "profile_id"], "left")
    )
    rows = written.select(
        F.to_date(F.from_utc_timestamp("created_at", timezone)).alias("day"),
        "channel",
        F.expr("coalesce(concat('person ', person_id), concat('account ', channel, ' ', profile_id))").alias("author"),
        "tone",
    )
    placed = in_groups(rows, grains=CATALOGUE["advocates"].grains, one=("channel",))
    each = placed.groupBy(*KEYS, "author").agg(
        F.expr("count_if(tone = 'positive')").alias("praises"),
        F.expr("count_if(tone = 'negative')").alias("complaints"),
    )
    return each.groupBy(*KEYS).agg(
        F.count("*").alias("authors"),
        F.expr(f"count_if(praises >= {LEAST_PRAISES} and complaints = 0)").alias("advocates"),
    )


def referral_groups(touches: DataFrame, campaigns: DataFrame, timezone: str) -> DataFrame:
    """Who was referred by a customer, and who of them converted: the columns of REFERRALS.

    Args: silver.campaign_touches, silver.campaigns; timezone: of the months.
    """
    referring = campaigns.where(f"lower(trim(medium)) = '{REFERRAL}'").select("source", "campaign_id")
    rows = touches.join(referring, ["source", "campaign_id"]).select(
        F.to_date(F.from_utc_timestamp("created_at", timezone)).alias("day"),
        F.col("campaign_id").alias("campaign"),
        F.expr(
            "coalesce(concat('customer ', source, ' ', customer_id), concat('contact ', source, ' ', contact_id), "
            "concat('address ', lower(email)))"
        ).alias("recipient"),
        "kind",
    )
    sums = {
        "recipients": "count(distinct recipient)",
        "converted": "count(distinct if(kind = 'converted', recipient, null))",
    }
    return grouped(rows, sums, grains=CATALOGUE["referral_conversions"].grains, one=("campaign",))


def ideas_raised() -> Parts:
    """Ideas."""
    return Parts("ideas", "ideas")


def ideas_supported() -> Parts:
    """Ideas that others support, or that were taken up or launched."""
    return Parts("supported", "ideas")


def ideas_taken_up() -> Parts:
    """Ideas that were taken up or launched; null where no tag ever says what became of one."""
    return Parts(
        "if(ever_decided = 0, null, taken_up)",
        "ideas",
        measured="if(ever_decided = 0, 0, ideas)",
        in_scope="ideas",
        unmeasured="'no tag of an idea says what became of it: ideas in company.yaml names the tags'",
    )


def interaction() -> Parts:
    """Two-way turns / persons."""
    return Parts("turns", "persons", denominator="persons", persons="persons")


def collaboration() -> Parts:
    """Accepted answers, ideas and co-edits / persons."""
    return Parts("contributions", "persons", denominator="persons", persons="persons")


def commitment() -> Parts:
    """Active months / possible months."""
    return Parts("active_months", "persons", denominator="possible_months", persons="persons")


def advocates() -> Parts:
    """Persons who praise more than once, and never complain."""
    return Parts("advocates", "authors")


def referral_conversions() -> Parts:
    """Recipients of referrals that converted."""
    return Parts("converted", "recipients", measured="recipients", in_scope="recipients", persons="recipients")


def staff_involvement() -> Parts:
    """Members of staff who acted / members of staff."""
    return Parts(
        "if(known_accounts = 0, null, acting)",
        "employed",
        denominator="employed",
        persons="employed",
        measured="if(known_accounts = 0, 0, with_account)",
        in_scope="employed",
        unmeasured="'of no member of staff is an account known: staff_accounts in company.yaml names them'",
    )


PARTS = {
    its.__name__: its
    for its in (
        *(ideas_raised, ideas_supported, ideas_taken_up, interaction, collaboration, commitment),
        *(advocates, referral_conversions, staff_involvement),
    )
}
_IDEAS = ("ideas_raised", "ideas_supported", "ideas_taken_up")
_DEGREES = ("interaction", "collaboration", "commitment")


def participation_indicators(*, ideas: pa.Table, degrees: pa.Table, praising: pa.Table, referred: pa.Table) -> pa.Table:
    """Ideas, degrees, advocates and referrals.

    Args: the columns of IDEAS, DEGREES, ADVOCATES, REFERRALS.
    Returns: the columns of parts.ROWS.
    """
    ever = {"ever_decided": "coalesce(max(decided) over (), 0)"}
    families = [
        (Family({name: PARTS[name]() for name in _IDEAS}, {}, over_groups=ever), ideas),
        (Family({name: PARTS[name]() for name in _DEGREES}, {}), degrees),
        (Family({"advocates": advocates()}, {}), praising),
    ]
    found = [rows_of_groups(family, rows) for family, rows in families]
    if referred.num_rows:
        found.append(rows_of_groups(Family({"referral_conversions": referral_conversions()}, {}), referred))
    else:
        why = f"no campaign has the medium {REFERRAL}: a source of the kind campaign would say so"
        found.append(without_value("referral_conversions", why))
    return pa.concat_tables(found)


def staff_indicators(acts: pa.Table, staff: pa.Table, accounts: pa.Table, timezone: str) -> pa.Table:
    """How many of the staff take part, by department.

    Args:
        acts: the columns of ACTS. staff: staff.STAFF_COLUMNS of silver.staff. accounts: staff.ACCOUNTS.
        timezone: of the months, in which who joined or left counts from the first to the last one.
    Returns: the columns of parts.ROWS.
    """
    months = sorted({row["day"] for row in acts.to_pylist()})
    acting = {(row["day"], row["staff_id"]) for row in acts.to_pylist()}
    with_account = set(accounts["staff_id"].to_pylist())
    zone = ZoneInfo(timezone)
    rows = [
        {
            "day": month,
            "staff": row["staff_id"],
            "department": row["department"] or NO_CHANNEL,
            "has_account": row["staff_id"] in with_account,
            "has_acted": (month, row["staff_id"]) in acting,
        }
        for month in _each(months)
        for row in staff.to_pylist()
        if _is_employed(row["joined_at"], row["left_at"], month, zone)
    ]
    kinds = [("day", pa.date32()), ("staff", pa.string()), ("department", pa.string())]
    schema = pa.schema([*kinds, ("has_account", pa.bool_()), ("has_acted", pa.bool_())])
    family = Family(
        {"staff_involvement": staff_involvement()},
        {
            "employed": "count(*)",
            "acting": "count(*) filter (has_acted)",
            "with_account": "count(*) filter (has_account)",
        },
        one=("department",),
        over_groups={"known_accounts": str(len(with_account))},
        by="staff",
        of_each={"has_acted": "bool_or(its.has_acted)", "has_account": "bool_or(its.has_account)"},
    )
    return indicator_rows(family, rows=pa.Table.from_pylist(rows, schema))


def _each(months: Sequence[date]) -> list[date]:
    """Every month from the first to the last."""
    found = list(months[:1])
    while found and found[-1] < months[-1]:
        found.append(period_end("month", found[-1]) or months[-1])
    return found


def _is_employed(joined: datetime | None, left: datetime | None, month: date, zone: ZoneInfo) -> bool:
    """Whether somebody was of the staff on a day of the month; without a beginning or an end, from ever or to this day."""
    end = period_end("month", month) or month
    return (joined is None or joined.astimezone(zone).date() < end) and (
        left is None or left.astimezone(zone).date() > month
    )
