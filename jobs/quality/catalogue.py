"""Every rule there is: those of the contracts, and those that people, references, judges and publishing add.

A rule has code, property, severity, message and threshold, wherever it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from expectations import by_hand
from expectations import rules as registry
from expectations.by_hand import ByHand, ByHandError
from jobs.errors import ConfError
from jobs.settings import Settings
from jobs.settings.base import ReferenceSettings
from jobs.sources import formats
from transformations.contracts import CONTRACTS, Property, Rule, Severity, Table, TableRule

PUBLISHED = "published.is_the_same"
JUDGED = ".agrees_with_judges"


@dataclass(frozen=True)
class FurtherRule:
    """A rule that no contract declares."""

    code: str
    property: Property
    severity: Severity
    message: str
    threshold: float = 1.0


AnyRule = Rule | TableRule | ByHand | FurtherRule


def context(settings: Settings, as_of: datetime, counted_to: datetime | None = None) -> registry.RuleContext:
    """What rules need of conf and clock. counted_to: instant from which the age of data is counted; None: as_of."""
    quality, company = settings.base.quality, settings.company
    rivals = {name.strip().lower() for rival in company.competitors for name in (rival.name, *rival.brands)}
    objectives = {name.strip().lower() for one in company.objectives for name in (one.objective_id, one.name, one.kind)}
    return registry.RuleContext(
        as_of=as_of,
        timezone=settings.company.timezone,
        integrity_threshold=quality.integrity_threshold,
        integrity_severity=quality.integrity_severity,
        overrides={code: registry.Override(o.severity, o.threshold) for code, o in quality.rules.items()},
        counted_to=counted_to,
        fresh_days=fresh_days(settings),
        competitors=tuple(sorted(rivals)),
        objectives=tuple(sorted(objectives)),
    )


def fresh_days(settings: Settings) -> dict[str, dict[str, float]]:
    """Table -> source as silver names it -> days; of several sources with one name the least."""
    found: dict[str, dict[str, float]] = {}
    for source in settings.sources:
        if source.fresh_days is not None:
            for table in formats.tables_of(source):
                of_table = found.setdefault(f"silver.{table}", {})
                of_table[source.origin] = min(source.fresh_days, of_table.get(source.origin, source.fresh_days))
    return found


def of_table(table: Table, settings: Settings, as_of: datetime) -> tuple[AnyRule, ...]:
    """Every rule of a table."""
    return (
        *registry.all_rules(table, context(settings, as_of)),
        *by_hand_of(table, settings, as_of),
        *(
            rule
            for reference in settings.references
            if reference.table == table.name
            for rule in agreements(table, reference, settings)
        ),
        *judged_rules(table, settings),
        *published_rules(table, settings),
    )


def unknown_codes(settings: Settings) -> list[str]:
    """Codes of quality.rules that no rule has."""
    epoch = datetime(2000, 1, 1)
    known = {f"{table.name}.{rule.code}" for table in CONTRACTS.values() for rule in of_table(table, settings, epoch)}
    return sorted(set(settings.base.quality.rules) - known)


# --- by hand ----------------------------------------------------------------------------------------------------


def folders(settings: Settings) -> tuple[Path, ...]:
    """Where expectations by hand lie: with the code, and in the conf folder."""
    return (by_hand.SHIPPED, settings.folder / "expectations")


def by_hand_of(table: Table, settings: Settings, as_of: datetime) -> tuple[ByHand, ...]:
    """Expectations that people added to a table. Raises ConfError naming the file."""
    try:
        given = _loaded(_state(folders(settings)))
        overrides = context(settings, as_of).overrides
        return tuple(
            by_hand.overridden(one, overrides.get(f"{one.table}.{one.code}"))
            for one in given
            if one.table == table.name
        )
    except ByHandError as error:
        raise ConfError(str(error)) from None


def files_mark(settings: Settings, tables: set[str]) -> str:
    """Tells whether a file or fresh_days, which decide how these tables are judged, have changed; empty: there are none."""
    paths = [path for path in by_hand.files(folders(settings)) if path.stem in tables]
    for reference in settings.references:
        if reference.table in tables and reference.reference not in CONTRACTS:
            paths.append(reference_file(reference, settings))
    there = [path for path in paths if path.is_file()]
    fresh = {name: days for name, days in fresh_days(settings).items() if name in tables}
    if not there and not fresh:
        return ""
    digest = sha256(
        repr(sorted((name, sorted(days.items())) for name, days in fresh.items())).encode() if fresh else b""
    )
    for path in there:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _state(folders: Iterable[Path]) -> tuple[tuple[Path, int, int], ...]:
    """Files with time and size, so that they are read once and again when they change."""
    return tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in by_hand.files(folders))


@lru_cache(maxsize=8)
def _loaded(state: tuple[tuple[Path, int, int], ...]) -> tuple[ByHand, ...]:
    return by_hand.load(path for path, _, _ in state)


# --- references, judges, publishing -----------------------------------------------------------------------------


def reference_file(reference: ReferenceSettings, settings: Settings) -> Path:
    """Where a reference's file lies: from the conf folder on, else, as a source's path, from where scrm runs."""
    named = Path(reference.reference).expanduser()
    from_conf = settings.folder / named
    return named if not from_conf.is_file() and named.is_file() else from_conf


def agreements(table: Table, reference: ReferenceSettings, settings: Settings) -> tuple[FurtherRule, ...]:
    """Rules of a trusted reference: a column agrees with it, or without `compare` the row stands in it."""
    if not reference.compare:
        named = ", ".join(reference.on)
        return (
            _further(
                f"stands_in_{reference.name}",
                table,
                settings,
                "accuracy",
                f"{named} stands not in the reference {reference.name}",
                can_stop=True,
            ),
        )
    return tuple(
        _further(
            f"{column}.agrees_with_{reference.name}",
            table,
            settings,
            "accuracy",
            f"{column} is not what the reference {reference.name} says",
            can_stop=True,
        )
        for column in reference.compare
    )


def judged_rules(table: Table, settings: Settings) -> tuple[FurtherRule, ...]:
    """For each column that people can judge: its sampled values are right."""
    return tuple(
        _further(
            f"{column}{JUDGED}",
            table,
            settings,
            "accuracy",
            f"people who looked at a sample of {column} hold values wrong",
            settings.base.quality.judged_threshold,
        )
        for column in judgeable(table)
    )


def judgeable(table: Table) -> tuple[str, ...]:
    """Columns of which a person can say whether a value is right."""
    if table.layer not in ("silver", "gold"):
        return ()
    passed = {*table.key, "source", "source_record_id", "valid_from", "deleted_at", "flags"}
    return tuple(f.name for f in table.columns if not f.is_lineage and f.name not in passed)


def published_rules(table: Table, settings: Settings) -> tuple[FurtherRule, ...]:
    """The published file holds what the lake shows; it is held against it before it is put in place."""
    if not table.is_published:
        return ()
    message = "the published file and the lake hold different rows"
    return (_further(PUBLISHED, table, settings, "consistency", message, severity="stop", can_stop=True),)


def _further(
    code: str,
    table: Table,
    settings: Settings,
    property: Property,
    message: str,
    threshold: float = 1.0,
    *,
    severity: Severity = "warn",
    can_stop: bool = False,
) -> FurtherRule:
    """A rule with what conf says of it. can_stop: a run judges it before others go on."""
    said = settings.base.quality.rules.get(f"{table.name}.{code}")
    severity = said.severity if said and said.severity else severity
    if severity == "quarantine" or (severity == "stop" and not can_stop):
        raise ConfError(
            f"base.yaml: key quality.rules.{table.name}.{code}.severity is {severity!r}: this rule is judged "
            f"when rows stand already; it can be warn{' or stop' if can_stop else ''}"
        )
    chosen = said.threshold if said and said.threshold is not None else threshold
    return FurtherRule(code, property, severity, message, chosen)
