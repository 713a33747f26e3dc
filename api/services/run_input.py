"""What a run reads: holdings, declared control and couples of one view, as columns over party ordinals.

Ordinals follow the order of the party ids, so that ties break by id and digests do not depend on the store.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray, LookUp, nothing, starts_of
from algorithms.votes import Bases, Stakes
from api.services.snapshots import Columns, Snapshots
from graph.store import View


@dataclass(frozen=True)
class RunInput:
    """party_ids: ascending; an ordinal is a place in it. nodes: the store's numbers, ascending, and the ordinals
    of the parties they are. rows: holdings read before one source was chosen for each pair. merged: rows of a pair that
    another source was preferred for. unseen: rows whose ends the view does not see. share: what the stakes are of the
    capital, beside their votes; None: the same. person: who is a natural person; None: nobody is known to
    be. company: who is known to be a company; None: it was not read.
    """

    party_ids: list[str]
    nodes: IntArray
    ordinals: IntArray
    stakes: Stakes
    bases: Bases
    couples: tuple[tuple[int, int], ...]
    rows: int
    merged: int
    unseen: int
    share: IntArray | None = None
    person: BoolArray | None = None
    company: BoolArray | None = None

    @property
    def capital(self) -> IntArray:
        """The share of each stake, parts per billion or UNKNOWN."""
        return self.stakes.votes if self.share is None else self.share

    @property
    def persons(self) -> BoolArray:
        """Who is a natural person, shape (n_parties,)."""
        return np.zeros(len(self.party_ids), dtype=np.bool_) if self.person is None else self.person

    @property
    def companies(self) -> BoolArray:
        """Who is known to be a company, shape (n_parties,); all but natural persons where the kinds were not read."""
        return ~self.persons if self.company is None else self.company

    @cached_property
    def ids(self) -> pl.Series:
        """The ids of all parties, by ordinal."""
        return pl.Series(self.party_ids, dtype=pl.String)

    def ordinal_of(self, node: np.ndarray[Any, Any]) -> IntArray:
        """Ordinals of nodes by their number, -1 for those that are no parties of the view."""
        return self._by_node.of(node)

    @cached_property
    def _by_node(self) -> LookUp:
        return LookUp(self.nodes, self.ordinals)

    def digest(self) -> str:
        """Over ids and integers in a fixed order: the same input has the same digest in any store.

        Parties are numbered by their place among those that the input names, so that others make no difference.
        """
        digest = hashlib.blake2b(digest_size=16)
        s, b = self.stakes, self.bases
        couples = np.asarray(self.couples, dtype=np.int64).reshape(-1, 2)
        named = np.zeros(len(self.party_ids), dtype=np.bool_)
        for ends in (s.owner, s.owned, b.controller, b.controlled, couples.ravel()):
            named[ends] = True
        used, place = np.flatnonzero(named), np.cumsum(named) - 1
        digest.update("\n".join(self.party_ids[i] for i in used.tolist()).encode())
        owner, owned, controller, controlled = (place[e] for e in (s.owner, s.owned, b.controller, b.controlled))
        columns = (owner, owned, s.votes, s.lower(), s.upper(), self.capital)
        rows = pl.DataFrame([pl.Series(str(place), column) for place, column in enumerate(columns)])
        for ordered in rows.sort(rows.columns).iter_columns():
            digest.update(np.ascontiguousarray(ordered.to_numpy()).tobytes())
        declared = sorted(
            (upper, lower, b.names[basis])
            for upper, lower, basis in zip(controller.tolist(), controlled.tolist(), b.basis.tolist(), strict=True)
        )
        digest.update(repr((declared, place[couples].tolist())).encode())
        digest.update(np.packbits(self.persons[used]).tobytes())
        return digest.hexdigest()


def read_parties(snapshots: Snapshots) -> RunInput:
    """The parties, and nothing that one has of another. Only a view of everything may be read."""
    parties = snapshots.rows(["parties"])["parties"]
    ids = parties["party_id"].astype(object)
    by_id = np.argsort(ids, kind="stable")
    rank = np.empty(by_id.size, dtype=np.int64)
    rank[by_id] = np.arange(by_id.size)
    by_node = np.argsort(parties["node"], kind="stable")
    return RunInput(
        party_ids=ids[by_id].tolist(),
        nodes=parties["node"][by_node],
        ordinals=rank[by_node],
        stakes=Stakes(nothing(), nothing(), nothing()),
        bases=Bases(),
        couples=(),
        rows=0,
        merged=0,
        unseen=0,
        person=parties["person"][by_id] == 1,
        company=parties["company"][by_id] == 1,
    )


def statements(family_as_one: bool) -> list[str]:
    """Those that the input is read by. The largest begins beside the parties, without which nothing goes on."""
    return ["stakes", "parties", "bases", *(["spouses"] if family_as_one else [])]


def read_input(snapshots: Snapshots, *, family_as_one: bool) -> RunInput:
    """The parties and what they hold. Only a view of everything may be read."""
    snapshots.ahead(statements(family_as_one))
    return read_holdings(snapshots, read_parties(snapshots), family_as_one=family_as_one)


def read_holdings(snapshots: Snapshots, known: RunInput, *, family_as_one: bool) -> RunInput:
    """What the parties known hold, how they control each other beside, and who are couples."""
    rows = snapshots.rows(name for name in statements(family_as_one) if name != "parties")
    held = rows["stakes"]
    stakes, share, unseen, merged = _stakes(snapshots.view, held, known)
    return replace(
        known,
        stakes=stakes,
        bases=_bases(rows["bases"], known),
        couples=_couples(rows["spouses"], known) if family_as_one else (),
        rows=int(held["owner"].size),
        merged=merged,
        unseen=unseen,
        share=share,
    )


def _stakes(view: View, rows: Columns, known: RunInput) -> tuple[Stakes, IntArray, int, int]:
    owner, owned = (known.ordinal_of(rows[name]) for name in ("owner", "owned"))
    seen = (owner >= 0) & (owned >= 0)
    unseen = int(np.count_nonzero(~seen))
    kept = np.flatnonzero(seen)
    chosen = kept[_one_source(view, owner[kept], owned[kept], rows["source"][kept], len(known.party_ids))]
    stakes = Stakes(
        owner[chosen],
        owned[chosen],
        rows["votes"][chosen],
        rows["votes_min"][chosen],
        rows["votes_max"][chosen],
    )
    return stakes, rows["share"][chosen], unseen, int(kept.size - chosen.size)


def _one_source(view: View, owner: IntArray, owned: IntArray, source: np.ndarray[Any, Any], n: int) -> BoolArray:
    """Which rows count: of a pair told by several sources those of the first in the order of sources.

    That order is asked for only where there is such a pair: it is found by going through all records of the bank.
    """
    names, code = np.unique(source.astype(str), return_inverse=True)
    pair = owner * np.int64(max(n, 1)) + owned
    by_pair = np.lexsort((code, pair))
    again = pair[by_pair][1:] == pair[by_pair][:-1]
    if not bool(np.any(again & (code[by_pair][1:] != code[by_pair][:-1]))):
        return np.ones(owner.size, dtype=np.bool_)
    order = {row["source"]: place for place, row in enumerate(view.read("snapshot/source_order"))}
    last = len(order)
    places = np.argsort(np.lexsort((names, np.asarray([order.get(name, last) for name in names.tolist()]))))
    rank = places[code]
    by_pair = np.lexsort((rank, pair))
    first = starts_of(pair[by_pair])
    best = np.repeat(rank[by_pair][first], np.diff(first, append=pair.size))
    chosen = np.empty(pair.size, dtype=np.bool_)
    chosen[by_pair] = rank[by_pair] == best
    return chosen


def _bases(rows: Columns, known: RunInput) -> Bases:
    controller, controlled = (known.ordinal_of(rows[name]) for name in ("controller", "controlled"))
    kept = (controller >= 0) & (controlled >= 0) & (controller != controlled)
    names, code = np.unique(rows["basis"].astype(str)[kept], return_inverse=True)
    return Bases(controller[kept], controlled[kept], code.astype(np.int64), tuple(names.tolist()))


def _couples(rows: Columns, known: RunInput) -> tuple[tuple[int, int], ...]:
    one, other = (known.ordinal_of(rows[name]) for name in ("one", "other"))
    pairs = {(min(a, b), max(a, b)) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a >= 0 and b >= 0}
    return tuple(sorted((a, b) for a, b in pairs if a != b))
