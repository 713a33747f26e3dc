"""What one run found of exposures against limits, put together for a report: from its archive alone.

Names are read as the asker sees them today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from algorithms.limit_tests import ALL, SINGLE
from api.services.exposure_tables import TESTS
from api.services.kept_run import run_kept
from api.services.reasons import names_in, names_since
from api.services.report_reportable import Reported, reported
from api.services.rule_sets import RuleFile
from api.services.rule_settings import LimitSetting
from api.services.run_archive import Archive
from api.services.run_bank_limits import ALL_RELATED
from api.services.run_exposure import FIRMLY, POTENTIALLY
from api.services.run_frozen import thaw_rules
from api.services.run_results import names_of
from graph import times
from graph.errors import BadInput, NotFound
from graph.store import Row, View

DECLARED = "declared"
TOLD = "declared by the source"
MOST_ROWS, MOST_MEMBERS = 10_000, 50_000
"""Rows of a sheet; what is beyond is counted and told. Excel itself ends at 1,048,576."""
SEVERITY = {"undecided": 0, "within": 1, "warning": 2, "breach": 3}
MILLIONS_FROM = 10_000_000
"""A report that has amounts of so many whole units shows all of them in millions."""
_KEYS = ["group_id", "rules", "test"]
_FIGURES = ("amount_minor", "ratio", "state", "nearness", "unknown")


@dataclass(frozen=True)
class ExposureReport:
    """What one run found of exposures, ready to be laid out; the worst stand first.

    groups: one row a group and test, firm and potential side by side. singles: one row a party and test, and of all
    related parties of the bank together. members: of the groups listed, with their reasons as kept. heads: of each of
    these groups. reported: to the supervisor, by rule. kinds: of groups, but for control groups. counts: tests by rule
    set, test, status and state. own: the exposure of each member by itself, and how many amounts behind it are unknown,
    by party and rule set. names: of parties, and of declared groups. warnings: of the run. cut: what is not listed,
    told.
    """

    bank: str
    run: Row
    as_of: date
    parameters: Mapping[str, Any]
    sets: tuple[RuleFile, ...]
    limits: Mapping[tuple[str, str], LimitSetting]
    basis: pl.DataFrame
    source: str
    counts: pl.DataFrame
    unknown: int
    groups: pl.DataFrame
    singles: pl.DataFrame
    members: pl.DataFrame
    heads: Mapping[str, Sequence[str]]
    own: Mapping[tuple[str, str], tuple[int, int]]
    excluded: pl.DataFrame
    reported: Sequence[Reported]
    kinds: Mapping[str, str]
    names: Mapping[str, str]
    warnings: tuple[str, ...]
    cut: tuple[str, ...]

    @property
    def currency(self) -> str:
        """The reporting currency."""
        return str(self.basis["currency"][0])

    @property
    def largest_minor(self) -> int:
        """The largest amount that is told, minor units."""
        columns = (self.groups["amount_minor"], self.singles["amount_minor"], self.basis["amount_minor"])
        return max((int(column.max() or 0) for column in columns if column.len()), default=0)  # type: ignore[arg-type]

    @property
    def published_at(self) -> datetime:
        """When the run was published, UTC."""
        return datetime.fromtimestamp(self.run["published_at"] / 1000, UTC)


def exposure_report(
    view: View, archive: Path, *, bank: str, run_id: str | None = None, rules: Sequence[str] = ()
) -> ExposureReport:
    """What is told of a run, the current one if none is named. rules: ids of those rule sets of the run that are told;
    all of them where none is named.

    Raises NotFound for an unknown run and where its tables do not lie in this archive, BadInput for a rule set that
    the run did not use, and where none of those asked for has a limit.
    """
    run_id = run_id or view.run_id
    if run_id is None:
        raise NotFound("No analysis run has been made yet; `guanxi run` makes one.", field="RUN")
    run, tables = run_kept(view.store, run_id), Archive(archive, run_id)
    all_sets = thaw_rules(tables)
    sets = _asked(all_sets, rules, run_id)
    limits = {(one.rules.id, limit.id): limit for one in sets for limit in one.rules.limits}
    exposures = _with_who(_read(tables, "exposures", sets, TESTS), limits)
    all_groups = _side_by_side(exposures.filter(pl.col("who") == "group"))
    all_singles = _worst_first(exposures.filter(pl.col("who").is_in([SINGLE, ALL])))
    groups, singles = all_groups.head(MOST_ROWS), all_singles.head(MOST_ROWS)
    all_members = _members(tables, groups)
    members = all_members.head(MOST_MEMBERS)
    totals = _read(tables, "party_totals", sets)
    all_excluded = totals.filter((pl.col("exempt_minor") > 0) | (pl.col("unknown") > 0)).sort(
        "exempt_minor", "before_minor", "rules", "party_id", descending=[True, True, False, False]
    )
    excluded = all_excluded.head(MOST_ROWS)
    heads = all_members.filter(pl.col("role") == "head")
    basis = pl.read_parquet(tables.table("basis"))
    to_report = reported(tables, sets, basis, times.EPOCH + timedelta(days=run["as_of"]))
    told = (
        *(one.rows["party_id"].drop_nulls() for one in to_report),
        singles["group_id"],
        members["party_id"],
        heads["party_id"],
        excluded["party_id"],
    )
    names = _names(view, {one for column in told for one in column.to_list()}, members)
    names[""] = ALL_RELATED
    names |= _names_of_declared(view, groups["group_id"].unique().to_list())
    parts = ((all_groups, groups, "tests of groups"), (all_singles, singles, "tests of single parties"))
    more = ((all_members, members, "members"), (all_excluded, excluded, "parties with exempt or unknown amounts"))
    return ExposureReport(
        bank=bank,
        run=run,
        as_of=times.EPOCH + timedelta(days=run["as_of"]),
        parameters=json.loads(run["parameters"]),
        sets=sets,
        limits=limits,
        basis=basis,
        source=_source(tables),
        counts=exposures.group_by("who", "rules", "test", "status", "state").len(),
        unknown=exposures.filter(pl.col("unknown") > 0).height,
        groups=groups,
        singles=singles,
        members=members,
        heads=dict(heads.group_by("group_id", maintain_order=True).agg("party_id").iter_rows()),
        own=_own(totals, members),
        excluded=excluded,
        reported=to_report,
        kinds=_kinds(tables),
        names=names,
        warnings=_warnings(run, [one.rules.id for one in all_sets if one not in sets]),
        cut=tuple(_cut(whole, kept, what) for whole, kept, what in (*parts, *more) if whole.height > kept.height),
    )


def _asked(sets: tuple[RuleFile, ...], asked: Sequence[str], run_id: str) -> tuple[RuleFile, ...]:
    known = [one.rules.id for one in sets]
    for name in asked:
        if name not in known:
            message = f"{run_id} did not use the rule set {name[:80]!r}; it used {', '.join(known)}."
            raise BadInput(message, field="rules", value=name[:80])
    chosen = tuple(one for one in sets if not asked or one.rules.id in asked)
    if not any(one.rules.limits for one in chosen):
        told = ", ".join(one.rules.id for one in chosen)
        others = ", ".join(one.rules.id for one in sets if one.rules.limits)
        way = f"ask for {others}" if others else "make a run with one that does, such as cn-large-exposure"
        raise BadInput(f"{told} tests no exposure against a limit; {way}.", field="rules", value=told)
    return chosen


def _warnings(run: Row, not_asked: Sequence[str]) -> tuple[str, ...]:
    """What the run warned of, but for what it said of rule sets that are not told."""
    starts = tuple(f"{rules}{mark}" for rules in not_asked for mark in (":", " "))
    return tuple(one for one in run.get("warnings") or () if not one.startswith(starts))


def _read(tables: Archive, name: str, sets: Sequence[RuleFile], columns: Sequence[str] = ()) -> pl.DataFrame:
    rows = tables.scan(name, columns).filter(pl.col("rules").is_in([one.rules.id for one in sets]))
    return rows.collect()


def _with_who(exposures: pl.DataFrame, limits: Mapping[tuple[str, str], LimitSetting]) -> pl.DataFrame:
    """Whether each test is of groups, of single parties, or of all related parties together."""
    rows = [(rules, test, limit.who) for (rules, test), limit in limits.items()]
    schema = dict.fromkeys(("rules", "test", "who"), pl.String)
    return exposures.join(pl.DataFrame(rows, schema=schema, orient="row"), on=["rules", "test"], how="left")


def _side_by_side(tests: pl.DataFrame) -> pl.DataFrame:
    """One row a group and test: the firm figure and the potential one, which is missing where it is the firm one.

    The figure of a declared group stands in the place of the firm one.
    """
    tests = tests.with_columns(pl.col("status").replace(DECLARED, FIRMLY))
    same = ["base_minor", "limit", "allowed_minor"]
    parts = {
        status: tests.filter(pl.col("status") == status).select(
            *_KEYS, *same, *(pl.col(c).alias(f"{status}_{c}") for c in _FIGURES)
        )
        for status in (FIRMLY, POTENTIALLY)
    }
    both = parts["firm"].join(parts["potential"], on=[*_KEYS, *same], how="full", coalesce=True, nulls_equal=True)
    rank = [pl.col(f"{status}_state").replace_strict(SEVERITY, default=-1) for status in parts]
    worse = pl.when(rank[1] > rank[0]).then("potential_state").otherwise("firm_state").alias("state")
    larger = (
        pl.max_horizontal(f"firm_{c}", f"potential_{c}").alias(c) for c in ("amount_minor", "nearness", "unknown")
    )
    return _worst_first(both.with_columns(worse, *larger))


def _worst_first(tests: pl.DataFrame) -> pl.DataFrame:
    """Breaches, warnings, then by nearness to the limit; what is undecided last, by amount."""
    severity = pl.col("state").replace_strict(SEVERITY, return_dtype=pl.Int64)
    largest = [severity, pl.col("nearness"), pl.col("amount_minor")]
    return tests.sort(*largest, *_KEYS, descending=[True, True, True, False, False, False], nulls_last=True)


def _kinds(tables: Archive) -> dict[str, str]:
    tables_of = {"connected": "connected", DECLARED: "given_declared"}
    return {one: kind for kind, name in tables_of.items() for one in pl.read_parquet(tables.table(name))["group_id"]}


def _members(tables: Archive, groups: pl.DataFrame) -> pl.DataFrame:
    """Members of the groups listed, groups in the same order, heads first."""
    order = groups.select("group_id").unique(maintain_order=True).with_row_index("place")
    found = pl.read_parquet(tables.table("members"))
    found = pl.concat([found, _declared(tables, found.schema)]).join(order, on="group_id")
    return found.sort(pl.col("place"), pl.col("role") != "head", pl.col("party_id")).drop("place")


def _declared(tables: Archive, schema: pl.Schema) -> pl.DataFrame:
    """Members of declared groups, heads among them, with the one reason there is."""
    ids = pl.read_parquet(tables.table("parties"))["party_id"]
    rows = pl.read_parquet(tables.table("given_declared")).select("group_id", "party").unique()
    told = rows.select(
        "group_id", party_id=ids.gather(rows["party"]), role=pl.lit(DECLARED), status=pl.lit("confirmed")
    )
    return told.with_columns(reasons=pl.lit([TOLD], dtype=pl.List(pl.String))).match_to_schema(schema)


def _own(totals: pl.DataFrame, members: pl.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """What each member owes by itself, by party and rule set; one that owes nothing has no row."""
    rows = totals.filter(pl.col("party_id").is_in(members["party_id"].unique().to_list()))
    columns = rows.select("party_id", "rules", "after_minor", "unknown").iter_rows()
    return {(party, rules): (amount, unknown) for party, rules, amount, unknown in columns}


def _names(view: View, parties: set[str], members: pl.DataFrame) -> dict[str, str]:
    """Names of parties, and of those that reasons speak of."""
    reasons = (reason for reasons in members["reasons"].to_list() for reason in reasons)
    seen = names_of(view, parties)
    return names_in(view, reasons, {**seen, **names_since(view, parties - seen.keys() - {""})})


def _names_of_declared(view: View, groups: list[str]) -> dict[str, str]:
    """The own names of declared groups; those that runs find go by the names of their heads."""
    found = view.read("groups/names", ids=groups)[0]["found"] if groups else []
    return {one["group_id"]: one["name"] for one in found if one["kind"] == DECLARED and one["name"]}


def _source(tables: Archive) -> str:
    """Where the capital figures were loaded from."""
    told = pl.read_parquet(tables.table("given_capital"))["source"]
    return str(told[0] or "") if told.len() else ""


def _cut(whole: pl.DataFrame, kept: pl.DataFrame, what: str) -> str:
    return (
        f"{whole.height - kept.height:,} more {what} are not listed, those nearest to their limits are; "
        "`guanxi export` writes all"
    )
