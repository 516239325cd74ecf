"""Sentences of the microblog. Their tone is planted with words that a general lexicon of tone knows."""

from __future__ import annotations

from jobs.simulate.wording import Kind, lines

ROOTS = (
    Kind(
        "praise",
        "positive",
        "praise",
        "brand",
        lines("""
        I love my {product}, the coffee {when} was {good}!
        The {product} from Alderwick is {good}. {who} wants one as well.
        Really happy with the {product}. {good} build and so easy to use.
        Best purchase of the year: the {product}. Thank you @alderwick!
        {good} coffee {when} thanks to the {product}. Great work, Alderwick.
        My {product} arrived {when} and it looks {good}. Very pleased!
        After {since} with the {product} I am still impressed. {good} quality.
        @alderwick your {product} is a joy to use, {good} job!
        The {topic} results with the {product} are amazing, I am delighted.
        {who} gave me the {product} and I enjoy it every day. Perfect gift 😍
        Alderwick support was friendly and helpful {when}, I am grateful.
        Highly recommend the {product} for {topic}. It is {good}.
        {since} in and I would not give the {product} back.
    """),
    ),
    Kind(
        "complaint",
        "negative",
        "complaint",
        "brand",
        lines("""
        My {product} broke after {since}. The {part} failed, {bad} quality.
        Very disappointed with the {product}: the {part} is useless.
        @alderwick the {part} of my {product} is damaged and nobody replies. {bad} service.
        I regret buying the {product}. It leaks and the {part} is annoying.
        The {product} is {bad}. It died {when} and I am angry.
        Worst delivery ever, my {product} came broken {when}. Alderwick failed me.
        Returned the {product} {when}. {bad} noise from the {part}, a waste of money.
        {bad} experience with the {product}: the {part} got stuck and burned a fuse.
        Order {code} is missing since {when} and the support is {bad}, @alderwick.
        I hate the new {part} of the {product}. Faulty again, so frustrating.
        Sad to say the {product} is a failure. {part} cracked after {since}.
        Great, the {part} of the {product} came off again. Thanks, Alderwick.
    """),
    ),
    Kind(
        "complaint_private",
        "negative",
        "complaint",
        "brand",
        lines("""
        @alderwick order {code} is lost and I am upset. Reach me at {private}.
        {bad} service for my {product}. The {part} failed, write to {private}.
    """),
    ),
    Kind(
        "question",
        "neutral",
        "question",
        "brand",
        lines("""
        Does the {product} take {size} cups?
        @alderwick which {part} do I order for the {product}?
        How many grams go into the {product} for {size}?
        Can I put the {product} into the dishwasher?
        What grind setting do you use with the {product} and {grams}?
        Is the {product} sold in {colour} too?
        @alderwick when does the {product} come back to the shop?
        Which filter goes with the {product}, the {size} one?
        Who uses the {product} for {topic}? How many clicks?
        Where do I find the manual of the {product}?
        How often do you descale the {product}? Every {count} weeks?
    """),
    ),
    Kind(
        "idea",
        "neutral",
        "idea",
        "brand",
        lines("""
        Idea for @alderwick: make the {product} in {colour}.
        Alderwick could sell the {part} of the {product} as a spare part.
        Suggestion: a {size} version of the {product}.
        What if the {product} had a longer {part}? @alderwick
        Feature request: a timer on the {product}, set to {minutes}.
        @alderwick you could put a {size} mark inside the {product}.
        Alderwick should offer refills for the {product}, {count} in a box.
    """),
    ),
    Kind(
        "purchase_intent",
        "neutral",
        "purchase_intent",
        "brand",
        lines("""
        Going to order the {product} {soon}, which size do you have?
        Thinking about the {product} for {place}. {grams} a day.
        About to buy the {product}. Is {price} euros the usual amount?
        The {product} is next on my list, for {place}.
        I will get the {product} in {colour} at the end of the month.
        Need a new setup for {place}: looking at the {product}.
        Where can I buy the {product} near the station?
    """),
    ),
    Kind(
        "hobby_neutral",
        "neutral",
        "other",
        "hobby",
        lines("""
        {topic} notes: {grams}, {degrees} degrees, {minutes}.
        {open}trying {topic} with {grams} and {degrees} degrees {when}.
        {topic} again {when}, {count} cups, {grams} each.
        Wrote down my {topic} routine: {grams}, {minutes}, {degrees} degrees.
        {count} rounds of {topic} {when}, now at {minutes}.
        Reading about {topic} {when}.{close}
        Moved the {topic} corner to {place}.{close}
        {topic} meetup {soon} in {place}, {count} of us.
        {open}today it was {topic} with {degrees} degrees and {grams}.{close}
    """),
    ),
    Kind(
        "hobby_positive",
        "positive",
        "other",
        "hobby",
        lines("""
        {topic} {when} turned out {good}. So happy with {grams} and {minutes}!
        {open}I love {topic} at {degrees} degrees.{close}
        {good} {topic} session {when} with {who}, such fun!
        My {topic} is finally {good}, {minutes} was the trick. Proud!
        Nothing beats {topic} in {place}. {good}!
    """),
    ),
    Kind(
        "hobby_negative",
        "negative",
        "other",
        "hobby",
        lines("""
        My {topic} was {bad} {when}, bitter and weak.
        {open}ruined {count} cups of {topic} {when}, so annoying.
        {topic} at {degrees} degrees: {bad} result, I hate it.
    """),
    ),
    Kind(
        "competitor_positive",
        "positive",
        "praise",
        "competitor",
        lines("""
        The {rival} is {good}, I am impressed by {rivalbrand}.
        Got the {rival} {when} and I love it. {good} value.
        {rivalbrand} made a {good} thing with the {rival}!
    """),
    ),
    Kind(
        "competitor_negative",
        "negative",
        "complaint",
        "competitor",
        lines("""
        The {rival} is {bad}, the {part} broke {when}.
        {rivalbrand} let me down: {rival} failed after {since}. Awful.
        Returned the {rival}. {bad} {part}, annoying noise.
    """),
    ),
    Kind(
        "competitor_neutral",
        "neutral",
        "news",
        "competitor",
        lines("""
        {rivalbrand} now sells the {rival} for {price} euros.
        Saw the {rival} at the trade show {when}.
        The {rival} or the {product}? Comparing the two {when}.
        {rivalbrand} put the {rival} at {price} euros {when}.
    """),
    ),
    Kind(
        "off_topic_neutral",
        "neutral",
        "other",
        "off_topic",
        lines("""
        {team} starts at nine {soon}.
        Watching {film} {soon}, part {count}.
        {open}the train left at ten past seven.{close}
        Painting the hallway in {colour}, {count} walls to go.
        {count} degrees outside and the windows are open.
        Taking the bike to {place} {soon}.
        Anyone going to {film} {soon}?
    """),
    ),
    Kind(
        "off_topic_positive",
        "positive",
        "other",
        "off_topic",
        lines("""
        {film} was {good}, we laughed the whole evening!
        {good} sunset over the river {when} ❤️
        {team} won {when}, what a {good} day!
        Happy birthday to {who}, have a {good} day!
        So proud of {who}, {good} news {when}.
    """),
    ),
    Kind(
        "off_topic_negative",
        "negative",
        "other",
        "off_topic",
        lines("""
        {film} was {bad}, I left before the end. Boring.
        Missed the train {when}, {bad} day.
        {team} lost again {when}. So sad.
        {bad} traffic {when}, I hate this crossing.
        Lost my keys {when}, so annoyed.
    """),
    ),
    Kind(
        "praise_german",
        "positive",
        "praise",
        "brand",
        lines("""
        Ich liebe meinen {product}, der Kaffee schmeckt wunderbar!
        Der {product} von Alderwick ist großartig, ich bin begeistert.
        Sehr zufrieden mit dem {product}, tolle Qualität und schnelle Lieferung.
    """),
        "de",
    ),
    Kind(
        "complaint_german",
        "negative",
        "complaint",
        "brand",
        lines("""
        Mein {product} ist nach drei Wochen kaputt, ich bin sehr enttäuscht.
        Schlechter Service: der {product} kam beschädigt an und niemand antwortet.
    """),
        "de",
    ),
    Kind(
        "question_german",
        "neutral",
        "question",
        "brand",
        lines("""
        Welche Filter passen in den {product}?
        Gibt es den {product} auch in einer anderen Farbe?
    """),
        "de",
    ),
    Kind(
        "off_topic_german",
        "neutral",
        "other",
        "off_topic",
        lines("""
        Der Zug nach Ostermark fährt heute um zehn nach sieben.
        Heute Abend wird der Flur gestrichen, danach kommt das Regal.
    """),
        "de",
    ),
)
ROOT_SHARES = (
    0.165,
    0.085,
    0.006,
    0.135,
    0.05,
    0.055,
    0.13,
    0.05,
    0.02,
    0.025,
    0.02,
    0.03,
    0.08,
    0.055,
    0.034,
    0.02,
    0.01,
    0.01,
    0.02,
)

