"""Plants faults: a known number of each kind, none upon another, each recorded with file and record.

Faulty records are added beside the good ones, which stay as they are; so what a pipeline accepts is the
clean data again. Only a wrong total and a wrong ledger figure change a good record. These two, orphans and
replies to nothing pass a pipeline, flagged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate import draw
from jobs.simulate.write import Changes, Records

_RATE = 1 / 2_500  # faults of a kind for each good record, at least two
Values = dict[str, object]


@dataclass(frozen=True)
class Fault:
    """One planted fault. record counts a file's data records from 1; key joins the key's parts by |."""

    kind: str
    property: str
    source_file: str
    record: int
    table: str
    key: str
    expected: str  # quarantined, duplicate, unparsable or flagged


@dataclass(frozen=True)
class _Kind:
    """How a fault is made of a copy of a good record: changed values, or changed bytes of its line."""

    name: str
    property: str
    expected: str
    change: Callable[[Values, int], None] = lambda values, number: None
    spoil: Callable[[bytes], bytes] = lambda line: line
    keeps_key: bool = False


def _set(**values: object) -> Callable[[Values, int], None]:
    return lambda row, number: row.update(values)


def _alternate(column: str, *choices: object) -> Callable[[Values, int], None]:
    return lambda row, number: row.update({column: choices[number % len(choices)]})


def _bad_bytes(line: bytes) -> bytes:
    """Puts half a character into the middle of the first long text."""
    at = line.index(b" ") + 1
    return line[:at] + b"\xc3\x28" + line[at:]


def _cut(line: bytes) -> bytes:
    """The first two thirds, not ending within a character."""
    short = line[: len(line) * 2 // 3]
    return short.decode(errors="ignore").encode()


_NOWHERE = "s999999999"
_POSTS = (
    _Kind("post_without_date", "existence", "quarantined", _set(created_at=None)),
    _Kind("post_from_the_future", "validity", "quarantined", _set(created_at="2199-01-01T08:00:00Z")),
    _Kind("nul_in_text", "validity", "unparsable", lambda row, number: row.update(text=f"{row['text']}\0")),
    _Kind("truncated_json", "validity", "unparsable", spoil=_cut),
    _Kind("invalid_utf8", "validity", "unparsable", spoil=_bad_bytes),
    _Kind("reply_to_nothing", "integrity", "flagged", _set(parent_post_id=_NOWHERE, root_post_id=_NOWHERE)),
)
_ORDERS = (
    _Kind("order_without_date", "existence", "quarantined", _set(ordered_at=None)),
    _Kind("impossible_date", "validity", "quarantined", _set(ordered_at="2025-02-30 10:15:00")),
    _Kind("unknown_currency", "validity", "quarantined", _alternate("currency", "XQZ", "EURO")),
)
_LINES = (
    _Kind("line_without_product", "existence", "quarantined", _set(product_id=None)),
    _Kind("price_with_comma", "validity", "quarantined", _set(unit_price="1.234,56")),
    _Kind("quantity_zero", "validity", "quarantined", _set(quantity=0)),
    _Kind("broken_csv_row", "validity", "unparsable", spoil=lambda line: b",".join(line.split(b",")[:3])),
)
_CUSTOMERS = (
    _Kind("invalid_utf8_in_csv", "validity", "unparsable", spoil=_bad_bytes),
    _Kind("nul_byte", "validity", "unparsable", spoil=lambda line: line.replace(b" ", b"\0", 1)),
)
_ORPHAN = _Kind("orphan_order_line", "integrity", "flagged")
_DUPLICATE = _Kind("duplicate", "integrity", "duplicate", keeps_key=True)
_WRONG_LINE = 51  # number of a faulty line added to a good order


class Planter:
    """Collects faults and the changes that put them into the files."""

    def __init__(self, seed: int, sources: dict[str, Records]) -> None:
        self._rng = draw.stream(seed, "dirt")
        self._sources = sources
        self.changes: dict[str, Changes] = defaultdict(Changes)
        self.faults: list[Fault] = []
        self._given: Counter[str] = Counter()

    def plant(self) -> None:
        """Plants every kind. Raises: ValueError when the data are too few to keep faults apart."""
        posts, orders, lines = self._sources["posts"], self._sources["orders"], self._sources["order_lines"]
        own = pc.is_null(posts.columns["parent_post_id"])
        hosts = self._shuffled("posts", own)
        for kind in _POSTS:
            self._copies("posts", kind, hosts, _plain_post)
        unmeasured = pc.and_(own, pc.is_null(posts.columns["impressions"]))
        self._copies("posts", _DUPLICATE, self._shuffled("posts", unmeasured))
        self._copies("interactions", _DUPLICATE, self._shuffled("interactions", None))
        buyers = self._shuffled("customers", None)
        for kind in _CUSTOMERS:
            self._copies("customers", kind, buyers)

        # Each fault about an order has an order of its own: its first line stands for it among the lines.
        is_first = pc.and_(pc.equal(lines.columns["line_number"], 1), pc.equal(lines.columns["is_return"], "false"))
        first_lines = self._shuffled("order_lines", is_first)
        for kind in _LINES:
            self._copies("order_lines", kind, first_lines, lambda row: row.update(line_number=_WRONG_LINE))
        self._copies("order_lines", _DUPLICATE, first_lines)
        self._copies("order_lines", _ORPHAN, first_lines, key="order_id")
        row_of = dict(zip(orders.columns["order_id"].to_pylist(), range(len(orders)), strict=True))
        order_rows = (row_of[lines.columns["order_id"][row].as_py()] for row in first_lines)
        for kind in _ORDERS:
            self._copies("orders", kind, order_rows)
        for row in self._some("orders", order_rows, self._number("orders")):
            self._replace("orders", row, "order_total_off", "consistency", "total_amount", Decimal("10.00"))
        days = self._shuffled("ledger_totals", None)
        for row in self._some("ledger_totals", days, max(2, len(self._sources["ledger_totals"]) // 60)):
            self._replace("ledger_totals", row, "ledger_off", "accuracy", "amount", Decimal("37.50"))

    def _number(self, table: str) -> int:
        return max(2, round(len(self._sources[table]) * _RATE))

    def _shuffled(self, table: str, among: pa.Array | None) -> Iterator[int]:
        rows = np.arange(len(self._sources[table]))
        if among is not None:
            rows = rows[among.to_numpy(zero_copy_only=False)]
        return iter(self._rng.permutation(rows).tolist())

    def _some(self, table: str, rows: Iterator[int], number: int) -> list[int]:
        chosen = list(islice(rows, number))
        if len(chosen) < number:
            raise ValueError(
                f"too few {table} to keep planted faults apart; ask for more customers, days or orders, or for no dirt"
            )
        return chosen

    def _copies(
        self,
        table: str,
        kind: _Kind,
        rows: Iterator[int],
        before: Callable[[Values], object] | None = None,
        key: str = "",
    ) -> None:
        """Adds faulty copies of good records to their files' ends, under new keys unless kept."""
        records = self._sources[table]
        own_key = {"posts": "post_id", "orders": "order_id", "customers": "customer_id"}.get(table, key)
        for number, row in enumerate(self._some(table, rows, self._number(table))):
            values = records.values(row)
            if before:
                before(values)
            if own_key and not kind.keeps_key:
                values[own_key] = self._fresh(table, own_key)
            kind.change(values, number)
            line = kind.spoil(records.line(values))
            day = None if records.days is None else int(records.days[row])
            added = self.changes[table].added.setdefault(day, [])
            added.append(line)
            name, last = records.place(self._last_row(records, row))
            suffix = f"_{_SINGULAR[table]}" if kind.keeps_key else ""
            self._record(kind.name + suffix, kind.property, name, last + len(added), table, values, kind.expected)

    def _replace(self, table: str, row: int, kind: str, property_: str, column: str, by: Decimal) -> None:
        records = self._sources[table]
        values = records.values(row)
        values[column] = str(Decimal(str(values[column])) + by)
        self.changes[table].replaced[row] = records.line(values)
        name, record = records.place(row)
        self._record(kind, property_, name, record, table, values, "flagged")

    def _record(
        self, kind: str, property_: str, name: str, record: int, table: str, values: Values, expected: str
    ) -> None:
        key = "|".join(str(values[column]) for column in _KEYS[table])
        self.faults.append(Fault(kind, property_, name, record, table, key, expected))

    def _fresh(self, table: str, column: str) -> str:
        """A key that no good record has: after those of the good ones, and never given twice."""
        self._given[column] += 1
        last = self._sources["orders" if column == "order_id" else table].columns[column][-1].as_py()
        digits = last[1:]
        return f"{last[0]}{int(digits) + self._given[column]:0{len(digits)}d}"

    @staticmethod
    def _last_row(records: Records, row: int) -> int:
        if records.days is None:
            return len(records) - 1
        return int(np.searchsorted(records.days, records.days[row], side="right")) - 1


