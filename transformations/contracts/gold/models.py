"""What is known about the models: how well they forecast."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

MODEL_EVALUATIONS = Table(
    "gold.model_evaluations",
    "How well each model forecasts what it has not seen, beside naive forecasts, and its parameters. One row per model, method "
    "and measure.",
    key=("model", "method", "measure"),
    columns=(
        f.model.required(),
        f.method.described(
            "How the forecast is made; naive_… are what a model has to beat. none: nothing could be measured."
        ).required(),
        f.measure.required(),
        f.unit.described("Unit of value and of its limits; none: a plain number."),
        f.value.described("The measure; null where it could not be taken.").cautioned(
            "Compare within one model and measure: methods are measured on the same persons."
        ),
        f.value_low,
        f.value_high,
        f.persons_count.described("Persons that were measured; null where nothing could be.").cautioned(None),
        f.cutoff_date,
        f.as_of_date,
        f.is_serving,
        f.missing_reason.described("Why nothing could be measured; null where something was."),
    ),
    module="analytic",
    is_published=True,
)

OFFERS = Table(
    "gold.offers",
    "What to offer a person next: products that go with what they have bought and that they have not. One row per person and "
    "offer.",
    key=("person_id", "offer_rank"),
    columns=(
        f.person_id.required(),
        f.offer_rank.required(),
        f.source.described("Source of both products."),
        f.product_id.references("silver.products"),
        f.because_product_id,
        f.together_count,
        f.support_ratio,
        f.confidence_ratio,
        f.lift,
        f.offer_score,
    ),
    module="operational",
    is_published=True,
)

TABLES = (MODEL_EVALUATIONS, OFFERS)
