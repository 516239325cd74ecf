"""Whether what the company does moves what it wants."""

from __future__ import annotations

from transformations.contracts import fields as f
from transformations.contracts.model import Table

CAUSE_EFFECT = Table(
    "gold.cause_effect",
    "Whether drivers that an objective declares move the indicator that measures it. One row per objective, driver, method, "
    "campaign (or all) and lag.",
    key=("objective_id", "indicator_id", "method", "dimension", "dimension_value", "lag_days"),
    columns=(
        f.objective_id.required(),
        f.outcome_indicator_id.required().references("gold.indicator_catalogue"),
        f.indicator_id.described("The driver: indicator that is held to move the objective.")
        .required()
        .references("gold.indicator_catalogue"),
        f.evidence_method.required(),
        f.dimension.described("all, or campaign.").cautioned(None).required(),
        f.dimension_value.described("Campaign, or all: the campaigns together, or the company's days.").required(),
        f.lag_days.required(),
        f.effect_of_driver,
        f.confidence_low.in_unit(f.effect_of_driver.unit or ""),
        f.confidence_high.in_unit(f.effect_of_driver.unit or ""),
        f.p_value,
        f.q_value,
        f.effect_observations,
        f.comparison_count,
        f.placebo_of_effect,
        f.placebo_effect_low,
        f.placebo_effect_high,
        f.shuffled_low,
        f.shuffled_high,
        f.evidence_grade,
        f.conclusion.required(),
        f.is_strongest,
        f.missing_reason.described("Why effect is null; null where it is not."),
    ),
    module="strategic",
    is_published=True,
)

TABLES = (CAUSE_EFFECT,)
