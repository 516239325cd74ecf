import hmac
from datetime import UTC, date, datetime
from typing import Any

import networkx as nx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transformations.identity.persons import LEFT, MOST_PER_EMAIL, RIGHT, Persons, resolve

KEY = b"a secret of the tests"
TIME = pa.timestamp("us", tz="UTC")


def _table(columns: tuple[str, ...], rows: list[tuple]) -> pa.Table:
    kinds = {"valid_from": TIME, "birth_date": pa.date32(), "is_seen_only": pa.bool_()}
    types = [(name, kinds.get(name, pa.string())) for name in columns]
    return pa.Table.from_pylist([dict(zip(columns, row, strict=False)) for row in rows], pa.schema(types))


def _customers(*rows: tuple) -> pa.Table:
    return _table(("source", "customer_id", "name", "email", "valid_from", "birth_date"), list(rows))


def _profiles(*rows: tuple) -> pa.Table:
    columns = ("source", "channel", "profile_id", "handle", "display_name", "email", "customer_id", "valid_from")
    return _table((*columns, "is_seen_only"), list(rows))


def _tickets(*rows: tuple) -> pa.Table:
    return _table(("source", "channel", "ticket_id", "customer_id", "email", "valid_from"), list(rows))


def _own(*rows: tuple) -> pa.Table:
    return _table(("channel", "profile_id"), list(rows))


def _day(day: int) -> datetime:
    return datetime(2025, 1, day, tzinfo=UTC)


def _id(kind: str, place: str, record: str) -> str:
    return hmac.new(KEY, "\x1f".join((kind, place, record)).encode(), "sha256").hexdigest()[:32]


def _resolved(
    customers: pa.Table | None = None, profiles: pa.Table | None = None, tickets: pa.Table | None = None, **more: Any
) -> Persons:
    return resolve(
        customers if customers is not None else _customers(),
        profiles if profiles is not None else _profiles(),
        tickets if tickets is not None else _tickets(),
        key=KEY,
        **{"own": _own(), **more},
    )


def _groups(resolved: Persons) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for link in resolved.links.to_pylist():
        groups.setdefault(link["person_id"], set()).add(link["linked_record_id"])
    return {frozenset(group) for group in groups.values()}


def _methods(resolved: Persons) -> dict[str, str]:
    return {link["linked_record_id"]: link["method"] for link in resolved.links.to_pylist()}


def test_one_row_a_person_and_a_record() -> None:
    resolved = _resolved(
        _customers(("erp", "c1", "Ada L.", "Ada@example.com ", _day(3)), ("erp", "c2", "Bert", None, _day(1))),
        _profiles(
            ("tw", "x", "p1", "ada", "Ada", "ada@EXAMPLE.com", None, _day(2)),
            ("tw", "x", "p2", "bb", None, None, "c2", None),
            ("tw", "x", "p3", "zed", None, None, "c9", _day(4)),
        ),
        _tickets(
            ("help", "mail", "t1", None, "ada@example.com", _day(5)), ("help", "mail", "t2", "c2", "x@y.z", _day(6))
        ),
    )
    ada, bert, zed = _id("profile", "x", "p1"), _id("customer", "erp", "c2"), _id("profile", "x", "p3")
    assert sorted(resolved.persons.to_pylist(), key=lambda row: row["name"]) == [
        {
            "person_id": ada,
            "name": "Ada L.",
            "email": "ada@example.com",
            "role": "external_customer",
            "customers_count": 1,
            "profiles_count": 1,
            "first_seen_at": _day(2),
        },
        {
            "person_id": bert,
            "name": "Bert",
            "email": None,
            "role": "external_customer",
            "customers_count": 1,
            "profiles_count": 1,
            "first_seen_at": _day(1),
        },
        {
            "person_id": zed,
            "name": "zed",
            "email": None,
            "role": "consumer",
            "customers_count": 0,
            "profiles_count": 1,
            "first_seen_at": _day(4),
        },
    ]
    links = [tuple(row.values()) for row in resolved.links.to_pylist()]
    assert links == [
        ("customer", "erp", "c1", ada, "seed", 1.0, _day(3), None),
        ("customer", "erp", "c2", bert, "seed", 1.0, _day(1), None),
        ("profile", "x", "p1", ada, "email", 1.0, _day(2), None),
        ("profile", "x", "p2", bert, "given_id", 1.0, None, None),
        ("profile", "x", "p3", zed, "seed", 1.0, _day(4), None),
        ("ticket", "mail", "t1", ada, "email", 1.0, _day(5), None),
        ("ticket", "mail", "t2", bert, "given_id", 1.0, _day(6), None),
    ]


