"""Every column once, with its meaning. Tables pick from here; a test fails on a field that no table uses."""

from __future__ import annotations

from transformations.contracts.iso4217 import CODES
from transformations.contracts.model import Field

MONEY = "decimal(18,4)"
SUM = "decimal(38,4)"


# --- Where a row comes from -------------------------------------------------------------------------------------
source = Field(
    "source", "string", "Source of the row: its `system` in conf, or the name of its file.", is_required=True
)
batch_id = Field("batch_id", "string", "Landed batch: sha256 of source and file bytes.", is_lineage=True)
run_id = Field("run_id", "string", "Run that wrote the row.", is_lineage=True)
file = Field("file", "string", "File of the record, relative to the source's folder.", is_lineage=True)
line = Field("line", "bigint", "Position of the record in its file, the first is 1.", is_lineage=True)
ordinal = Field("ordinal", "int", "Position among the rows that one record gave to the table.", is_lineage=True)
context = Field("context", "string", "What a record needs of its file to be read: the CSV header, the XML root.")
raw = Field("raw", "binary", "The record's bytes as they came, without the line end.")
message_key = Field("message_key", "binary", "Key of the message that held the record; null where it came otherwise.")
headers = Field("headers", "array<struct<key:string,value:binary>>", "Headers of the message, in their order.")
sent_at = Field("sent_at", "timestamp", "The message's own time: when it was sent, or when the broker got it.")
landed_at = Field("landed_at", "timestamp", "When the record was landed.", is_lineage=True)
computed_at = Field("computed_at", "timestamp", "When the row was computed.", is_lineage=True)
source_record_id = Field("source_record_id", "string", "The record's own id in its source: its key, joined by |.")
source_version = Field(
    "source_version", "string", "Orders two versions of a record; the greater is newer.", is_lineage=True
)
valid_from = Field("valid_from", "timestamp", "Time from which this version holds, by the source's own account.")
deleted_at = Field("deleted_at", "timestamp", "When the source deleted the record; null while it stands.")
value_versions = Field(
    "value_versions",
    "array<string>",
    "Versions of values older than the row (column=version), and of the newest whole row (*=version); null on a whole row.",
    is_lineage=True,
)
flags = Field("flags", "array<string>", "Codes of the rules with severity warn that the row does not keep.")

# --- Quarantine and ops -----------------------------------------------------------------------------------------
record_id = Field("record_id", "string", "Coordinates of the refused record: file#line.")
reasons = Field(
    "reasons",
    "array<struct<code:string,property:string,message:string>>",
    "Every rule that the row breaks: code, quality property, message.",
)
quarantined_at = Field("quarantined_at", "timestamp", "When the row was refused.", is_lineage=True)

