"""Currency codes of ISO 4217."""

from __future__ import annotations

import pycountry

WITHDRAWN = ("ANG", "BGN", "CUC", "HRK", "SLL", "ZWL")
"""Withdrawn from the standard since 2020: orders of the time before are in them."""

NO_CURRENCY = ("XTS", "XXX")
"""The standard's codes for tests and for transactions without a currency: no amount is in them."""

CODES: tuple[str, ...] = tuple(
    sorted({currency.alpha_3 for currency in pycountry.currencies}.union(WITHDRAWN).difference(NO_CURRENCY))
)
"""The standard's current list as pycountry has it, and what was withdrawn lately."""
