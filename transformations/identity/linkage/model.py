"""The model of Fellegi and Sunter by Splink: how much each attribute's agreement tells, learnt from the records themselves.

No labels are used. u, the share of pairs of different people that agree, is estimated from pairs at random; m, the share of
pairs of one person that agree, by expectation maximisation over pairs that agree on something else. Rare values that agree
tell more than frequent ones.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from transformations.canonical.quiet import quiet
from transformations.identity.linkage import em
from transformations.identity.linkage.attributes import ATTRIBUTES

LEAST_RECORDS = 200
"""Fewer records teach nothing: what would be estimated from some dozens of pairs is chance."""
MOST_ALIKE = 100
"""What more records than this agree on brings no two of them together: all pairs of a frequent name explode."""
LIKELY = 0.01
"""Pairs below this probability are not kept."""
HOUSEHOLD = 0.3
"""The highest probability of two whose given names differ and who agree on nothing that is one person's own.

The model takes attributes as independent of each other. In a household they are not: family name, street, city, postcode and
phone agree at once, and would outweigh all that tells two people apart.
"""
_OWN = {"birth_date": 2, "email": 1, "national_id": 1}
"""What is one person's own -> how many levels below exact agreement count: a typo or another day of the month, another domain."""

Block = tuple[str, ...]
_BLOCKS: tuple[Block, ...] = (
    ("email",),
    ("phone",),
    ("national_id",),
    ("birth_date",),
    ("given_name",),
    ("family_name",),
    ("given_name", "family_name"),
    ("family_name", "city"),
    ("family_name", "postcode"),
    ("given_name", "city"),
    ("given_name", "postcode"),
    ("given_name", "birth_date"),
    ("street", "city"),
)
"""Two records are compared where they agree on all attributes of one of these."""
_SURE: tuple[Block, ...] = (("email",), ("phone",), ("national_id",), ("given_name", "family_name", "birth_date"))
"""Agreement on one of these is one person nearly always: what the share of such pairs is estimated from."""
_NEARLY_SURE: tuple[Block, ...] = (("given_name", "birth_date"), ("family_name", "birth_date"))
"""In their place where no two records agree on any of them."""
_SURE_RECALL = 0.7
"""Share of the pairs of one person that are assumed to agree on one of _SURE."""
_LEARNT_FROM: tuple[Block, ...] = (
    ("given_name", "family_name"),
    ("birth_date",),
    ("email",),
    ("phone",),
    ("postcode", "city"),
)
_LEAST_PAIRS = 20
_PAIRS_AT_RANDOM = 1e6
_SEED = 1


@dataclass(frozen=True)
class Linkage:
    """Pairs of records that may be one person, the likeliest first.

    Attributes:
        pairs: left_id, right_id (left_id < right_id), probability, evidence: which attributes are the same, alike, differ.
        reason: why there are none, where nothing could be learnt.
    """

    pairs: pa.Table
    reason: str = ""


PAIRS = pa.schema(
    [("left_id", pa.string()), ("right_id", pa.string()), ("probability", pa.float64()), ("evidence", pa.string())]
)


def linked(records: pa.Table, *, trained_by_splink: bool = False) -> Linkage:
    """Learns the model from records and applies it to them, in memory (DuckDB).

    Args:
        records: record_id (text, unique) and attributes, from `attributes.comparable`.
        trained_by_splink: Splink's own expectation maximisation estimates m, to compare with; evidence is null then.
    """
    import duckdb

    present = [name for name in ATTRIBUTES if name in records.column_names and records[name].null_count < len(records)]
    if records.num_rows < LEAST_RECORDS:
        return _nothing(f"{records.num_rows} records are too few to learn from; {LEAST_RECORDS} are needed")
    if not {"given_name", "family_name"} <= set(present) or len(present) < 4:
        return _nothing("records need given and family name, and two more attributes of them, to be told apart")
    # with several threads sums differ in their last digits
    # Splink tells of its progress, and of levels that no pair reached
    with duckdb.connect(config={"threads": 1}) as connection, quiet("splink", logging.CRITICAL):
        connection.register("given", records.sort_by("record_id"))
        blocks, sure, nearly, learnt_from = (
            [block for block in of if set(block) <= set(present)] for of in (_BLOCKS, _SURE, _NEARLY_SURE, _LEARNT_FROM)
        )
        keys = _keys(dict.fromkeys((*blocks, *sure, *nearly, *learnt_from)))
        rows = connection.sql(f"select * {''.join(keys)} from given").to_arrow_table()
        connection.register("rows", rows)
        learnt_from = [block for block in learnt_from if _pairs(connection, block) >= _LEAST_PAIRS]
        sure = sure if sum(_pairs(connection, block) for block in sure) else nearly
        if len(learnt_from) < 2 or not sum(_pairs(connection, block) for block in sure):
            return _nothing("too few records agree on anything to learn from")
        predicted = _predicted(
            connection, rows, present, blocks, sure, learnt_from, trained_by_splink=trained_by_splink
        )
        return Linkage(predicted)


