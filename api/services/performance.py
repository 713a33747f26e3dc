"""What the customers of a relationship manager brought: deposits, loans, revenue, by month and by branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.services.answers import Because, stamp
from api.services.catalogue import why_empty
from api.services.contribution import last_told
from api.services.linkage_answer import BranchRef
from api.services.managers import find_manager
from api.services.measures import FLOWS, KEPT, Tally, of_month
from api.services.months import Period, last_day, month_of, period, told_month
from api.services.organisation import ROLLUP, Organisation, hierarchy_asked, organisation
from api.services.performance_answer import BranchFigures, Figures, MonthFigures, PerformanceAnswer
from graph.store import View

Row = Mapping[str, Any]
Assignment = Sequence[Any]
"""Manager, role, first day, day after the last."""
MAIN = "main"
ATTRIBUTION = Because(
    rule="figures.attribution",
    text="a month of a customer counts with one manager: who had the main role on its last day, the earliest of "
    "several; where nobody has that role, who looked after the customer first",
)


def holder(managers: Iterable[Assignment], day: int) -> str | None:
    """The manager with whom a customer counts on a day."""
    held = [(role != MAIN, since, who) for who, role, since, until in managers if since <= day < until]
    return min(held)[2] if held else None


def performance(
    view: View, manager: str, first: str | None = None, last: str | None = None, hierarchy: str | None = None
) -> PerformanceAnswer:
    """A manager's performance, by id, staff number or name, over months `YYYY-MM`; by default those of the latest year
    that is told. hierarchy: in which branches stand above each other, `rollup` or `coverage`. Raises NotFound for an
    unknown manager, BadInput for a period or hierarchy that cannot be."""
    period(first, last, None, view.as_of)  # what cannot be is refused before anything is read
    chosen = hierarchy_asked("branch", hierarchy, None)
    told = find_manager(view, manager)
    rows = view.read("figures/managed", manager_id=told.manager_id, year=view.as_of.year)[0]["customers"]
    asked = period(first, last, last_told([row["figures"] for row in rows], month_of(view.as_of)), view.as_of)
    counted = {
        month: [row for row in rows if holder(row["managers"], _day(view, month)) == told.manager_id] for month in asked
    }
    on = _day(view, asked.last)
    looked_after = [row for row in rows if any(_holds(one, told.manager_id, on) for one in row["managers"])]
    bank = organisation(view, chosen)
    return PerformanceAnswer(
        **stamp(view),
        because=[ATTRIBUTION, ROLLUP],
        manager=told,
        first=told_month(asked.first),
        last=told_month(asked.last),
        total=Figures(**_figures(counted, asked)),
        months=[
            MonthFigures(month=told_month(month), **_figures({month: counted[month]}, Period(month, month)))
            for month in asked
        ],
        hierarchy=chosen,
        branches=_branches(counted, asked, bank),
        flags=bank.flags(chosen),
        assisting=sum(_is_customer(row, asked.last) for row in looked_after) - _customers(counted, asked),
        empty=None if any(counted.values()) else _why_empty(view, told.called, asked),
    )


def _day(view: View, month: int) -> int:
    """The last day of a month that the view knows of."""
    return min(last_day(month), view.day)


def _holds(assignment: Assignment, manager_id: str, day: int) -> bool:
    who, _, since, until = assignment
    return bool(who == manager_id and since <= day < until)


def _is_customer(row: Row, month: int) -> bool:
    """Whether somebody was a customer by the end of a month; who is not told since when always was."""
    return row["since"] is None or row["since"] <= last_day(month)


def _customers(counted: Mapping[int, Sequence[Row]], asked: Period) -> int:
    """Customers of the last month."""
    return sum(_is_customer(row, asked.last) for row in counted[asked.last])


def _figures(counted: Mapping[int, Sequence[Row]], asked: Period) -> dict[str, Any]:
    """The fields of `Figures`. counted: by month, the customers who count in it."""
    told: dict[str, Any] = {"customers": _customers(counted, asked)}
    for measure in KEPT:
        tally = Tally()
        for month in asked if measure in FLOWS else (asked.last,):
            for row in counted[month]:
                tally.add(of_month(row["figures"], measure, month), _is_customer(row, month))
        told[measure] = tally.figure()
    return told


def _branches(counted: Mapping[int, Sequence[Row]], asked: Period, bank: Organisation) -> list[BranchFigures]:
    """The period by branch with all below it, the one with most customers first."""
    of_branch: dict[str | None, dict[int, list[Row]]] = defaultdict(lambda: {month: [] for month in counted})
    names: dict[str, str | None] = {}
    for month, rows in counted.items():
        for row in rows:
            names |= {one["branch_id"]: one["name"] for one in row["branches"]}
            own = [one["branch_id"] for one in row["branches"]]
            for id in bank.above(own, "branch") or (None,):
                of_branch[id][month].append(row)
    made = {id or "": _branch(id, months, asked, bank, names) for id, months in of_branch.items()}
    return [one for _, one in sorted(made.items(), key=lambda item: (-item[1].customers, item[1].level or 0, item[0]))]


def _branch(
    id: str | None,
    counted: Mapping[int, Sequence[Row]],
    asked: Period,
    bank: Organisation,
    names: Mapping[str, str | None],
) -> BranchFigures:
    figures = _figures(counted, asked)
    if id is None:
        return BranchFigures(branch=None, **figures)
    name = bank.known.get(id, {}).get("name") or names.get(id)
    above = list(bank.parents.get(id, ()))
    return BranchFigures(branch=BranchRef(branch_id=id, name=name), level=bank.levels.get(id), above=above, **figures)


def _why_empty(view: View, called: str, asked: Period) -> str:
    if not view.read("figures/any", year=view.as_of.year):
        return why_empty(view, ("HAS_FIGURES",))
    return (
        f"no customer that you may see counted with {called} from {told_month(asked.first)} to {told_month(asked.last)}"
    )
