"""What conf may ask of the embedded engine; tests/probes holds the answers against Spark's."""

import re

import pytest

from jobs.sources.on_engine import check_cast, check_version
from jobs.sources.portable import NotPortable, portable
from jobs.sources.queries import check_query, merged


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("lower(`E-mail`)", "LOWER(`E-mail`)"),
        ("case when _file like '%kestrel%' then 'Kestrel' end", "CASE WHEN _file LIKE '%kestrel%' THEN 'Kestrel' END"),
        ("concat('it''s ', name)", "CONCAT('it\\'s ', name)"),
        ("concat('''', name)", "CONCAT('\\'', name)"),
        ('concat("a""b", name)', "CONCAT('a\"b', name)"),
        ("regexp_substr(a, '\\\\d+')", "REGEXP_SUBSTR(a, '[0-9]+')"),
        ("regexp(a, 'x[+--]')", "REGEXP(a, 'x[+-\\\\-]')"),
        ("substring_index(a, '@', 2)", "SUBSTRING_INDEX(a, '@', 2)"),
        ("to_date(a, 'dd.MM.yyyy')", "TO_DATE(IF(a LIKE '%+%', NULL, a), 'dd.MM.yyyy')"),
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
        ("printf('%.2s', a)", "%.2s"),
        ("format_string('%10.2s', a)", "%10.2s"),
        ("printf(b, a)", "PRINTF"),
        ("regexp(a, b)", "no literal"),
        ("regexp_substr(a, b)", "no literal"),
        ("regexp_substr(a, 'x$')", r"\$ where"),
        ("regexp_extract(a, 'x$', 0)", r"\$ where"),
        ("regexp_extract_all(a, '[a-z]*', 0)", "matches nothing"),
        ("regexp_instr(a, 'x')", "counts bytes"),
        ("a rlike '[.\\\\.-z]'", "a range of letters"),
        ("a like 'b\\\\c'", "backslash"),
        ("encode(a, 'UTF-16')", "UTF-16"),
        ("encode(a, b)", "ENCODE"),
        ("chr(300)", "another letter"),
        ("parse_url(a, 'QUERY', 'x')", "decodes"),
        ("parse_url(a, b)", "decodes"),
        ("substring_index(a, 'aa', 2)", "aa"),
        ("substring_index(a, b, 2)", "SUBSTRING_INDEX"),
        ("sha2(a, 1)", "1:int"),
        ("try_to_timestamp(a, 'yyyy-MM-dd HH:mm:ss z')", "ss z"),
        ("try_to_timestamp(a, b)", "TRY_TO_TIMESTAMP"),
        ("to_date(a, b)", "TO_DATE"),
        ("unix_timestamp(a, 'yyyy-MM-dd')", "sign before a year"),
        ("from_json(a, b)", "FROM_JSON"),
        ("from_csv(a, 'b int')", "fails where"),
        ("xpath_string(a, 'b/c')", "XML"),
        ("make_date(2023, 2, 29)", "no date"),
        ("date'2024-02-30'", "day is out of range"),
        ("cast('2024-01-01 25:00:00' as timestamp)", "hour must be"),
        ("from_unixtime(cast(a as bigint))", "four digits"),
        ("weekofyear(cast(a as timestamp))", "four digits"),
        ("timestampdiff(MONTH, _landed_at, _landed_at)", "not whole"),
        ("levenshtein(a, b, 2) + array_size(c)", "read as size"),
        ("concat(a, 'b' 'c')", "follow each other"),
        ("concat(a, 'b'\"c\")", "follow each other"),
    ],
)
def test_everything_else_is_refused_with_the_reason(expression, says):
    with pytest.raises(NotPortable, match=says):
        portable(expression)


def test_a_step_within_another_keeps_its_own_form():
    place = portable("substring(a, cast(b as tinyint))")
    assert "CAST(b AS TINYINT)" not in place
    assert portable("cast(b as tinyint)") in place
    read = portable("to_timestamp(substring(a, cast(b as tinyint)), 'dd/MM/yyyy')")
    assert place in read


def test_local_times_are_refused_where_they_depend_on_the_zone():
    assert portable("to_timestamp(at, 'dd/MM/yyyy')", timezone="Europe/Berlin")
    assert portable("hour(cast(at as timestamp))")
    with pytest.raises(NotPortable, match="Europe/Berlin"):
        portable("hour(cast(at as timestamp))", timezone="Europe/Berlin")
    days = "_landed_at >= date'2024-06-01'"
    assert portable(days, {"_landed_at": "timestamp"})
    with pytest.raises(NotPortable, match="Europe/Berlin"):
        portable(days, {"_landed_at": "timestamp"}, timezone="Europe/Berlin")


def test_columns_that_are_no_text_have_their_types():
    assert portable("size(tags)", {"tags": "array<string>"}) == "SIZE(tags)"
    with pytest.raises(NotPortable):
        portable("size(tags)")


