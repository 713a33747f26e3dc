"""Everything known of one party: the 360, read with one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from api.services import party_answer as a
from api.services import party_items as items
from api.services import party_relations as relations
from api.services.answers import COUNT_CAP, FOUND_KINDS, Because, Model, PartyRef, counted, party_ref, stamp
from api.services.because import of_controlled, of_controllers, of_groups
from api.services.catalogue import why_empty
from api.services.decisions import unread
from api.services.joined import follow
from api.services.party_choice import BESIDE, SECTIONS, explained, statements_of
from api.services.party_risk import PARTS, RiskItem, signs
from api.services.reasons import names_in, told
from graph.errors import GuanxiError, NotFound
from graph.registry import Registry, Statement
from graph.store import LATEST, Row, View

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
    "controllers": ("OWNS", "CONTROLS"),
    "controlled": ("OWNS", "CONTROLS"),
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
    "campaigns": ("TARGETED_BY", "RESPONDED_TO"),
    "services": ("INVOLVED_IN",),
    "risk": ("INVOLVED_IN", "HAS_ACCOUNT", "BORROWS"),
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
    "possibly_same": items.possibly_same,
    "tags": items.tag,
    "campaigns": items.campaign,
    "services": items.event,
    "events": items.event,
}


class JoinedAway(GuanxiError):
    """The id belongs to a party that was joined into another one, which holds the answer now."""

    def __init__(self, party_id: str, into: str) -> None:
        super().__init__(f"Party {party_id} was joined into {into}; ask for that one.")
        self.party_id = party_id
        self.into = into


@cache
def statement(statements: Registry, sections: tuple[str, ...], first: str | None = None) -> Statement:
    """These sections as one statement; composed once. first: the statement that is read before, see `compose`."""
    return statements.compose("party/party", TOPIC, sections, first)


def party(view: View, party_id: str, cap: int = CAP) -> a.PartyAnswer:
    """The 360 of one party. Raises NotFound, or JoinedAway naming the party that it was joined into.

    view: may be presumed, which saves a question to the server.
    """
    view, row = _read_now(view, party_id, view.store.statements.sections(TOPIC), cap)
    made = _made(view, row, SECTIONS)
    return a.PartyAnswer(**_told(view, party_id, row, made, SECTIONS), sections=a.Sections.model_construct(**made))


def party_sections(view: View, party_id: str, sections: Sequence[str], cap: int = CAP) -> a.PartyAnswer:
    """Some sections of it alone (`party_choice.chosen`): the others are None, and are not read. Raises as `party` does.

    Each of their statements is sent by itself, so that the server plans one a section, whichever are asked together:
    planning the whole takes a fresh server seconds.
    """
    needed = explained(sections)
    row: Row = {}
    for name in ("decisions", *statements_of(needed)):
        row |= _read(view, party_id, (name,), cap)
    made = _made(view, row, needed)
    shown = {name: made.get(name) if name in sections else None for name in SECTIONS}
    told = _told(view, party_id, row, made, sections)
    return a.PartyChosen(**told, sections=a.ChosenSections.model_construct(**shown))


def _read_now(view: View, party_id: str, sections: tuple[str, ...], cap: int) -> tuple[View, Row]:
    """What `_read` gives, and the view it is of: the latest where the one given was presumed. Raises alike.

    One statement serves both, so that the server plans one; what it tells of the latest state costs next to nothing.
    """
    statements = view.store.statements
    asked = statement(statements, sections, LATEST)
    row = _row(view, asked, party_id, cap)
    if view.presumed:
        latest = row and {name: row[name] for name in statements[LATEST].returns}
        held, view = replace(view, presumed=False), view.confirmed(latest)
        if view != held:
            row = _row(view, asked, party_id, cap)
    return view, _found(view, party_id, row, sections)


def _read(view: View, party_id: str, sections: tuple[str, ...], cap: int) -> Row:
    """The party's attributes, and the one row of each section. Raises NotFound, or JoinedAway."""
    row = _row(view, statement(view.store.statements, sections), party_id, cap)
    return _found(view, party_id, row, sections)


def _row(view: View, asked: Statement, party_id: str, cap: int) -> Row | None:
    caps = {"cap": cap, "count_cap": COUNT_CAP}
    given = {name: value for name, value in caps.items() if name in asked.params}
    return next(iter(view.read(asked, timeout_s=TIMEOUT_S, party_id=party_id, **given)), None)


def _found(view: View, party_id: str, row: Row | None, sections: tuple[str, ...]) -> Row:
    if row is None:
        raise missing(view, party_id)
    return {name: _of_section(value) if name in sections else value for name, value in row.items()}