REPLIES = (
    Kind(
        "reply_positive",
        "positive",
        "praise",
        "hobby",
        lines("""
        Glad to hear that, the {product} is {good} for {topic}!
        Same here, I love {topic} with {grams}. {good}!
        Thanks, that {topic} tip is {good}.
        Agreed, {good} gear. Enjoy!
        Congratulations, that {topic} looks {good}!
    """),
    ),
    Kind(
        "reply_negative",
        "negative",
        "complaint",
        "brand",
        lines("""
        Same problem here, the {part} of my {product} broke too. {bad}.
        Sorry to hear that, mine failed {when} as well. {bad} {part}.
        I had the same trouble with the {product}, so annoying.
        That is {bad}. I gave up on the {product} after {since}.
    """),
    ),
    Kind(
        "reply_neutral",
        "neutral",
        "other",
        "hobby",
        lines("""
        For {topic} I use {grams} and {degrees} degrees.
        Turn it to {count} clicks, then {minutes}.
        Mine takes {size}, measured it {when}.
        The {product} takes the {size} filter.
        How many grams for {topic}?
        I do it the other way round: {degrees} degrees first, then {grams}.
        It is in the manual of the {product}, page {count}.
        {topic} at {minutes} here.
    """),
    ),
)
COMPANY_REPLIES = {
    "complaint": lines("""
        We are sorry about your {product}. Please send us a message with your order number and we replace the {part}.
        That should not happen. A new {part} for the {product} is on its way, please check your inbox.
        Thank you for telling us. Our workshop looks at the {part} of the {product} {soon}.
    """),
    "question": lines("""
        The {product} takes {size}. You will find the sheet on alderwick.example.
        Set the {product} to {grams} and {degrees} degrees to begin with.
        It is back in the shop {soon}, in {colour} as well.
        The {part} of the {product} comes in one size, code {code}.
    """),
    "other": lines("""
        Thank you, we are happy that you enjoy the {product}!
        Noted, we pass this on to the product team.
        Thanks for sharing your {topic} notes with us.
    """),
}
COMPANY_POSTS = lines("""
    New in the shop: the {product} in {colour}. alderwick.example
    {topic} workshop {soon}: {count} places left at our Altbrück shop.
    How do you do your {topic}? Tell us your recipe.
    The {product} now comes with a spare {part}.
    Recipe of the week: {topic} with {grams} at {degrees} degrees.
""")
COMPETITOR_POSTS = lines("""
    Out now: the {rival}, {price} euros. Available in {colour}.
    New release: the {rival} version {count}, from {price} euros.
    The {rival} now costs {price} euros until Sunday.
""")
BOT_POSTS = lines("""
    DEAL {count}/6: gadgets from {price} euros, link in profile
    Follow for {count} coupons every hour, codes from {price} euros
    Trending now: {film}, {price} offers, see profile
""")
HASHTAGS = {
    "brand": ('["alderwick"]', '["alderwick","coffee"]', '["coffeegear"]', "[]", "[]", "[]"),
    "hobby": ('["coffee"]', '["homebarista"]', '["coffee","homebarista"]', "[]", "[]"),
    "competitor": ('["kestrelbrew"]', '["harbourlight"]', '["coffee"]', "[]", "[]"),
    "off_topic": ('["weekend"]', '["citylife"]', "[]", "[]", "[]", "[]"),
    "bot": ('["deals","coffee"]', '["giveaway"]', '["deals"]'),
}
