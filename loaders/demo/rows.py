"""The demo bank before it is written as tables: one row type a subject, ordinals instead of keys.

Parties are ordinals: companies first, then persons. Money is fen, shares are millionths of a percent times one hundred
(10^4 is one percent), days count from 1970. NONE (-1) is "none" or "not known".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, get_type_hints

import polars as pl

from loaders.demo.columns import NONE
from loaders.demo.sizes import day

LONG_AGO = day("2016-03-01")
FAR = day("2033-12-31")


class Relative(NamedTuple):
    """What `who` is to `of`: owner, officer, kin, controller (code in `RelationShip`)."""

    of: int
    who: int
    code: str
    share: int = NONE
    votes: int = NONE
    low: int = NONE
    high: int = NONE
    capital: int = NONE
    begin: int = LONG_AGO
    end: int = NONE


class DeclaredGroup(NamedTuple):
    name: str
    parent: int
    declared: int = LONG_AGO


class GroupMember(NamedTuple):
    group: int
    member: int
    role: str = "02"
    begin: int = LONG_AGO
    end: int = NONE


class Facility(NamedTuple):
    party: int
    limit: int
    balance: int
    kind: str = "1010010"
    joint: int = NONE
    currency: str = "CNY"
    start: int = day("2023-06-01")
    maturity: int = FAR
    revolving: str = "2"
    vouch: str = "005"
    risk: str = "01"
    state: str = "1"


class Drawdown(NamedTuple):
    facility: int
    party: int
    amount: int
    balance: int
    start: int = day("2023-06-15")
    maturity: int = FAR
    overdue: int = 0
    rate: int = 43_500
    risk: str = "01"
    currency: str = "CNY"
    paid_into: int = NONE
    repaid_from: int = NONE


class Guarantee(NamedTuple):
    guarantor: int
    borrower: int
    amount: int
    facility: int = NONE
    kind: str = "010"
    collateral: int = NONE
    begin: int = day("2023-06-01")
    end: int = FAR
    released: int = NONE
    reason: str = ""
    currency: str = "CNY"


class Collateral(NamedTuple):
    kind: str
    name: str
    owner: int
    value: int
    accepted: int
    valued: int = day("2024-01-15")
    issuer: int = NONE


class Capital(NamedTuple):
    """The bank's own capital on a day, in fen."""

    day: int
    net_capital: int
    net_tier_1: int
    tier_1: int = NONE


class Rate(NamedTuple):
    """Yuan for one unit of a currency on a day, in millionths."""

    currency: str
    day: int
    price: int


class Statement(NamedTuple):
    party: int
    year: int
    assets: int
    debts: int
    revenue: int
    cost: int
    profit: int
    cash: int


class Account(NamedTuple):
    party: int
    kind: str
    balance: int
    average: int
    joint: int = NONE
    opened: int = LONG_AGO
    matures: int = NONE
    closed: int = NONE
    currency: str = "CNY"


class Transfer(NamedTuple):
    """One month between two accounts; `outside` stands for the account at another bank where an end is NONE.

    day: of the month, of its first payment; 0: one that follows from the amount.
    """

    payer: int
    payee: int
    month: int
    amount: int
    times: int = 1
    outside: int = NONE
    day: int = 0


class Holding(NamedTuple):
    party: int
    product: int
    since: int
    until: int = NONE
    matures: int = NONE
    balance: int = 0


class Referral(NamedTuple):
    """Ends below zero are outsiders: -(ordinal + 2)."""

    referrer: int
    referred: int
    day: int
    campaign: int = NONE
    product: int = NONE
    outcome: str = "OPENED"
    value: int = NONE
    bought: int = NONE


class Target(NamedTuple):
    campaign: int
    party: int
    day: int
    channel: str = "SMS"
    response: str = "NONE"
    answered: int = NONE


class Contact(NamedTuple):
    party: int
    kind: str
    day: int
    minute: int
    manager: int
    subject: str
    due: int = NONE
    state: str = "DONE"


class Assignment(NamedTuple):
    party: int
    manager: int
    role: str = "A"
    begin: int = LONG_AGO
    end: int = NONE


class Freeze(NamedTuple):
    account: int
    kind: str
    amount: int
    begin: int
    lifted: int
    authority: str


def frame(row_type: type, rows: Iterable[tuple[object, ...]] = ()) -> pl.DataFrame:
    """A frame of rows of one type, with its columns and types even when empty."""
    types = {int: pl.Int64, str: pl.String}
    schema = {name: types[kind] for name, kind in get_type_hints(row_type).items()}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def filled(row_type: type, **columns: object) -> pl.DataFrame:
    """A frame of one row type from arrays; columns not given take the type's defaults."""
    defaults: dict[str, object] = row_type._field_defaults  # type: ignore[attr-defined]
    made = pl.DataFrame({name: values for name, values in columns.items() if not isinstance(values, (int, str))})
    constants = defaults | {name: value for name, value in columns.items() if isinstance(value, (int, str))}
    empty = frame(row_type)
    missing = [pl.lit(constants[name]).alias(name) for name in empty.columns if name not in made.columns]
    return made.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in empty.schema.items())
