from jobs.gold.data_dictionary import data_dictionary
from transformations.contracts import CONTRACTS


def test_dictionary_holds_every_column(rows_once) -> None:
    rows = {(row["table_name"], row["column_name"]): row for row in rows_once(data_dictionary)}
    assert len(rows) == sum(len(table.columns) for table in CONTRACTS.values())
    row = rows["silver.orders", "order_id"]
    assert (row["is_key"], row["is_required"], row["column_type"]) == (True, True, "string")
    assert all(row["description"] and row["table_description"] for row in rows.values())


def test_dictionary_shows_unit_and_caution(rows_once) -> None:
    rows = {(row["table_name"], row["column_name"]): row for row in rows_once(data_dictionary)}
    followers = rows["silver.profiles", "followers_count"]
    assert followers["unit"] == "accounts"
    assert followers["caution"].startswith("Do not sum over channels")
    assert rows["gold.customer_value", "monetary"]["unit"] == "currency of the row"
    assert (rows["silver.posts", "text"]["unit"], rows["silver.posts", "text"]["caution"]) == (None, None)
