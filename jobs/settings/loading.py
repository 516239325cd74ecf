"""Typed conf: read once; errors are reported with the file, the key and the reason.

Later files override earlier ones: the shipped base.yaml and <profile>.yaml, then those of the chosen folder. company.yaml
and sources/ come only from the chosen folder. `${NAME}` and `${NAME:-default}` are taken from the environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from jobs.errors import ConfError
from jobs.settings import sources as sources_of_conf
from jobs.settings import yaml_files
from jobs.settings.base import Base, PartialBase, ReferenceSettings
from jobs.settings.company import Company
from jobs.settings.sources import Source
from jobs.settings.types import Strict

SHIPPED = Path(__file__).resolve().parent.parent.parent / "conf"


class Settings(Strict):
    """Everything that a user can configure, and where it came from."""

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
        """Longest time, in days, after which a late record may still restate a period."""
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
            f"there is no source {name} in {self.folder / 'sources'}; sources are "
            f"{', '.join(source.name for source in self.sources)}"
        )


def load(folder: Path | str | None = None) -> Settings:
    """Reads conf; `folder` defaults to SCRM_CONF, then to the shipped conf.

    Raises ConfError naming file, key, what was found and what to do.
    """
    chosen = Path(folder or os.environ.get("SCRM_CONF") or SHIPPED).expanduser().resolve()
    if not chosen.is_dir():
        raise ConfError(f"conf folder {chosen} does not exist; name a folder with company.yaml and sources/")
    profile = _profile()
    layers = [SHIPPED / "base.yaml", SHIPPED / f"{profile}.yaml"]
    if chosen != SHIPPED:
        layers += [chosen / "base.yaml", chosen / f"{profile}.yaml"]
    if not layers[1].is_file() and not layers[-1].is_file():
        raise ConfError(
            f"no conf for SCRM_PROFILE={profile}: {layers[-1]} does not exist; shipped profiles are local and cluster"
        )
    base = yaml_files.validated(Base, _merged(layers), layers[0])
    company_file = chosen / "company.yaml"
    if not company_file.is_file():
        raise ConfError(f"{company_file} does not exist; a conf folder needs company.yaml and sources/*.yaml")
    company = yaml_files.validated(Company, yaml_files.read(company_file), company_file)
    files = sorted((chosen / "sources").glob("*.yaml"))
    if not files:
        raise ConfError(f"{chosen / 'sources'} contains no *.yaml; declare at least one source there")
    sources = tuple(sources_of_conf.read(path) for path in files)
    return Settings(folder=chosen, base=base, company=company, sources=sources)


def _merged(layers: list[Path]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for path in layers:
        if path.is_file():
            layer = yaml_files.read(path)
            yaml_files.validated(PartialBase, layer, path)
            yaml_files.merge(merged, layer)
    return merged


def set_for_spark(settings: Settings) -> list[str]:
    """Keys of the section spark that the chosen folder sets to something else than is shipped."""
    if settings.folder == SHIPPED:
        return []
    own = _merged([settings.folder / "base.yaml", settings.folder / f"{_profile()}.yaml"]).get("spark", {})
    shipped = _merged([SHIPPED / "base.yaml", SHIPPED / f"{_profile()}.yaml"]).get("spark", {})
    options = {f"spark.conf.{key}": value for key, value in own.pop("conf", {}).items()}
    known = {f"spark.conf.{key}": value for key, value in shipped.pop("conf", {}).items()}
    options |= {f"spark.{key}": value for key, value in own.items()}
    known |= {f"spark.{key}": value for key, value in shipped.items()}
    return sorted(key for key, value in options.items() if known.get(key) != value)


def _profile() -> str:
    return os.environ.get("SCRM_PROFILE", "local")
