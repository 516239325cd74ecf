"""What the company sells, to whom and at what cost."""

from __future__ import annotations

from transformations.contracts.fields.types import EPOCH, MONEY, OF_THE_ROW, ONE_CURRENCY, ORDINAL, SUM
from transformations.contracts.model import Field

customer_id = Field(
    "customer_id", "string", "Customer record of the company's own system.", caution="Unique only within source."
)
street = Field("street", "string", "Street and house number.")
postcode = Field("postcode", "string", "Postal code.")
birth_date = Field("birth_date", "date", "Date of birth.", minimum="date'1900-01-01'")
gender = Field("gender", "string", "Gender as the source names it.")
segment = Field("segment", "string", "Customer segment that the ERP assigns.")
product_id = Field("product_id", "string", "Product (stock keeping unit).", caution="Unique only within source.")
brand = Field("brand", "string", "Brand.")
list_price = Field("list_price", MONEY, "Catalogue price of one unit.", minimum="0", unit=OF_THE_ROW)
unit_cost = Field("unit_cost", MONEY, "Cost of one unit.", minimum="0", unit=OF_THE_ROW)
launched_at = Field("launched_at", "timestamp", "When the product was launched, UTC; null where it is not known.")
order_id = Field("order_id", "string", "Order or invoice.", caution="Unique only within source.")
ordered_at = Field("ordered_at", "timestamp", "When the order was placed, UTC.", minimum=EPOCH)
total_amount = Field(
    "total_amount",
    SUM,
    "Total of the order as its header gives it, with shipping, taxes and discounts; negative for a return.",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)

shipping_amount = Field(
    "shipping_amount",
    SUM,
    "Shipping charged for the whole order; no part of revenue. Null where the source does not say.",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
tax_amount = Field(
    "tax_amount",
    SUM,
    "Tax charged on the whole order; no part of revenue. Null where the source does not say.",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
discount_amount = Field(
    "discount_amount",
    SUM,
    "Discount on the order as a whole, beside those of its lines; above 0 lowers the total, not revenue. Null "
    "where the source does not say.",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
voided_at = Field("voided_at", "timestamp", "When the order was cancelled, UTC; null where it was not.", minimum=EPOCH)
is_voided = Field(
    "is_voided",
    "boolean",
    "The order was cancelled: it counts in no indicator and in no person's orders. Null where the source does not say.",
)
is_return = Field("is_return", "boolean", "Goods were returned; null where the source does not say.")
filled_columns = Field(
    "filled_columns",
    "array<string>",
    "Columns whose values are not the source's own for this row: they come from the row that it references, as conf says "
    "(fill), or follow from such values. Null where none does.",
)
line_number = Field("line_number", "bigint", "Position of the line in its order.", minimum="1", unit=ORDINAL)
quantity = Field(
    "quantity",
    MONEY,
    "Quantity bought; negative for a return.",
    unit="units of the product",
    caution="Sums net returns against sales: filter on is_return to count what was sold.",
)
unit_price = Field("unit_price", MONEY, "Price of one unit.", unit=OF_THE_ROW)
discount = Field(
    "discount",
    MONEY,
    "Discount on the line; has the sign of quantity × unit_price. Null counts as no discount.",
    unit=OF_THE_ROW,
    caution=ONE_CURRENCY,
)
cost_id = Field("cost_id", "string", "Cost entry.")
cost_date = Field("cost_date", "date", "Day of the cost, in the source's time zone.")
ledger_date = Field("ledger_date", "date", "Day of the ledger entry, in the company's time zone.")
