"""Keys of base.yaml, local.yaml and cluster.yaml: how and where the pipeline runs, its limits and thresholds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_serializer
from pydantic_core import PydanticCustomError

from jobs.settings.objectives import ObjectiveSettings
from jobs.settings.types import Strict
from transformations.contracts import Severity
from transformations.segmentation.criteria import TYPES, Characteristic, Criterion

_MASTER = re.compile(r"local(\[(\*|[1-9]\d*)(, *\d+)?\])?|local-cluster\[\d+, *\d+, *\d+\]|yarn|(spark|k8s)://.+")
_MEMORY = re.compile("[1-9][0-9]*[kmgt]", re.IGNORECASE)
_STORES = ("sqlite", "postgresql", "mysql", "mssql", "http", "https", "file")


ACT_WEIGHTS = {
    "follow": 1.0,
    "reaction": 0.5,
    "share": 2.0,
    "mention": 1.0,
    "reply": 2.0,
    "answer": 3.0,
    "accept": 3.0,
    "tag": 1.0,
    "co_edit": 2.0,
}
"""What one act counts in the network, by its kind: about what it costs who does it."""


def _weights(given: dict[str, float]) -> dict[str, float]:
    if unknown := sorted(set(given) - set(ACT_WEIGHTS)):
        raise ValueError(f"{', '.join(unknown)}: no such kind of act; kinds are {', '.join(ACT_WEIGHTS)}")
    return ACT_WEIGHTS | given


def _spark_master(master: str) -> str:
    if not _MASTER.fullmatch(master):
        raise ValueError("expected local[*], spark://HOST:PORT, yarn or k8s://HOST:PORT")
    return master


def _memory(size: str) -> str:
    if not _MEMORY.fullmatch(size):
        raise ValueError("expected a number and a unit, for example 4g or 512m")
    return size


def _store_of_models(uri: str) -> str:
    scheme, separator, _ = uri.partition("://")
    if not separator or scheme.partition("+")[0] not in _STORES:
        raise PydanticCustomError(  # the address may hold a password
            "secret", f"expected an address that begins with {', '.join(_STORES)}; for example http://localhost:5000"
        )
    return uri


class LakeSettings(Strict):
    root: Path


class SparkSettings(Strict):
    master: Annotated[str, AfterValidator(_spark_master)] = "local[*]"
    driver_memory: Annotated[str, AfterValidator(_memory)] = "4g"
    shuffle_partitions: int = Field(default=4, ge=1)
    jars: tuple[str, ...] = ("core",)
    driver_java_options: str = ""
    conf: dict[str, str] = {}


class EmbeddedSettings(Strict):
    """memory: of all that the embedded engine computes at once; joins and sums spill what is more to the disk."""

    memory: Annotated[str, AfterValidator(_memory)] = "4g"
    warn_of_other_users: bool = True


class LimitSettings(Strict):
    record_bytes: int = Field(default=16_000_000, gt=0)
    csv_record_lines: int = Field(default=1_000, gt=0)
    nesting_depth: int = Field(default=100, gt=0)
    unpacked_bytes: int = Field(default=256_000_000, gt=0)
    in_memory_bytes: int = Field(default=256_000_000, ge=0)
    in_memory_rows: int = Field(default=200_000, ge=0)
    interpreted_records: int = Field(default=100_000, ge=0)
    settle_seconds: float = Field(default=2, ge=0)
    jobs_at_once: int = Field(default=2, ge=1)


class RuleSettings(Strict):
    severity: Severity | None = None
    threshold: float | None = Field(default=None, ge=0, le=1)


class ReferenceSettings(Strict):
    """A trusted reference that a table's values are compared with: a file or another table of the lake."""

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    table: str
    reference: str
    on: dict[str, str] = Field(min_length=1)
    compare: dict[str, str] = {}
    where: str = "true"
    tolerance: float = Field(default=0, ge=0)
    ignore_case: bool = False

    @field_serializer("reference")
    def _named(self, reference: str) -> str:
        """The name of the file: its folder has no effect, and its content is fingerprinted apart from conf."""
        return Path(reference).name