_KEYS: dict[str, Sequence[str]] = {
    "customers": ("customer_id",),
    "orders": ("order_id",),
    "order_lines": ("order_id", "line_number"),
    "ledger_totals": ("ledger_date", "currency"),
    "posts": ("post_id",),
    "interactions": ("interaction_id",),
}
_SINGULAR = {"order_lines": "order_line", "posts": "post", "interactions": "interaction"}


def _plain_post(values: Values) -> None:
    """Leaves of a post only what every post has, so that a fault is the only thing wrong with it."""
    for name in ("edited_at", "url", "observed_at"):
        values.pop(name, None)
    for name in ("impressions", "reactions", "comments", "shares"):
        values[name] = None


def fault_records(faults: Sequence[Fault]) -> Records:
    """truth/dirt.csv: a row a fault."""
    names = list(Fault.__dataclass_fields__)
    return Records(
        "truth/dirt.csv", {name: pa.array([getattr(f, name) for f in faults], _type(name)) for name in names}
    )


def _type(name: str) -> pa.DataType:
    return pa.int64() if name == "record" else pa.string()


def counts(faults: Sequence[Fault], by: str = "kind") -> dict[str, int]:
    """Faults by kind or another of their fields."""
    return dict(sorted(Counter(getattr(fault, by) for fault in faults).items()))
