"""Groups, members and figures as an earlier run found them: its tables, in the shape in which those of now are told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from api.services.answers import PartyRef, group_name, many, stamp
from api.services.because import CONNECTED_RULE, GROUP_RULE, because
from api.services.declared_groups import DECLARED
from api.services.exposure_tables import TESTS
from api.services.group_figures import STATES, UNKNOWN, UNTESTED, group_figures
from api.services.groups import GroupAnswer, Member
from api.services.known import parties_seen
from api.services.reasons import names_in, told
from api.services.run_archive import Archive
from graph.errors import NotFound
from graph.store import Row, View

KINDS = {"groups": "control", "connected": "connected"}
"""The tables of groups that a run finds, and their kinds."""


def only_for_all(view: View) -> None:
    """Raises NotFound for an asker who does not see everything: tables know no scopes."""
    if not view.scope.everything:
        raise NotFound("What an earlier run found is told to those alone who see every party.", field="known_on")


def past_group(view: View, archive: Path, group_id: str, cap: int) -> GroupAnswer | None:
    """A group that the view's run found, with its members, from the tables of that run; None where it found no such.

    Raises NotFound where the tables are not here, and for an asker who does not see everything.
    """
    tables = Archive(archive, view.run_id or "")
    chosen = pl.col("group_id") == group_id
    kind = next((k for name, k in KINDS.items() if _any(pl.scan_parquet(tables.table(name)).filter(chosen))), None)
    if kind is None:
        return None
    only_for_all(view)
    rows = pl.scan_parquet(tables.table("members")).filter(chosen).collect()
    rows = rows.sort(pl.col("role") != "head", "party_id")
    parties = parties_seen(view, rows["party_id"].to_list())
    gone = [one for one in rows["party_id"].to_list() if one not in parties]
    members = _members(view, rows.head(cap), parties)
    heads = [member.party for member in members if member.role == "head"]
    omitted = [f"members capped at {cap} of {rows.height:,}"] if rows.height > cap else []
    omitted += [f"{many(len(gone), 'member')} no longer known under the ids of then"] if gone else []
    head = heads[0] if heads else None
    called = head.called if head else "a head that is no longer known"
    text = f"{group_id}: {called} with its group, as the run over {view.as_of} found it"
    return GroupAnswer(
        **stamp(view, omitted),
        because=because(view, GROUP_RULE if kind == "control" else CONNECTED_RULE, [], text),
        group_id=group_id,
        kind=kind,
        name=group_name({"kind": kind}, head),
        heads=heads,
        members=members,
        total=rows.height - len(gone),
        sources=["run"],
    )


def _any(rows: pl.LazyFrame) -> bool:
    return bool(rows.head(1).collect().height)


def _members(view: View, rows: pl.DataFrame, parties: Mapping[str, PartyRef]) -> list[Member]:
    reasons = (reason for of_one in rows["reasons"].to_list() for reason in of_one)
    names = names_in(view, reasons, {id: party.called for id, party in parties.items()})
    return [
        Member(
            party=parties[row["party_id"]],
            role=row["role"],
            status=row["status"],
            reasons=told(row["reasons"], names),
            link=None,
        )
        for row in rows.iter_rows(named=True)
        if row["party_id"] in parties
    ]


def past_groups(archive: Path, run_id: str, group_id: str | None = None) -> list[Row]:
    """The groups of a run as properties of nodes, or one of them. Raises NotFound where its tables are not here."""
    tables = Archive(archive, run_id)
    chosen = pl.lit(True) if group_id is None else pl.col("group_id") == group_id
    found = pl.concat(
        pl.scan_parquet(tables.table(table)).filter(chosen).select("group_id", "party_id", "role", kind=pl.lit(kind))
        for table, kind in KINDS.items()
    )
    head = pl.col("party_id").filter(pl.col("role") == "head").min()
    groups = found.group_by("group_id", "kind").agg(head_id=head, size=pl.len()).sort("group_id").collect()
    rows = tables.scan("exposures", TESTS).filter(chosen).rename({"limit": "limit_ppb"})
    tests = rows.filter(
        pl.col("group_id").is_in(groups["group_id"].to_list()) | (pl.col("status") == DECLARED)
    ).collect()
    ids = sorted({*groups["group_id"].to_list(), *tests["group_id"].to_list()})
    place = {id: at for at, id in enumerate(ids)}
    subject = pl.Series("subject", [place[id] for id in tests["group_id"].to_list()], dtype=pl.Int64)
    currency = tests["currency"][0] if tests.height else ""
    figures = group_figures(tests.with_columns(subject), ids, currency)
    about = {row["group_id"]: row for row in groups.iter_rows(named=True)}
    declared = {"kind": DECLARED, "head_id": None, "size": None}
    return [{"group_id": id, **about.get(id, declared), **figures.get(id, UNTESTED)} for id in ids]


def narrowed(groups: list[Row], kind: str, state: str, rules: str, least: int) -> list[Row]:
    """As `groups/nearest` narrows and sorts the current ones: each group with the state and nearness of its tests."""
    found = []
    for group in groups:
        mine = [at for at, name in enumerate(group["test_rules"] or ()) if rules in ("", name)]
        states = [group["test_states"][at] for at in mine]
        worst = max(states, key=STATES.index, default="" if not rules else None)
        near = max((group["test_nearness"][at] for at in mine), default=UNKNOWN)
        enough = least <= 0 or any(group["test_amounts"][at] >= least for at in mine)
        if worst is not None and enough and kind in ("", group["kind"]) and state in ("", worst):
            found.append({"group": group, "state": worst, "near": near})
    return sorted(found, key=lambda row: (-row["near"], row["group"]["group_id"]))
