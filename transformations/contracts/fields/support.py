"""Support tickets and surveys."""

from __future__ import annotations

from transformations.contracts.fields.types import EPOCH
from transformations.contracts.model import Field

_SURVEYS_DIFFER = "Compare and average only within one survey: surveys use different scales."

ticket_id = Field("ticket_id", "string", "Support ticket.", caution="Unique only within channel.")
event_id = Field("event_id", "string", "Event.")
subject = Field("subject", "string", "Subject line.")
opened_at = Field("opened_at", "timestamp", "When it was opened, UTC.", minimum=EPOCH)
solved_at = Field("solved_at", "timestamp", "When it was last solved, UTC; null while it is open.")
actor = Field(
    "actor", "string", "Who acted: bot is a program or the helpdesk itself.", allowed=("customer", "agent", "bot")
)
actor_id = Field("actor_id", "string", "ID of the actor in the source; null where the source does not name it.")

response_id = Field("response_id", "string", "Completed questionnaire.")
question = Field("question", "string", "Question, as the survey names it.")
survey = Field("survey", "string", "Survey that the question belongs to.")
goal = Field(
    "goal",
    "double",
    "Score that the survey sets as its goal; null where it sets none.",
    unit="scale of the survey",
    caution=_SURVEYS_DIFFER,
)
score = Field(
    "score",
    "double",
    "Score given; null where the question asks for none.",
    unit="scale of the survey",
    caution=_SURVEYS_DIFFER,
)
comment = Field("comment", "string", "What the respondent wrote; null where nothing was written.")
answered_at = Field("answered_at", "timestamp", "When it was answered, UTC.", minimum=EPOCH)
