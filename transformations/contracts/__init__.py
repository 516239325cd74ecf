"""Contracts: every table and column declared once."""

from __future__ import annotations

from transformations.contracts import gold, ops, silver
from transformations.contracts.bronze import bronze_table, quarantine_table, withdrawn_table
from transformations.contracts.model import PROPERTIES, Field, Property, Rule, Severity, Table, TableRule

CONTRACTS: dict[str, Table] = {table.name: table for table in (*silver.TABLES, *gold.TABLES, *ops.TABLES)}


def contract(name: str) -> Table:
    """The contract of a table; bronze, quarantine and withdrawn tables have one shape each.

    Raises KeyError naming the tables that exist.
    """
    layer, _, short_name = name.partition(".")
    if layer == "bronze" and short_name:
        return bronze_table(short_name)
    if layer == "quarantine" and short_name:
        return quarantine_table(short_name)
    if layer == "withdrawn" and f"silver.{short_name}" in CONTRACTS:
        return withdrawn_table(CONTRACTS[f"silver.{short_name}"])
    if name not in CONTRACTS:
        raise KeyError(f"no table {name}; tables are {', '.join(sorted(CONTRACTS))}")
    return CONTRACTS[name]


__all__ = ["CONTRACTS", "PROPERTIES", "Field", "Property", "Rule", "Severity", "Table", "TableRule", "contract"]
