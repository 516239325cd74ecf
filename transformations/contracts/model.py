"""What a contract is made of: fields, rules and tables.

A column is declared once (`fields.py`) and picked by tables. Spark schemas, casts, row rules, Great Expectations
suites and the data dictionary derive from these declarations; nothing about a column is written down twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Property = Literal["existence", "validity", "consistency", "integrity", "accuracy", "relevance"]
Severity = Literal["quarantine", "warn", "stop"]
PROPERTIES: tuple[Property, ...] = ("existence", "validity", "consistency", "integrity", "accuracy", "relevance")


@dataclass(frozen=True)
class Field:
    """A column with its meaning.

    Attributes:
        name: column name.
        type: Spark type as a simple string (`decimal(18,4)`).
        description: meaning, unit included.
        is_required: a row without it is refused (existence).
        allowed: values of its domain; empty means free.
        minimum, maximum: bounds as SQL literals (validity).
        pattern: regular expression that a value matches (validity).
        reference: table whose key this column points at (integrity), or None.
        severity: what a value outside of the domain does to its row.
        derived: SQL over the row's other columns, used where a source does not map the column.
        is_lineage: says where the row came from; left out of content hashes.
    """

    name: str
    type: str
    description: str
    is_required: bool = False
    allowed: tuple[str, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    pattern: str | None = None
    reference: str | None = None
    severity: Severity = "quarantine"
    derived: str | None = None
    is_lineage: bool = False

    def required(self) -> Field:
        return replace(self, is_required=True)

    def references(self, table: str) -> Field:
        return replace(self, reference=table)

    def derived_as(self, sql: str) -> Field:
        return replace(self, derived=sql)

    def described(self, description: str) -> Field:
        return replace(self, description=description)

    def one_of(self, *allowed: str) -> Field:
        return replace(self, allowed=allowed)

    @property
    def is_array(self) -> bool:
        return self.type.startswith("array<")


@dataclass(frozen=True)
class Rule:
    """A promise about rows, checked row by row.

    Attributes:
        code: unique within its table, `column.check` or `check`.
        property: the quality property that it belongs to.
        severity: quarantine (the row is kept aside), warn (reported) or stop (nothing downstream runs).
        passes: SQL condition; null counts as passed, so that existence alone speaks of nulls.
        applies: SQL condition that chooses the rows it speaks about.
        message: what is wrong, for a person.
        kind: `row`, or the core expectation that says the same (`not_null`, `in_set`, `pattern`).
        column: the column that the rule is about, where it is one.
        threshold: smallest passing ratio that counts as kept, for warn and stop.
    """

    code: str
    property: Property
    severity: Severity
    passes: str
    message: str
    applies: str = "true"
    kind: Literal["row", "not_null", "in_set", "pattern"] = "row"
    column: str | None = None
    threshold: float = 1.0


@dataclass(frozen=True)
class TableRule:
    """A promise about a written table: across rows, tables or places.

    Attributes:
        query: SQL giving one row each broken case; `{silver.orders}` stands for a table, `{as_of}` for the run's time.
        applicable: SQL giving one number: how many cases the rule speaks about.
        reads: the tables that the two queries read besides the checked one; without them the rule does not apply.
        cases, broken: where one pass can count both: SQL giving a row each case, and the condition that breaks it.
    """

    code: str
    property: Property
    severity: Severity
    query: str
    applicable: str
    message: str
    reads: tuple[str, ...] = ()
    threshold: float = 1.0
    cases: str = ""
    broken: str = ""


@dataclass(frozen=True)
class Table:
    """A table: its meaning, key, columns and rules.

    Attributes:
        name: `layer.name`.
        description: one sentence: what a row is.
        key: names of the columns that identify a row; all are required.
        columns: fields in their order.
        rules: rules beyond those that the fields imply.
        table_rules: promises about the table as a whole, beyond its unique key and its references.
        event_time: the column that dates a row's event, or None.
        restates_by: what a change of inputs recomputes: period, person, community or whole.
        module: operational, analytic or strategic (gold).
        is_published: served to BI tools (gold).
        derived_source: `source` of the rows that a job derives from other tables, where sources give rows too, or None.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    table_rules: tuple[TableRule, ...] = ()
    event_time: str | None = None
    restates_by: Literal["period", "person", "community", "whole"] = "whole"
    module: Literal["operational", "analytic", "strategic", ""] = ""
    is_published: bool = False
    derived_source: str | None = None

    def __post_init__(self) -> None:
        names = [field.name for field in self.columns]
        unknown = [name for name in self.key if name not in names]
        if unknown or len(set(names)) != len(names):
            raise ValueError(f"{self.name}: key columns not declared {unknown}, or a column declared twice in {names}")

    def field(self, name: str) -> Field:
        for field in self.columns:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no column {name}; it has {', '.join(self.names)}")

    def decimal(self, name: str) -> bool:
        """Whether the table has a column of that name that holds amounts."""
        return any(field.name == name and field.type.startswith("decimal") for field in self.columns)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.columns)

    @property
    def layer(self) -> str:
        return self.name.split(".")[0]

    @property
    def short_name(self) -> str:
        return self.name.split(".")[1]

    @property
    def content_columns(self) -> tuple[str, ...]:
        """Columns that a content hash covers: all but lineage, sorted by name."""
        return tuple(sorted(field.name for field in self.columns if not field.is_lineage))

    @property
    def compared_columns(self) -> tuple[str, ...]:
        """Columns that say whether a row has to be written anew: its content, and where a source's row came from.

        The row accounts tell by batch_id with which batch a row came; the next version is held against source_version and
        value_versions.
        """
        lineage = ("batch_id", "source_version", "value_versions") if self.layer == "silver" else ()
        came = [name for name in lineage if name in self.names]
        return tuple(name for name in (*self.content_columns, *came) if name not in self.key)

    @property
    def given_rows(self) -> str:
        """SQL that chooses the rows that sources gave, not those derived from other tables."""
        return f"source <> '{self.derived_source}'" if self.derived_source else "true"

    @property
    def derived_rows(self) -> str:
        """SQL that chooses the rows derived from other tables."""
        return f"source = '{self.derived_source}'"

    @property
    def ddl(self) -> str:
        """The Spark schema as DDL."""
        return ", ".join(f"`{field.name}` {field.type}" for field in self.columns)
