"""What changed from run to run: groups, households, families and their members, exposures that crossed a threshold, new
guarantee circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl
from pydantic import Field

from api.services.answers import (
    Answer,
    Because,
    Model,
    Money,
    PartyRef,
    day,
    group_name,
    moment,
    money,
    party_ref,
    stamp,
)
from api.services.group_figures import STATES
from api.services.guarantee_circles import circles_kept
from api.services.known import known
from api.services.reasons import HIDDEN
from api.services.run_archive import Archive
from api.services.run_bank_limits import ALL_RELATED
from api.services.run_results import FAMILY, HOUSEHOLD
from api.services.run_tested import Test, Tested, compared_with, differences, tested
from graph import times
from graph.errors import BadInput, NotFound
from graph.store import Row, View

DEFAULT_LIMIT, MOST = 1_000, 10_000
_HOMES = (HOUSEHOLD, FAMILY)
_TEST = ["group_id", "rules", "test", "status"]


class Subject(Model):
    """A group, a household, a family, a single party that is tested alone, or (without an id) all related parties of
    the bank together."""

    id: str
    kind: str = Field(
        description="control, connected, declared, household, family or party; "
        "related_parties for all of the bank's together"
    )
    name: str | None = Field(description="of a household or family its head's")


class GroupChange(Model):
    """created, dissolved: the group (household, family). joined, left: the party. merged: `other` went into the group.
    split: the group came out of `other`."""

    change: str
    group: Subject
    party: PartyRef | None
    other: Subject | None


class ExposureChange(Model):
    """A test, made by both runs, whose state changed, with the amounts before and after; null where nothing was owed,
    or there was no such group."""

    subject: Subject
    rules: str
    test: str
    status: str
    before: str | None
    after: str | None
    against: str | None = Field(
        description="the run it is compared with: the last one before it that made this test, from the one before "
        "`since` on; null for the first run"
    )
    amount_before: Money | None
    amount_after: Money | None


class NewCircle(Model):
    """A guarantee circle, or a mutual pair, that the run before did not find."""

    circle_id: str
    kind: str
    parties: list[PartyRef | None] = Field(description="in order; null for one outside your scope")


class RunChanges(Model):
    """What one run changed against the run before it."""

    run_id: str
    as_of: date | None
    published_at: str | None
    before: str | None = Field(description="the run before; null for the first")
    groups: list[GroupChange]
    households: list[GroupChange] = Field(description="of households and families")
    exposures: list[ExposureChange]
    circles: list[NewCircle]


class ChangesAnswer(Answer):
    """Runs published since a day, the latest first."""

    since: date
    runs: list[RunChanges]


@dataclass(frozen=True)
class _Found:
    """What one run changed, as its tables tell it."""

    groups: list[Row]
    homes: pl.DataFrame | None
    exposures: list[Row]
    circles: list[tuple[str, str, list[str]]]

    @property
    def ids(self) -> set[str]:
        """Groups and parties named."""
        told = {
            row[name]
            for row in (*self.groups, *_rows(self.homes))
            for name in ("group_id", "party_id", "other_group_id")
        }
        return (told | {row["group_id"] for row in self.exposures} | {p for *_, ps in self.circles for p in ps}) - {""}


def changes(view: View, since: date, archive: Path, limit: int = DEFAULT_LIMIT) -> ChangesAnswer:
    """What runs changed since a day. limit: entries of a run and kind. Raises BadInput for a future day, NotFound where
    a run's tables are not in this archive."""
    today = times.today(view.store.zone)
    if since > today:
        raise BadInput(f"since is {since}, which is in the future; give a day up to {today}.", field="since")
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give a number from 1 to {MOST:,}.", field="limit", value=limit)
    runs = view.store.read("catalogue/current_runs", {}, by=view.seq)
    start = times.end_of_day_ms(since - timedelta(days=1), view.store.zone)
    first = next((place for place, run in enumerate(runs) if run["published_at"] > start), len(runs))
    since_then = [tested(archive, run) for run in runs[max(first - 1, 0) :]] if first < len(runs) else []
    told: list[RunChanges] = []
    omitted: list[str] = []
    for place in reversed(range(min(first, 1), len(since_then))):
        run, earlier = since_then[place], since_then[:place][::-1]
        compared = compared_with(run, earlier)
        found = _found(run, earlier, compared)
        told.append(_tell(view, run, earlier, found, limit))
        omitted += [*differences(run, earlier[0], compared)] if earlier else []
        omitted += _capped(run.run_id, found, limit)
    if not runs:
        omitted.append("no analysis run has been made yet; `guanxi run` makes one")
    if not view.scope.everything:
        omitted.append("groups and parties outside your scope")
    return ChangesAnswer(
        **stamp(view, omitted),
        because=[_because(one) for one in told],
        since=since,
        runs=told,
    )


