"""Corporate–retail linkage (公私联动): are the key persons of corporate customers private customers, and the companies
of private customers corporate ones; by branch, manager, industry, and where that is not so yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import polars as pl

from api.services.answers import many, stamp
from api.services.catalogue import why_empty
from api.services.kept_run import KeptRun, ids_seen
from api.services.key_person_rules import CALLED, ROLES
from api.services.known import parties_seen
from api.services.linkage_answer import BranchRef, Gap, GapKind, GapsAnswer, LinkageAnswer, Linked
from api.services.linkage_pairs import KEY_PERSONS, PAIRS
from api.services.managers import ManagerRef, find_manager
from api.services.opening_tables import opening_id
from api.services.organisation import IN_HIERARCHY, ROLLUP, Organisation, hierarchy_asked, organisation
from graph.errors import BadInput
from graph.store import View

DEFAULT, MOST = 50, 500
BY = ("branch", "team", "manager", "industry")
LINKS = ("LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_OF", "OWNS")


@dataclass(frozen=True)
class LinkageAsked:
    """Customers of one branch with all below it (id, code or name), of a manager (id, staff number or name), of
    companies in an industry (its code)."""

    branch: str | None = None
    manager: str | None = None
    industry: str | None = None


@dataclass(frozen=True)
class UnitsAsked:
    """Of branches and teams: in which hierarchy they stand above each other, and at which level of it alone."""

    hierarchy: str | None = None
    level: int | None = None


class KeptPairs(KeptRun):
    """The key persons that the run of a view's day keeps: the pairs of whom the asker may see both. Raises what KeptRun
    raises."""

    def __init__(self, view: View, archive: Path) -> None:
        super().__init__(view, archive)
        self._asked = view
        every = self.table(KEY_PERSONS, list(PAIRS))
        if (seen := ids_seen(view)) is not None:
            every = every.filter(pl.col("company_id").is_in(seen) & pl.col("person_id").is_in(seen))
        self.rows: pl.LazyFrame = every
        """The rows of `PAIRS`."""

    def stamp(self, omitted: Sequence[str]) -> dict[str, Any]:
        """The fields of `Answer`."""
        return {**stamp(self._asked, omitted), "run_id": self.run_id}

    def why_empty(self) -> str:
        """Why there is nothing to tell."""
        if self.rows.select(pl.len()).collect().item():
            return "none among the companies and key persons that are known"
        return why_empty(self._asked, LINKS, derived=True)


def linkage(
    view: View,
    archive: Path,
    by: str = "branch",
    asked: LinkageAsked | None = None,
    limit: int = DEFAULT,
    offset: int = 0,
    units: UnitsAsked | None = None,
) -> LinkageAnswer:
    """Statistics by branch, team, manager or industry; a branch or team has what lies below it, each customer once.

    Raises BadInput for another `by`, hierarchy or level, an unknown branch, or a page that cannot be; NotFound for an
    unknown manager, and without a run or its tables.
    """
    if by not in BY:
        raise BadInput(f"by is {by[:50]!r}; give {', '.join(BY)}.", field="by", value=by[:50])
    _check_page(limit, offset)
    units = units or UnitsAsked()
    hierarchy = hierarchy_asked(by, units.hierarchy, units.level)
    kept = KeptPairs(view, archive)
    told = of_customers(kept.rows).filter(*_conditions(view, asked or LinkageAsked()))
    is_tree = by in IN_HIERARCHY
    bank = organisation(view, hierarchy) if by != "industry" else None
    rows, (whole,) = counted(told, _KEYS[by], _by_unit(told, by, bank, view.day) if bank and is_tree else None)
    if bank:
        bank.check_level(units.level, by, hierarchy)
        rows = [_placed(row, bank, is_tree) for row in rows]
        rows = [row for row in rows if units.level in (None, row.level)]
    if asked and asked.branch and by == "branch":  # what stands above it would be told of a part alone
        below = _below(view, asked.branch)
        rows = [row for row in rows if row.id in below]
    shown = rows[offset : offset + limit]
    left = len(rows) - offset - len(shown)
    return LinkageAnswer(
        **kept.stamp([f"{left:,} more: ask with offset={offset + len(shown)}"] if left > 0 else []),
        because=[ROLLUP] if is_tree else [],
        by=by,
        hierarchy=hierarchy if is_tree else None,
        level=units.level,
        total=whole,
        rows=shown,
        total_rows=len(rows),
        flags=bank.flags(hierarchy) if bank and is_tree else [],
        empty=None
        if rows
        else "none at that level or branch"
        if told.select(pl.len()).collect().item()
        else kept.why_empty(),
    )


_KEYS = {
    "branch": ("unit", "unit"),
    "team": ("unit", "unit"),
    "manager": ("manager_id", "manager"),
    "industry": ("industry", "industry"),
}


def _by_unit(told: pl.LazyFrame, by: str, bank: Organisation, day: int) -> pl.LazyFrame:
    """A row for each unit that a row of `of_customers` counts in: `unit`, null for none."""
    key = "branch_id" if by == "branch" else "manager_id"
    keys = told.select(key).unique().collect()[key].drop_nulls().to_list()
    own = {one: [one] if by == "branch" else bank.teams_of([one], day) for one in keys}
    units = [(one, unit) for one, of in own.items() for unit in sorted(bank.above(of, by))]
    return told.join(pl.LazyFrame(units, schema={key: pl.String, "unit": pl.String}, orient="row"), on=key, how="left")


def _placed(row: Linked, bank: Organisation, is_tree: bool) -> Linked:
    """With what is known of the unit or manager."""
    if row.id is None:
        return row
    known = bank.known.get(row.id, {})
    place = {"level": bank.levels.get(row.id), "above": list(bank.parents.get(row.id, ()))} if is_tree else {}
    return row.model_copy(update={"name": known.get("name") or row.name, "code": known.get("code"), **place})


def gaps_of(rows: pl.LazyFrame, kind: GapKind | None = None) -> pl.LazyFrame:
    """Of the rows that `of_customers` gives those that lack the other one, the strongest roles first, by ids then.

    kind: what is missing, `person` or `company`; None: either.
    """
    found = rows.filter(~pl.col("linked"), *([pl.col("kind") == kind] if kind else []))
    places = {role: place for place, role in enumerate(ROLES)}
    strongest = pl.col("roles").list.first().replace_strict(places, return_dtype=pl.Int64)
    return found.sort(strongest, "company_id", "person_id", "kind").drop("linked")


def gaps(
    view: View,
    archive: Path,
    kind: str | None = None,
    asked: LinkageAsked | None = None,
    limit: int = DEFAULT,
    offset: int = 0,
) -> GapsAnswer:
    """One page of them, in words. Raises BadInput for an unknown kind, and what `linkage` raises."""
    if kind is not None and kind not in get_args(GapKind):
        raise BadInput(f"kind is {kind[:50]!r}; give {' or '.join(get_args(GapKind))}.", field="kind", value=kind[:50])
    _check_page(limit, offset)
    kept = KeptPairs(view, archive)
    found = gaps_of(of_customers(kept.rows).filter(*_conditions(view, asked or LinkageAsked())), kind)  # type: ignore[arg-type]
    counts = found.select(total=pl.len(), openings=_MISSING.n_unique())
    page, count = pl.collect_all([found.slice(offset, limit), counts])
    rows, (total, openings) = page.rows(named=True), count.row(0)
    names = parties_seen(view, (row[end] for row in rows for end in ("company_id", "person_id")))
    told = [row for row in rows if {row["company_id"], row["person_id"]} <= names.keys()]
    left, gone = total - offset - len(rows), len(rows) - len(told)
    omitted = [f"{many(left, 'more gap')}: ask with offset={offset + len(rows)}"] if left > 0 else []
    omitted += [f"{many(gone, 'gap')} of parties that are gone since the run"] if gone else []
    return GapsAnswer(
        **kept.stamp(omitted),
        gaps=[_gap(row, names) for row in told],
        total=total,
        openings=openings,
        empty=None if total else kept.why_empty(),
    )


def _check_page(limit: int, offset: int) -> None:
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)


def of_customers(pairs: pl.LazyFrame) -> pl.LazyFrame:
    """A row for each pair and each of the two who is a customer: `kind` is what the other would be, `linked` whether it
    is a customer, too; branch and manager are the customer's. A pair of two customers has two rows.

    pairs: rows of `PAIRS`. Columns: `kind`, `linked`, `company_id`, `person_id`, `roles`, `posts`, `status`,
    `industry`, `branch_id`, `branch`, `manager_id`, `manager`, `staff`.
    """
    sides = []
    for kind, own, other in (("person", "company", "person"), ("company", "person", "company")):
        columns = {name: f"{own}_{name}" for name in ("branch_id", "branch", "manager_id", "manager", "staff")}
        sides.append(
            pairs.filter(pl.col(f"{own}_is_customer")).select(
                "company_id", "person_id", "roles", "posts", "status", "industry",
                kind=pl.lit(kind), linked=pl.col(f"{other}_is_customer"), **columns,
            )
        )  # fmt: skip
    return pl.concat(sides)


def _conditions(view: View, asked: LinkageAsked) -> list[pl.Expr]:
    found = []
    if asked.branch:
        found.append(pl.col("branch_id").is_in(_below(view, asked.branch)))
    if asked.manager:
        found.append(pl.col("manager_id") == find_manager(view, asked.manager, "manager").manager_id)
    if asked.industry:
        found.append(pl.col("industry") == asked.industry)
    return found


def _below(view: View, branch: str) -> list[str]:
    """A branch with all below it. Raises BadInput where there is none."""
    below = [row["branch_id"] for row in view.read("search/branch_below", branch=branch)]
    if not below:
        raise BadInput(f"There is no branch {branch[:80]!r}; give its id, code or name.", field="branch")
    return below


_MISSING = pl.when(pl.col("kind") == "person").then("person_id").otherwise("company_id")
"""The other one of a row of `of_customers`: of a gap who is no customer yet."""
_COUNTS = (
    "companies", "key_persons", "key_persons_customers", "persons", "companies_behind", "companies_customers", "gaps",
    "openings",
)  # fmt: skip


def counted(
    told: pl.LazyFrame, keys: tuple[str, str], of_units: pl.LazyFrame | None = None
) -> tuple[list[Linked], list[Linked]]:
    """One row a key, those with most gaps first, and one for all of them. told: the rows of `of_customers`. keys:
    columns of id and name. of_units: the rows once for each unit that they count in, where that may be several."""
    corporate, retail = pl.col("kind") == "person", pl.col("kind") == "company"
    linked, company, person = pl.col("linked"), pl.col("company_id"), pl.col("person_id")
    counts = (
        company.filter(corporate).n_unique(),
        person.filter(corporate).n_unique(),
        person.filter(corporate & linked).n_unique(),
        person.filter(retail).n_unique(),
        company.filter(retail).n_unique(),
        company.filter(retail & linked).n_unique(),
        (~linked).sum(),
        _MISSING.filter(~linked).n_unique(),
    )
    named = [count.cast(pl.Int64).alias(name) for name, count in zip(_COUNTS, counts, strict=True)]
    rows = (told if of_units is None else of_units).group_by(id=keys[0]).agg(*named, name=pl.col(keys[1]).first())
    nobody = {name: pl.lit(None, pl.String) for name in ("id", "name")}
    ordered = rows.sort("gaps", "companies", "id", descending=[True, True, False], nulls_last=True)
    by_key, whole = pl.collect_all([ordered, told.select(*named).with_columns(**nobody)])
    return [Linked(**row) for row in by_key.rows(named=True)], [Linked(**row) for row in whole.rows(named=True)]


def _gap(row: Mapping[str, Any], names: Mapping[str, Any]) -> Gap:
    company, person = names[row["company_id"]], names[row["person_id"]]
    told = " and ".join(CALLED[role] for role in row["roles"])
    if row["kind"] == "person":
        text = f"{person.called} is {told} of {company.called}, a corporate customer, and no private customer"
    else:
        text = f"{person.called}, a private customer, is {told} of {company.called}, which is no customer"
    missing, customer = (person, company) if row["kind"] == "person" else (company, person)
    return Gap(
        kind=row["kind"],
        party=missing,
        customer=customer,
        roles=row["roles"],
        posts=row["posts"],
        status=row["status"],
        industry=row["industry"],
        branch=branch_of(row),
        manager=manager_of(row),
        opening_id=opening_id(missing.party_id, ""),
        text=text,
    )


def branch_of(row: Mapping[str, Any], side: str = "") -> BranchRef | None:
    """The branch in a row, null where none is told. side: what stands before the columns' names."""
    id = row[f"{side}branch_id"]
    return BranchRef(branch_id=id, name=row[f"{side}branch"]) if id else None


def manager_of(row: Mapping[str, Any], side: str = "") -> ManagerRef | None:
    """The manager in a row, as `branch_of`."""
    id = row[f"{side}manager_id"]
    return ManagerRef(manager_id=id, name=row[f"{side}manager"], code=row[f"{side}staff"]) if id else None
