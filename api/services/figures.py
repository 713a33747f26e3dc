"""Figures for management and product roles: customers, balances, revenue, openings by branch, team, manager, segment,
product or month; what lies below a unit counts in its total exactly once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl

from api.services.answers import Because
from api.services.catalogue import why_empty
from api.services.figures_answer import FiguresAnswer, UnitFigures
from api.services.kept_figures import KeptFigures
from api.services.measures import FLOWS, KEPT, Measure, Tally
from api.services.months import Period, last_day, month_of, period, told_month
from api.services.organisation import IN_HIERARCHY, ROLLUP, Organisation, hierarchy_asked, organisation
from api.services.performance import ATTRIBUTION
from api.services.run_figures import CUSTOMERS, EVERYONE, MANAGER, OPENINGS, PRODUCT, SAVED
from graph import times
from graph.errors import BadInput
from graph.store import View

BY = ("branch", "team", "manager", "segment", SAVED, "product", "month")
_FOUND_BY = {"team": MANAGER, "month": EVERYONE}
"""What a run finds for those that it does not find by themselves."""
DEFAULT, MOST = 100, 1_000
ALL, NONE = "*", ""
"""All customers; those who are in no unit."""
Row = Mapping[str, Any]
OVERLAP = {
    SAVED: Because(
        rule="figures.overlap",
        text="a customer counts in every saved segment that the run found it in, so that rows may have customers in "
        "common; the total has each customer once. Members that are no customers count in neither",
    ),
    PRODUCT: Because(
        rule="figures.overlap",
        text="a customer counts with every product that it holds, with all its balances and revenue, not those of the "
        "product alone, so that rows may have customers in common; the total has each customer once",
    ),
}


@dataclass(frozen=True)
class FiguresAsked:
    """By what, in which hierarchy, at which level of it, over which months (`YYYY-MM`), and which measures alone."""

    by: str = "branch"
    hierarchy: str | None = None
    level: int | None = None
    first: str | None = None
    last: str | None = None
    measures: tuple[str, ...] = ()


def figures(view: View, archive: Path, asked: FiguresAsked, limit: int = DEFAULT, offset: int = 0) -> FiguresAnswer:
    """One page of the rows. Raises BadInput for what cannot be asked, naming the way out, and what `KeptRun` raises."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST:,}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)
    whole = all_figures(view, archive, asked)
    shown = whole.rows[offset : offset + limit]
    left = whole.total_rows - offset - len(shown)
    omitted = [*whole.omitted, *([f"{left:,} more: ask with offset={offset + len(shown)}"] if left > 0 else [])]
    return whole.model_copy(update={"rows": shown, "omitted": omitted})


def all_figures(view: View, archive: Path, asked: FiguresAsked) -> FiguresAnswer:
    """All rows: by hierarchy the higher ones first, then those with most customers. Raises as `figures`."""
    hierarchy, measures = _check(asked)
    period(asked.first, asked.last, None, view.as_of)  # what cannot be is refused before anything is read
    kept = KeptFigures(view, archive)
    told = kept.last_month()
    months = period(asked.first, asked.last, told, view.as_of)
    bank = organisation(view, hierarchy)
    if asked.by == SAVED:
        bank = replace(bank, known={row["segment"]["segment_id"]: row["segment"] for row in view.read("segments/all")})
    found = _Figures(kept, asked.by, months, measures, bank, view.day)
    rows = [found.row(id) for id in found.units() if found.is_shown(id, asked.level)]
    bank.check_level(asked.level, asked.by, hierarchy)
    rows.sort(key=lambda row: _order(row, asked.by))
    is_tree = asked.by in IN_HIERARCHY
    because = [ROLLUP] * is_tree + [ATTRIBUTION] * (asked.by in ("team", "manager"))
    return FiguresAnswer(
        **kept.stamp([] if told is not None else [f"figures: {why_empty(view, ('HAS_FIGURES',))}"]),
        because=because + [one for by, one in OVERLAP.items() if by == asked.by],
        by=asked.by,
        hierarchy=hierarchy if is_tree else None,
        level=asked.level,
        first=told_month(months.first),
        last=told_month(months.last),
        total=found.row(ALL),
        rows=rows,
        total_rows=len(rows),
        flags=bank.flags(hierarchy) if is_tree else [],
        empty=None if rows else "no customers that you may see",
    )


def _check(asked: FiguresAsked) -> tuple[str, tuple[Measure, ...]]:
    """The hierarchy and the measures. Raises BadInput."""
    if asked.by not in BY:
        raise BadInput(f"by is {asked.by[:50]!r}; give {', '.join(BY)}.", field="by", value=asked.by[:50])
    hierarchy = hierarchy_asked(asked.by, asked.hierarchy, asked.level)
    for one in asked.measures:
        if one not in KEPT:
            raise BadInput(f"measure is {one[:50]!r}; give any of {', '.join(KEPT)}.", field="measure", value=one[:50])
    chosen = tuple(one for one in KEPT if one in asked.measures or not asked.measures)
    return hierarchy, chosen


