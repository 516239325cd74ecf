"""Objectives of the company, its customers, communities and segments, and how far they are fulfilled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from transformations.contracts import contract
from transformations.indicators.definitions import CATALOGUE
from transformations.objectives import fulfilment, subjects
from transformations.objectives.measures import MEASURES, MONEY
from transformations.objectives.periods import after, months_between, period
from transformations.segmentation.levels import VERSION

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_GROUPS = ("community", "segment")
_OF_THE_MODEL = f"level = 3 and model_version <> '{VERSION}'"
_TABLES = ("gold.objectives", "gold.objective_fulfilment")


@job(
    stage="gold",
    group="improve",
    reads=(
        "gold.customer_profitability",
        "gold.community_profitability",
        "gold.customer_value",
        "gold.segment_members",
        "gold.community_members",
        "gold.indicator_values",
    ),
    writes=_TABLES,
    conf=("base.models", "base.objectives", "company.currency", "company.objectives", "company.timezone"),
    reads_as_of=True,
)
def objectives(lake: Lake, run: Run) -> None:
    """Sets objectives for the company, each customer, community and segment, and holds what was reached against them."""
    settings, company = run.settings.base.objectives, run.settings.company
    as_of_date = run.as_of.astimezone(ZoneInfo(company.timezone)).date()
    horizons = settings.horizons.model_dump()
    named = [_named(its.model_dump()) for its in company.objectives if its.subject != "company"]
    asked = subjects.Asked(as_of_date, horizons, [rule.model_dump() for rule in settings.rules], named)
    paid_in = {"currency": company.currency}
    with duckdb.connect() as connection:
        _register(lake, connection)
        months = connection.sql(_MONTHS, params=paid_in).to_arrow_table().cast(subjects.MONTHS)
        whom = connection.sql(_SUBJECTS, params=paid_in).to_arrow_table().cast(subjects.SUBJECTS)
    found = subjects.objectives(whom, months, asked)
    _note_unknown(run, found, named)
    is_customer = pa.compute.equal(found["subject_kind"], "customer")
    of_groups = found.filter(pa.compute.invert(is_customer))
    made = [
        fulfilment.of_customers(found.filter(is_customer), as_of_date, run.settings.base.models.value.horizon_days),
        fulfilment.of_groups(of_groups, _series(whom, months, as_of_date), as_of_date),
    ]
    of_company = fulfilment.of_company(_of_company(run, as_of_date), _values(lake), as_of_date)
    made.append(pa.Table.from_pylist(of_company, made[0].schema))
    every = pa.concat_tables(made)
    _write(lake, "gold.objectives", every.append_column("missing_reason", fulfilment.why_no_target(every)))
    _write(lake, "gold.objective_fulfilment", fulfilment.judged(every, as_of_date))


def _write(lake: Lake, name: str, rows: pa.Table) -> None:
    schema = schema_of(contract(name))
    names = [its for its in schema.names if its in rows.column_names]
    lake.write(name, rows.select(names).cast(pa.schema([schema.field(its) for its in names])))


def _named(its: dict[str, Any]) -> dict[str, Any]:
    """An objective of company.yaml about one customer, community or segment."""
    return its | {"measure": its["indicator"], "subject_kind": its["subject"]}


def _note_unknown(run: Run, found: pa.Table, named: list[dict[str, Any]]) -> None:
    known = set(found["objective_id"].to_pylist())
    for its in named:
        if its["objective_id"] not in known:
            run.note(f"objectives: {its['objective_id']}: there is no {its['subject']} {its['subject_id']}")


def _register(lake: Lake, connection: duckdb.DuckDBPyConnection) -> None:
    columns = ("period", "currency", *MEASURES)
    monthly = "period <> 'all'"
    tables = {
        "of_persons": lake.arrow("gold.customer_profitability", ("person_id", *columns), where=monthly),
        "of_communities": lake.arrow("gold.community_profitability", ("community_id", *columns), where=monthly),
        "worth": lake.arrow(
            "gold.customer_value", ("person_id", "currency", "expected_orders", "expected_spend", "growth_potential")
        ),
        "segment_members": lake.arrow("gold.segment_members", ("person_id", "segment_id"), where=_OF_THE_MODEL),
        "community_members": lake.arrow(
            "gold.community_members", ("person_id", "community_id"), where="period = 'all'"
        ),
    }
    for name, rows in tables.items():
        connection.register(name, rows)


# Of members who paid in another currency than the company's no amounts are added, as for communities.
_IS_OURS = "filter (currency is null or currency = $currency)"
_SUMS = ", ".join(
    f"(sum({name}) {_IS_OURS if its.unit == MONEY else ''})::double as {name}" for name, its in MEASURES.items()
)
_AS_IS = ", ".join(f"{name}::double as {name}" for name in MEASURES)
_MONTH = "(period || '-01')::date as month"
_MONTHS = f"""
select 'customer' as subject_kind, person_id as subject_id, {_MONTH}, {_AS_IS} from of_persons
union all by name
select 'community' as subject_kind, community_id as subject_id, {_MONTH}, {_AS_IS} from of_communities
union all by name
select 'segment' as subject_kind, segment_id as subject_id, {_MONTH}, {_SUMS}
from of_persons join segment_members using (person_id) group by all
"""
_SUBJECTS = """
select 'customer' as subject_kind, person_id as subject_id, coalesce(p.currency, w.currency) as currency, 1 as members_count,
    growth_potential as potential, if(p.currency <> w.currency, null, expected_orders) as expected_orders,
    if(p.currency <> w.currency, null, expected_spend) as expected_spend
