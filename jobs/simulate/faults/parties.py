"""What can be wrong of staff, organisations and competitors."""

from __future__ import annotations

from jobs.simulate.kinds import (
    Good,
    Source,
    Values,
    beside,
    cut,
    having,
    invalid,
    irrelevant,
    missing,
    orphan,
    other_name,
    repeated,
    set_to,
    unlike,
    unparsable,
)


def _other_role(row: Values, number: int, good: Good) -> None:
    row["role"] = f"guest {number}"


def _other_launch(row: Values, number: int, good: Good) -> None:
    row["launched_on"] = "2024-06-01"


SOURCES = (
    Source(
        "staff",
        "staff",
        ("staff_id",),
        "staff_id",
        (
            unlike("staff_in_two_departments", set_to(department="Archive"), place="email"),
            missing("staff_without_id", staff_id=None),
            invalid("staff_left_before_they_came", left_at="1990-01-01"),
            invalid("staff_came_soon", joined_at="soon"),
            repeated("duplicate_staff"),
        ),
    ),
    Source(
        "organisations",
        "organisations",
        ("organisation_id",),
        "organisation_id",
        (
            unlike("domain_of_another", other_name, having("organisations", "email_domain"), place="email_domain"),
            missing("organisation_without_id", organisation_id=None),
            invalid("organisation_of_unknown_kind", kind="club"),
            repeated("duplicate_organisation"),
        ),
    ),
    Source(
        "organisation_members",
        "organisation_members",
        ("organisation_id", "member_kind", "member_id", "role"),
        _other_role,
        (
            unlike("member_of_two_kinds", set_to(member_kind="contact"), place="member_id"),
            missing("member_without_id", member_id=None),
            invalid("member_left_before_joining", joined_at="2025-01-02", left_at="1990-01-01"),
            orphan("member_of_nothing", organisation_id="G9999"),
            repeated("duplicate_member"),
        ),
    ),
    Source(
        "competitor_prices",
        "competitor_prices",
        ("competitor", "product", "seen_at"),
        beside("seen_at"),
        (
            unlike("price_in_another_category", set_to(category="Tea"), place="product"),
            missing("price_of_nothing", product=None),
            invalid("price_below_zero", price="-5.00"),
            invalid("price_in_unknown_currency", currency="Taler"),
            irrelevant("price_of_no_competitor", competitor="Fogbank Tea Rooms"),
            repeated("duplicate_price"),
        ),
    ),
    Source(
        "competitor_releases",
        "competitor_releases",
        ("competitor", "product", "seen_at"),
        beside("seen_at"),
        (
            unlike("release_on_another_day", _other_launch, place="product"),
            missing("release_of_nothing", product=None),
            invalid("release_seen_on_no_day", seen_at="yesterday"),
            unparsable("truncated_release", cut),
            irrelevant("release_of_no_competitor", competitor="Fogbank Tea Rooms"),
            repeated("duplicate_release"),
        ),
    ),
)
