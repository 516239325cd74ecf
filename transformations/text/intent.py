"""What the author of a post wants, by rules.

The first rule that matches decides, in this order: a wish to buy, an idea, a complaint (by its words or a
strongly negative tone), a question, praise by its words, news, praise by a strongly positive tone. An
article is news. A post of kind `question` is a question, unless it expresses a wish to buy or an idea: on a support
forum nearly every question is about something that does not work. The phrases are English; in other languages
only question marks are recognised.
"""

from __future__ import annotations

import re

from transformations.text.words import plain, without_addresses

INTENTS = ("complaint", "question", "idea", "praise", "purchase_intent", "news", "other")
STRONG = 0.5
"""Absolute tone score from which tone alone makes a complaint or praise."""


def _phrases(patterns: str) -> re.Pattern[str]:
    """One pattern per line, each of whole words in any case."""
    lines = [line.strip() for line in patterns.strip().splitlines()]
    return re.compile(rf"\b(?:{'|'.join(lines)})(?!\w)", re.IGNORECASE)


_PURCHASE = _phrases(r"""
    (?:want|wants|looking|going|about|plan|planning|ready|love|like|hoping) to (?:buy|order|purchase) \w+
    (?:wanna|gonna) (?:buy|order|purchase)
    (?:thinking|thought) (?:of|about) (?:buying|ordering|getting|purchasing)
    where (?:can|could|do|would) (?:i|we|one|you) (?:buy|order|purchase|get)
    (?:should|shall) i (?:buy|order|get)
    worth (?:buying|ordering)
    shut up and take my money
    in the market for
    (?:can't|cannot) wait to (?:try|buy|order|get)
    (?:on my|to my) (?:shopping|wish) ?list
    (?:is|are) next on my list
    (?:buying|ordering) (?:one|it|some|this) (?:today|tomorrow|tonight|soon|now|next)
    i(?:'ll| will) (?:buy|order|purchase|get)
    (?:i |we |i'm |^)need(?:ing)? a new
""")
_IDEA = _phrases(r"""
    (?:would|could) be (?:\w+ )?(?:great|nice|cool|lovely|good|helpful|useful|better) (?:if|to have|to see)
    (?:i|we) wish (?:you|they|there|it|the|this)
    feature request
    (?:idea|suggestion|proposal)(?: for [^:.!?]{1,40})?:
    (?:i|we|may i|can i|i'd|i would) (?:like to )?suggest
    (?:a|my|one) suggestion
    (?:please|could you|can you|would you) (?:please )?(?:add|bring back|introduce|support|offer)
    (?:should|could) (?:really |also |maybe )?(?:add|offer|make|sell|consider|introduce|bring)
    you (?:should|could) (?:really |also |maybe )?(?:have|try|put)
    (?:what about|how about|why not|why don't you) (?:add|offer|mak|sell|try|introduc|bring)(?:e|ing)?
    what if (?:you|the|there|we)
""")
_COMPLAINT = _phrases(r"""
    (?:does|do|did|is|was|has|have|are|will)(?:n'?t| not) (?:even )?(?:work|start|open|load)(?:ing|ed)?
    (?:does|do|did|is|was|has|have|are|will)(?:n'?t| not) (?:even )?(?:turn on|respond|answer)(?:ing|ed)?
    (?:does|do|did|is|was|has|have|are)(?:n'?t| not) (?:been )?(?:arrived?|deliver(?:ed)?|received)
    (?:not|never|stopped) (?:work(?:ing|ed)|arriv(?:ed|ing)|responding|delivered|received)
    still (?:waiting|no (?:answer|reply|response|sign|refund)|not|hasn'?t|broken)
    (?:want|need|demand) (?:a|my) (?:refund|money back)
    my money back
    ripp?(?:ed)? ?off
    never (?:again|buying|ordering|coming back)
    (?:is|are|was|were|came|arrived|got|all) (?:\w+ )?(?:broken|damaged|defective|leaking|faulty|expired)
    (?:is|are|was|were|came|arrived) (?:\w+ )?(?:cold|stale|burnt|soggy)
    (?:is|was|came|arrived|again|too|so) late
    (?:keeps?|kept) (?:crashing|failing|breaking|freezing|leaking)
    fell apart
    (?:broke|died|failed|cracked) (?:after|within|down|on|when|again)
    disappoint(?:ed|ing|ment)
    worst
    terrible|horrible|awful|unacceptable|disgusting|outrageous|useless
    (?:waste of|wasted my) (?:money|time)
    overcharged
    (?:so|too|very) (?:rude|slow|expensive|overpriced)
    (?:wrong|missing) (?:order|item|items|part|parts|size)
    complain(?:t|ing)?
    fed up
    let me down
    same problem
""")
_QUESTION = _phrases(r"""
    (?:does|do|has|is|can|did) any(?:one|body)
    any (?:idea|ideas|advice|tips|suggestions) (?:on|how|why|what|for|please)
    (?:i|was|am) (?:wondering|curious) (?:if|how|whether|why|what)
    (?:can|could) (?:you|someone|somebody|anyone) (?:please )?(?:help|tell|explain|recommend)
    how (?:do|can|should|would) (?:i|we|you)
""")
_QUESTION_MARK = re.compile(r"[?？؟](?=[\s\"')\]!?？؟*_]|$)")
_ASKS = re.compile(  # one sentence that begins like a question, without a question mark
    r"^[^\w@]*+\W{0,16}(?:@\S++\s++)*+(?:how|what|when|where|who|which|why|does|do|did|is|are|can|could|would|should|has|have"
    r"|will|any(?:one|body))\b(?!.*[.!]\s*\S)",
    re.IGNORECASE | re.DOTALL,
)
_PRAISE = _phrases(r"""
    (?:i|we|really|absolutely|just) (?:\w+ )?(?:love|loved|adore|enjoyed)
    thank(?:s| you) (?:so much|a lot|for)
    well done|great (?:job|work)|good job|kudos|hats off|shout ?out to|big thanks
    highly recommend(?:ed)?
    best \w+ ?(?:\w+ )?(?:ever|in town|i've|around|of the year)
    my (?:new )?favou?rites?
""")
_NEWS = _phrases(r"""
    announc(?:e|es|ed|ing|ement)
    launch(?:es|ed|ing)
    now (?:available|open|live|in stores|sells?|costs?)
    introduc(?:es|ing)
    press release
    new release
    out now
    breaking(?: news)?:
    (?:has|have|was|were|just|newly) released
    opens? (?:its|a new|our)
    coming soon
    reports? (?:record|quarterly|earnings)
    acquir(?:es|ed)
""")


