"""Sentences of the forum: a question has a title and a body, an answer and a comment a body."""

# ruff: noqa: E501 (sentences stay whole)

from __future__ import annotations

from jobs.simulate.wording import Kind, lines

# Title | body.
QUESTIONS = (
    Kind(
        "forum_question",
        "neutral",
        "question",
        "brand",
        lines("""
        How do I descale the {product}?|I have had the {product} for {since}. Which powder do you use, and how many {count} minute rounds?
        Grind setting for the {product}|I use {grams} and end at {minutes}. Which setting do you use for {topic}?
        Spare {part} for the {product}|Where do I order the {part} of the {product}? I have used the old one for {since}.
        Which water for {topic}?|Our tap water has a lot of lime. What do you use with the {product} at {degrees} degrees?
        {product}: what is the dose for {size}?|The manual says {grams} on one page and another amount on the next. What do you put in?
        Does the {product} take third-party filters?|The shop lists the {size} filter. Does a {colour} one of another make go in too?
        Temperature for {topic}|I measured {degrees} degrees at the {part} of the {product}. Where do you measure?
        How long does the {product} take to heat up?|Mine takes {minutes} from cold. Is that the usual time?
        Moving from {topic} to the {product}|What do I need to change? I brew {count} cups a day in {place}.
    """),
    ),
    Kind(
        "forum_idea",
        "neutral",
        "idea",
        "brand",
        lines("""
        Idea: a {colour} {product}|Would you buy the {product} in {colour}? I would put it in {place}.
        Suggestion: a timer for the {product}|A timer of {minutes} on the {product} could replace my phone. What do you think?
    """),
    ),
    Kind(
        "forum_complaint",
        "negative",
        "complaint",
        "brand",
        lines("""
        {product} failed after {since}|The {part} of my {product} broke {when}. I am very disappointed. What do I do now?
        Terrible noise from the {product}|My {product} makes an awful noise at the {part}. So annoying. Does anyone know the reason?
        {product} leaks at the {part}|It leaks and leaves a horrible mess. I am frustrated. Is there a fix?
    """),
    ),
)
QUESTION_SHARES = (0.74, 0.08, 0.18)
ANSWERS = (
    Kind(
        "forum_answer",
        "neutral",
        "other",
        "hobby",
        lines("""
        Set it to {count} clicks and use {grams}. That gives {minutes} here.
        The {part} comes off with a quarter turn. Rinse it every {count} weeks.
        I take {grams} at {degrees} degrees. Write down what you get and move one click at a time.
        The {product} takes the {size} one, it is on page {count} of the manual.
        Use filtered water and descale every {count} weeks.
        Measure at the outlet, not at the {part}. Mine reads {degrees}.
    """),
    ),
    Kind(
        "forum_answer_thanks",
        "positive",
        "praise",
        "hobby",
        lines("""
        I had the same and the solution was easy: turn the {part} and use {grams}. Works great since then!
        The {product} is excellent for this. Take {grams} and enjoy.
        Good question! {grams} and {minutes} gives me lovely cups.
    """),
    ),
)
ANSWER_SHARES = (0.7, 0.3)
STAFF_ANSWERS = lines("""
    I work for Alderwick. The {part} of the {product} is part {code}; our service desk sends it out.
    Alderwick workshop here. Set the {product} to {grams} and {degrees} degrees, then go on from there.
    From the product team: the {product} takes the {size} size, and {minutes} is the usual time.
    Service desk here. Please open a ticket with your order number, we replace the {part}.
""")
COMMENTS = lines("""
    Which {part} do you have?
    Same with my {product}.
    How many grams was that?
    That was it for me as well: {count} clicks.
    Did you try {degrees} degrees?
    See also page {count} of the manual.
""")
TAGS = ("maintenance", "recipes", "buying", "parts")
