"""The households and families that earlier runs left open: columns, made into dictionaries only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from api.services.run_input import RunInput
from api.services.run_results import EarlierGroups, rows_of
from api.services.snapshots import Columns
from graph.store import View

_HOUSEHOLDS = ("snapshot/found_households", "snapshot/household_members")
_FAMILIES = ("snapshot/found_families", "snapshot/family_members")


@dataclass(frozen=True)
class EarlierHomes:
    """Homes of one kind. known: all that runs ever found. found: the open memberships; party: the ids of their parties,
    null for those that are gone."""

    known: Columns
    found: Columns
    party: pl.Series

    @cached_property
    def homes(self) -> Mapping[str, int]:
        """The digests of the open ones by id."""
        return {id: digest for id, digest, is_open in rows_of(self.known, "group_id", "digest", "open") if is_open}

    @cached_property
    def members(self) -> Mapping[str, tuple[int, str, str, str]]:
        """By link id `seq_in`, role, status, reasons a line each."""
        columns = ("link", "seq_in", "role", "status", "reasons")
        return {link: (seq, *told) for link, seq, *told in rows_of(self.found, *columns)}

    @cached_property
    def table(self) -> pl.DataFrame:
        """The open memberships: `group_id`, `party_id`, `role`, `status`."""
        names = ("group_id", "role", "status")
        return pl.DataFrame({"party_id": self.party, **{name: _texts(self.found, name) for name in names}})

    @cached_property
    def frame(self) -> pl.DataFrame:
        """`group_id`, `party_id`, `dissolved`: by what they keep their ids; one without parties has a row without."""
        homes = pl.DataFrame({"group_id": _texts(self.known, "group_id"), "open": self.known["open"].astype(bool)})
        return (
            homes.join(self.table.drop_nulls("party_id"), on="group_id", how="left")
            .select("group_id", "party_id", dissolved=~pl.col("open"))
            .sort("dissolved", "group_id", "party_id")
        )

    @cached_property
    def memory(self) -> EarlierGroups:
        """By which parties they keep their ids."""
        return EarlierGroups.of(self.frame)


def read_earlier_homes(view: View, given: RunInput) -> tuple[EarlierHomes, EarlierHomes]:
    """The households and the families that are open now."""
    household, family = (_read(view, given, *names) for names in (_HOUSEHOLDS, _FAMILIES))
    return household, family


def _read(view: View, given: RunInput, of_homes: str, of_members: str) -> EarlierHomes:
    found = view.snapshot(of_members)
    at = pl.Series(given.ordinal_of(found["party"]))
    ids = pl.Series(given.party_ids, dtype=pl.String)
    return EarlierHomes(view.snapshot(of_homes), found, ids.gather(at.set(at < 0, None)))


def _texts(columns: Columns, name: str) -> pl.Series:
    return pl.Series(name, columns[name].tolist(), dtype=pl.String)
