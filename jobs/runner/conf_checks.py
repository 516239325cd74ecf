"""What conf says of models, people and matching, held against what there is. Starts no JVM, connects to nothing."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path

from jobs.engine.spark import FIXED
from jobs.errors import ConfError
from jobs.lake.opening import check_engine
from jobs.settings import Settings
from jobs.settings.sources import Source
from jobs.sources import formats
from transformations.canonical.names import did_you_mean

_DRIVERS = {"postgresql": "psycopg2", "mysql": "MySQLdb", "mssql": "pyodbc"}
"""Kind of MLflow's database -> module of SQLAlchemy's driver for it, where the address names none."""

_ACTS = ("posts", "profiles", "interactions", "tickets", "ticket_events")
"""Tables with accounts that act."""


def check(settings: Settings) -> None:
    """Raises ConfError naming file and key."""
    _check_spark(settings)
    check_engine(settings)
    _check_store_of_models(settings)
    _check_numbers_of_segments(settings)
    _check_precedence(settings)
    _check_ambiguous(settings)
    _check_channels(settings)
    for source in settings.sources:
        _check_deletions(source)


def _check_spark(settings: Settings) -> None:
    for key in sorted(settings.base.spark.conf.keys() & FIXED.keys()):
        raise ConfError(f"base.yaml: key spark.conf.{key}: the lake relies on {key}={FIXED[key]}; leave it out")


def _check_store_of_models(settings: Settings) -> None:
    uri = settings.base.models.tracking_uri
    if uri is None:
        return
    scheme, _, place = uri.partition("://")
    kind, _, named = scheme.partition("+")
    if kind == "sqlite":
        path = Path(place.removeprefix("/"))  # sqlite:///mlflow.db is relative, sqlite:////mlflow.db is not
        if place.removeprefix("/") and not path.parent.is_dir():
            raise ConfError(
                f"base.yaml: key models.tracking_uri: the folder {path.parent} does not exist; create it, or fix the path"
            )
    driver = named or _DRIVERS.get(kind)
    if kind in _DRIVERS and driver and importlib.util.find_spec(driver) is None:
        raise ConfError(
            f"base.yaml: key models.tracking_uri: the Python module {driver} is not installed; install it beside scrm, or name "
            "the MLflow server's address (http://HOST:PORT)"
        )


def _check_numbers_of_segments(settings: Settings) -> None:
    of = settings.base.models.segments
    if max(of.segments) > of.min_persons:
        raise ConfError(
            f"base.yaml: key models.segments.segments asks for {max(of.segments)} segments, and a model is fitted from "
            f"{of.min_persons} persons on (models.segments.min_persons); lower the first or raise the second"
        )


def _check_precedence(settings: Settings) -> None:
    """A misspelt source would have no precedence, and nobody would notice."""
    known = {name for source in settings.sources for name in (source.name, source.system, source.channel) if name}
    for attribute, names in settings.base.survivorship.precedence().items():
        for name in names:
            if name not in known:
                raise ConfError(
                    f"base.yaml: key survivorship.{attribute} names {name!r}, which is no source, system or "
                    f"channel{_hint(name, known)}"
                )


def _check_ambiguous(settings: Settings) -> None:
    company = settings.company
    known = {*company.brands, *(one.name for one in company.products), *(one.name for one in company.topics)}
    known |= {one.name for one in company.competitors}
    known |= {brand for one in company.competitors for brand in one.brands}
    for one in company.ambiguous:
        if one.name not in known:
            raise ConfError(
                f"{settings.folder / 'company.yaml'}: key ambiguous names {one.name!r}, which is no brand, product, topic or "
                f"competitor{_hint(one.name, known)}"
            )


def _check_channels(settings: Settings) -> None:
    """Accounts of a misspelt channel would be nobody's."""
    if any(
        "channel" in of.columns for source in settings.sources for name, of in source.tables.items() if name in _ACTS
    ):
        return  # its records say which channels there are
    known = {source.own_channel for source in settings.sources}
    for key in ("company_profiles", "bot_profiles"):
        for name in getattr(settings.company, key):
            if name not in known:
                raise ConfError(
                    f"{settings.folder / 'company.yaml'}: key {key} names {name!r}, which is the channel of no source"
                    f"{_hint(name, known)}"
                )


def _check_deletions(source: Source) -> None:
    """Tombstones are rows with deleted_at: without one nothing would ever be deleted."""
    if formats.platform_of(source):
        return  # what a platform says of deletions is its format's
    filled = {name for mapping in source.tables.values() for name in mapping.columns}
    if source.deletes == "tombstones" and "deleted_at" not in filled:
        raise ConfError(
            f"{source.file}: key deletes is 'tombstones', and no table fills deleted_at; map the time of deletion to it in "
            "tables, or leave deletes out"
        )


def _hint(name: str, known: Iterable[str]) -> str:
    listed = sorted(known)
    return did_you_mean(name, listed, f"there are {', '.join(listed) or 'none'}")
