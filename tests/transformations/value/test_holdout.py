"""Which model serves, and how forecasts of real customers come out."""

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from transformations.value.holdout import chosen, held_out
from transformations.value.lifetime import Needs
from transformations.value.likelihood import Fit
from transformations.value.purchases import HISTORY

_CDNOW = """
with lines as (
    select string_split_regex(trim(line), '\\s+') as parts
    from read_csv($path, columns={'line': 'varchar'}, delim='|', header=false, skip=1)
), days as (
    select parts[1] as person_id, strptime(parts[2], '%Y%m%d')::date as day, sum(parts[4]::decimal(18, 2)) as amount
    from lines group by all
), told as (
    select *, min(day) over (partition by person_id) as first_day, day <= $cutoff as is_early from days
)
select person_id, 'USD' as currency, min(day) as first_day, max(day) as last_day, count(*) as days_count,
    sum(amount) as monetary, sum(amount) filter (day > first_day) as repeat_amount,
    count(*) filter (day > first_day) as repeat_priced_days, max(day) filter (is_early) as early_last_day,
    count(*) filter (is_early) as early_days_count, sum(amount) filter (is_early) as early_monetary,
    sum(amount) filter (is_early and day > first_day) as early_repeat_amount,
    count(*) filter (is_early and day > first_day) as early_repeat_priced_days, 0::bigint as recent_days_count
from told group by person_id order by person_id
"""

FITS = {"bg_nbd": Fit((1.0,), -50.0, None), "mbg_nbd": Fit((1.0,), -40.0, None)}


def _row(method: str, value: float | None) -> dict:
    return {"method": method, "measure": "rmse_orders", "value": value}


def test_the_smaller_error_serves() -> None:
    rows = [_row("bg_nbd", 1.1), _row("mbg_nbd", 1.2), _row("naive_rate", 0.9)]
    assert chosen(rows, FITS, "auto") == "bg_nbd"
    assert chosen(rows, FITS, "mbg_nbd") == "mbg_nbd"


def test_without_errors_the_likelihood_decides() -> None:
    assert chosen([], FITS, "auto") == "mbg_nbd"


def test_a_model_whose_forecasts_are_beyond_any_number_does_not_serve() -> None:
    assert chosen([_row("bg_nbd", None), _row("mbg_nbd", 1.2)], FITS, "auto") == "mbg_nbd"


def test_nine_months_of_cdnow_are_forecast_better_than_by_naive_means(shared_data: Path) -> None:
    cutoff, end = date(1997, 9, 30), date(1998, 6, 30)
    with duckdb.connect() as connection:
        path = str(shared_data / "cdnow" / "CDNOW_master.txt")
        history: pa.Table = connection.sql(_CDNOW, params={"path": path, "cutoff": cutoff}).to_arrow_table()
    needs = Needs(90, 365, 0.1, 50, 20)
    rows, fits = held_out(
        history.select(HISTORY.names).cast(HISTORY), cutoff_date=cutoff, as_of_date=end, currency="USD", needs=needs
    )
    found = {(row["method"], row["measure"]): row for row in rows}
    assert set(fits) == {"bg_nbd", "mbg_nbd", "nbd"}
    for model in ("bg_nbd", "mbg_nbd"):
        error = found[model, "rmse_orders"]
        assert error["persons_count"] == 23_570
        for naive in ("naive_rate", "naive_mean"):
            assert error["value_high"] < found[naive, "rmse_orders"]["value_low"]
        assert found[model, "mae_revenue"]["value_high"] < found["naive_rate", "mae_revenue"]["value_low"]