def _predicted(
    connection: Any,
    rows: pa.Table,
    present: Sequence[str],
    blocks: Sequence[Block],
    sure: Sequence[Block],
    learnt_from: Sequence[Block],
    *,
    trained_by_splink: bool,
) -> pa.Table:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[_comparison(name) for name in present],
        blocking_rules_to_generate_predictions=[block_on(_key(block)) for block in blocks],
        retain_matching_columns=True,  # with them gamma_…: how alike
        retain_intermediate_calculation_columns=False,
    )
    frame = api.register(rows)
    linker = Linker(frame, settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(
        [block_on(_key(block)) for block in sure], recall=_SURE_RECALL
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_PAIRS_AT_RANDOM, seed=_SEED)
    if trained_by_splink:
        for block in learnt_from:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(_key(block)))
        return _likely(connection, linker, "null::varchar")
    model = linker.misc.save_model_to_json()
    at_random = min(_PAIRS_AT_RANDOM, rows.num_rows * (rows.num_rows - 1) / 2)
    levels = {comparison["output_column_name"]: _levels(comparison, at_random) for comparison in model["comparisons"]}
    learnt = [_learnt(connection, levels, block) for block in learnt_from]
    for name, of in levels.items():
        found_m = np.mean([m[name] for m in learnt if name in m], axis=0)
        for place, level in enumerate(of):
            level["m_probability"] = float(found_m[place])
    linker = Linker(frame, model, log_level=None)
    most = {name: len(of) - 1 for name, of in levels.items()}
    evidence = f"concat_ws('; ', {', '.join(_evidence(most))})"
    prior = float(model["probability_two_random_records_match"])
    return _likely(connection, linker, evidence, _of_household(most), prior, rows.num_rows * (rows.num_rows - 1) // 2)


def _of_household(most: dict[str, int]) -> str:
    """SQL condition: the given names differ, and nothing that is one person's own agrees. Args: most: the greatest levels."""
    own = [f"gamma_{name} >= {most[name] - below}" for name, below in _OWN.items() if name in most]
    return f"gamma_given_name = 0 and not ({' or '.join(own) or 'false'})"


def _likely(
    connection: Any, linker: Any, evidence: str, of_household: str = "false", prior: float = 0.0, pairs: int = 0
) -> pa.Table:
    """PAIRS of a trained linker.

    Args:
        evidence, of_household: SQL.
        prior, pairs: share of pairs of one person that the linker assumes, and all pairs; the share is estimated again from what
            is found, within half and double. Without them the linker's stands.
    """
    found = linker.inference.predict(threshold_match_probability=LIKELY).physical_name
    factor = 1.0
    if pairs:
        query = f"select sum(if({of_household}, least(match_probability, {HOUSEHOLD}), match_probability)) from {found}"
        ((expected,),) = connection.sql(query).fetchall()
        share = min(max(float(expected or 0) / pairs, prior / 2), prior * 2)
        factor = share / (1 - share) / (prior / (1 - prior))
    probability = f"match_probability * {factor!r} / (match_probability * {factor!r} + 1 - match_probability)"
    return (  # portable: DuckDB runs it
        connection.sql(
            f"""select least(record_id_l, record_id_r) as left_id, greatest(record_id_l, record_id_r) as right_id,
                round(if({of_household}, least({probability}, {HOUSEHOLD}), {probability}), 6) as probability,
                {evidence} as evidence
            from {found} order by probability desc, left_id, right_id"""
        )
        .to_arrow_table()
        .cast(PAIRS)
    )


def _levels(comparison: dict[str, Any], at_random: float) -> list[dict[str, Any]]:
    """The levels of a comparison from the least agreement to the greatest, without that of unknown values.

    Args: at_random: how many pairs u was estimated from.
    """
    levels = [level for level in reversed(comparison["comparison_levels"]) if not level.get("is_null_level")]
    for level in levels:
        level.setdefault("u_probability", 1 / at_random)  # no pair at random was so
    return levels


def _learnt(
    connection: Any, levels: dict[str, list[dict[str, Any]]], block: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """m of each level of the comparisons that a block does not decide, from the pairs of the block."""
    asked = [name for name in levels if name not in block]
    patterns = ", ".join(_pattern(name, levels[name]) for name in asked)
    columns = ", ".join(f'r."{name}" as "{name}_r", l."{name}" as "{name}_l"' for name in levels)
    found = connection.sql(
        f"""select {patterns}, count(*) as pairs
            from (
                select {columns} from rows l join rows r on l.{_key(block)} = r.{_key(block)} and l.record_id < r.record_id
            ) group by all order by all"""
    ).fetchnumpy()
    table = np.column_stack([np.asarray(found[name], dtype=np.int64) for name in asked])
    u = {place: [level["u_probability"] for level in levels[name]] for place, name in enumerate(asked)}
    m = em.agreement(table, np.asarray(found["pairs"], dtype=np.int64), u)
    return {name: m[place] for place, name in enumerate(asked)}


def _pattern(name: str, levels: Sequence[dict[str, Any]]) -> str:
    """SQL for the level of a pair: -1 where a value is unknown."""
    cases = [
        f"when {level['sql_condition']} then {place}"
        for place, level in reversed(list(enumerate(levels)))
        if level["sql_condition"] != "ELSE"
    ]
    unknown = f'"{name}_l" is null or "{name}_r" is null'
    return f'case when {unknown} then -1 {" ".join(cases)} else 0 end as "{name}"'


def _comparison(attribute: str) -> Any:
    import splink.comparison_library as cl

    if attribute == "birth_date":
        return cl.DateOfBirthComparison(attribute, input_is_string=True, datetime_format="%Y-%m-%d")
    if attribute == "email":
        return cl.EmailComparison(attribute)
    if attribute in ("given_name", "family_name", "street", "city"):
        return cl.JaroWinklerAtThresholds(attribute, [0.92, 0.8]).configure(term_frequency_adjustments=True)
    of_frequency = attribute == "postcode"
    return cl.LevenshteinAtThresholds(attribute, [1]).configure(term_frequency_adjustments=of_frequency)


def _key(block: Sequence[str]) -> str:
    """The column of what a block's records agree on."""
    return f"key_{'_'.join(block)}"


def _keys(blocks: Iterable[Sequence[str]]) -> Iterator[str]:
    """SQL for the key of each block: null where a part is unknown, and where too many records share it."""
    for block in blocks:
        parts = ", ".join(f'"{name}"' for name in block)
        known = " and ".join(f'"{name}" is not null' for name in block)
        is_rare = f"count(*) over (partition by {parts}) <= {MOST_ALIKE}"
        yield f", case when {known} and {is_rare} then concat_ws(chr(31), {parts}) end as {_key(block)}"


def _pairs(connection: Any, block: Sequence[str]) -> int:
    """Pairs of records that agree on a block."""
    sizes = f"select count(*) as n from rows where {_key(block)} is not null group by {_key(block)}"
    ((found,),) = connection.sql(f"select coalesce(sum(n * (n - 1) // 2), 0) from ({sizes})").fetchall()
    return int(found)


def _evidence(levels: dict[str, int]) -> Iterator[str]:
    """SQL for texts such as `same: city, email`; null where no attribute is so."""
    for word, condition in (("same", "= {most}"), ("alike", "between 1 and {most} - 1"), ("differs", "= 0")):
        cases = [
            f"case when gamma_{name} {condition.format(most=most)} then '{name}' end"
            for name, most in sorted(levels.items())
        ]
        listed = f"concat_ws(', ', {', '.join(cases)})"
        yield f"case when {listed} <> '' then '{word}: ' || {listed} end"


def _nothing(reason: str) -> Linkage:
    return Linkage(PAIRS.empty_table(), reason)
