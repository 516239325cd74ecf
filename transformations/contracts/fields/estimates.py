"""What is to be expected of a customer, and how well models forecast it."""

from __future__ import annotations

from transformations.contracts.fields.types import OF_THE_ROW, ORDINAL, RATIO
from transformations.contracts.model import Field

_OF_PARAMETERS = (
    "of the interval that comes from the model's parameters being estimates; what one person does varies far more. Null "
    "where the data do not determine all parameters."
)
_HORIZON = "the next models.value.horizon_days"
_DAYS = "purchase days"
_ONE = "Do not sum over currencies: group by currency first. An expectation, not an amount that was paid."

p_alive = Field(
    "p_alive",
    "double",
    "Probability that the person is still a customer. Null where nothing could be estimated, and after a single purchase "
    "where value_model is bg_nbd, which cannot tell then.",
    unit="probability 0 to 1",
)
expected_orders = Field(
    "expected_orders",
    "double",
    f"Purchase days to expect in {_HORIZON}; of a person with one purchase, what those of the same age do on average. Null "
    "where nothing could be estimated.",
    unit=_DAYS,
)
expected_orders_low = Field(
    "expected_orders_low", "double", f"Lower limit of expected_orders: 95 %, {_OF_PARAMETERS}", unit=_DAYS
)
expected_orders_high = Field(
    "expected_orders_high", "double", f"Upper limit of expected_orders: 95 %, {_OF_PARAMETERS}", unit=_DAYS
)
expected_spend = Field(
    "expected_spend",
    "double",
    "Amount to expect on a purchase day, from the person's repeat purchases and everybody's (Gamma-Gamma); without repeat "
    "purchases the average of all. Null where nothing could be estimated, and for who paid in another currency.",
    unit=OF_THE_ROW,
    caution=_ONE,
)
clv = Field(
    "clv",
    "double",
    "Customer lifetime value: discounted revenue to expect in the next models.value.clv_days. Costs are not deducted. Null "
    "where expected_spend is.",
    unit=OF_THE_ROW,
    caution=_ONE,
)
clv_low = Field("clv_low", "double", f"Lower limit of clv: 95 %, {_OF_PARAMETERS}", unit=OF_THE_ROW, caution=_ONE)
clv_high = Field("clv_high", "double", f"Upper limit of clv: 95 %, {_OF_PARAMETERS}", unit=OF_THE_ROW, caution=_ONE)
churn_risk = Field(
    "churn_risk",
    "double",
    f"Probability that the person buys nothing in {_HORIZON}, by churn_model. Null where nothing could be estimated.",
    unit="probability 0 to 1",
)
growth_potential = Field(
    "growth_potential",
    "double",
    "expected_orders, less the purchase days of the last models.value.horizon_days; below 0: less is to be expected than "
    "there was. Null for who has not been a customer for so long.",
    unit=_DAYS,
)
churn_model = Field(
    "churn_model",
    "string",
    "Where churn_risk comes from: logistic (a regression on purchases, posts, visits and tickets, where it foretold the held-out "
    "days better), else value_model. Null where nothing could be estimated.",
)
value_model = Field(
    "value_model",
    "string",
    "Model of buying that the estimates come from: bg_nbd or mbg_nbd. Null where nothing could be estimated.",
)
value_missing_reason = Field("value_missing_reason", "string", "Why estimates are null; null where none has to be.")

offer_rank = Field("offer_rank", "int", "Place among the person's offers; 1 is the best.", unit=ORDINAL, minimum="1")
because_product_id = Field(
    "because_product_id", "string", "Reason: the product that the person has bought and that goes best with the offer."
)
together_count = Field(
    "together_count",
    "bigint",
    "Baskets with both because_product_id and product_id; of publish.min_group_size persons at least.",
    unit="baskets",
)
support_ratio = Field("support_ratio", "double", "Share of all baskets that hold both products.", unit=RATIO)
confidence_ratio = Field(
    "confidence_ratio", "double", "Share of the baskets with because_product_id that hold product_id too.", unit=RATIO
)
lift = Field(
    "lift",
    "double",
    "confidence_ratio beside the share of all baskets that hold product_id: above 1, both are bought together more often than by "
    "chance.",
    unit="ratio, 0 or more",
)
offer_score = Field(
    "offer_score",
    "double",
    "Sum of the likeness (baskets with both products / geometric mean of the baskets of either) of all rules from what the "
    "person has bought to product_id: what offers are ranked by.",
    unit="sum of ratios",
    caution="Not a probability: compare within one person.",
)

model = Field("model", "string", "What is modelled: value, churn, segments, offers or leads.")
measure = Field(
    "measure",
    "string",
    "What was measured: an error or hit rate after the cut-off, or a parameter of the model fitted on everything.",
)
value_low = Field(
    "value_low",
    "double",
    "Lower limit of the 95 % interval over persons; null where none is defined.",
    unit="unit of the row",
)
value_high = Field(
    "value_high",
    "double",
    "Upper limit of the 95 % interval over persons; null where none is defined.",
    unit="unit of the row",
)
cutoff_date = Field(
    "cutoff_date",
    "date",
    "Last day that the forecasts have seen, in the company's time zone; what came after it is held out.",
)
is_serving = Field("is_serving", "boolean", "The estimates in gold come from this method.")