def _found(run: Tested, earlier: Sequence[Tested], compared: Mapping[Test, Tested]) -> _Found:
    tables, before = run.tables, earlier[0] if earlier else None
    return _Found(
        groups=list(pl.read_parquet(tables.table("changes")).iter_rows(named=True)),
        homes=_homes(tables),
        exposures=_crossed(tables, compared) if before else _crossing(_exposures(tables), None),
        circles=_new_circles(tables, before.tables if before else None),
    )


def _homes(tables: Archive) -> pl.DataFrame | None:
    """None of a run that an older Guanxi made."""
    try:
        return pl.read_parquet(tables.table("household_changes"))
    except NotFound:
        return None


def _rows(homes: pl.DataFrame | None) -> list[Row]:
    return list(homes.iter_rows(named=True)) if homes is not None else []


def _crossed(tables: Archive, compared: Mapping[Test, Tested]) -> list[Row]:
    """Tests whose state changed, each against the run that it is compared with."""
    by_run: dict[str, list[Test]] = {}
    runs = {one.run_id: one for one in compared.values()}
    for test, one in compared.items():
        by_run.setdefault(one.run_id, []).append(test)
    rows: list[Row] = []
    for run_id, tests in by_run.items():
        made = pl.LazyFrame(tests, schema=["rules", "test"], orient="row")
        now, then = (
            _exposures(one).join(made, on=["rules", "test"], how="semi") for one in (tables, runs[run_id].tables)
        )
        rows += _crossing(now, then, run_id)
    return sorted(rows, key=lambda row: [row[name] for name in _TEST])


def _exposures(tables: Archive) -> pl.LazyFrame:
    return pl.scan_parquet(tables.table("exposures")).select(*_TEST, "state", "amount_minor")


def _crossing(now: pl.LazyFrame, then: pl.LazyFrame | None, against: str | None = None) -> list[Row]:
    """Tests whose state changed, and that are or were a warning, a breach or undecided."""
    if then is None:
        joined = now.with_columns(before=pl.lit(None, pl.String), amount_before=pl.lit(None, pl.Int64))
    else:
        then = then.rename({"state": "before", "amount_minor": "amount_before"})
        joined = now.join(then, on=_TEST, how="full", coalesce=True)
    calm = pl.lit(STATES[0])
    changed = pl.col("state").fill_null(calm) != pl.col("before").fill_null(calm)
    told = joined.filter(changed).with_columns(against=pl.lit(against, pl.String))
    return list(told.sort(_TEST).collect().iter_rows(named=True))


def _new_circles(tables: Archive, earlier: Archive | None) -> list[tuple[str, str, list[str]]]:
    known_before = {one.circle_id for one in circles_kept(earlier)} if earlier else set()
    kept = (one for one in circles_kept(tables) if one.circle_id not in known_before)
    return sorted((one.circle_id, one.kind, [party for party, _ in one.members]) for one in kept)


def _capped(run_id: str, found: _Found, limit: int) -> Iterable[str]:
    if found.homes is None:
        yield f"{run_id}: households, which a run made by an older Guanxi did not find"
    for name, entries in (
        ("changes of groups", found.groups),
        ("changes of households", () if found.homes is None else found.homes),
        ("exposures", found.exposures),
        ("circles", found.circles),
    ):
        if len(entries) > limit:
            yield f"{run_id}: {name} capped at {limit:,} of {len(entries):,}"


