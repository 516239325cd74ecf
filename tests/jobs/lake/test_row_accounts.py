"""What the row accounts keep of a job that does not come to its end."""

import pyarrow as pa
import pytest

from jobs import settings as conf
from jobs.lake import arrow, row_accounts
from jobs.lake.row_accounts import RowAccounts
from transformations.contracts import contract

SHOP = "kind: erp\nformat: csv\npath: /in.csv\ntables: {customers: {columns: {customer_id: id}}}\n"
BATCH = {"batch_id": "b1", "file": "day1.csv", "records_count": 3}


@pytest.mark.parametrize("is_complete", [True, False])
def test_what_was_not_written_is_not_accounted_for_until_it_is(quiet, write_conf, is_complete):
    source = conf.load(write_conf({"shop": SHOP})).source("shop")
    orders = contract("silver.orders")
    row = {"source": "shop", "order_id": "1", "batch_id": "b1"}
    quiet.append(orders.name, pa.Table.from_pylist([row], arrow.schema_of(orders)))
    accounts = RowAccounts(quiet)
    accounts.open_records(source, [BATCH], [{"batch_id": "b1", "parsed": 3, "unparsable": 0}])
    counts = [{"batch_id": "b1", "e_orders": 1, "e_customers": 2, "n_orders": 0, "n_customers": 0}]
    accounts.open_tables(source, [BATCH], counts, ("orders", "customers"))
    accounts.close_table(orders, ["b1"], [{"batch_id": "b1", "accepted": 1}])
    accounts.save(is_complete=is_complete)  # customers were not written
    kept = {row["table_name"] for row in quiet.rows("ops.row_accounts")}
    assert kept == {"bronze.shop", "silver.orders"} | ({"silver.customers"} if is_complete else set())
    assert bool(row_accounts.mistakes(quiet)) == is_complete