class QualitySettings(Strict):
    max_quarantined_ratio: float = Field(default=0.5, ge=0, le=1)
    min_rows_to_stop: int = Field(default=100, ge=0)
    integrity_threshold: float = Field(default=0.95, ge=0, le=1)
    integrity_severity: Literal["warn", "stop"] = "warn"
    examples: int = Field(default=3, ge=0, le=20)
    judged_threshold: float = Field(default=0.8, ge=0, le=1)
    rules: dict[str, RuleSettings] = {}
    references: tuple[ReferenceSettings, ...] = ()


class IdentitySettings(Strict):
    """link_at, review_at: probabilities from which on two records are of one person, or are shown to be judged."""

    key_variable: str = "SCRM_IDENTITY_KEY"
    not_a_key: tuple[str, ...] = ()
    link_at: float = Field(default=0.9, gt=0.5, le=1)
    review_at: float = Field(default=0.5, gt=0, le=1)
    max_records_in_memory: int = Field(default=200_000, ge=0)
    compare_profiles: bool = True


class SocialCustomerSettings(Strict):
    """window_days: of activity that counts, before as_of. min_score: below it nobody is a social customer."""

    window_days: int = Field(default=90, ge=1)
    min_score: float = Field(default=0.3, ge=0, le=1)


class ExperienceSettings(Strict):
    """gap_days: another journey begins where nothing happened for so long."""

    gap_days: int = Field(default=30, ge=1)


class WebSettings(Strict):
    """How the site's tracker is configured, and which of its events are accepted."""

    heartbeat_seconds: int = Field(default=10, ge=1)
    min_visit_seconds: int = Field(default=5, ge=1)
    max_session_days: int = Field(default=3, ge=1)
    days_late_allowed: int = Field(default=3, ge=0)


class NetworkSettings(Strict):
    """periods: beside all time. weights: of one act by kind; kinds that conf does not name keep their defaults."""

    max_edges_in_memory: int = Field(default=20_000_000, gt=0)
    in_process_below: int = Field(default=200_000, ge=0)
    seed: int = 7
    periods: tuple[Literal["week", "month", "window"], ...] = ("week", "month", "window")
    window_days: int = Field(default=90, ge=1)
    half_life_days: float = Field(default=90, gt=0)
    weights: Annotated[dict[str, Annotated[float, Field(ge=0, le=1000)]], AfterValidator(_weights)] = ACT_WEIGHTS
    betweenness_samples: int = Field(default=64, ge=0)
    exact_below: int = Field(default=1_000, ge=0)
    interest_share: float = Field(default=0.2, ge=0, lt=1)
    community_method: Literal["modularity", "label_propagation"] = "modularity"
    sub_communities_from: int = Field(default=0, ge=0)
    min_community_size: int = Field(default=3, ge=1)
    min_source_posts: int = Field(default=3, ge=1)
    holdout_days: int = Field(default=28, ge=1)


class CommunityChoice(Strict):
    """What one community is segmented by, where not by the default."""

    characteristics: tuple[Characteristic, ...] | None = None
    criteria: tuple[Criterion, ...] | None = None


class SegmentSettings(Strict):
    """characteristics, criteria: of sub-communities, and of value within a community; of_community: by community id or name."""

    segments: tuple[Annotated[int, Field(ge=2)], ...] = Field(default=(3, 4, 5, 6), min_length=1)
    seed: int = 7
    min_persons: int = Field(default=20, ge=2)
    min_silhouette: float = Field(default=0.15, ge=-1, le=1)
    max_silhouette_loss: float = Field(default=0.05, ge=0, le=2)
    methods: tuple[Literal["kmeans", "gaussian_mixture"], ...] = Field(
        default=("kmeans", "gaussian_mixture"), min_length=1
    )
    min_stability: float = Field(default=0.6, ge=-1, le=1)
    min_share: float = Field(default=0.01, ge=0, le=1)
    max_moved_share: float = Field(default=0.5, ge=0, le=1)
    characteristics: tuple[Characteristic, ...] = TYPES
    criteria: tuple[Criterion, ...] = ()
    of_community: dict[str, CommunityChoice] = {}
    counts: tuple[Annotated[int, Field(ge=2)], ...] = Field(default=(2, 3, 4), min_length=1)
    min_members: int = Field(default=10, ge=2)
    resegment_below: float = Field(default=0.5, ge=0, le=1)


