"""What each person brought and cost, entry by entry: sales, costs that are booked on them, and what they do for the company.

Each function returns one row per person and month at least: person_id, month (2025-02), currency (null for what is no money),
and the columns of ENTRIES that it fills; the others are null.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from transformations.canonical.times import local_day
from transformations.value.sales import IS_VOIDED, LINE_IS_RETURN, order_sales

MONEY = (
    "revenue",
    "returns_amount",
    "discount_amount",
    "costed_revenue",
    "cost_of_goods",
    "service_cost",
    "acquisition_cost",
    "campaign_cost",
)
NUMBERS = ("orders_count", "new_products", "image_reach", "replies_saved", "ideas_raised")
COSTED_DISCOUNT = "costed_discount"
"""Part of the contribution alone: of the discounts on orders as a whole, the share of the revenue whose cost is known."""
ENTRIES = (*MONEY, COSTED_DISCOUNT, *NUMBERS)
DECIMAL = "decimal(38,4)"
_PARTS_OF_ONE = 10_000  # amounts have four decimals
_RECIPIENT = (
    """coalesce(concat('customer ', customer_id), concat('contact ', contact_id), concat('address ', lower(email)))"""
)


def sold(sales: DataFrame, links: DataFrame) -> DataFrame:
    """Revenue, returns, cost of goods and orders. Args: sales: from daily_sales. links: from `of_customers`."""
    return _entries(
        sales.join(links, ["source", "customer_id"]),
        _month(F.col("day")),
        F.col("currency"),
        revenue="sale_amount",
        returns_amount="return_amount",
        costed_revenue="costed_amount",
        cost_of_goods="cost_amount",
        orders_count="orders",
    )


def discounted(
    orders: DataFrame, lines: DataFrame, links: DataFrame, currency: str, before: datetime, zone: str
) -> DataFrame:
    """Discounts on what was sold: of the lines, and of the orders as a whole.

    Discounts of lines are deducted in revenue; those of an order as a whole are not, unless it has no priced line and counts by
    its total. costed_discount is what is still to be deducted: of the order's discount the share of its revenue that has a cost.

    Args: orders: silver.orders. lines: silver.order_lines. currency: of amounts without one. before: later orders are left out.
    """
    counted = orders.where(f"not {IS_VOIDED} and not coalesce(is_return, false)").where(
        F.col("ordered_at") < F.lit(before)
    )
    known = counted.join(links, ["source", "customer_id"]).select(
        "source",
        "order_id",
        "person_id",
        F.to_date(F.from_utc_timestamp("ordered_at", zone)).alias("day"),
        F.coalesce("currency", F.lit(currency)).alias("of_order"),
        "discount_amount",
    )
    sale_lines = lines.where(f"not {LINE_IS_RETURN} and quantity > 0").select(
        "source", "order_id", F.col("currency").alias("of_line"), "discount"
    )
    of_lines = known.join(sale_lines, ["source", "order_id"])
    found = _entries(of_lines, _month(F.col("day")), F.coalesce("of_line", "of_order"), discount_amount="discount")
    shared = _costed_share(counted.where("discount_amount <> 0"), lines, currency)
    of_orders = known.join(shared, ["source", "order_id"], "left")
    return found.unionByName(
        _entries(
            of_orders,
            _month(F.col("day")),
            F.col("of_order"),
            discount_amount="discount_amount",
            costed_discount=f"cast(floor(cast(discount_amount as double) * share * {_PARTS_OF_ONE} + 0.5) as decimal(28,0))"
            f" / {_PARTS_OF_ONE}",
        )
    )


def _costed_share(orders: DataFrame, lines: DataFrame, currency: str) -> DataFrame:
    """Share of each order's revenue whose cost is known, 0 where it counts by its total: source, order_id, share."""
    key = ["source", "order_id"]
    sold = order_sales(orders, lines.join(orders.select(*key).distinct(), key, "left_semi"), currency)
    summed = sold.groupBy(*key).agg(F.sum("costed_amount").alias("costed"), F.sum("sale_amount").alias("sold"))
    return summed.where("sold > 0").select(*key, F.expr("cast(costed as double) / cast(sold as double)").alias("share"))


