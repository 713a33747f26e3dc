"""Key persons and companies (公私联动): who is what in which company, and which of the two is a customer.

Key persons of a company are its legal representative, its actual controllers (by the run's control), its executives and
among them its head of finance. Here those of one party, as the asker sees them; all of them are found by a run
(`run_key_persons`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import polars as pl

from algorithms.key_persons import actual_controllers
from api.services.key_person_rules import CONTROLLER, EXECUTIVE, FINANCE, LEGAL, ROLES, finance_posts
from api.services.run_members import CONFIRMED, FLAGGED
from api.services.snapshots import Columns
from graph.store import View

KEY_PERSONS = "key_persons"
"""The table of a run that holds all of them."""
Lists = Mapping[str, list[Any]]
_AT_ONCE = 20_000
_TEXTS = pl.List(pl.String)
PAIRS: dict[str, Any] = {
    "company_id": pl.String, "person_id": pl.String, "roles": _TEXTS, "posts": _TEXTS, "status": pl.String,
    "links": _TEXTS, "industry": pl.String, "company_is_customer": pl.Boolean, "company_branch_id": pl.String,
    "company_branch": pl.String, "company_manager_id": pl.String, "company_manager": pl.String,
    "company_staff": pl.String, "person_is_customer": pl.Boolean, "person_branch_id": pl.String,
    "person_branch": pl.String, "person_manager_id": pl.String, "person_manager": pl.String, "person_staff": pl.String,
}  # fmt: skip
"""A row a company and key person. roles: some of `ROLES`; posts: as the sources name them; status: confirmed where one
of the links is; links: ids of posts and of immediate control; staff: the manager's number. Null: not told."""
OWN = ("is_customer", "branch_id", "branch", "manager_id", "manager", "staff")
"""The columns that both sides have."""
TOLD = {"company_id": pl.String, "person_id": pl.String, "role": pl.Int64, "post": pl.String, "status": pl.String}
TOLD |= {"link": pl.String}
"""A row for each that makes somebody a key person. role: a place in `ROLES`."""


def listed(columns: Columns) -> Lists:
    """Columns of a snapshot as lists."""
    return {name: column.tolist() for name, column in columns.items()}


def posts(rows: Lists) -> pl.DataFrame:
    """Posts as rows of `TOLD`."""
    finance = finance_posts()
    post = rows["post"]
    role = [LEGAL if not one else FINANCE if one.casefold() in finance else EXECUTIVE for one in post]
    return _told(
        company_id=rows["company"],
        person_id=rows["person"],
        role=[ROLES.index(one) for one in role],
        post=[one or None for one in post],
        status=rows["status"],
        link=rows["link"],
    )


def controllers(rows: Lists) -> pl.DataFrame:
    """Actual controllers as rows of `TOLD`: one for each link of immediate control, one without at more removes."""
    lower, upper = rows["controlled"], rows["controller"]
    ids = sorted({*lower, *upper})
    at = {id: place for place, id in enumerate(ids)}
    natural = np.zeros(len(ids), dtype=np.bool_)
    natural[[at[id] for id, person in zip(upper, rows["natural"], strict=True) if person]] = True
    below, above = (np.asarray([at[id] for id in side], dtype=np.int64) for side in (lower, upper))
    company, person = actual_controllers(below, above, natural)
    links: dict[tuple[str, str], list[tuple[str | None, str]]] = defaultdict(list)
    for a, b, link, status in zip(lower, upper, rows["link"], rows["status"], strict=True):
        links[a, b].append((link, status))
    pairs = ((ids[a], ids[b]) for a, b in zip(company.tolist(), person.tolist(), strict=True))
    found = [(*pair, *direct) for pair in pairs for direct in links.get(pair, [(None, CONFIRMED)])]
    return _told(
        company_id=[a for a, *_ in found],
        person_id=[b for _, b, *_ in found],
        role=[ROLES.index(CONTROLLER)] * len(found),
        post=[None] * len(found),
        status=[status for *_, status in found],
        link=[link for *_, link, _ in found],
    )


def one_a_pair(told: pl.DataFrame) -> pl.DataFrame:
    """One row a company and person of the rows of `TOLD`, whatever their ids are, sorted by both: roles, posts, status,
    links."""
    ends = ("company_id", "person_id")
    rows = told.sort(ends).with_columns(pair=pl.struct(ends).rle_id())
    found = rows.group_by("pair", maintain_order=True).agg(
        pl.col(ends).first(), confirmed=(pl.col("status") == CONFIRMED).any()
    )
    named = pl.col("role").replace_strict(dict(enumerate(ROLES)), return_dtype=pl.String)
    status = pl.when("confirmed").then(pl.lit(CONFIRMED)).otherwise(pl.lit(FLAGGED))
    return found.select(
        *ends,
        roles=_lists(rows, "role", named),
        posts=_lists(rows, "post"),
        status=status,
        links=_lists(rows, "link"),
    )


def _lists(rows: pl.DataFrame, column: str, told: pl.Expr | None = None) -> pl.Series:
    """The distinct values of each pair in their order, a list a pair. told: what they are told as."""
    distinct = rows.select("pair", column).unique().sort("pair", column)
    lists = distinct.with_columns(pl.col(column) if told is None else told)
    return lists.group_by("pair", maintain_order=True).agg(column)[column].list.drop_nulls()


def paired(view: View, told: pl.DataFrame) -> pl.DataFrame:
    """One row a company and natural person, with what both are to the bank, sorted by ids. The bank itself is left out:
    nobody wins it as a customer."""
    one = one_a_pair(told)
    known = customers(view, set(one["company_id"]) | set(one["person_id"]))
    company = known.filter(~pl.col("natural") & ~pl.col("bank")).select(
        company_id="party_id", industry="industry", **{f"company_{name}": name for name in OWN}
    )
    person = known.filter("natural").select(person_id="party_id", **{f"person_{name}": name for name in OWN})
    found = one.join(company, on="company_id").join(person, on="person_id")
    return found.select(list(PAIRS)).sort("company_id", "person_id")


def customers(view: View, parties: Iterable[str]) -> pl.DataFrame:
    """Parties as customers: `party_id`, `natural`, `bank` (the bank itself), `industry`, `is_customer`, branch and
    manager."""
    ids = sorted(parties)
    parts = [pl.DataFrame(schema=_KNOWN)]
    for start in range(0, len(ids), _AT_ONCE):
        rows = listed(view.snapshot("linkage/parties", ids=ids[start : start + _AT_ONCE]))
        parts.append(pl.DataFrame({name: rows[name] for name in _KNOWN}, schema=_KNOWN))
    texts = [name for name, kind in _KNOWN.items() if kind == pl.String and name != "party_id"]
    return pl.concat(parts).with_columns(pl.col(texts).replace("", None)).rename({"customer": "is_customer"})


_KNOWN = {
    "party_id": pl.String, "natural": pl.Boolean, "customer": pl.Boolean, "bank": pl.Boolean, "industry": pl.String,
    "branch_id": pl.String, "branch": pl.String, "manager_id": pl.String, "manager": pl.String, "staff": pl.String,
}  # fmt: skip


def _told(**columns: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(columns, schema=TOLD)
