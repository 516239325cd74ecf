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
