"""Campaigns and contact lists, organisations and staff, competitors."""

from __future__ import annotations

from transformations.contracts.fields.types import MONEY, OF_THE_ROW, ONE_CURRENCY
from transformations.contracts.model import Field

campaign_id = Field("campaign_id", "string", "Campaign.")
medium = Field("medium", "string", "Medium of the campaign: e-mail, telephone, advertisement …")
begins_at = Field("begins_at", "timestamp", "When it begins, UTC.")
ends_at = Field("ends_at", "timestamp", "When it ends, UTC; null where no end is set.")
budget = Field("budget", MONEY, "Planned spending.", minimum="0", unit=OF_THE_ROW, caution=ONE_CURRENCY)
touch_id = Field("touch_id", "string", "Event of a campaign at one recipient.")
contact_id = Field("contact_id", "string", "Entry of a contact list.")
organisation_name = Field("organisation_name", "string", "Organisation that the contact names.")
contact_list = Field("contact_list", "string", "Name of the list.")

organisation_id = Field("organisation_id", "string", "Company, school or group.")
email_domain = Field("email_domain", "string", "Domain of the organisation's e-mail addresses.")
member_kind = Field("member_kind", "string", "What the member is.", allowed=("customer", "profile", "contact"))
member_id = Field("member_id", "string", "customer_id, profile_id or contact_id of the member.")
member_role = Field("member_role", "string", "Role of the member in the organisation, as the source names it.")
joined_at = Field("joined_at", "timestamp", "When the membership began, UTC.")
left_at = Field("left_at", "timestamp", "When the membership ended, UTC; null while it lasts.")
staff_id = Field("staff_id", "string", "Member of staff.")
department = Field("department", "string", "Department.")

competitor = Field("competitor", "string", "Competitor.")
product = Field("product", "string", "Product as the competitor names it.")
price = Field("price", MONEY, "Price of one unit.", minimum="0", unit=OF_THE_ROW)
own_product_id = Field(
    "own_product_id", "string", "The company's product that it competes with; null where none is known."
)