from worth w left join (select person_id, max(currency) as currency from of_persons group by person_id) p using (person_id)
union all by name
select 'community' as subject_kind, community_id as subject_id, $currency as currency, count(*) as members_count,
    avg(growth_potential) as potential
from community_members left join worth using (person_id) where community_id is not null group by all
union all by name
select 'segment' as subject_kind, segment_id as subject_id, $currency as currency, count(*) as members_count,
    avg(growth_potential) as potential
from segment_members left join worth using (person_id) group by all
"""


def _series(whom: pa.Table, months: pa.Table, as_of_date: date) -> dict[tuple[str, str, str], list[float]]:
    """(subject_kind, subject_id, measure) of groups -> values of all whole months since the data begin, 0 where none is held."""
    first = min(months["month"].to_pylist(), default=as_of_date)
    length = max(months_between(after(first, 0), after(as_of_date, 0)), 0)
    kinds = pa.array(_GROUPS)
    groups, of_groups = (its.filter(pa.compute.is_in(its["subject_kind"], value_set=kinds)) for its in (whom, months))
    found = {
        (row["subject_kind"], row["subject_id"], measure): [0.0] * length
        for row in groups.select(["subject_kind", "subject_id"]).to_pylist()
        for measure in MEASURES
    }
    for row in of_groups.to_pylist():
        place = months_between(first, row["month"])
        for measure in MEASURES:
            if row[measure] is not None and 0 <= place < length:
                values = found.setdefault((row["subject_kind"], row["subject_id"], measure), [0.0] * length)
                values[place] = row[measure]
    return found


def _of_company(run: Run, as_of_date: date) -> list[dict[str, Any]]:
    """Objectives of the company as a whole, each with its period and what its indicator is."""
    horizons: Mapping[str, int] = run.settings.base.objectives.horizons.model_dump()
    rows = []
    for its in run.settings.company.objectives:
        if its.subject == "company":
            of, when = CATALOGUE[its.indicator], period(as_of_date, horizons[its.horizon])
            about = {"measure": its.indicator, "aggregation": of.aggregation, "better": of.better}
            dates = {"before": when.before, "period_start": when.start, "period_end": when.end}
            rows.append(its.model_dump() | about | dates)
    return rows


def _values(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """Monthly values of the indicators."""
    columns = ("indicator_id", "period_start", "numerator", "denominator", "value", "unit")
    rows = lake.arrow(
        "gold.indicator_values", columns, where="known_to is null and grain = 'month' and dimension = 'all'"
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.rename_columns(["indicator_id", "month", *columns[2:]]).to_pylist():
        found.setdefault(row["indicator_id"], []).append(row)
    return found
