"""The key persons of a company, and the companies of a person: what they are to the bank (公私联动)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from api.services.answers import PartyRef, stamp
from api.services.catalogue import why_empty
from api.services.key_person_rules import ROLES
from api.services.known import parties_seen
from api.services.linkage import LINKS, branch_of, manager_of
from api.services.linkage_answer import KeyPerson, KeyPersonsAnswer
from api.services.linkage_pairs import controllers, customers, listed, paired, posts
from api.services.party import missing
from graph.store import View

CAP = 200
MOST_WALKED = 2_000
"""Links of control read around one party."""
STEPS = 50


def key_persons(view: View, party_id: str) -> KeyPersonsAnswer:
    """The key persons of a company, or the companies of a person. Raises NotFound, or JoinedAway."""
    party = parties_seen(view, [party_id]).get(party_id)
    if party is None:
        raise missing(view, party_id)
    (own,) = customers(view, [party_id]).rows(named=True)
    told, cut = _told(view, party_id, up=not own["natural"])
    mine = "person_id" if own["natural"] else "company_id"
    found = paired(view, told.filter(pl.col(mine) == party_id))
    other = "company" if own["natural"] else "person"
    found = found.sort(_strongest(), f"{other}_id")
    rows = found.head(CAP).rows(named=True)
    names = parties_seen(view, (row[f"{other}_id"] for row in rows))
    items = [_item(row, other, names) for row in rows]
    omitted = [f"capped at {CAP} of {found.height:,}"] if found.height > CAP else []
    if cut:
        omitted.append(f"control was read up to {MOST_WALKED:,} links around it, nearest first")
    return KeyPersonsAnswer(
        **stamp(view, omitted),
        party=party,
        is_customer=own["is_customer"],
        industry=own["industry"],
        branch=branch_of(own),
        manager=manager_of(own),
        key_persons=[] if own["natural"] else items,
        companies=items if own["natural"] else [],
        gaps=int((found["company_is_customer"] != found["person_is_customer"]).sum()),
        empty=None if items else why_empty(view, LINKS, derived=True),
    )


def _strongest() -> pl.Expr:
    places = {role: place for place, role in enumerate(ROLES)}
    return pl.col("roles").list.first().replace_strict(places, return_dtype=pl.Int64)


def _told(view: View, party_id: str, *, up: bool) -> tuple[pl.DataFrame, bool]:
    """Posts and actual control of one party, and whether control was cut off."""
    rows, cut = _control(view, party_id, "controllers" if up else "controlled")
    control = {
        "controlled": [row["lower"] for row in rows],
        "controller": [row["upper"] for row in rows],
        "natural": [row["natural"] for row in rows],
        "link": [row["link"] for row in rows],
        "status": [row["status"] for row in rows],
    }
    at_party = listed(view.snapshot("linkage/at_party", party_id=party_id))
    return pl.concat((posts(at_party), controllers(control))), cut


def _control(view: View, party_id: str, direction: str) -> tuple[list[dict[str, Any]], bool]:
    """Links of immediate control above a party or below it, ring by ring."""
    found: dict[str, dict[str, Any]] = {}
    ring, seen = [party_id], {party_id: direction == "controlled"}
    for _ in range(STEPS):
        if not ring or len(found) >= MOST_WALKED:
            break
        rows = view.read(f"control/{direction}", ids=ring, cap=MOST_WALKED)
        fresh: dict[str, bool] = {}
        for row in rows:
            other = row["other"]
            is_upper = direction == "controllers"
            upper, lower = (other["party_id"], row["of"]) if is_upper else (row["of"], other["party_id"])
            natural = other["kind"] == "person" if is_upper else seen[row["of"]]
            link = row["link"]
            found[link["id"]] = {
                "lower": lower, "upper": upper, "natural": natural, "link": link["id"], "status": link["status"]
            }  # fmt: skip
            if other["party_id"] not in seen:
                fresh[other["party_id"]] = natural if is_upper else False
        seen |= fresh
        ring = sorted(fresh)
    return list(found.values()), bool(ring)


def _item(row: Mapping[str, Any], side: str, names: Mapping[str, PartyRef]) -> KeyPerson:
    return KeyPerson(
        party=names[row[f"{side}_id"]],
        roles=row["roles"],
        posts=row["posts"],
        status=row["status"],
        is_customer=row[f"{side}_is_customer"],
        branch=branch_of(row, f"{side}_"),
        manager=manager_of(row, f"{side}_"),
        links=row["links"],
    )
