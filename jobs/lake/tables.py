"""The only reader and writer of Delta, checked against the contracts.

Spark reads and writes what is large; deltalake, without a JVM, what is small, and gives versions and Arrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import deltalake
import pyarrow as pa
from deltalake.query import QueryBuilder

from jobs.engine import sessions
from jobs.errors import ConfError, ScrmError, explained, is_full
from jobs.lake import arrow, arrow_merging, differing, failures, locks
from jobs.lake.computed import Computed, frame_of
from jobs.lake.handles import Handles, clear_remains, is_table
from transformations.contracts import Table, contract

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


# Below this Spark gets a table as Arrow: its own reading of a Delta log costs seconds, whatever the size.
_SMALL_BYTES = 8_000_000

_MANY_FILES = 20
"""Files of a small table from which on reading it takes longer than rewriting it once."""

_GENERATED_CODE = {"spark.sql.codegen.wholeStage": "true", "spark.sql.codegen.factoryMode": "FALLBACK"}


class Lake:
    """The tables under one root.

    Attributes:
        root: folder of the lake.
        run_id: written into the run_id column of what is written.
    """

    def __init__(self, root: Path | str, spark: Callable[[], SparkSession], run_id: str = "") -> None:
        self.root = Path(root).resolve()
        self.run_id = run_id
        self.main = self
        self._spark = spark
        self._handles = Handles()
        self._generates_code = False
        self._held: dict[str, tuple[tuple[int, int], list[dict[str, Any]]]] = {}

    @property
    def spark(self) -> SparkSession:
        """The session; the first use starts the JVM."""
        return self._spark()

    def isolated(self, *, generates_code: bool | None = None) -> Lake:
        """The same lake with a session of its own, made when it is first needed: its views and settings meet no other's.

        Args: generates_code: Spark compiles its plans whatever conf says, which pays where rows are many; by default as here.
        """
        generates_code = self._generates_code if generates_code is None else generates_code
        made: list[SparkSession] = []

        def session() -> SparkSession:
            if not made or sessions.has_ended(made[0]):
                made[:] = [sessions.isolated(self._spark(), _GENERATED_CODE if generates_code else {})]
            return made[0]

        other = Lake(self.root, session, self.run_id)
        other.main, other._handles, other._generates_code = self.main, self._handles, generates_code
        return other

    def prepare(self) -> None:
        """Makes the root. Raises ConfError where it cannot be written, ScrmError where the disk is full."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            if is_full(error):
                raise ScrmError(f"the lake {self.root} cannot be written: {explained(error)}") from None
            raise ConfError(
                f"the lake {self.root} cannot be written ({error.strerror}); "
                "set lake.root in base.yaml or SCRM_LAKE to a folder that can be"
            ) from None

    @contextmanager
    def locked(self, names: Iterable[str], on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
        """Holds the write locks of these tables over a whole read, compute and write.

        Args: on_wait: called with the name of a table that another process writes, before it is waited for.
        """
        with locks.held(self.root / ".locks", names, on_wait):
            yield

    # --- what is there ----------------------------------------------------------------------------------------

    def path(self, name: str) -> Path:
        layer, _, short_name = name.partition(".")
        return self.root / layer / short_name

    def published(self, name: str) -> Path:
        """The file that a `published.<name>` stands for."""
        return self.root / "published" / f"{name.split('.')[1]}.duckdb"

    def exists(self, name: str) -> bool:
        """Whether the table has been written. Starts no JVM."""
        return is_table(self.path(name))

    def version(self, name: str) -> int:
        """Version of the table, -1 while it does not exist. Starts no JVM."""
        return self._delta(name).version() if self.exists(name) else -1

    def is_small(self, name: str) -> bool:
        """Whether a table is read as Arrow and kept out of Spark's own readers."""
        return not self.exists(name) or self.bytes(name) <= _SMALL_BYTES

    def are_few(self, most: int, *names: str) -> bool:
        """Whether tables have at most so many rows together, deleted ones included. Starts no JVM."""
        return sum(self.count(name) for name in names) <= most

    def names(self, layer: str) -> list[str]:
        """Tables of a layer that exist, sorted."""
        folder = self.root / layer
        found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        return [f"{layer}.{name}" for name in found if self.exists(f"{layer}.{name}")]

    # --- read -------------------------------------------------------------------------------------------------

    def read(self, name: str, columns: Iterable[str] | None = None, *, with_deleted: bool = False) -> DataFrame:
        """The table as a Spark DataFrame of its contract's columns; empty while it does not exist.

        Rows that their source deleted are hidden unless asked for.
        Args: columns: of the contract, all by default.
        """
        table = contract(name)
        wanted = list(columns) if columns is not None else list(table.names)
        if self.is_small(name):
            return self.frame(self.arrow(name, wanted, with_deleted=with_deleted), table)
        rows = self.spark.read.format("delta").load(str(self.path(name)))
        missing = [field for field in table.columns if field.name not in rows.columns]
        rows = rows.selectExpr("*", *(f"cast(null as {field.type}) as `{field.name}`" for field in missing))
        if "deleted_at" in table.names and not with_deleted:
            rows = rows.where("deleted_at is null")
        return sessions.scanned(rows.select(*wanted))

    def frame(self, rows: pa.Table, table: Table) -> DataFrame:
        """Arrow rows of a table as a Spark DataFrame."""
        types = ", ".join(f"`{name}` {table.field(name).type}" for name in rows.column_names)
        return frame_of(self.spark, rows, types)

    def computed(self, rows: DataFrame, *, is_small: bool) -> Computed:
        """Rows computed once, for what follows to read. Args: is_small: they fit into memory."""
        return Computed.of(rows, is_small=is_small)

    @contextmanager
    def materialised(self, rows: DataFrame, *, is_small: bool = False) -> Iterator[DataFrame]:
        """The same rows, computed once for all that reads them within. Args: is_small: they fit into memory."""
        held = self.computed(rows, is_small=is_small)
        try:
            yield held.frame()
        finally:
            held.release()

    def computed_sql(self, query: str, types: Mapping[str, str], **tables: str) -> Computed:
        """The answer to SQL over small tables, as `sql` gives it, as rows computed once. Args: types: Spark's, by column."""
        schema = pa.schema([(name, arrow.type_of(kind)) for name, kind in types.items()])
        return Computed(lambda: self.spark, types, arrow.conformed(self.sql(query, **tables), schema))

    def bytes(self, name: str) -> int:
        """Size of the table's data files. Starts no JVM."""
        with self._readable(name):
            sizes = pa.table(self._delta(name).get_add_actions(flatten=True))["size_bytes"]
        return sum(sizes.to_pylist())

    def arrow(
        self,
        name: str,
        columns: Iterable[str] | None = None,
        *,
        where: str | None = None,
        with_deleted: bool = False,
        limit: int | None = None,
    ) -> pa.Table:
        """The table as Arrow, straight from its Delta files; empty while it does not exist. Starts no JVM.

        Args: columns: of the contract, all by default. where: SQL condition.
        """
        return self.stream(name, columns, where=where, with_deleted=with_deleted, limit=limit).read_all()

    def stream(
        self,
        name: str,
        columns: Iterable[str] | None = None,
        *,
        where: str | None = None,
        with_deleted: bool = False,
        limit: int | None = None,
    ) -> pa.RecordBatchReader:
        """As `arrow`, a batch at a time: a table of any size in the memory of a few batches. Starts no JVM."""
        table = contract(name)
        wanted = list(columns) if columns is not None else list(table.names)
        schema = pa.schema([(column, arrow.type_of(table.field(column).type)) for column in wanted])
        if not self.exists(name):
            return schema.empty_table().to_reader()
        delta = self._delta(name)
        present = {field.name for field in delta.schema().fields}
        selects = [f'"{column}"' if column in present else f'null as "{column}"' for column in wanted]
        conditions = [f"({where})"] if where else []
        if "deleted_at" in table.names and not with_deleted:
            conditions.append("deleted_at is null")
        sql = f"select {', '.join(selects) or '1 as one'} from t" + (
            " where " + " and ".join(conditions) if conditions else ""
        )
        sql += f" limit {limit}" if limit is not None else ""

        def batches() -> Iterator[pa.RecordBatch]:
            with self._readable(name):
                for batch in found:
                    yield from arrow.conformed(pa.Table.from_batches([batch]), schema).to_batches()

        with self._readable(name):
            found = pa.RecordBatchReader.from_stream(QueryBuilder().register("t", delta).execute(sql))
        return pa.RecordBatchReader.from_batches(schema, batches())

    def rows(self, name: str, where: str | None = None) -> list[dict[str, Any]]:
        """The rows of a small table as dictionaries."""
        return arrow.dictionaries(self.arrow(name, where=where, with_deleted=True))

    def held(self, name: str) -> list[dict[str, Any]]:
        """As `rows`, read once a version and held for all who ask again: they must not change them."""
        if not self.exists(name):
            return []
        delta = self._delta(name)  # another one where the table was made from scratch since
        read_at = (id(delta), delta.version())
        of, rows = self.main._held.get(name, (None, []))
        if of != read_at:
            rows = self.rows(name)
            self.main._held[name] = read_at, rows
        return rows

    def count(self, name: str) -> int:
        """How many rows `arrow` would give, without holding them; 0 while the table does not exist. Starts no JVM."""
        if not self.exists(name):
            return 0
        has_deleted = any(field.name == "deleted_at" for field in self._delta(name).schema().fields)
        condition = " where deleted_at is null" if has_deleted else ""
        return int(self.sql(f"select count(*) as rows from t{condition}", t=name)["rows"][0].as_py())

    def sql(self, query: str, **tables: str) -> pa.Table:
        """SQL over tables of the lake, named by alias=table name, through deltalake. Starts no JVM."""
        builder = QueryBuilder()
        for alias, name in tables.items():
            builder = builder.register(alias, self._delta(name))
        with self._readable(*tables.values()):
            return pa.RecordBatchReader.from_stream(builder.execute(query)).read_all()

    def hash(self, name: str) -> tuple[int, int]:
        """Count of rows and sum of row hashes over the content columns: equal content gives an equal pair.

        It is read from the Delta files, by no engine: the pair does not depend on which one wrote them. Starts no JVM.
        """
        from transformations.canonical.content import content_hash

        table = contract(name)
        # What was once known depends on when it was landed.
        where = "known_to is null" if "known_to" in table.names else None
        return content_hash(self.stream(name, table.content_columns, where=where, with_deleted=True), table)

    # --- write ------------------------------------------------------------------------------------------------

    def write(self, name: str, rows: DataFrame | pa.Table, *, scope: str | None = None, is_small: bool = False) -> None:
        """Makes the table, or the rows of it that `scope` (SQL) chooses, equal to `rows`.

        Rows whose content is unchanged are left alone, keys gone from the scope are deleted: without a change there
        is no commit. Columns missing in `rows` become null; run_id and computed_at are filled in.
        Args: is_small: the rows fit into memory: they are written without Spark, whose every commit costs a second or two.
        Raises ScrmError on a column that the contract does not know.
        """
        table = contract(name)
        if is_small and not isinstance(rows, pa.Table):
            rows = rows.toArrow()
        if isinstance(rows, pa.Table) and self._is_large(name):
            rows = self.frame(arrow.filled(rows, table, self.run_id), table)
        if isinstance(rows, pa.Table):
            self._merge_arrow(table, arrow.filled(rows, table, self.run_id), delete=scope or "true")
            return
        from jobs.lake import spark_merging

        spark_merging.merge(self.path(name), table, spark_merging.conformed(rows, table, self.run_id), scope)

    def append(self, name: str, rows: DataFrame | pa.Table) -> None:
        """Adds rows. The caller holds the table's lock and knows that none of them is there yet."""
        table = contract(name)
        if isinstance(rows, pa.Table):
            if rows.num_rows or not self.exists(name):
                self.append_arrow(name, arrow.filled(rows, table, self.run_id))
            return
        from jobs.lake import spark_merging

        spark_merging.append(self.path(name), table, spark_merging.conformed(rows, table, self.run_id))

    def append_arrow(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Adds rows of the contract's schema without Spark, a batch at a time."""
        table = contract(name)
        arrow_merging.append(self._delta(name) if self.exists(name) else self._fresh(name), rows, table)

    def upsert(self, name: str, rows: DataFrame | pa.Table | list[dict[str, Any]]) -> None:
        """Inserts rows by key, and replaces those whose content differs; deletes nothing."""
        table = contract(name)
        if isinstance(rows, list):
            rows = pa.Table.from_pylist(rows, schema=arrow.schema_of(table))
        if isinstance(rows, pa.Table) and self._is_large(name):
            rows = self.frame(arrow.filled(rows, table, self.run_id), table)
        if isinstance(rows, pa.Table):
            with self.locked([f"{name}.upsert"]):
                self._merge_arrow(table, arrow.filled(rows, table, self.run_id), delete=None)
            return
        from jobs.lake import spark_merging

        spark_merging.merge(self.path(name), table, spark_merging.conformed(rows, table, self.run_id), scope="false")

    def remove(self, name: str, keys: DataFrame | pa.Table) -> None:
        """Deletes the rows with these keys. Args: keys: the columns of the table's key, each key once."""
        table = contract(name)
        if isinstance(keys, pa.Table):
            if keys.num_rows:
                arrow_merging.remove(self._delta(name), table, keys)
            return
        from jobs.lake import spark_merging

        spark_merging.remove(self.path(name), table, keys)

    def delete(self, name: str, where: str) -> None:
        """Deletes the rows that a SQL condition chooses. Starts no JVM."""
        if self.exists(name):
            self._delta(name).delete(where)

    def _is_large(self, name: str) -> bool:
        """Too large to compare row by row in memory; ops tables are kept out of Spark whatever their size."""
        return not name.startswith("ops.") and self.exists(name) and self.bytes(name) > _SMALL_BYTES

    def _merge_arrow(self, table: Table, rows: pa.Table, delete: str | None) -> None:
        arrow.check_key(rows, table)
        if not self.exists(table.name):
            arrow_merging.append(self._fresh(table.name), rows, table)
            return
        standing = self._compared(table, rows, delete)
        arrow_merging.merge(self._delta(table.name), table, rows, standing, deletes=delete is not None)

    def _fresh(self, name: str) -> str:
        """Where a table is about to be written first, without what an interrupted first write left."""
        clear_remains(self.path(name))
        return str(self.path(name))

    def compact(self, name: str) -> None:
        """Rewrites the files of a table as one where many small ones make it slow to read. Its rows stay as they are.

        The table has a new version then: not for tables that are inputs of jobs. Starts no JVM.
        """
        if not self.exists(name):
            return
        with self.locked([name]):
            delta = self._delta(name)
            if len(delta.file_uris()) > _MANY_FILES:
                delta.optimize.compact()

    def _compared(self, table: Table, rows: pa.Table, delete: str | None) -> pa.Table:
        """The rows that are there to compare with: those to delete from, or where nothing is deleted, those of the keys."""
        if delete is not None:
            return self.arrow(table.name, where=None if delete == "true" else delete, with_deleted=True)
        if not rows.num_rows:
            return arrow.schema_of(table).empty_table()
        where = differing.among_keys(rows, table)
        return differing.of_keys(self.stream(table.name, where=where, with_deleted=True), rows, table)

    @contextmanager
    def _readable(self, *names: str) -> Iterator[None]:
        """Raises ScrmError that names the table, and the way out, where files of one of these cannot be read."""
        try:
            yield
        except (pa.ArrowException, OSError, deltalake.exceptions.DeltaError) as error:
            if not failures.is_damage(str(error)):
                raise
            named = [name for name in names if f"{self.path(name)}/".lstrip("/") in str(error)] or names
            told = "; ".join(failures.damaged(self.root, name) for name in named)
            raise ScrmError(f"{told}. {explained(error)}") from error

    def _delta(self, name: str) -> deltalake.DeltaTable:
        """The table's newest version."""
        return self._handles.newest(self.path(name), name)
