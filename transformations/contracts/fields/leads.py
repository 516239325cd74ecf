"""Leads: people who are not customers."""

from __future__ import annotations

from transformations.contracts.fields.types import ORDINAL, PERSONS
from transformations.contracts.model import Field

lead_rank = Field("lead_rank", "int", "Place by lead_score; 1 is the best.", unit=ORDINAL)
lead_score = Field(
    "lead_score",
    "double",
    "conversion_probability where lead_model is logistic; else the mean of six rules, which is no probability.",
    minimum="0",
    maximum="1",
    unit="score 0 to 1",
    caution="Compare within one run: the model is fitted again as time passes.",
)
conversion_probability = Field(
    "conversion_probability",
    "double",
    "Probability to become a customer within models.leads.horizon_days, calibrated on held-out days (model leads in "
    "gold.model_evaluations); null where nothing could be fitted.",
    unit="probability 0 to 1",
)
score_reasons = Field(
    "score_reasons",
    "array<string>",
    "What raises the score most, the strongest first: at most three of posts, recent_posts, relevant_posts, purchase_intents, "
    "questions, to_company, recent_to_company, from_company, customers_met, acts, recent_acts, days_since_act, fit.",
)
lead_model = Field(
    "lead_model",
    "string",
    "logistic: a regression on who became a customer before. rules: too few did, or it was no better than a constant.",
    allowed=("logistic", "rules"),
)
lead_fit = Field(
    "fit",
    "double",
    "Likeness (cosine) of the topics that the person talks about and those of the best customers: the fifth that bought "
    "most often.",
    unit="ratio 0 to 1",
)
interests = Field("interests", "array<string>", "The topics that the person's posts mention most, at most three.")
lead_follows = Field(
    "follows", "array<string>", "Persons whom the lead follows, at most five; the company's accounts apart."
)
talks_to = Field(
    "talks_to",
    "array<string>",
    "Persons with whom there are most interactions but follows, at most five; the company's apart.",
)
lead_path = Field(
    "path",
    "array<string>",
    "The way to customers: customers whom the person is in touch with (path_steps 1, at most five), or who knows both and the "
    "customer who is likeliest to get in touch (2). Empty where there is none.",
)
path_steps = Field("path_steps", "int", "Steps to the nearest customer: 1, 2, or null.", unit="steps")
last_act_date = Field("last_act_date", "date", "Last post or interaction, in the company's time zone.")
lead_posts_count = Field("lead_posts_count", "bigint", "Posts of the person.", unit="posts")
purchase_intents_count = Field("purchase_intents_count", "bigint", "Posts that speak of buying.", unit="posts")
to_company_count = Field(
    "to_company_count", "bigint", "Interactions towards the company's accounts.", unit="interactions"
)
customers_met_count = Field(
    "customers_met_count",
    "bigint",
    "Customers with whom there was an interaction, either way.",
    unit=PERSONS,
    caution="Do not sum over leads: they meet the same customers.",
)
