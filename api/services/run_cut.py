"""A part of what a run read, cut out so that whatever is asked of its inner parties has the same answer there.

`inner` parties (of `Cut`) are those whose groups are asked for. The part holds besides them:
- all who hold something in them, with their spouses, close kin and all who control them. What controls a holder is
  known, and not in doubt: it is declared in the part. So control of every inner party is settled by the same votes.
  A holder that a family, or a person with close kin, controls is `held` itself: its stakes are in the part, too;
- whoever owes a contract together with them, protects their contracts, or is protected by them: so their exposure,
  and what moves to or from them, is the same. These are `assessed` like the inner ones: their payments, statements
  and repayments are whole, since half a party's payments would make it depend on whoever is seen to make them;
- the accounts that their loans are repaid from;
- the bank itself: some limits are for lenders of a kind.
Payments from and to anybody else come from outside: they count in the totals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, distinct, find, joined, nothing
from algorithms.votes import Bases, Stakes
from api.services.connection_basis import significant
from api.services.payment_input import OUTSIDE
from api.services.risk_input import PARTIES, RiskInput
from api.services.run_change import NEW_PARTY, Side
from api.services.run_frozen import FOR_NO_GROUP
from api.services.run_input import RunInput

_ORDER: Mapping[str, tuple[str, ...]] = {
    "guarantees": ("link",),
    "securities": ("facility", "collateral", "until"),
}
"""Tables whose order decides which protection is spent first."""


GROUPS_FOLLOW_FROM = (
    "facilities",
    "drawdowns",
    "borrowers",
    "guarantees",
    "securities",
    "institutions",
    "dependence",
    "statements",
    "payments",
    "repayments",
    "kin",
    "key_managers",
)
"""The tables of lending that groups and their exposure follow from, cut to a part; others are empty in it."""
OF_ALL = frozenset({"capital", "rates"})
"""Tables that every exposure and limit follows from: whole in any part."""
KNOWN = "known"
"""Basis of the control that a part declares, since the run found it outside the part."""
_OPEN_ENDED = frozenset({"payments", "repayments", "securities", "key_managers"})
"""Tables whose ends may be outside."""


@dataclass(frozen=True)
class Sides:
    """A world before and after a change, asked together."""

    before: Side
    after: Side

    def across(self, table: str, by: str, want: str, ids: IntArray) -> IntArray:
        """What the rows that name any of the ids in one column name in another, on either side."""
        found = [nothing()]
        for side in (self.before, self.after):
            rows = side.rows(table, by, ids)
            found.append(side.column(table, want, rows))
        named = distinct(joined(*found))
        return named[named >= 0]

    def sharing_collateral(self, facilities: IntArray) -> IntArray:
        """These contracts, and those that anything which secures one of them secures too."""
        found = [facilities]
        for side in (self.before, self.after):
            rows = side.rows("securities", "facility", facilities)
            collateral = side.take("securities", rows)["collateral"].unique().to_list()
            found.append(side.secured_by(collateral))
        return distinct(joined(*found))


@dataclass(frozen=True)
class Cut:
    """Which parties and contracts a part holds, as ordinals of the world, ascending.

    inner: parties whose groups and exposure are exact. held: parties the stakes in whom are whole. above: who holds
    something in these, and who controls the holders. assessed: parties whose dependence is whole. parties: all.
    facilities: contracts. protected: those whose protection is whole. declared: groups that sources declare, all of
    whose members are inner, by id.
    """

    inner: IntArray
    held: IntArray
    above: IntArray
    assessed: IntArray
    parties: IntArray
    facilities: IntArray
    protected: IntArray
    declared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """What was cut out of one side. ordinals: of each party of it, as the world numbers them."""

    given: RunInput
    risk: RiskInput
    ordinals: IntArray


def grown(start: IntArray, step: Callable[[IntArray], IntArray], check: Callable[[IntArray], None]) -> IntArray:
    """All that is reached from the start, which is included. check: told of what is reached so far."""
    known = fresh = distinct(start)
    while fresh.size:
        fresh = np.setdiff1d(step(fresh), known)
        known = distinct(joined(known, fresh))
        check(known)
    return known


def cut(sides: Sides, inner: IntArray, held: IntArray, changed: IntArray, check: Callable[[IntArray], None]) -> Cut:
    """What a part must hold. held: further parties the control of whom must be exact. changed: parties whose payments
    and links of dependence are kept with both ends, so that a provider who is new shows. check: raises where the part
    grows too large."""
    across = sides.across
    held, above = _control(sides, distinct(joined(inner, held)), check)
    control = joined(held, above)
    protected = joined(
        across("borrowers", "party", "facility", inner),
        across("guarantees", "guarantor", "facility", inner),
        across("securities", "issuer", "facility", inner),
    )
    protected = grown(protected, sides.sharing_collateral, lambda _: None)
    assessed = grown(
        joined(
            inner,
            across("borrowers", "facility", "party", protected),
            across("guarantees", "facility", "guarantor", protected),
            across("securities", "facility", "issuer", protected),
        ),
        lambda parties: across("borrowers", "facility", "party", across("borrowers", "party", "facility", parties)),
        check,
    )
    borrowed = across("borrowers", "party", "facility", assessed)
    parties = distinct(
        joined(
            control,
            across("kin", "person", "relative", control),
            across("kin", "relative", "person", control),
            assessed,
            across("guarantees", "facility", "debtor", protected),
            across("repayments", "facility", "payer", borrowed),
            _other_ends(across, changed),
            sides.before.world.banks,
        )
    )
    facilities = distinct(joined(protected, borrowed))
    check(parties)
    return Cut(inner, held, above, assessed, parties, facilities, protected)


def _control(sides: Sides, held: IntArray, check: Callable[[IntArray], None]) -> tuple[IntArray, IntArray]:
    """Parties the stakes in whom a part must hold so that control of the held is exact, and those above them."""
    world = sides.before.world
    control, n = world.graphs[0], world.n_parties
    while True:
        holders = joined(
            sides.across("stakes", "owned", "owner", held), sides.across("bases", "controlled", "controller", held)
        )
        nodes = grown(holders, control.reaching, check)
        above = nodes[(nodes < n) | (nodes >= NEW_PARTY)]
        known = np.setdiff1d(above, held)
        known = known[known < n]
        by_family = control.target[control.by_target.of(known)][control.source[control.by_target.of(known)] >= n]
        more = np.setdiff1d(joined(by_family, known[world.with_kin[known]]), held)
        if not more.size:
            return held, above
        held = distinct(joined(held, more))


def _other_ends(across: Callable[[str, str, str, IntArray], IntArray], parties: IntArray) -> IntArray:
    return joined(
        parties,
        across("payments", "payer", "payee", parties),
        across("payments", "payee", "payer", parties),
        across("dependence", "dependent", "provider", parties),
        across("dependence", "provider", "dependent", parties),
        across("guarantees", "guarantor", "debtor", parties),
    )


def part_of(side: Side, cut: Cut) -> Part:
    """The rows of one side that a part holds, numbered anew in the order of ids."""
    return _Numbered(side, cut).part()


class _Numbered:
    """The rows of a part, parties and contracts numbered in the order of their ids."""

    def __init__(self, side: Side, cut: Cut) -> None:
        self._side, self._cut = side, cut
        self._party_ids, self._ordinals, self._party = _numbers(cut.parties, side.party_id)
        _, self._contracts, self._facility = _numbers(side.facilities(cut.facilities), side.facility_id)

    def part(self) -> Part:
        tables = {name: self._table(name) for name in PARTIES}
        return Part(self._given(), RiskInput(tables), self._ordinals)

    def _given(self) -> RunInput:
        held = self._rows("stakes", "owned", self._cut.held)
        declared = pl.concat([self._rows("bases", "controlled", self._cut.held), self._known_control()])
        couples = self._rows("couples", "one", self._cut.parties)
        names, code = np.unique(declared["basis"].to_numpy().astype(str), return_inverse=True)
        pairs = zip(self._numbered(couples, "one").tolist(), self._numbered(couples, "other").tolist(), strict=True)
        owner, owned = self._numbered(held, "owner"), self._numbered(held, "owned")
        return RunInput(
            party_ids=self._party_ids,
            nodes=nothing(),
            ordinals=nothing(),
            stakes=Stakes(owner, owned, *(_whole(held, name) for name in ("votes", "low", "high"))),
            bases=Bases(
                self._numbered(declared, "controller"),
                self._numbered(declared, "controlled"),
                code.astype(np.int64),
                tuple(names.tolist()),
            ),
            couples=tuple(sorted((min(a, b), max(a, b)) for a, b in pairs if a >= 0 and b >= 0)),
            rows=held.height,
            merged=0,
            unseen=0,
            share=_whole(held, "share"),
            person=self._persons(),
        )

    def _persons(self) -> BoolArray:
        """Who is a natural person; of parties that the world does not know nobody is known to be."""
        persons = self._side.world.given.persons
        old = self._ordinals < persons.size
        out = np.zeros(self._ordinals.size, dtype=np.bool_)
        out[old] = persons[self._ordinals[old]]
        return out

    def _known_control(self) -> pl.DataFrame:
        """Who controls the holders the stakes in whom the part does not hold, as the run found it."""
        world = self._side.world
        control = world.graphs[0]
        others = np.setdiff1d(self._cut.above, self._cut.held)
        links = control.by_target.of(others[others < world.n_parties])
        columns = {"controller": control.source[links], "controlled": control.target[links]}
        frame = pl.DataFrame(columns).with_columns(basis=pl.lit(KNOWN))
        return frame.select(world.table("bases").columns).cast(world.table("bases").schema)

    def _table(self, name: str) -> pl.DataFrame:
        frame = self._renumbered(name, self._chosen(name))
        return frame.sort(_ORDER[name]) if name in _ORDER and name in self._side.change.added else frame

    def _chosen(self, name: str) -> pl.DataFrame:
        """The rows of a table that belong to the part, as the world numbers them."""
        cut, side = self._cut, self._side
        if name == "facilities":
            return side.take(name, self._contracts)
        if name in ("drawdowns", "borrowers"):
            return self._rows(name, "facility", cut.facilities)
        if name == "securities":
            return self._rows(name, "facility", cut.protected)
        if name == "guarantees":
            return self._guarantees()
        if name == "repayments":
            borrowed = side.column("borrowers", "facility", side.rows("borrowers", "party", cut.assessed))
            return self._rows(name, "facility", distinct(borrowed))
        if name == "payments":
            of_either = (side.rows(name, end, cut.assessed) for end in ("payer", "payee"))
            return side.take(name, distinct(joined(*of_either)))
        if name == "dependence":
            return self._rows(name, "dependent", cut.assessed)
        if name == "statements":
            return self._rows(name, "party", cut.assessed)
        if name == "key_managers":
            return pl.concat([self._rows(name, "person", cut.parties), self._holders_of_others()])
        if name == "declared":
            return self._rows(name, "party", cut.inner).filter(pl.col("group_id").is_in(cut.declared))
        if name in FOR_NO_GROUP:
            return side.take(name, nothing())  # no link of theirs connects anybody
        if name in ("kin", "institutions"):
            return self._rows(name, PARTIES[name][0], cut.parties)
        return side.world.table(name) if name in OF_ALL else side.world.table(name).clear()

    def _guarantees(self) -> pl.DataFrame:
        """Those of the protected contracts, and those that assessed parties give, which count in their dependence."""
        side, cut = self._side, self._cut
        given = side.rows("guarantees", "guarantor", cut.assessed)
        frame = side.take("guarantees", distinct(joined(side.rows("guarantees", "facility", cut.protected), given)))
        is_protected = pl.col("facility").is_in(cut.protected)
        return frame.with_columns(facility=pl.when(is_protected).then("facility").otherwise(-1))

    def _holders_of_others(self) -> pl.DataFrame:
        """Rows that make main persons of those who are, by a share in a company that the part does not hold."""
        side, cut = self._side, self._cut
        rows = side.rows("stakes", "owner", cut.parties)
        outside = ~find(cut.held, side.column("stakes", "owned", rows))[1]
        owner, owned, low = (side.column("stakes", name, rows[outside]) for name in ("owner", "owned", "low"))
        person = significant(owner, owned, low)
        columns = {"person": person, "company": np.full(person.size, -1), "post": ["holder"] * person.size}
        schema = side.world.table("key_managers").schema
        return pl.DataFrame({name: columns[name] for name in schema}, schema=schema)

    def _rows(self, table: str, column: str, ids: IntArray) -> pl.DataFrame:
        return self._side.take(table, self._side.rows(table, column, ids))

    def _renumbered(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Ends that the part does not hold are outside where a table knows such, else their rows are left out."""
        if not frame.height:
            return frame
        numbered = {column: self._numbered(frame, column) for column in PARTIES[name]}
        frame = frame.with_columns(pl.Series(column, of, dtype=pl.Int64) for column, of in numbered.items())
        if numbered and name not in _OPEN_ENDED:
            frame = frame[np.flatnonzero(np.logical_and.reduce([of >= 0 for of in numbered.values()]))]
        if name == "payments":
            frame = frame.filter((pl.col("payer") != OUTSIDE) | (pl.col("payee") != OUTSIDE))
        if "facility" in frame.columns:
            facility = _place(self._facility, _whole(frame, "facility"))
            frame = frame.with_columns(pl.Series("facility", facility, dtype=pl.Int64))
        return frame

    def _numbered(self, frame: pl.DataFrame, column: str) -> IntArray:
        return _place(self._party, _whole(frame, column))


def _numbers(ordinals: IntArray, id_of: Callable[[int], str]) -> tuple[list[str], IntArray, tuple[IntArray, IntArray]]:
    """Ids ascending, the ordinal of each, and the ordinals ascending with the new number of each."""
    ids = np.asarray([id_of(one) for one in ordinals.tolist()], dtype=object)
    order = np.argsort(ids, kind="stable") if ids.size else nothing()
    number = np.empty(order.size, dtype=np.int64)
    number[order] = np.arange(order.size)
    return ids[order].tolist(), ordinals[order], (ordinals, number)


def _place(numbers: tuple[IntArray, IntArray], wanted: IntArray) -> IntArray:
    """The new numbers of ordinals, -1 for those that the part does not hold."""
    ordinals, number = numbers
    if not ordinals.size:
        return np.full(wanted.size, -1, dtype=np.int64)
    at, there = find(ordinals, wanted)
    return np.where(there, number[at], -1)


def _whole(frame: pl.DataFrame, name: str) -> IntArray:
    return frame[name].to_numpy().astype(np.int64)
