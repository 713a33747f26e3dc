"""From opening to sale (商机全流程): what was taken up, offered, refused and sold, by what spoke for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pydantic import Field

from api.services.answers import Answer, Model, Money, many, stamp
from api.services.joined import follow
from api.services.known import parties_seen
from api.services.referrals import fraction, known_money
from graph import times
from graph.errors import BadInput
from graph.store import View

Row = Mapping[str, Any]
Step = tuple[str, int, str]
"""Outcome, value (-1 where not told), currency."""


class OpeningFigures(Model):
    """How far openings have come. An opening counts under each step that it ever took, once; what is worked on after a
    sale is another."""

    source: str = Field(description="what spoke most for them; `all` for their sum")
    worked_on: int = Field(description="openings on which something was done")
    taken_up: int
    offered: int
    refused: int = Field(description="refused last")
    sold: int
    conversion: str | None = Field(description="sold of worked on, an exact fraction; null where nothing was done")
    value: list[Money] = Field(description="of what was sold, as far as told, one a currency")
    unknown: int = Field(description="sold without a value told")


class FiguresAnswer(Answer):
    """From opening to sale."""

    since: date | None = Field(description="what was done from this day on")
    figures: list[OpeningFigures] = Field(description="all, then by source, those with most first")
    empty: str | None = Field(description="said where nothing was done")


def figures(view: View, since: date | None = None) -> FiguresAnswer:
    """What was done about openings of parties that the asker sees. Raises BadInput for a day to come."""
    if since and since > view.as_of:
        raise BadInput(f"since is {since}, after {view.as_of}; give an earlier day.", field="since", value=since)
    rows = [row["opening"] for row in view.read("openings/worked_on")]
    parties = {row["party_id"] for row in rows}
    seen = set(parties_seen(view, parties))
    seen |= set(follow(view, sorted(parties - seen)))  # who was joined away counts where it leads to one who is seen
    begun = times.to_day(since) if since else None
    by_source: dict[str, list[list[Step]]] = defaultdict(list)
    for row in rows:
        steps = _steps(row, view, begun)
        if steps and row["party_id"] in seen:
            by_source[row["source"]] += _until_sold(steps)
    every = [steps for some in by_source.values() for steps in some]
    ordered = sorted(by_source.items(), key=lambda one: (-len(one[1]), one[0]))
    hidden = len(parties - seen)
    return FiguresAnswer(
        **stamp(view, [f"{many(hidden, 'party')} outside your scope"] if hidden else []),
        since=since,
        figures=[_figures("all", every), *(_figures(source, some) for source, some in ordered)] if every else [],
        empty=None if every else "nothing was done about any opening that you may see",
    )


def _steps(row: Row, view: View, begun: int | None) -> list[Step]:
    columns = ("outcomes", "outcome_values", "outcome_currencies", "outcome_at", "outcome_seqs")
    until = times.end_of_day_ms(view.as_of, view.store.zone)
    return [
        (outcome, value, currency)
        for outcome, value, currency, at, seq in zip(*(row[name] for name in columns), strict=True)
        if seq <= view.seq and at <= until and (begun is None or times.day_of(at, view.store.zone) >= begun)
    ]


def _until_sold(steps: list[Step]) -> list[list[Step]]:
    """Steps parted after each sale."""
    found: list[list[Step]] = [[]]
    for step in steps:
        if found[-1] and found[-1][-1][0] == "sold":
            found.append([])
        found[-1].append(step)
    return found


def _figures(source: str, openings: list[list[Step]]) -> OpeningFigures:
    def ever(outcome: str) -> int:
        return sum(any(step[0] == outcome for step in steps) for steps in openings)

    sold = [step for steps in openings for step in steps if step[0] == "sold"]
    return OpeningFigures(
        source=source,
        worked_on=len(openings),
        taken_up=ever("taken_up"),
        offered=ever("offered"),
        refused=sum(steps[-1][0] == "refused" for steps in openings),
        sold=len(sold),
        conversion=fraction(len(sold), len(openings)),
        value=_values(sold),
        unknown=sum(value < 0 for _, value, _ in sold),
    )


def _values(sold: Iterable[Step]) -> list[Money]:
    total: dict[str, int] = defaultdict(int)
    for _, value, currency in sold:
        if value >= 0:
            total[currency] += value
    return [known_money(minor, currency) for currency, minor in sorted(total.items())]
