"""A group's exposure: each test of each rule set, what is owed before and after protection, and each member's part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import Field

from algorithms.threshold import PPB
from api.services.answers import Answer, Model, Money, PartyRef, money, stamp
from api.services.group_figures import UNTESTED
from api.services.group_past import past_groups
from api.services.group_tests import LimitTest, because_of, fraction, limit_tests_of
from api.services.group_views import figures_view, one_group
from api.services.groups import Member
from api.services.run_archive import Archive
from graph.errors import NotFound
from graph.store import View


class Owed(Model):
    """What is owed under a rule set. Amounts are at least what they say where `unknown` is above 0."""

    loans: Money = Field(description="drawn loans before protection that count against limits")
    before: Money = Field(description="everything before protection, exempt parts included")
    after: Money = Field(description="what counts against limits, after protection")
    exempt: Money = Field(description="after protection, what limits leave out")
    unknown: int = Field(description="amounts that are not known")


class GroupTotal(Model):
    """What the group owes under a rule set; what several members owe jointly counts once."""

    rules: str
    status: str = Field(description="firm, potential or declared")
    owed: Owed
    joint: Money = Field(description="by how much the sum of the members' own amounts before protection is larger")


class MemberExposure(Model):
    """A member's own part under a rule set. Each debtor of a joint contract is told all of it."""

    party: PartyRef
    role: str | None
    status: str = Field(description="confirmed, or flagged: it counts in the potential figure alone")
    rules: str
    owed: Owed
    share: str | None = Field(description="of the group's largest figure after protection, as a fraction")
    bank: bool = Field(description="a bank: tests of groups of non-banks do not count it")


class ExposureAnswer(Answer):
    """A group's exposure, the members with the largest part first."""

    group_id: str
    kind: str | None
    name: str | None
    state: str | None
    currency: str | None
    tests: list[LimitTest]
    empty: str | None = Field(description="why nothing is tested, if so")
    totals: list[GroupTotal]
    members: list[MemberExposure]


def exposure(view: View, group_id: str, archive: Path) -> ExposureAnswer:
    """The exposure of a group. Raises NotFound, also for a past day without a run.

    The parts of members come from the run's tables; where they are not in this archive, `omitted` says so.
    """
    asked = view
    view, is_current = figures_view(asked)
    found = one_group(asked, group_id, archive)
    if is_current:
        node = view.read("groups/figures", group_id=group_id)[0]["group"]
    else:
        node = next(iter(past_groups(archive, view.run_id or "", group_id)), UNTESTED)
    tests = limit_tests_of(view, node, "")
    totals, members, omitted = [], [], list(found.omitted)
    if view.run_id is not None and tests:
        try:
            tables = Archive(archive, view.run_id)
            totals = _totals(tables, group_id, node["currency"])
            members = _members(tables, found.members, totals, node["currency"])
        except NotFound as error:
            omitted.append(str(error))
    name = found.name or group_id
    return ExposureAnswer(
        **stamp(view) | {"omitted": omitted},
        because=[because_of(view, name, test, []) for test in tests],
        group_id=group_id,
        kind=found.kind,
        name=found.name,
        state=node.get("state"),
        currency=node.get("currency"),
        tests=tests,
        empty=None if tests else _why_empty(view),
        totals=totals,
        members=members,
    )


def _why_empty(view: View) -> str:
    if view.run_id is None:
        return "no analysis run has been made yet; `guanxi run` makes one"
    return (
        f"{view.run_id} tested nothing of it: its members owe nothing, or all of it lies inside a group of connected "
        "clients, which is tested whole"
    )


def _totals(tables: Archive, group_id: str, currency: str) -> list[GroupTotal]:
    rows = pl.scan_parquet(tables.table("group_totals")).filter(pl.col("group_id") == group_id).collect()
    return [
        GroupTotal(
            rules=row["rules"],
            status=row["status"],
            owed=_owed(row, currency),
            joint=_sure(row["joint_minor"], currency),
        )
        for row in rows.iter_rows(named=True)
    ]


def _members(
    tables: Archive, members: Sequence[Member], totals: Sequence[GroupTotal], currency: str
) -> list[MemberExposure]:
    by_id = {member.party.party_id: member for member in members}
    rows = pl.scan_parquet(tables.table("party_totals")).filter(pl.col("party_id").is_in(list(by_id))).collect()
    largest = {one.rules: 0 for one in totals}
    for table in totals:
        largest[table.rules] = max(largest[table.rules], _minor(table.owed.after))
    found = []
    for row in rows.sort("rules", "after_minor", "party_id", descending=[False, True, False]).iter_rows(named=True):
        member, whole = by_id[row["party_id"]], largest.get(row["rules"], 0)
        found.append(
            MemberExposure(
                party=member.party,
                role=member.role,
                status=member.status,
                rules=row["rules"],
                owed=_owed(row, currency),
                share=fraction(row["after_minor"] * PPB // whole) if whole else None,
                bank=row["bank"],
            )
        )
    return found


def _owed(row: Mapping[str, Any], currency: str) -> Owed:
    amounts = {name: _sure(row[f"{name}_minor"], currency) for name in ("loans", "before", "after", "exempt")}
    return Owed(**amounts, unknown=row["unknown"])


def _sure(minor: int, currency: str) -> Money:
    told = money(minor, currency)
    assert told is not None
    return told


def _minor(value: Money) -> int:
    return int(value.amount.replace(".", ""))
