"""Lands a database's rows, read over JDBC: each row one JSON object, as `jobs.sources.rows` writes it.

With a cursor only rows from the last landed value on are read, that value included, since rows may share it. A row whose
bytes equal the newest ones of its key (without a key: any known ones) is not landed again. With
`deletes: missing_in_full_dump` all keys are read as well: a key that is missing lands as a row with its key and
`_deleted_at`, the time of the comparison, and one that came back lands again.

A timestamp with a time zone lands in UTC, one without lands unchanged: the source's `timezone` is its time zone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.storagelevel import StorageLevel

from jobs.bronze import batches, jdbc_errors
from jobs.bronze.samples import Sample
from jobs.engine import sessions
from jobs.errors import ConfError
from jobs.job import Run
from jobs.settings.sources import JdbcSettings, Source
from jobs.sources import files, rows
from transformations.contracts.ops_rows import BatchRow

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

DELETED_AT = "_deleted_at"
_RENDERED = "position bigint, key string, cursor string, raw binary"


@dataclass(frozen=True)
class _State:
    """State of earlier landings: their number, their batches, and the cursor's value (None: read all)."""

    landings: int
    numbers: dict[str, int]
    cursor: str | None


def has_new(lake: Lake, run: Run, source: Source) -> bool:
    """Always true: only the database knows. Raises ConfError where conf or environment are incomplete."""
    check(source)
    return True


def land(lake: Lake, run: Run, source: Source) -> None:
    """Lands rows that are new or changed, and deletions where conf asks for them."""
    check(source)
    with jdbc_errors.explained(source):
        _Landing(lake, run, source).run()


def sample(lake: Lake, run: Run, source: Source, limit: int) -> Sample:
    """The first rows in the database's own order; no more are transferred."""
    check(source)
    jdbc = _jdbc(source)
    with jdbc_errors.explained(source):
        table = _reader(lake, jdbc.model_copy(update={"fetch_size": min(limit, jdbc.fetch_size)}))
        _check_columns(source, table.columns)
        has_deleted_at = source.deletes == "missing_in_full_dump"
        render = partial(_render, key=jdbc.key, cursor=None, has_deleted_at=has_deleted_at)
        found = table.limit(limit).coalesce(1).mapInArrow(render, _RENDERED).toArrow()
    file = f"jdbc/{source.name}"
    count = found.num_rows
    columns = [
        [source.name] * count,
        [file] * count,
        [file] * count,
        found["position"],
        [None] * count,
        found["raw"],
        [run.started_at] * count,
    ]
    arrays = [
        values.cast(of.type) if isinstance(values, pa.ChunkedArray) else pa.array(values, of.type)
        for values, of in zip(columns, files.BRONZE_SCHEMA, strict=True)
    ]
    return Sample(pa.table(arrays, schema=files.BRONZE_SCHEMA), jdbc.address)


def check(source: Source) -> None:
    """Raises ConfError where the source's conf is inconsistent, or its user or password is not set."""
    jdbc = _jdbc(source)
    if source.format != "json":
        raise ConfError(
            f"{source.file}: key format is {source.format!r}: rows of a database land as JSON; expected json"
        )
    if source.deletes == "missing_in_full_dump":
        if not jdbc.key:
            raise ConfError(f"{source.file}: key jdbc.key is missing: deletions are found by comparing keys")
        if source.version != "_file":
            raise ConfError(
                f"{source.file}: key version is {source.version!r}: a row that comes back may be older than its deletion; "
                "leave it out, so that rows that were read later are newer"
            )
    for name in (jdbc.user_variable, jdbc.password_variable):
        if not os.environ.get(name):
            raise ConfError(
                f"{source.file}: key jdbc needs the environment variable {name}; set it to the database's "
                f"{'user' if name == jdbc.user_variable else 'password'}"
            )


