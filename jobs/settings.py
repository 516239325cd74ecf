"""Typed conf: read once, refused at once with the file, the key and the reason.

Files, later ones win: the shipped base.yaml and <profile>.yaml, then those of the chosen folder. company.yaml and
sources/ come from the chosen folder alone. `${NAME}` and `${NAME:-default}` are taken from the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from jobs import source_settings, yaml_files
from jobs.conf_types import Currency, Strict, Timezone
from jobs.errors import ConfError
from jobs.source_settings import Source
from transformations.contracts import Severity

SHIPPED = Path(__file__).resolve().parent.parent / "conf"


# --- base.yaml, local.yaml, cluster.yaml ----------------------------------------------------------------------


class LakeSettings(Strict):
    root: Path


class SparkSettings(Strict):
    master: str = "local[*]"
    driver_memory: str = "4g"
    shuffle_partitions: int = Field(default=4, ge=1)
    jars: tuple[str, ...] = ("core",)
    driver_java_options: str = ""
    conf: dict[str, str] = {}


class LimitSettings(Strict):
    record_bytes: int = Field(default=16_000_000, gt=0)
    csv_record_lines: int = Field(default=1_000, gt=0)
    nesting_depth: int = Field(default=100, gt=0)
    unpacked_bytes: int = Field(default=256_000_000, gt=0)
    in_memory_bytes: int = Field(default=256_000_000, ge=0)
    in_memory_rows: int = Field(default=200_000, ge=0)
    settle_seconds: float = Field(default=2, ge=0)


class RuleSettings(Strict):
    severity: Severity | None = None
    threshold: float | None = Field(default=None, ge=0, le=1)


class ReferenceSettings(Strict):
    """A trusted reference that a table's values are held against: a file or another table of the lake."""

    name: str = Field(pattern="^[a-z][a-z0-9_]*$")
    table: str
    reference: str
    on: dict[str, str] = Field(min_length=1)
    compare: dict[str, str] = {}
    where: str = "true"
    tolerance: float = Field(default=0, ge=0)
    ignore_case: bool = False


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
    key_variable: str = "SCRM_IDENTITY_KEY"


class WebSettings(Strict):
    """How the site's tracker is set, and which of its events are believed."""

    heartbeat_seconds: int = Field(default=10, ge=1)
    min_visit_seconds: int = Field(default=5, ge=1)
    max_session_days: int = Field(default=3, ge=1)
    days_late_allowed: int = Field(default=3, ge=0)


class NetworkSettings(Strict):
    max_edges_in_memory: int = Field(default=20_000_000, gt=0)
    seed: int = 7
    betweenness_samples: int = Field(default=64, ge=0)
    min_community_size: int = Field(default=3, ge=1)


class SegmentSettings(Strict):
    segments: tuple[int, ...] = (3, 4, 5, 6)
    seed: int = 7
    min_persons: int = Field(default=20, ge=2)
    min_silhouette: float = Field(default=0.15, ge=-1, le=1)
    max_silhouette_loss: float = Field(default=0.05, ge=0, le=2)


class ModelSettings(Strict):
    tracking_uri: str | None = None
    segments: SegmentSettings = SegmentSettings()


class SurvivorshipSettings(Strict):
    """Which source's value of an attribute stands: source names, or channels, the first counts most."""

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
        """Attribute -> sources, `default` for those that are not named."""
        return {name: value for name, value in self if value is not None}


class PublishSettings(Strict):
    targets: tuple[Literal["duckdb"], ...] = ("duckdb",)
    min_group_size: int = Field(default=5, ge=1)


class Base(Strict):
    profile: str = "local"
    lake: LakeSettings
    as_of: Literal["clock", "data"] = "clock"
    spark: SparkSettings = SparkSettings()
    limits: LimitSettings = LimitSettings()
    quality: QualitySettings = QualitySettings()
    identity: IdentitySettings = IdentitySettings()
    survivorship: SurvivorshipSettings = SurvivorshipSettings()
    web: WebSettings = WebSettings()
    network: NetworkSettings = NetworkSettings()
    models: ModelSettings = ModelSettings()
    publish: PublishSettings = PublishSettings()


# --- company.yaml ---------------------------------------------------------------------------------------------


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