def test_a_ticket_counts_for_the_customer_that_it_names_whatever_its_address() -> None:
    customers = _customers(("erp", "c1", "Ada", "ada@b.c", _day(5)), ("erp", "c2", "Bert", "bert@b.c", _day(5)))
    resolved = _resolved(
        customers,
        tickets=_tickets(
            ("help", "mail", "t1", "c1", None, _day(1)),
            ("help", "mail", "t2", "c1", "bert@b.c", _day(1)),  # Bert writes for Ada
            ("help", "mail", "t3", "c9", "bert@b.c", _day(6)),  # no such customer
            ("help", "mail", "t4", "c9", None, _day(6)),
            ("help", "mail", "t5", None, "noreply@b.c", _day(6)),
        ),
    )
    assert _groups(resolved) == {frozenset({"c1", "t1", "t2"}), frozenset({"c2", "t3"})}
    assert set(resolved.persons["person_id"].to_pylist()) == {
        _id("customer", "erp", "c1"),
        _id("customer", "erp", "c2"),
    }
    assert sorted(resolved.persons["email"].to_pylist()) == ["ada@b.c", "bert@b.c"]


@pytest.mark.parametrize(
    "address",
    [
        *("noemail@shop.example", "no-reply@b.c", "No.Email+1@b.c", "UNKNOWN@b.c", "test@b.c", "user@example.com"),
        *("x@x.com", "123@123.com", "email@email.de", "000@b.c"),
        *("a@noemail.com", "x@y.invalid", "till7@b.c"),
    ],
)
def test_a_placeholder_is_no_key_whatever_number_bears_it(address: str) -> None:
    customers = _customers(("erp", "c1", "Ada", address, None), ("erp", "c2", "Ada", address, None))
    profiles = _profiles(("tw", "x", "p1", "h", None, address, None, None))
    assert _resolved(customers, profiles, not_a_key=["till*@*"]).persons.num_rows == 3


@pytest.mark.parametrize(
    ("names", "born", "persons"),
    [
        (("Ida Berg", "Berg, Ida"), (date(1950, 1, 2), date(1950, 1, 2)), 1),
        (("Ida Berg", "Ida Oser"), (date(1950, 1, 2), date(1951, 1, 2)), 1),  # one conflict: reported, not decided
        (("Ida Berg", "Max Oser"), (None, None), 1),
        (("Ida Berg", "Max Oser"), (date(1950, 1, 2), date(1991, 5, 6)), 2),
        (("Ida Berg", "Max Oser", "Pia Lund"), (None, None, None), 3),
        (("Ida Berg", "IDA BÉRG", None), (None, None, None), 1),
    ],
)
def test_customers_who_cannot_be_one_person_are_not_made_one_by_their_address(names, born, persons) -> None:
    customers = [
        ("erp", f"c{n}", name, "kasse@b.c", None, day) for n, (name, day) in enumerate(zip(names, born, strict=True))
    ]
    assert _resolved(_customers(*customers)).persons.num_rows == persons


