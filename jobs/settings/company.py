"""Keys of company.yaml: who the company is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from jobs.settings.base import ReferenceSettings
from jobs.settings.objectives import Horizon, ObjectiveKind
from jobs.settings.types import Currency, HourSpan, Strict, Timezone


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
    """An objective of the company, or of one of its customers, communities or segments.

    indicator: of gold.indicator_catalogue; of others than the company a measure of profitability (revenue, orders_count …).
    subject_id: person_id, community_id or segment_id.
    drivers: indicators that are held to move the objective's own, of the company.
    """

    objective_id: str
    name: str
    kind: ObjectiveKind
    indicator: str
    target: float
    horizon: Horizon = "medium"
    subject: Literal["company", "customer", "community", "segment"] = "company"
    subject_id: str | None = None
    strategy: str | None = None
    drivers: tuple[str, ...] = ()


class Thresholds(Strict):
    relevance: float = Field(default=0.5, ge=0, le=1)
    language_confidence: float = Field(default=0.5, ge=0, le=1)


class Ideas(Strict):
    """When an idea counts as supported, and the tags of a post that say what became of it."""

    min_supporters: int = Field(default=1, ge=1)
    taken_up: tuple[str, ...] = ("status-planned", "status-review", "planned", "accepted")
    launched: tuple[str, ...] = ("status-completed", "launched", "implemented")
    declined: tuple[str, ...] = ("status-declined", "declined", "wontfix")


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
    business_hours: dict[
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], tuple[HourSpan, ...]
    ] = {}
    holidays: tuple[date, ...] = ()
    reply_cost: Decimal | None = Field(default=None, gt=0)
    staff_accounts: dict[str, dict[str, str]] = {}
    ideas: Ideas = Ideas()
    judged_samples: tuple[str, ...] = ()
    references: tuple[ReferenceSettings, ...] = ()
