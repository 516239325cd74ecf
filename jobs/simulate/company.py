"""The made-up company Alderwick, coffee gear for the home: catalogue, interest groups, accounts, rivals.

Nothing here is drawn at random, so conf/company.yaml can name it. All names are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

COMPANY = "Alderwick"
CURRENCY = "EUR"
TIMEZONE = "Europe/Berlin"
SHOP = "https://alderwick.example"

INTERESTS = ("espresso", "pour_over", "grinders", "latte_art", "cold_brew")
INTEREST_SHARES = (0.28, 0.24, 0.20, 0.15, 0.13)
INTEREST_TERMS = {
    "espresso": ("espresso", "crema", "tamping", "portafilter", "ristretto", "shot timing"),
    "pour_over": ("pour-over", "bloom", "gooseneck kettle", "dripper", "filter paper", "brew ratio"),
    "grinders": ("grinder", "burrs", "grind size", "grind retention", "dialling in", "single dosing"),
    "latte_art": ("latte art", "microfoam", "milk steaming", "rosetta", "tulip pour", "milk pitcher"),
    "cold_brew": ("cold brew", "steep time", "brew concentrate", "iced coffee", "overnight steeping", "cold drip"),
}
COMPETITORS = {
    "Kestrel Brew": ("Kestrel Duo", "Kestrel Slim", "Kestrel Carafe"),
    "Harbourlight Coffee Works": ("Harbourlight Press", "Harbourlight Mill"),
}


@dataclass(frozen=True)
class Product:
    """One article. Prices in cents; weight is how often it is bought."""

    product_id: str
    name: str
    category: str
    interest: str
    list_price: int
    unit_cost: int
    weight: float
    launched: date
    consumable: bool = False


_FAMILIES: tuple[tuple[str, str, tuple[tuple[str, int, float], ...], bool], ...] = (
    # category, interest, (name, list price in cents, weight), consumable
    (
        "Machines/Espresso",
        "espresso",
        (("Brennick One", 44900, 0.10), ("Brennick Duo", 89900, 0.04), ("Brennick Lever", 62900, 0.03)),
        False,
    ),
    (
        "Accessories/Espresso",
        "espresso",
        (
            ("Tampwell 58", 3490, 0.5),
            ("Shotglass Pair", 1690, 0.6),
            ("Puckscreen Set", 2190, 0.5),
            ("Knockbox Oak", 3990, 0.3),
        ),
        False,
    ),
    ("Beans/Espresso", "espresso", (("Night Harbour Beans 1 kg", 2690, 3.2), ("Old Mill Beans 1 kg", 2490, 2.8)), True),
    (
        "Drippers",
        "pour_over",
        (
            ("Slowfall Dripper", 2990, 0.7),
            ("Slowfall Glass", 4490, 0.4),
            ("Tarnhill Kettle", 8990, 0.3),
            ("Tarnhill Kettle Pro", 13990, 0.15),
        ),
        False,
    ),
    ("Filters", "pour_over", (("Slowfall Papers 100", 790, 3.5), ("Slowfall Cloth Filter", 1290, 0.8)), True),
    ("Beans/Filter", "pour_over", (("Greywater Beans 500 g", 1590, 3.0), ("Larkfield Beans 500 g", 1690, 2.6)), True),
    (
        "Grinders",
        "grinders",
        (("Mahlstead 40", 12900, 0.35), ("Mahlstead 64", 34900, 0.10), ("Mahlstead Crank", 7990, 0.40)),
        False,
    ),
    (
        "Accessories/Grinders",
        "grinders",
        (("Mahlstead Burr Set", 4990, 0.4), ("Dosecup", 1890, 0.6), ("Gramwise Scale", 4590, 0.5)),
        False,
    ),
    ("Care", "grinders", (("Burrclean Tablets", 1190, 2.2), ("Limeaway Powder", 990, 2.4)), True),
    (
        "Milk",
        "latte_art",
        (("Plume Pitcher 350", 2490, 0.7), ("Plume Pitcher 600", 2990, 0.5), ("Whisperfoam", 5990, 0.35)),
        False,
    ),
    ("Cups", "latte_art", (("Rondel Cup Set", 3490, 0.7), ("Rondel Bowl", 1490, 0.8)), False),
    ("Care", "latte_art", (("Milkrinse 500 ml", 1090, 2.3), ("Steamwand Wipes", 690, 2.0)), True),
    (
        "Cold brew",
        "cold_brew",
        (("Nightsteep Jar", 3290, 0.7), ("Nightsteep Tower", 15900, 0.12), ("Nightsteep Flask", 2590, 0.6)),
        False,
    ),
    ("Beans/Cold brew", "cold_brew", (("Stillpond Beans 1 kg", 2390, 2.6), ("Stillpond Steep Bags", 1290, 2.8)), True),
)


def _catalogue() -> tuple[Product, ...]:
    products: list[Product] = []
    for category, interest, articles, consumable in _FAMILIES:
        for name, price, weight in articles:
            number = len(products) + 1
            cost = round(price * (0.46 if consumable else 0.58) / 5) * 5
            launched = date(2019 + number % 5, 1 + number * 5 % 12, 1 + number * 7 % 28)
            products.append(
                Product(f"P-{number:04d}", name, category, interest, price, cost, weight, launched, consumable)
            )
    return tuple(products)


PRODUCTS = _catalogue()
# Comes to market during the run and takes the place of the Whisperfoam for most buyers.
NEW_PRODUCT = Product("P-0900", "Whisperfoam II", "Milk", "latte_art", 6990, 3650, 0.0, date(2025, 2, 10))
REPLACED_PRODUCT = "Whisperfoam"
CATALOGUE = (*PRODUCTS, NEW_PRODUCT)
# Its motor fails: more returns, tickets and complaints than any other article has.
FAULTY_PRODUCT = "Mahlstead 40"
NUMBER_OF = {product.name: number for number, product in enumerate(CATALOGUE)}


@dataclass(frozen=True)
class Account:
    """A fixed account on the microblog or the forum."""

    profile_id: str
    handle: str
    name: str
    bio: str
    role: str  # brand, staff or competitor


MICROBLOG_ACCOUNTS = (
    Account("u0000001", "alderwick", "Alderwick", "Coffee gear for the home. Official account.", "brand"),
    Account("u0000002", "alderwick_care", "Alderwick Care", "Help with your Alderwick gear, Mon to Sat.", "staff"),
    Account("u0000003", "mirell_alderwick", "Mirell from Alderwick", "Service desk at Alderwick.", "staff"),
    Account("u0000004", "kestrelbrew", "Kestrel Brew", "Official account of Kestrel Brew.", "competitor"),
    Account("u0000005", "harbourlightcoffee", "Harbourlight Coffee Works", "Brew gear by the sea.", "competitor"),
)
FORUM_STAFF = (
    Account(
        "2", "mirell_alderwick", "Mirell (Alderwick)", "Service desk at Alderwick. I work for the company.", "staff"
    ),
    Account("3", "odran_alderwick", "Odran (Alderwick)", "Workshop at Alderwick. I work for the company.", "staff"),
    Account("4", "tesk_alderwick", "Tesk (Alderwick)", "Product team at Alderwick. I work for the company.", "staff"),
)
# Forum staff who also run a microblog account: one person in two places.
STAFF_IN_BOTH = {"mirell_alderwick"}
FIRST_FREE_FORUM_USER = 10
SUPPORT_AGENTS = tuple(f"agent-{number}" for number in range(1, 7))