def first_bought(orders: DataFrame, lines: DataFrame, links: DataFrame, before: datetime, zone: str) -> DataFrame:
    """Products that a person bought for the first time. Args: as for `discounted`."""
    counted = orders.where(f"not {IS_VOIDED} and not coalesce(is_return, false)").where(
        F.col("ordered_at") < F.lit(before)
    )
    known = counted.join(links, ["source", "customer_id"]).select("source", "order_id", "person_id", "ordered_at")
    sale_lines = lines.where(f"not {LINE_IS_RETURN} and quantity > 0").select("source", "order_id", "product_id")
    first = (
        known.join(sale_lines, ["source", "order_id"])
        .groupBy("person_id", "source", "product_id")
        .agg(F.min("ordered_at").alias("ordered_at"))
    )
    return _entries(first, _month(local_day("ordered_at", zone)), F.lit(None).cast("string"), new_products="1")


def booked(costs: DataFrame, links: DataFrame, currency: str, before: datetime, zone: str) -> DataFrame:
    """Costs of service, acquisition and campaigns that name a customer. Args: costs: silver.costs."""
    day = F.to_date(F.from_utc_timestamp(F.lit(before), zone))
    known = costs.where(F.col("cost_date") < day).join(links, ["source", "customer_id"])
    amounts = {f"{kind}_cost": f"if(kind = '{kind}', amount, null)" for kind in ("service", "acquisition", "campaign")}
    return _entries(known, _month(F.col("cost_date")), F.coalesce("currency", F.lit(currency)), **amounts)


def shared_out(
    costs: DataFrame, touches: DataFrame, links: DataFrame, currency: str, before: datetime, zone: str
) -> DataFrame:
    """Costs of campaigns that name no customer, in equal parts for all recipients of the campaign; those who are no customers
    bear their part, those held out are none. The parts add up to the costs exactly: what does not divide goes to the first by
    name, a ten-thousandth each.

    Args: costs: silver.costs; amounts below 0, of credit notes, are shared out alike. touches: silver.campaign_touches; later
        ones than `before` are left out.
    """
    day = F.to_date(F.from_utc_timestamp(F.lit(before), zone))
    unnamed = costs.where("kind = 'campaign' and customer_id is null and campaign_id is not null").where(
        F.col("cost_date") < day
    )
    spent = unnamed.groupBy(
        "source",
        "campaign_id",
        _month(F.col("cost_date")).alias("month"),
        F.coalesce("currency", F.lit(currency)).alias("currency"),
    ).agg(F.expr(f"cast(sum(amount) * {_PARTS_OF_ONE} as bigint)").alias("units"))
    recipients = (
        touches.where("kind <> 'held_out'")
        .where(F.col("created_at") < F.lit(before))
        .withColumn("recipient", F.expr(_RECIPIENT))
        .where("recipient is not null")
        .groupBy("source", "campaign_id", "recipient")
        .agg(F.max("customer_id").alias("customer_id"))
    )
    of_campaign = Window.partitionBy("source", "campaign_id")
    ranked = recipients.withColumns(
        {"rank": F.row_number().over(of_campaign.orderBy("recipient")), "recipients": F.count("*").over(of_campaign)}
    )
    parts = spent.join(ranked, ["source", "campaign_id"]).withColumn(
        "part", F.expr("(units - pmod(units, recipients)) div recipients + if(rank <= pmod(units, recipients), 1, 0)")
    )
    amount = f"cast(cast(part as decimal(28,0)) / {_PARTS_OF_ONE} as {DECIMAL})"
    return _entries(
        parts.join(links, ["source", "customer_id"]), F.col("month"), F.col("currency"), campaign_cost=amount
    )


