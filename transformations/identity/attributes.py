"""Which source's value of an attribute is current for a person, and whether the sources agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from transformations.canonical.instants import without_zones

ATTRIBUTES = ("name", "email", "phone", "street", "city", "postcode", "country", "birth_date", "gender")
CUSTOMER_COLUMNS = ("source", "customer_id", "valid_from", *ATTRIBUTES)
LINK_COLUMNS = ("record_kind", "record_place", "linked_record_id", "person_id")

_SCHEMA = pa.schema(
    [
        ("person_id", pa.string()),
        ("attribute", pa.string()),
        ("value", pa.string()),
        ("value_source", pa.string()),
        ("value_record_id", pa.string()),
        ("valid_from", pa.timestamp("us", tz="UTC")),
        ("sources_count", pa.int64()),
        ("values_count", pa.int64()),
        ("other_values", pa.list_(pa.string())),
        ("is_agreed", pa.bool_()),
    ]
)

# portable: DuckDB runs it
_QUERY = f"""
with of_customers as (
    select l.person_id, c.source, c.customer_id as record_id, c.valid_from,
        {", ".join(f"c.{name}::varchar as {name}" for name in ATTRIBUTES)}
    from customers c join links l on l.record_kind = 'customer' and l.record_place = c.source
        and l.linked_record_id = c.customer_id
), values_ as (
    select person_id, attribute, value, source, record_id, valid_from
    from (unpivot of_customers on {", ".join(ATTRIBUTES)} into name attribute value value)  -- leaves nulls out
    union all select l.person_id, 'email', r.email, r.channel, r.record_id, r.valid_from
    from others r join links l on l.record_kind = r.kind and l.record_place = r.channel
        and l.linked_record_id = r.record_id where r.email is not null
), compared as (
    select v.*, case attribute
            when 'phone' then ltrim(regexp_replace(value, '[^0-9]', '', 'g'), '0')
            when 'postcode' then lower(regexp_replace(value, '[^0-9A-Za-z]', '', 'g'))
            else lower(trim(regexp_replace(value, '\\s+', ' ', 'g'))) end as same,
        coalesce(p.place, 1000000) as place
    from values_ v left join precedence p using (attribute, source)
), ranked as (
    select *, row_number() over (
        partition by person_id, attribute order by place, valid_from desc nulls last, source, record_id) as rank
    from compared
)
select person_id, attribute,
    any_value(value) filter (rank = 1) as value, any_value(source) filter (rank = 1) as value_source,
    any_value(record_id) filter (rank = 1) as value_record_id, any_value(valid_from) filter (rank = 1) as valid_from,
    count(distinct source) as sources_count, count(distinct same) as values_count,
    list_sort(list(distinct source || ': ' || value) filter (rank > 1)) as other_values,
    case when count(distinct source) > 1 then count(distinct same) = 1 end as is_agreed
from ranked group by person_id, attribute order by person_id, attribute
"""


def person_attributes(
    customers: pa.Table, profiles: pa.Table, tickets: pa.Table, links: pa.Table, precedence: Mapping[str, Sequence[str]]
) -> pa.Table:
    """The current value of each attribute of a person, and the other values.

    By precedence of the sources first, then by freshness (valid_from), then by source and record. Sources agree when
    their values are equal up to case, spaces and, in telephone numbers and postcodes, punctuation.

    Args:
        customers (CUSTOMER_COLUMNS), profiles (channel, profile_id, email, valid_from), tickets (channel, ticket_id,
            email, valid_from), links (LINK_COLUMNS of silver.person_links).
        precedence: attribute -> sources and channels in order of precedence; `default` for attributes not listed.
    Returns: one row per person and attribute that has a value: columns of silver.person_attributes except run_id.
        is_agreed is null where only one source has a value.
    """
    order = [
        {"attribute": attribute, "source": source, "place": place}
        for attribute in ATTRIBUTES
        for place, source in enumerate(precedence.get(attribute, precedence.get("default", ())))
    ]
    types = pa.schema([("attribute", pa.string()), ("source", pa.string()), ("place", pa.int64())])
    others = pa.concat_tables(
        [_other(profiles, "profile", "profile_id"), _other(tickets, "ticket", "ticket_id")], promote_options="default"
    )
    with duckdb.connect() as connection:
        connection.register("customers", without_zones(customers))
        connection.register("others", without_zones(others))
        connection.register("links", links)
        connection.register("precedence", pa.Table.from_pylist(order, types))
        found = connection.sql(_QUERY).to_arrow_table()
    columns = []
    for field in _SCHEMA:
        column = found[field.name]
        if pa.types.is_timestamp(field.type):
            column = column.cast(pa.timestamp("us")).cast(field.type)
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=_SCHEMA)


def _other(rows: pa.Table, kind: str, key: str) -> pa.Table:
    names = ["channel", key, "email", "valid_from"]
    renamed = rows.select(names).rename_columns(["channel", "record_id", "email", "valid_from"])
    return renamed.append_column("kind", pa.array([kind] * rows.num_rows, pa.string()))


def with_current_values(persons: pa.Table, attributes: pa.Table) -> pa.Table:
    """silver.persons with the current name and e-mail address, where any source has one."""
    for name in ("name", "email"):
        of_person = {
            row["person_id"]: row["value"]
            for row in attributes.select(["person_id", "attribute", "value"]).to_pylist()
            if row["attribute"] == name
        }
        values = [
            of_person.get(person, held)
            for person, held in zip(persons["person_id"].to_pylist(), persons[name].to_pylist(), strict=True)
        ]
        place = persons.schema.get_field_index(name)
        persons = persons.set_column(place, name, pa.array(values, pa.string()))
    return persons
