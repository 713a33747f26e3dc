"""What a run reads of households: who shares homes, telephones and accounts, kin, decisions, and what is rolled
up over their members. Kept as tables whose parties are ordinals, in an order that does not depend on the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, distinct, joined
from algorithms.households import UNKNOWN_BIRTH, Pairs, shared_pairs
from api.services.digests import digests_of_tables
from api.services.run_input import RunInput
from api.services.run_reading import Part, Reading
from api.services.snapshots import Columns
from api.services.surnames import surname
from graph.store import View

HOME, PHONE, ACCOUNT = "address", "phone", "account"
AUTHORISED = "authorised"
"""Somebody who may sign for an account, and does not hold it."""
TOGETHER, APART = "together", "apart"
UNKNOWN_BALANCE = -9007199254740991
"""Stands for an unknown balance in `snapshot/balances`: balances may be below 0."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "home_persons": ("party",),
    "home_shared": ("one", "other"),
    "home_kin": ("person", "relative"),
    "home_decided": ("one", "other"),
    "home_balances": ("party",),
    "home_joint_balances": ("party",),
    "home_revenue": ("party",),
    "home_contribution": ("party",),
    "home_products": ("party",),
}
"""The tables, each with its columns of party ordinals."""
_EARNED: dict[str, type[pl.DataType]] = {
    "party": pl.Int64, "year": pl.Int64, "currency": pl.String, "amount": pl.Int64, "unknown": pl.Int64
}  # fmt: skip
COLUMNS: Mapping[str, dict[str, type[pl.DataType]]] = {
    "home_persons": {"party": pl.Int64, "surname": pl.String, "born": pl.Int64},
    "home_shared": {"thing": pl.String, "one": pl.Int64, "other": pl.Int64},
    "home_kin": {"person": pl.Int64, "relative": pl.Int64, "relation": pl.String},
    "home_decided": {"one": pl.Int64, "other": pl.Int64, "decision": pl.String},
    "home_balances": {
        "party": pl.Int64, "currency": pl.String, "amount": pl.Int64, "count": pl.Int64, "unknown": pl.Int64
    },
    "home_joint_balances": {"account": pl.Int64, "party": pl.Int64, "currency": pl.String, "amount": pl.Int64},
    "home_revenue": _EARNED,
    "home_contribution": _EARNED,
    "home_products": {"party": pl.Int64, "product": pl.String},
}  # fmt: skip
"""Their columns. `amount`: minor units; null: unknown. `count`, `unknown`: accounts, and those of unknown balance."""
READ = ("identifiers", "persons", "kin", "account_holders", "balances", "earnings", "products_held")
_ENDS = {
    "identifiers": ("party",),
    "persons": ("party",),
    "kin": ("person", "relative"),
    "account_holders": ("party",),
    "earnings": ("party",),
    "products_held": ("party",),
}
"""The columns of what is read that are nodes of parties."""


@dataclass(frozen=True)
class HomeInput:
    """Tables by name, see `COLUMNS`. hubs: addresses, telephones and accounts that too many share to prove anything."""

    tables: Mapping[str, pl.DataFrame]
    hubs: int = 0

    def column(self, table: str, name: str) -> IntArray:
        """A column of whole numbers."""
        return self.tables[table][name].to_numpy().astype(np.int64)

    def born(self, n_parties: int) -> IntArray:
        """The birthday of each party, UNKNOWN_BIRTH where none matters or is known: shape (n_parties,)."""
        found = np.full(n_parties, UNKNOWN_BIRTH, dtype=np.int64)
        found[self.column("home_persons", "party")] = self.column("home_persons", "born")
        return found

    def pairs(self, thing: str) -> Pairs:
        """Who shares a thing of one kind."""
        rows = self.tables["home_shared"].filter(pl.col("thing") == thing)
        return Pairs(*(rows[side].to_numpy().astype(np.int64) for side in ("one", "other")))

    def digests(self, party_ids: Sequence[str], known: Mapping[str, str] | None = None) -> dict[str, str]:
        """Of each table. known: those that need not be worked out."""
        return digests_of_tables(self.tables, TABLES, party_ids, known)


def no_homes() -> HomeInput:
    """Nothing read."""
    return HomeInput({name: pl.DataFrame(schema=schema) for name, schema in COLUMNS.items()})


def read_home_input(reading: Reading, given: RunInput, most_sharing: int) -> HomeInput:
    """Read what households are found from. Only a view of everything may be read.

    most_sharing: parties that may share an address, telephone or account before it proves nothing.
    """
    decided = _decided(reading.view, given)
    besides = (most_sharing, sorted(decided.iter_rows()))
    part = reading.part("homes", READ, besides, lambda rows: _made(rows, given, most_sharing, decided))
    return HomeInput(part.tables, part.counts["hubs"])


def _made(rows: dict[str, Columns], given: RunInput, most_sharing: int, decided: pl.DataFrame) -> Part:
    rows |= {name: _known(rows[name], given, ends) for name, ends in _ENDS.items()}
    holders = _where(rows["account_holders"], rows["account_holders"]["role"] != AUTHORISED)
    shared, hubs = _shared(rows["identifiers"], holders, given.persons, most_sharing)
    kin = _where(rows["kin"], given.persons[rows["kin"]["person"]] & given.persons[rows["kin"]["relative"]])
    tables = {
        "home_shared": shared,
        "home_kin": _table("home_kin", kin),
        "home_decided": decided,
        **_balances(holders, rows["balances"]),
        **{f"home_{figure}": _earned(rows["earnings"], figure) for figure in ("revenue", "contribution")},
        "home_products": _table("home_products", rows["products_held"]).unique(),
    }
    ends = (tables[name][end] for name in ("home_shared", "home_kin", "home_decided") for end in TABLES[name])
    tables["home_persons"] = _persons(rows["persons"], distinct(joined(*(end.to_numpy() for end in ends))))
    ordered = {name: tables[name].select(list(schema)).sort(list(schema)) for name, schema in COLUMNS.items()}
    return Part(ordered, {"hubs": hubs})


