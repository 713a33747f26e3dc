"""Figures for management and product roles: customers, balances, revenue, openings by branch, team, manager, segment,
product or month; what lies below a unit counts in its total exactly once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from api.services.answers import Because, stamp
from api.services.catalogue import why_empty
from api.services.figures_answer import FiguresAnswer, UnitFigures
from api.services.measures import FLOWS, KEPT, Measure, Tally
from api.services.months import MONTHS, Period, last_day, month_of, period, told_month
from api.services.organisation import HIERARCHIES, Organisation, organisation
from api.services.performance import ATTRIBUTION, holder
from graph import times
from graph.errors import BadInput
from graph.store import View

BY = ("branch", "team", "manager", "segment", "product", "month")
IN_HIERARCHY = ("branch", "team")
MONTHLY = ("team", "manager", "month")
"""By these each month is looked at by itself: who looked after a customer may differ."""
DEFAULT, MOST = 100, 1_000
TIMEOUT_S = 120.0
"""A large bank's customers are gone through once."""
ALL, NONE = "*", ""
"""All customers; those who are in no unit."""
Row = Mapping[str, Any]
Cell = Sequence[Any]
ROLLUP = Because(
    rule="figures.rollup",
    text="a unit's total is that of all customers whose own units it is, or stands above by any way, each once",
)


@dataclass(frozen=True)
class FiguresAsked:
    """By what, in which hierarchy, at which level of it, over which months (`YYYY-MM`), and which measures alone."""

    by: str = "branch"
    hierarchy: str | None = None
    level: int | None = None
    first: str | None = None
    last: str | None = None
    measures: tuple[str, ...] = ()


