"""Accuracy against a trusted reference: a list that conf names, or another table of the lake.

    references:                            # in company.yaml, or in base.yaml under quality
      - name: master                       # the rule is called list_price.agrees_with_master
        table: silver.products
        reference: reference/products.csv  # CSV or Parquet, from the conf folder on; or a table such as silver.products
        on: {product_id: sku}              # SQL over the table's row: the reference's column
        compare: {list_price: price}       # without it the row must stand in the reference: stands_in_master
        tolerance: 0.01                    # for numbers; ignore_case: true for text; where: SQL that chooses the rows

A row that the reference does not speak of is left out of `compare`. Where it says several values of a key, one of them must
be right.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.engine import sessions
from jobs.errors import ConfError
from jobs.quality import catalogue
from jobs.settings import Settings
from jobs.settings.base import ReferenceSettings
from jobs.sources import expressions, portable
from transformations.contracts import CONTRACTS, Field, Rule, Table, contract

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_NUMBERS = ("decimal", "double", "bigint", "int")
_DUCKDB = {
    "double": "double",
    "bigint": "decimal(38,6)",
    "int": "decimal(38,6)",
    "date": "date",
    "timestamp": "timestamp",
    "boolean": "boolean",
}


def of_table(table: Table, settings: Settings) -> list[ReferenceSettings]:
    return [reference for reference in settings.references if reference.table == table.name]


def path(reference: ReferenceSettings, settings: Settings) -> Path | None:
    """The file of a reference; None where it is a table of the lake."""
    if reference.reference in CONTRACTS:
        return None
    return catalogue.reference_file(reference, settings)


def check(settings: Settings) -> None:
    """Raises ConfError where a reference names what is not there, or holds values that cannot be read."""
    names: set[tuple[str, str]] = set()
    for reference in settings.references:
        where = f"{key_of(reference, settings)}: {reference.name}"
        if reference.table not in CONTRACTS or reference.table.split(".")[0] not in ("silver", "gold"):
            raise ConfError(f"{where}: no table {reference.table}; `scrm tables` lists them")
        if (reference.table, reference.name) in names:
            raise ConfError(f"{where}: the name stands twice for {reference.table}; give each its own")
        names.add((reference.table, reference.name))
        table = contract(reference.table)
        for column in reference.compare:
            if column not in table.names or table.field(column).is_array:
                raise ConfError(
                    f"{where}: compare: {table.name} has no plain column {column}; it has {', '.join(table.names)}"
                )
        _check_expressions(reference, table, settings)
        file = path(reference, settings)
        if file is None:
            _check_columns(where, reference, list(contract(reference.reference).names))
        else:
            _check_file(where, reference, table, file)


def key_of(reference: ReferenceSettings, settings: Settings) -> str:
    """The file and key of conf that name the reference."""
    return (
        "company.yaml: key references"
        if reference in settings.company.references
        else "base.yaml: key quality.references"
    )


def _check_expressions(reference: ReferenceSettings, table: Table, settings: Settings) -> None:
    """What is evaluated over the table's rows must parse, name columns that they have, and mean the same on the engine."""
    named = key_of(reference, settings)
    for key, expression in (*(("on", expression) for expression in reference.on), ("where", reference.where)):
        where = f"{named}.{reference.name}.{key} is {expression!r}"
        try:
            columns = expressions.columns_of(expression)
        except ValueError as error:
            raise ConfError(f"{where}: no Spark SQL expression: {error}") from None
        unknown = [column for column in columns if column.lower() not in table.names]
        if unknown:
            raise ConfError(f"{where}: {table.name} has no column {unknown[0]}; it has {', '.join(table.names)}")
        try:
            _on_engine(expression if key == "where" else f"cast({expression} as string)", table, settings)
        except portable.NotPortable as error:
            raise ConfError(
                f"{where}: the embedded engine may give something else than Spark: {error}; write it otherwise, or set "
                "engine: spark"
            ) from None


def _on_engine(expression: str, table: Table, settings: Settings) -> str:
    """An expression over the table's rows as the chosen engine computes it. Raises NotPortable."""
    if settings.base.engine == "spark":
        return expression
    return portable.portable(expression, {field.name: field.type for field in table.columns})


def _check_columns(where: str, reference: ReferenceSettings, there: list[str]) -> None:
    for column in (*reference.on.values(), *reference.compare.values()):
        if column not in there:
            raise ConfError(f"{where}: {reference.reference} has no column {column}; it has {', '.join(there)}")


def _check_file(where: str, reference: ReferenceSettings, table: Table, file: Path) -> None:
    if not file.is_file():
        raise ConfError(
            f"{where}: reference {file} does not exist; name a CSV or Parquet file, from the conf folder on, "
            "or a table of the lake; `scrm simulate` writes those of the simulated company"
        )
    rows = read(file)
    _check_columns(where, reference, rows.column_names)
    with duckdb.connect() as connection:
        connection.register("rows", rows)
        for column, theirs in reference.compare.items():
            type_ = _duckdb_type(table.field(column))
            if type_ == "varchar":
                continue
            wrong = connection.execute(
                f'select count(*), min("{theirs}") from rows where trim("{theirs}") <> \'\' '
                f'and try_cast(trim("{theirs}") as {type_}) is null'
            ).fetchone()
            if wrong and wrong[0]:
                raise ConfError(
                    f"{where}: {file}, column {theirs}: {wrong[0]} values cannot be read as "
                    f"{table.field(column).type}, for example {wrong[1]!r}"
                )


