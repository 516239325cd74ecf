"""What conf may ask of the embedded engine; tests/probes holds the answers against Spark's."""

import pytest

from jobs.sources.portable import NotPortable, check_query, portable


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("lower(`E-mail`)", "LOWER(`E-mail`)"),
        ("case when _file like '%kestrel%' then 'Kestrel' end", "CASE WHEN _file LIKE '%kestrel%' THEN 'Kestrel' END"),
        ("concat('it''s ', name)", "CONCAT('it\\'s ', name)"),
        ("coalesce(uses, 1)", "COALESCE(uses, '1')"),
        (r"regexp_replace(id, '\\d', '')", "REGEXP_REPLACE(id, '[0-9]', '')"),
    ],
)
def test_what_is_known_is_asked_in_words_that_both_engines_share(expression, expected):
    assert portable(expression) == expected


def test_numbers_are_put_beside_text():
    assert portable("concat('R-', _line)", {"_line": "bigint"}) == "CONCAT('R-', _line)"


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("initcap(name)", "INITCAP"),
        ("round(cast(x as double), 2)", "DOUBLE"),
        ("price + 3", "price \\+ 3"),
        ("price > 3", "compares text with int"),
        ("+price", "a sign \\+"),
        ("sentences(a)", "SENTENCES"),
        ("get_json_object(a, '$.b')", "GET_JSON_OBJECT"),
        ("split(a, '')", "pattern"),
        ("a rlike b", "no literal"),
        ("a rlike '(?=x)'", "no meaning"),
        ("regexp_replace(a, 'x', '$1y')", "replacement"),
        ("cast(a as decimal(18,4)) / 3", "3:int"),
        ("no_such(a)", "no_such"),
    ],
)
def test_everything_else_is_refused_with_the_reason(expression, says):
    with pytest.raises(NotPortable, match=says):
        portable(expression)


def test_local_times_are_refused_where_they_depend_on_the_zone():
    assert portable("to_timestamp(at, 'dd/MM/yyyy')", timezone="Europe/Berlin")
    assert portable("hour(cast(at as timestamp))")
    with pytest.raises(NotPortable, match="Europe/Berlin"):
        portable("hour(cast(at as timestamp))", timezone="Europe/Berlin")


def test_columns_that_are_no_text_have_their_types():
    assert portable("size(tags)", {"tags": "array<string>"}) == "SIZE(tags)"
    with pytest.raises(NotPortable):
        portable("size(tags)")


TYPES = {"title": "string", "likes": "bigint", "created_at": "timestamp"}


@pytest.mark.parametrize(
    "query",
    [
        "select * from posts where title = 'x' and likes > 3",
        "select p.title, count(*) from posts p join posts q on p.title = q.title group by p.title having count(*) > 1",
    ],
)
def test_a_query_by_hand_may_use_the_same(query):
    check_query(query, TYPES)


@pytest.mark.parametrize(
    "query",
    [
        "select * from posts where initcap(title) = 'X'",
        "select * from posts where title > 3",
        "select * from posts where title rlike '(?i)x'",
        "select title, row_number() over (order by likes) from posts",
        "select * from posts where title in (select initcap(title) from posts)",
    ],
)
def test_what_a_query_may_not_use_is_refused(query):
    with pytest.raises(NotPortable):
        check_query(query, TYPES)
