"""The households and families that earlier runs left open: tables, made into dictionaries only when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from api.services.run_input import RunInput
from api.services.run_results import EARLIER_MEMBERS, EarlierGroups, as_told, party_ids
from graph.store import View

_HOUSEHOLDS = ("snapshot/found_households", "snapshot/household_members")
_FAMILIES = ("snapshot/found_families", "snapshot/family_members")


_KNOWN = {"group_id": pl.String, "digest": pl.Int64, "open": pl.Boolean}


@dataclass(frozen=True)
class EarlierHomes:
    """Homes of one kind. known: all that runs ever found (`group_id`, `digest`, `open`). members: the open memberships,
    rows of `EARLIER_MEMBERS`. party: the ids of their parties, null for those that are gone."""

    known: pl.DataFrame
    members: pl.DataFrame
    party: pl.Series

    @cached_property
    def homes(self) -> Mapping[str, int]:
        """The digests of the open ones by id."""
        return dict(self.known.filter("open").select("group_id", "digest").iter_rows())

    @cached_property
    def table(self) -> pl.DataFrame:
        """The open memberships: `group_id`, `party_id`, `role`, `status`."""
        return self.members.select("group_id", "role", "status", party_id=self.party)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """`group_id`, `party_id`, `dissolved`: by what they keep their ids; one without parties has a row without."""
        return (
            self.known.join(self.table.drop_nulls("party_id"), on="group_id", how="left")
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
    known, found = view.table(of_homes), view.table(of_members)
    return EarlierHomes(as_told(known, _KNOWN), as_told(found, EARLIER_MEMBERS), party_ids(given, found["party"]))
