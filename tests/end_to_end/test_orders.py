"""Orders whose prices and customers stand in other files, whichever file lands first."""

from decimal import Decimal

from jobs.lake import row_accounts

LINES = """
kind: erp
system: erp
format: csv
path: {folder}/lines*.csv
currency: EUR
tables:
  orders:
    one_row_per: [order_id]
    columns: {{order_id: order, customer_id: customer, ordered_at: day}}
  order_lines:
    columns: {{order_id: order, line_number: number, product_id: sku, quantity: qty}}
    fill: {{unit_price: products.list_price, unit_cost: products.unit_cost}}
"""
PRODUCTS = """
kind: erp
system: erp
format: csv
path: {folder}/products*.csv
currency: EUR
tables:
  products:
    columns: {{product_id: sku, list_price: price, unit_cost: cost}}
"""
CUSTOMERS = """
kind: erp
system: erp
format: csv
path: {folder}/customers*.csv
tables:
  customers:
    columns: {{customer_id: id, name: name}}
"""


def _prices(lake) -> list[tuple]:
    lines = sorted(lake.rows("silver.order_lines"), key=lambda line: line["line_number"])
    return [(line["unit_price"], line["amount"], line["filled_columns"]) for line in lines]


def _customers(lake) -> set[tuple]:
    return {(row["customer_id"], row["name"], row["is_seen_only"]) for row in lake.rows("silver.customers")}


def test_whichever_file_lands_first_and_a_correction_too(tmp_path, write_conf, run_conf):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "lines1.csv").write_text(
        "order,number,sku,customer,day,qty\nS1,1,P1,K1,2024-02-01,2\nS1,2,P9,K1,2024-02-01,1\n"
    )
    conf = write_conf({"lines": LINES.format(folder=folder)})
    _, lake = run_conf(conf)
    assert _prices(lake) == [(None, None, None)] * 2
    assert _customers(lake) == {("K1", None, True)}

    (folder / "products1.csv").write_text("sku,price,cost\nP1,5.00,2.00\n")
    (folder / "customers1.csv").write_text("id,name\nK1,Ada\nK2,Bob\n")
    (folder / "lines2.csv").write_text("order,number,sku,customer,day,qty\nS2,3,P1,K3,2024-02-02,1\n")
    texts = {"lines": LINES, "products": PRODUCTS, "customers": CUSTOMERS}
    conf = write_conf({name: text.format(folder=folder) for name, text in texts.items()})
    run_conf(conf)
    filled = ["amount", "unit_cost", "unit_price"]
    assert _prices(lake) == [(5, 10, filled), (None, None, None), (5, 5, filled)]
    assert _customers(lake) == {("K1", "Ada", False), ("K2", "Bob", False), ("K3", None, True)}

    (folder / "products2.csv").write_text("sku,price,cost\nP1,6.50,2.00\n")
    run_conf(conf)
    assert [price for price, _, _ in _prices(lake)] == [Decimal("6.5"), None, Decimal("6.5")]
    tables = ("silver.customers", "silver.products", "silver.orders", "silver.order_lines")
    before = [lake.hash(name) for name in tables]
    run_conf(conf, full=True)
    assert [lake.hash(name) for name in tables] == before
    assert row_accounts.mistakes(lake) == []
