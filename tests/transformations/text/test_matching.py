import pytest

from transformations.text.matching import Label, names, vocabulary

COMPANY = {
    "name": "Jaffle Shop Ltd",
    "brands": ["Jaffle Shop", "Tangaroo"],
    "handles": ["@JaffleShop"],
    "products": [{"name": "bread", "terms": ["jaffle", "mel-bun"]}],
    "topics": [
        {"name": "delivery", "terms": ["courier", "late order"]},
        {"name": "coffee"},
        {"name": "price", "terms": ["too expensive"]},
        {"name": "languages", "terms": ["C++"]},
    ],
    "competitors": [
        {"name": "Toastie Co", "brands": ["Toastie", "Jaffle Shop Express"], "handles": ["toastie_co"]},
        {"name": "Bun Brothers"},
    ],
    "exclusions": ["giveaway"],
}
OWN, RIVAL = Label("brand", "Jaffle Shop"), Label("competitor", "Toastie")
JAFFLE, DELIVERY = Label("product", "bread"), Label("topic", "delivery")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I went to the jaffle shop.", {OWN, JAFFLE}),
        ("JAFFLE-SHOP rules", {OWN, JAFFLE}),
        ("The Jaffle Shop's courier", {OWN, JAFFLE, DELIVERY}),
        ("jaffleshopping", set()),
        ("a workshop", set()),
        ("#JaffleShop!", {OWN, JAFFLE}),
        ("#jaffleshop!", {OWN}),
        ("#ILoveTangaroo", {Label("brand", "Tangaroo")}),
        ("thanks @jaffleshop.", {OWN}),
        ("thanks @jaffleshop_fan and @jaffle, mail me@jaffleshop", set()),
        ("https://example.com/jaffle-shop?tangaroo", set()),
        ("Two jaffles and a MEL-BUN", {JAFFLE}),
        ("bread", set()),
        ("Coffees", {Label("topic", "coffee")}),
        ("couriers and deliveries", {DELIVERY}),
        ("Jaffle Shop Express is new", {Label("competitor", "Jaffle Shop Express"), JAFFLE}),
        ("Jaffle Shop Express beats Jaffle Shop", {Label("competitor", "Jaffle Shop Express"), OWN, JAFFLE}),
        ("ask @toastie_co", {RIVAL}),
        ("bun brothers", {Label("competitor", "Bun Brothers")}),
        ("my order is late, order now", set()),
        ("too expensive", {Label("topic", "price")}),
        ("written in C++, not C", {Label("topic", "languages")}),
        ("written in C", set()),
        ("Giveaway!", {Label("exclusion", "giveaway")}),
        ("ＪＡＦＦＬＥ ＳＨＯＰ", {OWN, JAFFLE}),
        ("", set()),
    ],
)
def test_what_a_text_names(text: str, found: set[Label]) -> None:
    assert vocabulary(COMPANY).find(text) == found


def test_tags_of_the_author_count_like_hashtags() -> None:
    monitored = vocabulary(COMPANY)
    assert monitored.find("so good", ["jaffle-shop", "LateOrder"]) == {OWN, JAFFLE, DELIVERY}
    assert monitored.find("so good", ["jaffleshop"]) == {OWN}


def test_a_handle_stands_for_the_first_brand_or_the_name() -> None:
    assert vocabulary({"name": "Acme", "handles": ["acme"]}).find("@ACME hi") == {Label("brand", "Acme")}


def test_empty_unless_something_is_monitored() -> None:
    assert vocabulary({"name": "Acme", "exclusions": ["spam"]}).is_empty
    assert not vocabulary({"name": "Acme", "handles": ["acme"]}).is_empty
    assert not vocabulary({"topics": [{"name": "coffee", "terms": []}]}).is_empty


def test_names_are_sorted_and_of_the_kinds_asked_for() -> None:
    found = {RIVAL, OWN, DELIVERY, Label("brand", "Tangaroo")}
    assert names(found, "brand", "competitor") == ["Jaffle Shop", "Tangaroo", "Toastie"]
    assert names(found, "product") == []


AMBIGUOUS = {
    "brands": ["Shell", "Acme"],
    "handles": ["shell"],
    "topics": [{"name": "fuel", "terms": ["petrol"]}],
    "competitors": [{"name": "Apple"}],
    "ambiguous": [{"name": "Shell", "context": ["petrol station"]}, {"name": "Apple", "context": ["phone"]}],
}
SHELL, APPLE, FUEL = Label("brand", "Shell"), Label("competitor", "Apple"), Label("topic", "fuel")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a shell on the beach", set()),
        ("#shell", set()),
        ("Shell sells petrol", {SHELL, FUEL}),  # beside another sign
        ("the petrol station of Shell", {SHELL, FUEL}),
        ("thanks @shell", {SHELL}),  # a handle is no common word
        ("an apple in a shell", set()),  # two doubtful names do not prove each other
        ("Apple has a new phone", {APPLE}),  # beside a term of its context, which is no sign itself
        ("two phones", set()),
        ("Acme and Apple", {Label("brand", "Acme"), APPLE}),
    ],
)
def test_a_name_that_is_a_common_word_needs_context(text: str, found: set[Label]) -> None:
    assert vocabulary(AMBIGUOUS).find(text) == found
