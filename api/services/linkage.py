"""Corporate–retail linkage (公私联动): are the key persons of corporate customers private customers, and the companies
of private customers corporate ones; by branch, manager, industry, and where that is not so yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import polars as pl

from api.services.answers import stamp
from api.services.catalogue import why_empty
from api.services.kept_run import parties_seen
from api.services.key_person_rules import CALLED, ROLES
from api.services.linkage_answer import BranchRef, Gap, GapKind, GapsAnswer, LinkageAnswer, Linked
from api.services.linkage_pairs import pairs
from api.services.managers import ManagerRef, find_manager
from graph.errors import BadInput
from graph.store import View

DEFAULT, MOST = 50, 500
BY = ("branch", "manager", "industry")
LINKS = ("LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_OF", "OWNS")


@dataclass(frozen=True)
class LinkageAsked:
    """Customers of one branch with all below it (id, code or name), of a manager (id or staff number), of companies in
    an industry (its code)."""

    branch: str | None = None
    manager: str | None = None
    industry: str | None = None


def linkage(
    view: View, by: str = "branch", asked: LinkageAsked | None = None, limit: int = DEFAULT, offset: int = 0
) -> LinkageAnswer:
    """Statistics by branch, manager or industry. Raises BadInput for another `by`, an unknown branch, or a page that
    cannot be; NotFound for an unknown manager."""
    if by not in BY:
        raise BadInput(f"by is {by[:50]!r}; give {', '.join(BY)}.", field="by", value=by[:50])
    _check_page(limit, offset)
    told = _of_customers(view, asked or LinkageAsked())
    keys = ("industry", "industry") if by == "industry" else (f"{by}_id", by)
    rows = _counted(told, keys)
    whole = _counted(told.with_columns(id=pl.lit(None, pl.String), name=pl.lit(None, pl.String)), ("id", "name"))
    shown = rows[offset : offset + limit]
    left = len(rows) - offset - len(shown)
    omitted = [f"{left:,} more: ask with offset={offset + len(shown)}"] if left > 0 else []
    return LinkageAnswer(
        **stamp(view, omitted),
        by=by,
        total=whole[0] if whole else Linked(**dict.fromkeys(_COUNTS, 0), id=None, name=None),
        rows=shown,
        total_rows=len(rows),
        empty=None if rows else _why_empty(view),
    )


def gaps_of(view: View, kind: GapKind | None = None, asked: LinkageAsked | None = None) -> pl.DataFrame:
    """Pairs of a company and a key person of whom one alone is a customer, the strongest roles first, by ids then.

    Columns: `kind` (what is missing: `person`, `company`), `company_id`, `person_id`, `roles`, `posts`, `status`,
    `industry`, and of the one who is a customer `branch_id`, `branch`, `manager_id`, `manager`, `staff`. Raises as
    `linkage` does.
    """
    told = _of_customers(view, asked or LinkageAsked()).filter(~pl.col("linked"))
    if kind:
        told = told.filter(pl.col("kind") == kind)
    strongest = (
        pl.col("roles").list.first().replace_strict({role: n for n, role in enumerate(ROLES)}, return_dtype=pl.Int64)
    )
    return told.sort(strongest, "company_id", "person_id", "kind").drop("linked")


def gaps(
    view: View, kind: str | None = None, asked: LinkageAsked | None = None, limit: int = DEFAULT, offset: int = 0
) -> GapsAnswer:
    """One page of them, in words. Raises BadInput for an unknown kind, and as `linkage` does."""
    if kind is not None and kind not in get_args(GapKind):
        raise BadInput(f"kind is {kind[:50]!r}; give {' or '.join(get_args(GapKind))}.", field="kind", value=kind[:50])
    _check_page(limit, offset)
    found = gaps_of(view, kind, asked)  # type: ignore[arg-type]
    rows = found.slice(offset, limit).rows(named=True)
    names = parties_seen(view, (row[end] for row in rows for end in ("company_id", "person_id")))
    left = found.height - offset - len(rows)
    return GapsAnswer(
        **stamp(view, [f"{left:,} more gaps: ask with offset={offset + len(rows)}"] if left > 0 else []),
        gaps=[_gap(row, names) for row in rows],
        total=found.height,
        empty=None if found.height else _why_empty(view),
    )


def _check_page(limit: int, offset: int) -> None:
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST}.", field="limit", value=limit)
    if offset < 0:
        raise BadInput(f"offset is {offset}; give 0 or more.", field="offset", value=offset)


def _why_empty(view: View) -> str:
    if pairs(view).height:
        return "none among the companies and key persons that are known"
    return why_empty(view, LINKS, derived=True)


def _of_customers(view: View, asked: LinkageAsked) -> pl.DataFrame:
    """A row for each pair and each of the two who is a customer: `kind` is what the other would be, `linked` whether it
    is a customer, too; branch and manager are the customer's. A pair of two customers has two rows."""
    every = pairs(view)
    sides = []
    for kind, own, other in (("person", "company", "person"), ("company", "person", "company")):
        columns = {name: f"{own}_{name}" for name in ("branch_id", "branch", "manager_id", "manager", "staff")}
        sides.append(
            every.filter(pl.col(f"{own}_is_customer")).select(
                "company_id", "person_id", "roles", "posts", "status", "industry",
                kind=pl.lit(kind), linked=pl.col(f"{other}_is_customer"), **columns,
            )
        )  # fmt: skip
    return pl.concat(sides).filter(*_conditions(view, asked))


def _conditions(view: View, asked: LinkageAsked) -> list[pl.Expr]:
    found = []
    if asked.branch:
        below = [row["branch_id"] for row in view.read("search/branch_below", branch=asked.branch)]
        if not below:
            raise BadInput(f"There is no branch {asked.branch[:80]!r}; give its id, code or name.", field="branch")
        found.append(pl.col("branch_id").is_in(below))
    if asked.manager:
        found.append(pl.col("manager_id") == find_manager(view, asked.manager, "manager").manager_id)
    if asked.industry:
        found.append(pl.col("industry") == asked.industry)
    return found


_COUNTS = (
    "companies", "key_persons", "key_persons_customers", "persons", "companies_behind", "companies_customers", "gaps"
)  # fmt: skip


def _counted(told: pl.DataFrame, keys: tuple[str, str]) -> list[Linked]:
    """One row a key, those with most gaps first. keys: columns of id and name."""
    corporate, retail = pl.col("kind") == "person", pl.col("kind") == "company"
    linked, company, person = pl.col("linked"), pl.col("company_id"), pl.col("person_id")
    rows = told.group_by(id=keys[0]).agg(
        name=pl.col(keys[1]).first(),
        companies=company.filter(corporate).n_unique(),
        key_persons=person.filter(corporate).n_unique(),
        key_persons_customers=person.filter(corporate & linked).n_unique(),
        persons=person.filter(retail).n_unique(),
        companies_behind=company.filter(retail).n_unique(),
        companies_customers=company.filter(retail & linked).n_unique(),
        gaps=(~linked).sum(),
    )
    ordered = rows.sort("gaps", "companies", "id", descending=[True, True, False], nulls_last=True)
    return [Linked(**row) for row in ordered.rows(named=True)]


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