def test_two_customers_of_one_erp_with_the_same_address_are_one_person() -> None:
    customers = _customers(
        ("erp", "c2", "Ada", "a@b.c", _day(2)), ("erp", "c1", "Ada", "a@b.c", _day(1)), ("erp", "c3", "", "", _day(3))
    )
    resolved = _resolved(customers)
    assert _groups(resolved) == {frozenset({"c1", "c2"}), frozenset({"c3"})}
    assert _methods(resolved) == {"c1": "seed", "c2": "same_email", "c3": "seed"}
    assert _id("customer", "erp", "c1") in resolved.persons["person_id"].to_pylist()


def test_a_shared_mailbox_is_no_key() -> None:
    for count, persons in ((MOST_PER_EMAIL, 1), (MOST_PER_EMAIL + 1, MOST_PER_EMAIL + 2)):
        office = [("erp", f"c{n}", None, "office@b.c", _day(1)) for n in range(count)]
        profile = ("tw", "x", "p1", "h", None, "office@b.c", None, None)
        assert _resolved(_customers(*office), _profiles(profile)).persons.num_rows == persons


def test_an_id_that_two_erps_know_is_decided_by_the_accounts_own_source_or_not_at_all() -> None:
    customers = _customers(("erp", "c1", None, None, None), ("shop", "c1", None, None, None))
    of_shop = ("shop", "x", "p1", "h", None, None, "c1", None)
    of_another = ("tw", "x", "p2", "i", None, None, "c1", None)
    links = _resolved(customers, _profiles(of_shop, of_another)).links.to_pylist()
    person = {(link["record_place"], link["linked_record_id"]): link["person_id"] for link in links}
    assert person["x", "p1"] == person["shop", "c1"]
    assert len(set(person.values())) == 3


def test_chains_are_followed() -> None:
    customers = _customers(("erp", "c1", None, "one@b.c", None), ("erp", "c2", None, "two@b.c", None))
    profile = ("tw", "x", "p1", "h", None, "two@b.c", "c1", None)
    resolved = _resolved(customers, _profiles(profile))
    assert _groups(resolved) == {frozenset({"c1", "c2", "p1"})}
    assert _methods(resolved) == {"c1": "seed", "c2": "seed", "p1": "given_id"}


def test_roles() -> None:
    customers = _customers(("erp", "c1", None, "staff@b.c", None), ("erp", "c2", None, None, None))
    profiles = _profiles(
        ("tw", "x", "p1", "shop", None, None, None, None),
        ("tw", "x", "p2", "staff", None, "staff@b.c", None, None),
        ("tw", "x", "p3", "Rival", None, None, None, None),
        ("tw", "x", "p4", None, None, None, None, None),
        ("tw", "x", "p5", "buyer", None, None, "c2", None),
    )
    own = _own(("x", "p1"), ("x", "p2"), ("y", "p4"))
    resolved = _resolved(customers, profiles, own=own, rival_handles=["@rival"])
    role = dict(zip(*(resolved.persons[name].to_pylist() for name in ("person_id", "role")), strict=True))
    found = {link["linked_record_id"]: role[link["person_id"]] for link in resolved.links.to_pylist()}
    assert found == {
        "c1": "internal_customer",
        "p1": "internal_customer",
        "p2": "internal_customer",
        "p3": "competitor",
        "p4": "consumer",
        "c2": "external_customer",
        "p5": "external_customer",
    }


def test_nothing_gives_nothing() -> None:
    resolved = _resolved()
    assert (resolved.persons.num_rows, resolved.links.num_rows) == (0, 0)
    assert resolved.links.column_names == [
        "record_kind",
        "record_place",
        "linked_record_id",
        "person_id",
        "method",
        "probability",
        "valid_from",
        "valid_to",
    ]


_EMAIL = st.sampled_from([None, "a@x.y", "b@x.y", "c@x.y", "D@x.y "])
_WHEN = st.sampled_from([None, _day(1), _day(2)])


