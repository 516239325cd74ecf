"""Segments of social customers by community and by characteristics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from jobs.job import Run, job
from jobs.lake.arrow import schema_of
from jobs.lake.views import contacts_by
from transformations.contracts import contract
from transformations.segmentation import features, levels
from transformations.value import contacts

if TYPE_CHECKING:
    from datetime import date

    from jobs.lake.tables import Lake

_SCOPE = f"model_version = '{levels.VERSION}'"
_ORDERED = (
    "select source, customer_id, channel from t where deleted_at is null and customer_id is not null "
    "group by source, customer_id, channel"
)
_CHANNELS = """
select l.person_id, count(distinct o.channel) as channels
from ordered o join links l on l.record_kind = 'customer' and l.record_place = o.source and l.linked_record_id = o.customer_id
where l.valid_to is null group by l.person_id
"""


@job(
    stage="models",
    group="investigate",
    reads=(
        "silver.person_links",
        "gold.social_customers",
        "silver.orders",
        *contacts.TABLES,
        *(name for name, _, _ in features.TABLES.values()),
        "gold.communities",
        "gold.community_members",
        "gold.community_evolution",
    ),
    writes=("gold.segments", "gold.segment_members", "gold.segment_features"),
    conf=("base.models", "company.currency", "company.timezone"),
    reads_as_of=True,
)
def sub_communities(lake: Lake, run: Run) -> None:
    """Segments social customers by the community of their interest, and each community by what its members are like."""
    settings = run.settings.base.models.segments
    as_of_date = run.as_of.astimezone(ZoneInfo(run.settings.company.timezone)).date()
    known = lake.arrow("gold.social_customers", ("person_id", "is_social_customer"))
    social = known.filter(known["is_social_customer"]).select(["person_id"]).sort_by("person_id")
    found = _features(lake, run, social, as_of_date)
    communities = lake.rows("gold.communities", "period = 'all'")
    changed = levels.changes(lake.rows("gold.community_evolution"), settings.resegment_below, as_of_date)
    for its in communities:
        its["change"] = changed.get(its["community_id"])
    segments, members = levels.segmented(
        found,
        communities,
        known.num_rows - social.num_rows,
        levels.Choice(
            settings.characteristics,
            settings.criteria,
            {name: its.model_dump() for name, its in settings.of_community.items()},
        ),
        levels.Limits(settings.counts, settings.seed, settings.min_members, settings.min_stability),
    )
    asking = [its for its in segments if its.get("asks_resegmentation")]
    if asking:
        named = ", ".join(f"{its['name']} ({its['resegmentation_reason']})" for its in asking[:3])
        run.note(
            f"sub_communities: {len(asking)} communities changed so much that they ask for resegmentation: {named}"
        )
    _write(lake, "gold.segments", segments, scope=_SCOPE)
    _write(lake, "gold.segment_members", members, scope=_SCOPE)
    shares = {
        name: 1 - found[name].null_count / found.num_rows if found.num_rows else None
        for name in found.column_names
        if name in features.BY_NAME
    }
    lake.write("gold.segment_features", features.declared(shares))


def _write(lake: Lake, name: str, rows: list[dict[str, Any]], *, scope: str) -> None:
    lake.write(name, pa.Table.from_pylist(rows, schema_of(contract(name))), scope=scope)


def _features(lake: Lake, run: Run, social: pa.Table, as_of_date: date) -> pa.Table:
    """Features of the social customers, with the community of each; its id is null where they are in none."""
    tables = {
        name: lake.arrow(table, columns, where=where) for name, (table, columns, where) in features.TABLES.items()
    }
    tables["persons"] = social
    tables["contacts"] = contacts_by(
        lake, run.settings.company.timezone, (as_of_date,), run.settings.base.models.value.horizon_days
    )
    tables["channels"] = _channels(lake)
    found = features.feature_table(tables, as_of_date, run.settings.company.currency)
    members = lake.arrow("gold.community_members", ("person_id", "community_id"), where="period = 'all'")
    joined = found.join(members, "person_id").sort_by("person_id")
    return joined.set_column(
        joined.column_names.index("community_id"), "community_id", pc.cast(joined["community_id"], pa.string())
    )


def _channels(lake: Lake) -> pa.Table:
    """Channels that each person ordered through: person_id, channels."""
    schema = pa.schema([("person_id", pa.string()), ("channels", pa.int64())])
    if not lake.exists("silver.orders"):
        return schema.empty_table()
    links = ("record_kind", "record_place", "linked_record_id", "person_id", "valid_to")
    with duckdb.connect() as connection:
        connection.register("ordered", lake.sql(_ORDERED, t="silver.orders"))
        connection.register("links", lake.arrow("silver.person_links", links))
        return connection.sql(_CHANNELS).to_arrow_table().cast(schema)