def _tell(view: View, tested: Tested, earlier: Sequence[Tested], found: _Found, limit: int) -> RunChanges:
    homes = found.homes.head(limit) if found.homes is not None else None
    shown = _Found(found.groups[:limit], homes, found.exposures[:limit], found.circles[:limit])
    names = _Names(view, shown.ids)
    run = tested.run
    currencies = {one.run_id: one.run["currency"] for one in (tested, *earlier)}
    return RunChanges(
        run_id=tested.run_id,
        as_of=day(run["as_of"]),
        published_at=moment(run["published_at"]),
        before=earlier[0].run_id if earlier else None,
        groups=_changes(names, shown.groups),
        households=_changes(names, _rows(shown.homes)),
        exposures=[
            _exposure(names, row, currencies.get(row["against"]), run["currency"])
            for row in shown.exposures
            if names.sees(row["group_id"])
        ],
        circles=[
            NewCircle(circle_id=circle, kind=kind, parties=[names.party(one) for one in parties])
            for circle, kind, parties in shown.circles
            if any(names.party(one) for one in parties)
        ],
    )


def _changes(names: _Names, rows: Iterable[Row]) -> list[GroupChange]:
    return [
        GroupChange(
            change=row["kind"],
            group=names.subject(row["group_id"]),
            party=names.party(row["party_id"]),
            other=names.subject(row["other_group_id"]) if row["other_group_id"] else None,
        )
        for row in rows
        if (names.party(row["party_id"]) if row["party_id"] else names.sees(row["group_id"]))
    ]


def _exposure(names: _Names, row: Row, currency_before: str | None, currency: str | None) -> ExposureChange:
    return ExposureChange(
        subject=names.subject(row["group_id"]),
        rules=row["rules"],
        test=row["test"],
        status=row["status"],
        before=row["before"],
        after=row["state"],
        against=row["against"],
        amount_before=money(row["amount_before"], currency_before),
        amount_after=money(row["amount_minor"], currency),
    )


class _Names:
    """What groups and parties are called, as far as the asker may see them."""

    def __init__(self, view: View, ids: Iterable[str]) -> None:
        wanted = sorted(ids)
        self._everything = view.scope.everything
        asked = ("groups/names", "groups/names_of_homes")
        groups = [row for name in asked for row in view.read(name, ids=wanted)[0]["found"]] if wanted else []
        self._groups: dict[str, Row] = {row["group_id"]: row for row in groups}
        heads = [row["head_id"] for row in groups if row["head_id"]]
        people = known(view, sorted({*wanted, *heads} - self._groups.keys()))
        self._parties: Mapping[str, PartyRef] = {one.party_id: party_ref(one._asdict()) for one in people}

    def party(self, id: str) -> PartyRef | None:
        return self._parties.get(id)

    def sees(self, id: str) -> bool:
        """Whether the asker may see a group (by a member of it) or party; all related parties if he sees everything."""
        if not id:
            return self._everything
        return bool(self._groups[id]["seen"]) if id in self._groups else id in self._parties

    def subject(self, id: str) -> Subject:
        if group := self._groups.get(id):
            head = self.party(group["head_id"] or "")
            name = group_name(group, head) or (head.called if head and group["kind"] in _HOMES else None)
            return Subject(id=id, kind=group["kind"], name=name)
        if not id:
            return Subject(id=id, kind="related_parties", name=ALL_RELATED)
        party = self.party(id)
        return Subject(id=id, kind="party", name=party.called if party else HIDDEN)


def _because(run: RunChanges) -> Because:
    counts: Sequence[tuple[int, str]] = (
        (len(run.groups), "changes of groups"),
        (len(run.households), "changes of households and families"),
        (len(run.exposures), "tests that changed their state"),
        (len(run.circles), "new circles and mutual pairs"),
    )
    told = ", ".join(f"{count:,} {what}" for count, what in counts)
    return Because(rule="changes.run", text=f"{run.run_id} against {run.before or 'nothing, as the first run'}: {told}")
