"""Indicators of customers and their profiles."""

from __future__ import annotations

from transformations.indicators.definitions.indicator import Indicator

INDICATORS = (
    Indicator(
        indicator_id="linked_customer_ratio",
        name="Linked customers",
        definition="Share of the customers whose person currently has at least one profile on a social channel.",
        formula="customers linked to a profile / customers",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all",),
        better="up",
        process="social profile mapping",
        objective="cross_marketing",
        source_tables=("silver.customers", "silver.person_links"),
        needs=("silver.customers.customer_id", "silver.profiles.customer_id"),
        grains=("all",),
        interval="wilson",
        persons_in="linked_customer_ratio",
        caution="Counts links that are known, not accounts that exist: it rises when more sources name customers, too.",
    ),
    Indicator(
        indicator_id="social_customer_ratio",
        name="Social customers",
        definition="Share of the customers whose person is managed through Social CRM: linked to a profile, consenting, fit for "
        "engagement and not excluded.",
        formula="social customers / customers",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all",),
        better="up",
        process="social profile mapping",
        objective="cross_marketing",
        source_tables=("silver.customers", "silver.person_links", "gold.social_customers"),
        needs=(
            "silver.customers.customer_id",
            "silver.customers.has_email_consent",
            "silver.profiles.customer_id",
            "silver.posts.profile_id",
        ),
        grains=("all",),
        interval="wilson",
        persons_in="social_customer_ratio",
        caution="gold.social_customers says of each customer what excludes them; many are excluded by missing consent alone.",
    ),
    Indicator(
        indicator_id="consumer_conversion_ratio",
        name="Consumers who became customers",
        definition="Share of the persons who were known before they were customers (by a post, an act or a ticket) that became "
        "customers.",
        formula="consumers who became customers / consumers",
        unit="ratio",
        aggregation="ratio",
        dimensions=("all",),
        better="up",
        process="outreach and lead generation",
        objective="cross_marketing",
        source_tables=("silver.person_roles",),
        needs=("silver.customers.created_at", "silver.profiles.customer_id", "silver.posts.created_at"),
        grains=("all",),
        interval="wilson",
        persons_in="consumer_conversion_ratio",
        caution="Who became a customer under another name, or without a link to their profile, counts as a consumer.",
    ),
)