@given(
    st.lists(st.tuples(_EMAIL, _WHEN), max_size=5),
    st.lists(st.tuples(_EMAIL, st.sampled_from([None, "c0", "c2", "c8"]), _WHEN), max_size=5),
    st.randoms(),
)
def test_persons_are_the_components_of_the_graph_in_any_order(
    customers: list[tuple], profiles: list[tuple], random: Any
) -> None:
    graph = nx.Graph()
    for number, (email, _) in enumerate(customers):
        graph.add_node(f"c{number}")
        if email:
            graph.add_edge(f"c{number}", ("email", email.strip().lower()))
    for number, (email, customer, _) in enumerate(profiles):
        graph.add_node(f"p{number}")
        if email:
            graph.add_edge(f"p{number}", ("email", email.strip().lower()))
        if customer and int(customer[1]) < len(customers):
            graph.add_edge(f"p{number}", customer)
    expected = {frozenset(node for node in part if isinstance(node, str)) for part in nx.connected_components(graph)}
    buyers = [("erp", f"c{n}", None, email, when) for n, (email, when) in enumerate(customers)]
    accounts = [
        ("tw", "x", f"p{n}", None, None, email, customer, when) for n, (email, customer, when) in enumerate(profiles)
    ]
    resolved = _resolved(_customers(*buyers), _profiles(*accounts))
    assert _groups(resolved) == expected
    random.shuffle(buyers)
    random.shuffle(accounts)
    again = _resolved(_customers(*buyers), _profiles(*accounts))
    assert (again.persons, again.links) == (resolved.persons, resolved.links)


def _likely(*pairs: tuple) -> pa.Table:
    """Pairs of customers: source and ID of each, probability."""
    schema = pa.schema([*((name, pa.string()) for name in (*LEFT, *RIGHT)), ("probability", pa.float64())])
    rows = [("customer", *pair[:2], "customer", *pair[2:]) for pair in pairs]
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema)


def test_only_what_keys_do_not_join_is_a_link_by_linkage() -> None:
    """X is with the earlier profile by its address; Y, and Z behind it, by likely pairs alone."""
    profiles = _profiles(("s", "forum", "P", "ada", "Ada", "ada@x.org", None, _day(1), False))
    customers = _customers(
        ("s", "X", "Ada", "ada@x.org", _day(2), None),
        ("s", "Y", "Ada", None, _day(3), None),
        ("s", "Z", "Ada", None, _day(4), None),
        ("s", "W", "Bob", None, _day(5), None),
    )
    likely = _likely(("s", "X", "s", "Y", 0.92), ("s", "Y", "s", "Z", 0.99), ("s", "Z", "s", "gone", 0.95))
    resolved = _resolved(customers, profiles, likely=likely)
    links = {row["linked_record_id"]: row for row in resolved.links.to_pylist()}
    assert len({links[name]["person_id"] for name in "PXYZ"}) == 1
    assert links["W"]["person_id"] != links["X"]["person_id"]
    found = {name: (row["method"], row["probability"]) for name, row in links.items()}
    assert found == {
        "P": ("email", 1.0),
        "X": ("seed", 1.0),
        "Y": ("linkage", 0.92),
        "Z": ("linkage", 0.99),
        "W": ("seed", 1.0),
    }


def test_records_judged_apart_lose_the_key_that_joins_them() -> None:
    """Of A and B with one address the later one goes, and takes those along that it alone joins."""
    customers = _customers(
        ("s", "A", "Ada", "home@x.org", _day(1), None),
        ("s", "B", "Bob", "home@x.org", _day(2), None),
        ("s", "C", "Cy", "cy@x.org", _day(3), None),
    )
    profiles = _profiles(
        ("s", "forum", "p", "bo", "Bo", None, "B", _day(4), False),
        ("s", "forum", "q", "cy", "Cy", "cy@x.org", "C", _day(5), False),
    )

    def parted(*pair: str) -> set[frozenset[str]]:
        apart = pa.Table.from_pylist(
            [dict(zip((*LEFT, *RIGHT), pair, strict=True))],
            pa.schema([(name, pa.string()) for name in (*LEFT, *RIGHT)]),
        )
        return _groups(_resolved(customers, profiles, apart=apart))

    assert _groups(_resolved(customers, profiles)) == {frozenset("ABp"), frozenset("Cq")}
    assert parted("customer", "s", "A", "customer", "s", "B") == {frozenset("A"), frozenset("Bp"), frozenset("Cq")}
    assert parted("customer", "s", "C", "profile", "forum", "q") == {frozenset("ABp"), frozenset("C"), frozenset("q")}
    assert parted("customer", "s", "A", "customer", "s", "C") == {frozenset("ABp"), frozenset("Cq")}  # never together