def _order(row: UnitFigures, by: str) -> tuple[Any, ...]:
    return (row.id is None, row.level is None, row.level or 0, 0 if by == "month" else -row.customers, row.id or "")


@dataclass
class _Unit:
    customers: int = 0
    sums: dict[Measure, Tally] = field(default_factory=lambda: defaultdict(Tally))
    taken_up: int = 0
    sold: int = 0


class _Figures:
    """What a run found summed up by unit: each under every unit that its own units are, or are below."""

    def __init__(
        self, kept: KeptFigures, by: str, asked: Period, measures: Sequence[Measure], bank: Organisation, today: int
    ) -> None:
        self._by, self._asked, self._bank, self._today = by, asked, bank, today
        self._measures = measures
        self._units: dict[str, _Unit] = defaultdict(_Unit)
        for found_by in {_FOUND_BY.get(by, by), EVERYONE}:
            self._add_customers(found_by, kept.rows(CUSTOMERS, found_by))
            for row in kept.amounts(found_by, asked, measures).iter_rows(named=True):
                self._add_amount(found_by, row)
            for row in kept.rows(OPENINGS, found_by).iter_rows(named=True):
                self._add_opening(found_by, row)

    def units(self) -> list[str]:
        """The units of which anything is told."""
        return [id for id in self._units if id != ALL]

    def is_shown(self, id: str, level: int | None) -> bool:
        """Whether a unit is a row of this question."""
        if self._by in IN_HIERARCHY and id != NONE and not self._bank.is_unit(id, self._by):
            return False
        return level is None or self._bank.levels.get(id) == level

    def row(self, id: str) -> UnitFigures:
        """What is told of a unit."""
        unit = self._units.get(id) or _Unit()
        known = self._bank.known.get(id, {})
        is_tree = self._by in IN_HIERARCHY
        named = id if self._by in ("segment", "month") else known.get("name")
        return UnitFigures(
            id=None if id in (ALL, NONE) else id,
            name="all" if id == ALL else named or None,
            code=known.get("code"),
            level=self._bank.levels.get(id) if is_tree else None,
            above=list(self._bank.parents.get(id, ())) if is_tree else [],
            customers=unit.customers,
            figures={measure: unit.sums[measure].figure() for measure in self._measures},
            openings_taken_up=unit.taken_up,
            openings_sold=unit.sold,
        )

    def _add_customers(self, found_by: str, rows: pl.DataFrame) -> None:
        """Customers of the last month, and of all of whom measures may tell something. rows: of `figures_customers`."""
        changes = rows.sort("since").rows(named=True)
        counts: Counter[tuple[str, ...]] = Counter()
        at = 0
        for month in self._asked:
            day = self._day(month)
            while at < len(changes) and changes[at]["since"] <= day:
                counts[tuple(changes[at]["units"])] += changes[at]["customers"]
                at += 1
            for keys, customers in counts.items():
                for id in self._over(found_by, keys, day) if customers else ():
                    unit = self._units[id]
                    of_month = self._by == "month" and id != ALL
                    unit.customers += customers if of_month or month == self._asked.last else 0
                    for measure in self._measures:
                        if self._counts(measure, id, month):
                            unit.sums[measure].asked += customers

    def _add_amount(self, found_by: str, row: Row) -> None:
        measure, month = row["measure"], row["month"]
        for id in self._over(found_by, row["units"], self._day(month)):
            if self._counts(measure, id, month):
                tally = self._units[id].sums[measure]
                tally.minor[row["currency"]] += row["amount"]
                tally.known += row["known"]

    def _add_opening(self, found_by: str, row: Row) -> None:
        if _month(row["day"]) in self._asked:
            for id in self._over(found_by, row["units"], row["day"]):
                self._units[id].taken_up += row["taken_up"]
                self._units[id].sold += row["sold"]

    def _counts(self, measure: Measure, id: str, month: int) -> bool:
        """Whether a month is one of those that a measure of a unit is of."""
        return measure in FLOWS or month == self._asked.last or (self._by == "month" and id != ALL)

    def _day(self, month: int) -> int:
        """The day of a month that tells who looks after whom."""
        return min(last_day(month), self._today)

    def _over(self, found_by: str, keys: Sequence[str], day: int) -> set[str]:
        """All that a row counts under."""
        if found_by == EVERYONE:
            return {ALL, told_month(_month(day))} if self._by == "month" else {ALL}
        own = self._bank.teams_of(keys, day) if self._by == "team" else keys
        over = self._bank.over if self._by in IN_HIERARCHY else {}
        return {unit for key in own for unit in over.get(key, (key,))} or {NONE}


def _month(day: int) -> int:
    return month_of(times.EPOCH + timedelta(days=day))
