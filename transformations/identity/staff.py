"""Accounts of the company's staff."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

PROFILE_COLUMNS = ("channel", "profile_id", "email")
STAFF_COLUMNS = ("source", "staff_id", "email", "department", "joined_at", "left_at")
ACCOUNTS = pa.schema([(name, pa.string()) for name in ("channel", "account", "staff_id", "department")])


def staff_accounts(staff: pa.Table, profiles: pa.Table, declared: Mapping[str, Mapping[str, str]]) -> pa.Table:
    """Whose accounts are whose among the staff: those that conf declares, and profiles with the address of one member alone.

    Args:
        staff: STAFF_COLUMNS of silver.staff. profiles: PROFILE_COLUMNS of silver.profiles.
        declared: channel -> account, or agent of a ticket -> staff_id; a staff_id that silver.staff does not have counts all
            the same, without a department.
    Returns: one row per account: the columns of ACCOUNTS, sorted.
    """
    departments = {row["staff_id"]: row["department"] for row in staff.to_pylist()}
    by_address: dict[str, set[str]] = {}
    for row in staff.to_pylist():
        if row["email"]:
            by_address.setdefault(row["email"].strip().lower(), set()).add(row["staff_id"])
    found: dict[tuple[str, str], str] = {}
    for row in profiles.to_pylist() if by_address else ():
        who = by_address.get((row["email"] or "").strip().lower(), set())
        if len(who) == 1:
            found[row["channel"], row["profile_id"]] = next(iter(who))
    for channel, accounts in declared.items():
        found |= {(channel, account): staff_id for account, staff_id in accounts.items()}
    rows = [
        {"channel": channel, "account": account, "staff_id": who, "department": departments.get(who)}
        for (channel, account), who in sorted(found.items())
    ]
    return pa.Table.from_pylist(rows, schema=ACCOUNTS)