class _Landing:
    """One landing of one source."""

    def __init__(self, lake: Lake, run: Run, source: Source) -> None:
        self.lake, self.started, self.source = lake, run, source
        self.jdbc = _jdbc(source)
        self.name = f"bronze.{source.name}"
        self.state = _state(lake, source)
        self.cursor = self.state.cursor
        self.compares_keys = source.deletes == "missing_in_full_dump"
        self.table = _reader(lake, self.jdbc)
        _check_columns(source, self.table.columns)
        self.kept: list[DataFrame] = []

    def run(self) -> None:
        try:
            parts = [
                part.select("position", "raw", F.lit(place).alias("part")) for place, part in enumerate(self._parts())
            ]
            in_order = F.row_number().over(Window.orderBy("part", "position")).cast("bigint")
            landing = self._keep(reduce(DataFrame.unionByName, parts).select(in_order.alias("line"), "raw"))
            total = landing.agg(F.count("*").alias("n"), F.sum(F.length("raw")).alias("bytes")).first()
            assert total is not None
            if total["n"]:
                self._write(landing, total["n"], total["bytes"])
        finally:
            for frame in self.kept:
                frame.unpersist()

    def _parts(self) -> Iterator[DataFrame]:
        """What lands, as position and raw: rows that are new or changed, rows that came back, deletions."""
        read = self._keep(self._rendered(self._since(self.table)))
        self._check_key(read)
        self.cursor = self._cursor(read)
        known = self._known()
        if known is None:
            yield read
            return
        known = self._keep(known)
        yield _unknown(read, known, has_key=bool(self.jdbc.key))
        if not self.compares_keys:
            return
        keys = self._keep(self._rendered(self.table.select(*self.jdbc.key)).select("key").distinct())
        if not keys.head(1):  # more likely the table is being reloaded than that everything was deleted
            self.started.note(f"{self.source.name}: the database has no rows; none counts as deleted")
            return
        present = known.where(~F.col("is_deleted"))
        if self.state.cursor is not None:  # rows below the cursor may have come back, or been added with an old value
            unseen = self._keep(keys.join(present, "key", "left_anti").join(read, "key", "left_anti"))
            if unseen.head(1):
                yield self._rendered(self.table).join(unseen, "key", "left_semi")
        yield self._tombstones(present.join(keys, "key", "left_anti"))

    def _tombstones(self, gone: DataFrame) -> DataFrame:
        """A deletion for each key."""
        place = F.row_number().over(Window.orderBy("key")).cast("bigint")
        make = partial(
            _tombstones,
            names=[*self.table.columns, DELETED_AT],
            key=self.jdbc.key,
            at=rows.plain(self.started.started_at),
        )
        return gone.select(place.alias("position"), "key").mapInArrow(make, "position bigint, raw binary")

    def _since(self, table: DataFrame) -> DataFrame:
        """Rows to read: all, or those from the cursor on and those without a value in it."""
        if self.jdbc.cursor is None or self.state.cursor is None:
            return table
        column = F.col(f"`{self.jdbc.cursor}`")
        last = F.lit(self.state.cursor).cast(table.schema[self.jdbc.cursor].dataType)
        return table.where((column >= last) | column.isNull() | last.isNull())

    def _rendered(self, table: DataFrame) -> DataFrame:
        """Rows by cursor and key, as position, key, cursor and raw."""
        cursor = self.jdbc.cursor if self.jdbc.cursor in table.columns else None
        by = [f"`{name}`" for name in dict.fromkeys((*([cursor] if cursor else []), *self.jdbc.key))]
        one = table.coalesce(1)
        ordered = one.sortWithinPartitions(*by) if by else one
        render = partial(_render, key=self.jdbc.key, cursor=cursor, has_deleted_at=self.compares_keys)
        # portable: databases are read by Spark alone
        return ordered.mapInArrow(render, _RENDERED)

    def _known(self) -> DataFrame | None:
        """The newest record of each key in bronze: key, hash of its bytes, is_deleted; None before the first landing.

        Without a key every known hash.
        """
        if not self.state.numbers or not self.lake.exists(self.name):
            return None
        records = self.lake.read(self.name)
        if not self.jdbc.key:
            return records.select(F.sha2("raw", 256).alias("known_hash")).distinct()
        numbers = sessions.frame(self.lake.spark, list(self.state.numbers.items()), "batch_id string, number bigint")
        numbered = records.join(F.broadcast(numbers), "batch_id").select("number", "line", "raw")
        keyed = numbered.mapInArrow(
            partial(_keyed, key=self.jdbc.key), "number bigint, line bigint, key string, is_deleted boolean, raw binary"
        )
        # portable: databases are read by Spark alone
        newest = F.max_by(F.struct(F.sha2("raw", 256).alias("hash"), "is_deleted"), F.struct("number", "line"))
        latest = keyed.groupBy("key").agg(newest.alias("newest"))
        return latest.select("key", F.col("newest.hash").alias("known_hash"), F.col("newest.is_deleted"))

    def _check_key(self, read: DataFrame) -> None:
        if not self.jdbc.key:
            return
        twice = read.groupBy("key").count().where("count > 1").head(1)
        if twice:
            raise ConfError(
                f"{self.source.file}: key jdbc.key: {', '.join(self.jdbc.key)} = {twice[0]['key']} is in "
                f"{twice[0]['count']} rows; list the columns that identify a row"
            )

    def _cursor(self, read: DataFrame) -> str | None:
        """The cursor's greatest value so far: rows are in its order."""
        last = read.where("cursor is not null").agg(F.max_by("cursor", "position").alias("last")).first()
        return (last and last["last"]) or self.state.cursor

    def _write(self, landing: DataFrame, count: int, size: int) -> None:
        number = self.state.landings + 1
        file = f"jdbc/{self.source.name}"
        # Leading zeros keep the order of landings when versions are compared as text.
        version = f"{file}@{number:08d}"
        batch = hashlib.sha256(f"{self.source.name}\0{version}\0{self.started.run_id}".encode()).hexdigest()
        given = {
            "source": F.lit(self.source.name),
            "batch_id": F.lit(batch),
            "file": F.lit(file),
            "context": F.lit(None).cast("string"),
            "landed_at": F.lit(self.started.started_at),
        }
        self.lake.append(self.name, landing.withColumns(given))
        cursor = f"{self.jdbc.cursor}={self.cursor}" if self.jdbc.cursor and self.cursor is not None else None
        row: BatchRow = {
            "batch_id": batch,
            "source": self.source.name,
            "file": file,
            "file_version": version,
            "bytes_count": size,
            "records_count": count,
            "batch_state": "landed",
            "cursor": cursor,
            "run_id": self.started.run_id,
            "landed_at": self.started.started_at,
        }
        batches.register(self.lake, self.source, [row])

    def _keep(self, frame: DataFrame) -> DataFrame:
        """The frame, read once: a database may return something else the second time."""
        # portable: databases are read by Spark alone
        frame = frame.persist(StorageLevel.MEMORY_AND_DISK)
        frame.count()
        self.kept.append(frame)
        return frame


