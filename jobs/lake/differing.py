"""What differs between two versions of rows that are held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from transformations.contracts import Table

ROW_BY_ROW = 4_000
"""Rows of both sides up to which they are compared one by one: a join costs 20 ms before it begins."""

_MOST_IN_LIST = 1_000


def difference(current: pa.Table, rows: pa.Table, table: Table) -> tuple[pa.Table, pa.Table, pa.Table]:
    """What has to be written: rows of new keys, rows of other content, and rows of `current` whose key is gone."""
    find = _one_by_one if current.num_rows + rows.num_rows <= ROW_BY_ROW else _by_column
    new, changed, gone = find(current, rows, table)
    return (
        rows.take(pa.array(new, pa.int64())),
        rows.take(pa.array(changed, pa.int64())),
        current.take(pa.array(gone, pa.int64())),
    )


def among_keys(rows: pa.Table, table: Table) -> str | None:
    """SQL that chooses the rows of these keys, and possibly a few more; None where the keys are too many for it."""
    conditions = []
    for key in table.key:
        if table.field(key).type in ("string", "bigint", "int"):
            values = rows[key].unique().to_pylist()
            if len(values) <= _MOST_IN_LIST:
                conditions.append(f'"{key}" in ({", ".join(_literal(value) for value in values)})')
    return " and ".join(conditions) or None


def of_keys(batches: pa.RecordBatchReader, rows: pa.Table, table: Table) -> pa.Table:
    """The rows of the batches that have a key of `rows`, and possibly a few more; the others are not held."""
    wanted = {key: rows[key].unique() for key in table.key}
    kept = []
    for batch in batches:
        chosen = pa.Table.from_batches([batch])
        for key, values in wanted.items():
            chosen = chosen.filter(pc.is_in(chosen[key], value_set=values))
        kept.append(chosen)
    return pa.concat_tables([batches.schema.empty_table(), *kept])


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


# --- few rows -------------------------------------------------------------------------------------------------


def _one_by_one(current: pa.Table, rows: pa.Table, table: Table) -> tuple[list[int], list[int], list[int]]:
    held = {key: position for position, key in enumerate(_keys(current, table))}
    content = list(table.compared_columns)
    old, compared = current.select(content).to_pylist(), rows.select(content).to_pylist()
    new, changed = [], []
    for position, key in enumerate(_keys(rows, table)):
        before = held.pop(key, None)
        if before is None:
            new.append(position)
        elif not _same(old[before], compared[position]):
            changed.append(position)
    return new, changed, sorted(held.values())


def _keys(rows: pa.Table, table: Table) -> list[tuple]:
    return list(zip(*(rows[key].to_pylist() for key in table.key), strict=True))


def _same(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    return old == new or all(_same_value(old[name], new[name]) for name in old)


def _same_value(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):  # as in the content hash: 9 significant digits
        return f"{a:.8e}" == f"{b:.8e}"
    return a == b


# --- many rows ------------------------------------------------------------------------------------------------


def _by_column(current: pa.Table, rows: pa.Table, table: Table) -> tuple[list[int], list[int], list[int]]:
    """Keys meet as positions, and contents a column at a time: no row becomes a Python object."""
    met = _met(current, rows, table.key)
    is_new, is_gone = pc.is_null(met["old"]), pc.is_null(met["new"])
    both = met.filter(pc.invert(pc.or_(is_new, is_gone)))
    changed = pa.array([False] * both.num_rows, pa.bool_())
    for name in table.compared_columns:
        old, new = (
            _whole(side[name]).take(both[at].combine_chunks()) for side, at in ((current, "old"), (rows, "new"))
        )
        changed = pc.or_(changed, _differ(old, new))
    return _sorted(met["new"].filter(is_new)), _sorted(both["new"].filter(changed)), _sorted(met["old"].filter(is_gone))


def _met(current: pa.Table, rows: pa.Table, key: Sequence[str]) -> pa.Table:
    """Positions of rows with the same key, `old` and `new`; null where the key is on one side only."""
    import duckdb  # costs more than most commands

    columns = [f"k{number}" for number in range(len(key))]
    on = " and ".join(f"o.{column} = n.{column}" for column in columns)
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, of in (("olds", current), ("news", rows)):
            keys = [*(of[column] for column in key), pa.array(range(of.num_rows), pa.int64())]
            connection.register(name, pa.Table.from_arrays(keys, [*columns, "at"]))
        found = connection.sql(f'select o."at" as old, n."at" as new from olds o full join news n on {on}')
        return found.to_arrow_table()


def _sorted(positions: pa.ChunkedArray) -> list[int]:
    return sorted(positions.unique().to_pylist())


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _differ(old: pa.Array, new: pa.Array) -> pa.Array:
    """Where two arrays of one length and type differ, never null: null equals null, and NaN equals NaN."""
    missing = pc.xor(pc.is_null(old), pc.is_null(new))
    if pa.types.is_list(old.type):
        return pc.or_(missing, _lists_differ(old, new))
    if pa.types.is_struct(old.type):
        for place in range(old.type.num_fields):
            missing = pc.or_(missing, _differ(pc.struct_field(old, [place]), pc.struct_field(new, [place])))
        return missing
    unequal = pc.fill_null(pc.not_equal(old, new), fill_value=False)
    if pa.types.is_floating(old.type):
        unequal = _digits_differ(old, new, unequal)
    return pc.or_(missing, unequal)


def _lists_differ(old: pa.Array, new: pa.Array) -> pa.Array:
    """As `_differ`, for lists; a null counts as no list."""
    lengths = [pc.fill_null(pc.list_value_length(side), -1) for side in (old, new)]
    unequal = pc.not_equal(*lengths)
    compared = pc.indices_nonzero(pc.and_(pc.invert(unequal), pc.greater(lengths[0], 0)))
    olds, news = old.take(compared), new.take(compared)
    values = _differ(olds.flatten(), news.flatten())
    places = compared.take(pc.unique(pc.list_parent_indices(olds).filter(values)))
    return pc.or_(unequal, pc.is_in(pa.array(range(len(old)), pa.uint64()), value_set=places.cast(pa.uint64())))


def _digits_differ(old: pa.Array, new: pa.Array, unequal: pa.Array) -> pa.Array:
    """Of the floats that are not equal, those that `_same_value` finds different too."""
    at = pc.indices_nonzero(unequal)
    pairs = zip(old.take(at).to_pylist(), new.take(at).to_pylist(), strict=True)
    differ = pa.array([not _same_value(*pair) for pair in pairs], pa.bool_())
    return pc.replace_with_mask(unequal, unequal, differ)
