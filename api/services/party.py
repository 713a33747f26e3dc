"""Everything known of one party: the 360, read with one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

from api.services import party_answer as a
from api.services import party_items as items
from api.services.answers import COUNT_CAP, FOUND_KINDS, Because, Model, PartyRef, counted, party_ref, stamp
from api.services.because import of_controlled, of_controllers, of_groups
from api.services.catalogue import why_empty
from api.services.decisions import unread
from api.services.joined import follow
from api.services.reasons import names_in, told
from graph.errors import GuanxiError, NotFound
from graph.registry import Registry, Statement
from graph.store import Row, View

TOPIC = "party/sections"
CAP = 50
"""Items shown of a section."""
TIMEOUT_S = 120.0
"""A server just started takes seconds to plan the large statement, once."""

Item = TypeVar("Item", bound=Model)

TYPES: Mapping[str, tuple[str, ...]] = {
    "identifiers": ("HAS_IDENTIFIER",),
    "financial": ("HAS_FIGURES",),
    "facilities": ("BORROWS",),
    "accounts": ("HAS_ACCOUNT",),
    "products": ("HOLDS",),
    "managers": ("MANAGED_BY",),
    "branch": ("BELONGS_TO",),
    "owners": ("OWNS",),
    "owned": ("OWNS",),
    "groups": ("MEMBER_OF",),
    "controllers": ("CONTROLS",),
    "controlled": ("CONTROLS",),
    "guarantees_given": ("GUARANTEES",),
    "guarantees_received": ("GUARANTEES",),
    "depends_on": ("DEPENDS_ON",),
    "dependents": ("DEPENDS_ON",),
    "key_persons": ("LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_OF"),
    "posts": ("LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_OF"),
    "household": (),
    "family": (),
    "kin": ("KIN_OF",),
    "referred_by": ("REFERRED",),
    "referred": ("REFERRED",),
    "possibly_same": (),
    "tags": ("TAGGED",),
    "events": ("INVOLVED_IN",),
    "sources": ("IDENTIFIES",),
}
"""Link types of the sections that sources deliver."""

DERIVED = frozenset({"groups", "household", "family", "controllers", "controlled", "depends_on", "dependents"})
"""Sections that runs fill as well."""

MAKERS: Mapping[str, Callable[[Row], Model]] = {
    "identifiers": items.identifier,
    "financial": items.year,
    "facilities": items.facility,
    "accounts": items.account,
    "products": items.product,
    "managers": items.manager,
    "branch": items.branch,
    "owned": items.holding,
    "groups": items.group,
    "household": items.household,
    "family": items.family,
    "guarantees_given": items.guarantee,
    "guarantees_received": items.guarantee,
    "depends_on": items.dependence,
    "dependents": items.dependence,
    "key_persons": items.post,
    "posts": items.post,
    "kin": items.kin,
    "referred_by": items.referral,
    "referred": items.referral,
    "possibly_same": items.possibly_same,
    "tags": items.tag,
    "events": items.event,
}


class JoinedAway(GuanxiError):
    """The id belongs to a party that was joined into another one, which holds the answer now."""

    def __init__(self, party_id: str, into: str) -> None:
        super().__init__(f"Party {party_id} was joined into {into}; ask for that one.")
        self.party_id = party_id
        self.into = into


@cache
def statement(statements: Registry) -> Statement:
    """The one statement of a 360; composed once."""
    return statements.compose("party/party", TOPIC, statements.sections(TOPIC))


def party(view: View, party_id: str, cap: int = CAP) -> a.PartyAnswer:
    """The 360 of one party. Raises NotFound, or JoinedAway naming the party that it was joined into."""
    rows = view.read(
        statement(view.store.statements), timeout_s=TIMEOUT_S, party_id=party_id, cap=cap, count_cap=COUNT_CAP
    )
    if not rows:
        raise missing(view, party_id)
    row: Row = {
        name: _of_section(value) if isinstance(value, list) and name != "labels" else value
        for name, value in rows[0].items()
    }
    attributes = row["attributes"]
    basic = items.basic(attributes, row["labels"], row["sources"]["sources"])
    sections = _sections(view, row, basic)
    _tell_reasons(view, sections)
    omitted = _omitted(sections)
    if view.is_past and any(item.totals for item in sections.family.items):
        omitted.append("family: totals are those of the last run")
        for item in sections.family.items:
            item.totals = []
    return a.PartyAnswer(
        **stamp(view, omitted),
        decisions=unread(view, row["decisions"]["rows"]),
        because=_because(view, party_ref({**attributes, "party_id": party_id}), sections),
        party_id=party_id,
        name=basic.name,
        name_en=basic.name_en,
        kind=basic.kind,
        roles=basic.roles,
        sections=sections,
    )


def missing(view: View, party_id: str) -> GuanxiError:
    """The error for an id that is no visible party: joined away, or unknown."""
    into = follow(view, [party_id]).get(party_id)
    if into:
        return JoinedAway(party_id, into)
    return NotFound(
        f"No party has the id {party_id!r}. Search by name, or give an id of any system to /v1/resolve.",
        field="party_id",
        value=party_id,
    )


def _of_section(rows: list[Row]) -> Row:
    """The one row of a section; the server gives none where nothing matched."""
    return rows[0] if rows else {"total": 0, "sources": [], "rows": [], "shares_ppb": 0, "unknown": 0}


def _sections(view: View, row: Row, basic: a.Basic) -> a.Sections:
    made: dict[str, Any] = {name: _section(view, name, row[name], make) for name, make in MAKERS.items()}
    made["basic"] = basic
    made["owners"] = _owners(view, row["owners"])
    made["sources"] = _section(view, "sources", row["sources"], lambda r: items.source(r, row["attributes"]))
    for side in ("controllers", "controlled"):
        made[side] = _control(view, side, row[side], row[f"declared_{side}"])
    return a.Sections.model_construct(**made)


def _section(view: View, name: str, row: Row, make: Callable[[Row], Item]) -> a.Section[Item]:
    return a.Section.model_construct(
        items=[make(r) for r in row["rows"]],
        total=row["total"],
        sources=sorted(s for s in row["sources"] if s),
        empty=None if row["total"] else _why_empty(view, name),
    )


def _why_empty(view: View, name: str) -> str:
    if name == "possibly_same":
        return "nothing found; `guanxi match run` looks for it"
    return why_empty(view, TYPES[name], derived=name in DERIVED)


def _owners(view: View, row: Row) -> a.OwnersSection:
    plain = _section(view, "owners", row, items.holding)
    ppb = row["shares_ppb"]
    return a.OwnersSection.model_construct(
        **{name: getattr(plain, name) for name in ("items", "total", "sources", "empty")},
        known_share=f"{ppb // 10**9}.{ppb % 10**9:09d}" if row["total"] > row["unknown"] else None,
        unknown_shares=row["unknown"],
    )


def _control(view: View, side: str, found: Row, declared: Row) -> a.Section[a.ControlItem]:
    total = found["total"] + declared["total"]
    return a.Section.model_construct(
        items=[items.control(r) for r in (*found["rows"], *declared["rows"])],
        total=total,
        sources=sorted({*found["sources"], *declared["sources"]}),
        empty=None if total else why_empty(view, TYPES[side], derived=True),
    )


def _tell_reasons(view: View, sections: a.Sections) -> None:
    """Put names into the reasons of memberships that a run found."""
    groups = [item for item in sections.groups.items if item.kind in FOUND_KINDS]
    homes, families = sections.household.items, sections.family.items
    found: list[a.GroupItem | a.FamilyItem | a.HouseholdItem | a.HouseholdMember] = [*groups, *families, *homes]
    found += [member for home in homes for member in home.members]
    seen = [item.party for item in sections.controllers.items] + [item.head for item in groups if item.head]
    seen += [member.party for home in homes for member in home.members]
    seen += [party for family in families for party in _parties_of(family)]
    kept = [reason for item in found for reason in item.reasons]
    names = names_in(view, kept, {one.party_id: one.called for one in seen})
    for item in found:
        item.reasons = told(item.reasons, names)


def _parties_of(family: a.FamilyItem) -> Iterator[PartyRef]:
    yield from family.companies
    for home in family.households:
        yield from home.members


def _because(view: View, one: PartyRef, sections: a.Sections) -> list[Because]:
    controllers = sections.controllers.items
    return [
        *of_controllers(view, one, controllers, sections.owners.items),
        *of_controlled(view, one, sections.controlled.items, sections.owned.items),
        *of_groups(view, sections.groups.items, controllers),
    ]


def _omitted(sections: a.Sections) -> list[str]:
    left_out = []
    for name in a.Sections.model_fields:
        section = getattr(sections, name)
        if name != "basic" and section and section.total > len(section.items):
            left_out.append(f"{name}: {len(section.items)} of {counted(section.total)} shown")
    return left_out