class ValueSettings(Strict):
    """What is estimated of customers, and how much data it takes."""

    model: Literal["auto", "bg_nbd", "mbg_nbd"] = "auto"
    horizon_days: int = Field(default=90, ge=1)
    clv_days: int = Field(default=365, ge=1)
    discount_rate: float = Field(default=0.1, ge=0, le=1)
    holdout_days: int = Field(default=90, ge=1)
    min_persons: int = Field(default=50, ge=10)
    min_repeat_persons: int = Field(default=20, ge=10)
    min_churn_persons: int = Field(default=50, ge=10)


class OfferSettings(Strict):
    """What offers are made of, and how much data it takes."""

    products: int = Field(default=300, ge=2, le=5_000)
    basket_products: int = Field(default=60, ge=2, le=500)
    min_baskets: int = Field(default=10, ge=2)
    rules: int = Field(default=20, ge=1)
    per_person: int = Field(default=5, ge=1, le=100)
    holdout_days: int = Field(default=30, ge=1)
    min_persons: int = Field(default=50, ge=10)


class LeadSettings(Strict):
    """horizon_days: in which leads are to become customers. min_converted: who did, below which nothing is fitted."""

    horizon_days: int = Field(default=30, ge=1)
    min_converted: int = Field(default=20, ge=5)


class ModelSettings(Strict):
    tracking_uri: Annotated[str, AfterValidator(_store_of_models)] | None = None
    segments: SegmentSettings = SegmentSettings()
    value: ValueSettings = ValueSettings()
    offers: OfferSettings = OfferSettings()
    leads: LeadSettings = LeadSettings()


class SurvivorshipSettings(Strict):
    """Precedence of the sources of an attribute: names of sources or channels, the first has precedence."""

    default: tuple[str, ...] = ()
    name: tuple[str, ...] | None = None
    email: tuple[str, ...] | None = None
    phone: tuple[str, ...] | None = None
    street: tuple[str, ...] | None = None
    city: tuple[str, ...] | None = None
    postcode: tuple[str, ...] | None = None
    country: tuple[str, ...] | None = None
    birth_date: tuple[str, ...] | None = None
    gender: tuple[str, ...] | None = None

    def precedence(self) -> dict[str, tuple[str, ...]]:
        """Attribute -> sources, `default` for attributes that are not listed."""
        return {name: value for name, value in self if value is not None}


class PublishSettings(Strict):
    """targets: where a run publishes to; none: it publishes nothing."""

    targets: tuple[Literal["duckdb"], ...] = ("duckdb",)
    min_group_size: int = Field(default=5, ge=1)


class Base(Strict):
    profile: str = "local"
    lake: LakeSettings
    as_of: Literal["clock", "data"] = "clock"
    engine: Literal["spark", "embedded"] = "spark"
    spark: SparkSettings = SparkSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()
    limits: LimitSettings = LimitSettings()
    quality: QualitySettings = QualitySettings()
    identity: IdentitySettings = IdentitySettings()
    survivorship: SurvivorshipSettings = SurvivorshipSettings()
    social_customers: SocialCustomerSettings = SocialCustomerSettings()
    experience: ExperienceSettings = ExperienceSettings()
    web: WebSettings = WebSettings()
    network: NetworkSettings = NetworkSettings()
    models: ModelSettings = ModelSettings()
    objectives: ObjectiveSettings = ObjectiveSettings()
    publish: PublishSettings = PublishSettings()


class PartialBase(Strict):
    """base.yaml of one layer: any section may be left out, unknown keys are refused."""

    profile: str = "local"
    lake: LakeSettings | None = None
    as_of: Literal["clock", "data"] | None = None
    engine: Literal["spark", "embedded"] | None = None
    spark: SparkSettings | None = None
    embedded: EmbeddedSettings | None = None
    limits: LimitSettings | None = None
    quality: QualitySettings | None = None
    identity: IdentitySettings | None = None
    survivorship: SurvivorshipSettings | None = None
    social_customers: SocialCustomerSettings | None = None
    experience: ExperienceSettings | None = None
    web: WebSettings | None = None
    network: NetworkSettings | None = None
    models: ModelSettings | None = None
    objectives: ObjectiveSettings | None = None
    publish: PublishSettings | None = None
