"""A household or family from whatever a person typed: its own id, or a party that belongs to it."""

from __future__ import annotations

from api.services.answers import PartyRef, counted
from api.services.find import One, one_party
from api.services.homes import HomeAnswer, HomeKind, family, household
from api.services.party import party_sections
from api.services.party_answer import Section
from api.services.party_relations import FamilyItem, HouseholdItem
from graph.errors import BadInput, NotFound
from graph.store import View

_ANSWERS = {"household": household, "family": family}
_SEVERAL = {"household": "households", "family": "families"}


def one_home(view: View, kind: HomeKind, text: str) -> tuple[HomeAnswer, str | None]:
    """The household or family, and how its party was found, where that is not what was typed.

    Raises NotFound for what means no party either, or one that belongs to none; BadInput naming the candidates for
    several parties, or one that belongs to several.
    """
    answer = _ANSWERS[kind]
    try:
        return answer(view, text), None
    except NotFound:
        found = _party(view, kind, text)
    told = party_sections(view, found.party_id, (kind,))
    who = f"{PartyRef(party_id=told.party_id, name=told.name, name_en=told.name_en).called} ({told.party_id})"
    belongs: Section[HouseholdItem] | Section[FamilyItem] = getattr(told.sections, kind)
    homes = {_id(item): _told(item) for item in belongs.items}
    if not homes:
        raise NotFound(
            f"{who} is in no {kind}: {belongs.empty}. `guanxi show PARTY` tells who is in which.",
            field=kind.upper(),
            value=text[:80],
        )
    if len(homes) > 1:
        listed = "".join(f"\n  {id} ({of})" for id, of in homes.items())
        raise BadInput(f"{who} is in several {_SEVERAL[kind]}:{listed}\nGive one of the ids.", field=kind.upper())
    (home_id,) = homes
    return answer(view, home_id), found.told


def _party(view: View, kind: HomeKind, text: str) -> One:
    try:
        return one_party(view, text)
    except NotFound:
        raise NotFound(
            f"No {kind} has the id {text[:80]!r}, and nobody is found by it; `guanxi show PARTY` tells who is in which."
            " `guanxi search` finds parties.",
            field=kind.upper(),
            value=text[:80],
        ) from None


def _id(item: HouseholdItem | FamilyItem) -> str:
    return item.household_id if isinstance(item, HouseholdItem) else item.family_id


def _told(item: HouseholdItem | FamilyItem) -> str:
    """What tells one from another."""
    if isinstance(item, HouseholdItem):
        return "with " + (", ".join(member.party.called for member in item.members) or "nobody you may see")
    return f"head {item.head.called if item.head else 'outside your scope'}, members: {counted(item.members)}"