def said(tables: Mapping[str, DataFrame], own: DataFrame, links: DataFrame, zone: str) -> DataFrame:
    """Image, replies saved and ideas, of all but the company's own accounts and bots.

    image_reach: persons reached by relevant posts with a positive tone, less those reached by posts with a negative one; the
    reach of a post is what its platform reports (reach, else impressions), else the followers of its author.
    replies_saved: questions of others that the person answered and the company did not: the accepted answer, as the
        question or the answer says, else the first.
    ideas_raised: relevant posts whose intent is an idea.

    Args: tables: POSTS. own: channel, profile_id of the company's accounts and bots. links: from `of_profiles`.
    """
    posts = tables["silver.posts"].join(tables["silver.post_enrichments"], ["channel", "post_id"], "left")
    posts = posts.join(own.withColumn("is_own", F.lit(True)), ["channel", "profile_id"], "left")
    seen = (
        tables["silver.post_metrics"]
        .groupBy("channel", "post_id")
        .agg(F.max("reach").alias("reach"), F.max("impressions").alias("impressions"))
    )
    authors = tables["silver.profiles"].select("channel", "profile_id", "followers_count")
    theirs = posts.where("is_own is null").withColumn("month", _month(local_day("created_at", zone)))
    relevant = (
        theirs.where("is_relevant")
        .join(seen, ["channel", "post_id"], "left")
        .join(authors, ["channel", "profile_id"], "left")
    )
    image = "case tone when 'positive' then 1 when 'negative' then -1 else 0 end * coalesce(reach, impressions, followers_count)"
    of_posts = _entries(
        relevant.join(links, ["channel", "profile_id"]),
        F.col("month"),
        F.lit(None).cast("string"),
        image_reach=image,
        ideas_raised="cast(intent = 'idea' as int)",
    )
    questions = theirs.where("kind = 'question'").select(
        "channel", F.col("post_id").alias("question_id"), F.col("profile_id").alias("asker")
    )
    named = (
        posts.where("accepted_answer_id is not null")
        .select("channel", F.col("accepted_answer_id").alias("post_id"))
        .distinct()
        .withColumn("is_named", F.lit(1))
    )
    answers = (
        posts.where("kind = 'answer'")
        .withColumnRenamed("parent_post_id", "question_id")
        .join(named, ["channel", "post_id"], "left")
    )
    replied = answers.join(questions, ["channel", "question_id"])
    company = Window.partitionBy("channel", "question_id")
    first = company.orderBy(F.expr("if(is_accepted_answer or is_named = 1, 0, 1)"), "created_at", "post_id")
    by_peers = (
        replied.withColumn("own_answers", F.count("is_own").over(company))
        .where("own_answers = 0 and profile_id <> asker")
        .withColumn("rank", F.row_number().over(first))
        .where("rank = 1")
        .withColumn("month", _month(local_day("created_at", zone)))
    )
    saved = _entries(
        by_peers.join(links, ["channel", "profile_id"]), F.col("month"), F.lit(None).cast("string"), replies_saved="1"
    )
    return of_posts.unionByName(saved)


POSTS: Mapping[str, tuple[str, ...]] = {
    "silver.posts": (
        "channel",
        "post_id",
        "kind",
        "profile_id",
        "created_at",
        "parent_post_id",
        "accepted_answer_id",
        "is_accepted_answer",
    ),
    "silver.post_enrichments": ("channel", "post_id", "tone", "intent", "is_relevant"),
    "silver.post_metrics": ("channel", "post_id", "reach", "impressions"),
    "silver.profiles": ("channel", "profile_id", "followers_count"),
}
"""Tables and columns that `said` reads."""


def of_customers(links: DataFrame) -> DataFrame:
    """source, customer_id, person_id of the current links."""
    return _of(links, "customer", "source", "customer_id")


def of_profiles(links: DataFrame) -> DataFrame:
    """channel, profile_id, person_id of the current links."""
    return _of(links, "profile", "channel", "profile_id")


def _of(links: DataFrame, kind: str, place: str, record: str) -> DataFrame:
    return links.where(f"valid_to is null and record_kind = '{kind}'").select(
        F.col("record_place").alias(place), F.col("linked_record_id").alias(record), "person_id"
    )


def _month(day: Column) -> Column:
    return F.substring(day.cast("string"), 1, 7)


def _entries(rows: DataFrame, month: Column, currency: Column, **amounts: str) -> DataFrame:
    """Entries. Args: amounts: column of ENTRIES -> SQL."""
    return rows.select(
        "person_id",
        month.alias("month"),
        currency.alias("currency"),
        *(F.expr(f"cast({amounts.get(name, 'null')} as {DECIMAL})").alias(name) for name in ENTRIES),
    )
