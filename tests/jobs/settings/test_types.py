"""Values that are checked against a list, with words that say which."""

import pytest
from pydantic import ValidationError

from jobs.settings.types import Currency, Strict, Timezone


class Conf(Strict):
    currency: Currency = "EUR"
    timezone: Timezone = "UTC"


def test_known_ones_are_taken():
    conf = Conf(currency="CHF", timezone="Europe/Berlin")
    assert (conf.currency, conf.timezone) == ("CHF", "Europe/Berlin")


@pytest.mark.parametrize("code", ["EUZ", "eur", "euro", ""])
def test_a_currency_that_the_standard_does_not_have(code):
    with pytest.raises(
        ValidationError, match=f"'{code}' is not a currency code of ISO 4217; write one like EUR or USD"
    ):
        Conf(currency=code)


def test_a_time_zone_that_nobody_knows():
    with pytest.raises(ValidationError, match="'Europe/Berlim' is no"):
        Conf(timezone="Europe/Berlim")