def figures(view: View, asked: FiguresAsked, limit: int = DEFAULT, offset: int = 0) -> FiguresAnswer:
    """One page of the rows. Raises BadInput for what cannot be asked, naming the way out."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST:,}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)
    whole = all_figures(view, asked)
    shown = whole.rows[offset : offset + limit]
    left = whole.total_rows - offset - len(shown)
    omitted = [*whole.omitted, *([f"{left:,} more: ask with offset={offset + len(shown)}"] if left > 0 else [])]
    return whole.model_copy(update={"rows": shown, "omitted": omitted})


def all_figures(view: View, asked: FiguresAsked) -> FiguresAnswer:
    """All rows: by hierarchy the higher ones first, then those with most customers. Raises BadInput as `figures`."""
    hierarchy, measures = _check(asked)
    period(asked.first, asked.last, None, view.as_of)  # what cannot be is refused before anything is read
    told = view.read("figures/latest", year=view.as_of.year)[0]["month"]
    months = period(asked.first, asked.last, told, view.as_of)
    bank = organisation(view, hierarchy)
    found = _Figures(view, asked.by, months, measures, bank)
    rows = [found.row(id) for id in found.units() if found.is_shown(id, asked.level)]
    if asked.level and not any(level == asked.level for level in found.levels()):
        deepest = max((level for level in found.levels() if level), default=0)
        raise BadInput(
            f"No {asked.by} stands at level {asked.level} of the {hierarchy} hierarchy; the deepest is {deepest}.",
            field="level",
            value=asked.level,
        )
    rows.sort(key=_order)
    is_tree = asked.by in IN_HIERARCHY
    return FiguresAnswer(
        **stamp(view, [] if told is not None else [f"figures: {why_empty(view, ('HAS_FIGURES',))}"]),
        because=[ROLLUP] * is_tree + [ATTRIBUTION] * (asked.by in ("team", "manager")),
        by=asked.by,
        hierarchy=hierarchy if is_tree else None,
        level=asked.level,
        first=told_month(months.first),
        last=told_month(months.last),
        total=found.row(ALL),
        rows=rows,
        total_rows=len(rows),
        flags=_flags(bank, hierarchy) if is_tree else [],
        empty=None if rows else "no customers that you may see",
    )


def _check(asked: FiguresAsked) -> tuple[str, tuple[Measure, ...]]:
    """The hierarchy and the measures. Raises BadInput."""
    if asked.by not in BY:
        raise BadInput(f"by is {asked.by[:50]!r}; give {', '.join(BY)}.", field="by", value=asked.by[:50])
    if asked.hierarchy is not None and asked.hierarchy not in HIERARCHIES:
        raise BadInput(
            f"hierarchy is {asked.hierarchy[:50]!r}; give {' or '.join(HIERARCHIES)}.",
            field="hierarchy",
            value=asked.hierarchy[:50],
        )
    for name, given in (("hierarchy", asked.hierarchy), ("level", asked.level)):
        if given is not None and asked.by not in IN_HIERARCHY:
            raise BadInput(f"{name} is of {' and '.join(IN_HIERARCHY)}; leave it out by {asked.by}.", field=name)
    if asked.level is not None and asked.level < 1:
        raise BadInput(f"level is {asked.level}; give 1 for the top, 2 for what is below it …", field="level")
    for one in asked.measures:
        if one not in KEPT:
            raise BadInput(f"measure is {one[:50]!r}; give any of {', '.join(KEPT)}.", field="measure", value=one[:50])
    chosen = tuple(one for one in KEPT if one in asked.measures or not asked.measures)
    return asked.hierarchy or HIERARCHIES[0], chosen


def _order(row: UnitFigures) -> tuple[Any, ...]:
    by_month = row.customers is None
    return (row.id is None, row.level is None, row.level or 0, 0 if by_month else -(row.customers or 0), row.id or "")


def _flags(bank: Organisation, hierarchy: str) -> list[str]:
    return [
        f"{bank.known[unit].get('name') or unit} ({unit}) stands above itself in the {hierarchy} hierarchy: what is in "
        "that circle counts in each of its units once"
        for unit in sorted(bank.circles)
    ]


@dataclass(frozen=True)
class _Span:
    """Months of one calendar year, from 0, with the last day that tells who looks after whom."""

    year: int
    first: int
    last: int
    day: int

    @property
    def months(self) -> int:
        return self.last + 1 - self.first


def _month_span(month: int, today: int) -> _Span:
    return _Span(month // MONTHS, month % MONTHS, month % MONTHS, min(last_day(month), today))


def _spans(by: str, asked: Period, today: int) -> list[_Span]:
    """The spans that are read. The last one is the last month, whose balances and customers count."""
    if by in MONTHLY:
        return [_month_span(month, today) for month in asked]
    parts = [(max(asked.first, year * MONTHS), min(asked.last, year * MONTHS + MONTHS - 1)) for year in asked.years]
    flows = [_Span(first // MONTHS, first % MONTHS, last % MONTHS, today) for first, last in parts]
    return [*flows, _month_span(asked.last, today)]


@dataclass
class _Unit:
    customers: int = 0
    sums: dict[Measure, Tally] = field(default_factory=lambda: defaultdict(Tally))
    taken_up: int = 0
    sold: int = 0


class _Figures:
    """Cells of the store summed up by unit: each under every unit that its own units are, or are below."""

    def __init__(self, view: View, by: str, asked: Period, measures: Sequence[Measure], bank: Organisation) -> None:
        self._view, self._by, self._asked, self._bank = view, by, asked, bank
        self._measures = measures
        self._spans = _spans(by, asked, view.day)
        self._units: dict[str, _Unit] = defaultdict(_Unit)
        for cell in self._cells():
            self._add(*cell)
        for opening in view.read("figures/openings")[0]["found"]:
            self._add_opening(opening)

    def units(self) -> list[str]:
        """The units of which anything is told."""
        return [id for id in self._units if id != ALL]

    def is_shown(self, id: str, level: int | None) -> bool:
        """Whether a unit is a row of this question."""
        if self._by in IN_HIERARCHY and id != NONE and (id in self._bank.teams) != (self._by == "team"):
            return False
        return level is None or self._bank.levels.get(id) == level

    def levels(self) -> list[int | None]:
        """The levels at which units of this kind stand."""
        is_team = self._by == "team"
        return [level for id, level in self._bank.levels.items() if (id in self._bank.teams) == is_team]

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
            customers=None if self._by == "month" and id != ALL else unit.customers,
            figures={measure: unit.sums[measure].figure() for measure in self._measures},
            openings_taken_up=unit.taken_up,
            openings_sold=unit.sold,
        )

    def _cells(self) -> Iterator[Cell]:
        spans = [[at, one.year, one.first, one.last, one.day] for at, one in enumerate(self._spans)]
        names = [KEPT[measure] for measure in self._measures]
        asked = {"by": self._by, "years": self._asked.years, "names": names, "spans": spans}
        (row,) = self._view.read("figures/amounts", timeout_s=TIMEOUT_S, **asked)
        return iter(row["found"])

    def _add(self, keys: Sequence[str], at: int, name: str, currency: str, amount: int, months: int) -> None:
        span, is_last = self._spans[at], at == len(self._spans) - 1
        for id in self._over(self._keys(keys, span)):
            unit = self._units[id]
            if not name and is_last:
                unit.customers += amount
            for measure in self._measures:
                if not self._counts(measure, id, is_last=is_last):
                    continue
                if not name:
                    unit.sums[measure].asked += amount * span.months
                elif KEPT[measure] == name:
                    unit.sums[measure].minor[currency] += amount
                    unit.sums[measure].known += months

    def _counts(self, measure: Measure, id: str, *, is_last: bool) -> bool:
        """Whether a span is one of those that a measure of a unit is of."""
        if self._by == "month" and id != ALL:
            return True
        return is_last if measure not in FLOWS else self._by in MONTHLY or not is_last

    def _keys(self, keys: Sequence[str], span: _Span) -> Sequence[str]:
        if self._by == "month":
            return [told_month(span.year * MONTHS + span.first)]
        return self._bank.teams_of(keys, span.day) if self._by == "team" else keys

    def _over(self, keys: Iterable[str]) -> set[str]:
        """All that these keys count under."""
        over = self._bank.over if self._by in IN_HIERARCHY else {}
        found = {unit for key in keys for unit in over.get(key, (key,))}
        return (found or {NONE}) | {ALL}

    def _add_opening(self, opening: Row) -> None:
        view = self._view
        until = times.end_of_day_ms(view.as_of, view.store.zone)
        steps: dict[str, int] = {}
        for outcome, at, seq in zip(opening["outcomes"], opening["at"], opening["seqs"], strict=True):
            if seq <= view.seq and at <= until:
                steps.setdefault(outcome, times.day_of(at, view.store.zone))
        for outcome in ("taken_up", "sold"):
            if outcome in steps and _month(steps[outcome]) in self._asked:
                for id in self._over(self._opening_keys(opening, steps[outcome])):
                    unit = self._units[id]
                    unit.taken_up += outcome == "taken_up"
                    unit.sold += outcome == "sold"

    def _opening_keys(self, opening: Row, day: int) -> Sequence[str]:
        if self._by == "branch":
            keys: Sequence[str] = opening["branches"]
            return keys
        if self._by in ("manager", "team"):
            who = holder(opening["managers"], day)
            held = [who] if who else []
            return held if self._by == "manager" else self._bank.teams_of(held, day)
        if self._by == "month":
            return [told_month(_month(day))]
        return [opening["segment"] if self._by == "segment" else opening["product_id"] or NONE]


def _month(day: int) -> int:
    return month_of(times.EPOCH + timedelta(days=day))
