"""What is refused before anything is written: wrong mappings, keys and names of conf, missing paths, another company's lake."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from expectations import gate
from jobs.engine import embedded, jars
from jobs.engine.spark import EXTRA_JARS
from jobs.errors import ConfError, ScrmError
from jobs.job import Job, Run
from jobs.lake import ops, upgrading
from jobs.lake.whole_files import write_whole
from jobs.persons import identity_key
from jobs.quality import agreement, catalogue, judgements
from jobs.runner import conf_checks
from jobs.runner.registry import all_jobs
from jobs.settings import Settings
from jobs.settings.loading import set_for_spark
from jobs.settings.sources import Source
from jobs.silver import backlog, filling
from jobs.sources import columns, expressions, files, formats
from jobs.sources.base import Platform
from jobs.sources.options import split_options
from transformations.canonical.names import did_you_mean
from transformations.contracts import contract
from transformations.indicators.definitions import CATALOGUE
from transformations.objectives.measures import MEASURES

if TYPE_CHECKING:
    from jobs.lake.tables import Lake


def check(lake: Lake, run: Run, jobs: list[Job]) -> None:
    """Raises ConfError with what, where and what to do. Starts a JVM only where mappings are about to be used."""
    settings = run.settings
    check_settings(settings)
    lands = any(job.stage == "land" for job in jobs)
    if lands:
        check_origins(run.landed_sources(), may_be_empty=run.stream is not None)
    loads = [job for job in jobs if job.stage == "silver" and any(name.startswith("silver.") for name in job.writes)]
    if lands or loads:
        check_columns(lake, settings)
    lake.prepare()
    _check_owner(lake, settings)
    upgrading.complete(lake)
    if (lands and _has_new(lake, run)) or any(job.has_work(lake, run) for job in loads if job.has_work):
        from jobs.runner import trying
        from jobs.silver.load import check_expressions

        gate.prepare()
        check_expressions(lake, run.settings.sources)
        trying.check(lake, run)


def warnings(settings: Settings) -> Iterable[str]:
    """What to know of the chosen engine before it starts: who could connect to its server, and what it does not read."""
    base = settings.base
    if base.engine != "embedded":
        return
    if base.embedded.warn_of_other_users and (others := embedded.other_users()):
        yield (
            f"engine: embedded: its server on 127.0.0.1 asks nobody who they are, and {', '.join(others)} could run code as you "
            "while this run lasts; set engine: spark, or embedded.warn_of_other_users: false where you trust them"
        )
    keys = set_for_spark(settings)
    unread = [f"{', '.join(keys)} of conf"] if keys else []
    if os.environ.get(EXTRA_JARS):
        unread.append(f"{EXTRA_JARS} (and GraphFrames, which needs it)")
    if unread:
        yield (
            f"engine: embedded: {' and '.join(unread)} {'is' if len(keys or unread) == 1 else 'are'} for Spark alone and without "
            "effect here; embedded.memory limits the memory, or set engine: spark"
        )


def _has_new(lake: Lake, run: Run) -> bool:
    from jobs.bronze.land import has_new

    return has_new(lake, run)


def check_columns(lake: Lake, settings: Settings) -> None:
    """Raises ConfError where conf maps a column that a source does not have. Starts no JVM."""
    landed = ops.BATCHES.rows(lake, batch_state="landed")
    for source in settings.sources:
        options = split_options(source, settings.base.limits)
        known = {name for row in landed if row["source"] == source.name for name in row["columns"] or ()}
        columns.check(source, options, known)


def check_origins(sources: Iterable[Source], *, may_be_empty: bool = False) -> None:
    """Checks where records come from: files, addresses, and what has to be in the environment. Connects to nothing."""
    for source in sources:
        if source.path:
            files.find(source, may_be_empty=may_be_empty)
        if source.jdbc:
            from jobs.bronze import jdbc

            jdbc.check(source)
        if source.feed:
            from jobs.bronze import feeds

            feeds.check(source)
        if source.kafka:
            from jobs.bronze.kafka import client

            client.servers(source)


def check_settings(settings: Settings) -> None:
    """Checks all that conf names: formats, columns, expressions, rules, files, jars, secrets. Starts no JVM."""
    all_jobs()  # the silver jobs say which tables sources can fill
    identity_key.given(settings.base.identity)
    _check_jars(settings)
    _check_objectives(settings)
    for source in settings.sources:
        _check_source(source)
    agreement.check(settings)
    judgements.check(settings)
    _check_rules(settings)
    conf_checks.check(settings)


def _check_jars(settings: Settings) -> None:
    try:
        jars.listed(settings.base.spark.jars)
    except ValueError as error:
        raise ConfError(f"base.yaml: key spark.jars: {error}") from None


def _check_objectives(settings: Settings) -> None:
    for objective in settings.company.objectives:
        is_of_company = objective.subject == "company"
        known = CATALOGUE if is_of_company else MEASURES
        _check_indicator(settings, f"the indicator of {objective.objective_id}", objective.indicator, known)
        if is_of_company == bool(objective.subject_id):
            expected = "no subject_id" if is_of_company else f"the subject_id of a {objective.subject}"
            raise ConfError(
                f"{settings.folder / 'company.yaml'}: key objectives: {objective.objective_id} is about the {objective.subject}; "
                f"expected {expected}, found {objective.subject_id!r}"
            )
        if objective.drivers and not is_of_company:
            raise ConfError(
                f"{settings.folder / 'company.yaml'}: key objectives: {objective.objective_id} is about the "
                f"{objective.subject}; only objectives of the company have drivers"
            )
        for driver in objective.drivers:
            _check_indicator(settings, f"a driver of {objective.objective_id}", driver, CATALOGUE)
        if objective.indicator in objective.drivers:
            raise ConfError(
                f"{settings.folder / 'company.yaml'}: key objectives: {objective.objective_id} has its own indicator "
                f"{objective.indicator!r} among its drivers; it cannot move itself"
            )


def _check_indicator(settings: Settings, what: str, named: str, known: Collection[str]) -> None:
    if named not in known:
        hint = did_you_mean(named, known)
        raise ConfError(
            f"{settings.folder / 'company.yaml'}: key objectives: {what} is "
            f"{named!r}{hint or '; expected one of ' + ', '.join(sorted(known))}"
        )


def _check_rules(settings: Settings) -> None:
    """Checks expectations added by hand, and the codes that quality.rules names."""
    unknown = catalogue.unknown_codes(settings)
    if unknown:
        raise ConfError(
            f"base.yaml: key quality.rules names no rule: {', '.join(unknown)}; `scrm describe TABLE` lists them"
        )


def _check_source(source: Source) -> None:
    platform = formats.platform_of(source)
    expressions.check(source)
    if not source.tables and (not platform or source.kind == "market"):
        raise ConfError(f"{source.file}: key tables is missing; say which canonical columns the source fills")
    for table, mapping in source.tables.items():
        if table not in backlog.loadable():
            raise ConfError(
                f"{source.file}: key tables.{table}: no table that a source can fill; those are "
                f"{', '.join(backlog.loadable())}"
            )
        of = contract(f"silver.{table}")
        given = {"source", "channel"} | set(mapping.columns)
        if platform:
            _check_origin(source, table, platform)
            given |= set(formats.columns_of(source, table))
        elif mapping.origin:
            raise ConfError(
                f"{source.file}: key tables.{table}.from: rows of {source.format} have no tables; leave it out"
            )
        unknown = sorted(set(mapping.columns) - set(of.content_columns))
        if unknown:
            raise ConfError(
                f"{source.file}: key tables.{table}.columns.{unknown[0]}: silver.{table} has no such column; "
                f"it has {', '.join(of.names)}"
            )
        missing = [key for key in of.key if key not in given and not (key == "currency" and source.currency)]
        if missing:
            raise ConfError(f"{source.file}: key tables.{table}.columns.{missing[0]} is missing: it is part of the key")
        counting = [name for name, expression in mapping.columns.items() if expression.strip() == "_ordinal"]
        if counting and (source.kafka or source.jdbc):
            raise ConfError(
                f"{source.file}: key tables.{table}.columns.{counting[0]} is _ordinal, the position within a file: a topic "
                "or a database gives its records in parts, so it would start again in each; map a column that numbers them"
            )
        if wrong := filling.problem(of, mapping.fill):
            raise ConfError(f"{source.file}: key tables.{table}.fill.{wrong}")
        for key in mapping.one_row_per or ():
            if key not in of.key:
                raise ConfError(
                    f"{source.file}: key tables.{table}.one_row_per: {key} is no part of the key ({', '.join(of.key)})"
                )
    _check_scope(source)
    for table, totals in source.control_totals.items():
        for column in totals:
            if table not in source.tables or not contract(f"silver.{table}").decimal(column):
                raise ConfError(f"{source.file}: key control_totals.{table}.{column}: the source fills no such amount")
    if source.kind in ("social", "support") and not source.channel:
        raise ConfError(f"{source.file}: key channel is missing; say on which channel these things happened")
    if source.kind == "social" and not source.service_type:
        raise ConfError(f"{source.file}: key service_type is missing; say what kind of Web 2.0 service it is")


def _check_scope(source: Source) -> None:
    """The columns of `replaces` identify what a newer file reports again: at least one table has all of them filled."""
    columns = source.replaces if isinstance(source.replaces, tuple) else ()
    filled = {
        table: {"source", "channel"} & set(contract(f"silver.{table}").names) | set(formats.columns_of(source, table))
        for table in formats.tables_of(source)
    }
    if columns and not any(set(columns) <= names for names in filled.values()):
        known = sorted(set().union(*filled.values()) - {"source", "channel"})
        raise ConfError(
            f"{source.file}: key replaces is {list(columns)}: no table of the source has {', '.join(columns)}; expected "
            f"nothing, file or columns that it fills: {', '.join(known)}"
        )
    if source.replaces == ():
        raise ConfError(f"{source.file}: key replaces is []: expected nothing, file or a list of columns ([order_id])")


def _check_origin(source: Source, table: str, platform: Platform) -> None:
    """A platform's own tables can be added to; another one is made of the rows of one of them."""
    mapping, own = source.tables[table], ", ".join(platform.tables)
    if mapping.origin is None and table not in platform.tables:
        raise ConfError(
            f"{source.file}: key tables.{table}.from is missing: the format {source.format} gives {own}; "
            "say whose rows become rows of this table"
        )
    if mapping.origin == table or (mapping.origin and mapping.origin not in platform.tables):
        raise ConfError(
            f"{source.file}: key tables.{table}.from is {mapping.origin!r}: name another table that the format "
            f"{source.format} gives: {own}"
        )
    if mapping.origin is None and (mapping.where or mapping.one_row_per):
        raise ConfError(
            f"{source.file}: key tables.{table}: the format {source.format} maps {own} by itself; only their "
            "columns can be added to"
        )
    expressions.check_origin(source, table)


def _check_owner(lake: Lake, settings: Settings) -> None:
    """Two companies in one lake would add up to nonsense."""
    mark = lake.root / "company.json"
    if not mark.exists() or not mark.stat().st_size:  # an empty one is what a full disk once left
        write_whole(mark, json.dumps({"company": settings.company.name}))
        return
    try:
        owner = json.loads(mark.read_text(encoding="utf-8"))["company"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ScrmError(
            f"{mark} cannot be read ({type(error).__name__}): it names the company that the lake belongs to. Delete it if "
            f"that is {settings.company.name!r}: the next run writes it again"
        ) from None
    if owner != settings.company.name:
        raise ConfError(
            f"the lake {lake.root} belongs to the company {owner!r}, and {settings.folder / 'company.yaml'} is about "
            f"{settings.company.name!r}; name another lake: SCRM_LAKE=./lake-{settings.folder.name} (or lake.root in base.yaml)"
        )
