"""Word lists for people and places.

The names are made up; telephone numbers are those that Germany keeps for fiction.
"""

from __future__ import annotations

_GIVEN = """
    Adelin Alvara Amrit Anouke Arvo Aslan Bellis Benno Brisa Caelan Calla Carsten Cato Célin Dagna
    Darian Delphi Doriel Eamar Edda Eliora Emeric Enno Esmar Fabre Farah Feodor Finja Frede Galen
    Gesa Gitta Halvar Hanno Helvi Idris Ilja Imke Inesa Isaro Jannis Jarle Jolanka Jorun Kaisa Kalle
    Karim Keziah Kjell Lamine Leocadie Levke Lior Lunette Maik Malou Marlo Mehtap Merle Mira Nadim
    Nele Niam Noor Odile Okke Orla Osman Pelle Perrin Quentel Rasmine Rieke Rojin Runa Samira Selma
    Silas Sönke Svea Tamsin Tarek Tessia Thore Tjark Ulla Vada Valea Veit Wanja Wiebe Xenja Yara
    Yorick Zeno Zora Bjørk Åsel René Françou Jürn Käthe
"""
_STARTS = """
    Alder Ash Birk Bram Brook Dorn Eber Elm Falk Fenn Gold Hal Hart Hollen Iver Kirch Lang Linde
    Marl Nord Oster Quell Rau Rosen Sand Stein Tann Thorn Ulm Vogt Wald Wint
"""
_ENDS = """
    bach beck berg brand dahl feld garten gren heim hoff kamp land mann mark rund sen stedt strand
    vall holt
"""
GIVEN_NAMES = tuple(_GIVEN.split())
FAMILY_NAMES = (
    *(start + end for start in _STARTS.split() for end in _ENDS.split()),
    "D'Arrowin",
    "O'Farrend",
    "Çelmaz",
    "Müllenrath",
    "Ørsgaard",
    "Grüßner",
    "van der Elmt",
    "de la Ferme",
    "Sørvik",
    "Nguyenthal",
    "Kowalskaja",
    "Al Hadriq",
)
COUNTRIES = ("DE", "AT", "CH", "NL", "FR", "BE")
# City, country, first digits of its postcodes.
CITIES = (
    ("Altbrück", "DE", 10),
    ("Neuhaven", "DE", 20),
    ("Sonnfurt", "DE", 60),
    ("Grünwalde", "DE", 81),
    ("Kesselrode", "DE", 50),
    ("Mühlstadt", "DE", 70),
    ("Elbtal", "DE", 1),
    ("Hohenlinde", "DE", 90),
    ("Rheinsee", "DE", 40),
    ("Ostermark", "DE", 4),
    ("Donaufelden", "AT", 10),
    ("Almgrat", "AT", 60),
    ("Seewyl", "CH", 80),
    ("Grachtenburg", "NL", 11),
    ("Polderwijk", "NL", 35),
    ("Vieux-Moulin", "FR", 67),
    ("Clairvalle", "FR", 75),
    ("Zandbeke", "BE", 90),
)
STREETS = tuple(
    f"{first}{last}"
    for first in ("Mühlen", "Linden", "Garten", "Hafen", "Kirsch", "Berg", "Rosen", "Wiesen", "Schul", "Brunnen")
    for last in ("weg", "straße", "gasse", "allee")
)
PHONES = tuple(
    f"+49 {area} {block}{number:03d}"
    for area, block in (("30", "23125 "), ("69", "90009 "), ("40", "66969 "), ("221", "4710 "), ("89", "99998 "))
    for number in range(1000)
)
