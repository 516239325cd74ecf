"""Changes of person IDs when records move between persons."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa

from transformations.identity.persons import LINK


def moved(before: pa.Table, after: pa.Table) -> pa.Table:
    """Person IDs that were replaced by others.

    Args: before, after: silver.person_links of two runs (its key and person_id).
    Returns: one row per pair of persons between whom a record moved: old_person_id, new_person_id (sorted by
        them) and cause: `split` where the old person's records now belong to several, `merged` where the new
        one's came from several, else `renamed` (another record is the earliest, or the secret changed). A
        person whose records were all deleted has no row: there is no replacement.
    """
    old = before.select([*LINK, "person_id"]).rename_columns([*LINK, "old_person_id"])
    new = after.select([*LINK, "person_id"]).rename_columns([*LINK, "new_person_id"])
    pairs = (
        old.join(new, LINK, join_type="inner")
        .select(["old_person_id", "new_person_id"])
        .group_by(["old_person_id", "new_person_id"])
        .aggregate([])
        .to_pandas()
    )
    into = pairs.groupby("old_person_id")["new_person_id"].transform("size")
    out_of = pairs.groupby("new_person_id")["old_person_id"].transform("size")
    pairs["cause"] = "renamed"
    pairs.loc[out_of > 1, "cause"] = "merged"
    pairs.loc[into > 1, "cause"] = "split"
    pairs = pairs[pairs["old_person_id"] != pairs["new_person_id"]]
    pairs = pairs.sort_values(["old_person_id", "new_person_id"])
    return pa.table({name: pa.array(pairs[name], pa.string()) for name in pairs.columns})


def all_moves(known: pa.Table, before: pa.Table, after: pa.Table, at: datetime) -> pa.Table:
    """Every pair of persons between whom a record ever moved.

    Args:
        known: silver.person_id_changes so far.
        before, after: as for `moved`.
        at: when the change was found.
    Returns: columns of silver.person_id_changes except run_id, one row per pair with its last change.
    """
    columns = ["old_person_id", "new_person_id", "cause", "changed_at"]
    new = moved(before, after)
    new = new.append_column("changed_at", pa.array([at] * new.num_rows, known["changed_at"].type))
    everything = pa.concat_tables([known.select(columns), new.select(columns)]).to_pandas()
    latest = everything.drop_duplicates(["old_person_id", "new_person_id"], keep="last")
    return pa.Table.from_pandas(latest, schema=known.select(columns).schema, preserve_index=False)
