"""Trusted lists that the company's data are held against: a register of postcodes, and finance's list of products."""

from __future__ import annotations

import pyarrow as pa

from jobs.simulate.company import CATALOGUE
from jobs.simulate.names import CITIES
from jobs.simulate.write import Records

_FIVE_DIGITS = ("DE", "FR")


def reference_records() -> tuple[Records, ...]:
    """reference/postcodes.csv, a row a postcode; reference/product_master.csv, a row an article."""
    codes = [(country, code, city) for city, country, area in CITIES for code in _postcodes(country, area)]
    country, postcode, town = zip(*codes, strict=True)
    postcodes = {"country": country, "postcode": postcode, "city": town}
    products = {
        "sku": [product.product_id for product in CATALOGUE],
        "title": [product.name for product in CATALOGUE],
        "price": [f"{product.list_price / 100:.2f}" for product in CATALOGUE],
    }
    return (
        Records("reference/postcodes.csv", {name: pa.array(values) for name, values in postcodes.items()}),
        Records("reference/product_master.csv", {name: pa.array(values) for name, values in products.items()}),
    )


def _postcodes(country: str, area: int) -> list[str]:
    if country in _FIVE_DIGITS:
        return [f"{area:02d}{number:03d}" for number in range(1000)]
    return [f"{area}{number:02d}" for number in range(100)]
