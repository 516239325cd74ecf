"""Support tickets and surveys."""

from __future__ import annotations

from transformations.contracts.fields.types import EPOCH
from transformations.contracts.model import Field

ENDED_STATUSES = (
    *("solved", "closed", "resolved", "done", "completed", "complete", "finished", "fixed"),
    *("cancelled", "canceled", "merged", "archived", "rejected", "spam", "duplicate", "ended"),
    *(
        "gelöst",
        "geschlossen",
        "erledigt",
        "abgeschlossen",
        "résolu",
        "fermé",
        "clos",
        "resuelto",
        "cerrado",
        "risolto",
    ),
    *("chiuso", "opgelost", "gesloten", "resolvido", "fechado"),
)
"""Words of helpdesks, in lower case, for a ticket that has ended."""
OPEN_STATUSES = (
    *(
        "new",
        "open",
        "opened",
        "reopened",
        "pending",
        "hold",
        "on hold",
        "on-hold",
        "on_hold",
        "active",
        "assigned",
        "waiting",
    ),
    *(
        "waiting on customer",
        "waiting for customer",
        "waiting on third party",
        "in progress",
        "in-progress",
        "in_progress",
    ),
    *("to do", "todo", "unresolved", "unsolved", "escalated", "snoozed", "neu", "offen", "wartend", "in bearbeitung"),
    *("nouveau", "ouvert", "en attente", "en cours", "nuevo", "abierto", "pendiente", "aperto", "nieuw", "aberto"),
)
"""And for one that has not."""

_SURVEYS_DIFFER = "Compare and average only within one survey: surveys use different scales."

ticket_id = Field("ticket_id", "string", "Support ticket.", caution="Unique only within channel.")
event_id = Field("event_id", "string", "Event.")
subject = Field("subject", "string", "Subject line.")
priority = Field("priority", "string", "Priority, as the source names it; null where it does not say.")
opened_at = Field("opened_at", "timestamp", "When it was opened, UTC.", minimum=EPOCH)
solved_at = Field(
    "solved_at", "timestamp", "When it was last solved, UTC; null while it is open, and where the source does not say."
)
actor = Field(
    "actor",
    "string",
    "Who acted; bot: a program or the system. Null where the source does not say: then the asker is taken to have acted, "
    "unless conf or other events of the channel know actor_id.",
    allowed=("customer", "agent", "bot"),
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
