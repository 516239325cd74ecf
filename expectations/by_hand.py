"""Expectations that people add by hand: one file per table, in the format of a Great Expectations suite.

The files are in `expectations/tables/` and in the folder `expectations/` of a conf folder, named after the table:
`silver.posts.yaml` (or .yml, .json). They are validated once the table is written:

    expectations:
      - type: expect_column_value_lengths_to_be_between     # any of the core's or of expectations/custom.py
        kwargs: {column: text, max_value: 40000, mostly: 0.99}
        description: the text is longer than any channel allows      # what is wrong where it fails
        meta: {code: text.length, property: validity, severity: warn}

`meta.code` names the rule, in full `silver.posts.text.length`; conf changes severity and threshold by that name
(quality.rules). `meta.property` is one of the six properties. `meta.severity` is warn (the default) or stop; Great
Expectations' own `severity: critical` means stop too. `mostly` (or meta.threshold) is the required share of cases that
pass. In `unexpected_rows_query`, {batch} is the table and {silver.orders} another one.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from expectations.rules import Override, RuleContext, all_rules
from transformations.canonical.names import did_you_mean
from transformations.contracts import CONTRACTS, PROPERTIES, Property, Severity, Table

SHIPPED = Path(__file__).resolve().parent / "tables"
_SUFFIXES = (".yaml", ".yml", ".json")
_ENTRY = {"type", "expectation_type", "kwargs", "meta", "severity", "description", "notes", "id", "rendered_content"}
_COLUMNS = ("column", "column_A", "column_B", "column_list", "column_set")


class ByHandError(ValueError):
    """An expectation that cannot be used; the message names the file, the entry and what to do."""


@dataclass(frozen=True)
class ByHand:
    """An expectation added by hand; its first attributes are those of a rule."""

    table: str
    code: str
    property: Property
    severity: Severity
    message: str
    threshold: float
    type: str
    kwargs: Mapping[str, Any]
    file: Path


def load(paths: Iterable[Path]) -> tuple[ByHand, ...]:
    """Every expectation of these files.

    Raises: ByHandError naming the file, what was found and what was expected.
    """
    found: dict[str, ByHand] = {}
    for path in paths:
        for one in _of_file(path):
            full = f"{one.table}.{one.code}"
            if full in found:
                raise ByHandError(
                    f"{path}: {one.code} is also in {found[full].file}; give one of them another meta.code"
                )
            found[full] = one
    return tuple(found.values())


def files(folders: Iterable[Path]) -> list[Path]:
    """The files of these folders, in order."""
    return [
        path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()) if path.suffix in _SUFFIXES
    ]


def overridden(one: ByHand, override: Override | None) -> ByHand:
    """The expectation with the changes of conf. Raises: ByHandError."""
    if override is None:
        return one
    if override.severity == "quarantine":
        raise ByHandError(f"{one.file}: {one.code}: conf sets its severity to quarantine; expected warn or stop")
    return replace(
        one,
        severity=override.severity or one.severity,
        threshold=one.threshold if override.threshold is None else override.threshold,
    )


def _of_file(path: Path) -> list[ByHand]:
    table = CONTRACTS.get(path.stem)
    if table is None or table.layer not in ("silver", "gold"):
        raise ByHandError(
            f"{path}: there is no table {path.stem}; name the file after its table, "
            "for example silver.posts.yaml (`scrm tables` lists them)"
        )
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise ByHandError(f"{path} is not valid YAML: {' '.join(str(error).split())}") from None
    entries = (document or {}).get("expectations") if isinstance(document or {}, dict) else None
    if not isinstance(entries, list):
        raise ByHandError(f"{path}: expected a list under the key expectations, as in a Great Expectations suite")
    taken = {rule.code for rule in all_rules(table, _NO_CONTEXT)}
    return [_entry(path, table, place, entry, taken) for place, entry in enumerate(entries, start=1)]


def _entry(path: Path, table: Table, place: int, entry: Any, taken: set[str]) -> ByHand:
    where = f"{path}: expectation {place}"
    if not isinstance(entry, dict):
        raise ByHandError(f"{where}: expected type, kwargs and meta, found {type(entry).__name__}")
    unknown = sorted(set(entry) - _ENTRY)
    if unknown:
        raise ByHandError(f"{where}: unknown key {unknown[0]}; expected type, kwargs, meta, severity or description")
    type_ = entry.get("type") or entry.get("expectation_type")
    if not isinstance(type_, str):
        raise ByHandError(f"{where}: key type is missing, for example expect_column_values_to_be_between")
    known = _types()
    if type_ not in known:
        hint = did_you_mean(type_, known, "its gallery and expectations/custom.py list those that exist")
        raise ByHandError(f"{where}: Great Expectations has no {type_}{hint}")
    kwargs, meta = entry.get("kwargs") or {}, entry.get("meta") or {}
    if not isinstance(kwargs, dict) or not isinstance(meta, dict):
        raise ByHandError(f"{where}: expected kwargs and meta to be mappings of keys to values")
    code = meta.get("code")
    if not isinstance(code, str) or not code.strip():
        raise ByHandError(f"{where} ({type_}): meta.code is missing; it names the rule, for example text.length")
    where = f"{where} ({code})"
    if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", code):
        raise ByHandError(
            f"{where}: meta.code is {code!r}; expected lower case letters, digits, _ and . in between, for example text.length"
        )
    if code in taken:
        raise ByHandError(f"{where}: {table.name} already has a rule with that code; give it another meta.code")
    property_ = meta.get("property")
    if property_ not in PROPERTIES:
        raise ByHandError(f"{where}: meta.property is {property_!r}; expected one of {', '.join(PROPERTIES)}")
    for key in _COLUMNS:
        named = kwargs.get(key)
        for column in [named] if isinstance(named, str) else named or ():
            if column not in table.names:
                raise ByHandError(
                    f"{where}: {key} {column}: {table.name} has no such column; it has {', '.join(table.names)}"
                )
    return ByHand(
        table.name,
        code,
        property_,
        _severity(where, entry, meta),
        str(entry.get("description") or meta.get("message") or f"{type_} fails"),
        _threshold(where, kwargs, meta),
        type_,
        kwargs,
        path,
    )


@lru_cache(maxsize=1)
def _types() -> frozenset[str]:
    """Types of expectations, the core's and ours. Read from file and class names: importing them takes seconds."""
    found = importlib.util.find_spec("great_expectations")
    places = found.submodule_search_locations if found else None
    core = {path.stem for place in places or () for path in (Path(place) / "expectations" / "core").glob("*.py")}
    text = Path(__file__).with_name("custom.py").read_text(encoding="utf-8")
    ours = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in re.findall(r"^class (Expect\w+)\(", text, re.M)}
    return frozenset(core - {"__init__"} | ours)


def _severity(where: str, entry: dict[str, Any], meta: dict[str, Any]) -> Severity:
    severity = meta.get("severity") or {"critical": "stop"}.get(str(entry.get("severity")), "warn")
    severities: dict[Any, Severity] = {"warn": "warn", "stop": "stop"}
    if severity not in severities:
        raise ByHandError(
            f"{where}: meta.severity is {severity!r}; expected warn (reported) or stop (nothing downstream runs). "
            "Only rules of the contracts put rows in quarantine: expectations added by hand run once the table is written"
        )
    return severities[severity]


def _threshold(where: str, kwargs: dict[str, Any], meta: dict[str, Any]) -> float:
    share = meta.get("threshold", kwargs.get("mostly", 1.0))
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ByHandError(f"{where}: meta.threshold (or mostly) is {share!r}; expected a share from 0 to 1")
    return float(share)


_NO_CONTEXT = RuleContext(datetime(2000, 1, 1))
