from transformations.value.holdout import chosen
from transformations.value.likelihood import Fit

FITS = {"bg_nbd": Fit((1.0,), -50.0, None), "mbg_nbd": Fit((1.0,), -40.0, None)}


def _row(method: str, value: float) -> dict:
    return {"method": method, "measure": "rmse_orders", "value": value}


def test_the_smaller_error_serves() -> None:
    rows = [_row("bg_nbd", 1.1), _row("mbg_nbd", 1.2), _row("naive_rate", 0.9)]
    assert chosen(rows, FITS, "auto") == "bg_nbd"
    assert chosen(rows, FITS, "mbg_nbd") == "mbg_nbd"


def test_without_errors_the_likelihood_decides() -> None:
    assert chosen([], FITS, "auto") == "mbg_nbd"
