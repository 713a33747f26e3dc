"""Explanations out of the world of a run: the membership asked for, with names and links as the asker sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from algorithms.columns import BoolArray, nothing
from algorithms.connected import ConnectedGroups
from algorithms.connections import ConnectRule, Dependence, connecting_arcs
from algorithms.groups import HEAD
from algorithms.why import Explainer, Step
from api.services.answers import Evidence, PartyRef, evidence
from api.services.decisions import rebutted_since
from api.services.known import known
from api.services.run_connected import ConnectedUnder, connected_under
from api.services.run_world import World
from api.services.why_membership import Membership, explain
from api.services.why_phrases import Lang
from api.services.why_words import Cast, Teller, ends_of
from graph.errors import NotFound
from graph.store import View


def sets_with(world: World, group_id: str, party: int) -> list[str]:
    """The rule sets under which a group of the run holds a party. Raises NotFound for a group it did not find."""
    place = world.place(group_id)
    return [rules for rules in world.found.by_rules if next(_held(world, rules, place, party), None)]


def membership(world: World, rules: str | None, group_id: str, party: int) -> tuple[ConnectedUnder, Membership]:
    """A party's membership, by confirmed links where these suffice, else by flagged ones too.

    rules: the rule set to explain by; None: the first under which the group holds the party. A control group that is
    part of a larger group under a rule set is explained by control alone. Raises NotFound where the group does not
    hold the party, BadInput for a rule set that the run did not test groups by.
    """
    place = world.place(group_id)
    for one in [rules] if rules else world.found.by_rules:
        under = world.under(one).under
        held = list(_held(world, one, place, party))
        for groups, group, firmly in held:
            largest = max(each.members(at).size for each, at, _ in held)
            return under, explain(under.explainer(world.control, firmly=firmly), groups, group, party, largest)
    kept = world.book.groups[place]
    if kept.control_group < 0 or party not in kept.party:
        told = f" under {rules}" if rules else ""
        raise NotFound(f"{world.party_id(party)} is no member of {group_id}{told}.", field="party", value=group_id)
    return _by_control(world, rules, kept.control_group, party)


def _held(world: World, rules: str, place: int, party: int) -> Iterator[tuple[ConnectedGroups, int, bool]]:
    """The groups of a rule set that are one of the book and hold a party, firm ones first; whether they are firm."""
    found = world.under(rules)
    connected = found.under.connected
    for groups, places, firmly in (
        (connected.firm, found.firm, True),
        (connected.potential, found.potential, False),
    ):
        for group in np.flatnonzero(places == place).tolist():
            if party in groups.members(group):
                yield groups, group, firmly


def _by_control(world: World, rules: str | None, group: int, party: int) -> tuple[ConnectedUnder, Membership]:
    """A membership in a control group, whatever else connects."""
    tested = list(world.found.by_rules.values())
    if rules or tested:
        under = (world.under(rules) if rules else tested[0]).under
    else:
        under = connected_under(world.given, world.risk, world.control, world.sets[0], world.found.basis)
    alone = ConnectRule(dependence=False, sovereign="connects")
    none = Dependence(nothing(), nothing(), np.zeros(0, dtype=np.bool_))
    arcs = connecting_arcs(world.control, none, under.parties, alone)
    found = world.grouped.groups
    is_head: BoolArray = found.role == HEAD
    groups = ConnectedGroups(
        first=found.first,
        party=found.party,
        role=found.role,
        is_head=is_head,
        status=np.zeros(found.party.size, dtype=np.int64),
        family=found.family,
        counted=np.zeros(len(found), dtype=np.int64),
        left_out=nothing(),
    )
    explainer = Explainer(world.control, none, under.parties, alone, arcs)
    return under, explain(explainer, groups, group, party)


def teller(
    view: View,
    world: World,
    under: ConnectedUnder,
    lang: Lang,
    steps: Iterable[Step],
    parties: Iterable[int],
    further: Iterable[tuple[int, int]] = (),
) -> Teller:
    """Who tells: knows the names and the links of what is to be told, as far as the view shows them.

    further: pairs of parties whose links are told beside those of steps.
    """
    silent = Teller(lang, Cast(lang, {}), under, world.control, world.found.basis, world.risk)
    pairs = sorted({*ends_of(silent, steps), *further})
    seen = names(view, world, {*parties, *(party for pair in pairs for party in pair)})
    return Teller(
        lang, Cast(lang, seen), under, world.control, world.found.basis, world.risk, links(view, world, pairs)
    )


def names(view: View, world: World, parties: Iterable[int]) -> dict[int, PartyRef]:
    """The parties that the view shows, by ordinal."""
    asked = {world.party_id(one): one for one in sorted(set(parties))}
    return {
        asked[one.id]: PartyRef(party_id=one.party_id, name=one.name, name_en=one.name_en, kind=one.kind)
        for one in known(view, list(asked))
    }


def links(view: View, world: World, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], list[Evidence]]:
    """Links that the view shows between pairs of parties, by the ordinals of both ends."""
    asked = {(world.party_id(one), world.party_id(other)): (one, other) for one, other in pairs}
    if not asked:
        return {}
    found: dict[tuple[int, int], list[Evidence]] = {}
    rebutted = rebutted_since(view, (party for pair in asked for party in pair))
    (read,) = view.read("why/links", pairs=[list(pair) for pair in asked], rebutted=rebutted)
    for one, other, type_, link in read["found"]:
        found.setdefault(asked[one, other], []).append(evidence(link, type_))
    return found
