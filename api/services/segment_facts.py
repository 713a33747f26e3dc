"""Facts of parties that segments ask for, read as columns: only those that some filter names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import BoolArray
from algorithms.rollup import above
from algorithms.segments import Fact
from api.services.household_input import AUTHORISED, UNKNOWN_BALANCE
from api.services.reminders import birthday
from api.services.run_input import RunInput
from api.services.segment_fields import FIELDS, FROM_RUN, Kind
from api.services.snapshots import Columns
from graph import times
from graph.store import View

ROWS = {"fact": pl.String, "party": pl.Int64, "text": pl.String, "number": pl.Int64}
"""Facts as one table: a row a party and value, either a text or a whole number; the other one is empty."""
GROUPS = {"party": pl.Int64, "group_id": pl.String, "kind": pl.String}
HOMES = {"party": pl.Int64, "household_id": pl.String}
_TEXT = {"party": pl.Int64, "text": pl.String}
_NUMBER = {"party": pl.Int64, "number": pl.Int64}
_STATEMENTS = {"role": "roles", "manager": "managed", "tag": "tagged"}


def facts_as_read(view: View, given: RunInput, wanted: Iterable[str]) -> pl.DataFrame:
    """The facts wanted that no run has to find, as `ROWS` in an order of their own.

    given: the parties wanted. Only a view of everything may be read.
    """
    reading = _Reading(view, given)
    found = [reading.rows(fact) for fact in sorted(set(wanted)) if _field(fact) not in FROM_RUN]
    return pl.concat([pl.DataFrame(schema=ROWS), *found]).unique().sort(list(ROWS))


def facts(rows: pl.DataFrame, wanted: Iterable[str]) -> dict[str, Fact]:
    """The facts wanted, from rows as `ROWS`."""
    by_fact = rows.partition_by("fact", as_dict=True)
    found = {}
    for fact in wanted:
        field = FIELDS[_field(fact)]
        own = by_fact.get((fact,), rows.clear())
        is_text = field.kind is Kind.TEXT
        value = own["text" if is_text else "number"].to_numpy()
        found[fact] = Fact(
            own["party"].to_numpy().astype(np.int64),
            value.astype(object) if is_text else value.astype(np.int64),
            field.several,
        )
    return found


def facts_lived(groups: pl.DataFrame, homes: pl.DataFrame, persons: BoolArray, wanted: Iterable[str]) -> pl.DataFrame:
    """The facts wanted that a run finds, as `ROWS`.

    groups: as `GROUPS`; homes: as `HOMES`; a party of -1 counts as a member of its household, and has no rows. persons:
    who is a natural person.
    """
    sizes = homes.with_columns(number=pl.len().over("household_id").cast(pl.Int64)).select("party", "number")
    alone = np.flatnonzero(persons)
    alone = alone[~np.isin(alone, homes["party"].to_numpy())]
    made = {
        "group": lambda: groups.select("party", text="group_id"),
        "group_kind": lambda: groups.select("party", text="kind"),
        "household": lambda: homes.select("party", text="household_id"),
        "household_size": lambda: pl.concat(
            [sizes.group_by("party").agg(pl.col("number").max()),
             pl.DataFrame({"party": alone, "number": np.ones(alone.size, dtype=np.int64)})]
        ),
    }  # fmt: skip
    found = [_told(fact, made[fact]()) for fact in sorted(set(wanted) & FROM_RUN)]
    return pl.concat([pl.DataFrame(schema=ROWS), *found]).filter(pl.col("party") >= 0).unique()


def lived_now(view: View, given: RunInput) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Groups and households as the store has them: `GROUPS` and `HOMES`. Only a view of everything may be read."""
    groups = view.snapshot("snapshot/in_groups")
    homes = view.snapshot("snapshot/in_households")
    told = {"party": given.ordinal_of(groups["party"]), "group_id": _texts(groups["group_id"])}
    lived = {"party": given.ordinal_of(homes["party"]), "household_id": _texts(homes["household_id"])}
    return (
        pl.DataFrame(told | {"kind": _texts(groups["kind"])}, schema=GROUPS),
        pl.DataFrame(lived, schema=HOMES),
    )


def _field(fact: str) -> str:
    return fact.partition(":")[0]


def _texts(column: np.ndarray[Any, Any]) -> list[str]:
    return [str(one) for one in column.tolist()]


