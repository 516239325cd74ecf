from transformations.text.topic_words import ignored_words, phrases, terms


def test_terms_are_words_and_neighbours_without_stop_words() -> None:
    assert terms("The lid's seal leaks! @ann see https://x.example/seal") == [
        "lid",
        "seal",
        "leaks",
        "lid seal",
        "seal leaks",
    ]
    assert terms("Der Kaffee ist kalt") == ["kaffee", "kalt"]
    assert terms("Acme grinder", ignored_words(["Acme Inc"])) == ["grinder"]
    assert terms("a 12 🙂 \0") == []


def test_no_phrase_spans_a_stop_word_or_sentence() -> None:
    assert phrases("steam wand of the machine. machine leaks") == {"steam wand", "machine leaks"}
