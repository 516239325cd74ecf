"""Keys of company.yaml: who the company is."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from jobs.settings.base import ReferenceSettings
from jobs.settings.types import Currency, Strict, Timezone


class Topic(Strict):
    name: str
    terms: tuple[str, ...]


class ProductFamily(Strict):
    name: str
    terms: tuple[str, ...] = ()


class Competitor(Strict):
    name: str
    brands: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()


class Party(Strict):
    """A partner or a supplier, and how its people are recognised."""

    name: str
    role: Literal["partner", "supplier"]
    email_domains: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


class Ambiguous(Strict):
    """A brand, product, topic or competitor whose name is also a common word.

    It counts only beside another match or one of the `context` terms.
    """

    name: str
    context: tuple[str, ...] = ()


class Objective(Strict):
    objective_id: str
    name: str
    kind: Literal[
        "image", "design_collaboration", "cross_marketing", "cross_selling", "up_selling", "lower_marketing_cost"
    ]
    indicator: str
    target: float
    horizon: Literal["short", "medium", "long"] = "medium"


class Thresholds(Strict):
    relevance: float = Field(default=0.5, ge=0, le=1)
    language_confidence: float = Field(default=0.5, ge=0, le=1)


class Company(Strict):
    """Who the company is: what it monitors and which accounts are its own."""

    name: str
    timezone: Timezone = "UTC"
    currency: Currency = "EUR"
    as_of: Literal["clock", "data"] | None = None
    brands: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    company_profiles: dict[str, tuple[str, ...]] = {}
    bot_profiles: dict[str, tuple[str, ...]] = {}
    products: tuple[ProductFamily, ...] = ()
    topics: tuple[Topic, ...] = ()
    competitors: tuple[Competitor, ...] = ()
    parties: tuple[Party, ...] = ()
    exclusions: tuple[str, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    objectives: tuple[Objective, ...] = ()
    thresholds: Thresholds = Thresholds()
    judged_samples: tuple[str, ...] = ()
    references: tuple[ReferenceSettings, ...] = ()
