"""The personnel system's tables."""

from __future__ import annotations

import polars as pl

from loaders.demo.columns import day_text
from loaders.demo.layout import TABLES
from loaders.demo.layout.codes import CODES
from loaders.demo.world import World


def _day(number: int) -> str | None:
    text: str | None = day_text(pl.Series([number]), "%Y-%m-%d").item()
    return text


def hr_org_level(world: World) -> pl.DataFrame:
    level = {"HO": "1", "BR": "2", "SB": "3", "TEAM": "4"}
    numbers = [b.number for b in world.geography.sub_branches]
    rows: list[tuple[str | None, ...]] = []
    for hierarchy in ("R", "C"):
        for b in world.geography.branches:
            above = b.rollup if hierarchy == "R" else b.coverage
            if above or b.kind == "HO":
                rows.append(
                    (hierarchy, b.number, b.name, b.english, b.kind, above or None, level[b.kind], "2008-01-01", None)
                )
        for number, name, english, branch in world.staff.teams:
            rows.append((hierarchy, number, name, english, "TEAM", numbers[branch], "4", "2012-01-01", None))
    return pl.DataFrame(rows, schema=_schema("HR_ORG_LEVEL"), orient="row")


def hr_staff(world: World) -> pl.DataFrame:
    branches = world.geography.sub_branches
    rows = [
        (
            m.number,
            m.name,
            m.english,
            m.cert or None,
            branches[m.branch].number,
            m.team or None,
            "1" if m.manager else "2",
            "1" if m.insider else "2",
            _day(m.entry),
            _day(m.left),
        )
        for m in world.staff.members
    ]
    return pl.DataFrame(rows, schema=_schema("HR_STAFF"), orient="row")


def hr_post(world: World) -> pl.DataFrame:
    names = {code.item: code.name for code in CODES["Post"]}
    rows = [
        (m.number, m.post, names[m.post], world.geography.sub_branches[m.branch].number, _day(m.entry), _day(m.left))
        for m in world.staff.members
    ]
    return pl.DataFrame(rows, schema=_schema("HR_POST"), orient="row")


def _schema(table: str) -> dict[str, type[pl.String]]:
    return dict.fromkeys(TABLES[table].column_names, pl.String)
