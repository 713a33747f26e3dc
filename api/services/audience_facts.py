"""What keeps candidates of an audience from being approached: read as columns, once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from algorithms.audience import IN_CAMPAIGN, NONE, OPTED_OUT, QUIET, REFUSED, SELECTED, Candidates
from api.services.campaigns import CampaignRef
from api.services.run_input import RunInput, read_parties
from api.services.segment_facts import lived_now
from graph import times
from graph.store import EVERYTHING, View


def read_candidates(
    view: View, one: CampaignRef, offered: str | None, parties: Sequence[str], quiet: int, refused: int
) -> Candidates:
    """Some parties as candidates, in their order. offered: the product; None: no certain one. quiet, refused: days."""
    whole = replace(view, scope=EVERYTHING)
    given = read_parties(whole)
    groups, homes = lived_now(whole, given)
    units = _Units(groups, homes)
    at = {party: ordinal for ordinal, party in enumerate(given.party_ids)}
    candidates = [at[party] for party in parties]
    contacts = _contacts(whole, given, one, view.day - max(quiet, refused))
    approached = contacts.filter(pl.col("kind") != "RESPONDED_TO")
    answers = contacts.filter((pl.col("kind") == "RESPONDED_TO") & (pl.col("response") == "refused"))
    is_it = pl.col("campaign") == one.campaign_id
    answers = answers.filter(is_it | (pl.col("product") == offered) if offered else is_it)
    lately = approached.filter((pl.col("kind") == "TARGETED_BY") & (pl.col("day") >= view.day - quiet))
    no = set(answers.filter(pl.col("day") >= view.day - refused)["party"].to_list())
    no |= _refused_openings(whole, at, offered, view.day - refused)
    reached = units.near(approached.filter(pl.col("campaign") == one.campaign_id)["party"].to_list())
    resting = units.near(lately["party"].to_list())
    told = whole.snapshot("snapshot/numbers", attribute="marketing_opt_out")
    opted_out = set(given.ordinal_of(told["party"])[told["value"] == 1].tolist())
    reasons = ((OPTED_OUT, opted_out), (IN_CAMPAIGN, reached), (QUIET, resting), (REFUSED, no))
    blocked = [next((reason for reason, who in reasons if party in who), SELECTED) for party in candidates]
    branch = _branches(whole, given)
    return Candidates(
        blocked=np.asarray(blocked, dtype=np.int64),
        household=np.asarray([units.home.get(party, NONE) for party in candidates], dtype=np.int64),
        branch=np.asarray([branch.get(party, NONE) for party in candidates], dtype=np.int64),
        groups=tuple(tuple(units.groups.get(party, ())) for party in candidates),
    )


class _Units:
    """home: the household of each party that lives in one, as a number; groups: those it is a member of."""

    def __init__(self, groups: pl.DataFrame, homes: pl.DataFrame) -> None:
        self.home: dict[int, int] = {}
        self.groups: dict[int, list[int]] = defaultdict(list)
        for rows, name in ((homes, "household_id"), (groups, "group_id")):
            numbered = rows.sort(name, "party").select("party", unit=pl.col(name).rank("dense").cast(pl.Int64))
            for party, unit in numbered.iter_rows():
                if name == "household_id":
                    self.home.setdefault(party, unit)
                else:
                    self.groups[party].append(unit)

    def near(self, parties: Sequence[int]) -> set[int]:
        """These, and all who share a household or a group with one of them."""
        homes = {self.home[one] for one in parties if one in self.home}
        groups = {unit for one in parties for unit in self.groups.get(one, ())}
        found = set(parties) | {one for one, home in self.home.items() if home in homes}
        return found | {one for one, units in self.groups.items() if not groups.isdisjoint(units)}


def _contacts(view: View, given: RunInput, one: CampaignRef, since: int) -> pl.DataFrame:
    rows = view.snapshot("snapshot/campaign_contacts", since=since, campaign_id=one.campaign_id)
    party = given.ordinal_of(rows["party"])
    columns = {
        name: [str(text) for text in rows[name].tolist()] for name in ("campaign", "product", "kind", "response")
    }
    schema = {"party": pl.Int64, "day": pl.Int64, **dict.fromkeys(columns, pl.String)}
    frame = pl.DataFrame({"party": party, "day": rows["day"].astype(np.int64), **columns}, schema=schema)
    return frame.filter(pl.col("party") >= 0)


def _refused_openings(view: View, at: dict[str, int], product_id: str | None, since: int) -> set[int]:
    """Who refused an opening of the product, and did nothing else about it since."""
    found = set()
    for row in view.read("openings/all") if product_id else ():
        is_it = row["product_id"] == product_id and row["party_id"] in at and row["outcomes"][-1] == "refused"
        if is_it and times.day_of(row["at"][-1], view.store.zone) >= since:
            found.add(at[row["party_id"]])
    return found


def _branches(view: View, given: RunInput) -> dict[int, int]:
    """The branch of each party, as a number; of several the first by id."""
    rows = view.snapshot("snapshot/branches")
    names = sorted({str(one) for one in rows["value"].tolist()})
    number = {name: at for at, name in enumerate(names)}
    found: dict[int, int] = {}
    for party, branch in zip(given.ordinal_of(rows["party"]).tolist(), rows["value"].tolist(), strict=True):
        found[party] = min(number[branch], found.get(party, number[branch]))
    return found