# --- ERP --------------------------------------------------------------------------------------------------------
customer_id = Field("customer_id", "string", "The company's own record of a buyer.")
name = Field("name", "string", "Name of the thing or person.")
email = Field("email", "string", "E-mail address, lower case.", pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", severity="warn")
phone = Field("phone", "string", "Telephone number as the source writes it.")
street = Field("street", "string", "Street and number.")
city = Field("city", "string", "City.")
postcode = Field("postcode", "string", "Postal code.")
country = Field("country", "string", "Country as the source names it.")
birth_date = Field("birth_date", "date", "Date of birth.", minimum="date'1900-01-01'")
gender = Field("gender", "string", "Gender as the source gives it.")
segment = Field("segment", "string", "Customer segment given by the ERP.")
has_email_consent = Field("has_email_consent", "boolean", "The customer agreed to receive e-mail.")
created_at = Field("created_at", "timestamp", "When it came into being, UTC.", minimum="timestamp'1970-01-01'")
product_id = Field("product_id", "string", "Product (stock keeping unit).")
category = Field("category", "string", "Category path, parts joined by /.")
brand = Field("brand", "string", "Brand.")
list_price = Field("list_price", MONEY, "Price by the catalogue, a unit.", minimum="0")
unit_cost = Field("unit_cost", MONEY, "Cost of one unit.", minimum="0")
currency = Field("currency", "string", "ISO 4217 code of the amounts beside it.", allowed=CODES)
launched_at = Field("launched_at", "timestamp", "When the product came to market, UTC.")
order_id = Field("order_id", "string", "Order or invoice.")
ordered_at = Field("ordered_at", "timestamp", "When the order was placed, UTC.", minimum="timestamp'1970-01-01'")
status = Field("status", "string", "State as the source names it.")
total_amount = Field("total_amount", SUM, "Total of the order by its head, in its currency; negative for a return.")
channel = Field("channel", "string", "Where it happened: a shop, a platform, a forum.")
is_return = Field("is_return", "boolean", "Goods came back.")
line_number = Field("line_number", "bigint", "Position of the line in its order.", minimum="1")
quantity = Field("quantity", MONEY, "Units; negative for a return.")
unit_price = Field("unit_price", MONEY, "Price of one unit, in the line's currency.")
discount = Field("discount", MONEY, "Money off the line; same sign as the line's gross amount.")
amount = Field("amount", SUM, "Money, in the currency beside it.")
cost_id = Field("cost_id", "string", "Cost entry.")
kind = Field("kind", "string", "What sort of thing the row is.")
campaign_id = Field("campaign_id", "string", "Campaign.")
cost_date = Field("cost_date", "date", "Day of the cost.")
ledger_date = Field("ledger_date", "date", "Day of the ledger entry, in the company's time zone.")

# --- Social -----------------------------------------------------------------------------------------------------
profile_id = Field("profile_id", "string", "Account on a channel.")
handle = Field("handle", "string", "Public name of the account, without @.")
display_name = Field("display_name", "string", "Name that the account shows.")
bio = Field("bio", "string", "What the account says of itself.")
url = Field("url", "string", "Address.")
location = Field("location", "string", "Place that the account names.")
language = Field("language", "string", "ISO 639-1 code of the language.")
followers_count = Field("followers_count", "bigint", "Accounts that follow; null where not measured.", minimum="0")
following_count = Field("following_count", "bigint", "Accounts followed; null where not measured.", minimum="0")
posts_count = Field("posts_count", "bigint", "Posts; null where not measured.", minimum="0")
is_verified = Field("is_verified", "boolean", "The platform vouches for the account.")
is_company = Field("is_company", "boolean", "The account is the company's or of its staff.")
is_bot = Field("is_bot", "boolean", "The account is run by a program.")
observed_at = Field("observed_at", "timestamp", "When the platform was asked, UTC.")
post_id = Field("post_id", "string", "Post on a channel.")
service_type = Field(
    "service_type",
    "string",
    "Kind of Web 2.0 service.",
    allowed=(
        "blog",
        "wiki",
        "tagging",
        "multimedia",
        "syndication",
        "social_network",
        "microblog",
        "forum",
        "review",
        "community",
        "email",
    ),
)
audience = Field("audience", "string", "For whom the channel is.", allowed=("internal", "external", "top_layer"))
text = Field("text", "string", "What was written, as plain text.")
title = Field("title", "string", "Title.")
media = Field("media", "array<string>", "Addresses of its pictures, videos and sound.")
tags = Field("tags", "array<string>", "Tags and hashtags that the author gave.")
edited_at = Field("edited_at", "timestamp", "Last edit, UTC.")
parent_post_id = Field("parent_post_id", "string", "Post that this one answers or comments.")
root_post_id = Field("root_post_id", "string", "First post of the thread.")
accepted_answer_id = Field("accepted_answer_id", "string", "The answer that the asker accepted.")
is_accepted_answer = Field(
    "is_accepted_answer", "boolean", "The asker accepted this answer, where the platform says it."
)
rating = Field("rating", "double", "Stars or score that the author gives, as the platform scales it.")
impressions = Field("impressions", "bigint", "Times shown; null where not measured.", minimum="0")
reach = Field("reach", "bigint", "Accounts that saw it; null where not measured.", minimum="0")
clicks = Field("clicks", "bigint", "Clicks on it; null where not measured.", minimum="0")
reactions = Field("reactions", "bigint", "Reactions, likes or score; null where not measured.")
comments = Field("comments", "bigint", "Comments or answers; null where not measured.", minimum="0")
shares = Field("shares", "bigint", "Shares; null where not measured.", minimum="0")
saves = Field("saves", "bigint", "Bookmarks of it; null where not measured.", minimum="0")
views = Field("views", "bigint", "Views; null where not measured.", minimum="0")
interaction_id = Field("interaction_id", "string", "Interaction on a channel.")
actor_profile_id = Field("actor_profile_id", "string", "Account that acts.")
target_profile_id = Field("target_profile_id", "string", "Account acted upon.")
ended_at = Field("ended_at", "timestamp", "When it ended (an unfollow), UTC.")

tagging_id = Field("tagging_id", "string", "A tag given, on a channel.")
tagger_profile_id = Field("tagger_profile_id", "string", "Account that gives the tag.")
object_kind = Field(
    "object_kind", "string", "What is tagged.", allowed=("post", "person", "page", "product", "group", "other")
)
object_id = Field("object_id", "string", "The tagged thing's id on its channel; the address of a page.")
tag = Field("tag", "string", "The tag as it was given.")
content_id = Field("content_id", "string", "Post, page or issue that was read.")
reader_profile_id = Field("reader_profile_id", "string", "Account that read.")
read_at = Field("read_at", "timestamp", "When it was read, UTC.", minimum="timestamp'1970-01-01'")
is_shared = Field("is_shared", "boolean", "The reader passed it on.")
conversation_id = Field("conversation_id", "string", "The thread's first post, or the ticket.")
began_by_role = Field(
    "began_by_role",
    "string",
    "Who took the first turn; null where only programs did.",
    allowed=("company", "customer", "other"),
)
began_by_profile_id = Field("began_by_profile_id", "string", "Account, customer or agent that took the first turn.")
started_at = Field("started_at", "timestamp", "When it began, UTC.")
last_turn_at = Field("last_turn_at", "timestamp", "When the last turn was taken, UTC.")
turns_count = Field("turns_count", "bigint", "Turns of people and the company; programs' are not among them.")
company_turns_count = Field("company_turns_count", "bigint", "Turns of the company and its staff.")
customer_turns_count = Field("customer_turns_count", "bigint", "Turns of customers.")
other_turns_count = Field("other_turns_count", "bigint", "Turns of people who are not known as customers.")
bot_turns_count = Field("bot_turns_count", "bigint", "Posts of programs in it.")
participants_count = Field("participants_count", "bigint", "Known accounts, customers and agents that took a turn.")
direction_of_talk = Field(
    "direction",
    "string",
    "broadcast: the company speaks, nobody answers; unanswered: addressed to the company, which does not answer; "
    "two_way: the company answered a customer's turn, or a customer a company's turn addressed to him; "
    "two_way_with_consumer: the same with somebody who is not known as a customer; customer_to_customer: people "
    "among themselves, the company takes no part; null: only programs.",
    allowed=("broadcast", "unanswered", "two_way", "two_way_with_consumer", "customer_to_customer"),
)

# --- Support ----------------------------------------------------------------------------------------------------
ticket_id = Field("ticket_id", "string", "Support conversation.")
event_id = Field("event_id", "string", "Event.")
subject = Field("subject", "string", "Subject line.")
opened_at = Field("opened_at", "timestamp", "When it was opened, UTC.", minimum="timestamp'1970-01-01'")
solved_at = Field("solved_at", "timestamp", "When it was last solved, UTC; null while open.")
actor = Field("actor", "string", "Who acted.", allowed=("customer", "agent"))
actor_id = Field("actor_id", "string", "The actor's own id.")

response_id = Field("response_id", "string", "Filled-in questionnaire.")
question = Field("question", "string", "Question, as the survey names it.")
survey = Field("survey", "string", "Survey that the question belongs to.")
goal = Field("goal", "double", "Score that counts as the goal, as the survey states it.")
score = Field("score", "double", "Score given, as the survey scales it.")
comment = Field("comment", "string", "What the respondent wrote.")
answered_at = Field("answered_at", "timestamp", "When it was answered, UTC.", minimum="timestamp'1970-01-01'")

# --- Web and use ------------------------------------------------------------------------------------------------
event_name = Field(
    "event_name",
    "string",
    "Kind of event, as the tracker names it; page_view, screen_view and page_ping make views and sessions.",
)
occurred_at = Field("occurred_at", "timestamp", "When it happened, UTC.", minimum="timestamp'1970-01-01'")
collected_at = Field("collected_at", "timestamp", "When the tracker's collector got the event, UTC.")
device_created_at = Field("device_created_at", "timestamp", "When it happened by the device's own clock, UTC.")
app_id = Field("app_id", "string", "Site or app, as the tracker names it.")
platform = Field("platform", "string", "What the tracker runs on: web, mob, srv …")
visitor_id = Field("visitor_id", "string", "Browser, by the tracker's first-party cookie.")
network_user_id = Field("network_user_id", "string", "Browser, by the collector's cookie over several sites.")
user_id = Field("user_id", "string", "User who is logged in, by the site's own id.")
known_user_id = Field("known_user_id", "string", "User who was last logged in with the same visitor_id.")
session_id = Field("session_id", "string", "Visit.")
session_number = Field("session_number", "bigint", "The visitor's how-manieth visit, the first is 1.", minimum="1")
view_id = Field("view_id", "string", "View of a page.")
page_url = Field("page_url", "string", "Address of the page.")
page_title = Field("page_title", "string", "Title of the page.")
referrer_url = Field("referrer_url", "string", "Address that the visitor came from.")
referrer_medium = Field(
    "referrer_medium", "string", "Kind of site that the visitor came from: search, social, internal …"
)
referrer_source = Field("referrer_source", "string", "Name of the site that the visitor came from.")
traffic_medium = Field("traffic_medium", "string", "Kind of way that led to the site (utm_medium).")
traffic_source = Field("traffic_source", "string", "Site or list that led to the site (utm_source).")
traffic_term = Field("traffic_term", "string", "Words that were searched for or paid for (utm_term).")
traffic_content = Field("traffic_content", "string", "Which of several advertisements or links it was (utm_content).")
traffic_campaign = Field("traffic_campaign", "string", "Campaign that led to the site (utm_campaign).")
device_kind = Field("device_kind", "string", "Kind of device: Desktop, Phone, Tablet …")
browser = Field("browser", "string", "Browser's name.")
operating_system = Field("operating_system", "string", "Operating system's name.")
is_conversion = Field("is_conversion", "boolean", "The event is what the site wants visitors to do.")
scrolled_pixels = Field("scrolled_pixels", "bigint", "How far down the page the window's upper edge was.")
window_pixels = Field(
    "window_pixels", "bigint", "Height of the part of the page that can be seen at once.", minimum="0"
)
page_pixels = Field("page_pixels", "bigint", "Height of the whole page.", minimum="0")
scroll_depth_ratio = Field(
    "scroll_depth_ratio",
    "double",
    "Part of the page's height that was seen, 0 to 1, to the hundredth.",
    minimum="0",
    maximum="1",
)
view_number = Field("view_number", "bigint", "Place of the view in its session, the first is 1.", minimum="1")
engaged_seconds = Field(
    "engaged_seconds", "double", "Time with signs of life (page_ping), seconds; 0 where none came.", minimum="0"
)
absolute_seconds = Field(
    "absolute_seconds", "double", "Time from begin to end in whole seconds of the clock.", minimum="0"
)
landing_url = Field("landing_url", "string", "First page of the visit.")
exit_url = Field("exit_url", "string", "Last page of the visit.")
views_count = Field("views_count", "bigint", "Page views.")
events_count = Field("events_count", "bigint", "Events.")
is_engaged = Field("is_engaged", "boolean", "Two views or more, two heartbeats engaged, or a conversion.")
has_conversion = Field("has_conversion", "boolean", "The visit did what the site wants visitors to do.")
usage_id = Field("usage_id", "string", "A use of a product.")
feature = Field("feature", "string", "Part of the product that was used.")
used_at = Field("used_at", "timestamp", "When it was used, UTC.", minimum="timestamp'1970-01-01'")
used_seconds = Field("used_seconds", "double", "How long it was used, seconds.", minimum="0")
uses_count = Field("uses_count", "bigint", "Uses that the row sums up.", minimum="0")

# --- Outreach ---------------------------------------------------------------------------------------------------
medium = Field("medium", "string", "Way of reaching people: e-mail, telephone, advertisement.")
begins_at = Field("begins_at", "timestamp", "When it begins, UTC.")
ends_at = Field("ends_at", "timestamp", "When it ends, UTC.")
budget = Field("budget", MONEY, "Money set aside, in the currency beside it.", minimum="0")
touch_id = Field("touch_id", "string", "A contact made by a campaign.")
contact_id = Field("contact_id", "string", "Entry of a contact list.")
organisation_name = Field("organisation_name", "string", "Organisation that the contact names.")
contact_list = Field("contact_list", "string", "List that the contact stands in.")

# --- Parties ----------------------------------------------------------------------------------------------------
organisation_id = Field("organisation_id", "string", "Company, school or group.")
email_domain = Field("email_domain", "string", "Domain of its e-mail addresses.")
member_kind = Field("member_kind", "string", "What the member is.", allowed=("customer", "profile", "contact"))
member_id = Field("member_id", "string", "customer_id, profile_id or contact_id of the member.")
member_role = Field("member_role", "string", "The member's part in the organisation, as the source names it.")
joined_at = Field("joined_at", "timestamp", "When the membership began, UTC.")
left_at = Field("left_at", "timestamp", "When the membership ended, UTC; null while it lasts.")
staff_id = Field("staff_id", "string", "Member of staff.")
department = Field("department", "string", "Department.")

# --- Market -----------------------------------------------------------------------------------------------------
competitor = Field("competitor", "string", "Competitor.")
product = Field("product", "string", "Product as the competitor names it.")
price = Field("price", MONEY, "Price of a unit, in the currency beside it.", minimum="0")
own_product_id = Field("own_product_id", "string", "The company's product that it competes with, where known.")

# --- Enrichment -------------------------------------------------------------------------------------------------
tone_score = Field("tone_score", "double", "Tone from -1 (negative) to 1 (positive).", minimum="-1", maximum="1")
tone = Field(
    "tone",
    "string",
    "Tone; null below the language's confidence or where no model holds.",
    allowed=("negative", "neutral", "positive"),
)
topics = Field("topics", "array<string>", "Topics of company.yaml that the post speaks of.")
brands = Field("brands", "array<string>", "Monitored brands named in the post, own and competitors'.")
products = Field("products", "array<string>", "Products named in the post.")
intent = Field(
    "intent",
    "string",
    "What the author wants.",
    allowed=("complaint", "question", "idea", "praise", "purchase_intent", "news", "other"),
)
relevance_ratio = Field(
    "relevance_ratio",
    "double",
    "How far the post is about what the company monitors, 0 to 1.",
    minimum="0",
    maximum="1",
)
is_relevant = Field("is_relevant", "boolean", "relevance_ratio reaches the threshold of conf.")
language_confidence = Field("language_confidence", "double", "Confidence of the detected language, 0 to 1.")
model_versions = Field("model_versions", "string", "Models and versions that made the row.")

# --- Persons ----------------------------------------------------------------------------------------------------
person_id = Field("person_id", "string", "One person over ERP and channels: keyed hash of the earliest record.")
record_kind = Field("record_kind", "string", "What a linked record is.", allowed=("customer", "profile", "ticket"))
record_place = Field("record_place", "string", "Source of the customer, or channel of the profile.")
linked_record_id = Field("linked_record_id", "string", "customer_id or profile_id of the linked record.")
method = Field("method", "string", "How it was found.")
probability = Field("probability", "double", "Probability that the link is right, 0 to 1.", minimum="0", maximum="1")
valid_to = Field("valid_to", "timestamp", "Time until which it held; null while it holds.")
role = Field(
    "role",
    "string",
    "Part the person plays.",
    allowed=("internal_customer", "external_customer", "consumer", "partner", "supplier", "competitor"),
)
customers_count = Field("customers_count", "bigint", "Customer records of the person.")
profiles_count = Field("profiles_count", "bigint", "Profiles of the person.")
first_seen_at = Field("first_seen_at", "timestamp", "Earliest record of the person, UTC.")

attribute = Field("attribute", "string", "Attribute of a person: name, email, phone, country …")
attribute_value = Field("value", "string", "The value that stands, by precedence and freshness of its source.")
value_source = Field("value_source", "string", "Source or channel of the value that stands.")
value_record_id = Field("value_record_id", "string", "Record of that source that the value stands in.")
sources_count = Field("sources_count", "bigint", "Sources and channels that have a value.")
values_count = Field("values_count", "bigint", "Values that differ.")
other_values = Field("other_values", "array<string>", "The other records' values as `source: value`.")
is_agreed = Field("is_agreed", "boolean", "All sources have the same value; null where one source alone has one.")
old_person_id = Field("old_person_id", "string", "Person to whom a record belonged before.")
new_person_id = Field("new_person_id", "string", "Person to whom the record went.")
changed_at = Field("changed_at", "timestamp", "When the change was found.", is_lineage=True)
cause = Field("cause", "string", "Why the person changed.", allowed=("merged", "split", "renamed"))

# --- Network ----------------------------------------------------------------------------------------------------
period = Field("period", "string", "Period: all, a day, an ISO week (2025-W07) or a month (2025-02).")
degree = Field("degree", "bigint", "Persons connected with.")
in_degree = Field("in_degree", "bigint", "Persons whose interactions reach this one.")
out_degree = Field("out_degree", "bigint", "Persons whom this one reaches.")
weight = Field("weight", "double", "Interactions, summed.")
pagerank = Field("pagerank", "double", "PageRank (damping .85); sums to 1 over the network.")
betweenness = Field(
    "betweenness", "double", "Share of shortest paths through the person, sampled; null above the gate."
)
betweenness_error = Field("betweenness_error", "double", "Standard error that sampling leaves in betweenness.")
component = Field("component", "bigint", "Connected component, 0 is the largest.")
authority_class = Field(
    "authority_class", "string", "A top 1 %, B next 9 %, C next 40 %, D rest.", allowed=("A", "B", "C", "D")
)
community_id = Field("community_id", "string", "Community, stable over periods.")
size = Field("size", "bigint", "Members.")
density = Field("density", "double", "Edges present of those possible, 0 to 1.")
modularity_share = Field("modularity_share", "double", "Part of the network's modularity that the community gives.")
conductance = Field("conductance", "double", "Share of the community's edge weight that leaves it, 0 to 1.")
central_members = Field("central_members", "array<string>", "Members of highest PageRank, first the highest.")
rank_in_community = Field("rank_in_community", "bigint", "Place by PageRank in the community, 1 is the highest.")

# --- Value and segments -----------------------------------------------------------------------------------------
as_of_date = Field("as_of_date", "date", "Day to which recency and age count.")
recency_days = Field("recency_days", "double", "Days from the last order to as_of.")
frequency_count = Field("frequency_count", "bigint", "Distinct purchase days.")
monetary = Field("monetary", SUM, "Revenue of the person, all orders.")
tenure_days = Field("tenure_days", "double", "Days from the first order to as_of.")
recency_score = Field("recency_score", "int", "Quintile of recency, 5 is the most recent.")
frequency_score = Field("frequency_score", "int", "Quintile of frequency, 5 is the most frequent.")
monetary_score = Field("monetary_score", "int", "Quintile of monetary, 5 is the highest.")
segment_id = Field("segment_id", "string", "Segment of a model version.")
model_version = Field("model_version", "string", "Version of the model in the registry.")
level = Field("level", "int", "Segmentation level: 1 interest, 2 characteristics, 3 value.")
description = Field("description", "string", "What it means, for a person.")
members_count = Field("members_count", "bigint", "Members.")
distance = Field("distance", "double", "Distance to the segment's centre in scaled features.")
mean_recency_days = Field("mean_recency_days", "double", "Mean of recency_days over the members.")
mean_frequency_count = Field("mean_frequency_count", "double", "Mean of frequency_count over the members.")
mean_monetary = Field("mean_monetary", "double", "Mean of monetary over the members.")

# --- Indicators -------------------------------------------------------------------------------------------------
indicator_id = Field("indicator_id", "string", "Indicator.")
definition = Field("definition", "string", "What it measures, in words.")
formula = Field("formula", "string", "How it is computed.")
unit = Field("unit", "string", "Unit of the value.")
grain = Field("grain", "string", "Length of the period.", allowed=("all", "day", "week", "month"))
grains = Field("grains", "array<string>", "Lengths of period that it is computed for.")
dimensions = Field("dimensions", "array<string>", "Dimensions it is computed for.")
better = Field("better", "string", "Direction that is good.", allowed=("up", "down"))
source_tables = Field("source_tables", "array<string>", "Tables it reads.")
process = Field("process", "string", "Business process that it serves.")
objective = Field("objective", "string", "Objective kind that it tells about.")
aggregation = Field(
    "aggregation", "string", "How the value follows from its parts.", allowed=("sum", "ratio", "quantile", "distinct")
)
period_start = Field(
    "period_start", "date", "First day of the period in the company's time zone; 1970-01-01 for the grain all."
)
dimension = Field("dimension", "string", "Dimension, or all.")
dimension_value = Field("dimension_value", "string", "Value of the dimension, or all.")
numerator = Field("numerator", SUM, "Additive part above the line.")
denominator = Field("denominator", SUM, "Additive part below the line; null for a sum.")
value = Field("value", "double", "The indicator; null over nothing.")
observations_count = Field("observations_count", "bigint", "Rows that it rests on.")
confidence_low = Field("confidence_low", "double", "Lower end of the 95 % interval; null where none holds.")
confidence_high = Field("confidence_high", "double", "Upper end of the 95 % interval; null where none holds.")
coverage_ratio = Field("coverage_ratio", "double", "Share of the rows in scope that could be measured.")
is_final = Field("is_final", "boolean", "The period's end plus the latest late_days has passed.")
known_from = Field("known_from", "timestamp", "Since when this value was known.", is_lineage=True)
known_to = Field("known_to", "timestamp", "Until when this value stood; null on the current row.")

# --- Objectives -------------------------------------------------------------------------------------------------
objective_id = Field("objective_id", "string", "Objective of company.yaml.")
data_state = Field(
    "data_state",
    "string",
    "held: a source gives it; obtainable: a source that conf declares could, and has not; absent: none could.",
    allowed=("held", "obtainable", "absent"),
)
rows_count = Field("rows_count", "bigint", "Rows of the table.")
filled_ratio = Field("filled_ratio", "double", "Share of the rows that have a value, 0 to 1; null without rows.")
held_from = Field("held_from", "date", "First day that the table holds events of.")
held_to = Field("held_to", "date", "Last day that the table holds events of.")
held_sources = Field("held_sources", "array<string>", "Sources whose rows have a value.")
obtainable_sources = Field("obtainable_sources", "array<string>", "Declared sources that could give it and have not.")
possible_formats = Field("possible_formats", "array<string>", "Formats of platforms that carry it, for what is absent.")
reached_indicators = Field("reached_indicators", "array<string>", "Indicators that need the attribute.")
reached_objectives = Field("reached_objectives", "array<string>", "Objectives that these indicators measure.")
reaches_objective = Field("reaches_objective", "boolean", "At least one objective rests on it.")

# --- Customer 360 -----------------------------------------------------------------------------------------------
customer_ids = Field("customer_ids", "array<string>", "Customer records of the person.")
profile_ids = Field("profile_ids", "array<string>", "Profiles of the person as channel:profile_id.")
orders_count = Field("orders_count", "bigint", "Orders, returns left out.")
returns_count = Field("returns_count", "bigint", "Orders that are returns.")
revenue = Field("revenue", SUM, "Revenue of the person.")
first_order_at = Field("first_order_at", "timestamp", "First order, UTC.")
last_order_at = Field("last_order_at", "timestamp", "Last order, UTC.")
last_post_at = Field("last_post_at", "timestamp", "Last post, UTC.")
net_tone = Field("net_tone", "double", "(positive - negative) / labelled posts; null without any.")
tickets_count = Field("tickets_count", "bigint", "Support tickets.")
open_tickets_count = Field("open_tickets_count", "bigint", "Support tickets not yet solved.")
is_linked = Field("is_linked", "boolean", "The customer is linked to at least one profile.")

# --- Quality, dictionary, lineage ---------------------------------------------------------------------------------
table_name = Field("table_name", "string", "Table, `layer.name`.")
property_ = Field(
    "property",
    "string",
    "Quality property.",
    allowed=("existence", "validity", "consistency", "integrity", "accuracy", "relevance"),
)
rule = Field("rule", "string", "Code of the rule.")
passing = Field("passing", "bigint", "Cases that keep the rule.")
applicable = Field("applicable", "bigint", "Cases that the rule speaks about.")
ratio = Field("ratio", "double", "passing / applicable; null when nothing applies.")
threshold = Field("threshold", "double", "Smallest ratio that counts as kept.")
severity = Field("severity", "string", "What a broken rule does.", allowed=("quarantine", "warn", "stop"))
state = Field("state", "string", "kept, broken or not_applicable.", allowed=("kept", "broken", "not_applicable"))
message = Field("message", "string", "What is wrong, for a person.")
examples = Field("examples", "array<string>", "A few cases that break the rule.")
trend = Field(
    "trend", "string", "The ratio against that of the period before.", allowed=("better", "worse", "same", "new")
)
broken_since = Field("broken_since", "date", "First day on which runs found the rule broken; null while it is kept.")
column_name = Field("column_name", "string", "Column.")
column_type = Field("column_type", "string", "Spark type.")
position = Field("position", "int", "Place in the table, the first is 1.")
is_key = Field("is_key", "boolean", "Part of the key.")
is_required = Field("is_required", "boolean", "A row without it is refused.")
table_description = Field("table_description", "string", "What a row of the table is.")
module = Field("module", "string", "Module of SCRM-IRIS that the table serves.")
job = Field("job", "string", "Job.")
stage = Field("stage", "string", "Stage of the job.")
job_group = Field("job_group", "string", "Enrichment group of SCRM-IRIS.")
direction = Field("direction", "string", "reads or writes.", allowed=("reads", "writes"))
