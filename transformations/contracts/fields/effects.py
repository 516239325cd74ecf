"""Whether what a company does moves what it wants."""

from __future__ import annotations

from transformations.contracts.fields.types import PERSONS, RATIO
from transformations.contracts.model import Field

_OF_EFFECT = "unit of outcome_indicator_id per unit of indicator_id; of campaigns: per person written to"

outcome_indicator_id = Field("outcome_indicator_id", "string", "Indicator that measures the objective.")
evidence_method = Field(
    "method",
    "string",
    "randomised_split: people to whom a campaign was sent against those left out by lot. difference_in_differences: the change "
    "of what they bought against that of untouched customers. lagged_regression: the outcome's days on the driver's, so many "
    "days before, beside trend, weekday and the days before of both.",
    allowed=("randomised_split", "difference_in_differences", "lagged_regression"),
)
effect_of_driver = Field(
    "effect",
    "double",
    "How much the outcome changes; null where it could not be measured.",
    unit=_OF_EFFECT,
    caution="Of a lagged regression it is no cause: what moves both is not known.",
)
placebo_of_effect = Field(
    "placebo_effect",
    "double",
    "The same of what cannot be an effect: the outcome on the driver's days as much later; the difference before the campaign "
    "began. Null where data do not reach that far.",
    unit=_OF_EFFECT,
)
placebo_effect_low = Field("placebo_low", "double", "Lower limit of its 95 % interval.", unit=_OF_EFFECT)
placebo_effect_high = Field("placebo_high", "double", "Upper limit of its 95 % interval.", unit=_OF_EFFECT)
shuffled_low = Field(
    "shuffled_low",
    "double",
    "Lower limit of 95 % of the effects that chance gives: of a driver whose weeks are in random order; of people parted by lot.",
    unit=_OF_EFFECT,
)
shuffled_high = Field("shuffled_high", "double", "Upper limit of these.", unit=_OF_EFFECT)
lag_days = Field(
    "lag_days",
    "bigint",
    "Days from the driver to the outcome; of campaigns the days from the beginning that are compared. 0: no regression.",
    unit="days",
)
p_value = Field("p_value", "double", "Probability of an effect as large where there is none.", unit=RATIO)
q_value = Field(
    "q_value",
    "double",
    "Smallest false discovery rate at which it is a finding, over all rows of the table (Benjamini and Hochberg).",
    unit=RATIO,
)
comparison_count = Field(
    "comparison_count",
    "bigint",
    "Persons held out or untouched that those written to are compared with; null for a regression.",
    unit=PERSONS,
)
effect_observations = Field(
    "observations_count",
    "bigint",
    "Days of a regression; persons on both sides of a comparison.",
    unit="days or persons",
)
evidence_grade = Field(
    "grade",
    "string",
    "Grade of the evidence. A: experiment. B: quasi-experiment. C: lagged association, or any whose placebo shows an effect or "
    "could not be tried. Null where nothing was measured.",
    allowed=("A", "B", "C"),
)
conclusion = Field(
    "conclusion",
    "string",
    "What may be said. caused (A), probably_caused (B), associated (C): a finding at a false discovery rate of 5 %, beyond what "
    "shuffled data give, whose placebo shows nothing. doubtful: a finding whose placebo shows as much, or could not be tried. "
    "none_found. not_measured: missing_reason says why.",
    allowed=("caused", "probably_caused", "associated", "doubtful", "none_found", "not_measured"),
)
is_strongest = Field(
    "is_strongest",
    "boolean",
    "Of the lags of a pair and method that are findings, the one least likely to be chance: read this one.",
)