# --- reading --------------------------------------------------------------------------------------------------


def _jdbc(source: Source) -> JdbcSettings:
    assert source.jdbc is not None
    return source.jdbc


def _reader(lake: Lake, jdbc: JdbcSettings) -> DataFrame:
    """The table or query as a DataFrame; nothing but its columns is read yet."""
    query = jdbc.query.strip().rstrip(";").rstrip()
    is_table = re.fullmatch(r'[\w.$"]+', query)
    options = {
        "url": jdbc.url,
        "dbtable": query if is_table else f"({query}\n) scrm_source",
        "user": os.environ[jdbc.user_variable],
        "password": os.environ[jdbc.password_variable],
        "fetchsize": str(jdbc.fetch_size),
        "preferTimestampNTZ": "true",  # a timestamp without a time zone is not the machine's local time
    }
    if jdbc.driver_jars == "postgres":
        options["driver"] = "org.postgresql.Driver"
        options["sessionInitStatement"] = "set time zone 'UTC'"  # time zone in which the cursor's value is compared
    return lake.spark.read.format("jdbc").options(**options).load()


def _check_columns(source: Source, columns: list[str]) -> None:
    jdbc = _jdbc(source)
    named = {"jdbc.key": jdbc.key, "jdbc.cursor": (jdbc.cursor,) if jdbc.cursor else ()}
    for setting, names in named.items():
        for name in names:
            if name not in columns:
                raise ConfError(
                    f"{source.file}: key {setting} is {name!r}; expected one of the columns {', '.join(columns)}"
                )


