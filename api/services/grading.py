"""How a customer is graded by the score table, with the arithmetic, and what it contributes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from algorithms.grading import Band, grade_of, reached
from api.services.answers import Because, Money, day, money, stamp
from api.services.contribution import Contribution, Rows, contribution_of, last_told, unit_contribution
from api.services.grading_answer import GradeLine, GradingAnswer, GradingSection
from api.services.grading_rules import COUNTED, GradedBy, GradingFile
from api.services.measures import FLOWS, Measure, of_month
from api.services.months import MONTHS, month_of, told_month
from api.services.party import missing
from api.services.party_answer import PartyAnswer
from api.services.words import told_money
from graph.store import Row, View

Kind = Literal["person", "company"]
_NOUNS: dict[str, tuple[str, str]] = {
    "products": ("product held", "products held"),
    "years": ("whole year as a customer", "whole years as a customer"),
}


def grading(view: View, party_id: str, table: GradingFile) -> GradingAnswer:
    """The grade of a party. Raises NotFound, or JoinedAway naming the party that it was joined into."""
    rows = view.read("figures/graded", party_id=party_id, year=view.as_of.year)
    if not rows:
        raise missing(view, party_id)
    section = _graded(view, rows[0], table)
    section.contributions = _contributions(view, party_id, rows[0])
    because = [_because(section, table)] if section.grade else []
    return GradingAnswer(**stamp(view), because=because, party_id=party_id, grading=section)


def with_grading(view: View, table: GradingFile, answer: PartyAnswer) -> PartyAnswer:
    """A 360 with its grade, or why there is none."""
    found = grading(view, answer.party_id, table)
    answer.sections.grading = found.grading
    answer.because += found.because
    return answer


def _contributions(view: View, party_id: str, row: Row) -> list[Contribution]:
    own = contribution_of(view, "party", party_id, [row["figures"]])
    homes = (unit_contribution(view, "household", id) for id in row["households"])
    return [one for one in (own, *homes) if one]


def _graded(view: View, row: Row, table: GradingFile) -> GradingSection:
    kind = row["kind"]
    if not row["customer"] or kind not in ("person", "company"):
        return GradingSection(empty="it is no customer: customers alone are graded")
    rules = table.rules
    measures = getattr(rules, kind)
    lines = [_line(view, row, kind, measure, table) for measure in measures]
    points = sum(line.points for line in lines)
    most = sum(max(rule.unknown, rule.bands[-1].points) for rule in measures.values())
    return GradingSection(
        items=lines,
        total=len(lines),
        grade=grade_of(points, [(one.grade, one.at_least) for one in rules.grades]),
        points=points,
        most_points=most,
    )


def _because(section: GradingSection, table: GradingFile) -> Because:
    added = " + ".join(str(line.points) for line in section.items)
    least = next(one.at_least for one in table.rules.grades if one.grade == section.grade)
    text = f"{added} = {section.points} of {section.most_points} points; {section.grade} is given from {least} points"
    return Because(rule="grading", article=table.origin, text=text)


def _line(view: View, row: Row, kind: Kind, measure: GradedBy, table: GradingFile) -> GradeLine:
    bands = table.rules.bands(kind, measure)
    if measure in COUNTED:
        count = row["products"] if measure == "products" else whole_years(day(row["since"]), view.as_of)
        if count is None:
            return _unknown(kind, measure, table, "since when it is a customer is not known")
        one, several = _NOUNS[measure]
        what = f"{count:,} {one if count == 1 else several}"
        band = reached(count, 1, bands)
        told = _told(what, band, str(band.at_least) if band else None)
        return GradeLine(measure=measure, known=True, total=None, mean=None, months=None, count=count, **told)
    return _of_money(view, row["figures"], kind, measure, table, bands)  # type: ignore[arg-type]


def _of_money(
    view: View, figures: Rows, kind: Kind, measure: Measure, table: GradingFile, bands: Sequence[Band]
) -> GradeLine:
    currency = table.rules.currency
    last = last_told([figures], month_of(view.as_of), [measure])
    if last is None:
        return _unknown(kind, measure, table, "no month is told")
    months = [of_month(figures, measure, month) for month in range(last - MONTHS + 1, last + 1)]
    known = [one[currency] for one in months if currency in one]
    others = sorted({name or "no currency" for one in months for name in one if name != currency})
    if not known:
        return _unknown(kind, measure, table, f"told in {' and '.join(others)} alone")
    total = sum(known)
    band = reached(total, 1 if measure in FLOWS else len(known), bands)
    mean = None if measure in FLOWS else money(total // len(known), currency)
    average = f", on average {told_money(mean)}" if mean else ""
    beside = f"; what is told in {' and '.join(others)} is not counted" if others else ""
    what = f"{_money(total, currency)} in {len(known)} months up to {told_month(last)}{average}{beside}"
    least = money(band.at_least, currency) if band else None
    told = _told(what, band, least.amount if least else None)
    return GradeLine(
        measure=measure, known=True, total=money(total, currency), mean=mean, months=len(known), count=None, **told
    )


def _money(minor: int, currency: str) -> str:
    told: Money | None = money(minor, currency)
    return told_money(told) if told else ""


def _told(what: str, band: Band | None, least: str | None) -> dict[str, Any]:
    points = band.points if band else 0
    reason = f"at least {least}" if band else "below the first band"
    return {"at_least": least, "points": points, "text": f"{what}; {reason}: {points} points"}


def _unknown(kind: Kind, measure: GradedBy, table: GradingFile, why: str) -> GradeLine:
    points = getattr(table.rules, kind)[measure].unknown
    return GradeLine(
        measure=measure, known=False, total=None, mean=None, months=None, count=None, at_least=None, points=points,
        text=f"unknown: {why}: {points} points",
    )  # fmt: skip


def whole_years(since: date | None, today: date) -> int | None:
    """Whole years between two days."""
    if since is None:
        return None
    return max(0, today.year - since.year - ((today.month, today.day) < (since.month, since.day)))
