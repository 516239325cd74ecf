"""Currency codes of ISO 4217."""

from __future__ import annotations

import pycountry

WITHDRAWN = ("ANG", "BGN", "CUC", "HRK", "SLL", "ZWL")
"""Withdrawn from the standard since 2020: older orders use them."""

NO_CURRENCY = ("XTS", "XXX")
"""The standard's codes for tests and for transactions without a currency: never used for amounts."""

CODES: tuple[str, ...] = tuple(
    sorted({currency.alpha_3 for currency in pycountry.currencies}.union(WITHDRAWN).difference(NO_CURRENCY))
)
"""The standard's current list from pycountry, and codes that were withdrawn recently."""
