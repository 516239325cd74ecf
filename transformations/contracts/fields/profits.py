"""What persons and communities bring and cost, and the objectives set for them."""

from __future__ import annotations

from transformations.contracts.fields.types import OF_THE_ROW, ONE_CURRENCY, RATIO, SUM
from transformations.contracts.model import Field

_NO_SOURCE = "Null where no source fills it: missing_measures says which would."

returns_amount = Field(
    "returns_amount", SUM, f"What came back, above 0. {_NO_SOURCE}", unit=OF_THE_ROW, caution=ONE_CURRENCY
)
profit_discount = Field(
    "discount_amount",
    SUM,
    f"Discounts on what was sold, of lines and of orders; only those of lines are deducted in revenue. {_NO_SOURCE}",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
costed_revenue = Field(
    "costed_revenue",
    SUM,
    f"Revenue of the lines whose unit cost is known. {_NO_SOURCE}",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
cost_of_goods = Field(
    "cost_of_goods",
    SUM,
    "Quantity × unit cost of what was sold, of lines whose cost is known (those of costed_revenue); what came back is not "
    f"credited. {_NO_SOURCE}",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
service_cost = Field(
    "service_cost", SUM, f"Costs of service that name the customer. {_NO_SOURCE}", unit=OF_THE_ROW, caution=ONE_CURRENCY
)
acquired_cost = Field(
    "acquisition_cost",
    SUM,
    f"Costs of acquisition that name the customer. {_NO_SOURCE}",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
campaign_cost = Field(
    "campaign_cost",
    SUM,
    "Costs of campaigns: those that name the customer, and an equal part of the others for each recipient, customer or not. "
    f"{_NO_SOURCE}",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
costed_ratio = Field("costed_ratio", "double", "costed_revenue / revenue; null without revenue.", unit=RATIO)
contribution = Field(
    "contribution",
    SUM,
    "costed_revenue less cost_of_goods, returns_amount, service_cost, acquisition_cost and campaign_cost, of which those in "
    "missing_measures are not deducted, and less the discounts on orders as a whole, as far as costed_revenue is theirs. It is "
    "no limit: what lines without a unit cost brought is not in it. Null where the cost of goods is not known. What is no money "
    "has no part in it.",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
bought_orders_count = Field(
    "orders_count",
    "bigint",
    "Orders whose currency is that of the row and that sold something; returns and voided ones are left out.",
    unit="orders",
)
new_products = Field(
    "new_products",
    "bigint",
    "Products that the person bought for the first time. Null where no source names products: missing_measures says so.",
    unit="products",
)
image_reach = Field(
    "image_reach",
    "bigint",
    "Image: people reached by the person's relevant posts of positive tone, less those reached by posts of negative tone. Reach "
    f"as the platform reports it, else impressions, else the author's followers today. {_NO_SOURCE}",
    unit="people reached, positive less negative",
    caution="One reader counts with each post. No money: do not add it to amounts.",
)
replies_saved = Field(
    "replies_saved",
    "bigint",
    "Productivity: questions of others whose accepted answer, else first answer, is the person's, and that the company did not "
    f"answer. {_NO_SOURCE}",
    unit="replies",
    caution="Nobody checked that the answers are right.",
)
ideas_raised = Field("ideas_raised", "bigint", f"Relevant posts whose intent is an idea. {_NO_SOURCE}", unit="posts")
ideas_taken_up = Field(
    "ideas_taken_up",
    "bigint",
    "Innovation: ideas of the person that were taken up. Null: not joined here, gold.ideas has the state of each idea.",
    unit="ideas",
)
referred_orders = Field(
    "referred_orders",
    "bigint",
    "Referral: orders by people whom the person brought. Null: it needs a source that says which customer brought which order.",
    unit="orders",
)
missing_measures = Field(
    "missing_measures",
    "array<string>",
    "Measures that are null because no source fills them, each with the table and column that would.",
)
left_out_currencies = Field(
    "left_out_currencies", "array<string>", "Currencies of further amounts of the person that are not added in."
)
buyers_count = Field(
    "buyers_count",
    "bigint",
    "Members who bought or returned something in the period and whose amounts are added in.",
    unit="persons",
    caution="Do not sum over periods.",
)
left_out_count = Field(
    "left_out_count",
    "bigint",
    "Members who are measured in another currency than the company's: their amounts and orders are not added in.",
    unit="persons",
)