def _duckdb_type(field: Field) -> str:
    return "decimal(38,6)" if field.type.startswith("decimal") else _DUCKDB.get(field.type, "varchar")


def read(file: Path) -> pa.Table:
    """A reference file, every value as text. Raises ConfError where it cannot be read."""
    try:
        if file.suffix.lower() in (".parquet", ".pq"):
            rows = parquet.read_table(file)
            return rows.cast(pa.schema([(name, pa.string()) for name in rows.column_names]))
        with duckdb.connect() as connection:
            query = "select * from read_csv($1, all_varchar = true, header = true)"
            return connection.sql(query, params=[str(file)]).to_arrow_table()
    except (duckdb.Error, pa.ArrowException) as error:
        raise ConfError(f"{file}: not readable as a reference: {str(error).splitlines()[0]}") from None


def rules(table: Table, settings: Settings, references: list[ReferenceSettings]) -> list[Rule]:
    """Their rules about the table's rows with what `with_agreement` puts beside them."""
    found = []
    for reference in references:
        for rule in catalogue.agreements(table, reference, settings):
            column = (
                rule.code.split(".")[0]
                if reference.compare
                else next((name for name in reference.on if name in table.names), table.key[-1])
            )
            answer = _answer(rule.code)
            found.append(
                Rule(
                    rule.code,
                    rule.property,
                    rule.severity,
                    passes=answer,
                    applies=f"{answer} is not null",
                    message=rule.message,
                    column=column,
                    threshold=rule.threshold,
                )
            )
    return found


def with_agreement(
    lake: Lake, settings: Settings, rows: DataFrame, table: Table, given: ReferenceSettings
) -> DataFrame:
    """Rows with a column for each rule of the reference: true, false, or null where it speaks of nothing."""
    keys = [f"_key{place}" for place in range(len(given.on))]
    held = "_is_in_reference"
    theirs = (
        _reference(lake, settings, given)
        .select(
            *(
                _plain(F.col(f"`{column}`"), given).alias(key)
                for key, column in zip(keys, given.on.values(), strict=True)
            ),
            *(F.col(f"`{column}`").cast("string").alias(f"_says_{own}") for own, column in given.compare.items()),
        )
        .groupBy(*keys)
        .agg(
            F.lit(True).alias(held),
            *(F.array_sort(F.collect_set(f"_says_{own}")).alias(f"_says_{own}") for own in given.compare),
        )
    )
    for key, expression in zip(keys, given.on, strict=True):
        own_key = F.expr(_on_engine(f"cast({expression} as string)", table, settings))
        rows = rows.withColumn(f"_own{key}", _plain(own_key, given))
    on = [F.col(f"_own{key}") == F.col(key) for key in keys]
    condition = on[0]
    for more in on[1:]:
        condition = condition & more
    joined = rows.join(theirs, condition, "left")
    speaks = F.expr(_on_engine(given.where, table, settings))
    if "deleted_at" in table.names:
        speaks = speaks & F.col("deleted_at").isNull()
    for key in keys:
        speaks = speaks & F.col(f"_own{key}").isNotNull()
    code = {rule.code: rule for rule in catalogue.agreements(table, given, settings)}
    for full in code:
        if given.compare:
            own = full.split(".")[0]
            says = F.filter(F.col(f"_says_{own}"), lambda value: F.trim(value) != "")
            known = speaks & F.col(own).isNotNull() & F.coalesce(F.size(says) > 0, F.lit(False))
            answer = F.exists(says, _agrees(F.col(own), table.field(own), given))
        else:
            known, answer = speaks, F.coalesce(F.col(held), F.lit(False))
        joined = joined.withColumn(_answer(full), F.when(known, F.coalesce(answer, F.lit(False))))
    dropped = [*keys, *(f"_own{key}" for key in keys), held, *(f"_says_{own}" for own in given.compare)]
    return joined.drop(*dropped)


def _reference(lake: Lake, settings: Settings, given: ReferenceSettings) -> DataFrame:
    file = path(given, settings)
    if file is None:
        return lake.read(given.reference)
    rows = read(file)
    if rows.num_rows:
        return sessions.frame(lake.spark, rows)
    return sessions.frame(lake.spark, [], ", ".join(f"`{name}` string" for name in rows.column_names))


def _plain(value: Column, given: ReferenceSettings) -> Column:
    text = F.trim(value.cast("string"))
    return F.lower(text) if given.ignore_case else text


def _agrees(own: Column, field: Field, given: ReferenceSettings) -> Any:
    """Column -> Column: whether a value that the reference says is the row's own."""
    if field.type.startswith(_NUMBERS):
        type_ = "double" if field.type == "double" else "decimal(38,6)"
        tolerance = F.lit(str(given.tolerance)).cast(type_)
        return lambda said: F.abs(own.cast(type_) - F.trim(said).try_cast(type_)) <= tolerance
    if field.type == "string":
        return lambda said: _plain(own, given) == _plain(said, given)
    return lambda said: own == F.trim(said).try_cast(field.type)


def _answer(code: str) -> str:
    return f"_{code.replace('.', '_')}"
