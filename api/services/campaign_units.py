"""What came of a campaign by branch, team or manager of those approached; what lies below a unit is in it, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from api.services.answers import Answer, Model, Money, stamp
from api.services.campaigns import CampaignRef, Contacted, came_of, contacted, find_campaign
from api.services.organisation import IN_HIERARCHY, ROLLUP, Organisation, hierarchy_asked, organisation
from api.services.performance import ATTRIBUTION, holder
from graph.errors import BadInput
from graph.store import View

BY = (*IN_HIERARCHY, "manager")
_AT_ONCE = 10_000


class CampaignUnit(Model):
    """What came of it with the customers of one branch, team or manager."""

    id: str | None = Field(description="null for parties of none")
    name: str | None
    code: str | None = Field(description="the bank's own code, or staff number")
    level: int | None = Field(description="how deep in the hierarchy, 1 at the top; null in a circle")
    above: list[str] = Field(description="ids of the units directly above")
    reached: int = Field(description="parties that it approached")
    answered: int = Field(description="of these, who answered at all")
    interested: int
    refused: int
    bought: int
    value: list[Money]
    unknown_value: int = Field(description="buyers of whom no value is known")


class CampaignUnitsAnswer(Answer):
    """Rows of those with most reached first; units without any are left out."""

    campaign: CampaignRef
    by: str
    hierarchy: str | None = Field(description="rollup or coverage, of branches and teams; null otherwise")
    level: int | None
    total: CampaignUnit = Field(description="each party once")
    rows: list[CampaignUnit]
    flags: list[str] = Field(description="what is doubtful in the hierarchy: units that stand above themselves")
    empty: str | None = Field(description="why there is nothing")


def campaign_units(
    view: View, asked: str, by: str = BY[0], hierarchy: str | None = None, level: int | None = None
) -> CampaignUnitsAnswer:
    """By the branches and managers of the day. Raises BadInput for another `by`, hierarchy or level, NotFound for an
    unknown campaign."""
    if by not in BY:
        raise BadInput(f"by is {by[:50]!r}; give {', '.join(BY)}.", field="by", value=by[:50])
    chosen = hierarchy_asked(by, hierarchy, level)
    one, bank = find_campaign(view, asked), organisation(view, chosen)
    bank.check_level(level, by, chosen)
    reached = {id: person for id, person in contacted(view, one).items() if person.approached is not None}
    of_unit: dict[str | None, list[Contacted]] = defaultdict(list)
    for party_id, units in _units(view, reached, by, bank).items():
        for unit in units or (None,):
            of_unit[unit].append(reached[party_id])
    rows = [_row(id, people, bank, by) for id, people in of_unit.items()]
    rows = [row for row in rows if level in (None, row.level)]
    is_tree = by in IN_HIERARCHY
    return CampaignUnitsAnswer(
        **stamp(view, [] if view.scope.everything else ["parties outside your scope, if there are any"]),
        because=[ROLLUP] * is_tree + [ATTRIBUTION] * (by != "branch"),
        campaign=one,
        by=by,
        hierarchy=chosen if is_tree else None,
        level=level,
        total=_row(None, reached.values(), bank, by).model_copy(update={"name": "all"}),
        rows=sorted(rows, key=lambda row: (-row.reached, row.level or 0, row.id or "")),
        flags=bank.flags(chosen) if is_tree else [],
        empty=None if rows else f"nobody at level {level}" if reached else "it approached nobody whom you may see",
    )


def _units(view: View, parties: Iterable[str], by: str, bank: Organisation) -> dict[str, set[str]]:
    """The branches, teams or managers that each party counts with."""
    ids, found = sorted(parties), dict[str, set[str]]()
    for start in range(0, len(ids), _AT_ONCE):
        for party_id, branches, managers in view.read("campaigns/places", ids=ids[start : start + _AT_ONCE])[0][
            "found"
        ]:
            who = holder(managers, view.day)
            mine = [who] if who else []
            if by == "manager":
                found[party_id] = set(mine)
            else:
                found[party_id] = bank.above(branches if by == "branch" else bank.teams_of(mine, view.day), by)
    return found


def _row(id: str | None, people: Iterable[Contacted], bank: Organisation, by: str) -> CampaignUnit:
    known: Mapping[str, Any] = bank.known.get(id, {}) if id else {}
    is_tree = by in IN_HIERARCHY and id is not None
    return CampaignUnit(
        id=id,
        name=known.get("name"),
        code=known.get("code"),
        level=bank.levels.get(id) if is_tree and id else None,
        above=list(bank.parents.get(id, ())) if is_tree and id else [],
        **came_of(people),
    )