AMOUNTS = {
    "amount": "decimal(18,4)",
    "rate": "decimal(38,4)",
    "fee": "decimal(11,2)",
    "parts": "int",
    "tags": "array<string>",
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("amount * 1.19", "amount * 1.19"),
        ("fee * 1.195", "CAST((fee) * (1.195) AS DECIMAL(16, 5))"),
        ("1 - fee", "CAST(CAST(1 AS DECIMAL(1, 0)) - (fee) AS DECIMAL(12, 2))"),
        ("amount * -12", "CAST((amount) * CAST(-12 AS DECIMAL(2, 0)) AS DECIMAL(21, 4))"),
        ("amount * parts", "amount * parts"),
        ("-amount", "CAST(0 - (amount) AS DECIMAL(18, 4))"),
        ("round(amount, 2)", "CAST(ROUND(amount, 2) AS DECIMAL(17, 2))"),
        ("parts * 3", "parts * 3"),
        ("element_at(tags, 2)", "(tags)[1]"),
        ("if(parts = 1, true, false)", "IF(parts = 1, TRUE, FALSE)"),
    ],
)
def test_amounts_and_lists_have_forms_with_spark_s_types(expression, expected):
    assert portable(expression, AMOUNTS) == expected


def test_texts_within_sums_keep_their_own_form():
    read = portable("cast(a as decimal(10,2))")
    assert portable("cast(a as decimal(10,2)) * cast(a as decimal(10,2))").count(read) == 2


@pytest.mark.parametrize(
    "expression",
    [
        "amount * rate",
        "amount / 3",
        "round(amount, -1)",
        "element_at(tags, 0)",
        "element_at(tags, -1)",
        "array_contains(tags, a)",
    ],
)
def test_what_has_no_exact_form_is_refused(expression):
    with pytest.raises(NotPortable):
        portable(expression, AMOUNTS)


TYPES = {"title": "string", "likes": "bigint", "created_at": "timestamp"}


@pytest.mark.parametrize(
    "query",
    [
        "select * from posts order by likes",
        "select n from (select title as n, count(*) as many from posts group by title) where many > 1",
        "select * from posts where title = 'it\\'s'",
        "select * from posts where title = 'x' and likes > 3",
        "select title from posts intersect select title from posts",
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
        "select * from posts where title = 'it''s'",
        'select * from posts where title = "a""b"',
        "select * from posts where title = + '5'",
        "select * from posts where array_size(split(title, ',')) > 1",
        "select * from posts order by initcap(title)",
        "select * from posts sort by initcap(title)",
        "select * from posts cluster by likes",
        "select * from posts limit 1",
        "select * from posts tablesample (10 percent)",
        "select title from posts group by cube(title)",
        "select title from posts union select likes from posts",
        "select * from (select title as n, likes as title from posts) where title > 'x'",
        "select * from posts where substring(title, likes) = 'x'",
        "select * from posts where no_such = 'x'",
        "select title, row_number() over (order by likes) from posts",
        "select title from posts intersect all select title from posts",
        "select title, max(likes) from posts group by all",
        "select a.likes from posts a join posts b using (title)",
        "select * except (title) from posts",
        "select * from posts where title in (select initcap(title) from posts)",
    ],
)
def test_what_a_query_may_not_use_is_refused(query):
    with pytest.raises(NotPortable):
        check_query(query, TYPES)


def test_a_name_that_tables_give_several_types_is_no_argument():
    types = merged([{"code": "string"}, {"code": "int", "title": "string"}])
    check_query("select code from a join b on a.title = b.title", types)
    with pytest.raises(NotPortable, match="by table"):
        check_query("select * from a join b on a.title = b.title where code > 3", types)


@pytest.mark.parametrize("expression", ["substr(a, instr(a, b))", "substring(a, -7, 2)", "substring(a, n, 2)"])
def test_a_place_in_a_text_may_be_null_or_before_it(expression):
    assert portable(expression, {"n": "int"}).startswith("CASE WHEN")


@pytest.mark.parametrize(
    ("have", "want"),
    [
        ("string", "timestamp"),
        ("int", "decimal(18,4)"),
        ("decimal(38,8)", "decimal(18,4)"),
        ("timestamp", "date"),
        ("void", "bigint"),
    ],
)
def test_what_the_contract_s_type_may_be_read_out_of(have, want):
    check_cast(have, want)


@pytest.mark.parametrize(("have", "want"), [("double", "string"), ("double", "decimal(18,4)"), ("timestamp", "bigint")])
def test_what_it_may_not_be_read_out_of(have, want):
    with pytest.raises(NotPortable, match=re.escape(f"it is {have} and the column is {want}")):
        check_cast(have, want)


def test_a_version_has_a_type_that_sorts_alike():
    check_version("decimal(18,4)")
    with pytest.raises(NotPortable, match="it is double"):
        check_version("double")