def _known(rows: Columns, given: RunInput, ends: tuple[str, ...]) -> Columns:
    """The rows whose parties the view knows, by their ordinals."""
    found = {**rows, **{end: given.ordinal_of(rows[end]) for end in ends}}
    return _where(found, np.logical_and.reduce([found[end] >= 0 for end in ends]))


def _where(rows: Columns, kept: BoolArray) -> Columns:
    return {name: column[kept] for name, column in rows.items()}


def _table(name: str, rows: Columns) -> pl.DataFrame:
    columns = {one: rows[one].tolist() if kind == pl.String else rows[one] for one, kind in COLUMNS[name].items()}
    return pl.DataFrame(columns, schema=COLUMNS[name])


def _earned(rows: Columns, figure: str) -> pl.DataFrame:
    """Of one figure the sum of the months that are told, and how many are not, by party, year and currency."""
    told = _where(rows, rows[f"{figure}_unknown"] >= 0)
    columns = told | {"amount": told[figure], "unknown": told[f"{figure}_unknown"]}
    summed = _table(f"home_{figure}", columns).group_by("party", "year", "currency")
    return summed.agg(pl.col("amount", "unknown").sum())


def _shared(uses: Columns, holders: Columns, persons: BoolArray, most: int) -> tuple[pl.DataFrame, int]:
    """Pairs of persons who share a home, telephone or account. All parties and uses count towards a hub."""
    found, hubs = [], 0
    proves = uses["proves"].astype(str)
    for thing, party, number, proving in (
        (HOME, uses["party"], uses["identifier"], proves == HOME),
        (PHONE, uses["party"], uses["identifier"], proves == PHONE),
        (ACCOUNT, holders["party"], holders["account"], np.ones(holders["party"].size, dtype=np.bool_)),
    ):
        of_kind = np.isin(number, number[proving])
        pairs, crowded = shared_pairs(party[of_kind], number[of_kind], most, proving[of_kind] & persons[party[of_kind]])
        hubs += crowded
        rows: dict[str, Any] = {"thing": thing, "one": pairs.one, "other": pairs.other}
        found.append(pl.DataFrame(rows, schema=COLUMNS["home_shared"]))
    return pl.concat(found), hubs


def _decided(view: View, given: RunInput) -> pl.DataFrame:
    """What persons decided of pairs; those of parties that are gone are left out."""
    rows = view.read("decisions/households")
    ordinal = {party_id: at for at, party_id in enumerate(given.party_ids)} if rows else {}
    known = [row for row in rows if row["one"] in ordinal and row["other"] in ordinal]
    pairs = {(*sorted((ordinal[row["one"]], ordinal[row["other"]])), row["decision"]) for row in known}
    two = [pair for pair in pairs if pair[0] != pair[1]]
    return pl.DataFrame(two, schema=COLUMNS["home_decided"], orient="row")


def _balances(holders: Columns, accounts: Columns) -> dict[str, pl.DataFrame]:
    """Balances of accounts with one holder summed by party and currency, and those of several holders one by one.

    Joint accounts are numbered in the order of their holders, currencies and balances, not the store's.
    """
    held = pl.DataFrame({"account": holders["account"], "party": holders["party"]}).unique()
    balance = pl.DataFrame(
        {"account": accounts["account"], "amount": accounts["balance"], "currency": accounts["currency"].tolist()},
        schema_overrides={"currency": pl.String},
    ).with_columns(amount=pl.col("amount").replace(UNKNOWN_BALANCE, None))
    rows = held.join(balance, on="account").with_columns(holders=pl.len().over("account"))
    one, several = rows.filter(pl.col("holders") == 1), rows.filter(pl.col("holders") > 1)
    known = pl.col("amount").is_not_null()
    by_account = several.group_by("account").agg(
        holders=pl.col("party").sort().cast(pl.String).str.join("+"), currency=pl.col("currency").first(),
        amount=pl.col("amount").first(),
    ).sort("holders", "currency", "amount", "account").with_row_index("number")  # fmt: skip
    number = by_account.select("account", pl.col("number").cast(pl.Int64))
    joint = several.join(number, on="account").select("party", "currency", "amount", account="number")
    counted = (
        pl.col("amount").sum(),
        pl.len().cast(pl.Int64).alias("count"),
        (~known).sum().cast(pl.Int64).alias("unknown"),
    )
    return {"home_balances": one.group_by("party", "currency").agg(*counted), "home_joint_balances": joint}


def _persons(rows: Columns, needed: IntArray) -> pl.DataFrame:
    """Surnames and birthdays of the persons that the other tables name."""
    chosen = _where(rows, np.isin(rows["party"], needed))
    names = pl.Series("name", chosen["name"].tolist(), dtype=pl.String)
    told = pl.DataFrame([names]).select(surname(pl.col("name")).fill_null(""))["name"]
    return pl.DataFrame({"party": chosen["party"], "surname": told, "born": chosen["born"]})
