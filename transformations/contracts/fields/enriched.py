"""What is read out of a post."""

from __future__ import annotations

from transformations.contracts.fields.types import RATIO
from transformations.contracts.model import Field

tone_score = Field(
    "tone_score",
    "double",
    "Tone of the text: probability of positive minus that of negative; null where the text is not scored.",
    minimum="-1",
    maximum="1",
    unit="score -1 to 1",
)
tone = Field(
    "tone",
    "string",
    "Tone of the text; null where tone_reason says why.",
    allowed=("negative", "neutral", "positive"),
    caution="Null is not neutral: leave null out of shares.",
)
tone_confidence = Field(
    "tone_confidence",
    "double",
    "Probability of the most probable tone; null where the text is not scored.",
    minimum="0",
    maximum="1",
    unit=RATIO,
)
tone_reason = Field(
    "tone_reason",
    "string",
    "Why there is no tone: no_text; language_unknown (not detected with enough confidence); language_not_covered; "
    "not_confident (tone_confidence is below what the language needs). Null where there is a tone.",
    allowed=("no_text", "language_unknown", "language_not_covered", "not_confident"),
)
text_hash = Field("text_hash", "string", "SHA-256 of the language and the author's words.")
topics = Field("topics", "array<string>", "Topics of company.yaml that the post mentions.")
brands = Field("brands", "array<string>", "Monitored brands that the post mentions, own and competitors'.")
products = Field("products", "array<string>", "Products that the post mentions.")
intent = Field(
    "intent",
    "string",
    "What the author wants.",
    allowed=("complaint", "question", "idea", "praise", "purchase_intent", "news", "other"),
)
emotion = Field(
    "emotion",
    "string",
    "Emotion that the text names; null where it names none, or two equally often.",
    allowed=("anger", "fear", "joy", "sadness", "surprise", "trust"),
    caution="Most posts name no emotion: compare shares among posts with one.",
)
emotion_confidence = Field(
    "emotion_confidence",
    "double",
    "Share of the text's words and symbols of emotion that name it; null where emotion is null.",
    minimum="0",
    maximum="1",
    unit=RATIO,
)
has_private_data = Field(
    "has_private_data", "boolean", "The text holds private data (private_kinds); false for the company's own posts."
)
private_kinds = Field(
    "private_kinds",
    "array<string>",
    "Kinds of private data in the text: email, phone, card, iban, national_id. Numbers count where their check digit is right.",
)
is_spam = Field("is_spam", "boolean", "The text has at least two signs of spam.")
spam_signs = Field(
    "spam_signs",
    "array<string>",
    "Signs of spam in the text: many_links, many_hashtags, many_mentions, asks_to_click, promises_money, shouts, repeats_itself.",
)
relevance_ratio = Field(
    "relevance_ratio",
    "double",
    "How relevant the post is to what the company monitors.",
    minimum="0",
    maximum="1",
    unit=RATIO,
)
is_relevant = Field("is_relevant", "boolean", "relevance_ratio reaches thresholds.relevance of company.yaml.")
language_confidence = Field(
    "language_confidence", "double", "Confidence of the detected language; null where none was detected.", unit=RATIO
)
model_versions = Field("model_versions", "string", "Models and rules, with their versions, that produced the row.")