def _told(view: View, party_id: str, row: Row, made: Mapping[str, Any], sections: Sequence[str]) -> dict[str, Any]:
    """All of an answer but its sections. made: those, and what explains them. sections: those asked for."""
    basic = made.get("basic") or items.basic(row["attributes"], row["labels"], [])
    omitted = _omitted({name: section for name, section in made.items() if name in sections})
    families = _items(made, "family")
    if view.is_past and any(item.totals for item in families):
        omitted.append("family: totals are those of the last run")
        for item in families:
            item.totals = []
    return {
        **stamp(view, omitted),
        "decisions": unread(view, row["decisions"]["rows"]),
        "because": _because(view, party_ref({**row["attributes"], "party_id": party_id}), made, sections),
        "party_id": party_id,
        **{name: getattr(basic, name) for name in ("name", "name_en", "kind", "roles")},
    }


def missing(view: View, party_id: str) -> GuanxiError:
    """The error for an id that is no visible party: joined away, or unknown."""
    into = follow(view, [party_id]).get(party_id)
    if into:
        return JoinedAway(party_id, into)
    return NotFound(
        f"No party has the id {party_id[:80]!r}. Search by name, or give an id of any system to /v1/resolve.",
        field="party_id",
        value=party_id[:80],
    )


def _of_section(rows: list[Row]) -> Row:
    """The one row of a section; the server gives none where nothing matched."""
    return rows[0] if rows else {"total": 0, "sources": [], "rows": [], "shares_ppb": 0, "unknown": 0}


def _made(view: View, row: Row, sections: Sequence[str]) -> dict[str, Any]:
    """These sections by name, but those of other services. row: what was read."""
    made: dict[str, Any] = {}
    for name in sections:
        if name == "basic":
            made[name] = items.basic(row["attributes"], row["labels"], row["sources"]["sources"])
        elif name == "owners":
            made[name] = _owners(view, row["owners"])
        elif name == "sources":
            made[name] = _section(view, name, row[name], lambda r: items.source(r, row["attributes"]))
        elif name in ("referred_by", "referred"):
            made[name] = _section(view, name, row[name], lambda r: items.referral(r, view.store.zone))
        elif name == "risk":
            made[name] = _risk(view, row)
        elif name in ("controllers", "controlled"):
            made[name] = _control(view, name, row[name], row[f"declared_{name}"])
        elif name not in BESIDE:
            made[name] = _section(view, name, row[name], MAKERS[name])
    _tell_reasons(view, made)
    return made


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


def _control(view: View, side: str, found: Row, declared: Row) -> a.Section[relations.ControlItem]:
    total = found["total"] + declared["total"]
    return a.Section.model_construct(
        items=[items.control(r) for r in (*found["rows"], *declared["rows"])],
        total=total,
        sources=sorted({*found["sources"], *declared["sources"]}),
        empty=None if total else why_empty(view, TYPES[side], derived=True),
    )


def _risk(view: View, row: Row) -> a.Section[RiskItem]:
    parts = [row[part] for part in PARTS]
    total = sum(part["total"] for part in parts)
    return a.Section.model_construct(
        items=list(signs(row)),
        total=total,
        sources=sorted({source for part in parts for source in part["sources"] if source}),
        empty=None if total else why_empty(view, TYPES["risk"]),
    )


def _items(made: Mapping[str, Any], name: str) -> list[Any]:
    """The items of a section; nothing where it was not asked for."""
    return made[name].items if name in made else []


_Reasoned = relations.GroupItem | relations.FamilyItem | relations.HouseholdItem | relations.HouseholdMember


def _tell_reasons(view: View, made: Mapping[str, Any]) -> None:
    """Put names into the reasons of memberships that a run found."""
    groups = [item for item in _items(made, "groups") if item.kind in FOUND_KINDS]
    homes, families = _items(made, "household"), _items(made, "family")
    found: list[_Reasoned] = [*groups, *families, *homes]
    found += [member for home in homes for member in home.members]
    seen = [item.party for item in _items(made, "controllers")] + [item.head for item in groups if item.head]
    seen += [member.party for home in homes for member in home.members]
    seen += [party for family in families for party in _parties_of(family)]
    kept = [reason for item in found for reason in item.reasons]
    names = names_in(view, kept, {one.party_id: one.called for one in seen})
    for item in found:
        item.reasons = told(item.reasons, names)


def _parties_of(family: relations.FamilyItem) -> Iterator[PartyRef]:
    yield from family.companies
    for home in family.households:
        yield from home.members


def _because(view: View, one: PartyRef, made: Mapping[str, Any], sections: Sequence[str]) -> list[Because]:
    controllers = _items(made, "controllers")
    told: list[Because] = []
    if "controllers" in sections:
        told += of_controllers(view, one, controllers, _items(made, "owners"))
    told += of_controlled(view, one, _items(made, "controlled"), _items(made, "owned"))
    return told + of_groups(view, _items(made, "groups"), controllers)


def _omitted(made: Mapping[str, Any]) -> list[str]:
    return [
        f"{name}: {len(section.items)} of {counted(section.total)} shown"
        for name, section in made.items()
        if name != "basic" and section.total > len(section.items)
    ]