class Ambiguous(Strict):
    """A brand, product, topic or competitor whose name is a common word too.

    It counts beside any other sign, or beside one of the `context` terms.
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
    exclusions: tuple[str, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    objectives: tuple[Objective, ...] = ()
    thresholds: Thresholds = Thresholds()
    judged_samples: tuple[str, ...] = ()
    references: tuple[ReferenceSettings, ...] = ()


# --- all of it ------------------------------------------------------------------------------------------------


class Settings(Strict):
    """Everything that a user can change, and where it came from."""

    folder: Path
    base: Base
    company: Company
    sources: tuple[Source, ...]

    @property
    def as_of_mode(self) -> Literal["clock", "data"]:
        return self.company.as_of or self.base.as_of

    @property
    def references(self) -> tuple[ReferenceSettings, ...]:
        """Trusted references of base.yaml and company.yaml."""
        return (*self.base.quality.references, *self.company.references)

    @property
    def late_days(self) -> int:
        """Longest time after which a late record may still restate a period."""
        return max((source.late_days for source in self.sources), default=0)

    @property
    def jar_groups(self) -> tuple[str, ...]:
        """Groups of jars.txt that a session needs: those of base.yaml, Kafka's for a topic, a driver for a database."""
        needed = [source.jdbc.driver_jars for source in self.sources if source.jdbc and source.jdbc.driver_jars]
        if any(source.kafka for source in self.sources):
            needed.append("kafka")
        return tuple(dict.fromkeys((*self.base.spark.jars, *needed)))

    def source(self, name: str) -> Source:
        for source in self.sources:
            if source.name == name:
                return source
        raise ConfError(
            f"no source {name} in {self.folder / 'sources'}; there are "
            f"{', '.join(source.name for source in self.sources)}"
        )


# --- reading --------------------------------------------------------------------------------------------------


def load(folder: Path | str | None = None) -> Settings:
    """Reads conf; `folder` defaults to SCRM_CONF, then to the shipped conf.

    Raises ConfError naming file, key, what was found and what to do.
    """
    chosen = Path(folder or os.environ.get("SCRM_CONF") or SHIPPED).expanduser().resolve()
    if not chosen.is_dir():
        raise ConfError(f"conf folder {chosen} does not exist; name a folder that holds company.yaml and sources/")
    profile = os.environ.get("SCRM_PROFILE", "local")
    layers = [SHIPPED / "base.yaml", SHIPPED / f"{profile}.yaml"]
    if chosen != SHIPPED:
        layers += [chosen / "base.yaml", chosen / f"{profile}.yaml"]
    if not layers[1].is_file() and not layers[-1].is_file():
        raise ConfError(f"no conf for SCRM_PROFILE={profile}: {layers[-1]} does not exist; shipped are local, cluster")
    merged: dict[str, Any] = {}
    for path in layers:
        if path.is_file():
            layer = yaml_files.read(path)
            yaml_files.validated(_PartialBase, layer, path)
            yaml_files.merge(merged, layer)
    base = yaml_files.validated(Base, merged, layers[0])
    company_file = chosen / "company.yaml"
    if not company_file.is_file():
        raise ConfError(f"{company_file} does not exist; a conf folder needs company.yaml and sources/*.yaml")
    company = yaml_files.validated(Company, yaml_files.read(company_file), company_file)
    files = sorted((chosen / "sources").glob("*.yaml"))
    if not files:
        raise ConfError(f"{chosen / 'sources'} holds no *.yaml; declare at least one source there")
    sources = tuple(source_settings.read(path) for path in files)
    return Settings(folder=chosen, base=base, company=company, sources=sources)


class _PartialBase(Strict):
    """base.yaml of one layer: any part may be left out, no key may be unknown."""

    profile: str = "local"
    lake: LakeSettings | None = None
    as_of: Literal["clock", "data"] | None = None
    spark: SparkSettings | None = None
    limits: LimitSettings | None = None
    quality: QualitySettings | None = None
    identity: IdentitySettings | None = None
    survivorship: SurvivorshipSettings | None = None
    web: WebSettings | None = None
    network: NetworkSettings | None = None
    models: ModelSettings | None = None
    publish: PublishSettings | None = None
