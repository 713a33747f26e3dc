"""Guarantee circles and mutual pairs that a run found, with what the guarantees in them add up to and are worth."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from api.services.answers import Answer, Because, Model, Money, PartyRef, many, money, party_ref, stamp
from api.services.group_views import run_day_view, run_record
from api.services.guarantee_cover import CIRCLE, MUTUAL, set_id
from api.services.known import known
from api.services.reasons import HIDDEN
from api.services.run_archive import Archive
from graph.errors import BadInput
from graph.store import View

MOST = 500
RULE = "guarantees.circle"


class CircleMember(Model):
    """A party of a circle, and what it guarantees for the next one (of the last: for the first)."""

    party: PartyRef | None = Field(description="null for a party outside your scope")
    guarantees: Money | None = Field(description="null where an amount is not known")


class Cover(Model):
    """What guarantees inside a set add up to, and the least that they are worth: of each member the smaller of what it
    guarantees inside, and its equity with what outsiders guarantee of its debts."""

    nominal: Money
    nominal_unknown: int = Field(description="guarantees whose amount is not known")
    real: Money
    not_assessed: int = Field(description="members whose part may be worth more, since something is not known")


class Circle(Model):
    """Parties that guarantee each other all round; two of them are a mutual pair."""

    circle_id: str
    kind: str = Field(description="circle (three parties or more) or mutual")
    members: list[CircleMember]
    cover: Cover | None


class TangledComponent(Model):
    """Parties that all reach each other along guarantees, past the cap of circles: given whole."""

    component_id: str
    size: int
    circles: str = Field(description="how many there are at least, in words")


class CirclesAnswer(Answer):
    """Circles and mutual pairs, the largest sum of guarantees first, ties by id."""

    circles: list[Circle]
    total: int
    offset: int
    components: list[TangledComponent] = Field(description="components whose circles are too many to be listed")


@dataclass(frozen=True)
class _Kept:
    circle_id: str
    kind: str
    members: list[tuple[str, int | None]]


def circles(view: View, archive: Path, limit: int = 50, offset: int = 0) -> CirclesAnswer:
    """The circles of the view's run. Raises BadInput, NotFound for a day without a run, or without its tables."""
    for field, value, least, most in (("limit", limit, 1, MOST), ("offset", offset, 0, 10**9)):
        if not least <= value <= most:
            raise BadInput(f"{field} is {value}; give a number from {least} to {most:,}.", field=field, value=value)
    run_id = run_day_view(view)
    tables = Archive(archive, run_id)
    cover = covers(tables)
    kept = sorted(
        circles_kept(tables), key=lambda one: (-cover.get(one.circle_id, _NOTHING)["nominal_minor"], one.circle_id)
    )
    shown = kept[offset : offset + limit]
    left = len(kept) - offset - len(shown)
    omitted = [f"{many(left, 'more circle')}: ask with offset={offset + len(shown)}"] if left > 0 else []
    told = tell(view, shown, cover)
    return CirclesAnswer(
        **stamp(view, omitted),
        because=because(view, told),
        circles=told,
        total=len(kept),
        offset=offset,
        components=_components(tables),
    )


_NOTHING: Mapping[str, Any] = {"nominal_minor": 0}


def covers(tables: Archive, ids: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """What the run found of cover by the id of each set; of some sets alone where ids are given."""
    rows = pl.scan_parquet(tables.table("guarantee_cover"))
    if ids is not None:
        rows = rows.filter(pl.col("circle_id").is_in(list(ids)) | pl.col("group_id").is_in(list(ids)))
    return {row["circle_id"] or row["group_id"]: row for row in rows.collect().iter_rows(named=True)}


def circles_kept(tables: Archive, touching: Collection[str] | None = None) -> list[_Kept]:
    """Circles, then mutual pairs; those that touch some parties alone where these are given."""
    found: dict[str, list[tuple[str, int | None]]] = {}
    rows = pl.read_parquet(tables.table("circles")).sort("circle_id", "position")
    for circle, _, party, amount in rows.iter_rows():
        found.setdefault(circle, []).append((party, amount))
    kept = [_Kept(circle, CIRCLE, members) for circle, members in found.items()]
    for one, other, amount, back in pl.read_parquet(tables.table("mutual_pairs")).iter_rows():
        kept.append(_Kept(set_id("M-", [one, other]), MUTUAL, [(one, amount), (other, back)]))
    if touching is None:
        return kept
    return [circle for circle in kept if any(party in touching for party, _ in circle.members)]


def tell(view: View, kept: Iterable[_Kept], cover: Mapping[str, Mapping[str, Any]]) -> list[Circle]:
    """Circles with the names that the asker may see; those without a visible party are left out."""
    kept = list(kept)
    ids = sorted({party for circle in kept for party, _ in circle.members})
    seen = {one.party_id: party_ref(one._asdict()) for one in known(view, ids)}
    currency = run_record(view).get("currency")
    return [
        Circle(
            circle_id=circle.circle_id,
            kind=circle.kind,
            members=[
                CircleMember(party=seen.get(party), guarantees=money(amount, currency))
                for party, amount in circle.members
            ],
            cover=told_cover(cover.get(circle.circle_id), currency),
        )
        for circle in kept
        if any(party in seen for party, _ in circle.members)
    ]


def told_cover(row: Mapping[str, Any] | None, currency: str | None) -> Cover | None:
    """A row of the table of covers as told."""
    if row is None:
        return None
    nominal, real = money(row["nominal_minor"], currency), money(row["real_minor"], currency)
    assert nominal is not None
    assert real is not None
    return Cover(nominal=nominal, nominal_unknown=row["nominal_unknown"], real=real, not_assessed=row["not_assessed"])


def because(view: View, told: Iterable[Circle]) -> list[Because]:
    """One reason for each circle: who guarantees whom."""
    return [Because(rule=RULE, text=f"{_round(circle)}. {view.run_id}") for circle in told]


def _round(circle: Circle) -> str:
    names = [member.party.called if member.party else HIDDEN for member in circle.members]
    return " guarantees ".join([*names, names[0]])


def _components(tables: Archive) -> list[TangledComponent]:
    rows = pl.read_parquet(tables.table("circle_components")).unique("component_id").sort("component_id")
    return [
        TangledComponent(component_id=row["component_id"], size=row["size"], circles=row["circles"])
        for row in rows.iter_rows(named=True)
        if row["circles"].startswith(("more than", "at least"))
    ]