def _told(fact: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of (party, text or number) as `ROWS`."""
    other = {"text": pl.lit("")} if "number" in rows.columns else {"number": pl.lit(None, dtype=pl.Int64)}
    return rows.with_columns(fact=pl.lit(fact), **other).select(list(ROWS))


class _Reading:
    """Reads each statement once."""

    def __init__(self, view: View, given: RunInput) -> None:
        self._view, self._given = view, given
        self._read: dict[str, Columns] = {}

    def rows(self, fact: str) -> pl.DataFrame:
        """One fact, of the parties wanted."""
        name = _field(fact)
        field = FIELDS[name]
        if name == "age":
            found = self._ages()
        elif name == "opted_out":
            found = self._opted_out()
        elif field.attribute:
            found = self._attribute(field.attribute, field.kind)
        elif name == "balance":
            found = self._balances(fact.partition(":")[2])
        elif name == "branch":
            found = self._branches()
        elif name in ("product", "product_family", "products_held"):
            found = self._products(name)
        else:
            found = self._pairs(self._snapshot(_STATEMENTS[name]), field.kind)
        return _told(fact, found)

    def _snapshot(self, name: str) -> Columns:
        if name not in self._read:
            self._read[name] = self._view.snapshot(f"snapshot/{name}")
        return self._read[name]

    def _pairs(self, rows: Columns, kind: Kind) -> pl.DataFrame:
        """Rows of (party, value) with the parties' ordinals, the value as `text` or `number`."""
        party = self._given.ordinal_of(rows["party"])
        value = rows["value"][party >= 0]
        if kind is Kind.TEXT:
            return pl.DataFrame({"party": party[party >= 0], "text": _texts(value)}, schema=_TEXT)
        return pl.DataFrame({"party": party[party >= 0], "number": value.astype(np.int64)}, schema=_NUMBER)

    def _attribute(self, name: str, kind: Kind) -> pl.DataFrame:
        statement = "texts" if kind is Kind.TEXT else "numbers"
        return self._pairs(self._view.snapshot(f"snapshot/{statement}", attribute=name), kind)

    def _everyone(self) -> pl.DataFrame:
        return pl.DataFrame({"party": np.arange(len(self._given.party_ids), dtype=np.int64)})

    def _ages(self) -> pl.DataFrame:
        born = self._attribute("birth_day", Kind.DAY)
        years = {day: _age(day, self._view.as_of) for day in born["number"].unique().to_list()}
        ages = [years[day] for day in born["number"].to_list()]
        told = born.with_columns(number=pl.Series(ages, dtype=pl.Int64))
        return told.filter(pl.col("number") >= 0)

    def _opted_out(self) -> pl.DataFrame:
        told = self._attribute("marketing_opt_out", Kind.YES_NO)
        asked = set(told.filter(pl.col("number") == 1)["party"].to_list())
        return self._everyone().with_columns(number=pl.col("party").is_in(asked).cast(pl.Int64))

    def _branches(self) -> pl.DataFrame:
        parts = self._snapshot("branch_parts")
        over: dict[str, set[str]] = defaultdict(set)
        for branch, one in zip(_texts(parts["branch"]), _texts(parts["above"]), strict=True):
            over[branch] |= {one} - {""}
        told = [(branch, one) for branch, all_over in above(over).items() for one in all_over]
        units = pl.DataFrame(told, schema={"text": pl.String, "above": pl.String}, orient="row")
        own = self._pairs(self._snapshot("branches"), Kind.TEXT)
        return own.join(units, on="text").select("party", text="above")

    def _products(self, name: str) -> pl.DataFrame:
        rows = self._snapshot("products_held")
        held = pl.DataFrame(
            {"party": self._given.ordinal_of(rows["party"]), "text": _texts(rows["product"])},
            schema=_TEXT,
        ).filter(pl.col("party") >= 0).unique()  # fmt: skip
        if name == "product":
            return held
        if name == "products_held":
            count = held.group_by("party").agg(number=pl.len().cast(pl.Int64))
            return self._everyone().join(count, on="party", how="left").with_columns(pl.col("number").fill_null(0))
        sold = self._snapshot("products")
        families = pl.DataFrame({"text": _texts(sold["product"]), "family": _texts(sold["family"])},
                                schema={"text": pl.String, "family": pl.String})  # fmt: skip
        return held.join(families.filter(pl.col("family") != ""), on="text").select("party", text="family")

    def _balances(self, currency: str) -> pl.DataFrame:
        """Sums of balances; parties with an account of unknown balance have no row."""
        rows, accounts = self._snapshot("account_holders"), self._snapshot("balances")
        holds = rows["role"] != AUTHORISED
        held = pl.DataFrame(
            {"account": rows["account"][holds], "party": self._given.ordinal_of(rows["party"][holds])}
        ).unique()
        balance = pl.DataFrame(
            {"account": accounts["account"], "number": accounts["balance"], "currency": _texts(accounts["currency"])},
            schema={"account": pl.Int64, "number": pl.Int64, "currency": pl.String},
        ).filter(pl.col("currency") == currency)
        own = held.join(balance, on="account").group_by("party").agg(
            pl.col("number").sum(), unknown=(pl.col("number") == UNKNOWN_BALANCE).any()
        )  # fmt: skip
        told = self._everyone().join(own, on="party", how="left").filter(pl.col("unknown").not_().fill_null(True))
        return told.select("party", pl.col("number").fill_null(0))


def _age(born: int, on: date) -> int:
    """Whole years; -1 for somebody not born yet, or on no day at all."""
    day = times.from_day(born)
    if day is None:
        return -1
    return on.year - day.year - int(birthday(day, on.year) > on)


def known_facts(view: View, given: RunInput, wanted: Iterable[str]) -> Mapping[str, Fact]:
    """All facts wanted, those of runs as the store has them. Only a view of everything may be read."""
    asked = set(wanted)
    rows = [facts_as_read(view, given, asked)]
    if asked & FROM_RUN:
        rows.append(facts_lived(*lived_now(view, given), given.persons, asked))
    return facts(pl.concat(rows), asked)
