"""Types and units that several families share."""

from __future__ import annotations

MONEY = "decimal(18,4)"
SUM = "decimal(38,4)"

OF_THE_ROW = "currency of the row"
RATIO = "ratio 0 to 1"
PERSONS = "persons"
ORDINAL = "ordinal, starting at 1"

ONE_CURRENCY = "Do not sum over currencies: group by currency first."
OBSERVED = "Running total at observed_at: do not sum over observations of one post."
EPOCH = "timestamp'1970-01-01'"
