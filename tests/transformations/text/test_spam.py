import pytest

from transformations.text.spam import spam_signs


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Where is my order? https://shop.example/1", []),
        ("#a #b #c #d #e #f #g #h", ["many_hashtags"]),
        ("@a @b @c @d @e @f look", ["many_mentions"]),
        ("Earn $500 a day, DM me now", ["asks_to_click", "promises_money"]),
        ("THIS IS THE WORST COFFEE MACHINE EVER", ["shouts"]),
        ("buy now " * 6, ["repeats_itself"]),
        ("a http://x.example b http://y.example c www.z.example", ["many_links"]),
        ("", []),
    ],
)
def test_signs(text: str, signs: list[str]) -> None:
    assert spam_signs(text) == signs
