"""Given names in full: what people are called for short, in English, German, Spanish, French and Italian."""

from __future__ import annotations

_SHORT = {
    "alexander": "alex sandro sasha xander",
    "alexandra": "sandra lexi",
    "andreas": "andi",
    "andrew": "andy drew",
    "anna": "annie",
    "anthony": "tony",
    "antonio": "toni toño",
    "barbara": "barb babs",
    "benjamin": "ben benny",
    "catherine": "cathy cath",
    "charles": "charlie chuck",
    "christian": "chris",
    "christina": "tina",
    "christopher": "kit topher",
    "concepcion": "concha",
    "daniel": "dan danny",
    "david": "dave",
    "dolores": "lola",
    "edward": "ed eddie ted",
    "elisabeth": "lisa lisbeth elli",
    "elizabeth": "liz lizzie beth betty eliza",
    "francesco": "checco",
    "francisco": "paco pancho",
    "franziska": "franzi",
    "frederick": "fred freddie",
    "friedrich": "fritz",
    "giovanni": "gianni",
    "giuseppe": "beppe peppe",
    "guadalupe": "lupe",
    "gregory": "greg",
    "heinrich": "heinz",
    "jacqueline": "jackie",
    "james": "jim jimmy jamie",
    "jennifer": "jen jenny",
    "jesus": "chus",
    "johannes": "hannes hans",
    "jonathan": "jon",
    "jose": "pepe",
    "joseph": "joe joey",
    "katharina": "kathi käthe",
    "katherine": "kate katie kathy",
    "lawrence": "larry",
    "luigi": "gigi",
    "manuel": "manolo",
    "margaret": "maggie meg peggy",
    "matthew": "matt",
    "maximilian": "max maxi",
    "michael": "mike mick michi",
    "nicholas": "nick",
    "patricia": "pat patty tricia",
    "peter": "pete",
    "philip": "phil",
    "rebecca": "becky",
    "richard": "rick dick richie",
    "robert": "rob bob bobby",
    "samuel": "sam",
    "sebastian": "basti",
    "stephen": "steve",
    "susan": "sue susie",
    "theodore": "theo",
    "thomas": "tom tommy",
    "timothy": "tim",
    "ulrich": "uli",
    "victoria": "vicky",
    "william": "will bill billy willy",
    "wolfgang": "wolf",
}
_FULL = {short: name for name, shorts in _SHORT.items() for short in shorts.split()}


def full(given: str) -> str:
    """A given name in full, where it is a short one of one name alone; else as it is.

    >>> full("liz"), full("ada")
    ('elizabeth', 'ada')
    """
    return _FULL.get(given, given)