def _state(lake: Lake, source: Source) -> _State:
    jdbc = _jdbc(source)
    landed = [row for row in batches.registered(lake, source) if row["batch_state"] == "landed"]
    numbers = {row["batch_id"]: int(row["file_version"].rpartition("@")[2]) for row in landed}
    cursor = None
    for row in sorted(landed, key=lambda row: numbers[row["batch_id"]]):
        column, _, value = (row["cursor"] or "").partition("=")
        cursor = value if column == jdbc.cursor else None  # the cursor has changed: everything is read again
    return _State(max(numbers.values(), default=0), numbers, cursor)


def _unknown(read: DataFrame, known: DataFrame, *, has_key: bool) -> DataFrame:
    """Rows that are not landed already with the same content."""
    hashed = read.withColumn("known_hash", F.sha2("raw", 256))
    if not has_key:
        return hashed.join(known, "known_hash", "left_anti").select(*read.columns)
    held = known.where(~F.col("is_deleted")).select("key", "known_hash")
    return hashed.join(held, ["key", "known_hash"], "left_anti").select(*read.columns)


# --- on the workers -------------------------------------------------------------------------------------------


def _render(
    given: Iterable[pa.RecordBatch], key: tuple[str, ...], cursor: str | None, has_deleted_at: bool
) -> Iterator[pa.RecordBatch]:
    position = 0
    for batch in given:
        names = [*batch.schema.names, *([DELETED_AT] if has_deleted_at else [])]
        places = [names.index(name) for name in key]
        found: dict[str, list[Any]] = {"position": [], "key": [], "cursor": [], "raw": []}
        for values in rows.values_of(batch):
            position += 1
            found["position"].append(position)
            found["key"].append(_key([values[place] for place in places]) if key else None)
            at = values[names.index(cursor)] if cursor else None
            found["cursor"].append(None if at is None else str(at))
            found["raw"].append(rows.as_json(names, [*values, None] if has_deleted_at else values))
        types = [pa.int64(), pa.string(), pa.string(), pa.binary()]
        yield pa.RecordBatch.from_arrays(
            [pa.array(values, type_) for values, type_ in zip(found.values(), types, strict=True)], names=list(found)
        )


def _keyed(given: Iterable[pa.RecordBatch], key: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    """Bronze records with their key, and whether they are a deletion."""
    for batch in given:
        objects = [json.loads(raw) for raw in batch["raw"].to_pylist()]
        keys = pa.array([_key([of.get(name) for name in key]) for of in objects], pa.string())
        deleted = pa.array([of.get(DELETED_AT) is not None for of in objects], pa.bool_())
        yield pa.RecordBatch.from_arrays(
            [batch["number"], batch["line"], keys, deleted, batch["raw"]],
            names=["number", "line", "key", "is_deleted", "raw"],
        )


def _tombstones(
    given: Iterable[pa.RecordBatch], names: list[str], key: tuple[str, ...], at: str
) -> Iterator[pa.RecordBatch]:
    for batch in given:
        raws = []
        for text in batch["key"].to_pylist():
            row = dict.fromkeys(names) | dict(zip(key, json.loads(text), strict=True)) | {DELETED_AT: at}
            raws.append(rows.as_json(names, [row[name] for name in names]))
        yield pa.RecordBatch.from_arrays([batch["position"], pa.array(raws, pa.binary())], names=["position", "raw"])


def _key(values: list[Any]) -> str:
    return json.dumps(values, ensure_ascii=False)