def _apart(*pairs: tuple) -> pa.Table:
    columns = (*LEFT, *RIGHT)
    rows = [dict(zip(columns, pair, strict=True)) for pair in pairs]
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in columns]))


def test_a_split_is_obeyed_where_the_account_is_earlier_than_its_customer() -> None:
    customers = _customers(("s", "C", "Cy", "cy@x.org", _day(3), None))
    profiles = _profiles(("s", "forum", "p", "cy", "Cy", "cy@x.org", "C", _day(1), False))
    tickets = _tickets(("desk", "mail", "t", "C", None, _day(4)))
    assert _groups(_resolved(customers, profiles, tickets)) == {frozenset("Cpt")}
    apart = _apart(("customer", "s", "C", "profile", "forum", "p"))
    assert _groups(_resolved(customers, profiles, tickets, apart=apart)) == {frozenset("Ct"), frozenset("p")}


def test_a_split_is_obeyed_where_others_join_the_two() -> None:
    """The weakest link between A and C goes: a likely pair, else an address, else a name; a judged pair stays."""
    customers = _customers(
        ("s", "A", "Ada", "ada@x.org", _day(1), None),
        ("s", "B", "Ada", "b@x.org", _day(2), None),
        ("s", "C", "Cy", "b@x.org", _day(3), None),
    )
    profiles = _profiles(("s", "forum", "p", "cy", "Cy", "ada@x.org", "C", _day(4), False))
    likely = _likely(("s", "A", "s", "B", 0.95))
    apart = _apart(("customer", "s", "A", "customer", "s", "C"))
    assert _groups(_resolved(customers, profiles, likely=likely)) == {frozenset("ABCp")}
    parted = _resolved(customers, profiles, likely=likely, apart=apart)
    assert _groups(parted) == {frozenset("A"), frozenset("BCp")}
    judged = likely.append_column("method", pa.array(["judged"]))
    assert _groups(_resolved(customers, profiles, likely=judged, apart=apart)) == {frozenset("AB"), frozenset("Cp")}
    between = _resolved(customers, likely=likely, apart=_apart(("customer", "s", "A", "customer", "s", "B")))
    assert _groups(between) == {frozenset("A"), frozenset("BC")}


@given(st.data())
def test_what_was_split_is_never_one_person(data: st.DataObject) -> None:
    names = "ABCDEF"
    addresses = st.sampled_from(["a@x.org", "b@x.org", "c@x.org", None])
    customers = _customers(*(("s", name, "Ada", data.draw(addresses), _day(1), None) for name in names[:3]))
    givers = st.sampled_from(["A", "B", "C", None])
    profiles = _profiles(
        *(("s", "f", name, name, name, data.draw(addresses), data.draw(givers), _day(1), False) for name in names[3:])
    )
    of = {name: ("customer", "s", name) if name in "ABC" else ("profile", "f", name) for name in names}
    pairs = data.draw(st.lists(st.permutations(names).map(lambda drawn: drawn[:2]), max_size=4))
    resolved = _resolved(customers, profiles, apart=_apart(*((*of[one], *of[other]) for one, other in pairs)))
    assert not [pair for pair in pairs for group in _groups(resolved) if {*pair} <= group]
