"""Social customers, how people are reached, and what they take part in."""

from __future__ import annotations

from transformations.contracts.fields.types import ORDINAL, PERSONS
from transformations.contracts.model import Field

_OF_WINDOW = "in the last social_customers.window_days"

is_social_customer = Field(
    "is_social_customer",
    "boolean",
    "The customer is managed through Social CRM: linked to a profile, consenting, fit for engagement (fitness_score reaches "
    "social_customers.min_score) and not excluded. Null for persons who are no customers.",
)
fitness_score = Field(
    "fitness_score",
    "double",
    f"Fitness for engagement on social software: mean of how often and how recently the person was active {_OF_WINDOW}, of "
    "exchanges with others, and of the share of posts about what the company monitors. Null for persons who are no customers.",
    minimum="0",
    maximum="1",
    unit="score 0 to 1",
)
fitness_reasons = Field(
    "fitness_reasons",
    "array<string>",
    "Parts of the score that are at least .5: active_often, active_recently, exchanges, about_us.",
)
social_exclusions = Field(
    "social_exclusions",
    "array<string>",
    "Why a customer is no social customer: not_linked, staff, competitor, partner, supplier, bot, spam, consent_refused, "
    "consent_unknown, low_score. Empty for social customers.",
)
email_consent = Field(
    "email_consent",
    "boolean",
    "Consent to e-mail: false where a customer record refuses it or the person unsubscribed or complained; null where nothing "
    "says it.",
)
social_consent = Field(
    "social_consent",
    "boolean",
    "Consent to be addressed on social software: false where a customer record refuses it; null where none says it, and "
    "email_consent counts in its place.",
)
active_days = Field("active_days", "bigint", f"Days with a post or an act {_OF_WINDOW}.", unit="days")
last_active_at = Field("last_active_at", "timestamp", f"Last post or act {_OF_WINDOW}, UTC; null without one.")
preferred_channel = Field(
    "preferred_channel", "string", f"Channel on which the person acted most often {_OF_WINDOW}; null where on none."
)
preferred_daypart = Field(
    "preferred_daypart",
    "string",
    f"Time of day at which the person acted most often {_OF_WINDOW}, in the company's time zone: night from 0, morning from 6, "
    "afternoon from 12, evening from 18.",
    allowed=("night", "morning", "afternoon", "evening"),
)
preferred_weekday = Field(
    "preferred_weekday",
    "string",
    f"Day of the week on which the person acted most often {_OF_WINDOW}, in the company's time zone.",
    allowed=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
touchpoints_count = Field("touchpoints_count", "bigint", f"Touchpoints of the person {_OF_WINDOW}.", unit="touchpoints")

consented_purposes = Field("consented_purposes", "array<string>", "Purposes that the person agreed to: email, social.")
refused_purposes = Field(
    "refused_purposes", "array<string>", "Purposes that the person refused: email, social. Others are not known."
)
handles = Field("handles", "array<string>", "Handles of the person's profiles as channel:handle.")
followers_of_person = Field(
    "followers_count",
    "bigint",
    "Followers of the person's most followed profile; null where no platform reports them.",
    unit="accounts",
    caution="Do not sum over persons: they share followers.",
)
visits_count = Field(
    "visits_count", "bigint", "Sessions on the site as a logged-in user; null where no source has any.", unit="sessions"
)
last_visit_at = Field("last_visit_at", "timestamp", "Last of these sessions, UTC; null without one.")
questions_count = Field(
    "questions_count", "bigint", "Questions that the person asked; null where no source has posts.", unit="posts"
)
answers_given_count = Field(
    "answers_given_count", "bigint", "Answers that the person gave; null where no source has posts.", unit="posts"
)
accepted_answers_count = Field(
    "accepted_answers_count", "bigint", "Of these, accepted ones; null where no source has posts.", unit="posts"
)
ideas_count = Field(
    "ideas_count", "bigint", "Posts of the person with the intent idea; null where no source has posts.", unit="posts"
)
reviews_count = Field(
    "reviews_count", "bigint", "Reviews that the person wrote; null where no source has posts.", unit="posts"
)
surveys_count = Field(
    "surveys_count", "bigint", "Surveys that the person answered; null where no source has surveys.", unit="surveys"
)
open_items = Field(
    "open_items",
    "array<string>",
    "What waits for the company, as `channel: how many`: tickets that are not solved, and conversations that the person "
    "began and nobody of the company answered.",
)
open_items_count = Field(
    "open_items_count", "bigint", "What waits for the company on all channels.", unit="tickets and conversations"
)

is_customer = Field("is_customer", "boolean", "A member is, or was while being a member, a customer.")
customer_from = Field(
    "customer_from", "timestamp", "Since when, UTC; null for others, and where no source tells the time."
)
current_members = Field(
    "members_count",
    "bigint",
    "Current members who are known as persons.",
    unit=PERSONS,
    caution="Do not sum over organisations: one person may belong to several.",
)
former_members_count = Field("former_members_count", "bigint", "Persons who are members no more.", unit=PERSONS)
buying_members = Field("customers_count", "bigint", "Current members who are customers.", unit=PERSONS)

expert_topic = Field("topic", "string", "Topic of company.yaml in lower case, or the tag that people gave the person.")
expert_answers = Field(
    "answers_count",
    "bigint",
    "Answers of the person on the topic.",
    unit="posts",
    caution="Do not sum over topics: an answer may be about several.",
)
expert_accepted = Field(
    "accepted_answers_count",
    "bigint",
    "Of these, accepted ones.",
    unit="posts",
    caution="Do not sum over topics: an answer may be about several.",
)
edits_count = Field(
    "edits_count",
    "bigint",
    "Edits of wiki pages on the topic.",
    unit="posts",
    caution="Do not sum over topics: an edit may be about several.",
)
taggers_count = Field("taggers_count", "bigint", "Persons who tagged this person with the topic.", unit=PERSONS)
expertise_score = Field(
    "expertise_score",
    "bigint",
    "answers_count + 3 accepted_answers_count + edits_count + 2 taggers_count.",
    unit="points",
    caution="Compare within one topic.",
)
expert_rank = Field("expert_rank", "int", "Place among those who know the topic; 1 is the best.", unit=ORDINAL)
expert_evidence = Field("evidence", "array<string>", "What speaks for it, in words: `3 answers`, `1 taggers` …")
last_evidence_at = Field("last_evidence_at", "timestamp", "Latest evidence, UTC; null where it has no time.")

journey = Field(
    "journey",
    "int",
    "Ordinal of the person's journey: another begins where nothing happened for experience.gap_days.",
    unit=ORDINAL,
)
step = Field("step", "int", "Ordinal of the step in the journey.", unit=ORDINAL)
touchpoint = Field(
    "touchpoint",
    "string",
    "What happened: a post, another act on social software, a ticket, a visit of the site, an order, a survey, a campaign.",
    allowed=("post", "act", "ticket", "visit", "order", "survey", "campaign"),
)
touchpoint_channel = Field(
    "channel", "string", "Where: a channel, web, survey or campaign; null for an order without a channel."
)
step_goal = Field(
    "goal",
    "string",
    "What the person wanted, by rules: of a post its intent, else what the touchpoint is for.",
    allowed=("learn", "buy", "solve_a_problem", "improve", "share", "talk", "give_an_opinion"),
)
step_outcome = Field(
    "outcome",
    "string",
    "What came of it: bought (an order); converted, engaged, left (a visit); answered, unanswered, among_people (a post that "
    "began a conversation); solved, open (a ticket); satisfied, not_satisfied (a survey: every score above the stated "
    "goal); opened, clicked (a campaign). Null where nothing is known.",
    allowed=(
        "bought",
        "converted",
        "engaged",
        "left",
        "answered",
        "unanswered",
        "among_people",
        "solved",
        "open",
        "satisfied",
        "not_satisfied",
        "opened",
        "clicked",
    ),
)
step_at = Field("occurred_at", "timestamp", "When it happened, UTC.")