def intent_of(text: str, kind: str | None = None, tone_score: float | None = None, *, names_offer: bool = True) -> str:
    """Intent of a post: purchase_intent, idea, complaint, question, praise, news or other.

    Args:
        text: title and text.
        kind: kind of the post on its platform (`question`, `article` …).
        tone_score: -1 to 1, or None where no model applies.
        names_offer: the post names a brand or product. Only then does tone alone decide: a bad day is not a
            complaint.

    >>> intent_of("Where can I buy the blue one?")
    'purchase_intent'
    >>> intent_of("It stopped working after a week")
    'complaint'
    """
    words = plain(without_addresses(text))
    if not words.strip():
        return "other"
    if _PURCHASE.search(words):
        return "purchase_intent"
    if _IDEA.search(words):
        return "idea"
    if kind in ("question", "article"):
        return "question" if kind == "question" else "news"
    is_good = tone_score is not None and tone_score >= STRONG
    is_bad = tone_score is not None and tone_score <= -STRONG
    if (is_bad and names_offer) or (not is_good and _COMPLAINT.search(words)):
        return "complaint"
    if _QUESTION_MARK.search(words) or _ASKS.search(words) or _QUESTION.search(words):
        return "question"
    if _PRAISE.search(words) and (tone_score is None or tone_score > 0):
        return "praise"
    if _NEWS.search(words):
        return "news"
    return "praise" if is_good and names_offer else "other"
