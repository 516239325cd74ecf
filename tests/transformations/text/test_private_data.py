import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.text.private_data import KINDS, private_kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("write to jane.doe+shop@example.co.uk please", ["email"]),
        ("@jane@example.social is an account", []),
        ("my number is +49 171 3920012", ["phone"]),
        ("call 020 7946 0958 tomorrow", ["phone"]),
        ("order 0207946095", []),
        ("call me at (212) 555-0100", ["phone"]),
        ("card 4111 1111 1111 1111", ["card"]),  # the test number of Visa
        ("card 4111 1111 1111 1112", []),
        ("5500-0000-0000-0004", ["card"]),
        ("0000 0000 0000 0000", []),
        ("IBAN DE89 3704 0044 0532 0130 00", ["iban"]),
        ("DE89370400440532013001", []),
        ("GB82 WEST 1234 5698 7654 32 THANKS", ["iban"]),
        ("my DNI is 12345678Z", ["national_id"]),
        ("my DNI is 12345678A", []),
        ("X1234567L", ["national_id"]),
        ("BSN 111222333", ["national_id"]),
        ("part 111222333", []),
        ("PESEL 44051401359", ["national_id"]),
        ("CPF 529.982.247-25", ["national_id"]),
        ("Steuer-ID 86095742719", ["national_id"]),
        ("NIR 255081416802538", ["national_id"]),
        ("NIR 255081416802539", []),
        ("2026-11-29 12:00, 3.50 EUR, 1,234,567,890", []),
        ("tracking 1Z999AA10123456784", []),
        ("", []),
    ],
)
def test_what_is_checked_like_private_data_is_found(text: str, kinds: list[str]) -> None:
    assert private_kinds(text) == kinds


@given(st.text(max_size=300))
def test_any_text_has_an_answer(text: str) -> None:
    assert set(private_kinds(text)) <= set(KINDS)


@pytest.mark.parametrize("piece", ["1 ", "a.", "+1", "@a.", "4-", "DE89 "])
def test_long_texts_take_no_time(piece: str) -> None:
    private_kinds(piece * 5_000_000)
