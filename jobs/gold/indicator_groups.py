"""What the engine adds up for the indicators: groups, not rows, reach the driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyarrow as pa
from pyspark.sql import functions as F

from jobs.engine.sessions import frame
from transformations.identity.accounts import OWN_TYPES
from transformations.identity.staff import PROFILE_COLUMNS, STAFF_COLUMNS, staff_accounts
from transformations.indicators import comparisons, diffusion, grouping, participation, posts, waiting, worth
from transformations.indicators.definitions import CATALOGUE
from transformations.indicators.durations import COUNTED
from transformations.social import replies, response
from transformations.social.business_hours import SPAN_TYPES, Calendar, open_spans, with_business_seconds
from transformations.value.sales import order_sales

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from jobs.job import Run
    from jobs.lake.tables import Lake


def added_up(lake: Lake, schema: pa.Schema, rows: Callable[[], DataFrame], *names: str) -> pa.Table:
    """What the engine adds up from these tables; it is not started where they have no rows."""
    if not any(lake.count(name) for name in names):
        return schema.empty_table()
    return _collected(rows(), schema)


def of_posts(lake: Lake, run: Run, accounts: pa.Table) -> pa.Table:
    """Posts by people, added up."""
    if not lake.count("silver.posts"):
        return posts.GROUPS.empty_table()
    facts = posts.post_facts(
        lake.read("silver.posts"),
        lake.read("silver.post_enrichments"),
        frame(lake.spark, accounts, OWN_TYPES),
        posts.authority_classes(lake.read("gold.influencers"), lake.read("silver.person_links")),
        run.settings.company.brands,
        run.settings.company.timezone,
    )
    is_small = lake.are_few(run.settings.base.limits.in_memory_rows, "silver.posts")
    with lake.materialised(facts, is_small=is_small) as rows:
        return _collected(posts.post_groups(rows), posts.GROUPS)


def staff_of(lake: Lake, run: Run) -> pa.Table:
    """Whose accounts are whose among the staff."""
    return staff_accounts(
        lake.arrow("silver.staff", STAFF_COLUMNS),
        lake.arrow("silver.profiles", PROFILE_COLUMNS, where="email is not null"),
        run.settings.company.staff_accounts,
    )


def calendar_of(run: Run) -> Calendar:
    """When the company is open."""
    company = run.settings.company
    hours = {str(day): spans for day, spans in company.business_hours.items()}
    return Calendar(hours, company.holidays, company.timezone)


def of_waits(lake: Lake, run: Run, accounts: pa.Table, calendar: Calendar) -> pa.Table:
    """How long people wait for answers and for the company."""
    company, zone = run.settings.company, run.settings.company.timezone
    cost = waiting.Cost(company.reply_cost, company.currency)
    if not lake.count("silver.posts"):
        nothing = {name: COUNTED.empty_table() for name in ("business",) if calendar.hours}
        return waiting.wait_indicators(nothing, waiting.ANSWERED.empty_table(), waiting.AWAITED.empty_table(), cost)
    written, read = lake.read("silver.posts"), lake.read("silver.post_enrichments")
    own = frame(lake.spark, accounts, OWN_TYPES)
    counted: dict[str, pa.Table] = {"business": COUNTED.empty_table()} if calendar.hours else {}
    is_small = lake.are_few(run.settings.base.limits.in_memory_rows, "silver.posts")
    with lake.materialised(response.answers(written, own, run.as_of), is_small=is_small) as answers:
        counted["answer"] = _collected(waiting.waits(answers, "answer", zone), COUNTED)
        answered = _collected(waiting.answer_groups(answers, zone), waiting.ANSWERED)
    if not accounts.num_rows:
        return waiting.wait_indicators(counted, answered, waiting.AWAITED.empty_table(), cost)
    with lake.materialised(response.first_response(written, own, run.as_of, read), is_small=is_small) as waits:
        counted["response"] = _collected(waiting.waits(waits, "response", zone, subjects=True), COUNTED)
        heard = response.heard(written, own, run.as_of)
        awaited = _collected(waiting.awaited_groups(heard, waits, zone), waiting.AWAITED)
        if calendar.hours:
            first = lake.sql("select min(created_at) as first from t", t="silver.posts")["first"][0].as_py()
            spans = frame(lake.spark, open_spans(calendar, first, run.as_of), SPAN_TYPES)
            ends = waits.withColumn("until", F.coalesce("first_response_at", "censored_at"))
            timed = with_business_seconds(ends, spans, ("channel", "post_id"), "created_at", "until", zone)
            business = waiting.waits(timed, "response", zone, subjects=True, seconds="business_seconds")
            counted["business"] = _collected(business, COUNTED)
    staff = frame(lake.spark, staff_of(lake, run), replies.STAFF_TYPES)
    replied = replies.company_replies(written, own, staff, read, zone, run.as_of).withColumn("ended", F.lit(True))
    grains = CATALOGUE["reply_seconds"].grains
    timed = grouping.durations(replied, grains=grains, one=waiting.REPLY_DIMENSIONS, many=waiting.SUBJECTS)
    counted["reply"] = _collected(timed, COUNTED)
    return waiting.wait_indicators(counted, answered, awaited, cost)


def _collected(rows: DataFrame, schema: pa.Schema) -> pa.Table:
    return pa.table(rows.toArrow()).select(schema.names).cast(schema)


def of_participation(lake: Lake, run: Run, accounts: pa.Table) -> list[pa.Table]:
    """What people and the staff contribute."""
    company, zone = run.settings.company, run.settings.company.timezone

    def praising() -> DataFrame:
        links = lake.read("silver.person_links").where("record_kind = 'profile' and valid_to is null")
        return participation.advocate_groups(
            lake.read("silver.posts"),
            lake.read("silver.post_enrichments"),
            links.selectExpr("record_place as channel", "linked_record_id as profile_id", "person_id"),
            frame(lake.spark, accounts, OWN_TYPES),
            company.brands,
            zone,
        )

    def of_referrals() -> DataFrame:
        return participation.referral_groups(lake.read("silver.campaign_touches"), lake.read("silver.campaigns"), zone)

    staff, whose = lake.arrow("silver.staff", STAFF_COLUMNS), staff_of(lake, run)
    acts = participation.ACTS.empty_table()
    if whose.num_rows:
        acts = added_up(
            lake,
            participation.ACTS,
            lambda: replies.staff_acts(
                lake.read("silver.posts"),
                lake.read("silver.ticket_events"),
                frame(lake.spark, whose, replies.STAFF_TYPES),
                zone,
            ),
            "silver.posts",
            "silver.ticket_events",
        )
    contributed = participation.participation_indicators(
        ideas=added_up(
            lake, participation.IDEAS, lambda: participation.idea_groups(lake.read("gold.ideas"), zone), "gold.ideas"
        ),
        degrees=added_up(
            lake,
            participation.DEGREES,
            lambda: participation.degree_groups(lake.read("gold.participation_degrees")),
            "gold.participation_degrees",
        ),
        praising=added_up(lake, participation.ADVOCATES, praising, "silver.post_enrichments"),
        referred=added_up(lake, participation.REFERRALS, of_referrals, "silver.campaigns"),
    )
    return [contributed, participation.staff_indicators(acts, staff, whose, zone)]


def of_diffusion(lake: Lake, zone: str) -> pa.Table:
    """What posts set off, and who leads the changes of conversations."""
    spread = added_up(
        lake, diffusion.CASCADES, lambda: diffusion.daily_cascades(lake.read("gold.cascades"), zone), "gold.cascades"
    )
    changes = lake.arrow("gold.conversation_changes", diffusion.CHANGE_COLUMNS)
    followed = lake.arrow("gold.person_activity", ("subject",), where="kind = 'topic'", limit=1)
    return diffusion.diffusion_indicators(spread, changes, follows_topics=followed.num_rows > 0)


def of_worth(lake: Lake, run: Run) -> pa.Table:
    """What customers are worth, and where revenue comes from."""
    company = run.settings.company
    values = added_up(
        lake,
        worth.VALUES,
        lambda: worth.value_groups(lake.read("gold.customer_value"), lake.read("gold.customer_360")),
        "gold.customer_value",
    )
    shares = {name: worth.SHARES.empty_table() for name in worth.PLACES}
    if lake.count("silver.orders"):
        sold = worth.customer_sales(
            order_sales(lake.read("silver.orders"), lake.read("silver.order_lines"), company.currency),
            lake.read("silver.person_links"),
            lake.read("gold.customer_360"),
            company.timezone,
        )
        is_small = lake.are_few(run.settings.base.limits.in_memory_rows, "silver.orders")
        with lake.materialised(sold, is_small=is_small) as rows:
            shares = {
                name: _collected(worth.share_groups(rows, place), worth.SHARES) for name, place in worth.PLACES.items()
            }
    return worth.worth_indicators(values, shares)


def compared(lake: Lake, run: Run) -> pa.Table:
    """Customers whom campaigns touched and left untouched, and who of them bought."""
    return added_up(
        lake,
        comparisons.COMPARED,
        lambda: comparisons.compared_groups(
            lake.read("silver.campaigns"),
            lake.read("silver.campaign_touches"),
            lake.read("silver.customers"),
            lake.read("silver.orders"),
            run.as_of,
        ),
        "silver.campaigns",
    )
