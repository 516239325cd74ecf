"""What a contract is made of: fields, rules and tables.

A column is declared once (`fields/`) and picked by tables. Spark schemas, casts, row rules, Great Expectations
suites, the data dictionary and the docs derive from these declarations; nothing about a column is written down twice.
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
        description: meaning, time zone, and what null means.
        unit: what its numbers count or measure ("seconds", "ratio 0 to 1", "currency of the row"); None where it is no
            measure.
        caution: a hazard when using it ("Do not sum over channels: one person may use several."), or None.
        is_required: a row without a value is refused (existence).
        allowed: values of its domain; empty: any value.
        minimum, maximum: bounds as SQL literals (validity).
        pattern: regular expression that a value matches (validity).
        reference: table whose key this column references (integrity), or None.
        severity: what happens to a row whose value is outside its domain.
        derived: SQL over the row's other columns, used where a source does not map the column.
        turned: a boolean column and SQL over the row: where the source maps both columns and both are true, the number
            has the other sign than the source gives it.
        is_lineage: records where the row came from; left out of content hashes.
    """

    name: str
    type: str
    description: str
    unit: str | None = None
    caution: str | None = None
    is_required: bool = False
    allowed: tuple[str, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    pattern: str | None = None
    reference: str | None = None
    severity: Severity = "quarantine"
    derived: str | None = None
    turned: tuple[str, str] | None = None
    is_lineage: bool = False

    def required(self) -> Field:
        return replace(self, is_required=True)

    def references(self, table: str) -> Field:
        return replace(self, reference=table)

    @property
    def made_by(self) -> str:
        """How its value comes about where that is not what the source says, in words; empty where it is."""
        told = [f"Where a source does not map it: {self.derived}."] if self.derived else []
        if self.turned:
            told.append(f"Its sign is turned where {self.turned[0]} and {self.turned[1]}.")
        return " ".join(told)

    def derived_as(self, sql: str) -> Field:
        return replace(self, derived=sql)

    def turned_where(self, flag: str, sql: str) -> Field:
        return replace(self, turned=(flag, sql))

    def described(self, description: str) -> Field:
        return replace(self, description=description)

    def in_unit(self, unit: str) -> Field:
        return replace(self, unit=unit)

    def cautioned(self, caution: str | None) -> Field:
        return replace(self, caution=caution)

    def one_of(self, *allowed: str) -> Field:
        return replace(self, allowed=allowed)

    @property
    def comment(self) -> str:
        """Description, unit and caution as one text.

        >>> Field("engaged_seconds", "double", "Time with activity.", unit="seconds").comment
        'Time with activity. Unit: seconds.'
        """
        unit = f"Unit: {self.unit}." if self.unit else None
        return " ".join(part for part in (self.description, unit, self.caution) if part)

    @property
    def is_array(self) -> bool:
        return self.type.startswith("array<")


@dataclass(frozen=True)
class Rule:
    """A condition on rows, checked row by row.

    Attributes:
        code: unique within its table, `column.check` or `check`.
        property: the quality property that it belongs to.
        severity: quarantine (the row is refused and kept aside), warn (reported) or stop (nothing downstream runs).
        passes: SQL condition; null counts as passed, so that only existence rules are about nulls.
        applies: SQL condition that selects the rows that the rule applies to.
        message: what is wrong with a row that fails.
        kind: `row`, or the core expectation that checks the same (`not_null`, `in_set`, `pattern`).
        column: the column that the rule is about, or None where it is about several.
        threshold: smallest passing ratio at which the rule counts as kept, for warn and stop.
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
    """A condition on a written table: across rows, tables or sources.

    Attributes:
        query: SQL with one row per broken case; `{silver.orders}` stands for a table, `{as_of}` for the run's time.
        applicable: SQL with one number: how many cases the rule applies to.
        reads: the tables that the two queries read besides the checked one; where one is missing the rule does not apply.
        cases, broken: where one pass can count both: SQL with one row per case, and the condition that breaks it.
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
        table_rules: rules about the table as a whole, beyond its unique key and its references.
        event_time: the column with the time of a row's event, or None.
        module: operational, analytic or strategic (gold).
        is_published: served to BI tools (gold).
        derived_source: `source` of the rows that a job derives from other tables where the table also has rows from
            sources, or None.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    table_rules: tuple[TableRule, ...] = ()
    event_time: str | None = None
    module: Literal["operational", "analytic", "strategic", ""] = ""
    is_published: bool = False
    derived_source: str | None = None

    def __post_init__(self) -> None:
        names = [field.name for field in self.columns]
        unknown = [name for name in self.key if name not in names]
        if unknown or len(set(names)) != len(names):
            raise ValueError(
                f"{self.name}: key columns {unknown} are not declared, or a column is declared twice in {names}"
            )

    def field(self, name: str) -> Field:
        for field in self.columns:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no column {name}; it has {', '.join(self.names)}")

    def decimal(self, name: str) -> bool:
        """Whether the table has a column of that name with amounts of money."""
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
        """Columns that decide whether a row has to be rewritten: its content, and where a source's row came from.

        Row accounts find the batch of a row by batch_id; the next version is compared with source_version and
        value_versions.
        """
        lineage = ("batch_id", "source_version", "value_versions") if self.layer in ("silver", "withdrawn") else ()
        came = [name for name in lineage if name in self.names]
        return tuple(name for name in (*self.content_columns, *came) if name not in self.key)

    @property
    def given_rows(self) -> str:
        """SQL condition that selects the rows from sources, not those derived from other tables."""
        if not self.derived_source:
            return "true"
        return "not coalesce(is_seen_only, false)" if self._names_its_source else f"source <> '{self.derived_source}'"

    @property
    def derived_rows(self) -> str:
        """SQL condition that selects the rows derived from other tables."""
        return "coalesce(is_seen_only, false)" if self._names_its_source else f"source = '{self.derived_source}'"

    @property
    def _names_its_source(self) -> bool:
        """Whether derived rows have the source of the rows that name them: it is a part of their key."""
        return "source" in self.key

    @property
    def ddl(self) -> str:
        """The Spark schema as DDL."""
        return ", ".join(f"`{field.name}` {field.type}" for field in self.columns)
